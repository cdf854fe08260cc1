"""What a family told about its baby: kept, a named person told, taken in hand, ended. No mail says what it is."""

from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.actions import Action
from accounts.linked_mail import mail_link
from accounts.models import User
from accounts.permissions import may_on, visible
from accounts.roles import Role
from enrollment.models import Family, HardNews, HardNewsKind, NamedCaller
from sankecare import outbox
from sankecare.errors import Refused
from sankecare.models import OutboxEntry
from sankecare.transactions import in_transaction

HARD_NEWS = "hard_news"
HARD_NEWS_MAIL = "hard_news_mail"
# So long it stays on the section's page once it has ended (own default).
STAYS_SHOWN = timedelta(days=30)


def open_news(family: Family) -> HardNews | None:
    """Return what the family told and has not ended. One query."""
    return HardNews.objects.filter(family=family, ended_at__isnull=True).select_related("caller").first()


@in_transaction
def note_hard_news(*, family: Family, kind: HardNewsKind, wants_call: bool, by: User, at: datetime) -> HardNews:
    """Keep what the family told, and have the one who calls told; told again it is the newest that holds, once.

    What is worse than before, or a call that she would like now, waits for a call again.
    """
    Family.objects.select_for_update(no_key=True).get(pk=family.pk)
    news = open_news(family)
    if news is not None:
        waits_again = news.kind != kind or (wants_call and not news.wants_call)
        news.kind, news.wants_call = kind, wants_call
        if waits_again:
            news.called_at = None
            _have_told(news, at, again=int(at.timestamp()) % 10**8)
        news.save(update_fields=["kind", "wants_call", "called_at"])
        return news
    caller = _named_caller(family, at)
    news = HardNews.objects.create(
        family=family, kind=kind, wants_call=wants_call, told_at=at, told_by=by, caller=caller
    )
    _have_told(news, at)
    return news


@in_transaction
def take_in_hand(*, news: HardNews, by: User, offered: str | None = None) -> HardNews:
    """Somebody says that she calls, also in the place of who was to; her name stands on the mother's page.

    ``offered``: what was typed of what she offers, kept along; None leaves what is there.
    """
    locked = HardNews.objects.select_for_update(no_key=True).get(pk=news.pk)
    locked.caller, locked.offered = by, locked.offered if offered is None else offered.strip()
    locked.save(update_fields=["caller", "offered"])
    return locked


@in_transaction
def note_call(*, news: HardNews, offered: str, by: User, at: datetime) -> HardNews:
    """Keep that she was spoken with, and what was offered to her."""
    locked = HardNews.objects.select_for_update(no_key=True).get(pk=news.pk)
    locked.caller, locked.called_at, locked.offered = by, at, offered.strip()
    locked.save(update_fields=["caller", "called_at", "offered"])
    return locked


@in_transaction
def end_hard_news(*, news: HardNews, by: User, at: datetime, offered: str | None = None) -> HardNews:
    """The baby is home again, or she wants to hear from us as before. ``offered``: as ``take_in_hand``.

    Errors: Refused ``ended_already``.
    """
    locked = HardNews.objects.select_for_update(no_key=True).get(pk=news.pk)
    if locked.ended_at is not None:
        raise Refused("ended_already", _("This has ended already."))
    locked.ended_at, locked.ended_by = at, by
    locked.offered = locked.offered if offered is None else offered.strip()
    locked.save(update_fields=["ended_at", "ended_by", "offered"])
    return locked


def news_shown(person: User, at: datetime) -> "QuerySet[HardNews]":
    """Return what the person may work on: those that nobody has spoken with first, then those ended of late."""
    news = visible(person, Action.HARD_NEWS_WORK, HardNews.objects.all())
    return (
        news.filter(Q(ended_at__isnull=True) | Q(ended_at__gte=at - STAYS_SHOWN))
        .select_related("family", "caller")
        .order_by(F("ended_at").desc(nulls_first=True), F("called_at").desc(nulls_first=True), "told_at")
    )


def tell_callers(entry: OutboxEntry, at: datetime) -> None:
    """A mail to the person who is named; where nobody is, to each of the section who may work on it."""
    news = HardNews.objects.get(pk=entry.payload["news"])
    again = entry.payload.get("again", 0)
    people = User.objects.filter(role__in=(Role.HEALTH_NURSE, Role.WARD_STAFF), is_active=True).exclude(email="")
    if news.caller_id is not None:
        people = people.filter(pk=news.caller_id)
    for person in people.order_by("pk"):
        if may_on(person, Action.HARD_NEWS_WORK, news):
            outbox.enqueue(
                kind=HARD_NEWS_MAIL,
                recipient=f"user:{person.pk}",
                dedupe_key=f"{HARD_NEWS_MAIL}:{news.pk}/{person.pk}{_mark(again)}",
                payload={"news": news.pk, "person": person.pk, "again": again},
                at=at,
            )


def mail_caller(entry: OutboxEntry, _at: datetime) -> None:
    """Send one person the link; nothing where somebody else has it in hand, or it has ended."""
    news = HardNews.objects.get(pk=entry.payload["news"])
    person = User.objects.get(pk=entry.payload["person"])
    in_other_hands = news.caller_id is not None and news.caller_id != person.pk
    if news.ended_at is None and not in_other_hands and may_on(person, Action.HARD_NEWS_WORK, news):
        mail_link(
            person,
            number=f"hard-news-{news.pk}-{person.pk}{_mark(entry.payload.get('again', 0)).replace('/', '-')}",
            subject=gettext_noop("Please call a mother"),
            body=gettext_noop(
                "A mother has told us something that a person should answer. Please sign in:\n\n%(link)s"
            ),
            page=reverse("nurse:hard-news"),
        )


def _have_told(news: HardNews, at: datetime, *, again: int = 0) -> None:
    """``again``: when it was told once more, its last eight digits in seconds: it is told like the first time."""
    outbox.enqueue(
        kind=HARD_NEWS,
        recipient=f"district:{_district(news.family, at)}/{Role.HEALTH_NURSE.value}",
        dedupe_key=f"{HARD_NEWS}:{news.pk}{_mark(again)}",
        payload={"news": news.pk, "again": again},
        at=at,
    )


def _mark(again: int) -> str:
    """Return what tells a message apart from the first one; "" for the first."""
    return f"/{again}" if again else ""


def _named_caller(family: Family, at: datetime) -> User | None:
    """Who is named for the family's district today, as long as she works there and may call."""
    named = NamedCaller.objects.select_related("person").filter(
        district=_district(family, at), period__contains=timezone.localdate(at)
    )
    row = named.first()
    if row is None or not row.person.is_active or row.person.role not in (Role.HEALTH_NURSE, Role.WARD_STAFF):
        return None
    return row.person


def _district(family: Family, at: datetime) -> int:
    home = family.residences.filter(period__contains=timezone.localdate(at)).first()
    return (home.district_id if home else None) or 0
