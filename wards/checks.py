"""What must hold between the rows of a ward's files. Pure."""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator
from datetime import date
from itertools import pairwise

from django.utils.translation import gettext as _

from .columns import Problem, Row
from .files import FILES
from .read import Ward

# Without these a town has no district, a service no age limit, a pool no slots.
NEEDS_A_ROW = (
    ("towns.csv", "town_areas.csv", "town"),
    ("services.csv", "service_terms.csv", "service"),
    ("pools.csv", "weekly_patterns.csv", "pool"),
    ("pools.csv", "capacities.csv", "pool"),
)


def check_ward(ward: Ward, broken: Container[str] = ()) -> Iterator[Problem]:
    """Yield everything that is wrong between the rows; between files only where both could be read wholly.

    ``broken`` names the files that could not.
    """
    for spec in FILES:
        if spec.alone_within is not None:
            yield from _overlaps(ward[spec.name], spec.alone_within)
    yield from _terms(ward["service_terms.csv"])
    yield from _closures(ward["closures.csv"])
    whole = {file: [] if file in broken else rows for file, rows in ward.items()}
    yield from _services(whole)
    yield from _towns(whole)
    for file, needed, column in NEEDS_A_ROW:
        if file not in broken and needed not in broken:
            yield from _left_alone(ward, file, needed, column)


def _wrong(row: Row, field: str, sentence: str) -> Problem:
    return Problem(row.file, row.line, field, sentence)


def _by(rows: Iterable[Row], *columns: str) -> dict[tuple[object, ...], list[Row]]:
    found: dict[tuple[object, ...], list[Row]] = defaultdict(list)
    for row in rows:
        found[tuple(row[column] for column in columns)].append(row)
    return found


def _overlaps(rows: list[Row], within: tuple[str, ...]) -> Iterator[Problem]:
    for group in _by(rows, *within).values():
        for before, after in pairwise(sorted(group, key=lambda row: (row["first_day"], row.line))):
            # The same first day is the same key, which is reported as such.
            if before["first_day"] < after["first_day"] <= (before["last_day"] or date.max):
                yield _wrong(
                    after,
                    "first_day",
                    _("%(day)s lies in the period of line %(line)s (%(first)s – %(last)s); end that one before.")
                    % {
                        "day": after["first_day"],
                        "line": before.line,
                        "first": before["first_day"],
                        "last": before["last_day"] or "",
                    },
                )


def _services(ward: Ward) -> Iterator[Problem]:
    facilities = {row["slug"] for row in ward["facilities.csv"]}
    for row in ward["services.csv"]:
        slug, kind, pool = row["slug"], row["kind"], row["pool"]
        facility = slug.partition("/")[0]
        if facilities and facility not in facilities:
            yield _wrong(
                row, "slug", _("“%(key)s” has no row in %(file)s.") % {"key": facility, "file": "facilities.csv"}
            )
        if slug != f"{facility}/{kind.replace('_', '-')}":
            words = {"slug": slug, "kind": kind}
            yield _wrong(row, "slug", _("“%(slug)s” does not end in its kind, %(kind)s.") % words)
        if pool.partition("/")[0] != facility:
            words = {"pool": pool, "slug": slug}
            yield _wrong(row, "pool", _("“%(pool)s” belongs to another facility than “%(slug)s”.") % words)


def _terms(rows: list[Row]) -> Iterator[Problem]:
    for row in rows:
        for field in ("max_sibling_days", "sibling_rooms"):
            if row[field] is not None and not row["takes_siblings"]:
                yield _wrong(row, field, _("Leave this empty where takes_siblings is no."))


def _closures(rows: list[Row]) -> Iterator[Problem]:
    for row in rows:
        if not row["repeats_yearly"]:
            continue
        if row["last_day"] is None:
            yield _wrong(row, "last_day", _("A closure that repeats every year needs its last day."))
        elif (row["last_day"] - row["first_day"]).days >= 365:
            yield _wrong(row, "last_day", _("A closure that repeats every year is shorter than a year."))


