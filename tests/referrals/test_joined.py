"""続報: words or an assessment are required, and a family has one open request for one cause with one section."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from care.models import Assessment
from referrals.acknowledge import acknowledge_referral
from referrals.models import Concern, EventKind, Ground, RecipientKind, Referral, ReferralAddition, Urgency
from sankecare import outbox
from sankecare.errors import NotPossible
from tests.referrals.factories_referrals import SEEN, Scene
from tests.referrals.steps import close_referral

pytestmark = pytest.mark.django_db(transaction=True)


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def asked(here: Scene, **given: Any) -> dict[str, Any]:
    return {
        "booking": here.booking.pk,
        "recipient": RecipientKind.HEALTH_NURSE,
        "concerns": [Concern.MOOD],
        "ground": Ground.CONSENT,
        "what_was_seen": SEEN,
    } | given


def post(person: User, body: dict[str, Any], key: str | None) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return client_of(person).post("/api/v1/referrals/", body, content_type="application/json", headers=headers)


def test_the_same_post_sixteen_times_is_one_request_and_one_mail_a_person(here: Scene) -> None:
    """The kind's example: 16 requests in 87 seconds, 16 mails."""
    numbers = {post(here.operator, asked(here), f"key-{number}").json()["id"] for number in range(16)}
    outbox.take_all(at=timezone.now())
    assert (len(numbers), Referral.objects.count(), ReferralAddition.objects.count()) == (1, 1, 0)
    assert sorted(address for one in mail.outbox for address in one.to) == ["colleague@ward.test", "nurse@ward.test"]


def test_further_words_join_the_open_request_and_may_make_it_more_urgent(here: Scene) -> None:
    first = here.raised()
    acknowledge = transaction.atomic()(acknowledge_referral)
    acknowledge(referral=first, by=here.nurse, at=timezone.now())
    again = here.raised(
        booking=here.booking, what_was_seen="朝、泣いていた", urgency=Urgency.TODAY, concerns=[Concern.EXHAUSTION]
    )
    assert (again.pk, Referral.objects.get().urgency) == (first.pk, Urgency.TODAY)
    assert again.events.filter(kind=EventKind.ADDED).count() == 1
    page = client_of(here.nurse).get(reverse("nurse:referral", args=[first.pk])).text
    assert all(words in page for words in (SEEN, "朝、泣いていた"))
    outbox.take_all(at=timezone.now())
    assert [one.to for one in mail.outbox] == [["nurse@ward.test"]]
    with pytest.raises(DatabaseError), transaction.atomic():
        Referral.objects.update(urgency=Urgency.NORMAL)


def test_another_section_and_another_cause_are_requests_of_their_own(here: Scene) -> None:
    first = here.raised()
    scores = _assessed(here)
    assert (
        len(
            {
                first.pk,
                here.raised(booking=here.booking, recipient=RecipientKind.CASEWORKER).pk,
                here.raised(booking=here.booking, cause=scores).pk,
            }
        )
        == 3
    )


def test_once_it_is_closed_a_new_one_begins(here: Scene) -> None:
    first = here.raised()
    transaction.atomic()(acknowledge_referral)(referral=first, by=here.nurse, at=timezone.now())
    close_referral(referral=first, kind="settled", outcome="落ち着いた", by=here.nurse, at=timezone.now())
    assert here.raised().pk != first.pk


def test_without_words_and_without_an_assessment_nothing_is_raised(here: Scene) -> None:
    with pytest.raises(NotPossible) as refused:
        here.raised(what_was_seen="  ")
    assert refused.value.code == "say_what"
    assert here.raised(booking=here.booking, what_was_seen="", cause=_assessed(here)).origin == "assessment"
    answer = client_of(here.operator).post(
        reverse("operator:referral-new", args=[here.booking.pk]),
        {"key": "k", "recipient": "health_nurse", "concerns": ["mood"], "urgency": "soon", "ground": "consent"},
    )
    assert (answer.status_code, "ご自身の言葉" in answer.text) == (422, True)
    assert post(here.operator, asked(here, what_was_seen=""), "k").json()["code"] == "say_what"


def test_the_database_keeps_both_promises(here: Scene) -> None:
    here.raised()
    copy = (
        """INSERT INTO referrals_referral SELECT (jsonb_populate_record(r, %s::jsonb)).* FROM referrals_referral r"""
    )
    for changed in ('{"id": 900}', '{"id": 901, "what_was_seen": " ", "asked_of": "caseworker"}'):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(copy, [changed])


def test_a_write_without_its_key_is_refused(here: Scene) -> None:
    answer = post(here.operator, asked(here), None)
    assert (answer.status_code, answer.json()["code"], Referral.objects.count()) == (400, "idempotency_key_missing", 0)


def _assessed(here: Scene) -> Assessment:
    now = timezone.now()
    return Assessment.objects.create(
        stay=here.booking.stay,
        assessed_on=timezone.localdate() + timedelta(0),
        total=12,
        item_10=1,
        recorded_at=now,
        recorded_by=here.operator,
    )
