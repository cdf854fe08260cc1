"""Links of the family's page: one is there only where the person may open it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from accounts.models import User
from accounts.permissions import may_open


@dataclass(frozen=True)
class Link:
    """Where one goes, and what it is called."""

    words: str
    url: str


Asked = tuple[str, str, list[Any]]


def links(person: User, asked: Iterable[Asked]) -> list[Link]:
    """Return those of the links (words, name of the URL, its arguments) that the person may open."""
    return [Link(words, reverse(name, args=args)) for words, name, args in asked if may_open(person, name)]


def url_for(person: User, name: str, *args: Any) -> str:
    """Return the address of a page, "" where the person may not open it."""
    return reverse(name, args=args) if may_open(person, name) else ""
