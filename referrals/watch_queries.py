"""見守りリスト: what the records say of a district's families, and its list as nurses see it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, Min, OuterRef, Prefetch, QuerySet
from django.db.models.lookups import Exact
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.actions import Action
from accounts.models import User
from accounts.permissions import visible
from accounts.responsible_district import last_district_of
from bookings.models import Booking, BookingState, NoticeKind
from bookings.places.release import EndCode
from enrollment.eligibility import Rule
from enrollment.models import Registration, RegistrationException, RegistrationState, Residence
from enrollment.queries import Catalogue, services_with_terms, verdicts_on_application
from facilities.models import District, ServiceKind

from .models import WatchMark, WatchPolicy, WatchRow
from .watch_rules import Known, Limits, Reason, Sign

# No service's age limit is later, corrected age included: older births are not read at all.
YOUNG = timedelta(days=2 * 366)
STAYS = (ServiceKind.SHORT_STAY, ServiceKind.DAY_CARE)
# “No stay used or booked”: who did not come used none, and a visit or a consultation is no stay.
HAVE_PLACE = (BookingState.BOOKED, BookingState.ARRIVED, BookingState.DEPARTED)


def limits_on(day: date) -> Limits | None:
    """Return the limits in force on the day; None where the ward has no policy or has switched it off. One query."""
    policy = WatchPolicy.objects.filter(period__contains=day, is_on=True).first()
    if policy is None:
        return None
    return Limits(
        window_days=policy.window_days,
        look_back_days=policy.look_back_days,
        no_shows=policy.no_shows,
        cancellations=policy.cancellations,
        lapsed_offers=policy.lapsed_offers,
    )


def known_of_district(district: District, today: date) -> dict[int, Known]:
    """Return what is known of each family (id) that the district looks after and that is registered. Seven queries.

    That lives in it; or in no district at all, but may use the programme by an exception of residency today, and
    lived there last: nobody else would think of it (DEFAULT).

    Of several registrations the newest counts: an older birth's window is over. Of its birth everything counts,
    whatever registrations it had.
    """
    bookings = Booking.objects.annotate(first_day=Min("days__day")).prefetch_related("notices").order_by("pk")
    of_birth = Registration.objects.prefetch_related(Prefetch("bookings", bookings.select_related("service")))
    lives_here = Residence.objects.filter(family=OuterRef("birth__family"), period__contains=today)
    excepted = RegistrationException.objects.filter(
        registration=OuterRef("pk"), rule=Rule.RESIDENCY, granted_at__isnull=False, last_day__gte=today
    )
    registrations = (
        Registration.objects.filter(
            Exists(lives_here) | Exists(excepted),
            Exact(last_district_of("birth__family", today), district.pk),
            state=RegistrationState.APPROVED,
            birth__infants__birth_date__gte=today - YOUNG,
        )
        .distinct()
        .select_related("birth")
        .prefetch_related("birth__infants", "exceptions", Prefetch("birth__registrations", of_birth))
        .order_by("applied_at", "pk")
    )
    catalogue = [(service, terms) for service, terms in services_with_terms() if service.kind in STAYS]
    return {row.birth.family_id: _known(row, catalogue, today) for row in registrations}


def _known(registration: Registration, catalogue: Catalogue, today: date) -> Known:
    bookings = [row for one in registration.birth.registrations.all() for row in one.bookings.all()]
    cancelled = [row for row in bookings if row.state == BookingState.CANCELLED]
    return Known(
        usable_until=_usable_until(registration, catalogue, today),
        has_place=any(row.state in HAVE_PLACE and row.service.kind in STAYS for row in bookings),
        no_shows=_first_days(row for row in bookings if row.state == BookingState.NO_SHOW),
        cancellations=_first_days(row for row in cancelled if _given_back_by_family(row)),
        lapsed_offers=tuple(
            timezone.localdate(row.offered_until)
            for row in cancelled
            if row.ended_reason == EndCode.LAPSED and row.offered_until
        ),
    )


def _usable_until(registration: Registration, catalogue: Catalogue, today: date) -> date | None:
    """The last day of a stay, as she is told it."""
    verdicts = verdicts_on_application(registration, today, catalogue).values()
    return max((verdict.last_day for verdict in verdicts if verdict.last_day), default=None)


def _given_back_by_family(booking: Booking) -> bool:
    """A booking that the ward cancelled, an offer and a move to another service are nobody's giving back."""
    by_ward = any(notice.kind == NoticeKind.CANCELLED for notice in booking.notices.all())
    return not by_ward and booking.ended_reason not in set(EndCode)


def _first_days(bookings: Iterable[Booking]) -> tuple[date, ...]:
    found = (booking.first_day for booking in bookings)  # type: ignore[attr-defined]  # annotated above
    return tuple(day for day in found if day is not None)


MARKS = WatchMark.objects.select_related("by").order_by("-at", "-pk")
# What ``marks_of`` reads of a row.
WITH_MARKS = (Prefetch("marks", MARKS), Prefetch("joined__marks", MARKS))


@dataclass(frozen=True)
class Shown:
    """A week's rows as a nurse sees them; ``week`` is None where no list was made yet."""

    week: date | None
    rows: list[WatchRow]


def watch_list_of(person: User) -> Shown:
    """Return the newest list's rows of families that the person's district looks after. A fixed number of queries.

    A row stands for those that were joined into it (joined_family.py).
    """
    rows: QuerySet[WatchRow] = visible(person, Action.WATCH_WORK, WatchRow.objects.filter(joined_into__isnull=True))
    newest = rows.order_by("-watch_list__week").values_list("watch_list__week", flat=True).first()
    if newest is None:
        return Shown(None, [])
    shown = rows.filter(watch_list__week=newest).select_related("watch_list", "family")
    listed = shown.prefetch_related(*WITH_MARKS, "family__births__infants").order_by("position", "pk")
    return Shown(newest, list(listed))


def reason_words(row: WatchRow) -> list[str]:
    """Say each reason of a row, and of those joined into it, with its days, once, in the reader's language."""
    found = [
        Reason(Sign(reason["sign"]), tuple(date.fromisoformat(day) for day in reason["days"]))
        for one in (row, *row.joined.all())
        for reason in one.reasons
    ]
    return list(dict.fromkeys(_words(reason) for reason in found))


def marks_of(row: WatchRow) -> list[WatchMark]:
    """Return what nurses made of a row, and of those joined into it, the newest first. No query where prefetched."""
    marks = [mark for one in (row, *row.joined.all()) for mark in one.marks.all()]
    return sorted(marks, key=lambda mark: (mark.at, mark.pk), reverse=True)


def _words(reason: Reason) -> str:
    sentences = {
        Sign.WINDOW_ENDS: _("No stay used or booked, and the age limit is on %(days)s"),
        Sign.NO_SHOW: _("Did not come: %(days)s (%(count)d times)"),
        Sign.CANCELLED: _("Gave bookings back: those of %(days)s (%(count)d times)"),
        Sign.OFFER_LAPSED: _("Did not answer an offer: held until %(days)s (%(count)d times)"),
    }
    days = _(", ").join(date_format(day) for day in reason.days)
    return sentences[reason.sign] % {"days": days, "count": len(reason.days)}
