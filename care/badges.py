"""名前のしるし: what must be seen at a family's name wherever the house reads it. A fixed number of queries."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from bookings.models import Booking, BookingDay, BookingState, DayStatus
from care.models import Assessment, CareRecord, CheckIn, QuestionnaireCode
from enrollment.models import Family, Infant, Protection

from .observations import is_fever
from .record_queries import care_policy

# A temperature of yesterday still matters to the shift that reads it; an older one stands in the records (DEFAULT).
FEVER_SHOWN_FOR = timedelta(days=1)
# A badge too many is one more look, a badge too few may be a child in danger: only what plainly says none is left out.
_ALLERGY = re.compile("アレルギ|アナフィラキシ|allerg|anaphyla")
_NO_ALLERGY = re.compile(
    r"アレルギー?\s*(?:は|も|:)?\s*(?:特に)?\s*(?:なし|無し|ない|無い|ありません|無(?=[\s、。]|$))"
    r"|no (?:known )?allerg\w*"
)


@dataclass(frozen=True)
class Badge:
    """A word at a name; ``level``: as in templates/partials/badge.html."""

    text: str
    level: str


def badges_of(bookings: Iterable[Booking], today: date) -> dict[int, list[Badge]]:
    """Return the badges of each booking by its id, the most urgent first. Six queries, however many bookings.

    Takes bookings of one facility, as ``bookings_with_days`` gives them.
    """
    shown = list(bookings)
    if not shown:
        return {}
    families = {row.registration.birth.family_id for row in shown}
    checked = {row.stay.booking_id: row for row in _check_ins(shown)}
    feverish, high = _feverish(shown, list(checked.values()), today), _high_epds(shown, families)
    protected = set(Protection.in_force.filter(family__in=families).values_list("family", flat=True))
    alike = _names_alike(shown, today)
    found: dict[int, list[Badge]] = {}
    for row in shown:
        family, check_in = row.registration.birth.family, checked.get(row.pk)
        grounds = (
            (row.pk in feverish, _("Fever"), "error"),
            (names_allergy(_written(row, check_in)), _("Allergy"), "error"),
            (bool(_food(row, check_in)), _("Food noted"), "warning"),
            (family.pk in high, _("EPDS high"), "error"),
            (family.pk in protected, _("Address under protection"), "error"),
            (family.pk in alike, _("Same name in the house"), "warning"),
            (bool(row.sibling_id), _("With sibling"), "info"),
        )
        found[row.pk] = [Badge(text, level) for holds, text, level in grounds if holds]
    return found


def is_food_noted(booking: Booking) -> bool:
    """Tell whether food is noted or an allergy named anywhere, as in the badges. No query on a day's bookings."""
    check_in = getattr(getattr(booking, "stay", None), "check_in", None)
    return bool(_food(booking, check_in)) or names_allergy(_written(booking, check_in))


def _check_ins(bookings: list[Booking]) -> list[CheckIn]:
    return list(CheckIn.objects.filter(stay__booking__in=bookings).select_related("stay"))


def names_allergy(text: str) -> bool:
    """Tell whether a text names an allergy; one that says that there is none does not."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return bool(_ALLERGY.search(_NO_ALLERGY.sub(" ", plain)))


def _food(booking: Booking, check_in: CheckIn | None) -> str:
    return (check_in.food if check_in else "") or booking.food


def _written(booking: Booking, check_in: CheckIn | None) -> str:
    """What is known of food and health: as it was at check-in, before it as the family wrote it."""
    registration = booking.registration
    stated = f"{registration.mother_health}\n{registration.infant_health}"
    return f"{_food(booking, check_in)}\n{check_in.health if check_in else stated}"


def _feverish(bookings: list[Booking], checked: list[CheckIn], today: date) -> set[int]:
    """The bookings of which a fever was measured today or the day before, by the care policy in force."""
    policy = care_policy(today)
    if policy is None or policy.fever_from is None:
        return set()
    since = today - FEVER_SHOWN_FOR
    measured = [
        (row.stay.booking_id, one)
        for row in checked
        if timezone.localdate(row.stay.arrived_at) >= since
        for one in (row.mother_temperature, row.infant_temperature)
    ]
    cared = CareRecord.objects.filter(stay__booking__in=bookings, day__range=(since, today))
    for booking, mother, infant in cared.values_list("stay__booking", "temperature", "infants__temperature"):
        measured += [(booking, mother), (booking, infant)]
    return {booking for booking, one in measured if is_fever(one, policy.fever_from)}


def _high_epds(bookings: list[Booking], families: set[int]) -> set[int]:
    """The families whose newest EPDS at this facility proposes a referral."""
    newest = (
        Assessment.objects.filter(
            questionnaire=QuestionnaireCode.EPDS,
            stay__booking__registration__birth__family__in=families,
            stay__booking__service__facility=bookings[0].service.facility_id,
        )
        .order_by("stay__booking__registration__birth__family", "-assessed_on", "-pk")
        .distinct("stay__booking__registration__birth__family")
    )
    rows = newest.values_list("stay__booking__registration__birth__family", "proposes")
    return {family for family, proposes in rows if proposes}


def _names_alike(bookings: list[Booking], today: date) -> set[int]:
    """The families whose mother's or infant's name another family has that is in the house today or tomorrow."""
    there = BookingDay.objects.filter(
        booking__service__facility=bookings[0].service.facility_id,
        booking__state__in=(BookingState.BOOKED, BookingState.ARRIVED),
        day__range=(today, today + timedelta(days=1)),
    ).exclude(status=DayStatus.RELEASED)
    present = set(there.values_list("booking__registration__birth__family", flat=True))
    named: dict[str, set[int]] = {}
    infants = Infant.objects.filter(birth__family__in=present).exclude(name="")
    people = [
        *Family.objects.filter(pk__in=present).values_list("pk", "mother_name", "mother_name_kana"),
        *infants.values_list("birth__family", "name", "name_kana"),
    ]
    for family, *names in people:
        for name in filter(None, map(_plain, names)):
            named.setdefault(name, set()).add(family)
    return {family for same in named.values() if len(same) > 1 for family in same}


def _plain(name: str) -> str:
    """A name as it is heard: without spaces, wide and narrow signs the same."""
    return "".join(unicodedata.normalize("NFKC", name).split())
