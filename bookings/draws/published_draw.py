"""A draw as it is published, and computed anew from that alone: by anybody, without our database."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from bookings.models import DrawNumber, DrawRound, LineOffer
from sankecare.signing import is_signed

from .draw_history import at_in_file, links_of
from .proof import Check, digest, failed_checks, seed_of


def promise_of(draw_round: DrawRound, services: Sequence[str], ticket_promise: str) -> dict[str, Any]:
    """Return what is promised at the announcement, for good. ``services``: slugs of those that share the places."""
    aside = {"set_aside_percent": draw_round.set_aside_percent} if draw_round.set_aside_percent else {}
    return aside | {
        "facility": draw_round.pool.facility.slug,
        "pool": draw_round.pool.slug,
        "services": list(services),
        "mechanism": draw_round.mechanism,
        "first_day": draw_round.period.lower.isoformat(),
        "days": (draw_round.period.upper - draw_round.period.lower).days,
        "opens_at": at_in_file(draw_round.opens_at),
        "closes_at": at_in_file(draw_round.closes_at),
        "draw_at": at_in_file(draw_round.draw_at),
        "commitment": draw_round.commitment,
        "ticket_promise": ticket_promise,
        "number_source": draw_round.number_source,
        "number_fallback": draw_round.number_fallback,
    }


def list_part(draw_round: DrawRound) -> dict[str, Any]:
    """Return what is published at the deadline: the entries, and all tickets without whose they are."""
    assert draw_round.closed_at is not None
    return {
        "promise": digest(draw_round.promise),
        "closed_at": at_in_file(draw_round.closed_at),
        "entries": draw_round.entries,
        "tickets_each": draw_round.tickets_each,
        "tickets": draw_round.ticket_list,
    }


def number_part(number: DrawNumber) -> dict[str, Any]:
    """Return the confirmed public number as it is published."""
    return {"value": number.value, "of_day": number.of_day.isoformat(), "is_fallback": number.is_fallback}


def called_off_part(draw_round: DrawRound) -> dict[str, Any]:
    """Return what is published of a round that was called off."""
    assert draw_round.called_off_at is not None
    return {"at": at_in_file(draw_round.called_off_at), "reason": draw_round.called_off_reason}


def drawn_part(draw_round: DrawRound, number: str) -> dict[str, Any]:
    """Return what the draw reveals and gives, with this public number (empty where none was promised)."""
    return {
        "secret": draw_round.revealed,
        "seed": seed_of(draw_round.revealed, digest(list_part(draw_round)), number),
        "rooms": draw_round.rooms,
        "usable": draw_round.usable or {},
        "result": draw_round.result,
    }


def line_part(draw_round: DrawRound) -> list[dict[str, Any]]:
    """Return what the line was offered after the draw, in order. What became of an offer is its family's alone."""
    offers = LineOffer.objects.filter(entry__round=draw_round).select_related("entry", "booking__service")
    return [
        {
            "sign": offer.entry.sign,
            "service": offer.booking.service.slug,
            "days": [day.isoformat() for day in offer.days],
            "at": at_in_file(offer.offered_at),
        }
        for offer in offers
    ]


def published(draw_round: DrawRound) -> dict[str, Any]:
    """Return what is public of a round at this time: the promise, then the list, then number, secret and result."""
    shown: dict[str, Any] = {"round": draw_round.pk, "promise": draw_round.promise}
    number = confirmed_number(draw_round)
    if draw_round.closed_at is not None:
        listed = list_part(draw_round)
        shown |= {"list": listed, "list_digest": digest(listed)}
    if number is not None:
        shown["number"] = number_part(number)
    if draw_round.called_off_at is not None:
        shown["called_off"] = called_off_part(draw_round)
    if draw_round.revealed:
        drawn = drawn_part(draw_round, number.value if number else "")
        if draw_round.drawn_at is None:
            # Called off after its deadline: the secret is told, and the order once the number is there.
            told = ("secret", "seed", "result") if draw_round.result is not None else ("secret",)
            drawn = {name: drawn[name] for name in told}
        shown |= drawn
    if draw_round.drawn_at is not None:
        shown["line"] = line_part(draw_round)
    return shown | {"history": links_of(draw_round)}


def confirmed_number(draw_round: DrawRound) -> DrawNumber | None:
    """Return the public number of the round once two people have entered it."""
    return DrawNumber.objects.filter(round=draw_round, confirmed_at__isnull=False).first()


def problems_of(shown: Mapping[str, Any], keys: list[str] | None = None) -> list[str]:
    """Compute a published draw anew; return what does not agree, nothing where all does.

    ``keys``: the public keys with which its history must be signed (None: our own).
    Errors: KeyError, TypeError, ValueError where it is no published draw.
    """
    words = in_words()
    found = [words[check] for check in failed_checks(shown)]
    if not all(is_signed(row["link"], row["signature"], keys) for row in shown["history"]):
        found.append(_("The history was not signed by the ward's system."))
    return found


def in_words() -> dict[Check, str]:
    """Return what each failed check means."""
    return {
        Check.PROMISE: _("The list does not belong to the promise."),
        Check.LIST: _("The digest is not that of the list."),
        Check.TICKETS: _("The tickets on the list are not as many as there must be."),
        Check.SECRET: _("The secret is not the one that was promised."),
        Check.NUMBER: _("The public number that was promised is missing, or there is one that was not promised."),
        Check.SEED: _("The seed does not come of secret, list and public number."),
        Check.OPENED: _("An entry was served at a ticket that is not on the list, or not at all, or twice."),
        Check.ORDER: _("The entries were not served in the order of their tickets."),
        Check.RESULT: _("The result is another one than this order gives."),
        Check.HISTORY: _("What is published is not what the history holds."),
    }
