"""The ward's figures as the second statement reads them: wards/setagaya, read by itself and as data alone."""

import csv
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "wards" / "setagaya"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
STAYS = ("short_stay", "day_care")
Row = dict[str, str]


@cache
def read(name: str) -> tuple[Row, ...]:
    """Return the rows of a file as they are written."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8") as file:
        return tuple(csv.DictReader(file))


@dataclass(frozen=True)
class Dated:
    """What holds from the first to the last day, both included; None: no end. ``of``: what it is about."""

    of: tuple[str, ...]
    first: date
    last: date | None
    value: dict[str, str]


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _dated(name: str, *of: str) -> list[Dated]:
    return [
        Dated(tuple(row[key] for key in of), _day(row["first_day"]) or date.min, _day(row["last_day"]), row)
        for row in read(name)
    ]


# Days of rooms given by lot that staff opened without a draw; some walks go beyond them.
FREED = (date(2026, 1, 1), date(2028, 4, 10))


class Figures:
    """Every figure that the rules ask, by day. ``change`` lets another one hold from a day on."""

    def __init__(self) -> None:
        self.tables = {
            "tariffs": _dated("tariffs", "service", "component", "tax_class"),
            "service_terms": _dated("service_terms", "service"),
            "usage_limits": _dated("usage_limits", "group"),
            "allocation_policies": _dated("allocation_policies", "service"),
            "coupon_policies": _dated("coupon_policies", "tax_class"),
            "transport_policies": _dated("transport_policies", "tax_class"),
            "capacities": _dated("capacities", "pool"),
            "weekly_patterns": _dated("weekly_patterns", "pool"),
            "draw_policies": _dated("draw_policies"),
            "closures": _dated("closures", "pool"),
            "contract": [],
        }
        self.services = {row["slug"]: row for row in read("services")}
        self.holidays = {row["day"] for row in read("public_holidays")}
        self.freed = FREED
        self.slots_set = {
            (row["pool"], date.fromisoformat(row["day"])): int(row["slots"]) for row in read("day_overrides")
        }

    def on(self, day: date, table: str, *of: str) -> Row | None:
        """Return the row that holds on a day, None where there is none."""
        for row in self.tables[table]:
            if row.of == of and row.first <= day and (row.last is None or day <= row.last):
                return row.value
        return None

    def change(self, first: date, table: str, of: tuple[str, ...], **value: str) -> None:
        """From the day on the row of that day holds with these values, up to where it ended or another one begins."""
        rows = self.tables[table]
        found = next((row for row in rows if row.of == of and row.first <= first <= (row.last or date.max)), None)
        if found is None:
            coming = min((row.first for row in rows if row.of == of and row.first > first), default=None)
            rows.append(Dated(of, first, coming - timedelta(days=1) if coming else None, value))
            return
        rows.remove(found)
        if found.first < first:
            rows.append(Dated(of, found.first, first - timedelta(days=1), found.value))
        rows.append(Dated(of, first, found.last, found.value | value))

    # ---- Asked by the rules -----------------------------------------------------------------------------------------

    def kind(self, service: str) -> str:
        return self.services[service]["kind"]

    def pool(self, service: str) -> str:
        return self.services[service]["pool"]

    def facility(self, service: str) -> str:
        return service.partition("/")[0]

    def group(self, service: str) -> str:
        """Stays are counted together, visits and consultations each by themselves."""
        kind = self.kind(service)
        return "stays" if kind in STAYS else {"outreach": "outreach", "online_consultation": "online"}[kind]

    def yen(self, service: str, part: str, tax_class: str, day: date) -> int | None:
        """Return the yen of a day, None where nobody published it."""
        row = self.on(day, "tariffs", service, part, tax_class)
        return int(row["amount"]) if row else None

    def contract(self, service: str, day: date) -> tuple[int, bool] | None:
        """Return what the ward pays for a used day, and whether the fees of the families are taken off."""
        row = self.on(day, "contract", service)
        return (int(row["amount"]), row["less"] == "yes") if row else None

    def slots(self, pool: str, day: date) -> int:
        """Return how many families there is room for."""
        if (pool, day) in self.slots_set:
            return self.slots_set[pool, day]
        week, room = self.on(day, "weekly_patterns", pool), self.on(day, "capacities", pool)
        if week is None or room is None or WEEKDAYS[day.weekday()] not in week["weekdays"].split():
            return 0
        if week["keeps_public_holidays"] == "yes" and day.isoformat() in self.holidays:
            return 0
        if any(day in closed for closed in self._closed(pool, day)):
            return 0
        return int(room["slots"])

    def _closed(self, pool: str, day: date) -> Iterator[set[date]]:
        for row in self.tables["closures"]:
            if row.of != (pool,) or row.first > day:
                continue
            last = row.last or date.max
            yearly = row.value["repeats_yearly"] == "yes"
            for year in (day.year - 1, day.year) if yearly else (row.first.year,):
                if year < row.first.year:
                    continue
                first = row.first.replace(year=year)
                length = (last - row.first).days
                yield {first + timedelta(days=number) for number in range(min(length, 400) + 1)}


def in_months(start: date, months: int) -> date | None:
    """Return the same day so many months later; None where that month has no such day."""
    year, month = start.year + (start.month - 1 + months) // 12, (start.month - 1 + months) % 12 + 1
    return date(year, month, start.day) if start.day <= monthrange(year, month)[1] else None


def district_of(town: str, chome: int, block: int) -> str:
    """Return the district of an address: by town, where a town is divided by chome and block."""
    for row in read("town_areas"):
        chomes = (int(row["chome_from"] or 0), int(row["chome_to"] or 99))
        blocks = (int(row["block_from"] or 0), int(row["block_to"] or 999))
        if row["town"] == town and chomes[0] <= chome <= chomes[1] and blocks[0] <= block <= blocks[1]:
            return row["district"]
    raise LookupError(f"{town} {chome}-{block}")
