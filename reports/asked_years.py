"""Which fiscal years a table is asked for, and in which words it is said where that cannot be. Pure.

The words are said by the page (``NotThoseYears.code`` with its facts): nothing is put right in silence.
"""

from collections.abc import Sequence

SHOWN = 5
MOST = 30


class NotThoseYears(ValueError):
    """What was asked is no period that can be shown: ``code``, its field, and the number that the sentence names."""

    def __init__(self, code: str, field: str, number: int = 0) -> None:
        super().__init__(code)
        self.code, self.field, self.number = code, field, number


def years_shown(with_records: Sequence[int], this_year: int) -> list[int]:
    """Return the years that are shown where nothing is asked: the last ``SHOWN`` of those with records."""
    begun = [year for year in with_records if year <= this_year]
    if not begun:
        return [this_year]
    return list(range(max(begun[0], begun[-1] - SHOWN + 1), begun[-1] + 1))


def years_asked(first: str, last: str, *, with_records: Sequence[int], this_year: int) -> list[int]:
    """Return the fiscal years from ``first`` to ``last``, both as typed, one or both empty.

    Raises NotThoseYears: ``not_a_year``, ``in_reverse``, ``too_many``, ``to_come``, ``no_records``.
    """
    usual = years_shown(with_records, this_year)
    begins, ends = _year(first, "from"), _year(last, "to")
    if ends is None:
        ends = max(usual[-1], begins or 0)
    if begins is None:
        begins = min(usual[0], ends)
    if begins > ends:
        raise NotThoseYears("in_reverse", "from")
    if begins > this_year or ends > this_year:
        raise NotThoseYears("to_come", "from" if begins > this_year else "to", max(begins, ends))
    if ends - begins >= MOST:
        raise NotThoseYears("too_many", "to", MOST)
    years = list(range(begins, ends + 1))
    if with_records and not set(years) & set(with_records):
        raise NotThoseYears("no_records", "from", with_records[0])
    return years


def _year(typed: str, field: str) -> int | None:
    typed = typed.strip()
    if not typed:
        return None
    if not typed.isascii() or not typed.isdigit() or not 2000 <= int(typed) <= 2999:
        raise NotThoseYears("not_a_year", field)
    return int(typed)
