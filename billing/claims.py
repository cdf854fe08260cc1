"""月次実績報告・請求: a facility's month submitted, returned with a reason, or accepted and locked."""

from datetime import date, datetime

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from enrollment.models import LetterPolicy
from facilities.models import Facility
from sankecare.errors import NotPossible, Refused, refuse_without_reason
from sankecare.transactions import in_transaction

from .claim_tables import without_rate
from .models import Claim, ClaimState, ClaimStep, OpenItem
from .month_record import Record, digest_of, last_of_month, month_record, open_in_month
from .open_items import carried_over, keep_open, still_open
from .payees import payee_on
from .refusals import month_accepted

LOCK_MONTH = "SELECT pg_advisory_xact_lock(%s, billing_month_number(%s))"


@in_transaction
def submit_claim(*, facility: Facility, month: date, seen: str, remark: str, by: User, at: datetime) -> Claim:
    """Submit the facility's month (its first day) as it was ``seen`` (the digest shown); a snapshot is kept.

    Errors: Refused ``month_accepted``, ``already_submitted``, ``changed_since_shown``, ``still_open``;
    NotPossible ``month_not_over``, ``no_remark`` (something is open that does not stop the claim, but is to be told).
    """
    today = timezone.localdate(at)
    if today <= last_of_month(month):
        raise NotPossible("month_not_over", _("The month can be claimed once it is over."))
    claim = Claim.objects.select_for_update(no_key=True).filter(facility=facility, month=month).first()
    _refuse_unless_open(claim)
    record, digest = _record_alone(facility, month)
    if digest != seen:
        raise Refused(
            "changed_since_shown", _("Something of this month has changed since it was shown. Please look again.")
        )
    found = open_in_month(facility, month, today)
    carried = carried_over(record["not_charged"])
    if any(finding.stops for finding in found) or not all(row["why"] for row in carried):
        raise Refused("still_open", _("What stops the claim must be mended first: see the list."))
    if found and not remark.strip():
        sentence = _("Please write what the ward should know of what is still open.")
        raise NotPossible("no_remark", sentence, {"remark": sentence})
    snapshot = {
        "record": record,
        "open": [
            {"what": finding.what.value, "booking": finding.booking, "days": finding.days, "amount": finding.amount}
            for finding in found
        ],
        "carried": carried,
        "earlier": [_as_json(item) for item in still_open(facility, before=month)],
        "remark": remark,
        "submitted_on": today.isoformat(),
        "to": _municipality(today),
        "payee": payee_on(facility, today),
    }
    if claim is None:
        claim = _first_submission(facility, month, snapshot, digest)
    else:
        claim.state, claim.snapshot, claim.digest = ClaimState.SUBMITTED, snapshot, digest
        claim.save(update_fields=["state", "snapshot", "digest"])
    _note(claim, by, at, remark)
    return claim


@in_transaction
def accept_claim(*, claim: Claim, seen: str, by: User, at: datetime) -> Claim:
    """Accept a claim as it was ``seen`` (the digest shown); from then on its month is locked by the database.

    The days that it could not price are kept as open items: each enters one later claim (billing/open_items.py).

    Errors: Refused ``already_decided``, ``changed_since_shown`` (submitted anew meanwhile), ``rate_missing`` (a month
    without its amount would be locked for good), ``changed_since_submitted`` (its rows say something else than what
    was submitted, a contract rate entered since included: return it).
    """
    kept = _submitted(claim, seen)
    _refuse_without_amount(kept.snapshot["record"])
    _record, digest = _record_alone(kept.facility, kept.month)
    if digest != kept.digest:
        raise Refused(
            "changed_since_submitted",
            _(
                "The records have changed since the facility submitted the month. Please return it to be submitted "
                "anew."
            ),
        )
    kept.state = ClaimState.ACCEPTED
    kept.save(update_fields=["state"])
    keep_open(kept)
    _note(kept, by, at, "")
    return kept


def _as_json(item: OpenItem) -> Record:
    missing = item.missing_day.isoformat() if item.missing_day else None
    return {
        "number": item.number,
        "claim": item.claim_id,
        "month": f"{item.claim.month:%Y-%m}",
        "booking": item.booking_id,
        "day": item.day.isoformat(),
        "why": item.why,
        "component": item.component,
        "tax_class": item.tax_class,
        "missing_day": missing,
    }


@in_transaction
def return_claim(*, claim: Claim, seen: str, reason: str, by: User, at: datetime) -> Claim:
    """Return a claim to the facility, with the reason that it reads.

    Errors: NotPossible ``no_reason``; Refused ``already_decided``, ``changed_since_shown``.
    """
    refuse_without_reason(reason)
    kept = _submitted(claim, seen)
    kept.state = ClaimState.RETURNED
    kept.save(update_fields=["state"])
    _note(kept, by, at, reason)
    return kept


def _refuse_without_amount(record: Record) -> None:
    if record["amounts"]["total"] is None:
        raise Refused(
            "rate_missing",
            _(
                "The amount is open: %(missing)s Enter the contract rate, then return the claim; the facility submits "
                "it anew with its amount."
            )
            % {"missing": without_rate(record)},
        )


def _refuse_unless_open(claim: Claim | None) -> None:
    if claim is None or claim.state == ClaimState.RETURNED:
        return
    if claim.state == ClaimState.ACCEPTED:
        raise month_accepted(claim.month)
    raise Refused("already_submitted", _("This month is submitted already. The ward is looking at it."))


def _record_alone(facility: Facility, month: date) -> tuple[Record, str]:
    """Return the month's record and its digest, read while nobody writes to the month (migration 0002)."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK_MONTH, [facility.pk, month])
    record = month_record(facility, month)
    return record, digest_of(record)


def _first_submission(facility: Facility, month: date, snapshot: Record, digest: str) -> Claim:
    claim, made = Claim.objects.get_or_create(
        facility=facility, month=month, defaults={"snapshot": snapshot, "digest": digest}
    )
    if not made:  # of two at once the other one came first
        _refuse_unless_open(claim)
    return claim


def _submitted(claim: Claim, seen: str) -> Claim:
    locked = Claim.objects.select_for_update(no_key=True, of=("self",)).select_related("facility").get(pk=claim.pk)
    if locked.state != ClaimState.SUBMITTED:
        raise Refused(
            "already_decided", _("This claim is decided already: %(state)s.") % {"state": locked.get_state_display()}
        )
    if locked.digest != seen:
        raise Refused("changed_since_shown", _("The claim was submitted anew since it was shown. Please look again."))
    return locked


def _municipality(today: date) -> str:
    """Return to whom it is addressed: the municipality of the ward's letters, "" where none is laid down."""
    policy = LetterPolicy.objects.filter(period__contains=today).first()
    return policy.municipality if policy else ""


def _note(claim: Claim, by: User, at: datetime, words: str) -> None:
    ClaimStep.objects.create(claim=claim, state=claim.state, at=at, by=by, words=words, digest=claim.digest)
