"""What comes due by the clock: deadlines, draws, offers nobody answered, steps nobody undid. Each may run twice."""

import time

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from bookings.draws.closing import close_round
from bookings.draws.drawing import run_draw
from bookings.draws.public_number import has_no_number
from bookings.draws.round_entries import is_in_hand
from bookings.draws.round_odds import keep_odds, odds_now, rounds_to_work_out
from bookings.places.offers import lapse_offers, remind_of_offers
from bookings.places.refusals import guarded_transaction
from bookings.reminders.remind import remind_families
from bookings.stays.steps import settle_steps
from bookings.unmet.closing import close_weeks
from bookings.waiting.counting import look_at_everybody_again
from bookings.waiting.passing_on import pass_on_all
from bookings.wish.wishing import keep_all_in_step, keep_booked_in_step
from sankecare.isolation import isolated

from .models import DrawRound

# Seconds: after so long no further draw is tried, of however many rounds.
ODDS_SECONDS = 25.0


# Thousands of entries take a part of a minute; below the time after which the broker gives a message out again.
@shared_task(soft_time_limit=100, time_limit=110)  # type: ignore[untyped-decorator]  # celery ships no types
def advance_draws() -> None:
    """Publish the entries of what is past its deadline, draw what is due (every minute, settings).

    A draw whose public number nobody has confirmed yet waits; the staff's pages say so.
    """
    now = timezone.now()
    due = DrawRound.objects.filter(drawn_at__isnull=True, called_off_at__isnull=True, closes_at__lte=now)
    for draw_round in due.select_related("pool").order_by("draw_at"):
        with isolated("draw_not_possible", draw_round.pk):
            if is_in_hand(draw_round):
                continue
            with guarded_transaction():
                close_round(draw_round=draw_round, at=now)
            if draw_round.draw_at <= now and not has_no_number(draw_round):
                with guarded_transaction():
                    run_draw(draw_round=draw_round, at=now)


@shared_task(soft_time_limit=50, time_limit=60)  # type: ignore[untyped-decorator]  # celery ships no types
def work_out_odds() -> None:
    """Work out the odds of open rounds whose entries changed, for so long at most (every ten minutes, settings)."""
    now, end = timezone.now(), time.monotonic() + ODDS_SECONDS
    for draw_round in rounds_to_work_out(now):
        with isolated("odds_not_worked_out", draw_round.pk):
            odds = odds_now(draw_round, now, lambda: time.monotonic() < end)
            with guarded_transaction():
                keep_odds(draw_round=draw_round, odds=odds)


@shared_task  # type: ignore[untyped-decorator]  # celery ships no types
def give_back_offers() -> None:
    """Free what nobody accepted or came for, pass it on, remind who has not answered (every minute, settings)."""
    now = timezone.now()
    settle_steps(at=now)
    lapse_offers(at=now)
    pass_on_all(at=now)
    remind_of_offers(at=now)
    keep_booked_in_step(at=now)


@shared_task  # type: ignore[untyped-decorator]  # celery ships no types
def remind() -> None:
    """Remind families of their days and of the last day to give back, write to who has left (hourly, settings)."""
    with transaction.atomic(durable=True):
        remind_families(at=timezone.now())


@shared_task  # type: ignore[untyped-decorator]  # celery ships no types
def look_again() -> None:
    """Look again at who may use what was entered, is waited for and is offered; step wishes (nightly, settings)."""
    now = timezone.now()
    look_at_everybody_again(at=now)
    keep_all_in_step(at=now)


@shared_task  # type: ignore[untyped-decorator]  # celery ships no types
def close_weeks_of_unmet() -> None:
    """Make counts of what was not met in the weeks that are over; no sign of a family is left (nightly, settings)."""
    with transaction.atomic(durable=True):
        close_weeks(at=timezone.now())
