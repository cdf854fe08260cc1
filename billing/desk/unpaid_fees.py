"""未払い: fees that are still open, by how long they are; and whether a letter of reminder may go out. Reads only."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone

from billing.balances import left_of_unsettled
from billing.models import Charge, ReminderLetter, UnpaidPolicy
from billing.queries import charges_with_owed_and_paid, listed_as_owed, listed_as_paid
from enrollment.models import HardNews, HardNewsKind

from .reminder_rules import LetterRules, LetterStands, band_of, letter_stands

# While it lasts, and for ever after a baby died: nobody is written to about money.
NEVER_WRITTEN_TO = Q(ended_at__isnull=True) | Q(kind=HardNewsKind.LOST)


@dataclass(frozen=True)
class Open:
    """A fee that is open, by its charge (id): since when, how many yen are left, and its band of age."""

    charge: int
    issued_on: date
    left: int
    band: int


@dataclass(frozen=True)
class OpenCharge:
    """A charge that is open, as a list shows it."""

    charge: Charge
    left: int
    paid: int
    days_open: int
    letters: list[ReminderLetter]
    stands: LetterStands


def open_fees(charges: "QuerySet[Charge]", ages: Sequence[int], today: date) -> list[Open]:
    """Return what is open of the charges, the oldest first. Two queries; of settled ones no row is read."""
    left = {charge: yen for charge, yen in left_of_unsettled().items() if yen > 0}
    rows = charges.filter(pk__in=left).order_by("issued_at", "pk").values_list("pk", "issued_at")
    found = [(key, timezone.localdate(issued)) for key, issued in rows]
    return [Open(key, day, left[key], band_of((today - day).days, ages)) for key, day in found]


def listed(keys: Collection[int], policy: UnpaidPolicy | None, at: datetime) -> list[OpenCharge]:
    """Return these charges with what a person at the desk needs of each, the oldest first. Three queries."""
    today = timezone.localdate(at)
    told = HardNews.objects.filter(NEVER_WRITTEN_TO, family=OuterRef("booking__registration__birth__family"))
    charges = (
        charges_with_owed_and_paid(Charge.objects.filter(pk__in=keys))
        .annotate(in_person=Exists(told))
        .select_related("booking__service__facility", "booking__registration__birth__family")
        .prefetch_related("lines", "reminder_letters__letter")
        .order_by("issued_at", "pk")
    )
    return [_listed(charge, charge.in_person, policy, today) for charge in charges]


def rules_of(policy: UnpaidPolicy | None) -> LetterRules | None:
    """Return when letters go out; None where the ward sends none."""
    if policy is None or not policy.letters:
        return None
    return LetterRules(policy.letter_after_days or 0, policy.again_after_days or 0)


def standing_of(charge: Charge, policy: UnpaidPolicy | None, today: date) -> LetterStands:
    """Tell of one charge whether a letter may go out. Two queries."""
    told = HardNews.objects.filter(NEVER_WRITTEN_TO, family__births__registrations__bookings__charge=charge)
    last = charge.reminder_letters.filter(letter__voided_at__isnull=True).aggregate(last=Max("letter__issued_at"))
    return letter_stands(
        rules=rules_of(policy),
        issued_on=timezone.localdate(charge.issued_at),
        last_letter_on=timezone.localdate(last["last"]) if last["last"] else None,
        in_person=told.exists(),
        today=today,
    )


def _listed(charge: Charge, in_person: bool, policy: UnpaidPolicy | None, today: date) -> OpenCharge:
    letters = list(charge.reminder_letters.all())
    issued_on = timezone.localdate(charge.issued_at)
    counting = [timezone.localdate(row.letter.issued_at) for row in letters if row.letter.voided_at is None]
    paid = listed_as_paid(charge)
    return OpenCharge(
        charge=charge,
        left=listed_as_owed(charge) - paid,
        paid=paid,
        days_open=(today - issued_on).days,
        letters=letters,
        stands=letter_stands(
            rules=rules_of(policy),
            issued_on=issued_on,
            last_letter_on=max(counting, default=None),
            in_person=in_person,
            today=today,
        ),
    )
