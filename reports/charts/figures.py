"""The geometry of a table's chart: lines along years or months, bars, and tiles by district. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

WIDTH, HEIGHT = 720, 280
LEFT, RIGHT, TOP, BOTTOM = 64, 36, 12, 32
STEPS = 5
# So many labels stand below a chart without running into each other; so many points bear a mark.
MOST_LABELS, MOST_MARKS, MOST_SERIES = 13, 24, 5
Number = int | float | Decimal


@dataclass(frozen=True)
class Mark:
    x: int
    y: int


@dataclass(frozen=True)
class Series:
    """One line: ``pieces`` are its runs without a gap, as SVG ``points``."""

    name: str
    pieces: tuple[str, ...]
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class LineChart:
    """``grid``: height and words of each grid line; ``labels``: place and words below."""

    series: tuple[Series, ...]
    grid: tuple[tuple[int, str], ...]
    labels: tuple[tuple[int, str], ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right_end: int = WIDTH - RIGHT
    bottom: int = HEIGHT - BOTTOM


@dataclass(frozen=True)
class Tile:
    """One district: where it lies, how dark it is (0 to 1) and what stands on it."""

    x: int
    y: int
    width: int
    height: int
    shade: Decimal
    name: str
    text: str


# Where the five districts lie to each other, on a grid of two columns and three rows: (column, row, columns wide).
PLACES: Mapping[str, tuple[int, int, int]] = {
    "karasuyama": (0, 0, 1),
    "kitazawa": (1, 0, 1),
    "kinuta": (0, 1, 1),
    "setagaya": (1, 1, 1),
    "tamagawa": (0, 2, 2),
}
TILE_WIDTH, TILE_HEIGHT, GAP = 240, 88, 8
LIGHTEST, DARKEST = Decimal("0.06"), Decimal("0.40")


def scale_end(most: Number) -> int:
    """Return the end of a scale from 0 that holds ``most``: 1, 2 or 5 with zeros, in five steps of whole numbers."""
    end = STEPS
    while end < most:
        for factor in (2, 4, 10):
            if end * factor >= most:
                return end * factor
        end *= 10
    return end


def line_chart(
    labels: Sequence[str], lines: Sequence[tuple[str, Sequence[Number | None]]], *, percent: bool = False
) -> LineChart:
    """Lay out the lines over the labels; None leaves a gap, never a zero. ``percent``: the scale is 0 to 100."""
    numbers = [value for _name, values in lines for value in values if value is not None]
    end = 100 if percent else scale_end(max(numbers, default=0))
    every = -(-len(labels) // MOST_LABELS) if labels else 1
    grid = tuple((_y(end * step // STEPS, end), f"{end * step // STEPS:,}") for step in range(STEPS + 1))
    return LineChart(
        tuple(_series(name, values, end) for name, values in lines[:MOST_SERIES]),
        tuple((y, f"{text}%") for y, text in grid) if percent else grid,
        tuple((_x(place, len(labels)), label) for place, label in enumerate(labels) if place % every == 0),
    )


def bars(rows: Sequence[tuple[str, Number | None]]) -> list[dict[str, object]]:
    """Return the bars of the rows with a figure, the longest 100; none where all are empty or 0."""
    most = max((value for _label, value in rows if value), default=0)
    if not most:
        return []
    return [
        {"label": label, "percent": round(Decimal(str(value)) * 100 / Decimal(str(most)), 1), "text": f"{value:,}"}
        for label, value in rows
        if value is not None
    ]


def tiles(values: Sequence[tuple[str, str, Number | None]]) -> list[Tile]:
    """Return a tile a district: (slug, name, figure). A district without a place on the map is left to the table."""
    most = max((value for slug, _name, value in values if value and slug in PLACES), default=0)
    return [
        Tile(
            x=column * (TILE_WIDTH + GAP),
            y=row * (TILE_HEIGHT + GAP),
            width=wide * TILE_WIDTH + (wide - 1) * GAP,
            height=TILE_HEIGHT,
            shade=_shade(value, most),
            name=name,
            text="–" if value is None else f"{value:,}",
        )
        for slug, name, value in values
        if slug in PLACES
        for column, row, wide in [PLACES[slug]]
    ]


def _shade(value: Number | None, most: Number) -> Decimal:
    if not value or not most:
        return LIGHTEST
    part = Decimal(str(value)) / Decimal(str(most))
    return round(LIGHTEST + (DARKEST - LIGHTEST) * part, 2)


def _series(name: str, values: Sequence[Number | None], end: Number) -> Series:
    marks: list[Mark] = []
    pieces: list[list[str]] = [[]]
    for place, value in enumerate(values):
        if value is None:
            pieces.append([])
            continue
        mark = Mark(_x(place, len(values)), _y(value, end))
        marks.append(mark)
        pieces[-1].append(f"{mark.x},{mark.y}")
    return Series(
        name,
        tuple(" ".join(piece) for piece in pieces if piece),
        tuple(marks) if len(marks) <= MOST_MARKS else (),
    )


def _x(place: int, count: int) -> int:
    step = (WIDTH - LEFT - RIGHT) / max(count - 1, 1)
    return round(LEFT + place * step)


def _y(value: Number, end: Number) -> int:
    share = min(Decimal(str(value)) / Decimal(str(end)), Decimal(1))
    return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share)
