"""アカウント: an administrator proposes, a second one confirms; closing alone takes one. The history keeps it."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from sankecare.errors import NotPossible, Refused, refuse_without_reason
from sankecare.transactions import in_transaction

from .account_mails import Notice, invite, tell, tell_address_given_up
from .account_policy import account_policy
from .actions import Action
from .models import AccountChange, ChangeKind, Outcome, User
from .permissions import may
from .roles import DISTRICT_ROLES, FACILITY_ROLES, Role
from .second_factor import forget_second_factor, has_second_factor
from .second_person import refuse_unfit_administrator
from .sign_in import DEMO_PREFIX

TELLS = {
    ChangeKind.CHANGE: Notice.CHANGED,
    ChangeKind.SECOND_FACTOR: Notice.FACTOR_TAKEN_BACK,
    ChangeKind.REOPEN: Notice.REOPENED,
}


def staff_accounts() -> "QuerySet[User]":
    """Return whom administrators look after: everybody but mothers, whose sign-in belongs to their family."""
    return User.objects.exclude(role=Role.MOTHER)


def changes_waiting(at: datetime) -> "QuerySet[AccountChange]":
    """Return what waits for a second administrator and has not lapsed, the oldest first."""
    since = at - timedelta(days=account_policy(timezone.localdate(at)).proposal)
    waiting = AccountChange.objects.filter(outcome=Outcome.WAITS, proposed_at__gte=since)
    return waiting.select_related("person", "facility", "district", "proposed_by").order_by("proposed_at", "pk")


# ---- Proposing ------------------------------------------------------------------------------------------------------


@in_transaction
def propose_account(
    *,
    username: str,
    last_name: str,
    first_name: str,
    email: str,
    role: str,
    facility: Model | None,
    district: Model | None,
    reason: str,
    by: User,
    at: datetime,
) -> AccountChange:
    """Propose a new account; once it is confirmed the person is invited by mail and sets her password herself.

    Errors: NotPossible ``no_reason``, ``username_impossible``, ``role_impossible``, ``place_impossible``; Refused
    ``username_taken``, ``email_taken``.
    """
    refuse_without_reason(reason)
    _refuse_impossible_name(username)
    _refuse_impossible_role(role, facility, district)
    _refuse_taken_address(email, but=None)
    _let_lapse(AccountChange.objects.filter(kind=ChangeKind.NEW, username__iexact=username), at)
    _refuse_taken_name(username)
    return AccountChange.objects.create(
        kind=ChangeKind.NEW,
        username=username,
        last_name=last_name,
        first_name=first_name,
        email=email,
        role=role,
        facility_id=_key(facility),
        district_id=_key(district),
        reason=reason,
        proposed_by=by,
        proposed_at=at,
    )


@in_transaction
def propose_change(
    *,
    person: User,
    last_name: str,
    first_name: str,
    email: str,
    role: str,
    facility: Model | None,
    district: Model | None,
    reason: str,
    by: User,
    at: datetime,
) -> AccountChange:
    """Propose another name, address, role or place for a person.

    Errors: as ``propose_account``; NotPossible ``nothing_changed``; Refused ``another_waits``, ``not_of_the_staff``.
    """
    refuse_without_reason(reason)
    _refuse_impossible_role(role, facility, district)
    locked = _of_the_staff(person)
    _refuse_taken_address(email, but=locked)
    asked = (last_name, first_name, email, role, _key(facility), _key(district))
    stands = (locked.last_name, locked.first_name, locked.email, locked.role, locked.facility_id, locked.district_id)
    if asked == stands:
        raise NotPossible("nothing_changed", _("Nothing is different from what stands already."))
    return _proposed(
        ChangeKind.CHANGE,
        locked,
        reason,
        by,
        at,
        last_name=last_name,
        first_name=first_name,
        email=email,
        email_before=locked.email if email != locked.email else "",
        role=role,
        facility_id=_key(facility),
        district_id=_key(district),
    )


@in_transaction
def propose_second_factor_reset(*, person: User, reason: str, by: User, at: datetime) -> AccountChange:
    """Propose that a lost second factor is taken back; ``reason`` says how it was made sure who asks.

    Errors: NotPossible ``no_reason``, ``no_second_factor``; Refused ``another_waits``, ``not_of_the_staff``.
    """
    refuse_without_reason(reason)
    locked = _of_the_staff(person)
    if not has_second_factor(locked):
        raise NotPossible("no_second_factor", _("This person has no second factor: there is nothing to take back."))
    return _proposed(ChangeKind.SECOND_FACTOR, locked, reason, by, at)


@in_transaction
def propose_reopening(*, person: User, reason: str, by: User, at: datetime) -> AccountChange:
    """Propose that a closed account is opened again. Errors: NotPossible ``no_reason``; Refused ``not_closed``."""
    refuse_without_reason(reason)
    locked = _of_the_staff(person)
    if locked.is_active:
        raise Refused("not_closed", _("This account is not closed."))
    return _proposed(ChangeKind.REOPEN, locked, reason, by, at)


# ---- Deciding -------------------------------------------------------------------------------------------------------


@in_transaction
def confirm(*, change: AccountChange, by: User, at: datetime) -> AccountChange:
    """Do what was proposed, by a second administrator; the person is told by mail, a new one invited.

    Errors: Refused ``already_decided``, ``proposal_lapsed``, ``proposed_by_nobody``, ``about_yourself``,
    ``username_taken``, ``email_taken``, and as ``second_person.refuse_unfit_administrator``.
    """
    locked = _waiting(change)
    assert locked.proposed_by is not None, "what the command line does is never proposed"
    if locked.proposed_at < at - timedelta(days=account_policy(timezone.localdate(at)).proposal):
        raise Refused("proposal_lapsed", _("This was proposed too long ago. Please propose it again."))
    if not may(locked.proposed_by, Action.USER_CHANGE):
        sentence = _("Who proposed this is no administrator of accounts any more. Please propose it again.")
        raise Refused("proposed_by_nobody", sentence)
    if locked.person_id == by.pk:
        raise Refused("about_yourself", _("This is about your own account: another administrator must confirm it."))
    refuse_unfit_administrator(first=locked.proposed_by, second=by, at=at)
    person = _applied(locked, at)
    locked.person = person
    _decide(locked, Outcome.CONFIRMED, by, at)
    if locked.kind == ChangeKind.NEW:
        invite(person=person, at=at)
    else:
        tell(TELLS[ChangeKind(locked.kind)], person=person, at=at)
    if locked.email_before:
        tell_address_given_up(change=locked, person=person, at=at)
    return locked


@in_transaction
def decline(*, change: AccountChange, reason: str, by: User, at: datetime) -> AccountChange:
    """Say no, with the reason; one's own proposal is thereby taken back.

    Errors: NotPossible ``no_reason``; Refused ``already_decided``.
    """
    refuse_without_reason(reason)
    locked = _waiting(change)
    locked.decision_reason = reason
    return _decide(locked, Outcome.WITHDRAWN if locked.proposed_by_id == by.pk else Outcome.DECLINED, by, at)


@in_transaction
def close_account(*, person: User, reason: str, by: User, at: datetime) -> AccountChange:
    """End a person's sign-in at once, by one administrator; her sessions end with their next request.

    Errors: NotPossible ``no_reason``; Refused ``about_yourself``, ``closed_already``, ``not_of_the_staff``.
    """
    refuse_without_reason(reason)
    if person.pk == by.pk:
        raise Refused("about_yourself", _("You cannot close your own account: another administrator must do it."))
    locked = _of_the_staff(person)
    if not locked.is_active:
        raise Refused("closed_already", _("This account is closed already."))
    locked.is_active = False
    locked.save(update_fields=["is_active"])
    tell(Notice.CLOSED, person=locked, at=at)
    return AccountChange.objects.create(
        kind=ChangeKind.CLOSE,
        person=locked,
        reason=reason,
        proposed_by=by,
        proposed_at=at,
        outcome=Outcome.CONFIRMED,
        decided_by=by,
        decided_at=at,
    )


@in_transaction
def invite_again(*, person: User, by: User, at: datetime) -> User:
    """Send the invitation once more, to the address that was confirmed. Errors: Refused ``has_a_password``."""
    locked = _of_the_staff(person)
    if locked.has_usable_password() or not locked.is_active:
        raise Refused("has_a_password", _("This person has chosen a password already, or the account is closed."))
    invite(person=locked, at=at)
    return locked


# ---- From the server's command line ---------------------------------------------------------------------------------


@in_transaction
def found_administrator(*, username: str, email: str, at: datetime) -> User:
    """Make one of the first administrators of an installation; she is invited like everybody.

    Errors: as ``propose_account``.
    """
    _refuse_impossible_name(username)
    _refuse_taken_name(username)
    _refuse_taken_address(email, but=None)
    person = User(username=username, email=email, role=Role.ACCOUNT_ADMIN, date_joined=at)
    person.set_unusable_password()
    person.full_clean(exclude=["password"])
    person.save()
    _from_the_command_line(ChangeKind.NEW, person, at)
    invite(person=person, at=at)
    return person


@in_transaction
def take_back_from_the_command_line(*, person: User, at: datetime) -> None:
    """Take back the second factor of an administrator whom nobody else can help."""
    forget_second_factor(person=person)
    _from_the_command_line(ChangeKind.SECOND_FACTOR, person, at)
    tell(Notice.FACTOR_TAKEN_BACK, person=person, at=at)


def _from_the_command_line(kind: ChangeKind, person: User, at: datetime) -> None:
    AccountChange.objects.create(
        kind=kind,
        person=person,
        username=person.username,
        email=person.email,
        role=person.role,
        reason=_("on the server, by command"),
        proposed_at=at,
        outcome=Outcome.CONFIRMED,
        decided_at=at,
    )


# ---- What is behind -------------------------------------------------------------------------------------------------


def _applied(change: AccountChange, at: datetime) -> User:
    """Do it; return whose account it is."""
    if change.kind == ChangeKind.NEW:
        _refuse_taken_name(change.username, but_of=change)
        _refuse_taken_address(change.email, but=None)
        person = User(username=change.username, date_joined=at)
        person.set_unusable_password()
        return _with_what_was_asked(person, change)
    assert change.person is not None
    person = User.objects.select_for_update(no_key=True).get(pk=change.person.pk)
    if change.kind == ChangeKind.CHANGE:
        _refuse_taken_address(change.email, but=person)
        return _with_what_was_asked(person, change)
    if change.kind == ChangeKind.SECOND_FACTOR:
        forget_second_factor(person=person)
    else:
        person.is_active = True
        person.save(update_fields=["is_active"])
    return person


def _with_what_was_asked(person: User, change: AccountChange) -> User:
    for field in ("last_name", "first_name", "email", "role", "facility_id", "district_id"):
        setattr(person, field, getattr(change, field))
    person.save()
    return person


def _proposed(kind: ChangeKind, person: User, reason: str, by: User, at: datetime, **asked: Any) -> AccountChange:
    _let_lapse(AccountChange.objects.filter(person=person), at)
    if AccountChange.objects.filter(person=person, outcome=Outcome.WAITS).exists():
        raise Refused("another_waits", _("Something else about this account waits for a second administrator."))
    return AccountChange.objects.create(
        kind=kind,
        person=person,
        username=person.username,
        reason=reason,
        proposed_by=by,
        proposed_at=at,
        **asked,
    )


def _let_lapse(changes: "QuerySet[AccountChange]", at: datetime) -> None:
    since = at - timedelta(days=account_policy(timezone.localdate(at)).proposal)
    changes.filter(outcome=Outcome.WAITS, proposed_at__lt=since).update(outcome=Outcome.LAPSED, decided_at=at)


def _waiting(change: AccountChange) -> AccountChange:
    locked = AccountChange.objects.select_for_update(of=("self",)).select_related("proposed_by").get(pk=change.pk)
    if locked.outcome != Outcome.WAITS:
        sentence = _("This was decided already: %(outcome)s.") % {"outcome": locked.get_outcome_display()}
        raise Refused("already_decided", sentence)
    return locked


def _decide(locked: AccountChange, outcome: Outcome, by: User, at: datetime) -> AccountChange:
    locked.outcome, locked.decided_by, locked.decided_at = outcome, by, at
    locked.save(update_fields=["person", "outcome", "decided_by", "decided_at", "decision_reason"])
    return locked


def _of_the_staff(person: User) -> User:
    locked = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if locked.role == Role.MOTHER:
        raise Refused("not_of_the_staff", _("A mother's sign-in belongs to her family: ward staff look after it."))
    return locked


def _refuse_impossible_name(username: str) -> None:
    try:
        UnicodeUsernameValidator()(username)
    except ValidationError:
        sentence = _("Letters, digits and @ . + - _ only, without spaces.")
        raise NotPossible("username_impossible", sentence, {"username": sentence}) from None
    if username.lower().startswith(DEMO_PREFIX):
        sentence = _("Names that begin with “demo-” belong to the demo.")
        raise NotPossible("username_impossible", sentence, {"username": sentence})


def _refuse_taken_name(username: str, but_of: AccountChange | None = None) -> None:
    waiting = AccountChange.objects.filter(kind=ChangeKind.NEW, outcome=Outcome.WAITS, username__iexact=username)
    if but_of is not None:
        waiting = waiting.exclude(pk=but_of.pk)
    if waiting.exists() or User.objects.filter(username__iexact=username).exists():
        sentence = _("Somebody signs in with this name already, or is proposed with it.")
        raise Refused("username_taken", sentence, {"username": sentence})


def _refuse_taken_address(email: str, *, but: User | None) -> None:
    """Of the staff an address leads to one person: a forgotten password is answered there."""
    others = staff_accounts().filter(email__iexact=email, is_active=True)
    if not email or (others.exclude(pk=but.pk) if but is not None else others).exists():
        sentence = _("An address of her own is needed: this one belongs to another member of staff.")
        sentence = sentence if email else _("An e-mail address is needed: the invitation goes to it.")
        raise Refused("email_taken", sentence, {"email": sentence})


def _refuse_impossible_role(role: str, facility: Model | None, district: Model | None) -> None:
    if role == Role.MOTHER or role not in Role.values:
        sentence = _("Mothers sign up themselves, with a code to their address.")
        raise NotPossible("role_impossible", sentence, {"role": sentence})
    if (role in FACILITY_ROLES) != (facility is not None):
        sentence = _("An operator or facility manager belongs to one facility; others to none.")
        raise NotPossible("place_impossible", sentence, {"facility": sentence})
    if role in DISTRICT_ROLES and district is None:
        sentence = _("A health nurse or caseworker belongs to one district.")
        raise NotPossible("place_impossible", sentence, {"district": sentence})
    if district is not None and role not in (*DISTRICT_ROLES, Role.WARD_STAFF):
        sentence = _("Only ward staff, health nurses and caseworkers belong to a district.")
        raise NotPossible("place_impossible", sentence, {"district": sentence})


def _key(place: Model | None) -> int | None:
    return None if place is None else int(place.pk)
