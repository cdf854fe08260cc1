"""Every form that edits what stands tells the second of two people what the first changed. One case a form."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from bookings.models import Booking
from care.models import CoordinatorSession, Incident
from enrollment.models import Registration, RegistrationState
from facilities.models import Facility
from referrals.acknowledge import acknowledge_referral
from reports.models import PracticeNote
from tests import builders
from tests.care.factories_incidents import House
from tests.fixtures_opened_page import Opened
from tests.referrals.factories_referrals import scene

pytestmark = pytest.mark.django_db(transaction=True)


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def told(answer: Any) -> str:
    return str(answer.content, "utf-8")


def test_an_incident_corrected_by_two_keeps_both(transactional_db: None) -> None:
    house = House()
    kept = house.record()
    address = reverse("operator:incident-correct", args=[kept.pk])
    first, second = Opened(house.client(), address), Opened(house.client(house.manager), address)
    assert first.send(prevention="柵を上げる").status_code == 200
    assert second.send(place="居室3").status_code == 200
    kept = Incident.objects.get()
    assert (kept.prevention, kept.place) == ("柵を上げる", "居室3")
    answer = first.send(place="食堂", key="later")
    assert (answer.status_code, Incident.objects.get().place) == (422, "居室3")
    assert "居室3" in told(answer)


def test_a_session_changed_by_two_keeps_both(transactional_db: None) -> None:
    house = House()
    starts = timezone.localtime() + timedelta(days=3)
    session = CoordinatorSession.objects.create(
        facility=house.facility, starts_at=starts, minutes=30, planned_at=house.now, planned_by=house.midwife
    )
    address = reverse("operator:session-change", args=[session.pk])
    first, second = Opened(house.client(), address), Opened(house.client(), address)
    first.send(minutes="45")
    second.send(about="赤ちゃんと出かける所")
    session.refresh_from_db()
    assert (session.minutes, session.about) == (45, "赤ちゃんと出かける所")
    assert Opened(house.client(), address).send(minutes="50").status_code == 200
    assert second.send(minutes="20", key="again").status_code == 422


def test_the_next_contact_planned_by_two(transactional_db: None) -> None:
    here = scene()
    referral = here.raised()
    with transaction.atomic():
        acknowledge_referral(referral=referral, by=here.nurse, at=timezone.now())
    address = reverse("nurse:referral", args=[referral.pk])
    day = timezone.localdate() + timedelta(days=5)
    first, second = Opened(client_of(here.nurse), address), Opened(client_of(here.colleague), address)
    for opened in (first, second):
        opened.address = reverse("nurse:plan", args=[referral.pk])
    first.send(next_contact_on=day.isoformat())
    answer = second.send(next_contact_on=(day + timedelta(days=9)).isoformat())
    referral.refresh_from_db()
    assert (answer.status_code, referral.next_contact_on) == (422, day)


def test_two_who_decide_one_application_the_second_hears_and_keeps_her_words(transactional_db: None) -> None:
    builders.service()
    builders.letter_policy()
    born = timezone.localdate() - timedelta(days=40)
    made = builders.registration(born=born, state=RegistrationState.APPLIED)
    address = f"/admin/enrollment/registration/{made.pk}/decide/"
    one, other = builders.user(first_name="一郎", last_name="先"), builders.user()
    first, second = client_of(one), client_of(other)
    assert first.post(address, {"do": "decide", "decision": "approve", "reason": ""}).status_code == 302
    answer = second.post(address, {"do": "decide", "decision": "reject", "reason": "書類が足りません"})
    assert Registration.objects.get().state == RegistrationState.APPROVED
    assert all(said in told(answer) for said in ("決定を待つ状態ではありません", str(one), "書類が足りません"))


def test_the_administration_merges_and_refuses_alike(transactional_db: None) -> None:
    place = builders.facility()
    address = reverse("admin:facilities_facility_change", args=[place.pk])
    first, second = (Opened(client_of(builders.user()), address, 0) for _ in range(2))
    first.send(name_en="Centre of the ward")
    assert second.send(operator="助産師会").status_code == 200
    kept = Facility.objects.get()
    assert (kept.name_en, kept.operator) == ("Centre of the ward", "助産師会")
    answer = first.send(operator="別の法人")
    assert Facility.objects.get().operator == "助産師会"
    assert "助産師会" in told(answer)
    assert "別の法人" in told(answer)


def test_a_mothers_wishes_and_party_are_not_overwritten_by_the_desk(transactional_db: None) -> None:
    builders.usage_limits()
    mother = builders.user(Role.MOTHER)
    today = timezone.localdate()
    registration = builders.registration(builders.family(account=mother), born=today - timedelta(days=30))
    service = builders.service()
    booking = Booking.objects.create(registration=registration, service=service, booked_at=timezone.now())
    booking.days.create(day=today + timedelta(days=3))
    address = reverse("family:party", args=[booking.pk])
    hers, desk = Opened(client_of(mother), address), Opened(client_of(builders.user()), address)
    hers.send(food="卵アレルギー")
    assert desk.send(coupons="0").status_code == 200
    booking.refresh_from_db()
    assert booking.food == "卵アレルギー"
    answer = desk.send(food="小麦アレルギー")
    assert Booking.objects.get().food == "卵アレルギー"
    assert answer.status_code == 422


def test_days_moved_meanwhile_are_shown_before_they_are_moved_again(transactional_db: None) -> None:
    builders.usage_limits()
    mother = builders.user(Role.MOTHER)
    today = timezone.localdate()
    registration = builders.registration(builders.family(account=mother), born=today - timedelta(days=30))
    booking = Booking.objects.create(registration=registration, service=builders.service(), booked_at=timezone.now())
    booking.days.create(day=today + timedelta(days=3))
    address = reverse("family:move", args=[booking.pk])
    stood = [(today + timedelta(days=3)).isoformat()]
    first, second = ({"day": [(today + timedelta(days=days)).isoformat()], "stood": stood} for days in (5, 7))
    assert client_of(mother).post(address, first).status_code == 302
    answer = client_of(builders.user()).post(address, second)
    assert [row.day for row in booking.days.kept()] == [today + timedelta(days=5)]
    assert "画面を開いたあとに変わりました" in told(answer)


def test_a_note_for_the_meeting_reviewed_by_two(transactional_db: None) -> None:
    writer = builders.user(Role.OPERATOR)
    note = PracticeNote.objects.create(
        fiscal_year=2026, title="夜の相談", text="はじめ", written_by=writer, written_at=timezone.now()
    )
    address = reverse("meeting:review", args=[note.pk])
    first, second = (Opened(client_of(builders.user()), address) for _ in range(2))
    first.send(do="take", wording="一人目の言葉")
    answer = second.send(do="leave_out")
    note.refresh_from_db()
    assert (answer.status_code, note.wording) == (422, "一人目の言葉")
