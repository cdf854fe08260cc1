"""The guides of docs/guide/ as sections, each with the pages that it explains.

A guide is a Markdown file: ``# title``, some words, then sections: ``## title``, a comment that names the pages
(``<!-- pages: nurse:inbox audit:* -->``, by the names of their URLs), and the text.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

from django.conf import settings
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from accounts.roles import Role

GUIDES = ("ward", "facility", "district", "supervisor", "audit", "accounts")
GUIDE_OF_ROLE: dict[str, str] = {
    Role.WARD_STAFF: "ward",
    Role.OPERATOR: "facility",
    Role.FACILITY_MANAGER: "facility",
    Role.HEALTH_NURSE: "district",
    Role.CASEWORKER: "district",
    Role.SUPERVISOR: "supervisor",
    Role.AUDITOR: "audit",
    Role.ACCOUNT_ADMIN: "accounts",
}
_SECTION = re.compile(r"^## (?P<title>.+)\n+<!-- pages: (?P<pages>.+?) -->\n", re.MULTILINE)
_PICTURE = 'src="pictures/'


@dataclass(frozen=True)
class Section:
    """What one page, or several of one kind, are for. ``pages``: names of URLs, ``*`` for any ending."""

    guide: str
    anchor: str
    title: str
    pages: tuple[str, ...]
    text: str

    @property
    def html(self) -> SafeString:
        return _html(self.text)


@dataclass(frozen=True)
class Guide:
    """The guide of a role: its title, what stands before the sections, and these."""

    slug: str
    title: str
    text: str
    sections: tuple[Section, ...]

    @property
    def html(self) -> SafeString:
        return _html(self.text)


def folder() -> Path:
    """Where the guides lie."""
    return Path(settings.BASE_DIR) / "docs" / "guide"


@cache
def guide(slug: str) -> Guide:
    """Return the guide of that name (``GUIDES``), read once."""
    title, _line, rest = (folder() / f"{slug}.md").read_text().removeprefix("# ").partition("\n")
    heads = list(_SECTION.finditer(rest))
    ends = [head.start() for head in heads[1:]] + [len(rest)]
    sections = tuple(
        Section(slug, f"s{place}", head["title"], tuple(head["pages"].split()), rest[head.end() : end].strip())
        for place, (head, end) in enumerate(zip(heads, ends, strict=True), start=1)
    )
    return Guide(slug, title.strip(), rest[: heads[0].start()].strip(), sections)


def section_of(view_name: str, role: str) -> Section | None:
    """Return what is said of a page: in the guide of the role first, then in any; the page's own name before ``*``."""
    own = GUIDE_OF_ROLE.get(role)
    if own is None or not view_name:
        return None
    return next((found for slug in (own, *GUIDES) if (found := _said_of(view_name, guide(slug).sections))), None)


def _said_of(view_name: str, sections: Sequence[Section]) -> Section | None:
    by_name = (one for one in sections if view_name in one.pages)
    by_kind = (one for one in sections if any(fnmatchcase(view_name, page) for page in one.pages))
    return next(by_name, None) or next(by_kind, None)


def pages_named(slugs: Iterable[str] = GUIDES) -> list[str]:
    """Return every name of a page that the guides hold, with ``*`` as written."""
    return [page for slug in slugs for section in guide(slug).sections for page in section.pages]


def _html(text: str) -> SafeString:
    """Our own files alone, with no HTML of their own in them."""
    html: str = MarkdownIt("commonmark", {"html": False}).enable("table").render(text)
    return mark_safe(html.replace(_PICTURE, f'loading="lazy" src="{static("guide/")}'))  # noqa: S308 - said above
