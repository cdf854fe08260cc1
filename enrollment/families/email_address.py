"""メールアドレスの変更: a mother has one address, by which she signs in and is told. It changes in one operation.

By her: with a code to the old and one to the new address. By ward staff: with the proof that it is she who asks.
An account without anything in it that she made with the new address is closed, and what she began there goes along.
"""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from accounts.account_mails import Notice, tell, tell_address_given_up
from accounts.models import EmailChange, User, Way
from accounts.roles import Role
from enrollment.models import ApplicationDraft, EvidenceFile, Family, TimelineEvent
from enrollment.timeline import add_entry
from sankecare.email_addresses import same_address
from sankecare.errors import NotPossible, Refused, refuse_without_reason
from sankecare.transactions import in_transaction


@in_transaction
def change_by_codes(*, address: str, by: User, at: datetime) -> EmailChange:
    """The mother's own change, after both codes were right.

    Errors: NotPossible ``nothing_changed``; Refused ``address_of_another_family``, ``not_a_mother``.
    """
    return _changed(EmailChange(person=by, after=address, way=Way.CODES, by=by, at=at))


@in_transaction
def change_with_proof(*, family: Family, address: str, proof: str, by: User, at: datetime) -> EmailChange:
    """Staff change it for her, having seen the proof. A family without a sign-in gets one by its address.

    Her sessions and passkeys end: nobody can say who holds the devices of before.

    Errors: NotPossible ``no_reason``, ``nothing_changed``; Refused ``address_of_another_family``.
    """
    refuse_without_reason(proof, field="proof")
    locked = Family.objects.select_for_update(no_key=True).get(pk=family.pk)
    if locked.account is None:
        return _given_a_sign_in(locked, address, proof, by, at)
    Authenticator.objects.filter(user=locked.account).delete()
    return _changed(EmailChange(person=locked.account, after=address, way=Way.PROOF, proof=proof, by=by, at=at))


def _changed(change: EmailChange) -> EmailChange:
    """Do what the row says, and write it."""
    address, by, at = change.after, change.by, change.at
    mother, other = _locked(change.person, address)
    if mother.role != Role.MOTHER:
        raise Refused("not_a_mother", _("Only a mother's sign-in is changed here."))
    if mother.email.lower() == address.lower():
        sentence = _("This is the address of now.")
        raise NotPossible("nothing_changed", sentence, {"address": sentence})
    change.before = mother.email
    try:
        with transaction.atomic():
            _move(mother, other, address)
    except IntegrityError:  # at this moment somebody signed in with the new address for the first time
        mother, other = _locked(change.person, address)
        _move(mother, other, address)
    change.save()
    family = Family.objects.filter(account=mother).first()
    if family is not None:
        add_entry(TimelineEvent.EMAIL_CHANGED, family=family, by=by, at=at, facts={"way": change.way})
    tell(Notice.EMAIL_CHANGED, person=mother, at=at)
    if change.before:
        tell_address_given_up(change=change, person=mother, at=at)
    return change


def _move(mother: User, other: User | None, address: str) -> None:
    if other is not None:
        _take_over(other, mother)
    mother.email = address
    mother.save(update_fields=["email"])


def _given_a_sign_in(family: Family, address: str, proof: str, by: User, at: datetime) -> EmailChange:
    """The account that she made with the address already, where it is empty, or a new one."""
    found = User.objects.select_for_update(no_key=True).filter(same_address(address), role=Role.MOTHER).first()
    if found is not None:
        _refuse_another_family(found)
    person = found or _new_mother(address, at)
    change = EmailChange.objects.create(
        person=person, before=family.email, after=address, way=Way.PROOF, proof=proof, by=by, at=at
    )
    family.account, family.email = person, ""
    family.save(update_fields=["account", "email"])
    add_entry(TimelineEvent.EMAIL_CHANGED, family=family, by=by, at=at, facts={"way": Way.PROOF.value})
    tell(Notice.EMAIL_CHANGED, person=person, at=at)
    return change


def _new_mother(address: str, at: datetime) -> User:
    person = User(username=f"mother-{get_random_string(12).lower()}", email=address, role=Role.MOTHER, date_joined=at)
    person.set_unusable_password()
    person.save()
    return person


def _locked(person: User, address: str) -> tuple[User, User | None]:
    """Lock both accounts in the order of their ids; return hers and the other one of the address, if there is one."""
    asked = Q(pk=person.pk) | (same_address(address) & Q(role=Role.MOTHER))
    found = list(User.objects.select_for_update(no_key=True).filter(asked).order_by("pk"))
    hers = next(one for one in found if one.pk == person.pk)
    return hers, next((one for one in found if one.pk != person.pk), None)


def _take_over(other: User, mother: User) -> None:
    """The account that was made by signing in with the new address is hers: it is closed, its beginnings go along.

    Errors: Refused ``address_of_another_family`` where a family stands behind it.
    """
    _refuse_another_family(other)
    if not ApplicationDraft.objects.filter(account=mother).exists():
        ApplicationDraft.objects.filter(account=other).update(account=mother)
    EvidenceFile.objects.filter(uploaded_by=other, family=None).update(uploaded_by=mother)
    Authenticator.objects.filter(user=other).delete()
    other.email, other.is_active = "", False
    other.save(update_fields=["email", "is_active"])


def _refuse_another_family(other: User) -> None:
    if Family.objects.filter(account=other).exists():
        sentence = _(
            "With this address another entry of a family signs in. If it is the same family, the ward joins the two "
            "entries."
        )
        raise Refused("address_of_another_family", sentence, {"address": sentence})
