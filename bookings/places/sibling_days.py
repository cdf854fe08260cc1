"""Who comes on which day: a sibling stays with its days when a booking moves. Pure."""

from collections.abc import Collection, Mapping
from datetime import date


def sibling_stays(before: Mapping[date, bool], wanted: Collection[date]) -> dict[date, bool]:
    """Return with whom each wanted day is, where a booking had the days before.

    A day that stays keeps who comes on it. A new day takes the place of a day given up, both in their order; a further
    one goes like the last day of the booking before it, else like its first.
    """
    kept = {day: with_sibling for day, with_sibling in before.items() if day in wanted}
    given_up = sorted(day for day in before if day not in kept)
    added = sorted(day for day in wanted if day not in kept)
    found = kept | {new: before[old] for new, old in zip(added, given_up, strict=False)}
    ends = sorted(before)
    for day in added[len(given_up) :]:
        found[day] = before[max((end for end in ends if end < day), default=ends[0])] if ends else False
    return dict(sorted(found.items()))
