"""Why days cannot be given, in sentences that a mother can act on."""

from collections.abc import Callable, Iterable
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from bookings.models import Booking
from enrollment.eligibility import NotJudgeable, Verdict
from enrollment.models import Registration
from enrollment.reasons import reason, why_not_judgeable
from sankecare.database_refusals import constraint_of, sentence_for
from sankecare.errors import NotPossible, Refused
from sankecare.moments import fact_in_words, moment_in_words

from .limits import LimitCode, Violation


def is_self_service(by: User) -> bool:
    """Tell whether a family asks online, which is bound by periods of notice; staff do it for her on the telephone."""
    return by.role == Role.MOTHER


def is_helper_of(booked: Registration, by: User) -> bool:
    """Tell whether somebody acts whom the mother invited: neither she herself nor the ward."""
    return by.role == Role.MOTHER and booked.birth.family.account_id != by.pk


def only_she_answers() -> Refused:
    """A place held by a draw or the waiting list is the mother's own matter, as her wish was."""
    return Refused("offer_is_hers", _("Only the mother herself can answer for a place that is held for her."))


def only_she_uses_coupons() -> NotPossible:
    """A helper reads no fee and so spends no coupons."""
    sentence = _("Coupons are chosen by the mother herself, on her own page.")
    return NotPossible("coupons_are_hers", sentence, {"coupons": sentence})


def not_eligible_to_a_helper() -> NotPossible:
    """What stands against it is of her health or her household, which a helper does not read."""
    sentence = _("These days cannot be booked here. Please ask the mother: her own page says why.")
    return NotPossible("not_eligible", sentence, {"days": sentence})


def in_words(days: Iterable[date]) -> str:
    """List days as people read them."""
    return _(", ").join(date_format(day, "MONTH_DAY_FORMAT") for day in sorted(days))


def not_changeable(booking: Booking) -> Refused:
    """The booking has ended, or is only offered."""
    words = {"number": booking.number, "state": booking.get_state_display()}
    return Refused("not_changeable", _("%(number)s cannot be changed any more: %(state)s.") % words)


def days_full(days: Iterable[date]) -> Refused:
    """The days were free a moment ago, or never: another family has the last place."""
    named = in_words(days)
    sentence = _("There is no place left on %(days)s. Please choose other days.") % {"days": named}
    return Refused("day_full", sentence, {"days": sentence})


def draw_first(days: Iterable[date], draw_at: datetime | None) -> Refused:
    """The days are given by lot (None: by a draw to be announced); what is left can be booked after the draw."""
    facts = {"days": in_words(days)}
    if draw_at is None:
        sentence = _("%(days)s: given by lot. The draw is not announced yet; what it leaves is then free.") % facts
    else:
        facts["moment"] = moment_in_words(draw_at)
        sentence = (
            _("%(days)s: given by lot on %(moment)s. Enter the draw on your page; what is left is then free.") % facts
        )
    return Refused("draw_first", sentence, {"days": sentence})


def days_passed(days: Iterable[date]) -> NotPossible:
    """The days lie before today."""
    sentence = _("%(days)s has passed. Please choose days from today on.") % {"days": in_words(days)}
    return NotPossible("day_passed", sentence, {"days": sentence})


def days_closed(days: Iterable[date]) -> NotPossible:
    """The facility is closed on these days."""
    sentence = _("The facility is closed on %(days)s. Please choose other days.") % {"days": in_words(days)}
    return NotPossible("day_closed", sentence, {"days": sentence})


def sibling_rooms_full(days: Iterable[date]) -> Refused:
    """The rooms that take a sibling are all given."""
    sentence = _("On %(days)s there is no room left that takes a sibling.") % {"days": in_words(days)}
    return Refused("sibling_rooms_full", sentence, {"sibling": sentence})


def days_out_of_order(field: str) -> NotPossible:
    """The last day lies before the first."""
    sentence = _("The last day lies before the first.")
    return NotPossible("days_out_of_order", sentence, {field: sentence})


