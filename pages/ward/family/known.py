"""What is known of the family: where it lives and lived, its tax classes, its children, who helps, its papers."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.actions import Action
from accounts.models import User
from accounts.permissions import may, visible
from enrollment.age import years_old
from enrollment.models import (
    DeletionRequest,
    DeletionState,
    EvidenceFile,
    Family,
    FamilyHelper,
    HardNews,
    Letter,
    Residence,
    TaxClassPeriod,
)
from enrollment.protection.queries import history_of
from referrals.models import PlaceRequest, Referral
from referrals.queries import referrals_shown
from reports.family_history import Origin
from sankecare.periods import last_day
from sankecare.phones import grouped_phone

from .links import links, url_for

Key = tuple[str, int, str]


def residence_in_words(residence: Residence) -> str:
    """Return the address on one line; of a protected family that it is not disclosed."""
    code = f"〒{residence.postcode[:3]}-{residence.postcode[3:]} " if residence.postcode else ""
    return f"{code}{residence.in_words}"


def protection_of(person: User, family: Family) -> dict[str, Any]:
    """Return the protection that is in force, and what is kept of it. No query where there was none, else three."""
    flag = getattr(family, "protection", None)
    may_read = flag is not None and may(person, Action.PROTECTION_SEE)
    return {
        "protection": flag if flag is not None and flag.ended_at is None else None,
        "protection_history": history_of(family) if may_read else None,
    }


def residences_of(family: Family, today: date) -> list[dict[str, Any]]:
    """Return where the family lives and lived, the newest first. One query."""
    rows = Residence.objects.filter(family=family).select_related("town", "district").order_by("-period", "-pk")
    return [
        {
            "row": row,
            "words": residence_in_words(row),
            "district": row.district,
            "first": row.period.lower,
            "last": last_day(row.period),
            "holds": _holds(row, today),
        }
        for row in rows
    ]


def tax_classes_of(family: Family, today: date) -> list[dict[str, Any]]:
    """Return the household's tax classes with their days and the evidence seen, the newest first. One query."""
    rows = TaxClassPeriod.objects.filter(family=family).order_by("-period", "-pk")
    return [
        {
            "row": row,
            "words": row.get_tax_class_display(),
            "first": row.period.lower,
            "last": last_day(row.period),
            "evidence": row.evidence,
            "file": row.evidence_file_id,
            "holds": _holds(row, today),
        }
        for row in rows
    ]


def person_rows(family: Family) -> list[dict[str, Any]]:
    """Return who she is, each fact with the key of its origin (reports.family_history). No query."""
    born = date_format(family.mother_birth_date) if family.mother_birth_date else "–"
    shown = (
        (_("Name"), f"{family.mother_name}（{family.mother_name_kana}）", "mother_name"),
        (_("Date of birth"), born, "mother_birth_date"),
        (_("Telephone"), grouped_phone(family.phone) or "–", "phone"),
        (_("E-mail"), family.mail_address or "–", "email"),
    )
    return [{"title": title, "words": words, "key": ("Family", family.pk, name)} for title, words, name in shown]


def origin_in_words(origins: Mapping[Key, Origin], key: Key, people: Mapping[int, str]) -> str:
    """Say on which day and by whom a fact was entered as it stands; "" where the history does not know."""
    origin = origins.get(key)
    if origin is None:
        return ""
    who = people.get(origin.by, "") if origin.by is not None else ""
    return f"{date_format(timezone.localdate(origin.at))} {who}".strip()


