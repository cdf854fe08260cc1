"""訪問・オンライン相談: an appointment recorded in one go; its day is used, and what was written can be corrected."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from bookings.models import Booking, BookingDay, BookingState, DayStatus, Stay
from bookings.places.locking import lock_booking
from bookings.places.queries import VISITS, days_held
from bookings.places.release import release_days
from bookings.stays.stays import record_arrival
from care.models import ConsultationTopic, VisitRecord, VisitTopic
from sankecare.errors import NotPossible, Refused
from sankecare.transactions import in_transaction

from .ended import refuse_ended

TOOK_PLACE = (BookingState.BOOKED, BookingState.ARRIVED, BookingState.DEPARTED)


@dataclass(frozen=True)
class VisitFacts:
    """What is written of a visit: from when to when, on what (ids of topics), and what the mother takes along."""

    began: time
    ended: time
    topics: Collection[int] = ()
    talked_about: str = ""
    advice: str = ""
    next_step: str = ""


@in_transaction
def write_visit_record(
    *, booking: Booking, day: date, facts: VisitFacts, by: User, at: datetime, corrected_because: str = ""
) -> VisitRecord:
    """Record that the visit or consultation of the day took place, or correct what was recorded.

    The day is used from then on; days before it that were not recorded did not take place and are released. Visits
    that lie apart are a booking of their own from the first one on, recorded and charged by themselves.

    Errors: as ``ended.refuse_ended``; NotPossible ``ends_before_it_begins``, ``not_over_yet``, ``not_a_visit``,
    ``no_appointment``,
    ``no_such_topic``; Refused ``not_booked`` (cancelled, not come, only offered).
    """
    began_at, ended_at = (timezone.make_aware(datetime.combine(day, one)) for one in (facts.began, facts.ended))
    _refuse_impossible_times(day, began_at, ended_at, at)
    topics = _topics(facts.topics, day)
    locked = lock_booking(booking)
    if locked.service.kind not in VISITS:
        raise NotPossible("not_a_visit", _("%(number)s is a stay, not a visit.") % {"number": locked.number})
    booked = _booked_day(locked, day)
    is_new = not VisitRecord.objects.filter(booked_day=booked).exists()
    refuse_ended(locked, at, is_new=is_new, reason=corrected_because)
    _use(locked, booked, by, at, began_at)
    record, _new = VisitRecord.objects.update_or_create(
        booked_day=booked,
        defaults={
            "began_at": began_at,
            "ended_at": ended_at,
            "talked_about": facts.talked_about,
            "advice": facts.advice,
            "next_step": facts.next_step,
            "recorded_at": at,
            "recorded_by": by,
            "corrected_because": corrected_because.strip(),
        },
    )
    record.topics.exclude(topic__in=topics).delete()
    there = set(record.topics.values_list("topic", flat=True))
    VisitTopic.objects.bulk_create(VisitTopic(record=record, topic=topic) for topic in topics if topic.pk not in there)
    _correct_stay(locked, day, record, at)
    return record


def is_last_visit(booking: Booking) -> bool:
    """Whether the booking has begun and no appointment of it is left: it can be ended and charged."""
    locked = lock_booking(booking)
    return locked.state == BookingState.ARRIVED and not locked.days.filter(status=DayStatus.HELD).exists()


def _refuse_impossible_times(day: date, began_at: datetime, ended_at: datetime, at: datetime) -> None:
    if day > timezone.localdate(at):
        sentence = _("This day has not come yet.")
        raise NotPossible("not_over_yet", sentence, {"day": sentence})
    if ended_at <= began_at:
        sentence = _("The end lies before the beginning.")
        raise NotPossible("ends_before_it_begins", sentence, {"ended": sentence})
    if ended_at > at:
        sentence = _("This time has not come yet. Please record the visit once it is over.")
        raise NotPossible("not_over_yet", sentence, {"ended": sentence})


def _topics(wanted: Collection[int], day: date) -> list[ConsultationTopic]:
    found = list(ConsultationTopic.objects.filter(pk__in=wanted, period__contains=day))
    if len(found) != len(set(wanted)):
        sentence = _("One of the topics is not on the list of this day.")
        raise NotPossible("no_such_topic", sentence, {"topics": sentence})
    return found


def _booked_day(locked: Booking, day: date) -> BookingDay:
    if locked.state not in TOOK_PLACE:
        sentence = _("%(number)s is no longer booked: %(state)s.")
        raise Refused("not_booked", sentence % {"number": locked.number, "state": locked.get_state_display()})
    booked = locked.days.kept().filter(day=day).first()
    if booked is None:
        raise NotPossible("no_appointment", _("There is no appointment on this day."))
    return booked


def _use(locked: Booking, booked: BookingDay, by: User, at: datetime, began_at: datetime) -> None:
    if locked.state == BookingState.BOOKED:
        record_arrival(booking=locked, by=by, at=at, happened_at=began_at, is_visit=True)
    elif booked.status == DayStatus.HELD:
        release_days(locked, [day for day in days_held(locked) if day < booked.day], at, missed=True)
        locked.days.filter(pk=booked.pk).update(status=DayStatus.USED)


def _correct_stay(locked: Booking, day: date, record: VisitRecord, at: datetime) -> None:
    """Beginning and end of the first and the last visit are those of the whole."""
    stay = Stay.objects.get(booking=locked)
    days = locked.days_kept
    arrived_at = record.began_at if day == days[0] else stay.arrived_at
    departed_at = record.ended_at if day == days[-1] and stay.departed_at else stay.departed_at
    if (arrived_at, departed_at) != (stay.arrived_at, stay.departed_at):
        stay.arrived_at, stay.departed_at = arrived_at, departed_at
        stay.arrival_recorded_at = at
        stay.departure_recorded_at = at if departed_at else None
        stay.save(update_fields=["arrived_at", "arrival_recorded_at", "departed_at", "departure_recorded_at"])
