"""A table's chart: lines with gaps, bars, and tiles that lie as the districts do."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.charts.figures import DARKEST, HEIGHT, LIGHTEST, WIDTH, bars, line_chart, scale_end, tiles


@pytest.mark.parametrize(
    ("most", "end"), [(0, 5), (5, 5), (6, 10), (23, 50), (989, 1000), (6216, 10000), (4431, 5000)]
)
def test_a_scale_ends_at_a_round_number(most: int, end: int) -> None:
    assert scale_end(most) == end


@given(st.integers(0, 10_000_000))
def test_a_scale_holds_what_is_drawn_and_its_steps_are_whole(most: int) -> None:
    assert scale_end(most) >= most
    assert scale_end(most) % 5 == 0


def test_what_is_not_known_is_a_gap_and_no_zero() -> None:
    (line,) = line_chart(["2020", "2021", "2022", "2023"], [("A", [3, None, 4, 5])]).series
    assert len(line.marks) == 3
    assert len(line.pieces) == 2


@given(st.lists(st.one_of(st.none(), st.integers(0, 100_000)), min_size=2, max_size=130))
def test_every_point_lies_on_the_paper(values: list[int | None]) -> None:
    chart = line_chart([str(place) for place in range(len(values))], [("A", values)])
    points = [point.split(",") for piece in chart.series[0].pieces for point in piece.split(" ")]
    assert all(0 <= int(x) <= WIDTH and 0 <= int(y) <= HEIGHT for x, y in points)
    assert len(points) == sum(value is not None for value in values)
    assert len(chart.labels) <= 13


def test_the_longest_bar_is_the_most_and_nothing_to_draw_has_no_bars() -> None:
    assert [bar["percent"] for bar in bars([("A", 50), ("B", None), ("C", 200)])] == [Decimal(25), Decimal(100)]
    assert bars([("A", 0), ("B", None)]) == []


def test_tiles_are_the_darker_the_more_and_none_lies_on_another() -> None:
    found = tiles(
        [
            (slug, slug, number)
            for number, slug in enumerate(("karasuyama", "kitazawa", "kinuta", "setagaya", "tamagawa"))
        ]
        + [("elsewhere", "elsewhere", 90)]
    )
    assert [tile.name for tile in found][-1] == "tamagawa"
    assert (found[0].shade, found[4].shade) == (LIGHTEST, DARKEST)
    assert [tile.shade for tile in found] == sorted(tile.shade for tile in found)
    cells = {
        (x, y)
        for tile in found
        for x in range(tile.x, tile.x + tile.width, 8)
        for y in range(tile.y, tile.y + tile.height, 8)
    }
    assert len(cells) == sum(len(range(0, tile.width, 8)) * len(range(0, tile.height, 8)) for tile in found)
