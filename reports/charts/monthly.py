"""The geometry of the monthly chart: percent by month as lines in an SVG. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

WIDTH, HEIGHT = 720, 280
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 12, 32
FULL = Decimal(100)


@dataclass(frozen=True)
class Point:
    x: int
    y: int
    month: int
    percent: Decimal


@dataclass(frozen=True)
class Line:
    """One facility's line: ``pieces`` are runs of months without a gap, as SVG ``points``."""

    slug: str
    name: str
    points: tuple[Point, ...]
    pieces: tuple[str, ...]


@dataclass(frozen=True)
class Chart:
    width: int
    height: int
    lines: tuple[Line, ...]
    # (y, percent) of each grid line; (x, month) of each month's mark
    grid: tuple[tuple[int, int], ...]
    months: tuple[tuple[int, int], ...]
    left: int = LEFT
    right_end: int = WIDTH - RIGHT
    bottom: int = HEIGHT - BOTTOM


def monthly_chart(months: Sequence[int], series: Sequence[tuple[str, str, Sequence[Decimal | None]]]) -> Chart:
    """Lay out one line a facility over the months; ``None`` (no slots that month) leaves a gap, never a zero.

    ``series`` holds (slug, name, percent by month). The scale is 0 to 100 percent.
    """
    return Chart(
        WIDTH,
        HEIGHT,
        tuple(_line(slug, name, months, percents) for slug, name, percents in series),
        tuple((_y(Decimal(step)), step) for step in range(0, 101, 20)),
        tuple((_x(index, len(months)), month) for index, month in enumerate(months)),
    )


def _line(slug: str, name: str, months: Sequence[int], percents: Sequence[Decimal | None]) -> Line:
    points: list[Point] = []
    pieces: list[list[str]] = []
    run: list[str] = []
    for index, (month, percent) in enumerate(zip(months, percents, strict=True)):
        if percent is None:
            pieces.append(run)
            run = []
            continue
        point = Point(_x(index, len(months)), _y(percent), month, percent)
        points.append(point)
        run.append(f"{point.x},{point.y}")
    pieces.append(run)
    return Line(slug, name, tuple(points), tuple(" ".join(piece) for piece in pieces if piece))


def _x(index: int, count: int) -> int:
    step = (WIDTH - LEFT - RIGHT) / max(count - 1, 1)
    return round(LEFT + index * step)


def _y(percent: Decimal) -> int:
    share = min(percent, FULL) / FULL
    return round(HEIGHT - BOTTOM - int(HEIGHT - TOP - BOTTOM) * share)
