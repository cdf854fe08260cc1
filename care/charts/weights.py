"""体重のグラフ: weights against the birth weight, with grams a day, and where they stand in an SVG. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

WIDTH, HEIGHT = 720, 260
LEFT, RIGHT, TOP, BOTTOM = 60, 40, 24, 36
# Nearer to each other a change is scales, milk and diaper, not growth (own default).
LEAST_APART = timedelta(hours=12)
STEPS = (50, 100, 200, 500, 1000, 2000)
MOST_LINES = 6
MOST_DAYS_NAMED = 8


@dataclass(frozen=True)
class Weight:
    """Grams, when they were weighed (local time)."""

    when: datetime
    grams: int


@dataclass(frozen=True)
class WeightRow:
    """A weight beside the birth weight (``of_birth`` grams, ``percent``) and the one before (``per_day``, g a day).

    None where there is nothing to compare with, or the one before is nearer than half a day.
    """

    when: datetime
    grams: int
    of_birth: int | None
    percent: Decimal | None
    per_day: int | None


@dataclass(frozen=True)
class WeightChart:
    """Where things stand in the picture: ``points`` (x, y, grams), ``line``, ``birth_y``, ``grid``, ``days``."""

    points: tuple[tuple[int, int, int], ...]
    line: str
    birth_y: int | None
    birth_grams: int | None
    grid: tuple[tuple[int, int], ...]
    days: tuple[tuple[int, date], ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right_end: int = WIDTH - RIGHT
    bottom: int = HEIGHT - BOTTOM


def weight_rows(weights: Sequence[Weight], birth_grams: int | None) -> list[WeightRow]:
    """Return each weight, the oldest first, with what it is compared with."""
    rows: list[WeightRow] = []
    base: Weight | None = None
    for weight in sorted(weights, key=lambda one: one.when):
        per_day = None
        if base is not None and weight.when - base.when >= LEAST_APART:
            days = Decimal((weight.when - base.when) / timedelta(days=1))
            per_day = round((weight.grams - base.grams) / days)
        if base is None or per_day is not None:
            base = weight
        of_birth = None if birth_grams is None else weight.grams - birth_grams
        percent = None if birth_grams is None else (Decimal(100 * (weight.grams - birth_grams)) / birth_grams)
        rows.append(
            WeightRow(
                weight.when,
                weight.grams,
                of_birth,
                None if percent is None else percent.quantize(Decimal("0.1")),
                per_day,
            )
        )
    return rows


def weight_chart(rows: Sequence[WeightRow], birth_grams: int | None) -> WeightChart | None:
    """Lay the weights out by time; None with fewer than two things to see."""
    grams = [row.grams for row in rows] + ([birth_grams] if birth_grams else [])
    if not rows or len(grams) < 2:
        return None
    low, high, step = _scale(min(grams), max(grams))
    first, last = rows[0].when, rows[-1].when
    points = tuple((_x(row.when, first, last), _y(row.grams, low, high), row.grams) for row in rows)
    named = {row.when.date(): x for row, (x, _grams_y, _grams) in zip(rows, points, strict=True)}
    every = -(-len(named) // MOST_DAYS_NAMED)
    return WeightChart(
        points,
        " ".join(f"{x},{y}" for x, y, _grams in points),
        _y(birth_grams, low, high) if birth_grams else None,
        birth_grams,
        tuple((_y(line, low, high), line) for line in range(low, high + 1, step)),
        tuple((x, day) for number, (day, x) in enumerate(named.items()) if number % every == 0),
    )


def _scale(least: int, most: int) -> tuple[int, int, int]:
    """From and to which grams, and in which steps: whole steps around what is shown."""
    scales = [(*_whole_steps(least, most, step), step) for step in STEPS]
    return next((one for one in scales if (one[1] - one[0]) // one[2] <= MOST_LINES), scales[-1])


def _whole_steps(least: int, most: int, step: int) -> tuple[int, int]:
    low, high = least // step * step, -(-most // step) * step
    return (low - step, high + step) if high == low else (low, high)


def _x(at: datetime, first: datetime, last: datetime) -> int:
    if last == first:
        return (LEFT + WIDTH - RIGHT) // 2
    return round(LEFT + 20 + (WIDTH - LEFT - RIGHT - 40) * ((at - first) / (last - first)))


def _y(grams: int, low: int, high: int) -> int:
    return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (grams - low) / (high - low))
