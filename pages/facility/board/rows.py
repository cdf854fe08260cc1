"""A row of the board: one family, with all that a shift asks about it at a glance."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _

from bookings.models import Booking, BookingState
from bookings.places.queries import VISITS, FacilityDay
from bookings.stays.room_queries import RoomNow, room_on, rooms_now, without_room
from bookings.stays.words import word
from care.handover import standing_notes
from care.last_values import FamilyNow, InfantNow, last_values
from care.models import Assessment, HandoverNote
from care.observations import Lateness
from care.record_queries import days_without_record
from enrollment.models import Infant
from facilities.models import Facility, Room
from pages.facility.sleep_forms import Sleeper


@dataclass(frozen=True)
class Due:
    """What is to be done now; ``level``: as in templates/partials/badge.html; ``url``: where it is done."""

    text: str
    level: str
    url: str


@dataclass(frozen=True)
class BabyShown:
    """An infant with its days of life (None: born later than the day) and its last values.

    ``name``: as it stands beside its mother's: the family's name that both have is not said again.
    """

    infant: Infant
    name: str
    days_of_life: int | None
    now: InfantNow


@dataclass
class BoardRow:
    """One family. ``url``: where a touch on the row leads; ``day_number`` of ``days_in_all`` (0: none of its days)."""

    booking: Booking
    kind: str
    url: str
    babies: list[BabyShown]
    now: FamilyNow
    day_number: int
    days_in_all: int
    room: Room | None = None
    note: HandoverNote | None = None
    due: list[Due] = field(default_factory=list)

    @property
    def is_high(self) -> bool:
        """Whether the newest EPDS proposes a referral."""
        epds = self.now.epds
        return epds is not None and epds.proposes

    @property
    def in_house(self) -> bool:
        return self.booking.state == BookingState.ARRIVED


@dataclass(frozen=True)
class House:
    """The board of a day: its rows, its rooms (of today), and the note of the house."""

    rows: list[BoardRow]
    rooms: list[RoomNow]
    note: HandoverNote | None

    @property
    def people(self) -> tuple[int, int, int]:
        """Mothers, infants and siblings of the families that are in house."""
        here = [row for row in self.rows if row.in_house]
        siblings = sum(row.booking.sibling_id is not None for row in here)
        return len(here), sum(row.booking.infant_count for row in here), siblings

    @property
    def noted(self) -> list[BoardRow]:
        return [row for row in self.rows if row.note]


def house_of(
    place: Facility,
    shown: FacilityDay,
    day: date,
    now: datetime,
    *,
    sleepers: Sequence[Sleeper] = (),
    proposals: Sequence[Assessment] = (),
) -> House:
    """Return the rows of a day, in the order of the rooms; who is still to come below. A fixed number of queries.

    ``sleepers`` and ``proposals`` say what is due, which is known of today alone.
    """
    today = timezone.localdate(now)
    kinds = {
        "late": shown.late,
        "in_house": shown.in_house,
        "departure": shown.departures,
        "away": shown.away,
        "not_left": shown.not_left,
        "arrival": shown.arrivals,
    }
    on_board = [(kind, row) for kind, rows in kinds.items() for row in rows if row not in shown.visits]
    bookings = [row for _kind, row in on_board]
    until = now if day >= today else _end_of(day)
    house_note, notes = standing_notes(place, bookings, until)
    values = last_values(bookings, day)
    rooms = rooms_now(place, today)
    given = room_on(bookings, day)
    rows = []
    for kind, booking in on_board:
        days = booking.days_kept
        known = values[booking.pk]
        rows.append(
            BoardRow(
                booking=booking,
                kind=kind,
                url=_touched(kind, booking, today),
                babies=[
                    BabyShown(
                        infant,
                        _beside(booking.registration.birth.family.mother_name, infant.name),
                        _days_of_life(infant, day),
                        known.infants.get(infant.pk, InfantNow()),
                    )
                    for infant in booking.registration.birth.infants.all()
                ],
                now=known,
                day_number=sum(one <= day for one in days),
                days_in_all=len(days),
                room=given.get(booking.pk),
                note=notes.get(booking.pk),
            )
        )
    if day == today:
        _say_what_is_due(rows, rooms, sleepers, proposals, now)
    rows.sort(key=lambda row: (row.room is None, row.room.name if row.room else "", row.kind == "arrival"))
    return House(rows, rooms, house_note)


def _say_what_is_due(
    rows: Sequence[BoardRow],
    rooms: Sequence[RoomNow],
    sleepers: Sequence[Sleeper],
    proposals: Sequence[Assessment],
    now: datetime,
) -> None:
    today = timezone.localdate(now)
    bookings = [row.booking for row in rows]
    missing = days_without_record(bookings, today)
    homeless = without_room(bookings, rooms)
    latest = sorted(sleepers, key=lambda row: row.state.next_at or now, reverse=True)
    overdue = {row.booking.pk: row for row in latest if row.state.overdue}
    open_proposals = {row.stay.booking_id for row in proposals}
    for row in rows:
        booking, key = row.booking, [row.booking.pk]
        stay = reverse("operator:stay", args=key)
        late = overdue.get(booking.pk)
        since = late.state.next_at if late and late.last else None
        is_red = late is not None and late.state.lateness == Lateness.RED
        looks = _("Overdue since %(time)s") % {"time": time_format(timezone.localtime(since))} if since else ""
        care = reverse("operator:care", args=[booking.pk, missing.get(booking.pk, [today])[0].isoformat()])
        is_visit = booking.service.kind in VISITS
        checked = hasattr(getattr(booking, "stay", None), "check_in")
        grounds = (
            (late is not None, looks or _("Overdue"), "error" if is_red else "warning", reverse("operator:looks")),
            (booking.pk in open_proposals, _("Follow-up request proposed"), "error", stay),
            (row.kind == "late" and is_visit, _("Record the visit"), "error", _visit(booking)),
            (row.kind == "late" and not is_visit, _("It did come"), "error", reverse("operator:check-in", args=key)),
            (row.kind == "late", word("absent", booking), "error", reverse("operator:absence", args=key)),
            (
                row.kind == "not_left",
                _("Stay over, departure not recorded"),
                "error",
                reverse("operator:departure", args=key),
            ),
            (booking.pk in homeless, _("Room?"), "warning", reverse("operator:room", args=key)),
            (row.in_house and not checked, _("Check-in missing"), "warning", reverse("operator:check-in", args=key)),
            (booking.pk in missing, _("Care record missing"), "warning", care),
            (row.kind == "arrival", word("check_in", booking), "info", reverse("operator:check-in", args=key)),
            (row.kind == "arrival", word("absent", booking), "", reverse("operator:absence", args=key)),
            (row.kind == "departure", _("Leaving today"), "info", reverse("operator:departure", args=key)),
            (row.kind == "away", _("Not here today, back later"), "", stay),
        )
        row.due = [Due(text, level, url) for holds, text, level, url in grounds if holds]


def _touched(kind: str, booking: Booking, today: date) -> str:
    """Where a touch on the row leads: to the check-in of who arrives today, else to the family."""
    arrives = kind == "arrival" and any(row.day == today and row.is_kept for row in booking.days.all())
    return reverse("operator:check-in" if arrives else "operator:stay", args=[booking.pk])


def _visit(booking: Booking) -> str:
    """Where the first visit of a booking is recorded."""
    days = booking.days_kept
    return reverse("operator:visit", args=[booking.pk, days[0].isoformat()]) if days else ""


def _beside(mother: str, infant: str) -> str:
    parts, hers = infant.split(), mother.split()
    return " ".join(parts[1:]) if len(parts) > 1 and parts[0] == hers[0] else infant


def _days_of_life(infant: Infant, day: date) -> int | None:
    days = (day - infant.birth_date).days
    return days if days >= 0 else None


def _end_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.max.time()))
