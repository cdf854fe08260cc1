"""A letter in the reader's language, beside the Japanese one that counts: read from what was taken down.

What we wrote is translated; what a person wrote (a reason, a name, a paper) stands as it was written.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as _

from enrollment.models import Letter, LetterKind
from facilities.models import Service
from sankecare.days import NotADay, read_day
from sankecare.languages import is_japanese

from .letter_text import AFTER_APPROVAL, BEFORE_BIRTH
from .paid_and_used import A_DAY

DAYS = "利用できる日数"
OPENINGS = {
    LetterKind.APPROVAL: _("The ward has decided that you are registered for postpartum care, as follows."),
    LetterKind.REJECTION: _("The ward has decided not to approve your application, for the reason below."),
    LetterKind.CHANGE: _("The ward has decided to change your registration, as follows."),
    LetterKind.CANCELLATION: _("The ward has cancelled your registration, as follows."),
    LetterKind.RETURN: _("Please check the points below, and send your application again."),
    LetterKind.REMINDER: _(
        "We cannot see yet that this fee was paid. Please pay it in time. If you have paid it in these days, there is"
        " nothing to do. If it is difficult for you to pay, please talk to the office below."
    ),
}
# What stands in a letter's rows (letter_text.py, families/life_events.py, families/facts.py).
NAMES = {
    "登録番号": _("Number of the registration"),
    "受付番号": _("Number of the application"),
    "申請日": _("Day of the application"),
    "出産予定日": _("Due date"),
    "お子さん": _("Child"),
    "決定日": _("Day of the decision"),
    "利用できる最後の日": _("Last day of use"),
    "最後の日のもと": _("What the last days are counted from"),
    "区内に住む日": _("Lives in the ward"),
    "課税区分": _("Tax class"),
    "適用する日": _("Holds from"),
    "確認した書類": _("Paper seen"),
    "区内に住む最後の日": _("Last day in the ward"),
    "ふたたび区内に住む日": _("Lives in the ward again from"),
    "訂正した事項": _("What was put right"),
    "利用できる日数": _("Days you can use"),
    "利用料の番号": _("Number of the fee"),
    "利用した施設": _("Where you were"),
    "利用した日": _("Days used"),
    "利用料": _("Fee"),
    "支払済みの額": _("Paid so far"),
    "お支払いいただく額": _("Please pay"),
    "お支払いの期限": _("Pay by"),
    "お支払いの方法": _("How to pay"),
}
CLASSES = {
    "課税": _("Taxed"),
    "非課税（均等割のみを含む）": _("Non-taxed (per-capita levy only included)"),
    "生活保護": _("Receives public assistance"),
    "確認中です（利用料は、確認のあとに決まります）": _("Being looked up (the fee is known after that)"),
}
PHRASES = {
    "お子さんの誕生日": _("day of birth"),
    "出産予定日": _("due date"),
    "（生まれる前の見込みです）": _("(an expectation before birth)"),
    "（早く生まれた、または入院が長かったため）": _("(born early, or long in hospital)"),
    "（寝返りをするため）": _("(the baby rolls over)"),
}
NOTES = {
    AFTER_APPROVAL[0]: _(
        "Book the days before you come. The fee follows from the tariff and your tax class on each day."
    ),
    AFTER_APPROVAL[1]: _("Tell us soon when your address, your tax class, or your or your baby's health changes."),
    AFTER_APPROVAL[2]: _(
        "You cannot use it once you have moved out of the ward, your baby is over the age of the service, or you or"
        " your baby needs medical treatment."
    ),
    BEFORE_BIRTH: _(
        "The last days of the services are counted from the due date. Once you have reported the birth, a letter with "
        "the days counted from it follows."
    ),
}
APPEAL = (
    _(
        "If you disagree with this decision, you can ask the head of the municipality to review it, within three"
        " months from the day after you learned of it (and within a year of the decision)."
    ),
    _(
        "You can bring an action in court against the municipality to have the decision cancelled, within six months"
        " from the day after you learned of it (and within a year of the decision)."
    ),
    _(
        "Where you have asked for a review, the six months count from the day after you learned of its result (and the"
        " year from that result)."
    ),
)
_YEN = re.compile(r"([\d,]+)円")
_DAY = re.compile(r"((?:令和|平成|昭和)(?:元|\d{1,2})年\d{1,2}月\d{1,2}日)(生)?")


@dataclass(frozen=True)
class LetterInWords:
    """What a page shows; ``reasons``: as the ward wrote them, in Japanese.

    ``services``: name, last day, and what it costs or "".
    """

    title: str
    number: str
    day: str
    opening: str
    facts: list[tuple[str, str]]
    services: list[tuple[str, str, str]]
    reasons: list[str]
    notes: list[str]
    appeal: list[str]
    office: list[str]


def in_words(letter: Letter) -> LetterInWords:
    """Return the letter in the active language. One query."""
    snapshot, kind = letter.snapshot, LetterKind(letter.kind)
    names = {f"{row.facility.name}　{kind_ja}": row for row, kind_ja in _services()}
    return LetterInWords(
        title=snapshot["title"] if is_japanese(get_language()) else str(kind.label),
        number=snapshot["number"],
        day=_with_days(snapshot["date"]),
        opening=gettext(OPENINGS[kind]),
        facts=[
            *((_name(name), _value(value)) for name, value in snapshot.get("facts", [])),
            *((_name(DAYS), _limit(limit)) for limit in snapshot.get("limits", [])),
        ],
        services=[
            (
                _service(names.get(name), name),
                gettext("until %(day)s") % {"day": _with_days(until.removesuffix("まで"))},
                _cost(cost),
            )
            for (name, until), cost in zip_longest(snapshot.get("services", []), snapshot.get("costs", []))
        ],
        reasons=list(snapshot.get("reasons", [])),
        notes=[gettext(NOTES[note]) if note in NOTES else note for note in snapshot.get("notes", [])],
        appeal=[gettext(line) for line in APPEAL] if snapshot.get("appeal") else [],
        office=list(snapshot.get("office", [])),
    )


def _services() -> Iterable[tuple[Service, str]]:
    with translation.override(settings.LANGUAGE_CODE):
        return [(row, str(row.get_kind_display())) for row in Service.objects.select_related("facility")]


def _service(row: Service | None, name: str) -> str:
    return f"{row.facility.name_to_read} {row.get_kind_display()}" if row else name


def _limit(limit: dict[str, Any]) -> str:
    words = {"services": gettext(limit["services"]), "days": limit["days"]}
    return gettext("%(services)s: %(days)s days for one birth") % words


def _cost(cost: dict[str, Any] | None) -> str:
    """Say what a day or a visit costs; nothing where the letter does not say it."""
    if cost is None:
        return ""
    if cost["amount"] is None:
        return gettext("Please ask the ward for the fee")
    amount = {"yen": f"{cost['amount']:,}"}
    by_day = cost["unit"] == A_DAY
    words = [gettext("%(yen)s yen a day") % amount if by_day else gettext("%(yen)s yen a visit") % amount]
    if cost["sibling"] is not None:
        words.append(gettext("older child: %(yen)s yen more") % {"yen": f"{cost['sibling']:,}"})
    return "、".join(words) if is_japanese(get_language()) else ", ".join(words)


def _name(name: str) -> str:
    return gettext(NAMES[name]) if name in NAMES else name


def _value(value: str) -> str:
    if value in CLASSES:
        return gettext(CLASSES[value])
    if yen := _YEN.fullmatch(value):
        return gettext("%(yen)s yen") % {"yen": yen[1]}
    for phrase, words in PHRASES.items():
        value = value.replace(phrase, f" {gettext(words)} ").strip()
    return _with_days(value)


def _with_days(text: str) -> str:
    """Write each day of the Japanese calendar as the reader's language does."""

    def written(found: re.Match[str]) -> str:
        try:
            day = date_format(read_day(found[1]))
        except NotADay:
            return found.group()
        return gettext("born on %(day)s") % {"day": day} if found[2] == "生" else day

    return _DAY.sub(written, text)
