"""条件: what a run was asked, as it is kept: JSON to values and back, checked both ways. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from .world import Assumptions, Changes, NewHouse

MOST_SLOTS, MOST_DAYS, MOST_TICKETS, MOST_FLEXIBLE, MOST_SEEDS = 20, 31, 20, 14, 200
MOST_PERIOD = 366


class NotThese(ValueError):
    """Parameters that no run can have; names which."""


@dataclass(frozen=True)
class WhatIf:
    """A replay of a period under changes, so many times with another order of the draws."""

    first_day: date
    last_day: date
    changes: Changes = field(default_factory=Changes)
    assumed: Assumptions = field(default_factory=Assumptions)
    seeds: int = 20

    def __post_init__(self) -> None:
        changes, house, assumed = self.changes, self.changes.new_house, self.assumed
        checks = {
            "period": 0 <= (self.last_day - self.first_day).days < MOST_PERIOD,
            "seeds": 1 <= self.seeds <= MOST_SEEDS,
            "more_slots": all(-MOST_SLOTS <= more <= MOST_SLOTS for more in changes.more_slots.values()),
            "weekdays": all(days <= frozenset(range(7)) for days in changes.weekdays.values()),
            "days_per_birth": changes.days_per_birth is None or 1 <= changes.days_per_birth <= MOST_DAYS,
            "high_need_tickets": changes.high_need_tickets is None or 0 <= changes.high_need_tickets <= MOST_TICKETS,
            "new_house": house is None
            or (1 <= house.slots <= MOST_SLOTS and bool(house.weekdays) and house.weekdays <= frozenset(range(7))),
            "flexible_days": 0 <= assumed.flexible_days <= MOST_FLEXIBLE,
            "shares": all(0 <= share <= 100 for share in (assumed.to_new_house, assumed.more_days)),
        }
        if wrong := [name for name, holds in checks.items() if not holds]:
            raise NotThese(", ".join(wrong))


def as_kept(asked: WhatIf) -> dict[str, Any]:
    """Return the parameters as JSON."""
    changes, house = asked.changes, asked.changes.new_house
    return {
        "first_day": asked.first_day.isoformat(),
        "last_day": asked.last_day.isoformat(),
        "more_slots": dict(sorted(changes.more_slots.items())),
        "weekdays": {slug: sorted(days) for slug, days in sorted(changes.weekdays.items())},
        "new_house": None
        if house is None
        else {
            "name": house.name,
            "kind": house.kind,
            "slots": house.slots,
            "weekdays": sorted(house.weekdays),
            "district": house.district,
            "keeps_public_holidays": house.keeps_public_holidays,
        },
        "days_per_birth": changes.days_per_birth,
        "without_draw": changes.without_draw,
        "high_need_tickets": changes.high_need_tickets,
        "flexible_days": asked.assumed.flexible_days,
        "to_new_house": asked.assumed.to_new_house,
        "more_days": asked.assumed.more_days,
        "seeds": asked.seeds,
    }


def from_kept(kept: Mapping[str, Any]) -> WhatIf:
    """Return what was asked: the inverse of ``as_kept``. Raises NotThese."""
    try:
        house = kept["new_house"]
        return WhatIf(
            first_day=date.fromisoformat(kept["first_day"]),
            last_day=date.fromisoformat(kept["last_day"]),
            changes=Changes(
                more_slots={str(slug): int(more) for slug, more in kept["more_slots"].items()},
                weekdays={str(slug): frozenset(map(int, days)) for slug, days in kept["weekdays"].items()},
                new_house=None if house is None else NewHouse(**{**house, "weekdays": frozenset(house["weekdays"])}),
                days_per_birth=kept["days_per_birth"],
                without_draw=bool(kept["without_draw"]),
                high_need_tickets=kept["high_need_tickets"],
            ),
            assumed=Assumptions(kept["flexible_days"], kept["to_new_house"], kept["more_days"]),
            seeds=kept["seeds"],
        )
    except (KeyError, TypeError, AttributeError) as wrong:
        raise NotThese(str(wrong)) from wrong
