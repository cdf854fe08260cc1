"""A draw as it is published, and computed anew from that alone: by anybody, without our database."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from bookings.models import DrawRound

from .draw import (
    Room,
    award_as_published,
    commitment,
    digest_of,
    draw,
    from_published,
    seed_of,
    usable_from_published,
)


def published(draw_round: DrawRound) -> dict[str, Any]:
    """Return what is public of a round at this time: the promise first, then the entries, then secret and result."""
    shown: dict[str, Any] = {
        "round": draw_round.pk,
        "service": draw_round.service.slug,
        "first_day": draw_round.period.lower.isoformat(),
        "days": (draw_round.period.upper - draw_round.period.lower).days,
        "opens_at": timezone.localtime(draw_round.opens_at).isoformat(),
        "closes_at": timezone.localtime(draw_round.closes_at).isoformat(),
        "draw_at": timezone.localtime(draw_round.draw_at).isoformat(),
        "commitment": draw_round.commitment,
    }
    if draw_round.entries is not None:
        shown["entries"] = draw_round.entries
        shown["entries_digest"] = digest_of(from_published(row) for row in draw_round.entries)
    if draw_round.drawn_at is not None:
        shown |= {"secret": draw_round.revealed, "rooms": draw_round.rooms, "usable": draw_round.usable or {}}
        shown["result"] = draw_round.result
    return shown


def problems_of(shown: Mapping[str, Any]) -> list[str]:
    """Compute a published draw anew; return what does not agree, nothing where all does.

    Errors: KeyError, TypeError, ValueError where it is no published draw.
    """
    found = []
    if commitment(shown["secret"]) != shown["commitment"]:
        found.append(_("The secret is not the one that was promised."))
    wishes = [from_published(row) for row in shown["entries"]]
    if digest_of(wishes) != shown["entries_digest"]:
        found.append(_("The entries are not those that were published."))
    rooms = {date.fromisoformat(day): Room(*counts) for day, counts in shown["rooms"].items()}
    usable = usable_from_published(shown.get("usable", {}))
    result = [award_as_published(award) for award in draw(wishes, rooms, seed_of(shown["secret"], wishes), usable)]
    if result != shown["result"]:
        found.append(_("The result is another one than these entries and this secret give."))
    return found
