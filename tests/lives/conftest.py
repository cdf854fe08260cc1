"""Prints what was walked: lives, steps, comparisons, differences."""

from collections import Counter
from typing import Any

NAME = "lives"


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Sum the parts up, from whichever worker they came."""
    total: Counter[str] = Counter()
    compared: Counter[str] = Counter()
    done: Counter[str] = Counter()
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for name, counts in getattr(report, "user_properties", ()):
                if name == NAME:
                    total.update({key: value for key, value in counts.items() if isinstance(value, int)})
                    compared.update(counts["compared"])
                    done.update(counts["done"])
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
