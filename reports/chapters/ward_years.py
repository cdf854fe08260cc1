"""Years and changes as the ward's slides write them: 平成30, △ for more and ▲ for fewer. Pure."""

from datetime import date

from sankecare.days import era_of, year_in_era

# The slides' sense, the reverse of accounting: there ▲ is a loss and △ too. So + and − always stand beside.
MORE, FEWER = "△", "▲"
FIRST_MONTH = 4


def year_of_ward(fiscal_year: int) -> str:
    """Return a fiscal year by the era of its first day, as the slides do: 2019 begins in 平成 31.

    A year before the first era stays as it is.
    """
    first = date(fiscal_year, FIRST_MONTH, 1)
    return f"{era_of(first)}{year_in_era(first)}" if era_of(first) else str(fiscal_year)


class WardChange(int):
    """A change on the year before: a number to programs, △ 19 (+19) to people."""

    def __str__(self) -> str:
        if self == 0:
            return "0"
        return f"{MORE if self > 0 else FEWER} {abs(int(self)):,} ({int(self):+,})"

    def __format__(self, _how: str) -> str:
        return str(self)
