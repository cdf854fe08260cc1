"""Put the tables of docs/odds.md between their marks, made from seeds; ``--check`` tells whether they are those."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAPER = ROOT / "docs" / "odds.md"


def tables() -> dict[str, str]:
    """Return each table by the name of its marks."""
    from bookings.draws.trials.comparison import MADE, Effort, compared, made_demands
    from bookings.draws.trials.ticket_worth import better_table, ticket_table

    effort = Effort()
    found = {"tickets": ticket_table(), "better": better_table()}
    for words, (families, places) in MADE.items():
        found[words] = compared(made_demands(families, places, effort), effort)
    return found


def with_tables(text: str, made: dict[str, str]) -> str:
    """Return the paper with the tables between their marks. Raises LookupError for a table without marks."""
    for name, table in made.items():
        before, mark, rest = text.partition(f"<!-- {name} -->\n")
        _old, end, after = rest.partition("<!-- end -->")
        if not mark or not end:
            raise LookupError(f"docs/odds.md has no marks of “{name}”")
        text = f"{before}{mark}{table}\n{end}{after}"
    return text


def main() -> int:
    """Write the paper, or tell with 1 that it is not what the seeds give."""
    sys.path.insert(0, str(ROOT))
    old = PAPER.read_text()
    new = with_tables(old, tables())
    if "--check" in sys.argv[1:]:
        print("docs/odds.md is what the seeds give." if old == new else "docs/odds.md: run tools/build_draw_tables.py")
        return int(old != new)
    PAPER.write_text(new)
    return 0


if __name__ == "__main__":
    sys.exit(main())
