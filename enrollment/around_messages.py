"""What stands around a message to a mother: silence after hard news; whom to call, once after words of despair."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.linked_mail import Around
from accounts.messages.matters import Matter
from accounts.models import User
from sankecare.mails import link_to

from .help_queries import lines_to_call
from .models import DespairNote, HardNews

# What a person of the ward wrote, and the answer to what she did herself, comes in any case.
COMES_ANYWAY = (Matter.BY_A_PERSON, Matter.ANSWER)


@dataclass(frozen=True)
class _Asked:
    """Of which accounts was asked together, and which of them have something to heed."""

    accounts: frozenset[int]
    to_heed: frozenset[int]


_asked: ContextVar[_Asked | None] = ContextVar("around_messages_asked", default=None)


@contextmanager
def asked_together(recipients: Sequence[str]) -> Iterator[None]:
    """Ask at once of many (``user:ID``) whether anything stands around their messages. Two queries.

    Holds for the second in which these messages go out: who has nothing then is not asked again for each.
    """
    accounts = frozenset(int(name[5:]) for name in recipients if name.startswith("user:"))
    news = HardNews.objects.filter(family__account__in=accounts, ended_at__isnull=True)
    notes = DespairNote.objects.filter(family__account__in=accounts, lines_mailed_at__isnull=True)
    heed = {*news.values_list("family__account", flat=True), *notes.values_list("family__account", flat=True)}
    token = _asked.set(_Asked(accounts, frozenset(heed)))
    try:
        yield
    finally:
        _asked.reset(token)


def around(person: User, matter: Matter, at: datetime) -> Around:
    """Return it for a message that is about to go out, in the transaction of its entry. Two queries, or none."""
    known = _asked.get()
    if known is not None and person.pk in known.accounts and person.pk not in known.to_heed:
        return Around(more=_where_to_call())
    if matter not in COMES_ANYWAY and HardNews.objects.filter(family__account=person, ended_at__isnull=True).exists():
        return Around(silent=True)
    notes = DespairNote.objects.filter(family__account=person, lines_mailed_at__isnull=True)
    if notes.update(lines_mailed_at=at):
        return Around(more=_lines_in_words(at), in_short=_where_to_call())
    return Around(more=_where_to_call())


def _where_to_call() -> str:
    return _("When it is too much: %(link)s") % {"link": link_to(reverse("public:help-now"))}


def _lines_in_words(at: datetime) -> str:
    """Return the lines of now with their numbers, as plain text."""
    lines = [
        f"{shown.line.name_shown} {shown.line.phone}" + (_(" (answers now)") if shown.answers else "")
        for shown in lines_to_call(at)
    ]
    words = _("Whenever it is too much, these people listen. You need not say your name.")
    danger = _("Life is in danger: 119")
    more = _("Hours and more lines: %(link)s") % {"link": link_to(reverse("public:help-now"))}
    return "\n".join([words, danger, *lines, more])
