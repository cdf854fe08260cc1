"""What makes a draw provable, pure: promise, tickets that tell nothing, the digest of the list, the seed, the checks.

A ticket is a digest of an entry's sign and of a nonce that nobody knows but who holds the round's key. At the deadline
all tickets stand in one sorted list, as many for each entry as anybody can have: those that an entry does not have are
blanks, so that the list says nothing of anybody's weight. The seed mixes the ward's secret, the digest of the list and
a number that the world draws after the list was published; a ticket's place is the digest of seed and ticket. An entry
is served at the first of its tickets, and the result opens that one alone. The exact bytes: docs/draws.md.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from .draw import award_as_published, from_published, rooms_from_published, serve, usable_from_published

NONCE_DIGITS = 32
BLANK = ""  # the sign of a ticket that no entry has


class Check(StrEnum):
    """What anybody can look at in a published file, in the order in which it is looked at."""

    PROMISE = "promise"  # the list holds the digest of the promise
    LIST = "list"  # the list's digest is that of the list
    TICKETS = "tickets"  # sorted, none twice, as many for each entry as anybody can have
    SECRET = "secret"  # noqa: S105 - a name: the secret is the one that was promised
    NUMBER = "number"  # the public number that was promised is there
    SEED = "seed"  # it comes of secret, list and number
    OPENED = "opened"  # each entry's ticket is on the list, one for each entry
    ORDER = "order"  # they were served in the order of these tickets
    RESULT = "result"  # what was given follows from the order
    HISTORY = "history"  # promise, list, number and result have the digests that were signed


@dataclass(frozen=True)
class Opened:
    """The ticket at which an entry is served, opened: the nonce shows that it is the entry's."""

    sign: str
    nonce: str


def canonical(value: object) -> str:
    """Return a JSON value as the one text of it: keys sorted, no spaces, letters as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False)


def digest(value: object) -> str:
    """Return the SHA-256 of a JSON value's one text, in UTF-8, as hexadecimal digits."""
    return _sha256(canonical(value))


def commitment(secret: str) -> str:
    """Return what is published before the deadline: the digest of the secret."""
    return _sha256(secret)


def nonce_of(key: str, sign: str, number: int) -> str:
    """Return the nonce of an entry's ticket; ``number`` counts its tickets from 0. ``key``: the round's, sealed."""
    return hmac.new(key.encode(), f"{sign}:{number}".encode(), hashlib.sha256).hexdigest()[:NONCE_DIGITS]


def nonces_of(key: str, sign: str, count: int) -> list[str]:
    """Return the nonces of all tickets of an entry."""
    return [nonce_of(key, sign, number) for number in range(count)]


def ticket_of(sign: str, nonce: str) -> str:
    """Return the ticket: it says nothing of the sign to who does not know the nonce."""
    return _sha256(f"{sign}:{nonce}")


def ticket_list(key: str, counts: Mapping[str, int], each: int) -> list[str]:
    """Return the sorted list of all tickets: ``each`` for every entry, blanks where an entry has fewer.

    ``counts``: how many tickets each sign has, at most ``each``. Errors: ValueError where one has more or none.
    """
    if any(not 1 <= count <= each for count in counts.values()):
        raise ValueError("An entry has at least one ticket, and no more than anybody can have.")
    tickets = [ticket_of(sign, nonce) for sign, count in counts.items() for nonce in nonces_of(key, sign, count)]
    blanks = nonces_of(key, BLANK, each * len(counts) - len(tickets))
    return sorted([*tickets, *(ticket_of(BLANK, nonce) for nonce in blanks)])


def seed_of(secret: str, list_digest: str, number: str) -> str:
    """Return the seed. ``number``: the public number as it is published, empty where none was promised."""
    return _sha256(f"{secret}:{list_digest}:{number}")


def place_of(ticket: str, seed: str) -> str:
    """Return where a ticket stands: the smallest place is the first."""
    return _sha256(f"{seed}:{ticket}")


def served_order(key: str, counts: Mapping[str, int], seed: str) -> list[Opened]:
    """Return the entries in the order in which they are served, each with its first ticket opened."""
    first = {}
    for sign, count in counts.items():
        first[sign] = min((place_of(ticket_of(sign, nonce), seed), nonce) for nonce in nonces_of(key, sign, count))
    return [Opened(sign, first[sign][1]) for sign in sorted(first, key=lambda sign: first[sign])]


def stages_of(shown: Mapping[str, Any]) -> dict[str, str]:
    """Return the digest of each stage that a published file has reached, by the name under which it was signed."""
    drawn = {name: shown[name] for name in ("secret", "seed", "rooms", "usable", "result") if name in shown}
    stages = {
        "announced": shown.get("promise"),
        "closed": shown.get("list"),
        "numbered": shown.get("number"),
        "called_off": shown.get("called_off"),
        "drawn": drawn if "rooms" in shown else None,
    }
    return {stage: digest(value) for stage, value in stages.items() if value is not None}


