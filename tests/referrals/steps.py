"""The steps of the work on a referral, each in a transaction of its own, as the pages make them."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.core import mail
from django.db import transaction
from django.utils import timezone

from accounts.permissions import visible
from referrals.acknowledge import acknowledge_referral
from referrals.close import close_referral, reopen_referral
from referrals.contact import record_contact
from referrals.hand_over import hand_over_referral
from referrals.models import ContactWay, Met, RecipientKind, Referral, ReferralContact
from referrals.redirect import redirect_referral
from sankecare import outbox
from tests import builders

from .factories_referrals import Scene


def _alone(step: Callable[..., Any]) -> Callable[..., Any]:
    def do(**given: Any) -> Any:
        with transaction.atomic():
            return step(**given)

    return do


close_referral = _alone(close_referral)
reopen_referral = _alone(reopen_referral)
record_contact = _alone(record_contact)
redirect_referral = _alone(redirect_referral)
hand_over = _alone(hand_over_referral)


def received(here: Scene) -> Referral:
    return acknowledge_referral(referral=here.raised(), by=here.nurse, at=timezone.now())


def visited(here: Scene, referral: Referral, **given: object) -> ReferralContact:
    now = timezone.now()
    asked = {"made_at": now, "way": ContactWay.HOME_VISIT, "met": Met.MOTHER, "text": "顔色がよかった"}
    return record_contact(referral=referral, **(asked | {"by": here.nurse, "at": now} | given))


def sent_on(referral: Referral, by: object, **given: object) -> Referral:
    asked = {"recipient": RecipientKind.CASEWORKER, "district": None, "reason": "児童福祉の支援が要る"}
    return redirect_referral(referral=referral, **(asked | {"by": by, "at": timezone.now()} | given))


def kinds(referral: Referral) -> list[str]:
    return list(referral.events.order_by("pk").values_list("kind", flat=True))


def seen_by(person: object) -> set[int]:
    return set(visible(person, "referral.work", Referral.objects.all()).values_list("pk", flat=True))


def mailed() -> list[str]:
    outbox.take_all(at=timezone.now())
    return sorted(message.to[0] for message in mail.outbox)


def moved(referral: Referral, on: date, to: str = "kitazawa") -> None:
    """The family lives in another district from the day on."""
    left_the_ward(referral, on)
    town = builders.town("北沢", to)
    referral.family.residences.create(period=(on, None), town=town, district=builders.district(to))


def left_the_ward(referral: Referral, on: date) -> None:
    """The family lives in the ward no more from the day on."""
    lived = referral.family.residences.get()
    lived.period = (lived.period.lower, on)
    lived.save()
