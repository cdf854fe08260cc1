"""How a referral ends and is taken up again, and what the facility is told of it."""

from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from referrals.acknowledge import acknowledge_referral
from referrals.models import (
    EventKind,
    Outcome,
    Referral,
    ReferralEvent,
    ReferralState,
)
from referrals.share import share_with_facility
from sankecare.errors import Refused
from tests import builders
from tests.fixtures_opened_page import Opened

from .factories_referrals import Scene
from .steps import close_referral, kinds, received, reopen_referral, sent_on, visited

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_published")]


def test_closed_with_a_coded_outcome_taken_up_again_with_a_reason_and_closed_anew(here: Scene) -> None:
    referral, now = received(here), timezone.now()
    visited(here, referral, next_contact_on=timezone.localdate() + timedelta(days=3))
    ending = {"kind": Outcome.SETTLED, "outcome": "落ち着いた", "by": here.nurse, "at": now}
    close_referral(referral=referral, plan_called_off=True, **ending)
    referral.refresh_from_db()
    assert (referral.state, referral.outcome_kind, referral.next_contact_on) == ("closed", "settled", None)
    reopen_referral(referral=referral, reason="再び不眠", by=here.colleague, at=now)
    referral.refresh_from_db()
    assert (referral.state, referral.in_charge, referral.acknowledged_by) == (
        "acknowledged",
        here.colleague,
        here.nurse,
    )
    assert (referral.ended_at, referral.outcome) == (None, "")
    close_referral(referral=referral, kind=Outcome.MEDICAL, outcome="医療へ", by=here.colleague, at=now)
    ends = referral.events.filter(kind=EventKind.CLOSED).order_by("pk")
    assert [(end.outcome_kind, end.text) for end in ends] == [("settled", "落ち着いた"), ("medical", "医療へ")]
    assert kinds(referral) == ["raised", "acknowledged", "contact", "called_off", "closed", "reopened", "closed"]


def test_a_closed_one_is_not_taken_up_beside_another_about_the_same_and_the_page_says_which(here: Scene) -> None:
    first, now = received(here), timezone.now()
    close_referral(referral=first, kind=Outcome.SETTLED, outcome="落ち着いた", by=here.nurse, at=now)
    second = here.raised(booking=here.booking)
    client = Client()
    client.force_login(here.nurse)
    answer = Opened(client, reverse("nurse:reopen", args=[first.pk])).send(reason="再び不眠")
    assert answer.status_code in (409, 422)
    assert second.number in answer.content.decode()
    assert "再び不眠" in answer.content.decode(), "what was typed is lost"
    first.refresh_from_db()
    assert first.state == "closed"


@pytest.mark.parametrize("does", ["close", "send on"])
def test_a_planned_contact_is_not_dropped_without_a_word(here: Scene, does: str) -> None:
    """The kind's example: closed with a visit still planned, and the plan was gone."""
    referral, day = received(here), timezone.localdate() + timedelta(days=3)
    visited(here, referral, next_contact_on=day)
    page = reverse("nurse:close" if does == "close" else "nurse:redirect", args=[referral.pk])
    client = Client()
    client.force_login(here.nurse)
    opened = Opened(client, page)
    given = (
        {"kind": "settled", "outcome": "落ち着いた"} if does == "close" else {"recipient": "caseworker", "reason": "x"}
    )
    answer = opened.send(**given)
    referral.refresh_from_db()
    assert (answer.status_code, referral.next_contact_on) == (422, day)
    assert opened.send(plan_called_off="on", **given).status_code in (200, 404)
    referral.refresh_from_db()
    assert referral.next_contact_on is None
    assert referral.events.get(kind=EventKind.CALLED_OFF).day == day


def test_a_contact_that_is_planned_for_later_stays_planned_while_another_is_recorded(here: Scene) -> None:
    referral, day = received(here), timezone.localdate() + timedelta(days=3)
    visited(here, referral, next_contact_on=day)
    client = Client()
    client.force_login(here.nurse)
    Opened(client, reverse("nurse:contact", args=[referral.pk])).send(way="phone", met="mother", text="電話で話した")
    referral.refresh_from_db()
    assert (referral.next_contact_on, referral.contacts.count()) == (day, 2)


def test_a_referral_is_raised_once_and_its_events_tell_no_reason_less_step(here: Scene) -> None:
    referral = received(here)
    for given in ({"kind": "raised", "by": here.nurse}, {"kind": "shared", "by": here.nurse}, {"kind": "contact"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ReferralEvent.objects.create(referral=referral, at=timezone.now(), **given)


def test_closing_without_a_code_is_refused_by_the_database(here: Scene) -> None:
    referral = received(here)
    with pytest.raises(IntegrityError), transaction.atomic():
        Referral.objects.filter(pk=referral.pk).update(
            state="closed", outcome="x", ended_at=timezone.now(), ended_by=here.nurse
        )


def test_words_for_the_facility_are_kept_one_after_the_other(here: Scene) -> None:
    referral, now = received(here), timezone.now()
    for text in ("お会いできました。", "支援につながりました。"):
        with transaction.atomic():
            share_with_facility(referral=referral, text=text, by=here.nurse, at=now)
    assert list(referral.events.filter(kind=EventKind.SHARED).values_list("text", flat=True)) == [
        "お会いできました。",
        "支援につながりました。",
    ]
    new = here.raised()
    with pytest.raises(Refused, match="not_in_hand"), transaction.atomic():
        share_with_facility(referral=new, text="x", by=here.nurse, at=now)


def test_every_state_change_that_no_step_makes_is_refused_by_the_database(here: Scene) -> None:
    referral = received(here)
    close_referral(referral=referral, kind=Outcome.OTHER, outcome="x", by=here.nurse, at=timezone.now())
    for state in ("raised", "withdrawn"):
        with pytest.raises(DatabaseError), transaction.atomic():
            Referral.objects.filter(pk=referral.pk).update(state=state)
    assert Referral.objects.get().state == ReferralState.CLOSED


def test_the_first_time_received_is_what_counts_for_the_answer(here: Scene) -> None:
    raised_at = datetime(2023, 5, 10, 10, tzinfo=builders.TOKYO)
    referral = here.raised(at=raised_at)
    acknowledge_referral(referral=referral, by=here.nurse, at=raised_at + timedelta(hours=1))
    sent_on(referral, here.nurse)
    first = referral.events.filter(kind=EventKind.ACKNOWLEDGED).earliest("at")
    assert first.at - referral.raised_at == timedelta(hours=1)
