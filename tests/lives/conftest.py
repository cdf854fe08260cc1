"""Prints what was walked: lives, steps, comparisons, differences; a long run in which a kind never happens fails."""

from collections import Counter
from typing import Any

import pytest

NAME = "lives"
# From so many lives on each kind of step must have happened: what is never walked proves nothing.
ENOUGH = 400


def pytest_sessionfinish(session: Any) -> None:
    """Fail a long run in which something never happened."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or hasattr(session.config, "workerinput"):
        return
    total, _compared, done = _sums(reporter)
    if total["lives"] >= ENOUGH and not all(done.values()) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _sums(reporter: Any) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """Sum the parts up, from whichever worker they came."""
    total: Counter[str] = Counter()
    compared: Counter[str] = Counter()
    done: Counter[str] = Counter()
    for outcome in ("passed", "failed"):
        for report in reporter.getreports(outcome):
            for name, counts in getattr(report, "user_properties", ()):
                if name == NAME:
                    total.update({key: value for key, value in counts.items() if isinstance(value, int)})
                    compared.update(counts["compared"])
                    done.update(counts["done"])
    return total, compared, done


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say what was walked."""
    total, compared, done = _sums(terminalreporter)
    if not total:
        return
    terminalreporter.section("lives")
    terminalreporter.line(
        f"{total['lives']:,} lives in {total['walks']:,} walks, {total['steps']:,} steps "
        f"({total['taken']:,} taken, the others refused as told), {sum(compared.values()):,} comparisons, "
        f"{total['differences']} differences"
    )
    terminalreporter.line("compared: " + ", ".join(f"{what} {count:,}" for what, count in sorted(compared.items())))
    terminalreporter.line("taken: " + ", ".join(f"{what} {count:,}" for what, count in sorted(done.items())))
    if never := sorted(what for what, count in done.items() if not count):
        terminalreporter.line(f"NEVER HAPPENED: {', '.join(never)}")
