"""抽選なしで受け付ける: staff open days of places given by lot without a draw, with the reason."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from bookings.models import DrawRound, FreedDays
from facilities.models import PlacePool
from sankecare.errors import NotPossible, Refused, refuse_without_reason
from sankecare.periods import period
from sankecare.transactions import in_transaction

from .round_gaps import days_by_lot

MOST_FREED = 366


@in_transaction
def free_days(
    *, pool: PlacePool, first_day: date, last_day: date, reason: str, by: User | None, at: datetime
) -> FreedDays:
    """Open the days of the places first come, for all services that share them, without a draw.

    ``by``: None where a command does. Errors: NotPossible ``no_reason``, ``days_out_of_order``, ``day_passed``,
    ``too_many_days``, ``not_by_lot``; Refused ``draw_announced``.
    """
    refuse_without_reason(reason)
    refuse_days_not_to_be_freed(pool, first_day, last_day, at=at)
    return FreedDays.objects.create(
        pool=pool, period=period(first_day, last_day), reason=reason.strip(), freed_at=at, freed_by=by
    )


def refuse_days_not_to_be_freed(pool: PlacePool, first_day: date, last_day: date, *, at: datetime) -> None:
    """Raise for days that are past, are given first come anyhow, or belong to a draw that is announced."""
    if last_day < first_day:
        sentence = _("The last day lies before the first.")
        raise NotPossible("days_out_of_order", sentence, {"period": sentence})
    if last_day < timezone.localdate(at):
        sentence = _("These days have passed.")
        raise NotPossible("day_passed", sentence, {"period": sentence})
    if (last_day - first_day).days >= MOST_FREED:
        sentence = _("At most %(days)d days at once.") % {"days": MOST_FREED}
        raise NotPossible("too_many_days", sentence, {"period": sentence})
    if not days_by_lot(pool, first_day, last_day):
        sentence = _("No service of these places is given by lot on these days: they are first come already.")
        raise NotPossible("not_by_lot", sentence, {"period": sentence})
    announced = DrawRound.objects.filter(
        pool=pool, drawn_at__isnull=True, called_off_at__isnull=True, period__overlap=period(first_day, last_day)
    ).first()
    if announced is not None:
        sentence = _("The draw of %(draw)s is announced for some of these days. Call it off first.") % {
            "draw": announced
        }
        raise Refused("draw_announced", sentence, {"period": sentence})
