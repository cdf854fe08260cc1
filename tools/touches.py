"""What a way costs her: touches, screens, fields and bytes, counted in a browser while it is walked.

``make touches`` walks the ways of tests/journeys/test_touches.py and prints them beside the numbers to reach. A touch
is a finger on a link, a button or a choice; a field is one that is typed in; a screen is a page that comes from the
server; the bytes are those that came over the wire for a view, compressed as they came.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from playwright.sync_api import Locator, Page


@dataclass
class Way:
    """One way walked. ``reach``: what it should take at most, in words; ``counted``: what that is held against."""

    name: str
    reach: str
    most: int
    counts: str
    touches: int = 0
    fields: int = 0
    screens: int = 0
    views: list[int] = field(default_factory=list)

    @property
    def counted(self) -> int:
        """The figure that the number to reach is about: ``touches``, ``fields`` or ``screens``."""
        return int(getattr(self, self.counts))

    @property
    def is_reached(self) -> bool:
        return self.counted <= self.most

    def line(self) -> str:
        """One line of the table: kilobytes of the first view and the most of a later one."""
        later = max(self.views[1:], default=0)
        first = self.views[0] if self.views else 0
        figures = f"{self.touches:>7}  {self.fields:>6}  {self.screens:>7}  {first / 1000:>8.1f}  {later / 1000:>8.1f}"
        return f"{self.name:<42}  {self.reach:<14}  {'yes' if self.is_reached else 'NO':<7}  {figures}"


class Hand:
    """A finger on a page that counts for the way that is being walked."""

    def __init__(self, page: Page, way: Way) -> None:
        self.page, self.way = page, way
        self._bytes = 0
        self._wire: Any = page.context.new_cdp_session(page)
        self._wire.send("Network.enable")
        self._wire.on("Network.loadingFinished", self._came)
        page.on("load", self._loaded)

    def _came(self, said: dict[str, Any]) -> None:
        self._bytes += int(said["encodedDataLength"])

    def _loaded(self, _page: Page) -> None:
        self.way.screens += 1
        self.way.views.append(self._bytes)
        self._bytes = 0

    def touch(self, what: Locator) -> None:
        """One touch on what is seen."""
        self.way.touches += 1
        what.click()

    def type(self, name: str, words: str) -> None:
        """Type one field; the parts of a date are one field."""
        self.way.fields += 1
        self.page.fill(f"[name={name}]", words)

    def type_day(self, name: str, day: date) -> None:
        """Type the three parts of a date."""
        self.way.fields += 1
        for number, part in enumerate((day.year, day.month, day.day)):
            self.page.fill(f"[name={name}_{number}]", str(part))

    def attach(self, name: str, file: str) -> None:
        """A photograph from the telephone: a touch that opens the camera."""
        self.way.touches += 1
        self.page.set_input_files(f"[name={name}]", file)

    def done(self) -> None:
        """The way is at its end."""
        self.page.wait_for_load_state()
        self._wire.detach()


def table(ways: Sequence[Way]) -> str:
    """The ways as a table to be printed."""
    head = f"{'way':<42}  {'to reach':<14}  {'reached':<7}  touches  fields  screens  first kB  later kB"
    return "\n".join([head, "-" * len(head), *(way.line() for way in ways)])
