"""支援措置 ended: proposed by one person with the reason, ended by another. No day and no clock ends it.

From the day of the end on the address stands in the open again; where the family lived before stays sealed.
"""

from datetime import date, datetime

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.second_person import refuse_unfit_for_a_look
from enrollment.confidential import opened
from enrollment.models import EndOutcome, Family, Protection, ProtectionEnd, Residence, TimelineEvent
from enrollment.timeline import add_entry
from facilities.queries import district_of_address
from sankecare.errors import NotPossible, Refused, refuse_without_reason
from sankecare.transactions import in_transaction

from .entries import entries_of


@in_transaction
def propose_end(
    *, protection: Protection, reason: str, by: User, at: datetime, paper_on: date | None = None
) -> ProtectionEnd:
    """Propose that the protection ends. ``paper_on``: the day on which the family asked for it, where it did.

    Errors: NotPossible ``no_reason``, ``not_come``; Refused ``not_protected``, ``already_proposed``.
    """
    refuse_without_reason(reason)
    if paper_on is not None and paper_on > timezone.localdate(at):
        sentence = _("This day has not come yet.")
        raise NotPossible("not_come", sentence, {"paper_on": sentence})
    locked = locked_in_force(protection)
    if locked.ends.filter(outcome=EndOutcome.WAITING).exists():
        raise Refused("already_proposed", _("It is proposed already: a second person decides."))
    proposal = ProtectionEnd.objects.create(
        protection=locked, reason=reason, paper_on=paper_on, proposed_by=by, proposed_at=at
    )
    add_entry(TimelineEvent.END_PROPOSED, family=locked.family, by=by, at=at)
    return proposal


@in_transaction
def end_protection(*, proposal: ProtectionEnd, by: User, at: datetime) -> Protection:
    """End what another person proposed to end: of the family, and of every entry that was joined into it.

    Errors: Refused ``decided_already``, ``not_protected``, and as ``refuse_unfit_for_a_look``.
    """
    protection = locked_in_force(proposal.protection)
    locked = _waiting(proposal)
    same = _("You proposed it: a second person must end it.")
    refuse_unfit_for_a_look(first=locked.proposed_by, second=by, at=at, same=same)
    _decide(locked, EndOutcome.ENDED, by, at)
    _lift(protection, at)
    for entry in entries_of(protection.family)[1:]:
        joined = Protection.in_force.select_for_update(of=("self",)).filter(family=entry).first()
        if joined is not None:
            decline_waiting(joined, by=by, at=at)
            ProtectionEnd.objects.create(
                protection=joined,
                reason=locked.reason,
                paper_on=locked.paper_on,
                proposed_by=locked.proposed_by,
                proposed_at=locked.proposed_at,
                outcome=EndOutcome.ENDED,
                decided_by=by,
                decided_at=at,
            )
            _lift(joined, at)
    _into_the_open(protection.family, timezone.localdate(at))
    add_entry(TimelineEvent.PROTECTION_ENDED, family=protection.family, by=by, at=at)
    return protection


@in_transaction
def decline_end(*, proposal: ProtectionEnd, by: User, at: datetime) -> ProtectionEnd:
    """Leave the protection as it is: a second person says so, or who proposed it takes it back.

    Errors: Refused ``decided_already``, ``not_protected``.
    """
    protection = locked_in_force(proposal.protection)
    locked = _waiting(proposal)
    _decide(locked, EndOutcome.DECLINED, by, at)
    add_entry(TimelineEvent.END_DECLINED, family=protection.family, by=by, at=at)
    return locked


def decline_waiting(protection: Protection, *, by: User, at: datetime) -> None:
    """Leave undone what waits, in the caller's transaction, the protection locked: it was renewed, or joined."""
    for waiting in protection.ends.select_for_update(of=("self",)).filter(outcome=EndOutcome.WAITING):
        _decide(waiting, EndOutcome.DECLINED, by, at)


def locked_in_force(protection: Protection) -> Protection:
    """Return the protection locked. Errors: Refused ``not_protected`` where it has ended."""
    rows = Protection.in_force.select_for_update(of=("self",)).select_related("family")
    found = rows.filter(pk=protection.pk).first()
    if found is None:
        raise Refused("not_protected", _("This family is not under protection."))
    return found


def _waiting(proposal: ProtectionEnd) -> ProtectionEnd:
    rows = ProtectionEnd.objects.select_for_update(of=("self",)).select_related("proposed_by")
    locked = rows.get(pk=proposal.pk)
    if locked.outcome != EndOutcome.WAITING:
        raise Refused("decided_already", _("This has been decided already."))
    return locked


def _decide(locked: ProtectionEnd, outcome: EndOutcome, by: User, at: datetime) -> None:
    locked.outcome, locked.decided_by, locked.decided_at = outcome, by, at
    locked.save(update_fields=["outcome", "decided_by", "decided_at"])


def _lift(protection: Protection, at: datetime) -> None:
    protection.ended_at = at
    protection.save(update_fields=["ended_at"])
    protection.named.clear()


def _into_the_open(family: Family, from_day: date) -> None:
    """Where the family lives from the day on, and will live, stands in the open; the days before stay sealed."""
    for kept in family.confidential_addresses.select_for_update().order_by("period"):
        first, end = kept.period.lower, kept.period.upper
        if end is not None and end <= from_day:
            continue
        address = opened(kept)
        start = from_day if first is None else max(first, from_day)
        if first is None or first < start:
            kept.period = DateRange(first, start)
            kept.save(update_fields=["period"])
        else:
            kept.delete()
        _free_days(family, start, end)
        Residence.objects.create(
            family=family,
            period=DateRange(start, end),
            district=district_of_address(address.town, address.chome, address.block),
            **vars(address),
        )


def _free_days(family: Family, start: date, end: date | None) -> None:
    """The rows of these days, which said the district alone, make room: what is before and after them stays."""
    for row in family.residences.filter(period__overlap=DateRange(start, end), town__isnull=True):
        first, last = row.period.lower, row.period.upper
        before, after = (first, start), (end, last)
        has_before = first is None or first < start
        has_after = end is not None and (last is None or last > end)
        if has_before:
            row.period = DateRange(*before)
            row.save(update_fields=["period"])
        else:
            row.delete()
        if has_after:
            Residence.objects.create(family=family, period=DateRange(*after), district=row.district)
