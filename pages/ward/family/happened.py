"""履歴: what happened to the family, as sentences, newest first: who did what, and with which paper."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from bookings.models import BookingState
from enrollment.models import EvidenceKind, Letter, TaxClass, TimelineEntry, TimelineEvent
from reports.family_history import BookingStep
from sankecare.periods import days_in_words

# What a member of staff reads of each happening; ``who`` is named by the page.
SENTENCES: Mapping[str, Any] = {
    TimelineEvent.APPLIED: gettext_lazy("%(who)s sent the application in"),
    TimelineEvent.CORRECTED: gettext_lazy("%(who)s sent the application in again"),
    TimelineEvent.WITHDRAWN: gettext_lazy("%(who)s withdrew the application"),
    TimelineEvent.APPROVED: gettext_lazy("%(who)s approved it"),
    TimelineEvent.RETURNED: gettext_lazy("%(who)s returned it for correction"),
    TimelineEvent.REJECTED: gettext_lazy("%(who)s rejected it"),
    TimelineEvent.TAKEN_BACK: gettext_lazy("%(who)s took the decision back"),
    TimelineEvent.DRAFTED: gettext_lazy("%(who)s drafted the decision"),
    TimelineEvent.DRAFT_RETURNED: gettext_lazy("%(who)s returned the drafted decision"),
    TimelineEvent.DRAFT_TAKEN_BACK: gettext_lazy("%(who)s took the drafted decision back"),
    TimelineEvent.EXCEPTION_PROPOSED: gettext_lazy("%(who)s proposed an exception"),
    TimelineEvent.EXCEPTION_GRANTED: gettext_lazy("%(who)s granted the exception"),
    TimelineEvent.BIRTH_REPORTED: gettext_lazy("%(who)s reported the birth"),
    TimelineEvent.ADDRESS_CHANGED: gettext_lazy("%(who)s entered a new address"),
    TimelineEvent.MOVED_OUT: gettext_lazy("%(who)s entered the moving out"),
    TimelineEvent.TAX_CLASS_CHANGED: gettext_lazy("%(who)s entered another tax class"),
    TimelineEvent.PERSON_CORRECTED: gettext_lazy("%(who)s changed name or contact"),
    TimelineEvent.EMAIL_CHANGED: gettext_lazy("%(who)s changed the e-mail address"),
    TimelineEvent.FACTS_CORRECTED: gettext_lazy("%(who)s put facts right"),
    TimelineEvent.ROLLS_OVER: gettext_lazy("%(who)s reported that the baby rolls over"),
    TimelineEvent.ENDED: gettext_lazy("%(who)s ended the registration"),
    TimelineEvent.EVIDENCE_SENT: gettext_lazy("%(who)s sent a paper in"),
    TimelineEvent.LETTER_ISSUED: gettext_lazy("%(who)s issued a letter"),
    TimelineEvent.LETTER_VOIDED: gettext_lazy("%(who)s voided a letter"),
    TimelineEvent.MERGED: gettext_lazy("%(who)s joined two entries into this one"),
    TimelineEvent.PROTECTED: gettext_lazy("%(who)s put the address under protection"),
    TimelineEvent.PROTECTION_RENEWED: gettext_lazy("%(who)s renewed the protection"),
    TimelineEvent.END_PROPOSED: gettext_lazy("%(who)s proposed to end the protection"),
    TimelineEvent.END_DECLINED: gettext_lazy("%(who)s did not end the protection"),
    TimelineEvent.PROTECTION_ENDED: gettext_lazy("%(who)s ended the protection, as a second person"),
    TimelineEvent.NAMED: gettext_lazy("%(who)s named somebody for the address"),
    TimelineEvent.UNNAMED: gettext_lazy("%(who)s took somebody off those named for the address"),
    TimelineEvent.LOOK_ASKED: gettext_lazy("%(who)s asked to see the address"),
    TimelineEvent.LOOK_OPENED: gettext_lazy("%(who)s opened the address for a look"),
}
STATES: Mapping[BookingState, Any] = {
    BookingState.OFFERED: gettext_lazy("%(who)s offered the place again"),
    BookingState.BOOKED: gettext_lazy("%(who)s booked it again, or took the offer"),
    BookingState.ARRIVED: gettext_lazy("%(who)s recorded the arrival"),
    BookingState.DEPARTED: gettext_lazy("%(who)s recorded the departure"),
    BookingState.CANCELLED: gettext_lazy("%(who)s cancelled the booking"),
    BookingState.NO_SHOW: gettext_lazy("%(who)s recorded that nobody came"),
}
BOOKED, OFFERED = gettext_lazy("%(who)s booked"), gettext_lazy("%(who)s offered a place")
DECIDED = (TimelineEvent.APPROVED, TimelineEvent.RETURNED, TimelineEvent.REJECTED)


@dataclass(frozen=True)
class Happening:
    """One sentence. ``by``: whose id stands for ``who`` in it; ``details``: what stands in brackets behind it."""

    at: datetime
    by: int | None
    sentence: Any
    details: tuple[str, ...] = ()
    facts: Mapping[str, object] = field(default_factory=dict)

    def said(self, who: str) -> str:
        """Return the sentence, its details in brackets."""
        words = str(self.sentence) % {**self.facts, "who": who}
        shown = _(", ").join(detail for detail in self.details if detail)
        return _("%(sentence)s (%(details)s)") % {"sentence": words, "details": shown} if shown else words


def of_timeline(entries: Iterable[TimelineEntry], letters: Iterable[Letter]) -> list[Happening]:
    """Return what the timeline holds; a decision and the letter that it made are one sentence. No query."""
    by_key = {letter.pk: letter for letter in letters}
    issued = {
        (entry.registration_id, entry.entered_at): entry
        for entry in entries
        if entry.happening == TimelineEvent.LETTER_ISSUED
    }
    told, found = set(), []
    for entry in entries:
        more = []
        if entry.happening in DECIDED and (made := issued.get((entry.registration_id, entry.entered_at))) is not None:
            told.add(made.pk)
            more = [_letter_words(made, by_key)]
        found.append((entry, more))
    return [
        Happening(
            entry.entered_at,
            entry.entered_by_id,
            SENTENCES[entry.happening],
            (*_details(entry, by_key), *more),
        )
        for entry, more in found
        if entry.pk not in told
    ]


def _details(entry: TimelineEntry, letters: Mapping[int, Letter]) -> list[str]:
    found = [entry.registration.number] if entry.registration else []
    facts = entry.facts
    if entry.happening in (TimelineEvent.LETTER_ISSUED, TimelineEvent.LETTER_VOIDED):
        found.append(_letter_words(entry, letters))
    if entry.happening == TimelineEvent.TAX_CLASS_CHANGED and facts.get("tax_class") in TaxClass.values:
        found.append(str(TaxClass(facts["tax_class"]).label))
    if entry.happening == TimelineEvent.EVIDENCE_SENT and facts.get("kind") in EvidenceKind.values:
        found.append(str(EvidenceKind(facts["kind"]).label))
    if entry.happening == TimelineEvent.MERGED and facts.get("given_up"):
        found.append(f"No.{facts['given_up']}")
    if entry.on_day != timezone.localdate(entry.entered_at):
        found.append(_("as of %(day)s") % {"day": date_format(entry.on_day)})
    return found


def _letter_words(entry: TimelineEntry, letters: Mapping[int, Letter]) -> str:
    letter = letters.get(entry.facts.get("letter", 0))
    if letter is None:
        return ""
    return f"{letter.get_kind_display()} {letter.snapshot.get('number', '')}".strip()


def of_bookings(rows: Iterable[Mapping[str, Any]], steps: Iterable[BookingStep]) -> list[Happening]:
    """Return who booked what, and every state that it came into. No query."""
    numbers = {row["booking"].pk: row["booking"].number for row in rows}
    booked = [
        Happening(
            row["booking"].booked_at,
            row["booking"].booked_by_id,
            OFFERED if row["booking"].offered_until is not None else BOOKED,
            (row["booking"].number, row["name"], days_in_words(row["days"])),
        )
        for row in rows
    ]
    stepped = [Happening(step.at, step.by, STATES[step.state], (numbers.get(step.booking, ""),)) for step in steps]
    return booked + stepped


def of_money(money: Mapping[str, Any]) -> list[Happening]:
    """Return charges issued and what was paid or given back. No query."""
    charged = [
        Happening(
            row["charge"].issued_at,
            row["charge"].issued_by_id,
            gettext_lazy("%(who)s issued the fee"),
            (row["charge"].number, _("%(amount)s yen") % {"amount": f"{row['charge'].total:,}"}),
        )
        for row in money["charges"]
    ]
    paid = [
        Happening(
            row["payment"].received_at,
            row["payment"].received_by_id,
            gettext_lazy("%(who)s gave money back") if row["is_refund"] else gettext_lazy("%(who)s received money"),
            (row["payment"].number, _("%(amount)s yen") % {"amount": f"{row['payment'].amount:,}"}),
        )
        for row in money["payments"]
    ]
    return charged + paid


def newest_first(happened: Iterable[Happening], people: Mapping[int, str]) -> list[dict[str, Any]]:
    """Return the sentences, newest first."""
    ordered = sorted(happened, key=lambda one: one.at, reverse=True)
    return [
        {"at": one.at, "words": one.said(people.get(one.by, "") if one.by else _("the system"))} for one in ordered
    ]


def people_of(happened: Iterable[Happening], more: Iterable[int | None] = ()) -> list[User]:
    """Return who did it. One query."""
    keys = {one.by for one in happened} | set(more)
    return list(User.objects.filter(pk__in={key for key in keys if key is not None}))
