"""見守りリスト: made once a week and district, only where the ward's policy says so; what nurses made of a row."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from facilities.models import District
from sankecare import outbox
from sankecare.errors import NotPossible
from sankecare.transactions import in_transaction

from .announce_watch import WATCH_MADE
from .models import ContactWay, MarkKind, WatchList, WatchMark, WatchRow
from .watch_queries import known_of_district, limits_on
from .watch_rules import Limits, place_on_list, reasons


def make_watch_lists(*, at: datetime, announce: bool = True) -> list[WatchList]:
    """Make this week's list of every district that has none yet; returns the new ones.

    A batch: each district's list stands or falls alone. However often and by however many it is run, a district has
    one list a week. Without a policy that is on, nothing is read of any family and nothing is written.
    ``announce=False``: nobody is told (the demo's history).
    """
    limits = limits_on(timezone.localdate(at))
    if limits is None:
        return []
    made = [_make_list(district, limits, at, announce) for district in District.objects.order_by("position")]
    return [found for found in made if found is not None]


@transaction.atomic
def _make_list(district: District, limits: Limits, at: datetime, announce: bool) -> WatchList | None:
    today = timezone.localdate(at)
    week = monday_of(today)
    facts = {"made_at": at, "limits": vars(limits)}
    # Of two at once the second waits for the first, and finds its list.
    watch_list, is_new = WatchList.objects.get_or_create(week=week, district=district, defaults=facts)
    if not is_new:
        return None
    judged = ((family, reasons(known, limits, today)) for family, known in known_of_district(district, today).items())
    found = sorted(((place_on_list(why), family, why) for family, why in judged if why), key=lambda row: row[:2])
    WatchRow.objects.bulk_create(
        WatchRow(
            watch_list=watch_list,
            family_id=family,
            position=position,
            reasons=[{"sign": reason.sign, "days": [day.isoformat() for day in reason.days]} for reason in why],
        )
        for position, (_place, family, why) in enumerate(found, start=1)
    )
    if found and announce:
        outbox.enqueue(
            kind=WATCH_MADE,
            recipient=f"district:{district.pk}/{Role.HEALTH_NURSE}",
            dedupe_key=f"{WATCH_MADE}:{watch_list.pk}",
            payload={"list": watch_list.pk},
            at=at,
        )
    return watch_list


@in_transaction
def mark_watch_row(
    *, row: WatchRow, kind: MarkKind, by: User, at: datetime, way: ContactWay | str = "", note: str = ""
) -> WatchMark:
    """Record that a row was looked at, needs nothing at present, or led to a contact.

    Errors: NotPossible ``no_way`` (a contact without how), ``no_reason`` (no need, without why).
    """
    if kind == MarkKind.CONTACTED and not way:
        sentence = _("Choose how you got in touch.")
        raise NotPossible("no_way", sentence, {"way": sentence})
    if kind == MarkKind.NO_NEED and not note.strip():
        sentence = _("Say in a few words why there is no need.")
        raise NotPossible("no_reason", sentence, {"note": sentence})
    used = way if kind == MarkKind.CONTACTED else ""
    return WatchMark.objects.create(row=row, kind=MarkKind(kind), way=used, note=note.strip(), by=by, at=at)


def monday_of(day: date) -> date:
    """Return the Monday of the day's week."""
    return day - timedelta(days=day.weekday())
