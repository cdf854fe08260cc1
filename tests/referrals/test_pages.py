"""From the operator's screen to the nurse's inbox, as the people see it."""

import io
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.models import AccessLogEntry
from bookings.models import BookingState
from referrals.models import Referral, ReferralState
from sankecare.models import OutboxEntry
from tests import builders

from .factories_referrals import CANARIES, MOTHER, SEEN

pytestmark = pytest.mark.django_db(transaction=True)

A_CLOSED_PORT = "redis://127.0.0.1:9/0"


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
    answer = operator.post(address, data)
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
        assert "期限までに受け付けられていないフォロー依頼：1件" in text
        assert not any(word in text for word in CANARIES)
    assert referral.number in supervisor.get(reverse("supervisor:referrals")).content.decode()
    assert "受け付けられていない" not in as_person(here.operator).get(reverse("operator:day")).content.decode()


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
    answer = nurse.post(f"/api/v1/referrals/{number}/acknowledge/", {}, **send)
    assert (answer.status_code, answer.json()["state"]) == (200, "acknowledged")
    send["headers"] = {"Idempotency-Key": "another"}
    again = nurse.post(f"/api/v1/referrals/{number}/acknowledge/", {}, **send)
    assert (again.status_code, again.json()["code"]) == (409, "already_received")


# ---- Section by section ---------------------------------------------------------------------------------------------


def test_the_other_section_of_the_same_district_finds_nothing_of_it(here):
    referral = here.raised()
    caseworker = as_person(here.caseworker)
    assert not any(word in caseworker.get(reverse("nurse:inbox")).content.decode() for word in CANARIES)
    for page in ("referral", "contact", "close", "redirect", "hand-over", "share"):
        assert caseworker.get(reverse(f"nurse:{page}", kwargs={"pk": referral.pk})).status_code == 404
    assert caseworker.get("/api/v1/referrals/").json()["results"] == []


def test_of_the_other_sections_request_about_the_family_only_that_it_is_is_shown(here):
    mine, theirs = here.raised(), here.raised(recipient="caseworker", what_was_seen="別の所見カナリア")
    page = as_person(here.nurse).get(reverse("nurse:referral", kwargs={"pk": mine.pk})).content.decode()
    assert theirs.number in page
    assert "別の所見" not in page


# ---- The work, on the pages -----------------------------------------------------------------------------------------


def test_contact_plan_hand_over_close_and_again_on_the_pages(here):
    referral, nurse = here.raised(), as_person(here.nurse)
    to = {"pk": referral.pk}
    nurse.post(reverse("nurse:acknowledge", kwargs=to))
    now = timezone.localtime()
    visit = {
        "key": "visit-1",
        "made_at": now.strftime("%Y-%m-%dT%H:%M"),
        "way": "home_visit",
        "met": "mother",
        "text": "訪問カナリア内容",
        "next_contact_on": (now.date() + timedelta(days=7)).isoformat(),
    }
    refused = nurse.post(reverse("nurse:contact", kwargs=to), visit | {"met": "", "key": "visit-0"})
    assert refused.status_code == 422
    assert "訪問カナリア内容" in refused.content.decode()
    for _twice in range(2):
        assert nurse.post(reverse("nurse:contact", kwargs=to), visit).status_code == 302
    contact = referral.contacts.get()
    corrected = reverse("nurse:contact", kwargs=to) + f"?corrects={contact.pk}"
    assert "訪問カナリア内容" in nurse.get(corrected).content.decode()
    nurse.post(corrected, visit | {"key": "visit-2", "text": "訂正した内容"})
    page = nurse.get(reverse("nurse:referral", kwargs=to)).content.decode()
    assert "訂正した内容" in page
    assert "訂正前の記録" in page
    past = nurse.post(reverse("nurse:plan", kwargs=to), {"next_contact_on": "2020-01-01"})
    assert past.status_code == 422
    assert (
        nurse.post(reverse("nurse:plan", kwargs=to), {"next_contact_on": visit["next_contact_on"]}).status_code == 302
    )
    nurse.post(reverse("nurse:hand-over", kwargs=to), {"to": here.colleague.pk})
    colleague = as_person(here.colleague)
    assert "連絡・訪問を記録する" in colleague.get(reverse("nurse:referral", kwargs=to)).content.decode()
    colleague.post(
        reverse("nurse:close", kwargs=to), {"kind": "not_reached", "outcome": "終了カナリア", "plan_called_off": "on"}
    )
    assert nurse.post(reverse("nurse:reopen", kwargs=to), {"reason": ""}).status_code == 422
    nurse.post(reverse("nurse:reopen", kwargs=to), {"reason": "電話があった"})
    colleague.post(reverse("nurse:hand-over-all"), {"to": here.nurse.pk})  # she has nothing in hand any more
    referral.refresh_from_db()
    assert (referral.state, referral.in_charge) == ("acknowledged", here.nurse)
    assert "終了カナリア" in nurse.get(reverse("nurse:referral", kwargs=to)).content.decode()


