"""What is still open in a month, by family and day: a name to ask for, and where each thing is mended."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from billing.claim_tables import Booked, in_words, what_is_open
from billing.month_record import Finding, Open
from bookings.models import Booking
from bookings.places.queries import bookings_with_days
from care.observations import Openness
from care.record_queries import openness_of_all

TO_CHARGE = (Open.NOT_CHARGED, Open.CARRIED_OVER)


@dataclass(frozen=True)
class OpenRow:
    """One thing still open: on which day (None: of the whole stay), in words, and where it is mended."""

    day: date | None
    words: str
    which: str
    url: str
    stops: bool


@dataclass(frozen=True)
class OpenFamily:
    """What is open of one booking. ``name``: the mother's, "" where the stay has ended for the facility."""

    name: str
    kana: str
    number: str
    days: list[date]
    rows: list[OpenRow]

    @property
    def stops(self) -> bool:
        """Whether anything of it stops the claim."""
        return any(row.stops for row in self.rows)


def open_by_family(found: Iterable[Finding], today: date) -> list[OpenFamily]:
    """Return what was found by booking, that which stops the claim first, then by kana. A fixed number of queries."""
    of_booking: dict[int, list[Finding]] = {}
    for finding in found:
        of_booking.setdefault(finding.booking, []).append(finding)
    bookings = list(bookings_with_days().filter(pk__in=of_booking))
    states = openness_of_all(bookings, today)
    families = [
        _family(booking, of_booking[booking.pk], is_closed=states[booking.pk] == Openness.CLOSED)
        for booking in bookings
    ]
    return sorted(families, key=lambda one: (not one.stops, one.kana, one.number))


def _family(booking: Booking, findings: Iterable[Finding], *, is_closed: bool) -> OpenFamily:
    family = booking.registration.birth.family
    rows = [row for finding in findings for row in _rows(finding)]
    return OpenFamily(
        name="" if is_closed else family.mother_name,
        kana="" if is_closed else family.mother_name_kana,
        number=str(Booked(booking.pk)),
        days=booking.days_kept,
        rows=sorted(rows, key=lambda row: (not row.stops, row.day or date.min)),
    )


def _rows(finding: Finding) -> Iterator[OpenRow]:
    words = in_words(finding.what)
    for text in finding.days:
        day = date.fromisoformat(text)
        yield OpenRow(day, words, "", _mended_at(finding, day), finding.stops)
    if not finding.days:
        which = what_is_open(finding.what, [], finding.amount)
        yield OpenRow(None, words, which, _mended_at(finding, None), finding.stops)


def _mended_at(finding: Finding, day: date | None) -> str:
    if finding.charge:
        return reverse("operator:charge", args=[finding.charge])
    if finding.what == Open.NO_CARE_RECORD and day is not None:
        return reverse("operator:care", args=[finding.booking, day.isoformat()])
    page = "operator:charge-issue" if finding.what in TO_CHARGE else "operator:stay"
    return reverse(page, args=[finding.booking])
