"""What stands on a mother's own page: what comes next, what there is to do, what is left, what was."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from billing.models import Charge
from billing.queries import coupon_terms, coupons_used, listed_as_owed, listed_as_paid
from bookings.models import Booking, BookingState, WaitingEntry, Wish
from bookings.places.queries import VISITS
from enrollment.eligibility import Verdict
from enrollment.models import Family, Letter
from enrollment.queries import Catalogue, tax_class_on
from pages.public.availability_views import name_of
from sankecare.periods import last_day

from .draw_words import how_it_ended

# Own default: so many days a message of the house, or of what the ward changed, stands on top as new.
NEW_DAYS = 14
LEVELS = {
    BookingState.OFFERED: "warning",
    BookingState.BOOKED: "success",
    BookingState.ARRIVED: "info",
}
OPEN = (BookingState.BOOKED, BookingState.ARRIVED)


def booking_row(booking: Booking, today: date, until: date | None, *, has_session: bool) -> dict[str, Any]:
    """Return what a list says of a booking; ``days``: those it holds or used, or, where it has none, those it had.

    Takes it with its days, its stay and its notices: no query.
    """
    kept = booking.days_kept
    booked = booking.state == BookingState.BOOKED and bool(kept) and kept[0] >= today
    return {
        "booking": booking,
        "name": name_of(booking.service),
        "days": kept or [row.day for row in booking.days.all()],
        "level": LEVELS.get(BookingState(booking.state), ""),
        "can_cancel": booked and (until is None or today <= until),
        "until": until if booked else None,
        "is_offered": booking.state == BookingState.OFFERED,
        "ended": how_it_ended(booking) if booking.offered_until is not None else "",
        "has_session": has_session,
        "times": [(row.day, row.starts_at) for row in booking.days.all() if row.starts_at and row.status == "held"],
        "next_day": next((day for day in kept if day >= today), None),
        "in_house": booking.state == BookingState.ARRIVED,
    }


def by_time(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Part the bookings: the next one, those to come after it, those that are over, those that came to nothing."""
    coming = sorted(
        (row for row in rows if row["next_day"] and row["booking"].state in OPEN),
        key=lambda row: (not row["in_house"], row["next_day"], row["booking"].pk),
    )
    held = [row for row in rows if row["is_offered"]]
    nothing = [row for row in rows if row["booking"].state in (BookingState.CANCELLED, BookingState.NO_SHOW)]
    placed = {row["booking"].pk for row in (*coming, *held, *nothing)}
    return {
        "next": coming[0] if coming else None,
        "coming": coming[1:],
        "held": sorted(held, key=lambda row: row["booking"].offered_until),
        "used": [row for row in rows if row["booking"].pk not in placed],
        "cancelled": nothing,
    }


def news(
    bookings: Iterable[Booking], letters: Iterable[Letter], charges: Iterable[Charge], at: datetime
) -> dict[str, Any]:
    """Return what stands on top: letters not read yet, what is to be paid, what the house or the ward wrote lately."""
    since = at - timedelta(days=NEW_DAYS)
    found = list(bookings)
    return {
        "letters": [letter for letter in letters if letter.first_opened_at is None],
        "to_pay": [
            {"charge": row, "left": left, "facility": row.booking.service.facility}
            for row in charges
            if (left := listed_as_owed(row) - listed_as_paid(row)) > 0
        ],
        "from_house": [row for row in found if _left_since(row, since)],
        "notices": [notice for row in found for notice in row.notices.all() if notice.made_at > since],
    }


def _left_since(booking: Booking, since: datetime) -> bool:
    stay = getattr(booking, "stay", None)
    return bool(stay and stay.departed_at and stay.departed_at > since and stay.summary)


def coupons_left(family: Family | None, rows: Iterable[Mapping[str, Any]], today: date) -> int | None:
    """Return how many coupons are neither handed over nor meant for a booking; None where the household has none."""
    if family is None:
        return None
    own = tax_class_on(family, [today]).get(today)
    terms = next((row for row in coupon_terms(today, today) if own in row.tax_classes), None)
    if terms is None:
        return None
    meant: int = sum(row["booking"].coupons for row in rows if row["booking"].state in OPEN)
    return max(terms.per_mother - coupons_used(family) - meant, 0)


def weeks_until(last: date, today: date) -> int:
    """Return how many whole weeks are left, the last day included."""
    return max((last - today).days + 1, 0) // 7


def counted_apart(verdicts: Mapping[str, Verdict], catalogue: Catalogue, today: date) -> list[dict[str, str]]:
    """Return the visits and consultations that she can still use when no day of a stay is left, each once a kind."""
    return [
        {"name": name_of(service), "slug": service.slug}
        for service, _terms in catalogue
        if service.kind in VISITS
        and service.slug in verdicts
        and verdicts[service.slug].last_day is not None
        and verdicts[service.slug].last_day >= today  # type: ignore[operator]  # looked at above
    ]


def waits(entries: Iterable[WaitingEntry], registration: int) -> list[dict[str, Any]]:
    """Return what she waits for, each with its days and where it is looked at."""
    return [
        {
            "entry": entry,
            "name": name_of(entry.service),
            "first": entry.period.lower,
            "last": last_day(entry.period),
            "away": entry.get_away_why_display() if entry.away_why else "",
            "url": reverse("family:waiting", args=[registration]),
        }
        for entry in entries
    ]


def wish_row(wishes: Iterable[Wish], left: Mapping[int, int]) -> dict[str, Any] | None:
    """Return the wish that lives: days left of it, until when, the services in her order; None where none lives.

    ``left``: days still wished by the wish's id (days_still_wished). No query where services come with it.
    """
    for wish in wishes:
        names = [name_of(row.service) for row in wish.services.all()]
        return {"left": max(left[wish.pk], 0), "until": wish.until, "names": names}
    return None


def next_words(parts: Mapping[str, Any], rows: Collection[Mapping[str, Any]], at: datetime) -> dict[str, Any] | None:
    """Return the one thing that comes next: an answer that is waited for, a stay, or what she can do now."""
    if parts["held"]:
        return {"kind": "answer", **parts["held"][0]}
    if parts["next"]:
        today = timezone.localdate(at)
        away = (parts["next"]["next_day"] - today).days
        near = {0: pgettext("when she comes", "Today"), 1: _("Tomorrow")}
        when = near.get(away, _("In %(days)d days") % {"days": away})
        return {"kind": "stay", "when": _("You are here now") if parts["next"]["in_house"] else when, **parts["next"]}
    for kind in ("returned", "birth_open", "none_left", "can_book"):
        for row in rows:
            if row[kind]:
                return {"kind": kind, **row}
    return next(({"kind": "applied", **row} for row in rows if row["can_withdraw"]), None)
