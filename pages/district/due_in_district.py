"""What is due in a district's section: whom to call, what to receive, whom to meet today, and what comes."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import Action
from accounts.models import User
from accounts.permissions import may, visible
from pages.due import Due, Grade, counted
from pages.due_calls import despair, hard_news
from referrals.models import PlaceRequest, WatchRow
from referrals.place_queries import waiting_requests
from referrals.queries import Inbox


def due_in(person: User, inbox: Inbox, at: datetime) -> Iterator[Due]:
    """Return what is due, with the inbox as it is shown beneath. A fixed number of queries."""
    yield from hard_news(person, at)
    yield from despair(person, at)
    yield from _referrals(inbox, at)
    yield from _watch(person)
    yield from _places(person, at)


def _referrals(inbox: Inbox, at: datetime) -> Iterator[Due]:
    """What is to be received, late or not, and whom to meet today. No query."""
    today, page = timezone.localdate(at), reverse("nurse:inbox")
    late, waits = [row for row in inbox.new if row.is_late], [row for row in inbox.new if not row.is_late]
    red = any(row.referral.red_at <= at for row in late)
    grade = Grade.AT_ONCE if red else Grade.LATE
    since = min((timezone.localdate(row.referral.raised_at) for row in late), default=None)
    yield Due(grade, _("Requests to receive that are late: you are reminded of them"), len(late), f"{page}#new", since)
    by = min((timezone.localdate(row.referral.due_at) for row in waits), default=None)
    yield Due(Grade.WAITS, _("Requests to receive"), len(waits), f"{page}#new", by=by)
    overdue = [row for row in inbox.in_hand if row.is_late]
    yield Due(Grade.LATE, _("Contacts that are overdue"), len(overdue), f"{page}#late")
    planned = [row for row in inbox.in_hand if row.referral.next_contact_on == today]
    yield Due(Grade.WAITS, _("Contacts and visits planned for today"), len(planned), f"{page}#in-hand")


def _watch(person: User) -> Iterator[Due]:
    """Families of the newest list that nobody has looked after. Two queries."""
    if may(person, Action.WATCH_WORK):
        rows = visible(person, Action.WATCH_WORK, WatchRow.objects.filter(joined_into__isnull=True))
        newest = rows.order_by("-watch_list__week").values_list("watch_list__week", flat=True).first()
        count = rows.filter(watch_list__week=newest, marks__isnull=True).count() if newest else 0
        words = _("Families to look after that nobody has marked this week")
        yield Due(Grade.WAITS, words, count, reverse("nurse:watch"), since=newest)


def _places(person: User, at: datetime) -> Iterator[Due]:
    """Places that she or a colleague asked for, without an answer. One query."""
    if may(person, Action.PLACE_FOLLOW):
        asked = visible(person, Action.PLACE_FOLLOW, PlaceRequest.objects.all()).order_by().values("pk")
        waiting = waiting_requests(timezone.localdate(at)).filter(pk__in=asked)
        count, since = counted(waiting, "asked_at")
        yield Due(Grade.AHEAD, _("Requests for places without an answer yet"), count, reverse("nurse:places"), since)