def link_of(before: str, number: int, stage: str, stamp: str, content: str) -> str:
    """Return a link of the history: of the link before, the round's number, the stage, its time and its digest."""
    return _sha256(f"{before}:{number}:{stage}:{stamp}:{content}")


def failed_checks(shown: Mapping[str, Any]) -> list[Check]:
    """Compute a published file anew from itself alone; return what does not agree, nothing where all does.

    Looked at is what the file's stage has: a promise, then a list, then a result, or what a draw would have given that
    was called off after its deadline. Errors: KeyError, TypeError, ValueError where it is no published draw.
    """
    if "list" not in shown and {"secret", "rooms", "result"} & set(shown):
        raise ValueError("Of what was drawn there is no list of entries.")
    agrees = {Check.HISTORY: _is_in_history(shown)}
    if "list" in shown:
        agrees |= _about_the_list(shown)
    if "result" in shown:
        agrees |= _about_the_result(shown)
    return [check for check in Check if not agrees.get(check, True)]


def is_passed_over(shown: Mapping[str, Any], sign: str, nonces: Sequence[str]) -> bool:
    """Tell whether an entry was not served at the first of its tickets, or one of them is not on the list.

    ``nonces``: all of the entry's, as its family alone knows them.
    """
    tickets = [ticket_of(sign, nonce) for nonce in nonces]
    served = next((row["nonce"] for row in shown["result"] if row["sign"] == sign), "")
    first = min(tickets, key=lambda ticket: place_of(ticket, shown["seed"]))
    return not set(tickets) <= set(shown["list"]["tickets"]) or ticket_of(sign, served) != first


def _about_the_list(shown: Mapping[str, Any]) -> dict[Check, bool]:
    promise, listed = shown["promise"], shown["list"]
    tickets, signs = listed["tickets"], sorted(row["sign"] for row in listed["entries"])
    is_whole = len(tickets) == listed["tickets_each"] * len(signs) and len(set(signs)) == len(signs)
    return {
        Check.PROMISE: listed["promise"] == digest(promise),
        Check.LIST: shown["list_digest"] == digest(listed),
        Check.TICKETS: is_whole and tickets == sorted(set(tickets)),
        Check.SECRET: "secret" not in shown or commitment(shown["secret"]) == promise["commitment"],
    }


def _about_the_result(shown: Mapping[str, Any]) -> dict[Check, bool]:
    promise, listed, rows, seed = shown["promise"], shown["list"], shown["result"], shown["seed"]
    number = (shown.get("number") or {}).get("value", "")
    own = [ticket_of(row["sign"], row["nonce"]) for row in rows]
    places = [place_of(ticket, seed) for ticket in own]
    is_all = sorted(row["sign"] for row in rows) == sorted(row["sign"] for row in listed["entries"])
    return {
        Check.NUMBER: bool(number) == bool(promise["number_source"]),
        Check.SEED: seed == seed_of(shown["secret"], shown["list_digest"], number),
        Check.OPENED: is_all and set(own) <= set(listed["tickets"]),
        Check.ORDER: places == sorted(places) and [row["order"] for row in rows] == list(range(1, len(rows) + 1)),
        Check.RESULT: _is_given(shown) if "rooms" in shown else _is_order_alone(shown),
    }


def _is_order_alone(shown: Mapping[str, Any]) -> bool:
    """Tell whether it is of a draw that was called off, and gives nothing: nothing else stands in no signed result."""
    return "called_off" in shown and all(set(row) == {"sign", "order", "nonce"} for row in shown["result"])


def _is_given(shown: Mapping[str, Any]) -> bool:
    wishes = {row["sign"]: from_published(row) for row in shown["list"]["entries"]}
    ordered = [wishes[row["sign"]] for row in shown["result"] if row["sign"] in wishes]
    rooms, usable = rooms_from_published(shown["rooms"]), usable_from_published(shown["usable"])
    promise = shown["promise"]
    aside = promise.get("set_aside_percent", 0)
    awards = serve(ordered, rooms, usable, mechanism=promise["mechanism"], set_aside_percent=aside)
    return [award_as_published(award) for award in awards] == [
        {name: value for name, value in row.items() if name != "nonce"} for row in shown["result"]
    ]


def _is_in_history(shown: Mapping[str, Any]) -> bool:
    """Each stage stands in the history with its digest, once, and each link is the digest of what it holds."""
    links = shown["history"]
    linked = {row["stage"]: row["content"] for row in links}
    whole = all(
        row["link"] == link_of(row["before"], shown["round"], row["stage"], row["at"], row["content"]) for row in links
    )
    return whole and linked == stages_of(shown) and len(linked) == len(links)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