def holding(rows: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """Return what holds today, else the next that will, else None."""
    return next((row for row in rows if row["holds"]), rows[0] if rows else None)


def siblings_of(family: Family, today: date) -> list[dict[str, Any]]:
    """Return the elder children with their age. One query."""
    return [
        {"row": child, "years": years_old(child.birth_date, today)}
        for child in family.siblings.filter(joined_into=None)
    ]


def open_hard_news(person: User, family: Family) -> HardNews | None:
    """Return what the family told of its baby and has not ended. One query."""
    return visible(person, Action.HARD_NEWS_WORK, HardNews.objects.filter(family=family, ended_at=None)).first()


def letters_of(person: User, family: Family) -> list[dict[str, Any]]:
    """Return the ward's letters with when she opened them. One query."""
    asked = visible(person, Action.LETTER_READ, Letter.objects.filter(registration__birth__family=family))
    return [
        {
            "letter": letter,
            "number": letter.snapshot.get("number", ""),
            "url": url_for(person, "letters:pdf", letter.pk),
            "void": "" if letter.voided_at else url_for(person, "letters:void", letter.pk),
        }
        for letter in asked.select_related("issued_by", "registration")
    ]


def papers_of(person: User, family: Family) -> list[dict[str, Any]]:
    """Return the papers that were sent in, the newest first. One query."""
    asked = visible(person, Action.EVIDENCE_VIEW, EvidenceFile.objects.filter(family=family).defer("content"))
    return [
        {"paper": paper, "url": url_for(person, "papers:paper", paper.pk)}
        for paper in asked.select_related("uploaded_by").order_by("-uploaded_at", "-pk")
    ]


def referrals_of(person: User, family: Family) -> "QuerySet[Referral]":
    """Return the follow-up requests that the person may read; staff of the ward none."""
    return visible(person, Action.REFERRAL_VIEW, referrals_shown().filter(family=family)).order_by("-raised_at", "-pk")


def place_requests_of(person: User, family: Family) -> list[dict[str, Any]]:
    """Return what a district asked for this family, and the answer. One query."""
    asked = visible(person, Action.PLACE_READ, PlaceRequest.objects.filter(family=family))
    return [
        {"request": row, "url": url_for(person, "admin:referrals_placerequest_change", row.pk)}
        for row in asked.select_related("district", "service__facility", "decided_by").order_by("-asked_at", "-pk")
    ]


def helpers_of(family: Family) -> "QuerySet[FamilyHelper]":
    """Return who helps her now, by her invitation. One query."""
    return FamilyHelper.objects.filter(family=family, ended_at=None, accepted_at__isnull=False)


def deletions_open(person: User, family: Family) -> list[dict[str, Any]]:
    """Return what she asks to be deleted and nobody has answered. One query."""
    asked = DeletionRequest.objects.filter(family=family, state=DeletionState.ASKED)
    rows = visible(person, Action.DELETION_DECIDE, asked)
    return [{"request": row, "url": url_for(person, "deletion:decide", row.pk)} for row in rows]


def changes_to_report(person: User, family: Family, *, born: bool, rolls_over: bool, leaves: bool) -> list[Any]:
    """Return what is reported for her, each with its page."""
    pk = [family.pk]
    asked = [
        (_("A new address in the ward"), "life:address", pk),
        (_("Moving out of the ward"), "life:move-out", pk),
        (_("Another telephone number"), "life:phone", pk),
        (_("Another e-mail address"), "life:email", pk),
        (_("Another tax class"), "life:tax-class", pk),
        (_("Name and date of birth"), "admin:enrollment_family_change", pk),
        (_("A paper that she brought or sent"), "papers:for-family", pk),
        (_("Protection of the address"), "protection:state", pk),
    ]
    if leaves:
        asked.insert(2, (_("Undo the moving out"), "life:stay", pk))
    if born:
        asked.insert(3, (_("The baby rolls over"), "life:rolling-over", pk))
    if rolls_over:
        asked.insert(4, (_("The baby does not roll over after all"), "life:not-rolling-over", pk))
    reports = may(person, Action.FAMILY_CHANGE)
    return links(person, [one for one in asked if reports or not one[1].startswith("admin:")])


def _holds(row: Residence | TaxClassPeriod, today: date) -> bool:
    first, after = row.period.lower, row.period.upper
    return (first is None or first <= today) and (after is None or after > today)
