"""What is due of mothers whom somebody calls: hard news, and words of despair; at the ward's desk and in districts."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.actions import Action
from accounts.models import User
from accounts.permissions import may, visible
from enrollment.despair_notes import policy_at
from enrollment.models import DespairNote, HardNews, WrittenWhere

from .due import Due, Grade, counted


def hard_news(person: User, _at: datetime) -> Iterator[Due]:
    """Mothers with hard news who would like a call and have had none. One query."""
    if may(person, Action.HARD_NEWS_WORK):
        news = visible(person, Action.HARD_NEWS_WORK, HardNews.objects.filter(ended_at__isnull=True))
        to_call = news.filter(wants_call=True, called_at__isnull=True)
        count, since = counted(to_call, "told_at")
        yield Due(Grade.AT_ONCE, _("Mothers with hard news to call"), count, reverse("nurse:hard-news"), since=since)


def despair(person: User, at: datetime) -> Iterator[Due]:
    """Words of despair that nobody has in hand. Two queries."""
    if may(person, Action.DESPAIR_WORK):
        notes = visible(person, Action.DESPAIR_WORK, DespairNote.objects.filter(taken_up_at__isnull=True))
        if not policy_at(at).ticks_tell:
            notes = notes.exclude(written=WrittenWhere.TICKED)
        count, since = counted(notes, "written_at")
        yield Due(
            Grade.AT_ONCE, _("Words of despair that nobody has in hand"), count, reverse("nurse:despair"), since=since
        )
