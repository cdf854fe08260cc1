"""見守りリスト: off unless the ward switches it on; then once a week and district, for its nurses alone."""

import re
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
from bookings.models import Booking, BookingDay, BookingState, ChangeNotice, DayStatus, NoticeKind
from bookings.places.release import EndCode
from enrollment.eligibility import Rule
from enrollment.models import Registration, RegistrationException, RegistrationState
from facilities.models import District
from referrals.models import MarkKind, WatchList, WatchMark, WatchPolicy, WatchRow
from referrals.tasks import make_the_watch_lists
from referrals.watch import make_watch_lists, monday_of
from sankecare import outbox
from sankecare.models import OutboxEntry
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)
MOTHER = "髙﨑 𠮷子カナリア"


@pytest.fixture
def stay():
    return builders.service()


@pytest.fixture
def policy():
    return WatchPolicy.objects.create(period=(builders.LONG_AGO, None), is_on=True)


@pytest.fixture
def nurse():
    return builders.user(Role.HEALTH_NURSE, email="nurse@ward.test")


def in_days(number):
    return timezone.localdate() + timedelta(days=number)


def registered(age=40, district="setagaya", **facts):
    family = builders.family(mother_name=MOTHER, district_slug=district)
    return builders.registration(family, born=in_days(-age), **facts)


def ended(of, service, state=BookingState.NO_SHOW, day=-3, **facts):
    """A booking that came to nothing, of one day."""
    booking = Booking.objects.create(
        registration=of, service=service, state=state, booked_at=timezone.now() - timedelta(days=20), **facts
    )
    BookingDay.objects.create(booking=booking, day=in_days(day), status=DayStatus.RELEASED)
    return booking


