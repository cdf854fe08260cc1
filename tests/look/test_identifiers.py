"""Words of the code are for the code: nobody reads an identifier on a page, in a file, in a mail or on a letter."""

import csv
import re
import sys
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import IntegrityError
from django.urls import reverse

from accounts.models import User
from accounts.url_permissions import PAGES
from facilities.models import Town
from pages.page_words import address_in_words, page_in_words
from sankecare.database_refusals import sentence_for
from sankecare.field_words import in_words
from sankecare.periods import as_text
from tests import builders
from tests.factories_two_families import two_worlds
from tests.invariants.test_permissions import WHO
from tests.look.test_words import APPS, ROOT
from tests.look.walk import walk, words_of_html

sys.path.insert(0, str(ROOT / "tools"))
import build_messages

# What people read in letters of the alphabet: names of things, addresses, numbers with a letter before them.
READ_AS_IT_IS = {
    *("HEIC", "PDF", "CSV", "XLSX", "JPEG", "PNG", "EPDS", "MB", "KB", "JSON", "API", "ID", "JavaScript", "English"),
    *("SHA-256", "UTF-8", "CP932", "Shift_JIS", "Unicode"),
    *("PIN", "A4", "ml", "mmHg", "mg/dL", "WebP"),
    "code",  # stands so in the pattern of a meeting's address
    "No",
    *(
        "passkey",
        "Name",
        "png",
        "QR",
        "URL",
        "CODE39",
        "Excel",
        "R8",
        "ja",
        "en",
        "Setagaya",
        "Kitazawa",
        "Accidents",
        "Language",
        *("Ward", "Centre", "Mamas", "Room"),
    ),
}
# Said to who writes a ward's files, about their columns.
OF_THE_LOADER = {
    "Leave this empty where takes_siblings is no.",
    "Blocks are those of one chome: chome_from and chome_to are the same.",
    "“%(town)s” has no chome_count in towns.csv.",
    "Chome %(chome)s of “%(town)s” is in no row of town_areas.csv.",
}
# A number on a page, a digest by which a draw or a file is checked, or the address at which a table stands.
NUMBER = re.compile(
    r"(?:https?://[!-~]+|[BCFIMPRT]-\d{6}|No\.\d+|AB2345|R8\.11\.10|\b[0-9a-f]{64}\b)"
)  # a draw is checked by its digests
WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]*(?:[-_.:/][A-Za-z0-9_]+)*")
# An identifier wherever it stands, also in a longer sentence or among English words.
IDENTIFIER = re.compile(
    r"\b[a-z]+(?:_[a-z0-9]+)+\b|\b[a-z]+:[a-z]+[_-][a-z]+\b|\b(?:DEFAULT|SEED|PUBLIC|STAFF|None|True|False|DateRange)\b"
    r"|\[\s*'|pbkdf2|\bCODE\b"
)


@pytest.mark.django_db
@pytest.mark.parametrize("who", WHO)
def test_nobody_reads_an_identifier_on_any_page_or_in_any_file(who: str) -> None:
    own, _others = two_worlds()
    typed = _typed_by_people()
    wrong, read = set(), 0
    for seen in walk(own, who):
        read += 1
        text = NUMBER.sub(" ", seen.words)
        for known in typed:
            text = text.replace(known, " ")
        for word in WORD.findall(text):
            if len(word) > 1 and word not in READ_AS_IT_IS:
                wrong.add(f"{seen.page} ({seen.kind}): {word}")
    assert read > 10
    assert not wrong, "\n".join(sorted(wrong))


def test_no_sentence_in_the_catalogue_holds_a_word_of_the_code() -> None:
    """Mails, hints, refusals and letters are all in it."""
    entries = build_messages.entries(ROOT / "locale/ja/LC_MESSAGES/django.po")
    wrong = []
    for key, text in entries.items():
        if key.split("\0")[0] in OF_THE_LOADER:
            continue
        words = re.sub(r"%\(\w+\)[sd]|%[sd]|\{\w+\}|https?://\S+", " ", str(text))
        if IDENTIFIER.search(words):
            wrong.append(f"{key!r}: {text!r}")
    assert len(entries) > 2000
    assert wrong == []


def test_no_note_of_the_wards_files_holds_a_word_of_the_code() -> None:
    """They are read in the admin, in reports and below figures."""
    wrong = [
        f"{path.name}: {cell}"
        for path in sorted((ROOT / "wards" / "setagaya").glob("*.csv"))
        for row in csv.DictReader(path.open(encoding="utf-8"))
        for column, cell in row.items()
        if column in {"note", "reason", "text", "explanation", "name", "capacity_note"}
        and IDENTIFIER.search(cell or "")
    ]
    assert wrong == []


