"""What a table says of itself besides its rows: what explains a column's figures, and how they are drawn. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Opener:
    """What explains the figures of a column: its name among the openers, and the row's keys that tell which.

    ``known``: as known on which day, as ISO 8601; nothing: as of now.
    """

    name: str
    of: tuple[str, ...]
    known: str = ""


@dataclass(frozen=True)
class Drawn:
    """How a table is drawn: ``how`` "lines" (one a value of ``by``, along ``along``), "bars" or "tiles".

    ``figure``: the column that is drawn; of bars and tiles without ``along`` the ``figures`` of the last row.
    ``percent``: the scale is 0 to 100.
    """

    how: str
    along: str = ""
    figure: str = ""
    by: str = ""
    figures: tuple[str, ...] = ()
    percent: bool = False
