"""連絡・訪問: contacts with the family, and when the next one is planned."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from sankecare.errors import NotPossible, Refused
from sankecare.transactions import in_transaction

from .models import ContactWay, EventKind, Met, Referral, ReferralContact, ReferralEvent
from .sending import lock_referral, refuse_unless_addressed, refuse_unless_in_hand


@in_transaction
def record_contact(
    *,
    referral: Referral,
    made_at: datetime,
    way: ContactWay,
    by: User,
    at: datetime,
    met: Met | None = None,
    text: str = "",
    next_contact_on: date | None = None,
    corrects: ReferralContact | None = None,
) -> ReferralContact:
    """Record a contact with the family, or that it was tried; the next one is planned with it, or none is.

    ``corrects``: an earlier record that was wrong; it stays, with what it said.

    Errors: NotPossible ``day_ahead``, ``before_raised``, ``day_past``, ``no_words``, ``not_met``; Refused
    ``not_in_hand``, ``sent_on``, ``already_corrected``.
    """
    kept = lock_referral(referral, at=at)
    refuse_unless_addressed(kept, by=by, at=at)
    refuse_unless_in_hand(kept)
    _refuse_impossible_moment(kept, made_at, at)
    _refuse_past_plan(next_contact_on, at)
    _refuse_without_words(way, met, text)
    if corrects is not None and ReferralContact.objects.filter(corrects=corrects).exists():
        raise Refused("already_corrected", _("This record has been corrected already."))
    contact = ReferralContact.objects.create(
        referral=kept,
        at=made_at,
        way=way,
        met="" if met is None else met,
        by=corrects.by if corrects else by,
        text=text.strip(),
        next_contact_on=next_contact_on,
        recorded_at=at,
        recorded_by=by,
        corrects=corrects,
    )
    kept.next_contact_on = next_contact_on
    kept.save(update_fields=["next_contact_on"])
    ReferralEvent.objects.create(referral=kept, kind=EventKind.CONTACT, by=by, at=at, day=next_contact_on)
    return contact


@in_transaction
def plan_next_contact(*, referral: Referral, on: date, by: User, at: datetime) -> Referral:
    """Plan when the family is contacted next.

    Errors: NotPossible ``day_past``; Refused ``not_in_hand``, ``sent_on``.
    """
    kept = lock_referral(referral, at=at)
    refuse_unless_addressed(kept, by=by, at=at)
    refuse_unless_in_hand(kept)
    _refuse_past_plan(on, at)
    kept.next_contact_on = on
    kept.save(update_fields=["next_contact_on"])
    ReferralEvent.objects.create(referral=kept, kind=EventKind.PLANNED, by=by, at=at, day=on)
    return kept


def _refuse_impossible_moment(locked: Referral, made_at: datetime, at: datetime) -> None:
    if made_at > at:
        words = _("This moment has not come yet. A planned contact is entered as the next one.")
        raise NotPossible("day_ahead", words, {"made_at": words})
    if timezone.localdate(made_at) < timezone.localdate(locked.raised_at):
        words = _("This is before the request was raised. Please check the date.")
        raise NotPossible("before_raised", words, {"made_at": words})


def _refuse_past_plan(on: date | None, at: datetime) -> None:
    if on is not None and on < timezone.localdate(at):
        words = _("This day has passed. Please choose today or a later day.")
        raise NotPossible("day_past", words, {"next_contact_on": words})


def _refuse_without_words(way: ContactWay, met: Met | None, text: str) -> None:
    if way == ContactWay.NOT_REACHED:
        if met is not None:
            words = _("Who was spoken with, if nobody was reached?")
            raise NotPossible("not_met", words, {"met": words})
        return
    missing = {}
    if met is None:
        missing["met"] = _("Choose with whom.")
    if not text.strip():
        missing["text"] = _("Say in a few words what was said and seen.")
    if missing:
        raise NotPossible("no_words", next(iter(missing.values())), missing)
