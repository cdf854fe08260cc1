"""What a ticket is worth, and what betters the odds: tables in Markdown, made from seeds. Pure.

Twice the tickets are served first twice as often, always. What that is worth depends on how many places there are:
with very few, a place twice as often; with nearly enough, hardly more often.
"""

from dataclasses import replace

from bookings.draws.draw import Choice, Room, Wish
from bookings.draws.odds import odds_of

from .made_demand import FIRST, made_demand

FAMILIES = 100
PLACES = (2, 5, 10, 25, 50, 75, 90)
MOST_TICKETS = 4


def ticket_table(repeat: int = 800) -> str:
    """Of 100 families who want one day, one has more tickets: how often she is given a place."""
    day = Choice("house/short-stay", (FIRST,))
    others = [Wish(f"F{number}", (day,)) for number in range(FAMILIES - 1)]
    tried = [Wish(str(tickets), (day,), tickets=tickets) for tickets in range(1, MOST_TICKETS + 1)]
    head = " | ".join(f"{tickets} tickets" if tickets > 1 else "1 ticket" for tickets in range(1, MOST_TICKETS + 1))
    lines = [f"| places for {FAMILIES} families | {head} | 2 tickets against 1 |", "|---" * (MOST_TICKETS + 2) + "|"]
    for places in PLACES:
        shares = odds_of(tried, others, {FIRST: Room(places)}, repeat=repeat).shares
        told = " | ".join(f"{shares[wish.sign]:.1%}" for wish in tried)
        lines.append(f"| {places} | {told} | {shares['2'] / shares['1']:.2f} × |")
    return "\n".join(lines)


# Families, and places on each of 14 days.
ROUNDS = ((160, 2), (120, 4), (60, 8))


def better_table(repeat: int = 60) -> str:
    """What each change of one wish, for three days with the elder child, is worth beside others."""
    three, later = _stretch(4, 3), _stretch(8, 3)
    one_service_more = replace(three, service="house/day-care", days=three.days[:1])
    wish = Wish("as it is", (three,))
    tried = [
        wish,
        replace(wish, sign="one ticket more", tickets=2),
        replace(wish, sign="fewer days are fine (1)", least_days=1),
        replace(wish, sign="a second choice of days", choices=(three, later)),
        replace(wish, sign="day care as second service", choices=(three, one_service_more)),
        replace(wish, sign="all of these but the ticket", choices=(three, later, one_service_more), least_days=1),
        replace(wish, sign="with the elder child", sibling=True),
        replace(wish, sign="with the elder child, else without", sibling=True, or_without=True),
    ]
    columns = []
    for families, places in ROUNDS:
        demand = made_demand(1, families=families, places=places)
        others = [family.wish for family in demand.families]
        columns.append(odds_of(tried, others, demand.rooms, repeat=repeat).shares)
    head = " | ".join(f"{families} families, {places} places a day" for families, places in ROUNDS)
    lines = [f"| three days from a Friday | {head} |", "|---" * (len(ROUNDS) + 1) + "|"]
    lines += [f"| {one.sign} | " + " | ".join(f"{shares[one.sign]:.0%}" for shares in columns) + " |" for one in tried]
    return "\n".join(lines)


def _stretch(first: int, length: int) -> Choice:
    days = list(made_demand(1, families=0, places=1).rooms)
    return Choice("house/short-stay", tuple(days[first : first + length]))
