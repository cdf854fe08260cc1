"""A look behind the protection: who is named sees the address; anybody else asks, a second person opens, it closes."""

from datetime import date, datetime, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.actions import Action
from accounts.models import User
from accounts.permissions import may_on
from accounts.second_person import refuse_unfit_for_a_look
from enrollment.confidential import Address, address_behind
from enrollment.models import BreakGlass, Family, Protection, TimelineEvent
from enrollment.timeline import add_entry
from sankecare.errors import NotPossible, Refused, refuse_without_reason
from sankecare.transactions import in_transaction

from .ending import locked_in_force

# Own defaults, docs/rules.md: long enough for a telephone call; an ask that nobody opened in a day is asked anew.
OPEN_FOR = timedelta(minutes=30)
ASK_LASTS = timedelta(days=1)


@in_transaction
def name_person(*, protection: Protection, person: User, by: User, at: datetime) -> None:
    """Name a person who may see the address without asking. Naming her again changes nothing.

    Errors: Refused ``not_protected`` where it has ended; NotPossible ``cannot_be_named`` for somebody who could not
    open the family's page; as ``refuse_unfit_for_a_look``: who names herself, or whom she names has made up.
    """
    same = _("You cannot name yourself: a second person must do it.")
    refuse_unfit_for_a_look(first=person, second=by, at=at, same=same, field="person")
    locked = locked_in_force(protection)
    if not may_on(person, Action.PROTECTION_SEE, locked.family):
        sentence = _("This person has no access to this family: she cannot be named.")
        raise NotPossible("cannot_be_named", sentence, {"person": sentence})
    if not locked.named.filter(pk=person.pk).exists():
        locked.named.add(person)
        add_entry(TimelineEvent.NAMED, family=locked.family, by=by, at=at, facts={"person": person.pk})


@in_transaction
def unname_person(*, protection: Protection, person: User, by: User, at: datetime) -> None:
    """Take a person off the named ones: from now on she asks like everybody."""
    locked = locked_in_force(protection)
    if locked.named.filter(pk=person.pk).exists():
        locked.named.remove(person)
        add_entry(TimelineEvent.UNNAMED, family=locked.family, by=by, at=at, facts={"person": person.pk})


@in_transaction
def ask_to_look(*, protection: Protection, reason: str, by: User, at: datetime) -> BreakGlass:
    """Ask to see the address, with the reason; a second person opens it. Errors: NotPossible ``no_reason``."""
    refuse_without_reason(reason)
    locked = locked_in_force(protection)
    waiting = asks_waiting(locked, at).filter(asked_by=by).first()
    if waiting is not None:
        return waiting
    ask = BreakGlass.objects.create(protection=locked, asked_by=by, asked_at=at, reason=reason)
    add_entry(TimelineEvent.LOOK_ASKED, family=locked.family, by=by, at=at, facts={"ask": ask.pk})
    return ask


@in_transaction
def open_for_look(*, ask: BreakGlass, by: User, at: datetime) -> BreakGlass:
    """Open the address for who asked, for OPEN_FOR; it closes by itself.

    Errors: Refused ``not_protected``, ``already_opened``, ``ask_lapsed``, and as ``refuse_unfit_for_a_look``.
    """
    whole = BreakGlass.objects.select_for_update(of=("self",)).select_related("protection__family", "asked_by")
    locked = whole.get(pk=ask.pk)
    same = _("You asked for it: a second person must open it.")
    refuse_unfit_for_a_look(first=locked.asked_by, second=by, at=at, same=same)
    locked_in_force(locked.protection)
    if locked.opened_at is not None:
        raise Refused("already_opened", _("This has been opened already."))
    if at - locked.asked_at > ASK_LASTS:
        raise Refused("ask_lapsed", _("This was asked more than a day ago. Please ask again."))
    locked.opened_by, locked.opened_at, locked.closes_at = by, at, at + OPEN_FOR
    locked.save(update_fields=["opened_by", "opened_at", "closes_at"])
    family = locked.protection.family
    add_entry(
        TimelineEvent.LOOK_OPENED, family=family, by=by, at=at, facts={"ask": locked.pk, "person": locked.asked_by_id}
    )
    return locked


def asks_waiting(protection: Protection, at: datetime) -> "QuerySet[BreakGlass]":
    """Return what was asked and not opened yet, and has not lapsed."""
    return protection.break_glasses.filter(opened_at__isnull=True, asked_at__gte=at - ASK_LASTS)


def open_now(protection: Protection, person: User, at: datetime) -> BreakGlass | None:
    """Return the look that is open for the person at this moment, or None."""
    return protection.break_glasses.filter(asked_by=person, opened_at__lte=at, closes_at__gt=at).first()


def confidential_address_for(*, person: User, family: Family, day: date, at: datetime) -> Address:
    """Return where a protected family lives on the day, to a named person, or while a look is open for her.

    The caller writes the look down, as a sensitive one, before it shows anything.
    Errors: Refused ``not_protected``, ``not_named``, ``no_address``.
    """
    protection = Protection.in_force.filter(family=family).first()
    if protection is None:
        raise Refused("not_protected", _("This family is not under protection."))
    if not protection.named.filter(pk=person.pk).exists() and open_now(protection, person, at) is None:
        raise Refused("not_named", _("The address is not open for you. Ask for it with the reason."))
    address = address_behind(family, day)
    if address is None:
        raise Refused("no_address", _("No address in the ward today"))
    return address
