"""返金: what was paid too much is given back at the desk, by two people where the policy says so."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.second_person import refuse_unfit_for_a_look
from billing.balances import left_of_unsettled
from billing.models import Adjustment, Charge, Payment, PaymentMethod, RefundProposal
from billing.pay import refund_payment
from billing.queries import charges_with_owed_and_paid, listed_as_owed, listed_as_paid, owed, paid
from sankecare.errors import Refused, refuse_without_reason
from sankecare.transactions import in_transaction

from .policy import unpaid_policy


@dataclass(frozen=True)
class RefundDue:
    """A charge of which too much was paid, or of which a refund waits for a second person (``proposal``).

    ``lowered``: what lowered it since.
    """

    charge: Charge
    owed: int
    paid: int
    since: date
    lowered: list[Adjustment]
    proposal: RefundProposal | None

    @property
    def amount(self) -> int:
        """Yen to be given back; 0 or less where nothing is."""
        return self.paid - self.owed

    @property
    def seen(self) -> str:
        """How the charge stands: who confirms says yes to this."""
        return _standing(self.owed, self.paid)


def refunds_due(charges: "QuerySet[Charge]") -> list[RefundDue]:
    """Return what is to be given back of the charges, and what was proposed of others, what waits longest first.

    Five queries, however many.
    """
    too_much = [charge for charge, left in left_of_unsettled().items() if left < 0]
    open_proposals = RefundProposal.objects.filter(payment__isnull=True, withdrawn_at__isnull=True)
    listed = Q(pk__in=too_much) | Q(pk__in=open_proposals.order_by().values("charge"))
    rows = (
        charges_with_owed_and_paid(charges.filter(listed))
        .annotate(last_paid=Max("payments__received_at"))
        .select_related("booking__service__facility", "booking__registration__birth__family")
        .prefetch_related(
            "lines",
            Prefetch("adjustments", Adjustment.objects.order_by("made_at", "pk")),
            Prefetch("refund_proposals", open_proposals.select_related("proposed_by"), to_attr="proposed"),
        )
    )
    return sorted((_due(row) for row in rows), key=lambda due: (due.since, due.charge.pk))


def needs_two(amount: int, day: date) -> bool:
    """Tell whether so many yen are given back at the desk with a second person. One query."""
    policy = unpaid_policy(day)
    return policy is not None and policy.refund_by_two_from is not None and amount >= policy.refund_by_two_from


@in_transaction
def give_back(
    *, charge: Charge, amount: int, method: PaymentMethod, reason: str, by: User, at: datetime
) -> Payment | RefundProposal:
    """Give ``amount`` yen back at the desk: recorded at once, or proposed where a second person is needed.

    Errors: those of ``refund_payment``; Refused ``proposed_already``.
    """
    if not needs_two(amount, timezone.localdate(at)):
        _refuse_proposed(charge)
        return refund_payment(charge=charge, amount=amount, method=method, reason=reason, by=by, at=at, at_ward=True)
    refuse_without_reason(reason)
    locked = Charge.objects.select_for_update(no_key=True).get(pk=charge.pk)
    received = paid(locked)
    if not 0 < amount <= received:
        sentence = _("%(paid)s yen have been paid: no more can be given back.") % {"paid": f"{received:,}"}
        raise Refused("more_than_paid", sentence, {"amount": sentence})
    _refuse_proposed(locked)
    return RefundProposal.objects.create(
        charge=locked, amount=amount, method=method, reason=reason, proposed_at=at, proposed_by=by
    )


@in_transaction
def give_back_too_much(
    *, charge: Charge, amount: int, method: PaymentMethod, reason: str, by: User, at: datetime
) -> Payment | RefundProposal:
    """Give back what was paid too much, as listed. Errors: Refused ``changed_since``; those of ``give_back``."""
    locked = Charge.objects.select_for_update(no_key=True).get(pk=charge.pk)
    if paid(locked) - owed(locked) != amount:
        raise Refused("changed_since", _("A charge has changed since it was listed. Please look again."))
    return give_back(charge=locked, amount=amount, method=method, reason=reason, by=by, at=at)


@in_transaction
def confirm_refund(*, proposal: RefundProposal, seen: str, by: User, at: datetime) -> Payment:
    """The second person confirms: the money is given back, and recorded so. ``seen``: how the charge stood for her.

    Errors: Refused ``not_open``, ``changed_since`` where it was paid, given back or corrected meanwhile, those of the
    second person and of ``refund_payment``.
    """
    locked = _open(proposal)
    if _standing(owed(locked.charge), paid(locked.charge)) != seen:
        raise Refused("changed_since", _("A charge has changed since it was listed. Please look again."))
    same = _("You proposed this refund: a colleague must confirm it.")
    refuse_unfit_for_a_look(first=locked.proposed_by, second=by, at=at, same=same)
    payment = refund_payment(
        charge=locked.charge,
        amount=locked.amount,
        method=PaymentMethod(locked.method),
        reason=locked.reason,
        by=by,
        at=at,
        at_ward=True,
    )
    locked.payment = payment
    locked.save(update_fields=["payment"])
    return payment


@in_transaction
def withdraw_refund(*, proposal: RefundProposal, by: User, at: datetime) -> RefundProposal:
    """Take a proposal back: nothing was given. Errors: Refused ``not_open``."""
    locked = _open(proposal)
    locked.withdrawn_at, locked.withdrawn_by = at, by
    locked.save(update_fields=["withdrawn_at", "withdrawn_by"])
    return locked


def _standing(owing: int, received: int) -> str:
    return f"{owing}-{received}"


def proposals_waiting(charges: "QuerySet[Charge]", person: User) -> "QuerySet[RefundProposal]":
    """Return what others proposed about the charges and the person may confirm, the first proposed first."""
    rows = RefundProposal.objects.filter(payment__isnull=True, withdrawn_at__isnull=True)
    others = rows.filter(charge__in=charges.order_by().values("pk")).exclude(proposed_by=person)
    return others.order_by("proposed_at", "pk")


def _open(proposal: RefundProposal) -> RefundProposal:
    # The charge is locked before what hangs on it, as everywhere.
    Charge.objects.select_for_update(no_key=True).get(pk=proposal.charge_id)
    locked = RefundProposal.objects.select_for_update(no_key=True, of=("self",)).get(pk=proposal.pk)
    if locked.payment_id is not None or locked.withdrawn_at is not None:
        raise Refused("not_open", _("This refund is recorded already, or its proposal was taken back."))
    return locked


def _refuse_proposed(charge: Charge) -> None:
    if RefundProposal.objects.filter(charge=charge, payment__isnull=True, withdrawn_at__isnull=True).exists():
        raise Refused("proposed_already", _("A refund of this charge waits for a second person already."))


def _due(charge: Charge) -> RefundDue:
    lowered = [row for row in charge.adjustments.all() if row.amount < 0]
    moments = [charge.last_paid, *(row.made_at for row in lowered)]  # type: ignore[attr-defined]  # the annotation
    proposed: Iterable[RefundProposal] = charge.proposed  # type: ignore[attr-defined]  # prefetched above
    return RefundDue(
        charge=charge,
        owed=listed_as_owed(charge),
        paid=listed_as_paid(charge),
        since=timezone.localdate(max(moments)),
        lowered=lowered,
        proposal=next(iter(proposed), None),
    )
