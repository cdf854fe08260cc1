"""The ways of drawing side by side on the same demand, as tables in Markdown. Pure: the same demand, the same."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bookings.draws.mechanisms import Mechanism

from .made_demand import DISTRICTS, Demand, made_demand
from .measures import Counts, Way, measure
from .strategies import FOR_THE_TICKET, STRATEGIES, gains

SET_ASIDE_PERCENT = 20
WAYS = [Way(mechanism, SET_ASIDE_PERCENT if mechanism == Mechanism.NEAR_LIMIT else 0) for mechanism in Mechanism]
# Families and places a day of a round of two weeks: places are very scarce, scarce, nearly enough.
MADE = {"very scarce": (160, 2), "scarce": (120, 4), "nearly enough": (60, 8)}


@dataclass(frozen=True)
class Effort:
    """How much is tried: so many demands made up, each drawn with so many seeds.

    Strategies by so many families of each demand, repeated so often.
    """

    demands: int = 3
    seeds: int = 12
    families: int = 10
    repeat: int = 12


def made_demands(families: int, places: int, effort: Effort, *, seed: int = 1) -> list[Demand]:
    return [made_demand(seed + number, families=families, places=places) for number in range(effort.demands)]


def compared(demands: Sequence[Demand], effort: Effort) -> str:
    """Return the tables of one kind of demand: what each way gives, to whom, and what is gained by not telling."""
    seeds = [str(number) for number in range(effort.seeds)]
    counts = {way.mechanism: _sum(measure(demand, way, seeds) for demand in demands) for way in WAYS}
    gained = {
        way.mechanism: _mean(
            [gains(demand, way, families=effort.families, repeat=effort.repeat) for demand in demands]
        )
        for way in WAYS
    }
    sections = [_table("given", WHAT_IS_GIVEN, counts), _table("served of those who", WHO_IS_SERVED, counts)]
    if any(family.district for demand in demands for family in demand.families):
        sections.append(_table("served by district", _by_district(), counts))
    said = [(name, lambda found, name=name: f"{found[name]:+.0%}") for name in [*STRATEGIES, FOR_THE_TICKET]]
    sections.append(_table("gained by saying", said, gained))
    return "\n\n".join(sections)


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}"


Column = tuple[str, Callable[..., str]]

WHAT_IS_GIVEN: list[Column] = [
    ("families served", lambda found: _percent(found.served / found.families)),
    ("days given", lambda found: _percent(found.days_given / found.places)),
    ("days a family", lambda found: f"{found.days_given / found.served:.1f}" if found.served else "–"),
    ("worth", lambda found: _percent(found.worth / found.families)),
    ("first wish met", lambda found: _percent(found.first_wishes / found.families)),
    ("passed over", lambda found: _percent(found.passed_over / found.families)),
]
WHO_IS_SERVED: list[Column] = [
    ("want 1 to 3 days", lambda found: _percent(found.share_of("short"))),
    ("want 4 or more", lambda found: _percent(found.share_of("long"))),
    ("are near the limit", lambda found: _percent(found.share_of("near limit"))),
    ("had a place before", lambda found: _percent(found.share_of("had before"))),
    ("had none before", lambda found: _percent(found.share_of("not before"))),
]


def _by_district() -> list[Column]:
    return [
        (district, lambda found, district=district: _percent(found.share_of(f"district {district}")))
        for district in DISTRICTS
    ]


def _table(title: str, columns: Sequence[Column], rows: Mapping[str, object]) -> str:
    head = f"| {title} | " + " | ".join(name for name, _value in columns) + " |"
    lines = [
        f"| `{name}` | " + " | ".join(value(found) for _name, value in columns) + " |" for name, found in rows.items()
    ]
    return "\n".join([head, "|---" * (len(columns) + 1) + "|", *lines])


def _sum(found: Iterable[Counts]) -> Counts:
    whole = Counts()
    for counts in found:
        for name in ("draws", "families", "served", "places", "days_given", "first_wishes", "passed_over", "worth"):
            setattr(whole, name, getattr(whole, name) + getattr(counts, name))
        for group, (served, of) in counts.served_of.items():
            had, all_of = whole.served_of.get(group, (0, 0))
            whole.served_of[group] = (had + served, all_of + of)
    return whole


def _mean(found: Sequence[Mapping[str, float]]) -> dict[str, float]:
    return {name: sum(one[name] for one in found) / len(found) for name in found[0]}
