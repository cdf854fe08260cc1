"""事実の訂正 and what it touches: booked days are judged again, given back or brought back; what is past is listed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone

from accounts.models import User
from bookings.models import Booking, DayStatus, GivenBackCause
from enrollment.age import school_starts
from enrollment.eligibility import NotJudgeable, Rule, Verdict
from enrollment.families.facts import FactChange, Facts, put_right
from enrollment.models import EvidenceFile, Letter, Registration, RegistrationState
from enrollment.queries import verdicts_on_application
from enrollment.reasons import reason as in_words
from sankecare.transactions import in_transaction

from .booking_context import load_context
from .family_calendar import rules_against
from .given_back import Consequences, TouchedDays, bring_back
from .rolling_over import judged_again
from .who_may import look_again_later

# Of a fact put right these rules may say otherwise than before.
TOUCHED = frozenset({Rule.INFANT_AGE, Rule.ROLLING_OVER})


@dataclass
class Corrected:
    """What a correction changed and touched.

    ``verdicts``: by the service's slug the last usable day by age, before and after, where the two differ.
    ``letters_before``: numbers of letters that say what stood there before; ``letters_for``: of the registrations for
    which one says what changed. ``used_against``: days used, or on which a sibling comes, that the facts do not allow:
    a person decides.
    """

    registration: Registration
    changes: Sequence[FactChange]
    bookings: Consequences
    verdicts: dict[str, tuple[date | None, date | None]] = field(default_factory=dict)
    used_against: list[TouchedDays] = field(default_factory=list)
    letters_before: list[str] = field(default_factory=list)
    letters_for: list[str] = field(default_factory=list)


@in_transaction
def correct_facts(
    *,
    registration: Registration,
    facts: Facts,
    reason: str,
    evidence: str = "",
    evidence_file: EvidenceFile | None = None,
    by: User,
    at: datetime,
) -> Corrected:
    """Put facts right, for a reason that a paper shows; booked days to come follow at once, days used are listed.

    Errors: as ``enrollment.families.facts.put_right``.
    """
    today = timezone.localdate(at)
    before = _usable(registration, today)
    letters = Letter.objects.filter(registration__birth=registration.birth_id, voided_at__isnull=True).order_by("pk")
    letters_before = [str(letter.snapshot["number"]) for letter in letters]
    changes, live = put_right(
        registration=registration,
        facts=facts,
        reason=reason,
        evidence=evidence,
        evidence_file=evidence_file,
        by=by,
        at=at,
    )
    given_back = judged_again(live, TOUCHED, GivenBackCause.CORRECTED, by=by, at=at)
    causes = [GivenBackCause.CORRECTED, GivenBackCause.ROLLS_OVER]
    came = bring_back(family=registration.birth.family, causes=causes, by=by, at=at)
    look_again_later(registration.birth.family, at)
    fresh = Registration.objects.select_related("birth__family").get(pk=registration.pk)
    after = _usable(fresh, today)
    return Corrected(
        registration=fresh,
        changes=changes,
        bookings=Consequences(given_back, came.brought_back, came.stays_away),
        verdicts={slug: (before.get(slug), last) for slug, last in after.items() if before.get(slug) != last},
        used_against=used_against(fresh),
        letters_before=letters_before,
        letters_for=[row.number for row in live if row.state == RegistrationState.APPROVED],
    )


def _usable(registration: Registration, today: date) -> dict[str, date | None]:
    fresh = Registration.objects.select_related("birth").prefetch_related("exceptions").get(pk=registration.pk)
    verdicts: dict[str, Verdict] = verdicts_on_application(fresh, today)
    return {slug: verdict.usable_until for slug, verdict in verdicts.items()}


def used_against(registration: Registration) -> list[TouchedDays]:
    """Days of the birth that were used, or on which a sibling comes, and that the facts do not allow."""
    bookings = Booking.objects.filter(registration__birth=registration.birth_id).select_related(
        "service__facility", "registration__birth__family", "sibling"
    )
    return [row for booking in bookings.order_by("pk") if (row := _against(booking))]


def _against(booking: Booking) -> TouchedDays | None:
    kept = list(booking.days.kept().order_by("day"))
    used = [row.day for row in kept if row.status == DayStatus.USED]
    against: dict[date, str] = {}
    if used:
        known = load_context(booking.registration, booking.service, used)
        for day in used:
            try:
                rules = [row for row in rules_against(known, day) if row.rule in TOUCHED]
            except NotJudgeable:
                continue
            if rules:
                against[day] = in_words(rules[0])
    if booking.sibling is not None:
        born = booking.sibling.birth_date
        for row in kept:
            if row.with_sibling and not born <= row.day < school_starts(born):
                against.setdefault(row.day, "")
    if not against:
        return None
    why = next((words for words in against.values() if words), "")
    return TouchedDays(booking, sorted(against), len(against) == len(kept), why)
