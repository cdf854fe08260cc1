"""Every page and file, as everybody who may open it, as the words that a person reads there."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import product
from typing import Any

from django.urls import NoReverseMatch, reverse
from icalendar import Calendar
from openpyxl import load_workbook
from pypdf import PdfReader

from accounts.actions import Action
from accounts.permissions import may
from accounts.url_permissions import action_of_page
from reports.catalogue.contents import by_slug
from tests.accounts.fixtures_sign_in import SignIns
from tests.factories_two_families import World
from tests.invariants.test_permissions import ALL_PAGES, NOBODY

# Parameters of which each value is a page of its own.
EACH = {
    "file_format": ("csv", "xlsx", "pdf"),
    "report": ("facility-year", "districts", "coverage", "consultations", "consultation-months"),
    "named": tuple(by_slug()),
    "step": ("mother", "address", "baby", "family", "papers", "check"),
}
# What of a tag is read, or said by a screen reader.
READ_ATTRIBUTES = {"alt", "title", "placeholder", "aria-label", "aria-description", "content"}
OK = 200
NOT_READ = {"script", "style", "template"}


@dataclass(frozen=True)
class Read:
    """What one person reads on one page or in one file."""

    who: str
    page: str
    address: str
    kind: str
    words: str


class _Words(HTMLParser):
    """The visible words of a page; ``code`` and what stands in a field are left as they are typed."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.hidden = 0
        self.icon = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in NOT_READ:
            self.hidden += 1
        elif tag == "span" and "material-symbols" in (given.get("class") or ""):
            self.icon = True  # a picture by its name in a font: who hears the page is another test's
            self.hidden += 1
        is_button = tag == "input" and given.get("type") in {"submit", "button", "reset"}
        for name, value in attrs:
            if value and (name in READ_ATTRIBUTES - {"content"} or (name == "value" and is_button)):
                self.found.append(value)
        if tag == "meta" and given.get("name") in {"description", "title"}:
            self.found.append(given.get("content") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in NOT_READ:
            self.hidden -= 1
        elif tag == "span" and self.icon:
            self.icon = False
            self.hidden -= 1

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.found.append(data)


def words_of_html(text: str) -> str:
    reader = _Words()
    reader.feed(text)
    return re.sub(r"\s+", " ", "\n".join(reader.found))


def words_of(answer: Any) -> str:
    """What stands on a page or in a file; nothing of what programs read (JSON)."""
    kind = answer["Content-Type"].split(";")[0]
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if kind == "text/html":
        return words_of_html(body.decode())
    if kind == "application/pdf":
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages)
    if kind == "text/csv":
        return body.decode("utf-8-sig")
    if "spreadsheet" in kind:
        book = load_workbook(io.BytesIO(body))
        cells = [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell]
        return "\n".join([*book.sheetnames, *cells])
    if kind == "text/calendar":
        events = Calendar.from_ical(body).walk("VEVENT")
        return "\n".join(str(event.get(name, "")) for event in events for name in ("SUMMARY", "DESCRIPTION"))
    return ""


def walk(world: World, who: str) -> Iterator[Read]:
    """Read every page that answers this person on her own world's objects; programs' answers are left out."""
    person = world.people.get(who) if who != NOBODY else None
    browsers = SignIns(person)
    for page in ALL_PAGES:
        action = action_of_page(page.name)
        if action is None or (action != Action.ANYONE and (person is None or not may(person, action))):
            continue
        given = world.parameters(page.name, page.parameters, action, who)
        for each in _each(given):
            try:
                address = reverse(page.name, kwargs=given | each)
            except NoReverseMatch:
                continue
            answer = browsers.browser().get(address)
            if answer.status_code == OK:
                yield Read(who, page.name, address, answer["Content-Type"].split(";")[0], words_of(answer))


def _each(given: dict[str, Any]) -> Iterator[dict[str, Any]]:
    names = [name for name in EACH if name in given]
    # Files are written of every table in the same way: of two, each format.
    few = 2 if {"named", "file_format"} <= set(given) else None
    for values in product(*(EACH[name][:few] if name == "named" else EACH[name] for name in names)):
        yield dict(zip(names, values, strict=True))
