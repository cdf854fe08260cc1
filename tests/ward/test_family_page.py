"""One family whole: what the desk reads, what it can do from there, who may, and a fixed number of queries."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import ProgrammingError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import AccessLogEntry, User
from accounts.roles import Role
from billing.models import Charge, ChargeLine, Payment, PaymentKind, PaymentMethod
from bookings.models import Booking, BookingState, DayStatus, WaitingEntry
from enrollment.decisions.decide import approve_application
from enrollment.families.call_notes import due_call_notes, note_call
from enrollment.models import CallNote, Family, HardNews, HardNewsKind, Registration, RegistrationState, TimelineEvent
from enrollment.protection.protect import put_under_protection
from facilities.models import Service
from pages.ward.family.happened import SENTENCES
from pages.ward.family.message_words import BY_WAY, KINDS
from reports.people_words import told_apart
from sankecare import outbox
from sankecare.errors import Refused
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
    of_staff = ("referral", "place_", "watch", "despair", "account_", "forgotten", "hard_news", "facility_", "history")
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
CEILING = 55


def test_a_call_is_noted_with_its_day_and_stays_open_until_it_is_answered(staff: User, registered: Registration):
    family = registered.birth.family
    client = Client()
    client.force_login(staff)
    address = reverse("ward_family_call", args=[family.pk])
    first = {"text": "折り返し希望", "look_again_on": timezone.localdate().isoformat(), "key": "a" * 32}
    assert client.post(address, first)["Location"] == reverse("ward_family", args=[family.pk])
    assert client.post(address, first).status_code == 302  # sent twice over a poor network
    note = CallNote.objects.get()
    assert list(due_call_notes(staff, timezone.localdate())) == [note]
    assert "に確認" in words(staff, family)
    client.post(address, {"text": "折り返しました", "answers": note.pk, "key": "b" * 32})
    assert list(due_call_notes(staff, timezone.localdate())) == []
    assert "のメモの結果" in words(staff, family)


def test_a_note_without_words_is_refused_beside_its_field_and_nothing_typed_is_lost(
    staff: User, registered: Registration
):
    client = Client()
    client.force_login(staff)
    day = ahead(3).isoformat()
    answer = client.post(
        reverse("ward_family_call", args=[registered.birth.family_id]),
        {"text": " ", "look_again_on": day, "key": "c" * 32},
    )
    assert answer.status_code == 422
    assert day in str(answer.content, "utf-8")
    assert not CallNote.objects.exists()


def test_a_note_is_due_to_those_who_work_for_the_family_from_its_day_on(staff: User, registered: Registration):
    with transaction.atomic():
        note_call(family=registered.birth.family, text="待つ", look_again_on=ahead(2), by=staff, at=timezone.now())
    elsewhere = builders.user(district=builders.district("kitazawa"))
    assert [due_call_notes(staff, ahead(day)).count() for day in (1, 2, 3)] == [0, 1, 1]
    assert due_call_notes(elsewhere, ahead(3)).count() == 0
    assert due_call_notes(builders.user(Role.AUDITOR), ahead(3)).count() == 0


def test_two_who_answer_one_note_do_not_both(staff: User, registered: Registration):
    family, now = registered.birth.family, timezone.now()
    with transaction.atomic():
        note = note_call(family=family, text="待つ", look_again_on=ahead(2), by=staff, at=now)
        note_call(family=family, text="済み", answers=note, by=staff, at=now)
        with pytest.raises(Refused, match="answered_already"):
            note_call(family=family, text="済み", answers=note, by=staff, at=now)


@pytest.mark.parametrize("change", [{"text": "別の話"}, {"look_again_on": None}])
def test_the_database_keeps_a_note_as_it_was_written(staff: User, registered: Registration, change: dict[str, Any]):
    with transaction.atomic():
        note = note_call(
            family=registered.birth.family, text="待つ", look_again_on=ahead(2), by=staff, at=timezone.now()
        )
    with pytest.raises(ProgrammingError), transaction.atomic():
        CallNote.objects.filter(pk=note.pk).update(**change)
    with pytest.raises(ProgrammingError), transaction.atomic():
        note.delete()


def test_only_ward_staff_of_the_family_may_note_a_call(registered: Registration, mother: User):
    for person in (mother, builders.user(Role.AUDITOR), builders.user(Role.SUPERVISOR)):
        client = Client()
        client.force_login(person)
        answer = client.post(reverse("ward_family_call", args=[registered.birth.family_id]), {"text": "x"})
        assert answer.status_code == 404
        assert not CallNote.objects.exists()


def test_a_fact_says_when_and_by_whom_it_was_entered(staff: User, registered: Registration):
    client = Client()
    client.force_login(staff)
    client.post(reverse("life:phone", args=[registered.birth.family_id]), {"phone": "0312345678"})
    assert f"{date_format(timezone.localdate())} 大西 亮 入力" in words(staff, registered.birth.family)


def test_what_staff_reported_leads_back_to_the_family(staff: User, registered: Registration):
    client = Client()
    client.force_login(staff)
    answer = client.post(reverse("life:phone", args=[registered.birth.family_id]), {"phone": "0312345678"})
    assert answer["Location"] == reverse("ward_family", args=[registered.birth.family_id])
    shown = str(client.get(reverse("family:book", args=[registered.pk])).content, "utf-8")
    assert reverse("ward_family", args=[registered.birth.family_id]) in shown


def test_a_mother_is_led_to_no_page_of_the_desk(mother: User, registered: Registration):
    client = Client()
    client.force_login(mother)
    assert "/ward/families/" not in str(client.get(reverse("family:book", args=[registered.pk])).content, "utf-8")


def test_a_row_in_the_administration_leads_to_the_family(staff: User, registered: Registration):
    client = Client()
    client.force_login(staff)
    page = client.get(reverse("admin:enrollment_registration_change", args=[registered.pk]))
    assert reverse("ward_family", args=[registered.birth.family_id]) in str(page.content, "utf-8")


def test_a_decision_and_its_letter_are_one_sentence(staff: User, stay: Service):
    builders.letter_policy()
    waits = builders.registration(born=ahead(-40), state=RegistrationState.APPLIED)
    with transaction.atomic():
        approve_application(registration=waits, reason="要件を満たすため", by=staff, at=timezone.now())
    number = waits.letters.get().snapshot["number"]
    shown = words(staff, waits.birth.family)
    assert f"大西 亮が承認した（{waits.number}" in shown
    assert number in shown
    assert "通知書を発行した" not in shown


def test_two_of_one_name_are_told_apart(staff: User, registered: Registration):
    other = builders.user(last_name="大西", first_name="亮")
    names = told_apart([staff, other, registered.birth.family.account])
    assert names[staff.pk] == f"大西 亮（{staff.username}）"
    assert names[other.pk] == f"大西 亮（{other.username}）"
    assert names[registered.birth.family.account_id] == "お母さん本人"


def test_every_change_stands_in_a_sentence_with_before_and_after(staff: User, registered: Registration):
    client = Client()
    client.force_login(staff)
    client.post(reverse("life:phone", args=[registered.birth.family_id]), {"phone": "0312345678"})
    shown = str(client.get(reverse("ward_family_history", args=[registered.birth.family_id])).content, "utf-8")
    for said in ("大西 亮が家庭を変更した", "0312345678", "電話番号"):
        assert said in shown


def test_everything_that_can_happen_is_told_in_a_sentence():
    assert set(SENTENCES) == set(TimelineEvent)
