"""名寄せ and what is booked: two entries joined are one family, in draws and waiting lists too."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.conf import settings
from django.db.models import Count
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from bookings.models import Booking, DrawEntry, GivenBackCause, Turn, WaitingEnd, WaitingEntry
from enrollment.eligibility import NotJudgeable, Rule
from enrollment.families.merge import Lines
from enrollment.models import LIVE_STATES, Family, Registration, RegistrationState
from enrollment.reasons import reason, why_not_judgeable
from sankecare.errors import Refused
from sankecare.periods import days_in_words

from .birth_use import days_of_birth
from .booking_context import load_context
from .corrected_facts import used_against
from .family_calendar import rules_against
from .given_back import TouchedDays
from .queries import days_held
from .rolling_over import LIVE, judged_again
from .who_may import look_again_later


def settle_bookings(family: Family, by: User, at: datetime) -> Lines:
    """Judge again what an entry has booked that another one was joined into, in the caller's transaction.

    An entry is once in a draw, and waits once for the same days. Days that a baby that rolls over no longer allows
    are given back at once, as when it is reported; what else no rule allows is listed (``against_the_rules``).

    Errors: Refused ``in_one_draw`` where both are among the published entries of one draw.
    """
    found: Lines = []
    look_again_later(family, at)
    with translation.override(settings.LANGUAGE_CODE):  # kept with what was joined
        if withdrawn := _once_in_a_draw(family, at):
            found.append((_("Entries in draws that are withdrawn: the family is in the draw once"), withdrawn))
        if ended := [*_waits_once(family, at), *_once_in_line(family, at)]:
            found.append((_("Waiting entries that end: the family waits once for the same days"), ended))
        live = Registration.objects.filter(birth__family=family, state__in=LIVE_STATES).order_by("pk")
        given_back = judged_again(live, {Rule.ROLLING_OVER}, GivenBackCause.ROLLS_OVER, by=by, at=at)
        if given_back:
            found.append((_("These are given back"), [in_line(row) for row in given_back]))
    return found


def against_the_rules(family: Family, today: date) -> Lines:
    """Return what the family has booked from the day on, or has used, and no rule allows any more; in words."""
    bookings = Booking.objects.filter(registration__birth__family=family, state__in=LIVE).order_by("pk")
    booked = bookings.select_related("service__facility", "registration__birth__family", "sibling")
    registrations = Registration.objects.filter(birth__family=family).select_related("birth")
    used = {row.booking.pk: row for registration in registrations for row in used_against(registration)}
    groups: Lines = [
        (_("Booked, and not allowed any more"), [in_line(row) for one in booked if (row := _against(one, today))]),
        (_("Used days that these facts do not allow"), [in_line(row) for row in used.values()]),
        (_("More days than the birth may use"), _beyond_limits(registrations, today)),
    ]
    return [(heading, lines) for heading, lines in groups if lines]


def in_line(row: TouchedDays) -> str:
    """Say which days of which booking, and why."""
    words = {"number": row.booking.number, "service": str(row.booking.service), "days": days_in_words(row.days)}
    line = _("%(number)s %(service)s: %(days)s") % words
    return f"{line}　{row.why}" if row.why else line


def _against(booking: Booking, today: date) -> TouchedDays | None:
    held = days_held(booking)
    coming = [day for day in held if day >= today]
    if not coming:
        return None
    if booking.registration.state != RegistrationState.APPROVED:
        return TouchedDays(booking, coming, len(coming) == len(held), _("The registration is not in force."))
    why: dict[date, str] = {}
    known = load_context(booking.registration, booking.service, coming)
    for day in coming:
        try:
            rules = rules_against(known, day)
        except NotJudgeable as error:
            why[day] = why_not_judgeable(error)
            continue
        if rules:
            why[day] = reason(rules[0])
    if not why and booking.infant_count > len(known.facts.infants):
        why = dict.fromkeys(coming, _("More babies are to come than the birth has."))
    if not why:
        return None
    return TouchedDays(booking, sorted(why), len(why) == len(held), next(iter(why.values())))


def _beyond_limits(registrations: Iterable[Registration], today: date) -> list[str]:
    births = {row.birth_id: row.birth for row in registrations}
    words = _("%(services)s: %(used)d used and %(booked)d booked, %(limit)d may be used")
    return [
        words % {"services": row.services, "used": row.used, "booked": row.booked, "limit": row.limit}
        for birth in births.values()
        for row in days_of_birth(birth, today)
        if row.left is not None and row.left < 0
    ]


def _once_in_a_draw(family: Family, at: datetime) -> list[str]:
    """Of several entries in one round the newest wish of an approved registration stays; return the others."""
    entries = DrawEntry.objects.filter(
        registration__birth__family=family,
        withdrawn_at__isnull=True,
        round__drawn_at__isnull=True,
        round__called_off_at__isnull=True,
    ).select_related("round__pool__facility", "registration")
    withdrawn = []
    for _round, rows in _grouped(entries.order_by("round", "entered_at", "pk")):
        if rows[0].round.closed_at is not None or rows[0].round.closes_at <= at:
            sentence = _("Both entries take part in the draw of %(draw)s. Join them once it is drawn.")
            raise Refused("in_one_draw", sentence % {"draw": rows[0].round})
        stays = max(
            rows, key=lambda row: (row.registration.state == RegistrationState.APPROVED, row.entered_at, row.pk)
        )
        for row in rows:
            if row.pk != stays.pk:
                row.withdrawn_at = at
                row.save(update_fields=["withdrawn_at"])
                withdrawn.append(f"{row.round}　{row.sign}")
    return withdrawn


def _grouped(entries: Iterable[DrawEntry]) -> list[tuple[int, Sequence[DrawEntry]]]:
    by_round: dict[int, list[DrawEntry]] = {}
    for entry in entries:
        by_round.setdefault(entry.round_id, []).append(entry)
    return [(key, rows) for key, rows in by_round.items() if len(rows) > 1]


def _waits_once(family: Family, at: datetime) -> list[str]:
    """Of several entries for the same days of a service one with an offer stays, else the first that can be offered
    something: of an approved registration.
    """
    open_ones = WaitingEntry.objects.filter(registration__birth__family=family, ended_at__isnull=True)
    twice = open_ones.values("service", "period").annotate(times=Count("pk")).filter(times__gt=1)
    ended = []
    for same in twice.order_by("service", "period"):
        rows = open_ones.filter(service=same["service"], period=same["period"]).order_by("joined_at", "pk")
        rows = rows.select_related("registration")
        stays = next((row for row in rows if row.booking_id), None) or min(rows, key=_is_not_approved)
        for row in rows.select_related("registration", "service"):
            if row.pk != stays.pk and row.booking_id is None:
                row.ended_at, row.ended_as = at, WaitingEnd.LEFT
                row.save(update_fields=["ended_at", "ended_as"])
                ended.append(f"{row.service}　{days_in_words([row.period.lower])}")
    return ended


def _is_not_approved(row: WaitingEntry) -> bool:
    return row.registration.state != RegistrationState.APPROVED


def _once_in_line(family: Family, at: datetime) -> list[str]:
    """Of several turns in the line of one round one with an offer stays, else the first of an approved registration.

    Who won in the round has none in its line.
    """
    won = set(
        DrawEntry.objects.filter(registration__birth__family=family, booking__state__in=LIVE).values_list(
            "round", flat=True
        )
    )
    turns = Turn.objects.filter(entry__registration__birth__family=family, ended_at__isnull=True)
    by_round: dict[int, list[Turn]] = {}
    for turn in turns.select_related("entry__round", "entry__registration").order_by("order"):
        by_round.setdefault(turn.entry.round_id, []).append(turn)
    ended = []
    for key, rows in by_round.items():
        stays = None if key in won else _stays_in_line(rows)
        for row in rows:
            if row != stays and row.booking_id is None:
                row.ended_at, row.ended_as = at, WaitingEnd.LEFT
                row.save(update_fields=["ended_at", "ended_as"])
                ended.append(f"{row.entry.round}　{row.entry.sign}")
    return ended


def _stays_in_line(turns: Sequence[Turn]) -> Turn:
    approved = [turn for turn in turns if turn.entry.registration.state == RegistrationState.APPROVED]
    return next((turn for turn in turns if turn.booking_id), (approved or turns)[0])
