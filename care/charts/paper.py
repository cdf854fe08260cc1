"""紙のグラフ: the charts of a stay as pictures that stand by themselves (SVG), for what she takes home on paper."""

from collections.abc import Iterable
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from .facts import BabysCharts, ShownWeight
from .timeline import Mark, Timeline, TimelineDay
from .weights import WeightChart

# Black and grey, told apart by their shape: most printers of a house have no colour.
INK, GREY = "#1a1a1a", "#b3b3b3"


def charts_on_paper(charts: Iterable[BabysCharts]) -> list[dict[str, Any]]:
    """Return what the paper shows of each infant of whom something was recorded: pictures and their tables."""
    return [
        {"name": baby.infant.name or "–", "parts": [part for part in (_weights(baby), _timeline(baby)) if part]}
        for baby in charts
        if baby.weights or baby.timeline
    ]


def _weights(baby: BabysCharts) -> dict[str, Any] | None:
    if not baby.weights:
        return None
    return {
        "title": _("Weight"),
        "picture": picture_of_weights(baby.weight_chart) if baby.weight_chart else "",
        "said": _("Weight by time; the same figures stand in the table below"),
        "head": [_("Weighed"), _("Weight, g"), _("Against the birth weight"), _("g a day")],
        "rows": [_weighed(row) for row in baby.weights],
    }


def _weighed(row: ShownWeight) -> list[str]:
    when = date_format(row.when, "n/j") + (f" {time_format(row.when, 'H:i')}" if row.has_time else "")
    of_birth = "–" if row.of_birth is None else row.of_birth_words
    return [when, str(row.grams), of_birth, "–" if row.per_day is None else row.per_day_words]


def _timeline(baby: BabysCharts) -> dict[str, Any] | None:
    if baby.timeline is None:
        return None
    return {
        "title": _("Feeds and diapers"),
        "picture": picture_of_timeline(baby.timeline, [(mark, str(words)) for mark, words in baby.marks]),
        "said": _("Feeds and diapers, a row a day from 0 to 24; what a day adds up to stands in the table below"),
        "head": [_("Day"), *(str(words) for _mark, words in baby.marks), _("Milk, ml")],
        "rows": [_added_up(day) for day in baby.timeline.days],
    }


def _added_up(day: TimelineDay) -> list[str]:
    counts = (day.breastfed, day.bottles, day.wets, day.stools, day.milk_ml)
    return [date_format(day.day, "n/j"), *map(str, counts)]


def picture_of_weights(chart: WeightChart) -> str:
    """Draw weights as a line with their figures, the birth weight as a dashed one."""
    drawn = []
    for number, (y, grams) in enumerate(chart.grid):
        drawn.append(_line(chart.left, y, chart.right_end, y, INK if number == 0 else GREY))
        drawn.append(_text(chart.left - 6, y + 4, f"{grams} g", "end"))
    drawn += [_text(x, chart.bottom + 22, date_format(day, "n/j"), "middle") for x, day in chart.days]
    if chart.birth_y is not None:
        drawn.append(_line(chart.left, chart.birth_y, chart.right_end, chart.birth_y, INK, dashed=True))
        words = f"{_('Birth weight')} {chart.birth_grams} g"
        drawn.append(_text(chart.right_end, chart.birth_y - 6, words, "end"))
    drawn.append(f'<polyline points={quoteattr(chart.line)} fill="none" stroke="{INK}" stroke-width="2.5"/>')
    for x, y, grams in chart.points:
        drawn += [f'<circle cx="{x}" cy="{y}" r="4.5" fill="{INK}"/>', _text(x, y - 10, str(grams), "middle")]
    return _picture(chart.width, chart.height, drawn)


def picture_of_timeline(drawn: Timeline, marks: Iterable[tuple[Mark, str]]) -> str:
    """Draw a row a day with its marks, and below what each mark means."""
    parts = []
    for x, hour in drawn.hours:
        parts += [_line(x, drawn.top, x, drawn.height, GREY), _text(x, 16, str(hour), "middle")]
    for day in drawn.days:
        parts += [_line(0, day.y, drawn.right_end, day.y, GREY), _text(4, day.y + 26, date_format(day.day, "n/j"))]
        parts += [_mark(mark, x, y) for x, y, mark, _at in day.marks]
    for number, (mark, words) in enumerate(marks):
        x = 16 + number * drawn.width // 4
        parts += [_mark(mark, x, drawn.height + 22), _text(x + 12, drawn.height + 26, words)]
    return _picture(drawn.width, drawn.height + 36, parts)


def _mark(mark: Mark, x: int, y: int) -> str:
    shape = {
        Mark.BREAST: '<circle r="5" fill="none" stroke-width="2"/>',
        Mark.MILK: '<rect x="-4.5" y="-4.5" width="9" height="9"/>',
        Mark.WET: '<path d="M0-6 5 5H-5z" fill="none" stroke-width="2"/>',
        Mark.STOOL: '<path d="M0-7 7 0 0 7-7 0z"/>',
    }[mark]
    return f'<g transform="translate({x} {y})" fill="{INK}" stroke="{INK}">{shape}</g>'


def _line(x1: int, y1: int, x2: int, y2: int, colour: str, *, dashed: bool = False) -> str:
    dashes = ' stroke-dasharray="8 4"' if dashed else ""
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{colour}"{dashes}/>'


def _text(x: int, y: int, words: str, anchor: str = "start") -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="{INK}">{escape(words)}</text>'


def _picture(width: int, height: int, drawn: Iterable[str]) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    return f'{head} font-family="BIZ UDPGothic, Noto Sans JP" font-size="13">{"".join(drawn)}</svg>'
