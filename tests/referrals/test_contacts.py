"""Contacts and plans, and how late they are: each kept, none changed."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from referrals.acknowledge import acknowledge_referral
from referrals.contact import plan_next_contact
from referrals.models import (
    ContactWay,
    ReferralContact,
)
from referrals.queries import inbox
from referrals.working_hours import working_days_late
from sankecare.errors import Refused

from .factories_referrals import Scene
from .steps import kinds, received, visited
from .test_working_hours import WARD

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_published")]


def test_a_contact_is_kept_with_who_how_and_what_and_plans_the_next_one(here: Scene) -> None:
    referral, next_one = received(here), timezone.localdate() + timedelta(days=7)
    contact = visited(here, referral, next_contact_on=next_one)
    referral.refresh_from_db()
    assert (contact.by, contact.met, referral.next_contact_on) == (here.nurse, "mother", next_one)
    assert kinds(referral) == ["raised", "acknowledged", "contact"]
    visited(here, referral, way=ContactWay.NOT_REACHED, met=None, text="")
    referral.refresh_from_db()
    assert referral.next_contact_on is None
    plan_next_contact(referral=referral, on=next_one, by=here.colleague, at=timezone.now())
    assert kinds(referral)[-2:] == ["contact", "planned"]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"made_at": timezone.now() + timedelta(days=2)}, "day_ahead"),
        ({"made_at": timezone.now() - timedelta(days=400)}, "before_raised"),
        ({"next_contact_on": date(2020, 1, 1)}, "day_past"),
        ({"met": None}, "no_words"),
        ({"text": " "}, "no_words"),
        ({"way": ContactWay.NOT_REACHED}, "not_met"),
    ],
)
def test_an_impossible_contact_is_refused(here: Scene, given: dict[str, object], code: str) -> None:
    referral = received(here)
    with pytest.raises(Refused) as refused:
        visited(here, referral, **given)
    assert refused.value.code == code
    assert not ReferralContact.objects.exists()


def test_a_wrong_record_stays_beside_its_one_correction(here: Scene) -> None:
    referral = received(here)
    wrong = visited(here, referral)
    right = visited(here, referral, text="顔色は悪かった", corrects=wrong, by=here.colleague)
    assert (right.by, right.recorded_by, wrong.correction) == (here.nurse, here.colleague, right)
    with pytest.raises(Refused, match="already_corrected"):
        visited(here, referral, corrects=wrong)
    with pytest.raises(DatabaseError), transaction.atomic():
        ReferralContact.objects.update(text="x")


def test_nobody_records_a_contact_before_she_has_received_it_or_after_the_end(here: Scene) -> None:
    referral = here.raised()
    with pytest.raises(Refused, match="not_in_hand"):
        visited(here, referral)


@pytest.mark.parametrize(
    ("due", "today", "days"),
    [
        ("2023-05-10", "2023-05-10", 0),
        ("2023-05-10", "2023-05-11", 1),
        ("2023-05-12", "2023-05-14", 0),  # a weekend
        ("2023-05-12", "2023-05-15", 1),
        ("2023-05-02", "2023-05-08", 1),  # three public holidays and a weekend
        ("2022-12-28", "2023-01-05", 2),  # the offices rest from 29 December to 3 January
        ("2023-05-11", "2023-05-10", 0),
    ],
)
def test_lateness_counts_working_days_alone(due: str, today: str, days: int) -> None:
    assert working_days_late(date.fromisoformat(due), date.fromisoformat(today), WARD) == days


def test_the_inbox_shows_what_is_new_what_is_late_and_by_how_many_working_days(here: Scene) -> None:
    ago = timezone.now() - timedelta(days=30)
    late, planned, unplanned = here.raised(at=ago), here.raised(at=ago), here.raised()
    for referral in (planned, unplanned):
        acknowledge_referral(referral=referral, by=here.nurse, at=timezone.now() - timedelta(days=29))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE referrals_referral SET next_contact_on = current_date - 10 WHERE id = %s", [planned.pk])
    found = inbox(here.nurse, timezone.now())
    assert [row.referral for row in found.new] == [late]
    assert found.new[0].is_late
    assert found.new[0].days_late >= 15
    assert [(row.referral, row.is_late) for row in found.in_hand] == [(planned, True), (unplanned, False)]
    assert 6 <= found.in_hand[0].days_late <= 9
    assert inbox(here.colleague, timezone.now(), hers=True).in_hand == []


def test_the_inbox_takes_the_same_queries_for_one_and_for_three(
    here: Scene, django_assert_num_queries: object
) -> None:
    for _number in range(3):
        received(here)
        with django_assert_num_queries(3):  # type: ignore[operator]
            inbox(here.nurse, timezone.now())
