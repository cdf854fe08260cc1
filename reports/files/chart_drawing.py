"""A chart as vectors for paper: every line has a dash of its own and its name at its end. Pure."""

import math
import unicodedata
from html import escape

from .chart_plan import ChartPlan, Figure

WIDTH, HEIGHT = 720, 300
LEFT, RIGHT, TOP, BOTTOM = 56, 150, 14, 34
STEPS = 5
# So many names stand below the axis without touching each other: years, and the longer ones of months and days.
MOST_YEARS, MOST_POINTS = 12, 8
# Told apart without colours too: the dash.
COLOURS = ("#0017c1", "#b45309", "#197a4b", "#8b1a55", "#333333", "#00687d")
DASHES = ("", "7 3", "2 3", "9 3 2 3", "4 2", "1 2")
LINE_HEIGHT = 12
LETTER = 10
FULL = 100
# In heights of a letter of the font: Japanese signs and figures.
WIDE, PLAIN = 1.0, 0.76


def svg_of(plan: ChartPlan) -> str:
    """Return the drawing; it says nothing that the table beside it does not."""
    top = FULL if plan.is_percent else nice_top(plan)
    parts = [_axis(top), _points(plan)]
    names: list[tuple[float, str, str]] = []
    for number, series in enumerate(plan.series):
        colour, dash = COLOURS[number % len(COLOURS)], DASHES[number % len(DASHES)]
        spots = [
            (_x(place, len(plan.points)), _y(figure, top))
            for place, figure in enumerate(series.figures)
            if figure is not None
        ]
        for run in _runs(plan, series.figures, top):
            path = " ".join(f"{x:.1f},{y:.1f}" for x, y in run)
            parts.append(
                f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.6"'
                f' stroke-dasharray="{dash or "none"}"/>'
            )
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.4" fill="{colour}"/>' for x, y in spots]
        if spots:
            names.append((spots[-1][1], series.name, colour))
    parts += _names(names)
    # The longest name has its place on the sheet.
    width = max([WIDTH, *(WIDTH - RIGHT + 16 + LETTER * length_of(name) for _y, name, _colour in names)])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {HEIGHT}" width="{width:.0f}"'
        f' height="{HEIGHT}"'
        f' font-family="BIZ UDPGothic" font-size="10">{"".join(parts)}</svg>'
    )


def length_of(words: str) -> float:
    """Return how long words are, in heights of a letter: Japanese signs are wide."""
    return sum(WIDE if unicodedata.east_asian_width(sign) in "WFA" else PLAIN for sign in words)


def nice_top(plan: ChartPlan) -> int:
    """Return the end of the axis: the least round number that no figure passes."""
    most = max((float(figure) for series in plan.series for figure in series.figures if figure is not None), default=0)
    if most <= 0:
        return STEPS
    step = 10 ** math.floor(math.log10(most / STEPS)) if most >= STEPS else 1
    wide = next(step * times for times in (1, 2, 2.5, 5, 10, 20) if step * times * STEPS >= most)
    return math.ceil(wide * STEPS)


def _axis(top: int) -> str:
    lines = []
    for number in range(STEPS + 1):
        value = top * number / STEPS
        y = _y(value, top)
        lines.append(
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#cccccc" stroke-width="0.6"/>'
            f'<text x="{LEFT - 6}" y="{y + 3.5:.1f}" text-anchor="end">{value:,.0f}</text>'
        )
    return "".join(lines)


def _points(plan: ChartPlan) -> str:
    every = math.ceil(len(plan.points) / (MOST_YEARS if plan.axis == "fiscal_year" else MOST_POINTS))
    return "".join(
        f'<text x="{_x(place, len(plan.points)):.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">'
        f"{escape(point.replace('-', '/'))}</text>"
        for place, point in enumerate(plan.points)
        if place % every == 0
    )


def _runs(plan: ChartPlan, figures: tuple[Figure, ...], top: int) -> list[list[tuple[float, float]]]:
    """The line in its pieces: where a figure is missing it is interrupted."""
    runs: list[list[tuple[float, float]]] = [[]]
    for place, figure in enumerate(figures):
        if figure is None:
            runs.append([])
        else:
            runs[-1].append((_x(place, len(plan.points)), _y(figure, top)))
    return [run for run in runs if len(run) > 1]


def _names(names: list[tuple[float, str, str]]) -> list[str]:
    """The lines' names at their ends, pushed apart so that none covers another."""
    places, last = [], -float(LINE_HEIGHT)
    for y, _name, _colour in sorted(names):
        last = max(y + 3.5, last + LINE_HEIGHT)
        places.append(last)
    # None below the axis: there the years stand. What was pushed too far pushes the others up.
    lowest = float(HEIGHT - BOTTOM + 4)
    for place in reversed(range(len(places))):
        places[place] = min(places[place], lowest)
        lowest = places[place] - LINE_HEIGHT
    return [
        f'<text x="{WIDTH - RIGHT + 8}" y="{place:.1f}" fill="{colour}">{escape(name)}</text>'
        for place, (_y, name, colour) in zip(places, sorted(names), strict=True)
    ]


def _x(place: int, count: int) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * place / max(count - 1, 1)


def _y(figure: Figure | float, top: int) -> float:
    assert figure is not None
    share = min(float(figure), top) / top
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share
