"""What comes due by the clock: deadlines, draws, offers nobody answered, steps nobody undid. Each may run twice."""

from celery import shared_task
from django.utils import timezone

from bookings.draws.rounds import close_round, run_draw
from bookings.places.offers import lapse_offers
from bookings.places.refusals import guarded_transaction
from bookings.stays.steps import settle_steps
from bookings.waiting.counting import look_at_everybody_again
from bookings.waiting.waiting_list import pass_on_all
from sankecare.isolation import isolated

from .models import DrawRound


@shared_task  # type: ignore[untyped-decorator]  # celery ships no types
def advance_draws() -> None:
    """Publish the entries of what is past its deadline, draw what is due (every minute, settings)."""
    now = timezone.now()
    due = DrawRound.objects.filter(drawn_at__isnull=True, called_off_at__isnull=True, closes_at__lte=now)
    for draw_round in due.select_related("service").order_by("draw_at"):
        with isolated("draw_not_possible", draw_round.pk):
            with guarded_transaction():
                close_round(draw_round=draw_round, at=now)
            if draw_round.draw_at <= now:
                with guarded_transaction():
                    run_draw(draw_round=draw_round, at=now)


@shared_task  # type: ignore[untyped-decorator]  # celery ships no types
def give_back_offers() -> None:
    """Free what nobody accepted in time or came for, and pass on what is on its way (every minute, settings)."""
    now = timezone.now()
    settle_steps(at=now)
    lapse_offers(at=now)
    pass_on_all(at=now)


@shared_task  # type: ignore[untyped-decorator]  # celery ships no types
def look_again() -> None:
    """Look again at who may use what was entered, is waited for and is offered (nightly, settings)."""
    look_at_everybody_again(at=timezone.now())