def test_the_facility_reads_what_was_written_for_it_and_nothing_else(here):
    referral, nurse, operator = here.raised(), as_person(here.nurse), as_person(here.operator)
    to = {"pk": referral.pk}
    nurse.post(reverse("nurse:acknowledge", kwargs=to))
    nurse.post(
        reverse("nurse:contact", kwargs=to),
        {
            "made_at": timezone.localtime().strftime("%Y-%m-%dT%H:%M"),
            "way": "phone",
            "met": "partner",
            "text": "面談カナリア",
        },
    )
    page = reverse("operator:referral", kwargs=to)
    assert "総合支所から" not in operator.get(page).content.decode()
    nurse.post(reverse("nurse:share", kwargs=to), {"shared": "お会いできました。ありがとうございます。"})
    nurse.post(reverse("nurse:redirect", kwargs=to), {"recipient": "caseworker", "reason": "転送カナリア"})
    as_person(here.caseworker).post(reverse("nurse:acknowledge", kwargs=to))
    as_person(here.caseworker).post(
        reverse("nurse:close", kwargs=to), {"kind": "child_welfare", "outcome": "結果カナリア"}
    )
    text = operator.get(page).content.decode()
    api = operator.get(f"/api/v1/referrals/{referral.pk}/")
    assert "お会いできました" in text
    assert "終了" in text
    assert "総合支所から連絡あり" in operator.get(reverse("operator:referrals")).content.decode()
    hidden = (
        "面談カナリア",
        "転送カナリア",
        "結果カナリア",
        "ケースワーカー",
        "児童福祉につないだ",
        "child_welfare",
        "caseworker",
    )
    assert [word for word in hidden if word in text or word in api.content.decode()] == []
    assert (api.json()["recipient"], api.json()["state"]) == ("health_nurse", "closed")


def test_for_the_facility_what_was_received_once_stays_received(here):
    referral, nurse = here.raised(), as_person(here.nurse)
    nurse.post(reverse("nurse:acknowledge", kwargs={"pk": referral.pk}))
    nurse.post(
        reverse("nurse:redirect", kwargs={"pk": referral.pk}), {"recipient": "caseworker", "reason": "転送カナリア"}
    )
    operator = as_person(here.operator)
    assert operator.get(f"/api/v1/referrals/{referral.pk}/").json()["state"] == "acknowledged"
    text = operator.get(reverse("operator:referral", kwargs={"pk": referral.pk})).content.decode()
    assert "取り下げる" not in text


def test_a_supervisor_hands_over_what_somebody_who_left_had_and_sends_on_what_is_late(here):
    late = here.raised(at=timezone.now() - timedelta(days=14))
    mine = here.raised()
    as_person(here.nurse).post(reverse("nurse:acknowledge", kwargs={"pk": mine.pk}))
    here.nurse.is_active = False
    here.nurse.save()
    supervisor = as_person(builders.user(builders.Role.SUPERVISOR))
    page = supervisor.get(reverse("supervisor:referrals")).content.decode()
    assert mine.number in page
    assert not any(word in page for word in CANARIES)
    supervisor.post(reverse("supervisor:reassign"), {"of": here.nurse.pk, "to": here.colleague.pk})
    mine.refresh_from_db()
    assert mine.in_charge == here.colleague
    to = reverse("supervisor:redirect", kwargs={"pk": late.pk})
    assert not any(word in supervisor.get(to).content.decode() for word in CANARIES)
    supervisor.post(to, {"recipient": "caseworker", "district": "", "reason": "保健師が不在"})
    late.refresh_from_db()
    assert (late.recipient, late.state) == ("caseworker", "raised")
    assert late.due_at > timezone.now()


# ---- What was sent along --------------------------------------------------------------------------------------------


def test_papers_are_checked_sealed_and_open_to_the_facility_and_the_section_alone(here):
    operator = as_person(here.operator)
    address, data = filled(operator, here.booking)
    wrong = SimpleUploadedFile("メモ.html", b"<script>", content_type="image/png")
    refused = operator.post(address, data | {"papers": [wrong]})
    assert refused.status_code == 422
    assert SEEN in refused.content.decode()
    assert Referral.objects.count() == 0
    for _twice in range(2):
        operator.post(address, data | {"papers": [a_photograph(), a_photograph("2枚目.png")]})
    referral = Referral.objects.get()
    paper = referral.papers.first()
    assert (referral.papers.count(), paper.content_type) == (2, "image/jpeg")
    assert not bytes(paper.content).startswith(b"\xff\xd8")
    at = reverse("papers:of-referral", kwargs={"pk": paper.pk})
    for person in (here.operator, here.nurse):
        before = AccessLogEntry.objects.count()
        answer = as_person(person).get(at)
        assert answer.content.startswith(b"\xff\xd8")
        assert "attachment" in answer["Content-Disposition"]
        assert AccessLogEntry.objects.count() == before + 1
    for person in (here.caseworker, here.nurse_elsewhere, builders.user(builders.Role.SUPERVISOR)):
        assert as_person(person).get(at).status_code == 404
    too_many = operator.post(
        address, filled(operator, here.booking)[1] | {"papers": [a_photograph(f"{n}.png") for n in range(6)]}
    )
    assert too_many.status_code == 422


def a_photograph(name="様子.png"):
    content = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(content, "PNG")
    return SimpleUploadedFile(name, content.getvalue(), content_type="image/png")
