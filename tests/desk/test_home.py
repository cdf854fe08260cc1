"""職員のホーム: what is due, the gravest first; each number is that of the page to which it leads."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from billing.models import Charge, Payment, PaymentKind, PaymentMethod
from care.models import IncidentCall
from enrollment.families.call_notes import note_call
from enrollment.models import DeletionRequest, Family, RegistrationException, RegistrationPolicy, RegistrationState
from enrollment.protection.break_glass import ask_to_look
from enrollment.protection.protect import put_under_protection
from facilities.models import Closure, Service
from pages.due import Grade
from pages.ward.desk.home import due_for
from sankecare.models import OutboxEntry
from sankecare.outbox import REFUSED
from tests import builders
from tests.factories_two_families import World, two_worlds

pytestmark = pytest.mark.django_db
# What the home may ask, however much waits: sign-in, menu and head included.
MOST_QUERIES = 60


@pytest.fixture
def worlds() -> tuple[World, World]:
    return two_worlds()


def home_of(person: Any) -> dict[str, Any]:
    graded, nothing = due_for(person, timezone.now())
    return {str(row.label): row for group in graded for row in group.rows} | {str(row.label): row for row in nothing}


def client_of(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_a_serious_incident_is_red_from_the_first_day_until_somebody_has_it_in_hand(worlds):
    person = builders.user()
    graded, _nothing = due_for(person, timezone.now())
    assert graded[0].grade == Grade.AT_ONCE
    words = "だれも対応していない重大な事故（速報）"
    assert home_of(person)[words].count == IncidentCall.objects.filter(taken_up_at__isnull=True).count() > 0
    IncidentCall.objects.update(taken_up_at=timezone.now(), taken_up_by=person)
    assert home_of(person)[words].count == 0


def test_what_waits_stands_in_the_order_of_its_gravity_and_then_of_its_age(worlds):
    graded, _nothing = due_for(builders.user(), timezone.now())
    grades = [group.grade for group in graded]
    assert grades == sorted(grades)
    assert len(grades) == len(set(grades))
    for group in graded:
        assert [row.order for row in group.rows] == sorted(row.order for row in group.rows)


def test_an_application_past_the_days_that_families_are_told_is_counted_and_found_behind_its_number(worlds):
    person = builders.user()
    today = timezone.localdate()
    RegistrationPolicy.objects.all().delete()
    RegistrationPolicy.objects.create(period=(builders.LONG_AGO, None), from_pregnancy_week=28, decision_days=5)
    for days_ago in (1, 40):
        mother = builders.family()
        applied = builders.at(today - timedelta(days=days_ago))
        born = today - timedelta(days=50)
        builders.registration(mother, born=born, state=RegistrationState.APPLIED, applied_at=applied)
    row = home_of(person)["ご案内した日数を過ぎた申請"]
    assert row.count == 1
    assert row.since == today - timedelta(days=40)
    listed = client_of(person).get(row.url).context["rows"]
    assert [place.registration.applied_at.date() for place, *_words in listed] == [today - timedelta(days=40)]
    everybody = home_of(person)["審査待ちの申請"]
    assert client_of(person).get(everybody.url).context["waiting"] == everybody.count


def test_fees_long_open_and_paid_too_much_lead_to_exactly_these_charges(worlds, monkeypatch):
    """Both charges of the scene are of today: a day on which they are long open, and one of which too much is paid."""
    person = builders.user()
    for charge in Charge.objects.all():
        owes = charge.total > 1000  # a payment of 1,000 yen stands
        assert owes
    found = home_of(person)
    assert found["30日を超えて未払いの利用料"].count == 0
    own = worlds[0].objects["billing.Charge"]
    Payment.objects.create(
        charge=own,
        kind=PaymentKind.PAYMENT,
        method=PaymentMethod.CASH,
        amount=own.total - 1000,
        received_at=timezone.now(),
        received_by=person,
    )
    monkeypatch.setattr("billing.balances.LONG_OPEN", timedelta(days=-1))
    row = home_of(person)["30日を超えて未払いの利用料"]
    listed = client_of(person).get(row.url).context["cl"].result_list
    assert (row.count, [charge.pk for charge in listed]) == (1, [worlds[1].objects["billing.Charge"].pk])
    settled = client_of(person).get(reverse("admin:billing_charge_changelist"), {"balance": "settled"})
    assert [charge.pk for charge in settled.context["cl"].result_list] == [own.pk]


def test_the_days_ahead_with_fewer_places_lead_to_their_rows(worlds):
    person = builders.user()
    pool = builders.pool(slug="ahead")
    today = timezone.localdate()
    for first in (today + timedelta(days=10), today - timedelta(days=30), today + timedelta(days=200)):
        Closure.objects.create(pool=pool, period=(first, first + timedelta(days=2)), reason="工事")
    row = home_of(person)["これから60日間の休み"]
    assert (row.count, row.by) == (1, today + timedelta(days=10))
    assert len(client_of(person).get(row.url).context["cl"].result_list) == 1


def test_draws_of_the_week_are_known_with_a_way_to_each(worlds):
    person = builders.user()
    now = timezone.now()
    soon = builders.draw_round(
        Service.objects.filter(pool__isnull=False).first(),
        timezone.localdate() + timedelta(days=300),
        opens_at=now - timedelta(days=3),
        closes_at=now + timedelta(days=1),
        draw_at=now + timedelta(days=2),
    )
    row = home_of(person)["これから1週間の抽選"]
    assert reverse("desk:draw", args=[soon.pk]) in [one.url for one in row.direct]
    listed = client_of(person).get(row.url).context["running"]
    assert len([shown for shown in listed if shown["round"].draw_at < now + timedelta(days=7)]) == row.count


def test_a_look_behind_a_protection_waits_for_a_colleague_and_never_for_who_asked(worlds):
    asks, opens = builders.user(), builders.user()
    protection = put_under_protection(family=builders.family(), reason="裁判所の命令", by=asks, at=timezone.now())
    ask_to_look(protection=protection, reason="訪問の約束", by=asks, at=timezone.now())
    words = "住所の閲覧の申請（支援措置）"
    assert [home_of(person)[words].count for person in (asks, opens)] == [0, 1]
    page = client_of(opens).get(reverse("desk:second-person"))
    assert "訪問の約束" in page.text
    assert reverse("protection:state", args=[protection.family_id]) in page.text
    assert "訪問の約束" not in client_of(asks).get(reverse("desk:second-person")).text


def test_an_exception_waits_for_a_colleague_with_its_reason_and_its_rule(worlds):
    proposes, grants = builders.user(), builders.user()
    mother = builders.family()
    registration = builders.registration(mother, state=RegistrationState.APPLIED)
    RegistrationException.objects.create(
        registration=registration,
        rule="infant_age",
        reason="長く入院していた",
        last_day=timezone.localdate() + timedelta(days=30),
        proposed_by=proposes,
        proposed_at=timezone.now(),
    )
    words = "2人目の承認を待つ特例"
    assert home_of(grants)[words].count - home_of(proposes)[words].count == 1
    assert "長く入院していた" in client_of(grants).get(reverse("desk:second-person")).text


def test_a_mail_that_is_refused_leads_to_the_page_where_her_address_is_corrected(worlds):
    person = builders.user()
    mother = Family.objects.filter(account__isnull=False).first()
    assert mother is not None
    OutboxEntry.objects.create(
        kind="booked",
        recipient=f"user:{mother.account_id}",
        dedupe_key="booked:1",
        created_at=timezone.now() - timedelta(days=2),
        next_attempt_at=timezone.now(),
        last_error=REFUSED,
    )
    row = home_of(person)["届かないメール"]
    assert (row.count, row.since) == (1, timezone.localdate() - timedelta(days=2))
    page = client_of(person).get(row.url).text
    assert reverse("life:email", args=[mother.pk]) in page
    assert mother.mother_name in page


def test_staff_of_a_district_count_their_own_families_alone(worlds):
    everywhere = builders.user()
    kitazawa = builders.user(district=builders.district("kitazawa"))
    before = [home_of(person)["削除の申し出"].count for person in (everywhere, kitazawa)]
    mother = builders.family(account=builders.user(Role.MOTHER))
    DeletionRequest.objects.create(account=mother.account, family=mother, words="", asked_at=timezone.now())
    after = [home_of(person)["削除の申し出"].count for person in (everywhere, kitazawa)]
    assert [late - early for early, late in zip(before, after, strict=True)] == [1, 0]


def test_each_role_sees_what_its_rights_show(worlds):
    auditor, supervisor = home_of(builders.user(Role.AUDITOR)), home_of(builders.user(Role.SUPERVISOR))
    for seen in (auditor, supervisor):
        assert "審査待ちの申請" not in seen
        assert "削除の申し出" not in seen
    assert "だれも対応していない重大な事故（速報）" in supervisor
    assert "だれも対応していない重大な事故（速報）" not in auditor
    assert "期限までに受け付けられていないフォロー依頼" in supervisor


@pytest.mark.parametrize("role", [Role.WARD_STAFF, Role.SUPERVISOR, Role.AUDITOR])
def test_the_home_asks_as_much_when_more_waits(role, worlds):
    client = client_of(builders.user(role))
    asked = []
    for _more in range(2):
        for _one in range(5):
            builders.registration(builders.family(), state=RegistrationState.APPLIED)
        client.get(reverse("admin:index"))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("admin:index")).status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1] <= MOST_QUERIES


def test_a_call_to_come_back_to_stands_on_the_home_until_somebody_answers_its_note(worlds):
    person = builders.user()
    mother = Family.objects.filter(merged_into=None).first()
    words, today = "折り返しの電話", timezone.localdate()
    before = home_of(person)[words].count
    wanted = "上のお子さんのことで折り返す"
    now = timezone.now()
    due = note_call(family=mother, text=wanted, by=person, at=now, look_again_on=today)
    note_call(family=mother, text=wanted, by=person, at=now, look_again_on=today + timedelta(days=3))
    row = home_of(person)[words]
    assert row.count == before + 1
    page = client_of(person).get(row.url)
    assert page.text.count(wanted) == 1
    assert reverse("ward_family", args=[mother.pk]) in page.text
    note_call(family=mother, text="折り返した", by=person, at=timezone.now(), answers=due)
    assert home_of(person)[words].count == before
