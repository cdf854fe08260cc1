"""起案・決裁: one person drafts an approval or a rejection, another one makes it or returns it with a word."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.second_person import refuse_unfit_for_a_look
from enrollment.models import Decider, DraftedDecision, DraftedFor, DraftOutcome, Registration, TimelineEvent
from enrollment.timeline import add_entry
from sankecare.errors import NotPossible, Refused
from sankecare.moments import moment_in_words
from sankecare.transactions import in_transaction

from .case_as_drafted import case_now, parts_changed
from .decide import (
    approve_application,
    awaiting_decision,
    reject_application,
    verdicts_to_approve,
    verdicts_to_reject,
)
from .second_step import as_decider, needs_second_step, waiting_draft_of


@in_transaction
def draft_decision(
    *,
    registration: Registration,
    decision: str,
    by: User,
    at: datetime,
    reason: str = "",
    seen: Mapping[str, str] | None = None,
    rules: Collection[str] | None = None,
) -> DraftedDecision:
    """Draft (起案) an approval or a rejection, with all that the decision itself takes; nothing is decided.

    ``decision``: one of DraftedFor; ``seen``, ``rules``: as the operation of that decision takes them.
    Errors: as of that operation; Refused ``not_drafted_today`` where no second step is asked for,
    ``already_drafted``.
    """
    locked = awaiting_decision(registration)
    today = timezone.localdate(at)
    if not needs_second_step(today):
        raise Refused("not_drafted_today", _("Decisions are not drafted first any more: decide at once."))
    if (waiting := waiting_draft_of(locked)) is not None:
        raise Refused("already_drafted", already_drafted(waiting))
    if decision == DraftedFor.APPROVE:
        verdicts_to_approve(locked, today, seen)
    else:
        verdicts_to_reject(locked, today, reason, rules)
    words = {point: word.strip() for point, word in (seen or {}).items() if word.strip()}
    drafted = DraftedDecision.objects.create(
        registration=locked,
        decision=DraftedFor(decision),
        reason=reason,
        rules=sorted(rules or []),
        words=words,
        case=case_now(locked, today),
        drafted_by=by,
        drafted_at=at,
    )
    _tell(drafted, TimelineEvent.DRAFTED, by, at)
    return drafted


@in_transaction
def approve_drafted(*, drafted: DraftedDecision, by: User, at: datetime) -> Registration:
    """Decide (決裁) as it was drafted: the letter is issued now, and the decision is this person's.

    Errors: Refused ``already_decided``, ``draft_settled``, ``not_a_decider``, ``changed_since_drafted`` naming what
    stands otherwise than when it was drafted; as ``refuse_unfit_for_a_look``; as of the decision itself.
    """
    locked, mine, decider = _to_settle(drafted, by, at)
    if changed := changed_since(mine, locked, at):
        raise Refused("changed_since_drafted", changed)
    _settle(mine, DraftOutcome.APPROVED, by, at, decider=decider)
    if mine.decision == DraftedFor.APPROVE:
        return approve_application(
            registration=locked, by=by, at=at, reason=mine.reason, seen=mine.words, drafted=mine
        )
    return reject_application(
        registration=locked, by=by, at=at, reason=mine.reason, rules=mine.rules or None, drafted=mine
    )


@in_transaction
def return_drafted(*, drafted: DraftedDecision, word: str, by: User, at: datetime) -> DraftedDecision:
    """Return (差戻し) what was drafted to who drafted it, with a word; the application waits again.

    Errors: NotPossible ``no_reason``; Refused as ``approve_drafted``.
    """
    if not word.strip():
        sentence = _("Please write why you return it.")
        raise NotPossible("no_reason", sentence, {"word": sentence})
    _locked, mine, decider = _to_settle(drafted, by, at)
    _settle(mine, DraftOutcome.RETURNED, by, at, decider=decider, word=word.strip())
    _tell(mine, TimelineEvent.DRAFT_RETURNED, by, at)
    return mine


@in_transaction
def take_back_drafted(*, drafted: DraftedDecision, by: User, at: datetime) -> DraftedDecision:
    """Take back what one drafted oneself; the application waits again. Errors: Refused ``draft_settled``,
    ``drafted_by_another``.
    """
    _locked, mine = _under_locks(drafted)
    if mine.drafted_by_id != by.pk:
        raise Refused("drafted_by_another", _("A colleague drafted this: who decides can return it."))
    _settle(mine, DraftOutcome.TAKEN_BACK, by, at)
    _tell(mine, TimelineEvent.DRAFT_TAKEN_BACK, by, at)
    return mine


def changed_since(drafted: DraftedDecision, registration: Registration, at: datetime) -> str:
    """Say what of the case stands otherwise than when it was drafted; "" where nothing does. Some 15 queries."""
    parts = parts_changed(drafted.case, case_now(registration, timezone.localdate(at)))
    if not parts:
        return ""
    sentence = _("Since it was drafted this has changed: %(parts)s. Return it, so that it is drafted anew.")
    return sentence % {"parts": "、".join(parts)}


def already_drafted(waiting: DraftedDecision) -> str:
    """Say who drafted it and when, in the reader's language."""
    return _("It is drafted already (%(person)s, %(moment)s) and waits for who decides.") % {
        "person": waiting.drafted_by,
        "moment": moment_in_words(waiting.drafted_at),
    }


def _to_settle(drafted: DraftedDecision, by: User, at: datetime) -> tuple[Registration, DraftedDecision, Decider]:
    """Take the locks and ask whether this person may settle it."""
    locked, mine = _under_locks(drafted)
    decider = as_decider(by, timezone.localdate(at))
    if decider is None:
        raise Refused("not_a_decider", _("You are not among those who decide today."))
    same = _("You drafted this: a second person must decide.")
    refuse_unfit_for_a_look(first=mine.drafted_by, second=by, at=at, same=same)
    return locked, mine, decider


def _under_locks(drafted: DraftedDecision) -> tuple[Registration, DraftedDecision]:
    locked = awaiting_decision(drafted.registration)
    rows = DraftedDecision.objects.select_for_update(no_key=True, of=("self",)).select_related("drafted_by")
    mine = rows.get(pk=drafted.pk)
    if mine.outcome != DraftOutcome.WAITS:
        when = moment_in_words(mine.settled_at) if mine.settled_at else ""
        raise Refused(
            "draft_settled",
            _("This draft does not wait any more: %(outcome)s (%(moment)s).")
            % {"outcome": mine.get_outcome_display(), "moment": when},
        )
    return locked, mine


def _settle(
    drafted: DraftedDecision,
    outcome: DraftOutcome,
    by: User,
    at: datetime,
    *,
    decider: Decider | None = None,
    word: str = "",
) -> None:
    drafted.outcome, drafted.settled_by, drafted.settled_at, drafted.word = outcome, by, at, word
    drafted.stands_in_for = decider.stands_in_for if decider else None
    drafted.save(update_fields=["outcome", "settled_by", "settled_at", "word", "stands_in_for"])


def _tell(drafted: DraftedDecision, happening: TimelineEvent, by: User, at: datetime) -> None:
    registration = drafted.registration
    add_entry(
        happening,
        family=registration.birth.family,
        registration=registration,
        by=by,
        at=at,
        facts={"decision": str(drafted.decision)},
    )
