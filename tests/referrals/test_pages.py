"""From the operator's screen to the nurse's inbox, as the people see it."""

import re
import time
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bookings.models import BookingState
from referrals.models import Referral, ReferralState
from sankecare.models import OutboxEntry
from tests import builders

from .scene import CANARIES, MOTHER, SEEN, Scene, scene

pytestmark = pytest.mark.django_db(transaction=True)

A_CLOSED_PORT = "redis://127.0.0.1:9/0"
NO_ANSWER_SECONDS = 1.5


@pytest.fixture
def here() -> Scene:
    return scene()


def as_person(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def filled(client, booking, **changes):
    """The form as the page gives it, filled in."""
    address = reverse("operator:referral-new", kwargs={"pk": booking.pk})
    key = re.search(r'name="key" value="([^"]+)"', client.get(address).content.decode()).group(1)
    return address, {
        "key": key,
        "recipient": "health_nurse",
        "concerns": ["mood", "exhaustion"],
        "what_was_seen": SEEN,
        "urgency": "soon",
        "ground": "consent",
    } | changes


def test_with_the_broker_away_the_referral_is_in_the_inbox_at_once(here, monkeypatch):
    monkeypatch.setenv("CELERY_BROKER_URL", A_CLOSED_PORT)
    operator = as_person(here.operator)
    address, data = filled(operator, here.booking)
    started = time.monotonic()
    answer = operator.post(address, data)
    assert time.monotonic() - started < NO_ANSWER_SECONDS
    referral = Referral.objects.get()
    assert answer.url == reverse("operator:referral", kwargs={"pk": referral.pk})
    assert f"F-{referral.pk:06d}" in operator.get(answer.url).content.decode()
    entry = OutboxEntry.objects.get()
    assert (entry.done_at, entry.unreached) == (None, 1)
    inbox = as_person(here.nurse).get(reverse("nurse:inbox")).content.decode()
    assert referral.number in inbox
    assert MOTHER in inbox
    assert "新着" in inbox


def test_a_form_sent_twice_raises_one(here):
    operator = as_person(here.operator)
    address, data = filled(operator, here.booking)
    first, second = operator.post(address, data), operator.post(address, data)
    assert first.url == second.url
    assert Referral.objects.count() == OutboxEntry.objects.count() == 1
    other = operator.post(address, data | {"concerns": ["growth"]})
    assert other.status_code == 422
    assert Referral.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"concerns": []}, "心配なこと"),
        ({"concerns": ["mood", "invented"]}, "心配なこと"),
        ({"concerns": ["other"], "what_was_seen": "  "}, "ご自身の言葉"),
        ({"ground": ""}, "同意"),
        ({"recipient": "supervisor"}, "依頼先"),
        ({"what_was_seen": "\x00"}, "様子"),
    ],
)
def test_a_form_that_lacks_something_says_what_and_writes_nothing(here, changes, words):
    operator = as_person(here.operator)
    address, data = filled(operator, here.booking, **changes)
    answer = operator.post(address, data)
    assert answer.status_code == 422
    summary = re.search(r'<div class="[^"]*error-summary.*?</div>', answer.content.decode(), re.DOTALL)
    assert words in (summary.group(0) if summary else answer.content.decode())
    assert Referral.objects.count() == OutboxEntry.objects.count() == 0


def test_a_stay_that_has_not_begun_raises_none(here):
    booked = builders.registration(
        builders.family(mother_name="別の人"), born=timezone.localdate() - timedelta(days=30)
    )
    booking = type(here.booking).objects.create(
        registration=booked, service=here.booking.service, state=BookingState.BOOKED, booked_at=timezone.now()
    )
    operator = as_person(here.operator)
    address, data = filled(operator, booking)
    answer = operator.post(address, data)
    assert answer.status_code == 422
    assert booking.number in answer.content.decode()
    assert Referral.objects.count() == 0


def test_another_districts_nurse_finds_nothing(here):
    referral = here.raised()
    elsewhere = as_person(here.nurse_elsewhere)
    assert not any(
        word in elsewhere.get(reverse("nurse:inbox")).content.decode() for word in (*CANARIES, referral.number)
    )
    for page, method in (("referral", "get"), ("acknowledge", "post"), ("close", "post")):
        answer = getattr(elsewhere, method)(reverse(f"nurse:{page}", kwargs={"pk": referral.pk}), {"outcome": "x"})
        assert answer.status_code == 404
    assert elsewhere.get(f"/api/v1/referrals/{referral.pk}/").status_code == 404
    assert elsewhere.get("/api/v1/referrals/").json()["results"] == []
    referral.refresh_from_db()
    assert referral.state == ReferralState.RAISED


