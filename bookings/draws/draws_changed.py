"""What the nightly look asks of draws: each computed anew, its history whole and signed, its tickets as weighed."""

from django.db.models import QuerySet
from django.utils import timezone

from bookings.models import DrawEntry, DrawRound, DrawStage
from sankecare.errors import Refused
from sankecare.sealing import CannotOpen

from .draw_facts import policy_on, weights_of
from .draw_history import broken_links
from .opened_tickets import are_on_the_list
from .proof import stages_of
from .published_draw import problems_of, published
from .tickets import Weights, follow

NOT_VERIFIED = "draw_not_verified"
HISTORY_BROKEN = "draw_history_broken"
TICKETS_NOT_AS_WEIGHED = "draw_tickets_not_as_weighed"
CHANGED = (NOT_VERIFIED, HISTORY_BROKEN, TICKETS_NOT_AS_WEIGHED)


def changed_draws() -> dict[str, list[str]]:
    """Return, by what is wrong, the ids of the draws: nothing where all is as it was published."""
    rounds = list(DrawRound.objects.select_related("pool__facility").prefetch_related("links").order_by("pk"))
    return {
        NOT_VERIFIED: [str(row.pk) for row in rounds if _is_changed(row)],
        HISTORY_BROKEN: broken_links(),
        TICKETS_NOT_AS_WEIGHED: [str(row.pk) for row in rounds if row.closed_at and not are_tickets_as_weighed(row)],
    }


def _is_changed(draw_round: DrawRound) -> bool:
    """Tell whether the round's file does not agree with itself, or has not reached the stages that its row says."""
    shown = published(draw_round)
    reached = {DrawStage.ANNOUNCED: True, DrawStage.CLOSED: draw_round.closed_at, DrawStage.DRAWN: draw_round.drawn_at}
    missing = {stage for stage, is_there in reached.items() if is_there} - set(stages_of(shown))
    return bool(missing) or bool(problems_of(shown))


def entries_opened(draw_round: DrawRound) -> "QuerySet[DrawEntry]":
    """Return the entries on the round's list with what their tickets rest on, by their signs."""
    entries = DrawEntry.objects.filter(round=draw_round, withdrawn_at__isnull=True, tickets__isnull=False)
    return entries.select_related("registration__birth", "high_need_by", "need_counted").order_by("sign")


def follows_policy(entry: DrawEntry, weights: Weights) -> bool:
    """Tell whether an entry's tickets are what its grounds are worth by the policy, and its need is signed."""
    has_need = bool(entry.high_need_reason) or entry.need_counted_id is not None
    return follow(entry.tickets or 0, entry.grounds or {}, has_need=has_need, weights=weights)


def are_tickets_as_weighed(draw_round: DrawRound) -> bool:
    """Open all tickets: tell whether the list holds those of the entries and no other, and all follow the policy."""
    try:
        weights = weights_of(policy_on(timezone.localdate(draw_round.draw_at)))
        return are_on_the_list(draw_round) and all(follows_policy(row, weights) for row in entries_opened(draw_round))
    except (CannotOpen, KeyError, Refused):
        return False