def as_person(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def listed():
    return {row.family_id: [reason["sign"] for reason in row.reasons] for row in WatchRow.objects.all()}


@pytest.mark.parametrize(
    "policies", [[], [{"is_on": False}], [{"is_on": True, "period": ("2018-01-01", "2019-01-01")}]]
)
def test_without_a_policy_that_is_on_nothing_is_read_of_any_family_and_nothing_kept(stay, policies):
    for facts in policies:
        WatchPolicy.objects.create(**{"period": (builders.LONG_AGO, None)} | facts)
    ended(registered(), stay)
    with CaptureQueriesContext(connection) as seen:
        assert make_watch_lists(at=timezone.now()) == []
    assert [re.search(r'FROM "(\w+)"', query["sql"]).group(1) for query in seen] == ["referrals_watchpolicy"]
    assert not WatchList.objects.exists()
    assert not OutboxEntry.objects.exists()


def test_each_sign_of_the_records_puts_a_family_on_the_list_with_its_days(stay, policy):
    near, away, fickle, silent, fine = (registered(age) for age in (110, 40, 40, 40, 40))
    ended(away, stay)
    for day in (-3, 4):
        ended(fickle, stay, BookingState.CANCELLED, day)
    moment = timezone.now() - timedelta(days=2)
    ended(silent, stay, BookingState.CANCELLED, 6, ended_reason=EndCode.LAPSED, offered_until=moment)
    ended(fine, stay, BookingState.CANCELLED)
    make_watch_lists(at=timezone.now())
    assert listed() == {
        near.birth.family_id: ["window_ends"],
        away.birth.family_id: ["no_show"],
        fickle.birth.family_id: ["cancelled"],
        silent.birth.family_id: ["offer_lapsed"],
    }
    assert WatchRow.objects.get(family=fickle.birth.family).reasons[0]["days"] == [
        in_days(-3).isoformat(),
        in_days(4).isoformat(),
    ]


def test_what_the_ward_cancelled_is_nobodys_giving_back(stay, policy):
    hit = registered()
    for day in (-3, 4):
        cancelled = ended(hit, stay, BookingState.CANCELLED, day)
        ChangeNotice.objects.create(
            booking=cancelled,
            kind=NoticeKind.CANCELLED,
            message="休業",
            made_at=timezone.now(),
            made_by=builders.user(),
        )
    make_watch_lists(at=timezone.now())
    assert listed() == {}


@pytest.mark.parametrize("state", [BookingState.BOOKED, BookingState.ARRIVED, BookingState.DEPARTED])
def test_who_has_or_had_a_place_is_not_near_its_end_without_one(stay, policy, state):
    ended(registered(110), stay, state)
    make_watch_lists(at=timezone.now())
    assert listed() == {}


def test_a_district_has_one_list_a_week_however_often_it_is_made(stay, policy, nurse):
    ended(registered(), stay)
    builders.district("kitazawa")
    for _ in range(3):
        make_the_watch_lists()
    assert WatchList.objects.count() == District.objects.count() == 2
    assert WatchRow.objects.count() == 1
    outbox.take_all(at=timezone.now() + timedelta(minutes=1))
    assert [message.to for message in mail.outbox] == [[nurse.email]]
    assert MOTHER not in str(mail.outbox[0].message())
    assert reverse("nurse:watch") in mail.outbox[0].body
    make_watch_lists(at=timezone.now() + timedelta(days=7))
    assert WatchList.objects.count() == 4


def test_the_database_keeps_one_list_a_week_as_it_was_made(stay, policy):
    ended(registered(), stay)
    make_watch_lists(at=timezone.now())
    made = WatchList.objects.get()
    twice = {"district": made.district, "made_at": made.made_at, "limits": {}}
    for week in (made.week, made.week + timedelta(days=1)):
        with pytest.raises(DatabaseError), transaction.atomic():
            WatchList.objects.create(week=week, **twice)
    for change in (
        lambda: WatchRow.objects.update(reasons=[]),
        lambda: WatchRow.objects.update(family=builders.family()),
        lambda: WatchRow.objects.all().delete(),
        lambda: WatchList.objects.update(limits={"x": 1}),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_the_districts_nurses_alone_read_it_and_it_is_written_down_that_they_did(stay, policy, nurse):
    ended(registered(), stay)
    make_watch_lists(at=timezone.now())
    page = as_person(nurse).get(reverse("nurse:watch")).content.decode()
    assert MOTHER in page
    assert "連絡なく来所されませんでした" in page
    assert AccessLogEntry.objects.filter(user=nurse, page="nurse:watch").exists()
    row = reverse("nurse:watch-row", args=[WatchRow.objects.get().pk])
    elsewhere = builders.user(Role.HEALTH_NURSE, district=builders.district("kitazawa"))
    assert MOTHER not in as_person(elsewhere).get(reverse("nurse:watch")).content.decode()
    assert as_person(elsewhere).get(row).status_code == 404
    for role in (Role.CASEWORKER, Role.WARD_STAFF, Role.SUPERVISOR, Role.AUDITOR):
        assert as_person(builders.user(role)).get(row).status_code == 404


def test_switched_off_the_page_says_so(nurse):
    assert "オフ" in as_person(nurse).get(reverse("nurse:watch")).content.decode()


def test_a_row_is_marked_and_the_last_mark_stands(stay, policy, nurse):
    ended(registered(), stay)
    make_watch_lists(at=timezone.now())
    row = WatchRow.objects.get()
    client, address = as_person(nurse), reverse("nurse:watch-row", args=[row.pk])
    for typed, word in (
        ({"kind": "contacted", "way": ""}, "連絡の方法を選んで"),
        ({"kind": "no_need", "note": " "}, "必要がない理由"),
        ({"kind": ""}, "対応"),
    ):
        refused = client.post(address, {"key": "k" * 32, "note": "メモ"} | typed)
        assert refused.status_code == 422
        assert word in refused.content.decode()
    assert not WatchMark.objects.exists()
    looked = {"key": "a" * 32, "kind": "looked_at", "note": ""}
    client.post(address, looked)
    client.post(address, looked)
    client.post(address, {"key": "b" * 32, "kind": "contacted", "way": "phone", "note": "来週訪問する"})
    assert [mark.kind for mark in row.marks.all()] == [MarkKind.LOOKED_AT, MarkKind.CONTACTED]
    assert "連絡した" in client.get(reverse("nurse:watch")).content.decode()
    with pytest.raises(DatabaseError), transaction.atomic():
        WatchMark.objects.update(note="別")


def test_making_and_showing_a_list_take_a_fixed_number_of_queries(stay, policy, nurse):
    counts = []
    for number, week in ((1, 0), (5, 7)):
        for _ in range(number):
            ended(registered(), stay)
        with CaptureQueriesContext(connection) as made:
            make_watch_lists(at=timezone.now() + timedelta(days=week))
        client = as_person(nurse)
        with CaptureQueriesContext(connection) as shown:
            client.get(reverse("nurse:watch"))
        counts.append((len(made), len(shown)))
    assert counts[0] == counts[1]


def test_a_week_begins_on_monday():
    assert {monday_of(builders.A_DAY + timedelta(days=number)).weekday() for number in range(7)} == {0}


def test_neither_a_place_that_she_did_not_come_to_nor_a_visit_at_home_is_a_stay_used(stay, policy):
    """The sign's own words: no stay used or booked. A no-show of long ago is no sign of its own any more."""
    missed, visited, used = registered(105), registered(105), registered(105)
    ended(missed, stay, day=-93)
    visit = builders.service(builders.ServiceKind.OUTREACH, builders.pool(3, slug="visits"))
    for of, service in ((visited, visit), (used, stay)):
        booking = Booking.objects.create(
            registration=of, service=service, state=BookingState.BOOKED, booked_at=timezone.now()
        )
        BookingDay.objects.create(booking=booking, day=in_days(-3), status=DayStatus.USED)
    make_watch_lists(at=timezone.now())
    assert listed() == {missed.birth.family_id: ["window_ends"], visited.birth.family_id: ["window_ends"]}


def test_a_stay_used_under_an_earlier_registration_of_the_birth_counts(stay, policy):
    before = registered(105, state=RegistrationState.ENDED)
    ended(before, stay, BookingState.DEPARTED)
    Registration.objects.create(
        birth=before.birth,
        state=RegistrationState.APPROVED,
        applied_at=timezone.now(),
        decided_at=timezone.now(),
        decided_by=builders.user(),
        decision_reason="要件を満たすため",
    )
    make_watch_lists(at=timezone.now())
    assert listed() == {}


def test_who_lives_in_no_district_and_may_come_by_an_exception_is_on_the_list_of_the_last_one(stay, policy, nurse):
    left, excepted, ended_exception = (registered(110) for _ in range(3))
    for one in (left, excepted, ended_exception):
        one.birth.family.residences.update(period=(builders.LONG_AGO, in_days(-1)))
    for one, last in ((excepted, 5), (ended_exception, -1)):
        RegistrationException.objects.create(
            registration=one,
            rule=Rule.RESIDENCY,
            reason="里帰り",
            last_day=in_days(last),
            granted_at=timezone.now(),
            granted_by=builders.user(),
        )
    make_watch_lists(at=timezone.now())
    assert listed() == {excepted.birth.family_id: ["window_ends"]}
    assert WatchRow.objects.get().watch_list.district.slug == "setagaya"
    row = reverse("nurse:watch-row", args=[WatchRow.objects.get().pk])
    other = builders.user(Role.HEALTH_NURSE, district=builders.district("kitazawa"))
    assert [as_person(person).get(row).status_code for person in (nurse, other)] == [200, 404]
    assert MOTHER in as_person(nurse).get(reverse("nurse:watch")).text


def test_who_moves_to_another_district_is_on_the_list_of_that_one(stay, policy):
    moved = registered(110)
    moved.birth.family.residences.update(period=(builders.LONG_AGO, in_days(-1)))
    kitazawa = builders.district("kitazawa")
    moved.birth.family.residences.create(period=(in_days(-1), None), district=kitazawa)
    make_watch_lists(at=timezone.now())
    assert WatchRow.objects.get().watch_list.district == kitazawa
