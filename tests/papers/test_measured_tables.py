"""What the benchmark of the tables measured, as a table of a paper: growth, queries, and nothing of the rest."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tools.benchmarks import report_shown
from tools.benchmarks.report_shown import BEGINS, ENDS, Measured, Measures, as_markdown, put_into_paper


@pytest.fixture
def found() -> Measures:
    measures = Measures([100_000, 1_000_000], datetime(2026, 11, 30, 21, 0, tzinfo=UTC), server="18.1")
    for size, seconds in ((100_000, 0.2), (1_000_000, 2.0)):
        measures.beside_sql["coverage", size] = (seconds, seconds, 1.0)
        measures.tables["towns", size] = Measured(seconds, seconds, 4, 60, 0.34, 12)
        measures.tables["rides", size] = Measured(0.001, 0.0005, 2, 0, 0.06, 10)
    measures.pages["/supervisor/", 100_000] = (0.25, 35)
    return measures


def test_ten_times_the_days_in_ten_times_the_time_is_an_exponent_of_one(found: Measures) -> None:
    assert found.exponents(0.05) == pytest.approx({"coverage": 1.0, "table towns": 1.0})


def test_a_table_that_asks_more_often_of_more_days_is_named(found: Measures) -> None:
    assert found.queries_that_grow() == {}
    found.tables["towns", 1_000_000].page_queries = 13
    assert found.queries_that_grow() == {"page of towns": {12, 13}}


def test_the_paper_has_the_machine_the_day_and_each_table_with_every_size(found: Measures) -> None:
    text = as_markdown(found)
    assert "2026-11-30 21:00 UTC" in text
    assert "PostgreSQL 18.1" in text
    assert "| coverage | 200 (1.00) | 2,000 (1.00) |" in text
    assert "| towns | 4 | 200 | 2,000 | 340 |" in text
    assert "| page `/supervisor/` | 35 |  |  | 250 |" in text


def test_only_what_stands_between_the_marks_is_written_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paper = tmp_path / "operations.md"
    paper.write_text(f"before\n{BEGINS}\nold\n{ENDS}\nafter\n")
    monkeypatch.setattr(report_shown, "PAPER", paper)
    put_into_paper("new")
    put_into_paper("newer")
    assert paper.read_text() == f"before\n{BEGINS}\nnewer\n{ENDS}\nafter\n"
