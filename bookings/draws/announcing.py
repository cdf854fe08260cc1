"""抽選の公表と中止: a round is announced with its promise, or called off with the reason."""

import secrets
from dataclasses import asdict
from datetime import date, datetime, timedelta

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from bookings.models import DrawRound, DrawStage
from facilities.models import PlacePool
from sankecare.errors import NotPossible, Refused, refuse_without_reason
from sankecare.periods import midnight
from sankecare.sealing import seal_values
from sankecare.transactions import in_transaction

from .closing import close_round
from .draw_facts import policy_on
from .draw_history import add_link
from .next_round import LONGEST_ROUND
from .opened_tickets import Sealed, sealed_of, would_have_been
from .proof import commitment
from .public_number import counting_number
from .published_draw import called_off_part, promise_of
from .round_entries import locked_round, standing_entries, tell
from .round_places import services_of

CALLED_OFF_MAIL = "draw_called_off"
# Between opening, or the announcement where it is later, and the deadline (DEFAULT): a day and a night.
LEAST_TO_ENTER = timedelta(hours=24)


@in_transaction
def announce_round(
    *,
    pool: PlacePool,
    first_day: date,
    last_day: date,
    opens_at: datetime,
    closes_at: datetime,
    draw_at: datetime,
    by: User | None,
    at: datetime,
) -> DrawRound:
    """Announce a draw with its promise: digests of a secret and of a key, the source of the public number.

    Nothing of it can be changed any more; its way of drawing is that of the policy, as it stands, on the day of the
    draw. ``by``: None where a command does. Errors: as ``refuse_impossible_round`` and ``refuse_short_round``.
    """
    refuse_impossible_round(pool, first_day, last_day, (opens_at, closes_at, draw_at), at=at)
    if by is not None:
        refuse_short_round(opens_at, closes_at, at=at)
    sealed, policy = Sealed(secrets.token_hex(32), secrets.token_hex(32)), policy_on(timezone.localdate(draw_at))
    announced = DrawRound(
        pool=pool,
        period=DateRange(first_day, last_day + timedelta(days=1)),
        opens_at=opens_at,
        closes_at=closes_at,
        draw_at=draw_at,
        mechanism=policy.mechanism,
        set_aside_percent=policy.set_aside_percent,
        commitment=commitment(sealed.secret),
        secret=seal_values(asdict(sealed)),
        number_source=policy.number_source,
        number_fallback=policy.number_fallback,
        announced_by=by,
    )
    announced.promise = promise_of(announced, list(services_of(announced)), commitment(sealed.key))
    announced.save()
    add_link(draw_round=announced, stage=DrawStage.ANNOUNCED, published=announced.promise, at=at)
    return announced


def refuse_impossible_round(
    pool: PlacePool, first_day: date, last_day: date, times: tuple[datetime, datetime, datetime], *, at: datetime
) -> None:
    """Raise for a round that cannot be: opening, deadline and draw (``times``) before the first day, none too late.

    Errors: NotPossible ``times_out_of_order``, ``deadline_passed``, ``round_too_long``, ``no_draw_policy``,
    ``no_time_to_answer``; Refused ``round_overlaps``.
    """
    opens_at, closes_at, draw_at = times
    if not opens_at < closes_at <= draw_at or timezone.localdate(draw_at) >= first_day or last_day < first_day:
        sentence = _("Opening, deadline, draw and the first day must follow each other.")
        raise NotPossible("times_out_of_order", sentence, {"closes_at": sentence})
    if closes_at <= at:
        sentence = _("This deadline has passed: nobody could enter. Please choose a later one.")
        raise NotPossible("deadline_passed", sentence, {"closes_at": sentence})
    if (last_day - first_day).days >= LONGEST_ROUND:
        sentence = _("A draw is for %(days)d days at most.") % {"days": LONGEST_ROUND}
        raise NotPossible("round_too_long", sentence, {"period": sentence})
    least = timedelta(hours=policy_on(timezone.localdate(draw_at)).least_answer_hours)
    if draw_at + least > midnight(first_day):
        sentence = _("Who wins could not answer in time. Please draw earlier.")
        raise NotPossible("no_time_to_answer", sentence, {"draw_at": sentence})
    others = DrawRound.objects.filter(pool=pool, called_off_at__isnull=True)
    other = others.filter(period__overlap=(first_day, last_day + timedelta(days=1))).order_by("period").first()
    if other is not None:
        sentence = _("The draw of %(draw)s has some of these days. Please choose others.") % {"draw": other}
        raise Refused("round_overlaps", sentence, {"period": sentence})


def refuse_short_round(opens_at: datetime, closes_at: datetime, *, at: datetime) -> None:
    """Raise for a round that only somebody who was told beforehand could enter.

    Errors: NotPossible ``too_short_to_enter``.
    """
    if closes_at - max(opens_at, at) < LEAST_TO_ENTER:
        words = {"hours": int(LEAST_TO_ENTER.total_seconds() // 3600)}
        sentence = _("Families need %(hours)d hours at least to enter. Please choose a later deadline.") % words
        raise NotPossible("too_short_to_enter", sentence, {"closes_at": sentence})


@in_transaction
def call_off(*, draw_round: DrawRound, reason: str, by: User, at: datetime) -> DrawRound:
    """Call a round off before it is drawn, with the reason; every family that entered hears of it by a mail.

    After its deadline it stands in public with its list, its secret and, once the public number is there, the order
    that it would have had: no draw vanishes because somebody does not like it.

    Errors: NotPossible ``no_reason``; Refused ``drawn``, ``called_off``.
    """
    refuse_without_reason(reason)
    if draw_round.called_off_at is None and at >= draw_round.closes_at:
        close_round(draw_round=draw_round, at=at)
    locked = locked_round(draw_round)
    if locked.drawn_at is not None:
        raise Refused("drawn", _("This draw has taken place already."))
    locked.called_off_at, locked.called_off_reason, locked.called_off_by = at, reason, by
    if locked.closed_at is not None:
        locked.revealed, number = sealed_of(locked).secret, counting_number(locked)
        locked.result = None if number is None else would_have_been(locked, number)
    locked.save(update_fields=["called_off_at", "called_off_reason", "called_off_by", "revealed", "result"])
    add_link(draw_round=locked, stage=DrawStage.CALLED_OFF, published=called_off_part(locked), at=at)
    for entry in standing_entries(locked):
        tell(CALLED_OFF_MAIL, entry, at)
    return locked
