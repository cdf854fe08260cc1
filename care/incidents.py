"""ヒヤリハット・事故: recorded, corrected, reported to the ward. Each locks the incident it changes."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from bookings.models import Stay
from care.models import Incident, IncidentKind, IncidentReport, SafetyChapter, Severity
from enrollment.models import Infant
from facilities.models import Facility
from sankecare.errors import NotPossible, Refused
from sankecare.transactions import in_transaction

from .incident_queries import terms_on
from .incident_rules import NO_HARM, is_serious, report_days


@dataclass(frozen=True)
class IncidentFacts:
    """What is written of a near miss or incident; ``stay`` and ``infant`` are whom it concerns, if anybody."""

    kind: IncidentKind
    chapter: SafetyChapter
    happened_at: datetime
    place: str
    what_happened: str
    done_at_once: str
    severity: Severity
    prevention: str = ""
    stay: Stay | None = None
    infant: Infant | None = None

    @property
    def fields(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@in_transaction
def record_incident(*, facility: Facility, facts: IncidentFacts, by: User, at: datetime) -> Incident:
    """Write down a near miss or an incident; a serious one gets the last days for its reports.

    Errors: NotPossible ``no_text``, ``happened_ahead``, ``near_miss_with_harm``, ``stay_of_another``,
    ``before_arrival``, ``after_departure``, ``infant_of_another``.
    """
    _refuse_impossible(facility, facts, at)
    first, second = _due_days(facts)
    return Incident.objects.create(
        facility=facility, **facts.fields, first_due_on=first, second_due_on=second, recorded_at=at, recorded_by=by
    )


@in_transaction
def correct_incident(*, incident: Incident, facts: IncidentFacts, by: User, at: datetime) -> Incident:
    """Correct what was written; the text before stays in the history. Nothing different: nothing is written.

    The days told for its reports stand as long as it stays serious and happened on the same day.
    Errors: as ``record_incident``; Refused ``reported_before``.
    """
    kept = lock_incident(incident)
    _refuse_impossible(kept.facility, facts, at)
    if all(getattr(kept, name) == value for name, value in facts.fields.items()):
        return kept
    first_report = kept.reports.order_by("number").first()
    if first_report is not None and facts.happened_at > first_report.reported_at:
        sentence = _("It was reported to the ward before this. Please look at the day and the time again.")
        raise NotPossible("reported_before", sentence, {"happened_on": sentence})
    same_day = timezone.localdate(kept.happened_at) == timezone.localdate(facts.happened_at)
    if not (same_day and kept.serious and is_serious(facts.severity)):
        kept.first_due_on, kept.second_due_on = _due_days(facts)
    for name, value in facts.fields.items():
        setattr(kept, name, value)
    kept.corrected_at, kept.corrected_by = at, by
    kept.save()
    return kept


@in_transaction
def report_incident(
    *, incident: Incident, number: int, reported_at: datetime, text: str, by: User, at: datetime
) -> IncidentReport:
    """Record that the ward was told: the report of this ``number``, once, after the one before it.

    Errors: NotPossible ``no_text``, ``reported_ahead``, ``reported_too_early``; Refused ``not_serious``,
    ``reported_already`` (somebody else recorded it), ``not_its_turn``.
    """
    if not text.strip():
        sentence = _("Please write what was reported.")
        raise NotPossible("no_text", sentence, {"text": sentence})
    if reported_at > at:
        sentence = _("This time has not come yet.")
        raise NotPossible("reported_ahead", sentence, {"reported_on": sentence})
    locked = lock_incident(incident)
    before = locked.reports.select_related("recorded_by").order_by("-number").first()
    _refuse_out_of_turn(locked, number, before)
    if reported_at < (before.reported_at if before else locked.happened_at):
        sentence = _("This is before it happened, or before the report before.")
        raise NotPossible("reported_too_early", sentence, {"reported_on": sentence})
    return IncidentReport.objects.create(
        incident=locked, number=number, reported_at=reported_at, text=text, recorded_at=at, recorded_by=by
    )


def _refuse_out_of_turn(incident: Incident, number: int, before: IncidentReport | None) -> None:
    if before is None and not incident.serious:
        raise Refused("not_serious", _("%(number)s is not serious: no report is due.") % {"number": incident.number})
    if before is not None and number <= before.number:
        told = incident.reports.select_related("recorded_by").get(number=number)
        sentence = _("%(report)s of %(number)s was recorded by %(person)s already.")
        values = {"report": told.title, "number": incident.number, "person": told.recorded_by}
        raise Refused("reported_already", sentence % values)
    if number != (before.number if before else 0) + 1:
        raise Refused("not_its_turn", _("The report before this one is not recorded yet."))


def lock_incident(incident: Incident) -> Incident:
    """Lock an incident and return it as it is now."""
    return (
        Incident.objects.select_for_update(no_key=True, of=("self",))
        .select_related("facility", "chapter", "stay", "infant", "recorded_by", "corrected_by")
        .get(pk=incident.pk)
    )


def _due_days(facts: IncidentFacts) -> tuple[date, date] | tuple[None, None]:
    if not is_serious(facts.severity):
        return None, None
    happened_on = timezone.localdate(facts.happened_at)
    return report_days(happened_on, terms_on(happened_on))


def _refuse_impossible(facility: Facility, facts: IncidentFacts, at: datetime) -> None:
    for name in ("place", "what_happened", "done_at_once"):
        if not getattr(facts, name).strip():
            sentence = _("Please fill this in.")
            raise NotPossible("no_text", sentence, {name: sentence})
    if facts.happened_at > at:
        sentence = _("This time has not come yet.")
        raise NotPossible("happened_ahead", sentence, {"happened_on": sentence})
    if facts.kind == IncidentKind.NEAR_MISS and facts.severity != NO_HARM:
        sentence = _("A near miss harms nobody. Where somebody came to harm, please choose “incident” above.")
        raise NotPossible("near_miss_with_harm", sentence, {"severity": sentence})
    if facts.stay is not None:
        _refuse_another_stay(facility, facts.stay, facts)
    elif facts.infant is not None:
        raise NotPossible("infant_of_another", _("This infant is not in the registration."))


def _refuse_another_stay(facility: Facility, stay: Stay, facts: IncidentFacts) -> None:
    if stay.booking.service.facility_id != facility.pk:
        sentence = _("This stay is at another facility.")
        raise NotPossible("stay_of_another", sentence, {"concerned": sentence})
    arrived = timezone.localtime(stay.arrived_at)
    if timezone.localdate(facts.happened_at) < _first_day(stay):
        sentence = _("The family arrived after this: %(day)s, %(time)s.") % {
            "day": arrived.date().isoformat(),
            "time": arrived.strftime("%H:%M"),
        }
        raise NotPossible("before_arrival", sentence, {"happened_on": sentence})
    if stay.departed_at is not None and timezone.localdate(facts.happened_at) > timezone.localdate(stay.departed_at):
        sentence = _("The family had left before this.")
        raise NotPossible("after_departure", sentence, {"happened_on": sentence})
    if facts.infant is not None and facts.infant.birth_id != stay.booking.registration.birth_id:
        sentence = _("This infant is not in the registration.")
        raise NotPossible("infant_of_another", sentence, {"concerned": sentence})


def _first_day(stay: Stay) -> date:
    """The first day on which the family was expected: an arrival is touched late where something happened first."""
    days = [row.day for row in stay.booking.days.all() if row.is_kept or row.missed]
    return min([*days, timezone.localdate(stay.arrived_at)])
