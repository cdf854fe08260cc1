"""What the benchmark of the ward's tables measured, and the same as a table of docs/operations.md."""

import math
import os
import platform
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
PAPER = PROJECT / "docs" / "operations.md"
BEGINS, ENDS = "<!-- make bench-reports: begins -->", "<!-- make bench-reports: ends -->"


@dataclass
class Measured:
    """A table of the contents: seconds, those of them in the database, queries, rows; and its page."""

    seconds: float
    in_database: float
    queries: int
    rows: int
    page_seconds: float = 0.0
    page_queries: int = 0

    def line(self, slug: str) -> str:
        """As it is printed while it is measured."""
        return (
            f"{slug:<30}{self.seconds * 1e3:>9.0f}{self.in_database * 1e3:>10.0f}{self.queries:>9}{self.rows:>7}"
            f"{self.page_seconds * 1e3:>9.0f}{self.page_queries:>9}"
        )


@dataclass
class Measures:
    """All that was measured, by title and size. ``beside_sql``: ours, plain SQL, ratio; ``pages``: seconds, queries.

    ``at``: the moment at which it began.
    """

    sizes: Sequence[int]
    at: datetime
    beside_sql: dict[tuple[str, int], tuple[float, float, float]] = field(default_factory=dict)
    tables: dict[tuple[str, int], Measured] = field(default_factory=dict)
    pages: dict[tuple[str, int], tuple[float, int]] = field(default_factory=dict)
    server: str = ""

    def of_size(self, size: int) -> dict[str, Measured]:
        """The tables over so many days."""
        return {slug: one for (slug, of_size), one in self.tables.items() if of_size == size}

    def exponents(self, least: float) -> dict[str, float]:
        """How each table grew from the first size to the last; not those under ``least`` seconds at the first."""
        first, last = self.sizes[0], self.sizes[-1]
        if first == last:
            return {}
        taken = {(title, size): ours for (title, size), (ours, _plain, _ratio) in self.beside_sql.items()}
        taken |= {(f"table {slug}", size): one.seconds for (slug, size), one in self.tables.items()}
        return {
            title: math.log(taken[title, last] / seconds) / math.log(last / first)
            for (title, size), seconds in taken.items()
            if size == first and seconds >= least
        }

    def queries_that_grow(self) -> dict[str, set[int]]:
        """Tables and pages that asked more often of more days."""
        counts: dict[str, set[int]] = {}
        for (slug, _size), one in self.tables.items():
            counts.setdefault(slug, set()).add(one.queries)
            counts.setdefault(f"page of {slug}", set()).add(one.page_queries)
        for (address, _size), (_seconds, count) in self.pages.items():
            counts.setdefault(address, set()).add(count)
        return {name: found for name, found in counts.items() if len(found) > 1}


def as_markdown(found: Measures) -> str:
    """The machine, the day, the state; tables beside their SQL; every table, its page where few days are looked at."""
    measured = [size for size in found.sizes if found.of_size(size)]
    sizes = [f"{size:,}" for size in measured]
    lines = [
        _state(found),
        "",
        f"| beside plain SQL: ms (times the SQL) | {' | '.join(sizes)} |",
        f"|---|{'---|' * len(sizes)}",
    ]
    for title in dict.fromkeys(title for title, _size in found.beside_sql):
        cells = [found.beside_sql[title, size] for size in measured]
        lines.append(f"| {title} | {' | '.join(f'{ours * 1e3:,.0f} ({ratio:.2f})' for ours, _p, ratio in cells)} |")
    lines += [
        "",
        f"| every table, of all years: ms | queries | {' | '.join(sizes)} | page of five years at {sizes[0]} |",
        f"|---|---|{'---|' * len(sizes)}---|",
    ]
    for slug, one in found.of_size(measured[0]).items():
        of_sizes = " | ".join(f"{found.tables[slug, size].seconds * 1e3:,.0f}" for size in measured)
        lines.append(f"| {slug} | {one.queries} | {of_sizes} | {one.page_seconds * 1e3:,.0f} |")
    for address in dict.fromkeys(address for address, _size in found.pages):
        seconds, count = found.pages[address, measured[0]]
        lines.append(f"| page `{address}` | {count} | {' | '.join('' for _size in sizes)} | {seconds * 1e3:,.0f} |")
    return "\n".join(lines)


def put_into_paper(text: str) -> None:
    """Put the tables between the two marks in docs/operations.md."""
    paper = PAPER.read_text()
    before, after = paper.split(BEGINS)[0], paper.split(ENDS)[1]
    PAPER.write_text(f"{before}{BEGINS}\n{text}\n{ENDS}{after}")


def _state(found: Measures) -> str:
    commit = subprocess.run(
        ["git", "rev-parse", "--short=12", "HEAD"], cwd=PROJECT, capture_output=True, text=True, check=False
    ).stdout.strip()
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    return (
        f"Measured on {found.at:%Y-%m-%d %H:%M %Z}, state {commit or 'unknown'}: {_processor()}, "
        f"{os.cpu_count()} processors (load {load}), Python {platform.python_version()}, PostgreSQL {found.server}."
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.machine())
