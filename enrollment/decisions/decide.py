"""決定: ward staff approve, return or reject an application, and grant exceptions."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.second_person import refuse_unfit_for_a_look
from enrollment import reasons
from enrollment.applications.queue import places_in_queue, unclear_words
from enrollment.eligibility import Rule, Verdict
from enrollment.families.tax_classes import accept_stated_tax_class
from enrollment.letters.last_days import tell_last_days
from enrollment.letters.letters import issue_letter
from enrollment.models import (
    LIVE_STATES,
    DraftedDecision,
    Letter,
    LetterKind,
    LookedAt,
    Registration,
    RegistrationException,
    RegistrationState,
    TimelineEvent,
)
from enrollment.queries import last_day_of_exceptions, verdicts_on_application
from enrollment.timeline import Fact, add_entry
from sankecare.errors import NotPossible, Refused, refuse_without_reason
from sankecare.moments import moment_in_words
from sankecare.transactions import in_transaction

from .second_step import refuse_alone

HAPPENINGS = {
    RegistrationState.APPROVED: TimelineEvent.APPROVED,
    RegistrationState.RETURNED: TimelineEvent.RETURNED,
    RegistrationState.REJECTED: TimelineEvent.REJECTED,
}
LETTERS = {
    RegistrationState.APPROVED: LetterKind.APPROVAL,
    RegistrationState.RETURNED: LetterKind.RETURN,
    RegistrationState.REJECTED: LetterKind.REJECTION,
}


@in_transaction
def approve_application(
    *,
    registration: Registration,
    by: User,
    at: datetime,
    reason: str = "",
    seen: Mapping[str, str] | None = None,
    drafted: DraftedDecision | None = None,
) -> Registration:
    """Approve (承認): at least one service offered must take the family. The verdicts are kept with the decision.

    The tax class stated is accepted with it and holds from today, unless another approved registration prices the
    family already (enrollment/families/tax_classes.py). ``seen``: the points to look at (bulk_approvable.Unclear),
    each with the word that says what the person found; None: nobody is asked. ``drafted``: what it carries out, where
    a policy asks for two people (enrollment/models/drafted.py); who drafted it has looked.

    Errors: Refused ``already_decided`` (whoever comes second), ``second_step_needed``, ``open_points`` where something
    is to be looked at first, ``not_eligible`` naming the rules not met.
    """
    locked = awaiting_decision(registration)
    today = timezone.localdate(at)
    refuse_alone(today, drafted)
    verdicts = verdicts_to_approve(locked, today, seen)
    accepted = accept_stated_tax_class(registration=locked, from_day=today)
    facts: dict[str, Fact] = {"tax_class": accepted.value} if accepted else {}
    if seen:
        facts["looked_at"] = " ".join(sorted(seen))
        looked_by, looked_at = (drafted.drafted_by, drafted.drafted_at) if drafted else (by, at)
        LookedAt.objects.bulk_create(
            [
                LookedAt(registration=locked, point=point, word=word.strip(), by=looked_by, at=looked_at)
                for point, word in seen.items()
                if word.strip()
            ]
        )
    return _decided(
        locked, RegistrationState.APPROVED, by=by, at=at, reason_given=reason, verdicts=verdicts, facts=facts
    )


@in_transaction
def return_application(*, registration: Registration, reason: str, by: User, at: datetime) -> Registration:
    """Return (差戻し) for correction; the reason tells the family what to correct.

    Errors: NotPossible ``no_reason``; Refused ``already_decided``.
    """
    refuse_without_reason(reason)
    return _decided(awaiting_decision(registration), RegistrationState.RETURNED, by=by, at=at, reason_given=reason)


@in_transaction
def reject_application(
    *,
    registration: Registration,
    reason: str,
    by: User,
    at: datetime,
    rules: Collection[str] | None = None,
    drafted: DraftedDecision | None = None,
) -> Registration:
    """Reject (不承認), with the reason that the family is told.

    ``rules``: those that the person names as not met, at least one; the letter says each with its text. None: those of
    the service that lacks the fewest. ``drafted``: as ``approve_application``.
    Errors: NotPossible ``no_reason``, ``no_rule``; Refused ``already_decided``, ``second_step_needed``,
    ``rule_is_met`` where what is entered meets a rule that is named: the facts are put right first.
    """
    locked = awaiting_decision(registration)
    today = timezone.localdate(at)
    refuse_alone(today, drafted)
    verdicts = verdicts_to_reject(locked, today, reason, rules)
    return _decided(
        locked, RegistrationState.REJECTED, by=by, at=at, reason_given=reason, verdicts=verdicts, named=rules
    )


@in_transaction
def issue_missing_letter(*, registration: Registration, by: User, at: datetime) -> Letter:
    """Issue the letter of a decision that was made while it was not laid down who signs.

    Errors: Refused ``not_decided``, ``letter_exists``, ``no_letter_policy``.
    """
    locked = Registration.objects.select_for_update(no_key=True).get(pk=registration.pk)
    kind = LETTERS.get(RegistrationState(locked.state))
    if kind is None:
        raise Refused("not_decided", _("There is no decision to write of."))
    if locked.letters.filter(kind=kind, issued_at__gte=locked.decided_at, voided_at__isnull=True).exists():
        raise Refused("letter_exists", _("The letter of this decision has been issued already."))
    letter = issue_letter(kind=kind, registration=locked, by=by, at=at)
    if letter is None:
        raise Refused("no_letter_policy", _("It is not laid down who signs the letters. Enter it first."))
    return letter


@in_transaction
def propose_exception(
    *, registration: Registration, rule: str, reason: str, last_day: date, by: User, at: datetime
) -> RegistrationException:
    """Propose an exception on one rule, with its reason and its last day; it counts once a second person granted it.

    On any rule but medical treatment; one that was granted is made longer by another one. Errors: NotPossible
    ``unknown_rule``, ``no_exception_on_medical_care``, ``no_reason``, ``day_impossible``; Refused
    ``registration_not_live``, ``exception_already_proposed``.
    """
    if rule not in set(Rule):
        raise NotPossible("unknown_rule", _("There is no such rule."), {"rule": _("There is no such rule.")})
    if rule == Rule.MEDICAL_CARE:
        sentence = _("Where medical treatment is needed, no exception can be granted.")
        raise NotPossible("no_exception_on_medical_care", sentence, {"rule": sentence})
    refuse_without_reason(reason)
    _refuse_impossible_end(last_day, timezone.localdate(at))
    locked = _live(registration)
    for known in locked.exceptions.filter(rule=rule):
        if known.granted_at is None or known.last_day >= last_day:
            raise Refused("exception_already_proposed", _("An exception on this rule has already been entered."))
    proposed = RegistrationException.objects.create(
        registration=locked, rule=rule, reason=reason, last_day=last_day, proposed_by=by, proposed_at=at
    )
    facts = {"rule": rule, "last_day": last_day.isoformat()}
    add_entry(
        TimelineEvent.EXCEPTION_PROPOSED, family=locked.birth.family, registration=locked, by=by, at=at, facts=facts
    )
    return proposed


@in_transaction
def grant_exception(*, exception: RegistrationException, by: User, at: datetime) -> RegistrationException:
    """Grant an exception that somebody else proposed. Where it changes the last days that were told, a letter follows.

    Errors: Refused ``exception_already_granted``, ``exception_is_over``, ``registration_not_live``, and as
    ``refuse_unfit_for_a_look``.
    """
    locked = _live(exception.registration)
    granted = RegistrationException.objects.select_for_update().get(pk=exception.pk)
    if granted.granted_at is not None:
        raise Refused("exception_already_granted", _("This exception has already been granted."))
    if granted.last_day < timezone.localdate(at):
        raise Refused("exception_is_over", _("The last day of this exception has passed. Propose another one."))
    if granted.proposed_by is not None:
        same = _("You proposed this exception: a second person must grant it.")
        refuse_unfit_for_a_look(first=granted.proposed_by, second=by, at=at, same=same)
    granted.granted_by, granted.granted_at = by, at
    granted.save(update_fields=["granted_by", "granted_at"])
    facts = {"rule": granted.rule, "last_day": granted.last_day.isoformat()}
    add_entry(
        TimelineEvent.EXCEPTION_GRANTED, family=locked.birth.family, registration=locked, by=by, at=at, facts=facts
    )
    tell_last_days(registration=locked, by=by, at=at)
    return granted


def verdicts_to_approve(locked: Registration, today: date, seen: Mapping[str, str] | None) -> dict[str, Verdict]:
    """Return the verdicts on an application that can be approved. Errors: as ``approve_application``."""
    if seen is not None:
        _refuse_open_points(locked, {point for point, word in seen.items() if word.strip()}, today)
    verdicts = verdicts_on_application(locked, today)
    if not any(verdict.eligible for verdict in verdicts.values()):
        raise Refused(
            "not_eligible",
            _("Not every condition is met. Grant an exception with its reason, return it, or reject it."),
            _unmet(verdicts),
        )
    return verdicts


def verdicts_to_reject(
    locked: Registration, today: date, reason: str, rules: Collection[str] | None
) -> dict[str, Verdict]:
    """Return the verdicts on an application that can be rejected. Errors: as ``reject_application``."""
    refuse_without_reason(reason)
    verdicts = verdicts_on_application(locked, today)
    if rules is not None:
        refuse_unnamed_rules(rules, verdicts)
    return verdicts


def _refuse_impossible_end(last_day: date, today: date) -> None:
    if last_day < today:
        sentence = _("This day has passed.")
    elif last_day > (latest := last_day_of_exceptions(today)):
        sentence = _("An exception lasts until %(latest)s at most. Please check the year.") % {
            "latest": date_format(latest)
        }
    else:
        return
    raise NotPossible("day_impossible", sentence, {"last_day": sentence})


def _refuse_open_points(locked: Registration, seen: Collection[str], today: date) -> None:
    """What a person must look at is asked about; also what has come up since the page was opened."""
    (place,) = places_in_queue(Registration.objects.filter(pk=locked.pk), today)
    left = [point for point in place.open_points if point not in seen]
    if left:
        sentence = _("Please look at this first, and write what you found: %(points)s.") % {
            "points": "、".join(unclear_words(point) for point in left)
        }
        raise Refused("open_points", sentence, {f"word_{point}": sentence for point in left})


def _live(registration: Registration) -> Registration:
    locked = Registration.objects.select_for_update(no_key=True).get(pk=registration.pk)
    if locked.state not in LIVE_STATES:
        raise Refused("registration_not_live", _("This registration is no longer in force."))
    return locked


def awaiting_decision(registration: Registration) -> Registration:
    """Take the lock, then look again: of two people deciding at once the second is told what the first did."""
    locked = Registration.objects.select_for_update(no_key=True).get(pk=registration.pk)
    if locked.state != RegistrationState.APPLIED:
        raise Refused(
            "already_decided",
            _("%(number)s is not waiting for a decision any more: %(state)s%(when)s.")
            % {
                "number": locked.number,
                "state": locked.get_state_display(),
                "when": _who_and_when(locked),
            },
        )
    return locked


def _who_and_when(decided: Registration) -> str:
    if decided.decided_at is None:
        return ""
    parts = [str(decided.decided_by)] if decided.decided_by else []
    return f" ({', '.join([*parts, moment_in_words(decided.decided_at)])})"


def _decided(
    locked: Registration,
    state: RegistrationState,
    *,
    by: User,
    at: datetime,
    reason_given: str,
    verdicts: dict[str, Verdict] | None = None,
    facts: Mapping[str, Fact] | None = None,
    named: Collection[str] | None = None,
) -> Registration:
    locked.state = state
    locked.decided_by = by
    locked.decided_at = at
    locked.decision_reason = reason_given
    if verdicts is not None:
        with translation.override(settings.LANGUAGE_CODE):  # the ward's record and its letter, whoever decides
            locked.verdict = {
                "on": timezone.localdate(at).isoformat(),
                "services": {slug: reasons.verdict_as_json(verdict) for slug, verdict in verdicts.items()},
                **({"named": sorted(named)} if named else {}),
            }
    locked.save()
    add_entry(HAPPENINGS[state], family=locked.birth.family, registration=locked, by=by, at=at, facts=facts)
    issue_letter(kind=LETTERS[state], registration=locked, by=by, at=at)
    return locked


def _unmet(verdicts: dict[str, Verdict]) -> dict[str, str]:
    """Name the rules that no service finds met; where each lacks another one, those of the nearest service."""
    if not verdicts:
        return {Rule.SERVICE_OFFERED: _("No service is offered on this day.")}
    unmet = [[rule for rule in verdict.rules if not rule.met and not rule.excepted] for verdict in verdicts.values()]
    return {str(rule.rule): reasons.reason(rule) for rule in min(unmet, key=len)}


def rules_not_met(verdicts: Mapping[str, Verdict]) -> dict[str, str]:
    """Return every rule that some service finds not met, with its sentence; those of the nearest service first."""
    found = _unmet(dict(verdicts))
    for verdict in verdicts.values():
        for rule in verdict.rules:
            if not rule.met and not rule.excepted:
                found.setdefault(str(rule.rule), reasons.reason(rule))
    return found


def refuse_unnamed_rules(rules: Collection[str], verdicts: Mapping[str, Verdict]) -> None:
    """A rejection names at least one rule, and none that is met. Errors: as ``reject_application``."""
    unmet = rules_not_met(verdicts)
    if not unmet:
        sentence = _("By what is entered every condition is met. Put the facts right first; then name the rule.")
        raise Refused("rule_is_met", sentence, {"decision": sentence})
    if not rules:
        sentence = _("Please name the rule that is not met, one at least.")
        raise NotPossible("no_rule", sentence, {"rules": sentence})
    if set(rules) - unmet.keys():
        sentence = _("By what is entered this rule is met. Put the facts right first.")
        raise Refused("rule_is_met", sentence, {"rules": sentence})
