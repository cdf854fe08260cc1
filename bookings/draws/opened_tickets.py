"""Who holds the round's key can open tickets: the draw itself, a family its own, who audits all of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bookings.models import DrawEntry, DrawRound
from sankecare.sealing import unseal_values

from .proof import Opened, commitment, digest, nonces_of, seed_of, served_order, ticket_list
from .published_draw import list_part


@dataclass(frozen=True)
class Sealed:
    """What a round keeps sealed: the secret, revealed by the draw, and the key of the tickets, never revealed."""

    secret: str
    key: str


def sealed_of(draw_round: DrawRound) -> Sealed:
    """Open what the round keeps sealed. Errors: sankecare.sealing.CannotOpen."""
    values = unseal_values(draw_round.secret)
    return Sealed(values["secret"], values["key"])


def counts_of(draw_round: DrawRound) -> dict[str, int]:
    """Return how many tickets each entry on the list has, by its sign. One query."""
    rows = DrawEntry.objects.filter(round=draw_round, withdrawn_at__isnull=True, tickets__isnull=False)
    return {sign: tickets for sign, tickets in rows.values_list("sign", "tickets") if tickets is not None}


def order_drawn(draw_round: DrawRound, counts: Mapping[str, int], number: str) -> list[Opened]:
    """Return the order in which the entries are served, with this public number (empty where none was promised)."""
    sealed = sealed_of(draw_round)
    return served_order(sealed.key, counts, seed_of(sealed.secret, digest(list_part(draw_round)), number))


def would_have_been(draw_round: DrawRound, number: str) -> list[dict[str, Any]]:
    """Return the order that a draw called off after its deadline would have had: nobody is given anything."""
    opened = order_drawn(draw_round, counts_of(draw_round), number)
    return [{"sign": one.sign, "order": order, "nonce": one.nonce} for order, one in enumerate(opened, start=1)]


def own_nonces(entry: DrawEntry) -> list[str]:
    """Return the nonces of an entry's tickets, once they are on the list: for its family alone."""
    if entry.tickets is None or entry.round.closed_at is None:
        return []
    return nonces_of(sealed_of(entry.round).key, entry.sign, entry.tickets)


def are_on_the_list(draw_round: DrawRound) -> bool:
    """Open all tickets: tell whether those on the published list are those of the entries' weights, and no other."""
    counts, key, each = counts_of(draw_round), sealed_of(draw_round).key, draw_round.tickets_each or 0
    if commitment(key) != draw_round.promise["ticket_promise"] or not all(1 <= own <= each for own in counts.values()):
        return False
    return ticket_list(key, counts, each) == draw_round.ticket_list