def test_every_page_that_the_audit_names_has_words() -> None:
    names = [*PAGES, *(f"admin:{label}_{verb}" for label in _admin_labels() for verb in ("changelist", "change"))]
    wrong = [name for name in names if IDENTIFIER.search(words := page_in_words(name)) or ":" in words or not words]
    assert wrong == []
    assert page_in_words("admin:enrollment_registration_decide") == "管理：申請の審査"
    assert page_in_words("") == ""
    assert address_in_words("/admin/bookings/booking/12/change/") == "管理：予約（1件の画面）"
    assert address_in_words("/nowhere/at/all/") == "その他の画面"


@pytest.mark.django_db
def test_every_constraint_of_every_model_is_refused_in_words() -> None:
    """「制約 “tariff_no_overlap” に違反」 helps nobody: the sentence names the fields as the form does."""
    checked = 0
    for model in apps.get_models():
        for constraint in model._meta.constraints if model._meta.app_label in APPS else ():
            said = sentence_for(_refusal(constraint.name))
            assert constraint.name not in said, said
            assert not IDENTIFIER.search(said), said
            assert re.search(r"[ぁ-ん]", said), said
            checked += 1
    assert checked > 150
    assert (
        sentence_for(_refusal("payment_positive_rule_of_nobody")) == "ほかの記録と食い違うため、登録できませんでした。"
    )


@pytest.mark.django_db
def test_an_amount_that_overlaps_another_is_refused_in_words(client) -> None:
    """The form asks the database, whose refusal has a sentence; Django's own would name the rule."""
    stay = builders.service()
    client.force_login(builders.user())
    row = stay.tariffs.first()
    given = {
        "service": stay.pk,
        "component": row.component,
        "tax_class": row.tax_class,
        "amount": 9,
        "source": "STAFF",
    }
    page = client.post(
        reverse("admin:billing_tariff_add"), given | {"period_0": "2026-04-01", "period_1": "", "_save": "1"}
    )
    words = words_of_html(page.content.decode())
    assert "「料金表」の別の行" in words
    assert "期間が重なっています" in words
    assert "tariff_no_overlap" not in words


def test_weekdays_lists_and_periods_are_words_for_who_only_reads() -> None:
    field = apps.get_model("facilities.WeeklyPattern")._meta.get_field("weekdays")
    assert in_words(field, [0, 1, 3]) == "月曜日、火曜日、木曜日"
    concerns = apps.get_model("referrals.Referral")._meta.get_field("concerns")
    assert "_" not in in_words(concerns, ["mood", "exhaustion"])
    period = apps.get_model("facilities.WeeklyPattern")._meta.get_field("period")
    assert in_words(period, builders.DateRange(builders.LONG_AGO, None)) == as_text(
        builders.DateRange(builders.LONG_AGO, None)
    )


@pytest.mark.django_db
def test_staff_tick_weekdays_by_name_and_see_no_sign_of_a_row_for_programs(client) -> None:
    pool = builders.pool()
    client.force_login(builders.user())
    page = client.get(reverse("admin:facilities_placepool_change", args=[pool.pk])).content.decode()
    assert "月曜日" in words_of_html(page)
    assert 'name="slug"' not in page
    facility = client.get(reverse("admin:facilities_facility_change", args=[pool.facility_id])).content.decode()
    assert 'name="slug"' not in facility


# ---- What is behind -------------------------------------------------------------------------------------------------


class _Diagnosis:
    def __init__(self, name: str) -> None:
        self.constraint_name = name


class _Cause(Exception):
    def __init__(self, name: str) -> None:
        self.diag = _Diagnosis(name)


def _refusal(name: str) -> IntegrityError:
    refusal = IntegrityError()
    refusal.__cause__ = _Cause(name)
    return refusal


def _admin_labels() -> Iterator[str]:
    return (model._meta.label_lower.replace(".", "_") for model in admin.site._registry)


def _typed_by_people() -> list[str]:
    """Names and addresses of sign-ins, and how a town is written in letters; the longest first."""
    names = set(User.objects.values_list("username", flat=True))
    names |= {name.capitalize() for name in names}
    names |= set(User.objects.exclude(email="").values_list("email", flat=True))
    names |= {town.in_letters for town in Town.objects.all()}
    return sorted(names, key=len, reverse=True)


def test_the_walk_reads_what_is_seen_and_said() -> None:
    page = (
        "<p title='題'>見える<script>hidden_word</script></p><input type=submit value='送る'>"
        "<input value='typed_word'><img alt='絵'><span class='material-symbols-outlined'>chevron_right</span>"
    )
    assert words_of_html(page).split() == ["題", "見える", "送る", "絵"]
