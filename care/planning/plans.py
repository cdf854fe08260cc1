"""ケアプラン: aims set with the mother, a look at each every day, closed with what became of them."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from bookings.models import Booking, Stay
from bookings.places.locking import lock_booking
from care.ended import refuse_ended
from care.models import AimLook, NextStep, PhraseKind, PlanAim, PlanPhrase
from care.records import stay_of
from sankecare.errors import NotPossible, Refused
from sankecare.transactions import in_transaction

MOST_AIMS = 8
LONGEST = 200


@in_transaction
def set_aims(*, booking: Booking, phrases: Collection[int], words: str, by: User, at: datetime) -> Stay:
    """Add aims to a stay: phrases of the ward by their ids, and own words, one aim a line. One that is there stays.

    Errors: as ``refuse_ended``; Refused ``never_arrived``; NotPossible ``no_aim``, ``too_many_aims``,
    ``aim_too_long``, ``no_such_phrase``.
    """
    locked = lock_booking(booking)
    stay = stay_of(locked)
    refuse_ended(locked, at, is_new=True)
    there = list(PlanAim.objects.filter(stay=stay).select_related("phrase"))
    chosen = _phrases(PhraseKind.AIM, phrases, timezone.localdate(at), "phrases")
    new = [one for one in chosen if one.pk not in {aim.phrase_id for aim in there}]
    own = [line for line in _lines(words) if line not in {aim.words for aim in there}]
    if not chosen and not own:
        sentence = _("Please choose an aim, or write one.")
        raise NotPossible("no_aim", sentence, {"phrases": sentence})
    if len(there) + len(new) + len(own) > MOST_AIMS:
        sentence = _("At most %(most)d aims: fewer are easier to reach.") % {"most": MOST_AIMS}
        raise NotPossible("too_many_aims", sentence, {"phrases": sentence})
    signed = {"stay": stay, "recorded_at": at, "recorded_by": by}
    for phrase in new:
        PlanAim.objects.create(phrase=phrase, **signed)
    for line in own:
        PlanAim.objects.create(words=line, **signed)
    return stay


@in_transaction
def look_at_aims(*, booking: Booking, day: date, looks: Mapping[int, tuple[str, str]], by: User, at: datetime) -> Stay:
    """Write how it went with each aim on a day, by the aim's id: progress and a note; again: corrected.

    Errors: as ``refuse_ended``; Refused ``never_arrived``; NotPossible ``not_a_day_of_stay``, ``no_such_aim``.
    """
    locked = lock_booking(booking)
    stay = stay_of(locked)
    if day > timezone.localdate(at) or not locked.days.kept().filter(day=day).exists():
        sentence = _("The family was not here on this day.")
        raise NotPossible("not_a_day_of_stay", sentence, {"day": sentence})
    refuse_ended(locked, at, is_new=True)
    open_aims = set(PlanAim.objects.filter(stay=stay, outcome="").values_list("pk", flat=True))
    if not open_aims.issuperset(looks):
        raise NotPossible("no_such_aim", _("One of the aims is closed, or of another stay."))
    for aim, (progress, note) in looks.items():
        AimLook.objects.update_or_create(
            aim_id=aim,
            day=day,
            defaults={"progress": progress, "note": note.strip(), "recorded_at": at, "recorded_by": by},
        )
    return stay


@in_transaction
def close_aims(*, booking: Booking, outcomes: Mapping[int, str], by: User, at: datetime) -> Stay:
    """Close aims with what became of them, by the aim's id; a closed one is put right by closing it again.

    Errors: as ``refuse_ended``; Refused ``never_arrived``; NotPossible ``no_such_aim``.
    """
    locked = lock_booking(booking)
    stay = stay_of(locked)
    refuse_ended(locked, at, is_new=True)
    aims = {aim.pk: aim for aim in PlanAim.objects.filter(stay=stay, pk__in=list(outcomes))}
    if len(aims) != len(outcomes):
        raise NotPossible("no_such_aim", _("One of the aims is closed, or of another stay."))
    for pk, outcome in outcomes.items():
        aim = aims[pk]
        aim.outcome, aim.closed_at, aim.recorded_by = outcome, at, by
        aim.save(update_fields=["outcome", "closed_at", "recorded_by"])
    return stay


@in_transaction
def say_next_steps(*, booking: Booking, phrases: Collection[int], words: str, by: User, at: datetime) -> Stay:
    """Write what comes next at home, instead of what was written before: phrases by their ids, own words by line.

    Errors: as ``refuse_ended``; Refused ``never_arrived``; NotPossible ``aim_too_long``, ``no_such_phrase``.
    """
    locked = lock_booking(booking)
    stay = stay_of(locked)
    refuse_ended(locked, at, is_new=True)
    chosen = _phrases(PhraseKind.NEXT_STEP, phrases, timezone.localdate(at), "next_steps")
    NextStep.objects.filter(stay=stay).delete()
    signed = {"stay": stay, "recorded_at": at, "recorded_by": by}
    for phrase in chosen:
        NextStep.objects.create(phrase=phrase, **signed)
    for line in _lines(words):
        NextStep.objects.create(words=line, **signed)
    return stay


def refuse_open_aims(booking: Booking) -> None:
    """Refuse to let a family leave with an aim that nobody closed. Errors: Refused ``aims_open``."""
    if PlanAim.objects.filter(stay__booking=booking, outcome="").exists():
        sentence = _("An aim of the care plan is still open: please say what became of it.")
        raise Refused("aims_open", sentence)


def _phrases(kind: PhraseKind, wanted: Collection[int], day: date, field: str) -> list[PlanPhrase]:
    found = list(PlanPhrase.objects.filter(kind=kind, pk__in=wanted, period__contains=day))
    if len(found) != len(set(wanted)):
        sentence = _("One of these is not on the list of this day.")
        raise NotPossible("no_such_phrase", sentence, {field: sentence})
    return found


def _lines(words: str) -> list[str]:
    lines = list(dict.fromkeys(line.strip() for line in words.splitlines() if line.strip()))
    if any(len(line) > LONGEST for line in lines):
        sentence = _("A line has %(most)d characters at most.") % {"most": LONGEST}
        raise NotPossible("aim_too_long", sentence, {"words": sentence})
    return lines