def _left_alone(ward: Ward, file: str, needed: str, column: str) -> Iterator[Problem]:
    named = {row[column] for row in ward[needed]}
    for row in ward[file]:
        if row.key not in named:
            yield _wrong(row, "", _("“%(key)s” has no row in %(file)s.") % {"key": row.key, "file": needed})


def _towns(ward: Ward) -> Iterator[Problem]:
    """Every address of a town lies in one district: each chome in one row, or its blocks in rows without gap.

    An empty block_to is every block from block_from on.
    """
    towns = {row["name"]: row for row in ward["towns.csv"]}
    for (name,), areas in _by(ward["town_areas.csv"], "town").items():
        malformed = [problem for area in areas for problem in _area(area)]
        yield from malformed
        if not malformed and name in towns:
            yield from _one_town(towns[str(name)], areas)


def _area(row: Row) -> Iterator[Problem]:
    for kind in ("chome", "block"):
        first, last = row[f"{kind}_from"], row[f"{kind}_to"]
        if first is None and last is not None:
            yield _wrong(row, f"{kind}_from", _("Fill this in where %(field)s is.") % {"field": f"{kind}_to"})
        elif kind == "chome" and first is not None and last is None:
            yield _wrong(row, "chome_to", _("Fill this in where %(field)s is.") % {"field": "chome_from"})
        elif first is not None and last is not None and last < first:
            words = {"last": last, "field": f"{kind}_from", "first": first}
            yield _wrong(row, f"{kind}_to", _("%(last)s lies before %(field)s, %(first)s.") % words)
    if row["block_from"] is not None and (row["chome_from"] is None or row["chome_from"] != row["chome_to"]):
        yield _wrong(row, "block_from", _("Blocks are those of one chome: chome_from and chome_to are the same."))


def _one_town(town: Row, areas: list[Row]) -> Iterator[Problem]:
    parts = [area for area in areas if area["chome_from"] is not None]
    count = town["chome_count"]
    for area in areas:
        if area["chome_from"] is None and len(areas) > 1:
            yield _wrong(
                area,
                "chome_from",
                _("This is the whole of “%(town)s”, which has other rows too.") % {"town": town["name"]},
            )
            return
    if parts and count is None:
        yield _wrong(parts[0], "chome_from", _("“%(town)s” has no chome_count in towns.csv.") % {"town": town["name"]})
        return
    for area in parts:
        if area["chome_to"] > count:
            yield _wrong(
                area,
                "chome_to",
                _("“%(town)s” has %(count)s chome.") % {"town": town["name"], "count": count},
            )
    for chome in range(1, count + 1 if parts else 0):
        of_chome = [area for area in parts if area["chome_from"] <= chome <= area["chome_to"]]
        if not of_chome:
            yield _wrong(
                town,
                "chome_count",
                _("Chome %(chome)s of “%(town)s” is in no row of town_areas.csv.")
                % {"chome": chome, "town": town["name"]},
            )
        yield from _one_chome(chome, of_chome)


def _one_chome(chome: int, areas: list[Row]) -> Iterator[Problem]:
    ordered = sorted(areas, key=lambda area: (area["block_from"] or 0, area.line))
    if ordered and (ordered[0]["block_from"] or 1) != 1:
        yield _block_gap(ordered[0], chome, 1)
    for before, after in pairwise(ordered):
        if before["block_to"] is None or after["block_from"] <= before["block_to"]:
            yield _wrong(
                after,
                "block_from" if after["block_from"] is not None else "chome_from",
                _("Chome %(chome)s: this overlaps line %(line)s.") % {"chome": chome, "line": before.line},
            )
        elif after["block_from"] > before["block_to"] + 1:
            yield _block_gap(after, chome, before["block_to"] + 1)


def _block_gap(area: Row, chome: int, first: int) -> Problem:
    return _wrong(
        area,
        "block_from",
        _("Chome %(chome)s: blocks %(first)s to %(last)s are in no row.")
        % {"chome": chome, "first": first, "last": area["block_from"] - 1},
    )
