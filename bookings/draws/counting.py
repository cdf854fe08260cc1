"""Which entries of a round count: whose family may use the services, on which of the days wished. Reads only."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bookings.models import DrawEntry, WaitingEntry, WhyAway
from bookings.places.booking_context import BookingContext, load_contexts
from bookings.places.who_may import why_not
from enrollment.models import HardNews, Sibling

from .draw import Choice, Wish, choice_from_published, usable_either_way
from .preferences import held_behind, held_bookings
from .round_places import closed_days, services_of


@dataclass(frozen=True)
class Counted:
    """``usable``: within what the entry can be given days; none: ``why`` says what is against it."""

    usable: list[Choice]
    why: WhyAway | None = None


def wish_of(entry: DrawEntry) -> Wish:
    """Return the entry as the draw takes it: nothing of the person."""
    return Wish(
        sign=entry.sign,
        choices=tuple(choice_from_published(choice) for choice in entry.choices),
        least_days=entry.least_days,
        sibling=entry.sibling_id is not None,
        or_without=entry.or_without,
        tickets=entry.tickets or 1,
        is_marked=entry.is_marked,
    )


def counted(entries: Sequence[DrawEntry], at: datetime) -> dict[int, Counted]:
    """Return of each entry of one round, by its id, what of it counts at a moment. Five queries.

    What it holds of a draw that it prefers less, and has not answered, does not stand against it. A family that told
    hard news of its baby is given nothing by itself until that has ended: a person offers her what she may use.

    Takes entries with their round, their registration's family and their sibling.
    """
    if not entries:
        return {}
    services = services_of(entries[0].round)
    closed = closed_days(entries[0].round, services.values())
    wishes = {entry.pk: wish_of(entry) for entry in entries}
    asked = [
        (entry, services[slug], days)
        for entry in entries
        for slug, days in _days_of_services(wishes[entry.pk]).items()
        if slug in services
    ]
    less_preferred = [booking.pk for held in held_bookings(held_behind(entries)).values() for booking in held]
    contexts = load_contexts(
        [(entry.registration, service, days) for entry, service, days in asked], without=less_preferred
    )
    known: dict[int, dict[str, BookingContext]] = {}
    for (entry, service, _days), context in zip(asked, contexts, strict=True):
        known.setdefault(entry.pk, {})[service.slug] = context
    families = {entry.pk: entry.registration.birth.family_id for entry in entries}
    news = HardNews.objects.filter(family__in=set(families.values()), ended_at__isnull=True)
    left_alone = set(news.values_list("family", flat=True))
    return {
        entry.pk: Counted([], WhyAway.OTHER)
        if families[entry.pk] in left_alone
        else _counted(wishes[entry.pk], known.get(entry.pk, {}), entry.sibling, closed, at)
        for entry in entries
    }


def note_away(entry: DrawEntry | WaitingEntry, why: WhyAway | None, at: datetime) -> bool:
    """Let the entry count or not from now on, without saving it; tell whether that is new."""
    if (why or "") == entry.away_why:
        return False
    entry.away_since, entry.away_why = (at, why) if why else (None, "")
    return True


def _counted(
    wish: Wish,
    known: Mapping[str, BookingContext],
    sibling: Sibling | None,
    closed: Mapping[str, Collection[date]],
    at: datetime,
) -> Counted:
    def against(choice: Choice, sibling: Sibling | None) -> WhyAway | None:
        if choice.service not in known:  # it has other places by now
            return WhyAway.NOT_OFFERED
        return why_not(known[choice.service], choice.days, sibling, at=at, closed=closed[choice.service])

    usable = usable_either_way(wish, lambda choice, along: against(choice, sibling if along else None) is None)
    return Counted(usable, None if usable else against(wish.choices[0], None if wish.or_without else sibling))


def _days_of_services(wish: Wish) -> dict[str, list[date]]:
    """Return which days are wished of each service, in order."""
    found: dict[str, set[date]] = {}
    for choice in wish.choices:
        found.setdefault(choice.service, set()).update(choice.days)
    return {slug: sorted(days) for slug, days in found.items()}
