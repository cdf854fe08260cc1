"""日計: the cash of a facility's day, as it was taken in, and as it was counted; each count is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from billing.models import CashCount, Payment, PaymentKind, PaymentMethod
from facilities.models import Facility
from sankecare.errors import NotPossible
from sankecare.periods import A_DAY, midnight
from sankecare.transactions import in_transaction

# The notes and coins in use, yen.
PIECES = (10_000, 5_000, 2_000, 1_000, 500, 100, 50, 10, 5, 1)


@dataclass(frozen=True)
class CashOfDay:
    """What changed hands in cash on a day, each payment and by whom; and the newest count.

    ``at_ward``: yen taken in at the ward's desk less those given back there: in no till of the facility.
    """

    payments: list[Payment]
    count: CashCount | None
    at_ward: int = 0

    @property
    def taken_in(self) -> int:
        return sum(row.amount for row in self.payments if row.kind == PaymentKind.PAYMENT)

    @property
    def given_back(self) -> int:
        return sum(row.amount for row in self.payments if row.kind == PaymentKind.REFUND)

    @property
    def expected(self) -> int:
        """Yen that the till should hold beyond its change."""
        return self.taken_in - self.given_back

    @property
    def by_person(self) -> list[tuple[User, int, int]]:
        """Who took in and gave back how much, in the order in which they began."""
        found: dict[int, tuple[User, int, int]] = {}
        for row in self.payments:
            person, received, back = found.get(row.received_by_id, (row.received_by, 0, 0))
            refund = row.kind == PaymentKind.REFUND
            found[row.received_by_id] = (
                person,
                received + (0 if refund else row.amount),
                back + (row.amount if refund else 0),
            )
        return list(found.values())

    @property
    def changed_since(self) -> bool:
        """Whether cash changed hands after the count: it is to be counted anew."""
        return self.count is not None and self.count.expected != self.expected


def cash_of_day(facility: Facility, day: date) -> CashOfDay:
    """Return the cash of the facility's day. Two queries."""
    payments = Payment.objects.filter(
        charge__booking__service__facility=facility,
        method=PaymentMethod.CASH,
        received_at__gte=midnight(day),
        received_at__lt=midnight(day + A_DAY),
    )
    counts = CashCount.objects.filter(facility=facility, day=day).select_related("counted_by")
    rows = list(payments.select_related("received_by", "charge").order_by("received_at", "pk"))
    elsewhere = [row.amount if row.kind == PaymentKind.PAYMENT else -row.amount for row in rows if row.at_ward]
    return CashOfDay([row for row in rows if not row.at_ward], counts.order_by("-pk").first(), sum(elsewhere))


@in_transaction
def count_cash(
    *,
    facility: Facility,
    day: date,
    pieces: Mapping[int, int],
    opening: int,
    word: str,
    by: User,
    at: datetime,
) -> CashCount:
    """Keep what was counted in the till of the day: how many of each note and coin, its yen before.

    What differs takes a word. Errors: NotPossible ``day_impossible``, ``unknown_piece``, ``say_why``.
    """
    if day > timezone.localdate(at):
        raise NotPossible("day_impossible", _("This day has not come yet."))
    if not set(pieces) <= set(PIECES) or any(number < 0 for number in pieces.values()) or opening < 0:
        raise NotPossible("unknown_piece", _("Please count the notes and coins in whole numbers."))
    # One count after another: both would be of the same payments otherwise.
    Facility.objects.select_for_update(no_key=True).get(pk=facility.pk)
    expected = cash_of_day(facility, day).expected
    counted = sum(yen * number for yen, number in pieces.items())
    difference = counted - opening - expected
    if difference and not word.strip():
        sentence = _("%(yen)s yen differ: please write a word why, or that nobody knows.") % {
            "yen": f"{difference:+,}"
        }
        raise NotPossible("say_why", sentence, {"word": sentence})
    return CashCount.objects.create(
        facility=facility,
        day=day,
        opening=opening,
        pieces={str(yen): number for yen, number in pieces.items() if number},
        counted=counted,
        expected=expected,
        word=word.strip(),
        counted_at=at,
        counted_by=by,
    )