def too_many_days_asked(field: str, limit: int) -> NotPossible:
    """More days than are answered at once."""
    sentence = _("At most %(limit)s days are shown at once.") % {"limit": limit}
    return NotPossible("too_many_days", sentence, {field: sentence})


def sibling_of_another() -> NotPossible:
    """The sibling is no child of this family."""
    sentence = _("This sibling is not in your registration.")
    return NotPossible("sibling_of_another", sentence, {"sibling": sentence})


def not_eligible(verdict: Verdict) -> NotPossible:
    """Name each rule that is not met, with its reason."""
    unmet = {str(rule.rule): reason(rule) for rule in verdict.rules if not rule.met and not rule.excepted}
    return NotPossible("not_eligible", " ".join(unmet.values()), unmet)


def not_judgeable(error: NotJudgeable) -> NotPossible:
    """What was asked makes no sense of days."""
    return NotPossible(error.code, why_not_judgeable(error), {"days": why_not_judgeable(error)})


def beyond_limits(violations: list[Violation]) -> Refused:
    """The first limit that the days break; all of them in the sentence."""
    sentences = [_limit_sentence(violation) for violation in violations]
    return Refused(str(violations[0].code), " ".join(sentences), {"days": " ".join(sentences)})


def _limit_sentence(violation: Violation) -> str:
    sentences: dict[LimitCode, str] = {
        LimitCode.NO_DAYS: _("Please choose at least one day."),
        LimitCode.DAY_TWICE: _("%(day)s was chosen twice."),
        LimitCode.DAY_TAKEN: _("You already have a booking on %(day)s."),
        LimitCode.TOO_MANY_DAYS: _(
            "%(left)s days are left for this birth (of %(limit)s). You chose %(requested)s: please choose %(over)s "
            "fewer."
        ),
        LimitCode.TOO_MANY_CONSECUTIVE_DAYS: _(
            "You can stay %(limit)s days in a row. From %(first_day)s to %(last_day)s it would be %(days)s."
        ),
        LimitCode.TOO_SHORT_NOTICE: _(
            "%(first_day)s could be booked here until %(until)s. The earliest day is now %(earliest_day)s. If you need"
            " help sooner, please call."
        ),
        LimitCode.NOT_OPEN_YET: _(
            "%(last_day)s can be booked from %(opens_on)s on. Today the days up to %(latest_day)s can be booked."
        ),
    }
    if violation.facts.get("left") == 0:
        return _("All %(limit)s days for this birth are booked or used.") % violation.facts
    return sentences[violation.code] % {name: _readable(fact) for name, fact in violation.facts.items()}


def _readable(fact: int | date | datetime) -> Any:
    if isinstance(fact, datetime):
        return fact_in_words(timezone.make_aware(fact), "MONTH_DAY_FORMAT")  # the limits speak local time
    return fact_in_words(fact, "MONTH_DAY_FORMAT")


@contextmanager
def db_errors_as_refusals() -> Any:
    """Turn the database guard's own refusal into the answer that the operation would have given."""
    try:
        yield
    except IntegrityError as refusal:
        codes: dict[str, Callable[[str], Refused]] = {
            "booking_day_within_slots": lambda words: Refused("day_full", words, {"days": words}),
            "booking_day_within_sibling_rooms": lambda words: Refused("sibling_rooms_full", words, {"sibling": words}),
            "room_of_one_family_at_a_time": lambda words: Refused("room_taken", words, {"room": words}),
            "booking_day_one_a_family": lambda words: Refused("day_taken", words, {"days": words}),
            "booking_day_one_appointment_at_a_time": lambda words: Refused("time_taken", words, {"times": words}),
        }
        answer = codes.get(constraint_of(refusal))
        if answer is None:
            raise
        raise answer(sentence_for(refusal)) from refusal


@contextmanager
def guarded_transaction() -> Any:
    """Open the one durable transaction of a page; what the database guards refuse at its end is said in words."""
    with db_errors_as_refusals(), transaction.atomic(durable=True):
        yield
