"""One family whole: what the desk reads, what it can do from there, who may, and a fixed number of queries."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessLogEntry, User
from accounts.roles import Role
from billing.models import Charge, ChargeLine, Payment, PaymentKind, PaymentMethod
from bookings.models import Booking, BookingState, DayStatus, WaitingEntry
from enrollment.models import Family, HardNews, HardNewsKind, Registration, RegistrationState
from enrollment.protection.protect import put_under_protection
from facilities.models import Service
from pages.ward.family.message_words import BY_WAY, KINDS
from sankecare import outbox
from sankecare.models import OutboxEntry
from tests import builders

pytestmark = pytest.mark.django_db


def ahead(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


@pytest.fixture
def staff() -> User:
    return builders.user(last_name="大西", first_name="亮")


@pytest.fixture
def mother() -> User:
    return builders.user(Role.MOTHER, email="yoshiko@example.jp")


@pytest.fixture
def stay() -> Service:
    builders.usage_limits()
    return builders.service(slots=5)


@pytest.fixture
def registered(mother: User, stay: Service) -> Registration:
    return builders.registration(builders.family(account=mother), born=ahead(-40))


def has(
    registered: Registration, service: Service, days: list[int], state: str = BookingState.BOOKED, **facts: object
) -> Booking:
    made = Booking.objects.create(
        registration=registered, service=service, state=state, booked_at=timezone.now() - timedelta(days=60), **facts
    )
    status = {BookingState.DEPARTED: DayStatus.USED, BookingState.CANCELLED: DayStatus.RELEASED}
    for day in days:
        made.days.create(day=ahead(day), status=status.get(BookingState(state), DayStatus.HELD))
    return made


def charged(booking: Booking, by: User) -> Charge:
    made = Charge.objects.create(booking=booking, issued_at=timezone.now(), issued_by=by, total=4500, snapshot={})
    day = booking.days_kept[0]
    ChargeLine.objects.create(charge=made, day=day, component="base", quantity=1, unit_amount=4500, amount=4500)
    return made


def opened(person: User, family: Family) -> Any:
    client = Client()
    client.force_login(person)
    return client.get(reverse("ward_family", args=[family.pk]))


def words(person: User, family: Family) -> str:
    answer = opened(person, family)
    assert answer.status_code == 200
    return str(answer.content, "utf-8")


def test_the_page_says_who_she_is_where_she_lives_and_what_is_left(staff: User, registered: Registration, stay: Any):
    has(registered, stay, [-20, -19], BookingState.DEPARTED)
    has(registered, stay, [5])
    shown = words(staff, registered.birth.family)
    for said in ("髙﨑 𠮷子", "太子堂1-1", "yoshiko@example.jp", registered.number, "残り 4日", "上限 7日"):
        assert said in shown


def test_every_way_to_a_place_stands_there(staff: User, registered: Registration):
    shown = words(staff, registered.birth.family)
    for name in ("family:book", "family:draws", "family:waiting", "family:wish"):
        assert reverse(name, args=[registered.pk]) in shown
    for name in ("life:address", "life:tax-class", "life:phone", "protection:state", "papers:for-family"):
        assert reverse(name, args=[registered.birth.family_id]) in shown
    assert reverse("life:end", args=[registered.pk]) in shown


def test_a_booking_to_come_can_be_moved_and_cancelled_and_one_that_is_over_cannot(
    staff: User, registered: Registration, stay: Service
):
    coming, over = has(registered, stay, [5]), has(registered, stay, [-9], BookingState.DEPARTED)
    shown = words(staff, registered.birth.family)
    for name in ("family:move", "family:party", "family:cancel"):
        assert reverse(name, args=[coming.pk]) in shown
        assert reverse(name, args=[over.pk]) not in shown
    assert reverse("family:booking", args=[over.pk]) in shown


def test_an_application_that_waits_leads_to_its_decision(staff: User, stay: Service):
    waits = builders.registration(born=ahead(-40), state=RegistrationState.APPLIED)
    shown = words(staff, waits.birth.family)
    assert reverse("admin:enrollment_registration_decide", args=[waits.pk]) in shown
    assert reverse("family:book", args=[waits.pk]) not in shown


def test_what_is_open_of_her_fees_is_summed(staff: User, registered: Registration, stay: Service):
    made = charged(has(registered, stay, [-9], BookingState.DEPARTED), staff)
    Payment.objects.create(
        charge=made,
        kind=PaymentKind.PAYMENT,
        method=PaymentMethod.CASH,
        amount=1500,
        received_at=timezone.now(),
        received_by=staff,
    )
    shown = words(staff, registered.birth.family)
    assert "未納 3,000円" in shown
    assert reverse("operator:charge", args=[made.pk]) in shown


def test_waiting_says_which_place_in_line_it_is(staff: User, registered: Registration, stay: Service):
    other = builders.registration(builders.family("佐藤 花"), born=ahead(-40))
    for number, one in enumerate((other, registered)):
        WaitingEntry.objects.create(
            registration=one,
            service=stay,
            period=(ahead(10), ahead(12)),
            joined_at=timezone.now() - timedelta(days=5 - number),
            joined_by=staff,
        )
    assert "待ち 2番目" in words(staff, registered.birth.family)


def test_messages_are_told_by_kind_and_moment_and_never_by_their_text(staff: User, registered: Registration):
    account = registered.birth.family.account_id
    entry = OutboxEntry.objects.create(
        kind="booking_made",
        recipient=f"user:{account}",
        dedupe_key="booking_made:1",
        payload={"booking": 1},
        created_at=timezone.now(),
        next_attempt_at=timezone.now(),
        done_at=timezone.now(),
    )
    OutboxEntry.objects.create(
        kind=BY_WAY,
        recipient=f"user:{account}",
        dedupe_key=f"{BY_WAY}:{entry.pk}",
        payload={"entry": entry.pk, "way": 2},
        created_at=timezone.now(),
        next_attempt_at=timezone.now(),
    )
    shown = words(staff, registered.birth.family)
    for said in ("送ったお知らせ 1件", "予約のお知らせ", "SMS", "送信中"):
        assert said in shown


def test_every_kind_of_message_to_a_mother_has_its_words():
    of_staff = ("referral", "place_", "watch", "despair", "account_", "forgotten", "hard_news", "facility_")
    others = {
        kind
        for kind in outbox._handlers
        if kind not in KINDS and kind != BY_WAY and not kind.startswith(of_staff) and not kind.startswith("incident_")
    }
    assert others == set()


def test_a_protected_family_has_no_address_on_the_page(staff: User, registered: Registration):
    put_under_protection(family=registered.birth.family, reason="支援措置", by=staff, at=timezone.now())
    shown = words(staff, registered.birth.family)
    assert "太子堂" not in shown
    assert "住所非開示" in shown
    assert reverse("protection:state", args=[registered.birth.family_id]) in shown


def test_hard_news_stand_on_top(staff: User, mother: User, registered: Registration):
    HardNews.objects.create(
        family=registered.birth.family, kind=HardNewsKind.HOSPITAL, told_at=timezone.now(), told_by=mother
    )
    assert "自動のお知らせは止まっています" in words(staff, registered.birth.family)


def test_each_look_is_written_down(staff: User, registered: Registration):
    words(staff, registered.birth.family)
    look = AccessLogEntry.objects.get(user=staff)
    assert (look.family_id, look.page) == (registered.birth.family_id, "ward_family")


def test_staff_of_another_district_and_people_outside_the_ward_do_not_see_it(registered: Registration, mother: User):
    elsewhere = builders.user(district=builders.district("kitazawa"))
    for person in (elsewhere, mother, builders.user(Role.OPERATOR), builders.user(Role.HEALTH_NURSE)):
        assert opened(person, registered.birth.family).status_code == 404


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.AUDITOR])
def test_who_only_reads_has_nothing_to_press(role: Role, registered: Registration, stay: Service):
    coming = has(registered, stay, [5])
    shown = words(builders.user(role), registered.birth.family)
    assert coming.number in shown
    for name, pk in (("family:book", registered.pk), ("family:cancel", coming.pk), ("life:end", registered.pk)):
        assert reverse(name, args=[pk]) not in shown


def test_an_entry_that_was_joined_leads_to_the_one_that_is_kept(staff: User, registered: Registration):
    kept = builders.family("髙﨑 𠮷子")
    given_up = registered.birth.family
    Family.objects.filter(pk=given_up.pk).update(merged_into=kept)
    assert opened(staff, given_up)["Location"] == reverse("ward_family", args=[kept.pk])


def test_the_number_of_queries_does_not_grow_with_the_family(
    staff: User, registered: Registration, stay: Service, django_assert_max_num_queries: Any
):
    family = registered.birth.family
    client = Client()
    client.force_login(staff)
    address = reverse("ward_family", args=[family.pk])
    client.get(address)
    for number in range(12):
        charged(has(registered, stay, [-30 + number], BookingState.DEPARTED), staff)
    for _number in range(2):
        builders.registration(family, born=ahead(-400), state=RegistrationState.WITHDRAWN)
    with django_assert_max_num_queries(CEILING):
        assert client.get(address).status_code == 200


# Session, person, second factor, the family, the look that is written down; then the page's own.
CEILING = 45
