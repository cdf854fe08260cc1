"""A published draw as a file, made of plain values: without a database, signed with the settings' key."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from bookings.draws.draw import (
    Choice,
    Room,
    Wish,
    as_published,
    award_as_published,
    rooms_as_published,
    serve,
    usable_as_published,
)
from bookings.draws.proof import commitment, digest, link_of, seed_of, served_order, stages_of, ticket_list
from sankecare.signing import sign

FIRST = date(2026, 12, 7)
SERVICES = ("ward-centre/short-stay", "ward-centre/day-care")
SOURCE = "ナンバーズ4の当せん番号"
AT = "2026-11-2{}T17:00:00+09:00"


def days(*numbers: int) -> tuple[date, ...]:
    return tuple(FIRST + timedelta(days=number) for number in numbers)


def made_file(
    wishes: Sequence[Wish],
    rooms: Mapping[date, Room],
    usable: Mapping[str, Sequence[Choice]] | None = None,
    *,
    secret: str = "ab" * 32,
    key: str = "cd" * 32,
    number: str = "0427",
    each: int = 4,
) -> dict[str, Any]:
    """Return the file of a draw of these entries; their ``tickets`` are sealed in the list."""
    counts = {wish.sign: wish.tickets for wish in wishes}
    promise = {
        "facility": "ward-centre",
        "pool": "rooms",
        "services": list(SERVICES),
        "mechanism": "serial",
        "first_day": FIRST.isoformat(),
        "days": len(rooms),
        "opens_at": AT.format(0),
        "closes_at": AT.format(1),
        "draw_at": AT.format(2),
        "commitment": commitment(secret),
        "ticket_promise": commitment(key),
        "number_source": SOURCE if number else "",
        "number_fallback": "",
    }
    listed = {
        "promise": digest(promise),
        "closed_at": AT.format(1),
        "entries": [as_published(wish) for wish in sorted(wishes, key=lambda wish: wish.sign)],
        "tickets_each": each,
        "tickets": ticket_list(key, counts, each),
    }
    seed = seed_of(secret, digest(listed), number)
    opened = served_order(key, counts, seed)
    known = {wish.sign: wish for wish in wishes}
    awards = serve([known[one.sign] for one in opened], rooms, usable)
    shown = {
        "round": 7,
        "promise": promise,
        "list": listed,
        "list_digest": digest(listed),
        **({"number": {"value": number, "of_day": "2026-11-21", "is_fallback": False}} if number else {}),
        "secret": secret,
        "seed": seed,
        "rooms": rooms_as_published(rooms),
        "usable": usable_as_published(usable or {}),
        "result": [
            award_as_published(award) | {"nonce": one.nonce} for award, one in zip(awards, opened, strict=True)
        ],
    }
    return shown | {"history": signed_history(shown)}


def signed_history(shown: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the history of a file, each link signed."""
    links, before = [], hashlib.sha256(b"another draw").hexdigest()
    for number, (stage, content) in enumerate(stages_of(shown).items()):
        link = link_of(before, shown["round"], stage, AT.format(number), content)
        row = {"stage": stage, "at": AT.format(number), "content": content, "before": before, "link": link}
        links.append(row | {"signature": sign(link)})
        before = link
    return links


@st.composite
def draws(draw: Any) -> dict[str, Any]:
    """Files of draws of all kinds: few places, two services, parts, elder children, what cannot be used."""
    length = draw(st.integers(1, 5))
    stretch = st.tuples(st.integers(0, length - 1), st.integers(1, length)).map(
        lambda pair: days(*range(pair[0], min(sum(pair), length)))
    )
    choice = st.builds(Choice, st.sampled_from(SERVICES), stretch)
    number = draw(st.integers(0, 7))
    wishes = [
        Wish(
            f"S{place}",
            tuple(draw(st.lists(choice, min_size=1, max_size=3))),
            draw(st.one_of(st.none(), st.integers(1, 4))),
            draw(st.booleans()),
            draw(st.booleans()),
            draw(st.integers(1, 4)),
        )
        for place in range(number)
    ]
    rooms = {
        day: Room(
            draw(st.integers(0, 3)),
            draw(st.one_of(st.none(), st.integers(0, 2))),
            draw(st.frozensets(st.sampled_from(SERVICES), max_size=1)),
        )
        for day in days(*range(length))
    }
    alone = st.builds(Choice, st.sampled_from(SERVICES), stretch, st.booleans())
    usable = {wish.sign: draw(st.lists(alone, max_size=2)) for wish in wishes if draw(st.integers(0, 3)) == 0}
    secret = draw(st.integers(0, 2**64)).to_bytes(32).hex()
    return made_file(wishes, rooms, usable, secret=secret, number=draw(st.sampled_from(["", "0427", "38915.87"])))
