"""今日の対応: what is due in a district and at a house, with numbers that lead there."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessLogEntry
from accounts.roles import Role
from billing.models import Claim, ClaimState
from care.models import ManualAcknowledgement
from enrollment.models import DespairNote, HardNews
from pages.facility.home.due_at_house import due_at
from referrals.acknowledge import acknowledge_referral
from referrals.contact import plan_next_contact
from referrals.models import EventKind, Referral, ReferralEvent, ReferralState
from tests import builders
from tests.as_owner import as_owner
from tests.factories_two_families import World, two_worlds

pytestmark = pytest.mark.django_db


@pytest.fixture
def own() -> World:
    return two_worlds()[0]


def client_of(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def at_house(person: Any) -> dict[str, Any]:
    return {str(due.label): due for due in due_at(person, timezone.now())}


def in_district(person: Any) -> dict[str, Any]:
    context = client_of(person).get(reverse("nurse:inbox")).context
    return {str(due.label): due for group in context["graded"] for due in group.rows} | {
        str(due.label): due for due in context["nothing"]
    }


# ---- At a house -----------------------------------------------------------------------------------------------------


def test_a_manager_begins_with_what_is_due_and_the_board_is_one_touch_away(own):
    client = client_of(own.people[Role.FACILITY_MANAGER])
    assert client.get(reverse("accounts:landing")).url == reverse("operator:due")
    page = client.get(reverse("operator:due"))
    assert "今日の対応" in page.text
    assert reverse("operator:day") in page.text


def test_a_midwife_begins_with_the_board(own):
    client = client_of(own.people[Role.OPERATOR])
    assert client.get(reverse("accounts:landing")).url == reverse("operator:day")
    assert reverse("operator:due") in client.get(reverse("operator:day")).text


def test_months_are_handed_in_by_managers_alone(own):
    assert "提出していない月" in at_house(own.people[Role.FACILITY_MANAGER])
    assert "提出していない月" not in at_house(own.people[Role.OPERATOR])


def test_a_month_that_the_ward_gave_back_is_late_with_a_way_to_it(own):
    manager = own.people[Role.FACILITY_MANAGER]
    Claim.objects.filter(facility=manager.facility).update(state=ClaimState.RETURNED)
    due = at_house(manager)["区から差し戻された月"]
    months = Claim.objects.filter(facility=manager.facility).values_list("month", flat=True)
    assert due.count == len(months) > 0
    assert reverse("operator:claim", args=[f"{months[0]:%Y-%m}"]) in [one.url for one in due.direct]


def test_words_of_a_district_wait_until_somebody_of_the_house_has_opened_them(own):
    operator, words = own.people[Role.OPERATOR], "まだだれも読んでいない地域からの連絡"
    before = at_house(operator)[words].count
    referral = own.objects["referrals.Referral"]
    ReferralEvent.objects.create(
        referral=referral,
        kind=EventKind.SHARED,
        at=timezone.now() - timedelta(minutes=5),
        by=own.people[Role.HEALTH_NURSE],
        text="お母さんと話せました",
    )
    assert at_house(operator)[words].count == max(before, 1)
    client_of(operator).get(reverse("operator:referral", args=[referral.pk]))
    assert AccessLogEntry.objects.filter(page="operator:referral").exists()
    assert at_house(operator)[words].count == 0


def test_a_manual_that_she_has_read_is_not_due(own):
    operator = own.people[Role.OPERATOR]
    due = at_house(operator)["あなたが読んでいない安全管理マニュアル"].count
    manual = own.objects["care.SafetyManual"]
    with as_owner():
        ManualAcknowledgement.objects.filter(person=operator).delete()
    with_one = at_house(operator)["あなたが読んでいない安全管理マニュアル"].count
    ManualAcknowledgement.objects.create(manual=manual, person=operator, at=timezone.now())
    assert at_house(operator)["あなたが読んでいない安全管理マニュアル"].count == with_one - 1 <= due


def test_a_request_of_the_house_that_nobody_has_received_is_known_there(own):
    operator, words = own.people[Role.OPERATOR], "まだ受け付けられていないフォロー依頼（こちらから出したもの）"
    waiting = Referral.objects.filter(state=ReferralState.RAISED, booking__service__facility=operator.facility)
    assert at_house(operator)[words].count == waiting.count()


# ---- In a district --------------------------------------------------------------------------------------------------


def test_whom_to_call_and_what_to_receive_stand_above_a_nurses_inbox(own):
    nurse = own.people[Role.HEALTH_NURSE]
    family = own.objects["enrollment.Family"]
    HardNews.objects.all().delete()
    DespairNote.objects.filter(family=family).update(taken_up_at=None)
    due = in_district(nurse)
    new = due["受け付けるフォロー依頼"].count + due["受付の期限を過ぎた依頼（催促中）"].count
    page = client_of(nurse).get(reverse("nurse:inbox"))
    assert new == len(page.context["inbox"].new)
    assert "お電話をお待ちの方" in page.text or "つらい" in page.text


def test_a_contact_planned_for_today_is_due_today(own):
    nurse = own.people[Role.HEALTH_NURSE]
    words = "今日が予定の連絡・訪問"
    before = in_district(nurse)[words].count
    (row, *_others) = client_of(nurse).get(reverse("nurse:inbox")).context["inbox"].new
    acknowledge_referral(referral=row.referral, by=nurse, at=timezone.now())
    plan_next_contact(referral=row.referral, on=timezone.localdate(), by=nurse, at=timezone.now())
    assert in_district(nurse)[words].count == before + 1


def test_a_caseworker_counts_her_own_sections_alone(own):
    due = in_district(own.people[Role.CASEWORKER])
    assert "見守りリストで、まだ対応を記録していない家庭" not in due
    assert "受け付けるフォロー依頼" in due


@pytest.mark.parametrize(
    ("role", "page", "most"), [(Role.HEALTH_NURSE, "nurse:inbox", 35), (Role.FACILITY_MANAGER, "operator:due", 50)]
)
def test_it_asks_as_much_when_more_waits(own, role, page, most):
    client = client_of(own.people[role])
    asked = []
    for _more in range(2):
        builders.registration(builders.family())
        client.get(reverse(page))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(page)).status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1] <= most
