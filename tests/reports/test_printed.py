"""Tables on paper: what stands in a line, what fits on the sheet, and which rows of a long table a report prints."""

from decimal import Decimal
from typing import Any

import pytest

from reports.files.chart_drawing import STEPS, svg_of
from reports.files.chart_plan import ChartPlan, Series, plan_of
from reports.files.printed import MOST_ROWS, SHEET, SMALLEST_TEXT, last_years_of, printed
from reports.tables import Table


def table(keys: tuple[str, ...], rows: list[dict[str, Any]], compared: tuple[str, ...] = ()) -> Table:
    return Table("表", keys, compared, rows, [])


def test_what_was_published_and_the_change_stand_below_their_row_and_only_where_there_is_one() -> None:
    rows = [
        {"fiscal_year": 2022, "families": 1071, "change": {"families": -12}, "published": {"families": 1070}},
        {"fiscal_year": 2023, "families": 900, "published": None},
    ]
    assert printed(table(("fiscal_year", "families"), rows, ("families",))).lines == [
        ["2022", "計算値", "1,071"],
        ["", "増減", "-12"],
        ["", "公表値", "1,070"],
        ["", "差", "+1"],
        ["2023", "計算値", "900"],
    ]


def test_months_days_and_what_is_missing_are_written_as_people_read_them() -> None:
    rows = [{"month": "2026-04", "families": None, "occupancy_percent": Decimal("82.4")}]
    assert printed(table(("month", "families", "occupancy_percent"), rows)).lines == [["2026年4月", "–", "82.4"]]
    assert printed(table(("week", "families"), [{"week": "2026-04-06", "families": "x"}])).lines == [
        ["2026/04/06", "x"]
    ]


@pytest.mark.parametrize("columns", [2, 8, 16, 40])
def test_a_table_is_no_wider_than_the_sheet_and_its_text_no_smaller_than_can_be_read(columns: int) -> None:
    keys = tuple(f"key-{number}" for number in range(columns))
    on_paper = printed(table(keys, [dict.fromkeys(keys, 12_345_678)] * 3))
    assert on_paper.text >= SMALLEST_TEXT
    assert on_paper.width <= SHEET or on_paper.text == SMALLEST_TEXT
    assert on_paper.side_by_side * on_paper.width <= SHEET + 1 or on_paper.side_by_side == 1


def test_a_long_text_takes_what_the_figures_leave() -> None:
    rows = [{"item": "長い説明" * 40, "families": 5}]
    on_paper = printed(table(("item", "families"), rows))
    assert [column.width == 0 for column in on_paper.columns] == [True, False]


def test_of_a_long_table_the_last_years_are_printed_and_how_many_rows_are_left_out_is_known() -> None:
    rows = [
        {"fiscal_year": year, "town": str(town), "families": 9} for year in range(2018, 2024) for town in range(30)
    ]
    part = last_years_of(table(("fiscal_year", "town", "families"), rows))
    assert (part.years, len(part.table.rows), part.left_out) == ((2022, 2023), 60, 120)
    weeks = [{"week": f"2022-{month:02d}-04", "families": 1} for month in range(1, 13)] * 10
    part = last_years_of(table(("week", "families"), weeks))
    assert (part.years, len(part.table.rows)) == ((2022,), 90)


def test_a_year_too_long_for_it_is_printed_whole_and_a_short_table_too() -> None:
    long = [{"fiscal_year": 2023, "families": number} for number in range(MOST_ROWS + 1)]
    assert last_years_of(table(("fiscal_year", "families"), long)).left_out == 0
    assert last_years_of(table(("fiscal_year", "families"), long[:MOST_ROWS])).years == ()
    nobody_knows = [{"item": str(number)} for number in range(200)]
    assert last_years_of(table(("item",), nobody_knows)).left_out == 0


def test_a_chart_of_one_figure_or_of_nothing_is_not_drawn() -> None:
    def drawn(*figures: int | None) -> object:
        rows = [{"fiscal_year": 2020 + number, "families": figure} for number, figure in enumerate(figures)]
        return plan_of(rows, ("fiscal_year", "families"), (), {})

    assert drawn(None, 5, None) is None
    assert drawn(0, 0, 0) is None
    assert drawn(0, 5) is not None


def test_no_lines_name_stands_below_the_axis_or_off_the_sheet() -> None:
    rows = [
        {"fiscal_year": year, "kind": f"とても長い名前の施設の利用{n}", "families": n == 0}
        for year in (1, 2)
        for n in range(6)
    ]
    rows = [{**row, "families": int(row["families"])} for row in rows]
    plan = plan_of(rows, ("fiscal_year", "kind", "families"), (), {})
    assert plan is not None
    drawn = svg_of(plan)
    heights = [float(part.split('"')[0]) for part in drawn.split(' y="')[1:]]
    assert max(heights) <= 300
    assert float(drawn.split('viewBox="0 0 ')[1].split(" ")[0]) > 720


def test_a_line_is_interrupted_where_a_figure_is_missing_and_one_without_figures_has_no_name() -> None:
    years = ("2019", "2020", "2021", "2022", "2023")
    drawn = svg_of(
        ChartPlan("fiscal_year", years, "", (Series("利用", (1, 2, None, 3, 4)), Series("空", (None,) * 5)))
    )
    assert drawn.count("<polyline") == 2
    assert drawn.count("<circle") == 4
    assert "利用" in drawn
    assert "空" not in drawn


def test_a_chart_of_nothing_has_an_axis_all_the_same() -> None:
    drawn = svg_of(ChartPlan("fiscal_year", ("2019",), "", (Series("利用", (0,)),)))
    assert drawn.count("<line ") == STEPS + 1
