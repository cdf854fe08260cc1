"""優先利用の依頼: asked by the district, answered by staff, seen by both; it weighs in draws and gives no place."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessLogEntry
from accounts.roles import Role
from bookings.draws.announcing import announce_round
from bookings.draws.closing import close_round
from bookings.draws.entering import enter_draw
from bookings.models import Booking, DrawPolicy, HighNeed
from enrollment.families.merge import merge_families
from enrollment.models import Registration, RegistrationState
from enrollment.protection.protect import put_under_protection
from referrals.answer_place import accept_place_request, decline_place_request
from referrals.ask_place import ask_for_place, withdraw_place_request
from referrals.models import Concern, PlaceRequest, PlaceRequestEvent, RequestState, Wanted
from referrals.place_queries import registration_of, requests_shown, waiting_requests
from sankecare import outbox
from sankecare.errors import NotPossible, Refused
from tests import builders

enter_draw = transaction.atomic()(enter_draw)

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = "夜に眠れず、手伝う家族がいないカナリア"
MOTHER = "髙﨑 𠮷子カナリア"


@pytest.fixture(autouse=True)
def rules():
    builders.usage_limits()
    return DrawPolicy.objects.create(
        period=(builders.LONG_AGO, None),
        high_need_tickets=2,
        high_need_days=90,
        lost_before_tickets=0,
        most_lost_counted=0,
        window_tickets=0,
        window_days=0,
        answer_hours=48,
        offer_hours=24,
    )


@pytest.fixture
def nurse():
    return builders.user(Role.HEALTH_NURSE, email="nurse@ward.test")


@pytest.fixture
def staff():
    return builders.user(Role.WARD_STAFF, email="staff@ward.test")


@pytest.fixture
def registered():
    return builders.registration(builders.family(mother_name=MOTHER), born=timezone.localdate() - timedelta(days=30))


def ask(family, by, at=None, **changes):
    facts = {"concerns": [Concern.EXHAUSTION, Concern.MOOD], "details": WORDS, "wanted": Wanted.NEXT} | changes
    with transaction.atomic():
        return ask_for_place(family=family, by=by, at=at or timezone.now(), **facts)


def in_days(number):
    return timezone.localdate() + timedelta(days=number)


def as_person(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_accepted_it_weighs_in_the_draw_with_the_reason_and_who_asked(registered, nurse, staff):
    asked = ask(registered.birth.family, nurse)
    transaction.atomic(accept_place_request)(request=asked, last_day=in_days(30), by=staff, at=timezone.now())
    need = HighNeed.objects.get()
    assert (need.asked_by, need.set_by) == (nurse, staff)
    assert need.reason == f"気分の落ち込み、不安、眠れない、疲れが強い、家に手伝う人がいない: {WORDS}"
    assert not Booking.objects.exists()
    now = timezone.now()
    announced = transaction.atomic(announce_round)(
        pool=builders.service(slots=1).pool,
        first_day=in_days(14),
        last_day=in_days(20),
        opens_at=now - timedelta(hours=1),
        closes_at=now + timedelta(days=2),
        draw_at=now + timedelta(days=3),
        by=staff,
        at=now,
    )
    entry = transaction.atomic(enter_draw)(
        draw_round=announced,
        registration=registered,
        choices=builders.wished(announced, [in_days(14)]),
        by=staff,
        at=now,
    )
    transaction.atomic(close_round)(draw_round=announced, at=now + timedelta(days=2))
    entry.refresh_from_db()
    assert (entry.tickets, entry.need_counted) == (3, need)
    page = as_person(staff).get(reverse("admin:bookings_drawentry_changelist")).content.decode()
    assert WORDS in page
    assert str(nurse) in page
    nurses = as_person(nurse).get(reverse("nurse:place", args=[asked.pk])).content.decode()
    assert "抽選" in nurses


@pytest.mark.parametrize(("days", "taken"), [(0, True), (90, True), (-1, False), (91, False)])
def test_it_counts_until_a_day_of_the_policys_days(registered, nurse, staff, days, taken):
    asked = ask(registered.birth.family, nurse)
    if taken:
        transaction.atomic(accept_place_request)(request=asked, last_day=in_days(days), by=staff, at=timezone.now())
    else:
        with pytest.raises(NotPossible, match="last_day"):
            transaction.atomic(accept_place_request)(
                request=asked, last_day=in_days(days), by=staff, at=timezone.now()
            )
    assert HighNeed.objects.exists() == taken


def test_declined_the_district_reads_why_and_nothing_weighs(registered, nurse, staff):
    asked = ask(registered.birth.family, nurse)
    with pytest.raises(NotPossible, match="no_reason"):
        transaction.atomic(decline_place_request)(request=asked, reason=" ", by=staff, at=timezone.now())
    transaction.atomic(decline_place_request)(
        request=asked, reason="すでに予約があるため", by=staff, at=timezone.now()
    )
    assert not HighNeed.objects.exists()
    page = as_person(nurse).get(reverse("nurse:place", args=[asked.pk])).content.decode()
    assert "すでに予約があるため" in page
    assert [event.kind for event in PlaceRequestEvent.objects.all()] == ["asked", "declined"]


def test_it_is_answered_once_and_by_one(registered, nurse, staff):
    asked = ask(registered.birth.family, nurse)
    transaction.atomic(decline_place_request)(request=asked, reason="理由", by=staff, at=timezone.now())
    for again in (
        lambda: transaction.atomic(accept_place_request)(
            request=asked, last_day=in_days(3), by=staff, at=timezone.now()
        ),
        lambda: transaction.atomic(decline_place_request)(request=asked, reason="別", by=staff, at=timezone.now()),
        lambda: transaction.atomic(withdraw_place_request)(request=asked, by=nurse, at=timezone.now()),
    ):
        with pytest.raises(Refused, match="answered"):
            again()


def test_unanswered_it_lapses_and_can_be_asked_anew(registered, nurse, staff):
    old = ask(registered.birth.family, nurse, at=timezone.now() - timedelta(days=91))
    assert old.has_lapsed(timezone.localdate())
    assert not waiting_requests(timezone.localdate()).exists()
    with pytest.raises(Refused, match="lapsed"):
        transaction.atomic(accept_place_request)(request=old, last_day=in_days(3), by=staff, at=timezone.now())
    new = ask(registered.birth.family, nurse)
    assert list(waiting_requests(timezone.localdate())) == [new]
    assert "期限切れ" in as_person(nurse).get(reverse("nurse:place", args=[old.pk])).content.decode()


def test_a_family_is_asked_for_once_at_a_time(registered, nurse):
    first = ask(registered.birth.family, nurse)
    with pytest.raises(Refused, match="already_asked") as refused:
        ask(registered.birth.family, builders.user(Role.CASEWORKER))
    assert first.number in refused.value.detail
    transaction.atomic(withdraw_place_request)(request=first, by=nurse, at=timezone.now())
    assert ask(registered.birth.family, nurse).state == RequestState.ASKED


@pytest.mark.parametrize("state", [None, RegistrationState.WITHDRAWN, RegistrationState.APPLIED])
def test_a_family_without_registration_is_asked_for_and_staff_see_what_is_missing(nurse, staff, state):
    family = builders.family(mother_name=MOTHER)
    if state:
        builders.registration(family, state=state)
    asked = ask(family, nurse)
    found = registration_of(requests_shown().get(pk=asked.pk))
    is_missing = state != RegistrationState.APPLIED
    assert (found is None) == is_missing
    for page in ("waiting", "answer"):
        arguments = [asked.pk] if page == "answer" else []
        text = as_person(staff).get(reverse(f"admin:referrals_placerequest_{page}", args=arguments)).content.decode()
        assert ("利用申請がまだありません" in text) == is_missing


@pytest.mark.parametrize("left", [True, False])
def test_staff_see_where_a_place_would_be_of_no_use_to_the_family_any_more(registered, nurse, staff, left):
    builders.service()
    asked = ask(registered.birth.family, nurse)
    if left:
        Registration.objects.filter(pk=registered.pk).update(usable_until=in_days(-1))
    address = reverse("admin:referrals_placerequest_answer", args=[asked.pk])
    assert ("転出されるため" in as_person(staff).get(address).content.decode()) == left


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"concerns": []}, "no_concern"),
        ({"details": " "}, "no_reason"),
        ({"last_day": builders.A_DAY}, "days_out_of_order"),
        ({"first_day": builders.A_DAY, "last_day": builders.LONG_AGO}, "days_out_of_order"),
    ],
)
def test_what_lacks_something_is_refused_and_nothing_is_written(registered, nurse, changes, code):
    with pytest.raises(NotPossible, match=code):
        ask(registered.birth.family, nurse, **changes)
    assert not PlaceRequest.objects.exists()


def test_without_a_draw_policy_nothing_is_guessed(registered, nurse, rules):
    rules.delete()
    with pytest.raises(NotPossible, match="no_draw_policy"):
        ask(registered.birth.family, nurse)


def test_mails_carry_a_link_alone_to_staff_of_the_district_and_then_to_who_asked(registered, nurse, staff):
    builders.user(Role.WARD_STAFF, email="elsewhere@ward.test", district=builders.district("kitazawa"))
    asked = ask(registered.birth.family, nurse)
    outbox.take_all(at=timezone.now() + timedelta(minutes=1))
    assert [message.to for message in mail.outbox] == [["staff@ward.test"]]
    transaction.atomic(accept_place_request)(request=asked, last_day=in_days(30), by=staff, at=timezone.now())
    outbox.take_all(at=timezone.now() + timedelta(minutes=1))
    assert [message.to for message in mail.outbox[1:]] == [["nurse@ward.test"]]
    said = "".join(str(message.message()) for message in mail.outbox)
    assert "カナリア" not in said
    assert all("http" in message.body for message in mail.outbox)


def test_joined_entries_take_the_request_along(registered, nurse, staff):
    double = builders.family(mother_name="髙﨑 よし子")
    asked = ask(double, nurse)
    transaction.atomic(accept_place_request)(request=asked, last_day=in_days(30), by=staff, at=timezone.now())
    transaction.atomic(merge_families)(
        kept=registered.birth.family, given_up=double, reason="同じ方", by=staff, at=timezone.now()
    )
    asked.refresh_from_db()
    assert asked.family == HighNeed.objects.get().family == registered.birth.family


def test_the_database_keeps_what_was_asked_and_answered(registered, nurse, staff):
    asked = ask(registered.birth.family, nurse)
    rows = PlaceRequest.objects.filter(pk=asked.pk)
    for change in ({"details": "別"}, {"expires_on": in_days(999)}, {"family": builders.family()}):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(state="accepted", decided_by=staff, decided_at=timezone.now())
    transaction.atomic(decline_place_request)(request=asked, reason="理由", by=staff, at=timezone.now())
    for change in ({"answer": "別"}, {"state": "asked", "decided_by": None, "decided_at": None}):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        PlaceRequestEvent.objects.update(at=timezone.now())
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.delete()


def test_a_nurse_finds_families_of_her_district_by_a_posted_text_alone(nurse):
    here, there = builders.family(mother_name=MOTHER), builders.family(mother_name=MOTHER, district_slug="kitazawa")
    for family in (here, there):
        family.phone = "09000007391"
        family.save(update_fields=["phone"])
    client = as_person(nurse)
    for typed in ("タカサキ", "たかさき よ", MOTHER[:3], "090-0000-7391"):
        page = client.post(reverse("nurse:families"), {"text": typed}).content.decode()
        assert reverse("nurse:place-ask", args=[here.pk]) in page, typed
        assert reverse("nurse:place-ask", args=[there.pk]) not in page
    assert AccessLogEntry.objects.filter(family=here, user=nurse).exists()
    assert client.post(reverse("nurse:families"), {"text": "た"}).status_code == 422
    assert "found" not in client.get(reverse("nurse:families"), {"text": MOTHER}).context
    assert client.get(reverse("nurse:place-ask", args=[there.pk])).status_code == 404


def test_the_newest_birth_comes_first_on_all_pages_with_address_and_birth_date_and_each_look_is_written_down(nurse):
    today = timezone.localdate()
    families = []
    for number in range(23):
        family = builders.family(mother_name=MOTHER)
        builders.registration(family, born=today - timedelta(days=100 - number))
        families.insert(0, family)
    protected = families[1]
    with transaction.atomic():
        put_under_protection(family=protected, reason="支援措置", by=builders.user(Role.WARD_STAFF), at=timezone.now())
    client, address = as_person(nurse), reverse("nurse:families")
    first = client.post(address, {"text": MOTHER})
    assert [row.family for row in first.context["found"]] == families[:20]
    assert (first.context["found"][0].address is None, first.context["found"][1].address) == (False, None)
    assert first.text.count("住所非開示") == 1
    second = client.post(address, {"text": MOTHER, "page": "2"})
    assert [row.family for row in second.context["found"]] == families[20:]
    looked_at = AccessLogEntry.objects.filter(user=nurse, page="nurse:families").values_list("family", flat=True)
    assert sorted(looked_at) == sorted(family.pk for family in families)


def test_the_same_form_twice_asks_once_and_a_refused_one_keeps_what_was_typed(registered, nurse):
    client, address = as_person(nurse), reverse("nurse:place-ask", args=[registered.birth.family_id])
    typed = {"key": "a" * 32, "concerns": ["mood"], "details": WORDS, "wanted": "next"}
    first, second = client.post(address, typed), client.post(address, typed)
    assert first.url == second.url
    refused = client.post(address, typed | {"key": "b" * 32})
    assert refused.status_code == 422
    assert WORDS in refused.content.decode()
    assert PlaceRequest.objects.count() == 1


def test_staff_answer_on_the_page_and_a_refusal_stands_beside_the_field(registered, nurse, staff):
    asked = ask(registered.birth.family, nurse)
    client, address = as_person(staff), reverse("admin:referrals_placerequest_answer", args=[asked.pk])
    late = client.post(address, {"do": "accept", "last_day": in_days(400).isoformat(), "note": "連絡済み"})
    assert late.status_code == 422
    assert "連絡済み" in late.content.decode()
    assert client.post(address, {"do": "decline", "reason": ""}).status_code == 422
    done = client.post(address, {"do": "accept", "last_day": in_days(40).isoformat(), "note": "連絡済み"})
    assert done.url == reverse("admin:referrals_placerequest_waiting")
    assert "連絡済み" in as_person(nurse).get(reverse("nurse:place", args=[asked.pk])).content.decode()


def test_lists_take_a_fixed_number_of_queries(nurse, staff):
    counts = []
    for number in (1, 4):
        for _ in range(number):
            ask(builders.registration(born=timezone.localdate() - timedelta(days=30)).birth.family, nurse)
        for person, page in ((nurse, "nurse:places"), (staff, "admin:referrals_placerequest_waiting")):
            client = as_person(person)
            with CaptureQueriesContext(
                connection,
            ) as seen:
                client.get(reverse(page))
            counts.append(len(seen))
    assert counts[:2] == counts[2:]
