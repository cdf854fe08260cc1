"""一つのことに一つの言葉: no page and no message that the house and the nurses read says an old word again."""

import re
import sys
from collections.abc import Iterator
from functools import cache

import pytest
from django.utils import translation

from bookings.models import Booking
from bookings.stays.words import word
from facilities.models import Service, ServiceKind
from tests.look.test_words import ROOT, _of_code, _of_templates

sys.path.insert(0, str(ROOT / "tools"))
import build_messages

# Where the house, the nurses and the ward's section read.
READ_BY_THE_HOUSE = (
    "templates/facility/",
    "templates/district/",
    "templates/partials/incident_",
    "templates/partials/referral_",
    "pages/facility/",
    "pages/district/",
    "care/",
    "referrals/",
    "bookings/stays/",
)
# The old word, and what stands in its place (as midwives and nurses say it).
INSTEAD = {
    "到着": "入所（デイケアは来所）",
    "滞在中": "入所中（デイケアは来所中）",
    "利用中": "入所中（デイケアは来所中）",
    "ケア記録を書": "ケア記録を保存しました",
    "選べるもの|販売": "オプション（自費）",
    "実施なし": "訪問できず（オンラインは相談できず）",
    "停止中": "定休",
    "(?<!請求が)受理": "受け付け（担当になる）",
    "1日の回数": "授乳回数（24時間）",
    "混合(?!栄養)": "混合栄養",
    "ログイン|ログアウト|ログオン": "サインイン・サインアウト",
    "お母さんの睡眠（時間）": "お母さんの睡眠（24時間の合計、時間）",
    "以[上下]の数を": "gで入力してください（例：3500）",
}
# A house speaks of these by their number alone: they are no people.
NO_PEOPLE = {"%(number)s is recorded.", "%(number)s (used)", "%(number)s is a stay, not a visit."}


@cache
def _sentences() -> list[tuple[str, str, str]]:
    return list(_read())


def _read() -> Iterator[tuple[str, str, str]]:
    known = build_messages.entries(ROOT / "locale/ja/LC_MESSAGES/django.po")
    texts = {key.split("\0")[0]: str(text) for key, text in known.items()}
    for where, key in (*_of_code(), *_of_templates()):
        if where.startswith(READ_BY_THE_HOUSE):
            yield where, key.split("\4")[-1], texts.get(key, "")


@pytest.mark.parametrize("old", INSTEAD)
def test_no_page_and_no_message_of_the_house_says_an_old_word(old: str) -> None:
    said = {f"{where}: {text}" for where, _key, text in _sentences() if re.search(old, text)}
    assert not said, f"say {INSTEAD[old]}:\n" + "\n".join(sorted(said))


def test_a_message_of_a_house_that_something_is_done_names_the_person() -> None:
    """Only a number is told to who must not read a name: never on the pages of the house and of the nurses."""
    done = re.compile(r"^%\(number\)s|(?:^| )%\(number\)s (?:is|are|was) ")
    said = {
        f"{where}: {text}"
        for where, key, text in _sentences()
        if where.startswith(("pages/facility/", "pages/district/")) and done.search(key) and key not in NO_PEOPLE
    }
    assert not said, "\n".join(sorted(said))


@pytest.mark.parametrize(
    ("kind", "came", "left"),
    [
        (ServiceKind.SHORT_STAY, "入所", "退所"),
        (ServiceKind.DAY_CARE, "来所", "退室"),
        (ServiceKind.OUTREACH, "開始", "終了"),
        (ServiceKind.ONLINE_CONSULTATION, "開始", "終了"),
    ],
)
def test_a_house_says_that_a_family_came_and_left_by_its_service(kind: ServiceKind, came: str, left: str) -> None:
    booking = Booking(service=Service(kind=kind))
    with translation.override("ja"):
        assert (word("arrived", booking), word("left", booking)) == (came, left)