def test_a_family_that_moves_takes_its_referral_along(here):
    referral = here.raised()
    today = timezone.localdate()
    lived = referral.family.residences.get()
    lived.period = (lived.period.lower, today)
    lived.save()
    referral.family.residences.create(
        period=(today, None), town=builders.town("北沢", "kitazawa"), district=builders.district("kitazawa")
    )
    address = reverse("nurse:referral", kwargs={"pk": referral.pk})
    assert as_person(here.nurse).get(address).status_code == 404
    answer = as_person(here.nurse_elsewhere).get(address)
    assert "世田谷総合支所" in answer.content.decode()


def test_received_by_name_and_closed_with_what_came_of_it(here):
    referral = here.raised()
    nurse = as_person(here.nurse)
    page = reverse("nurse:referral", kwargs={"pk": referral.pk})
    assert SEEN in nurse.get(page).content.decode()
    nurse.post(reverse("nurse:acknowledge", kwargs={"pk": referral.pk}))
    late_comer = as_person(here.colleague).post(reverse("nurse:acknowledge", kwargs={"pk": referral.pk}), follow=True)
    assert str(here.nurse) in late_comer.content.decode()
    close = reverse("nurse:close", kwargs={"pk": referral.pk})
    assert nurse.post(close, {"kind": "settled", "outcome": " "}).status_code == 422
    assert nurse.post(close, {"kind": "settled", "outcome": "家庭訪問をした"}).url == reverse("nurse:inbox")
    referral.refresh_from_db()
    assert (referral.state, referral.acknowledged_by, referral.ended_by) == ("closed", here.nurse, here.nurse)
    assert list(referral.events.values_list("kind", flat=True)) == ["raised", "acknowledged", "closed"]
    operators = as_person(here.operator).get(reverse("operator:referral", kwargs={"pk": referral.pk}))
    assert "終了" in operators.content.decode()
    assert "家庭訪問" not in operators.content.decode()


def test_the_facility_takes_back_what_nobody_has_received(here):
    mistaken, received = here.raised(), here.raised()
    as_person(here.nurse).post(reverse("nurse:acknowledge", kwargs={"pk": received.pk}))
    operator = as_person(here.operator)
    for referral in (mistaken, received):
        operator.post(reverse("operator:referral-withdraw", kwargs={"pk": referral.pk}))
        referral.refresh_from_db()
    assert (mistaken.state, received.state) == (ReferralState.WITHDRAWN, ReferralState.ACKNOWLEDGED)


def test_what_nobody_receives_is_overdue_in_the_inbox_and_on_the_supervisors_pages(here):
    referral = here.raised(at=timezone.now() - timedelta(days=14))
    assert "期限超過" in as_person(here.nurse).get(reverse("nurse:inbox")).content.decode()
    supervisor = as_person(builders.user(builders.Role.SUPERVISOR))
    for page in ("supervisor:referrals", "supervisor:occupancy"):
        text = supervisor.get(reverse(page)).content.decode()
        assert "期限までに受理されていないフォロー依頼：1件" in text
        assert not any(word in text for word in CANARIES)
    assert referral.number in supervisor.get(reverse("supervisor:referrals")).content.decode()
    assert "受理されていない" not in as_person(here.operator).get(reverse("operator:day")).content.decode()


def test_the_api_raises_once_for_a_key_and_hides_the_content_from_all_but_the_district(here):
    asked = {
        "booking": here.booking.pk,
        "recipient": "health_nurse",
        "concerns": ["mood"],
        "what_was_seen": SEEN,
        "ground": "consent",
    }
    operator = as_person(here.operator)
    send = {"content_type": "application/json", "headers": {"Idempotency-Key": "a-key"}}
    first = operator.post("/api/v1/referrals/", asked, **send)
    second = operator.post("/api/v1/referrals/", asked, **send)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert Referral.objects.count() == 1
    assert operator.post("/api/v1/referrals/", asked | {"urgency": "today"}, **send).status_code == 422
    assert not any(word in operator.get("/api/v1/referrals/").content.decode() for word in (SEEN, "what_was_seen"))
    nurse = as_person(here.nurse)
    number = first.json()["id"]
    assert nurse.get(f"/api/v1/referrals/{number}/").json()["what_was_seen"] == SEEN
    assert operator.post(f"/api/v1/referrals/{number}/acknowledge/", {}, **send).status_code == 404
    answer = nurse.post(f"/api/v1/referrals/{number}/acknowledge/", {}, content_type="application/json")
    assert (answer.status_code, answer.json()["state"]) == (200, "acknowledged")
    again = nurse.post(f"/api/v1/referrals/{number}/acknowledge/", {}, content_type="application/json")
    assert (again.status_code, again.json()["code"]) == (409, "already_received")
