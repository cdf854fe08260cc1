"""引継ぎ: what a person has in hand goes to a colleague of the same section, or of the one that is its deputy."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from sankecare import outbox
from sankecare.errors import NotPossible, Refused
from sankecare.transactions import in_transaction

from .announce import REFERRAL_HANDED
from .models import EventKind, Referral, ReferralEvent, ReferralState
from .sending import district_now, is_deputy, lock_referral, refuse_unless_in_hand


@in_transaction
def hand_over_referral(*, referral: Referral, to: User, by: User, at: datetime) -> Referral:
    """Give a referral in hand to a colleague: by who has it, or by a supervisor where that person has left.

    The colleague is told once. Errors: NotPossible ``not_of_section``; Refused ``not_in_hand``, ``not_hers``.
    """
    event = _hand_over(referral, to=to, by=by, at=at)
    _tell(to, event, at)
    return event.referral


@in_transaction
def hand_over_all_referrals(*, of: User, to: User, by: User, at: datetime) -> list[Referral]:
    """Give everything that a person has in hand and the colleague may take to her, all or nothing; told once.

    She may take what is with her section, and what is with one that her section is the deputy of.
    Errors: as ``hand_over_referral``; Refused ``nothing_in_hand``.
    """
    in_hand = Referral.objects.filter(in_charge=of, state=ReferralState.ACKNOWLEDGED, recipient=to.role)
    events = [_hand_over(row, to=to, by=by, at=at) for row in _of_section(in_hand.order_by("pk"), to, at)]
    if not events:
        raise Refused("nothing_in_hand", _("%(person)s has nothing in hand there.") % {"person": of})
    _tell(to, events[0], at)
    return [event.referral for event in events]


def has_left(person: User, referral: Referral, at: datetime) -> bool:
    """Tell whether the person signs in no more, or belongs to another section than the one that has the referral.

    Nor to that section's deputy. Two queries.
    """
    if person.role != referral.recipient or not person.is_active:
        return True
    district = district_now(referral, at).pk
    return person.district_id != district and not is_deputy(person, district, at)


def _hand_over(referral: Referral, *, to: User, by: User, at: datetime) -> ReferralEvent:
    kept = lock_referral(referral, at=at)
    refuse_unless_in_hand(kept)
    holder = kept.in_charge
    assert holder is not None  # the database keeps it: whoever received it
    if by != holder and not (by.role == Role.SUPERVISOR and has_left(holder, kept, at)):
        raise Refused(
            "not_hers",
            _("%(number)s is handed over by %(person)s, or by a supervisor once that person has left.")
            % {"number": kept.number, "person": holder},
        )
    if to == holder or has_left(to, kept, at):
        words = _("Choose somebody of the same section, or of its deputy, who works there now.")
        raise NotPossible("not_of_section", words, {"to": words})
    kept.in_charge = to
    kept.save(update_fields=["in_charge"])
    return ReferralEvent.objects.create(referral=kept, kind=EventKind.HANDED_OVER, by=by, at=at, person=to)


def _of_section(rows: Iterable[Referral], to: User, at: datetime) -> list[Referral]:
    return [row for row in rows if not has_left(to, row, at)]


def _tell(to: User, event: ReferralEvent, at: datetime) -> None:
    outbox.enqueue(
        kind=REFERRAL_HANDED,
        recipient=f"user:{to.pk}",
        dedupe_key=f"{REFERRAL_HANDED}:{event.pk}",
        payload={"person": to.pk, "event": event.pk},
        at=at,
    )
