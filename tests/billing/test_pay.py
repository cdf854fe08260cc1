"""Money at the facility: whole, in part, given back, each once; coupons once; receipts always the same."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from accounts.models import User
from accounts.roles import Role
from billing.adjust import adjust_charge
from billing.check_out import check_out
from billing.models import Adjustment, AdjustmentKind, Charge, HandedCoupon, Payment, PaymentMethod
from billing.pay import receive_payment, refund_payment
from billing.queries import owed, paid
from billing.receipt import receipt_pdf
from bookings.models import Booking, BookingState, DayStatus, Stay
from enrollment.models import Family
from facilities.models import Facility
from sankecare.errors import Refused
from tests import builders
from tests.fixtures_concurrency import together

pytestmark = pytest.mark.django_db(transaction=True)


def in_house(family: Family | None = None, days: int = 2, coupons: int = 0) -> Booking:
    """A family at the Ward Centre since yesterday, that leaves today."""
    today = timezone.localdate()
    service = builders.Service.objects.first() or builders.service(slots=200, sibling_rooms=200)
    registration = builders.registration(family, born=today - timedelta(days=40))
    booking = Booking.objects.create(
        registration=registration,
        service=service,
        state=BookingState.ARRIVED,
        coupons=coupons,
        booked_at=timezone.now(),
    )
    for number in range(days):
        booking.days.create(day=today - timedelta(days=number), status=DayStatus.USED)
    Stay.objects.create(booking=booking, arrived_at=timezone.now() - timedelta(days=1))
    return booking


@pytest.fixture
def operator(transactional_db: None) -> User:
    return builders.user(Role.OPERATOR)


@pytest.fixture
def charge(operator: User) -> Charge:
    """9,000 yen: two days, taxed (SEED 4,500)."""
    done = transaction.atomic(check_out)(booking=in_house(), by=operator, at=timezone.now(), summary="よく休めました")
    assert done.charge is not None
    return done.charge


def pay(charge: Charge, amount: int, by: User) -> Payment:
    with transaction.atomic():
        return receive_payment(charge=charge, amount=amount, method=PaymentMethod.CASH, by=by, at=timezone.now())


def give_back(charge: Charge, amount: int, by: User, reason: str = "訂正のため") -> Payment:
    with transaction.atomic():
        return refund_payment(
            charge=charge, amount=amount, method=PaymentMethod.CASH, reason=reason, by=by, at=timezone.now()
        )


def test_it_is_paid_in_parts_and_never_more_than_is_owed(charge: Charge, operator: User) -> None:
    pay(charge, 4_000, operator)
    pay(charge, 5_000, operator)
    with pytest.raises(Refused) as refused:
        pay(charge, 1, operator)
    assert (refused.value.code, paid(charge)) == ("more_than_owed", 9_000)


@pytest.mark.parametrize(
    ("amount", "reason", "code"), [(4_001, "訂正", "more_than_paid"), (1, " ", "no_reason"), (0, "訂正", "no_amount")]
)
def test_no_more_is_given_back_than_was_paid_and_never_without_reason(
    charge: Charge, operator: User, amount: int, reason: str, code: str
) -> None:
    pay(charge, 4_000, operator)
    with pytest.raises(Refused) as refused:
        give_back(charge, amount, operator, reason)
    assert (refused.value.code, paid(charge)) == (code, 4_000)


def test_after_a_correction_downwards_the_rest_can_be_given_back(charge: Charge, operator: User) -> None:
    pay(charge, 9_000, operator)
    transaction.atomic(adjust_charge)(
        charge=charge,
        kind=AdjustmentKind.CORRECTION,
        amount=-4_500,
        reason="日数の訂正",
        by=operator,
        at=timezone.now(),
    )
    give_back(charge, 4_500, operator)
    assert (owed(charge), paid(charge)) == (4_500, 4_500)


def test_the_database_refuses_too_much_and_any_edit_whoever_writes(charge: Charge, operator: User) -> None:
    kept = pay(charge, 9_000, operator)
    more = {"charge": charge, "kind": "payment", "method": "cash", "amount": 1, "received_by": operator}
    with pytest.raises(DatabaseError), transaction.atomic():
        Payment.objects.create(**more, received_at=timezone.now())
    with pytest.raises(DatabaseError), transaction.atomic():
        Payment.objects.filter(pk=kept.pk).update(amount=1)
    back = more | {"kind": "refund", "amount": 9_001, "reason": "x"}
    with pytest.raises(DatabaseError), transaction.atomic():
        Payment.objects.create(**back, received_at=timezone.now())


@settings(max_examples=25, deadline=None)
@given(steps=st.lists(st.tuples(st.booleans(), st.integers(1, 6_000)), max_size=6))
def test_whatever_is_paid_and_given_back_the_sum_stays_between_nothing_and_what_is_owed(
    django_db_blocker: Any, steps: list[tuple[bool, int]]
) -> None:
    person = User.objects.filter(role=Role.OPERATOR).first() or builders.user(Role.OPERATOR)
    made = transaction.atomic(check_out)(booking=in_house(), by=person, at=timezone.now()).charge
    assert made is not None
    standing = 0
    for back, amount in steps:
        possible = amount <= (standing if back else 9_000 - standing)
        try:
            (give_back if back else pay)(made, amount, person)
        except Refused:
            assert not possible
        else:
            assert possible
            standing += -amount if back else amount
        assert paid(made) == standing


def test_at_the_till_a_payment_sent_twice_is_one_and_the_receipt_is_there(charge: Charge, operator: User) -> None:
    client = Client()
    client.force_login(operator)
    till = reverse("operator:charge", args=[charge.pk])
    assert "返金として記録する" not in client.get(till).text  # nothing to give back yet
    for _ in range(2):
        client.post(till, {"amount": "9000", "method": "card", "key": "till-1"})
    payment = Payment.objects.get()
    too_much = client.post(till, {"amount": "1", "method": "cash", "key": "till-2"})
    assert (too_much.status_code, "残りのお支払い額は0円" in too_much.content.decode()) == (422, True)
    assert "返金として記録する" in client.get(till).text
    receipt = client.get(reverse("operator:receipt", args=[payment.pk]))
    assert (receipt["Content-Type"], receipt.content[:5]) == ("application/pdf", b"%PDF-")
    assert receipt_pdf(payment) == receipt_pdf(Payment.objects.get())


def test_a_sign_of_the_name_that_no_receipt_can_print_is_said_at_the_till(charge: Charge, operator: User) -> None:
    client, till = Client(), reverse("operator:charge", args=[charge.pk])
    client.force_login(operator)
    words = "手書きで補ってください"
    assert words not in client.get(till).text
    Family.objects.update(mother_name="山田 \U00030edd子")
    assert (words in client.get(till).text, "「\U00030edd」を印字できません" in client.get(till).text) == (True, True)


def test_a_receipt_is_the_same_bytes_whatever_changes_afterwards(charge: Charge, operator: User) -> None:
    printed = receipt_pdf(pay(charge, 9_000, operator))
    transaction.atomic(adjust_charge)(
        charge=charge,
        kind=AdjustmentKind.CORRECTION,
        amount=-4_500,
        reason="日数の訂正",
        by=operator,
        at=timezone.now(),
    )
    Family.objects.update(mother_name="改姓 良子")
    Facility.objects.update(name="別の名", operator="別の運営者")
    assert receipt_pdf(Payment.objects.get()) == printed
    given_back = give_back(charge, 4_500, operator)
    assert given_back.snapshot == {
        "look": 2,
        "name": "改姓 良子",
        "facility": "別の名",
        "operator": "別の運営者",
        "owed": 4_500,
        "adjustments": [["日数の訂正", -4_500]],
    }


def test_a_refund_slip_says_why_and_lists_no_days(charge: Charge, operator: User) -> None:
    """100 yen given back are not the price of seven days."""
    pay(charge, 9_000, operator)
    with transaction.atomic():
        back = refund_payment(
            charge=charge,
            amount=100,
            method=PaymentMethod.CASH,
            reason="お釣りの渡し忘れ",
            by=operator,
            at=timezone.now(),
        )
    text = text_of(receipt_pdf(back))
    assert "お釣りの渡し忘れ" in text
    assert "100" in text
    assert "4,500" not in text
    assert charge.number in text


def test_a_receipt_lists_what_makes_the_amount_that_is_owed(charge: Charge, operator: User) -> None:
    transaction.atomic(adjust_charge)(
        charge=charge,
        kind=AdjustmentKind.CORRECTION,
        amount=-500,
        reason="日数の訂正",
        by=operator,
        at=timezone.now(),
    )
    text = text_of(receipt_pdf(pay(charge, 8_500, operator)))
    assert "日数の訂正" in text
    assert "-500" in text
    assert "8,500" in text


def text_of(made: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)


def test_the_mother_reads_the_summary_and_opens_her_own_receipt_alone(charge: Charge, operator: User) -> None:
    mother = builders.user(Role.MOTHER, email="yoshiko@example.jp")
    Family.objects.filter(births__registrations__bookings__charge=charge).update(account=mother)
    payment = pay(charge, 9_000, operator)
    client = Client()
    client.force_login(mother)
    page = client.get(reverse("family:booking", args=[charge.booking_id])).content.decode()
    assert "よく休めました" in page
    assert client.get(reverse("operator:receipt", args=[payment.pk])).status_code == 200
    client.force_login(builders.user(Role.MOTHER, email="other@example.jp"))
    assert client.get(reverse("operator:receipt", args=[payment.pk])).status_code == 404


def test_a_mothers_page_says_what_is_still_to_be_paid_and_nothing_once_she_has_paid(
    charge: Charge, operator: User
) -> None:
    mother = builders.user(Role.MOTHER, email="yoshiko@example.jp")
    Family.objects.filter(births__registrations__bookings__charge=charge).update(account=mother)
    client = Client()
    client.force_login(mother)

    def row() -> list[str]:
        return client.get(reverse("family:home")).context["charge_rows"][0][3:]

    pay(charge, 4_000, operator)
    assert row() == ["9,000", "5,000"]
    pay(charge, 5_000, operator)
    assert row() == ["9,000", "0"]
    transaction.atomic(adjust_charge)(
        charge=charge, kind=AdjustmentKind.CORRECTION, amount=-1_000, reason="訂正", by=operator, at=timezone.now()
    )
    assert row() == ["8,000", "返金 1,000"]


def test_of_payments_at_once_no_more_is_taken_than_is_owed(charge: Charge, operator: User) -> None:
    results = together(*[lambda: pay(charge, 4_000, operator).amount] * 4)
    assert (results.count(4_000), results.count("more_than_owed"), paid(charge)) == (2, 2, 8_000)


def test_of_corrections_at_once_none_brings_what_is_owed_below_nothing_whoever_writes(
    charge: Charge, operator: User
) -> None:
    def written_past_the_operation() -> object:
        return Adjustment.objects.create(
            charge=charge, amount=-4_000, reason="訂正", made_at=timezone.now(), made_by=operator
        ).amount

    results = together(*[written_past_the_operation] * 4)
    assert (results.count(-4_000), results.count("IntegrityError"), owed(charge)) == (2, 2, 1_000)
    with pytest.raises(IntegrityError, match="-3000 owed"), transaction.atomic():
        written_past_the_operation()


# ---- Coupons --------------------------------------------------------------------------------------------------------


@pytest.fixture
def coupon_ward(operator: User) -> Family:
    builders.coupon_policy()
    return builders.family()


def test_a_coupon_is_handed_over_once_and_never_again(coupon_ward: Family, operator: User) -> None:
    first = transaction.atomic(check_out)(
        booking=in_house(coupon_ward), by=operator, at=timezone.now(), coupons=[1, 2]
    )
    assert first.charge is not None
    assert first.charge.total == 9_000 - 5_000
    again = in_house(coupon_ward, days=0)
    again.days.create(day=timezone.localdate() - timedelta(days=5), status=DayStatus.USED)
    with pytest.raises(Refused) as refused:
        transaction.atomic(check_out)(booking=again, by=operator, at=timezone.now(), coupons=[2, 3])
    assert refused.value.code == "coupon_used"
    again.refresh_from_db()
    assert (again.state, HandedCoupon.objects.count()) == (BookingState.ARRIVED, 2)
    with pytest.raises(DatabaseError), transaction.atomic():
        HandedCoupon.objects.create(
            booking=again, family=coupon_ward, number=1, handed_at=timezone.now(), taken_by=operator
        )


def test_of_two_stays_that_hand_over_one_coupon_at_once_one_gets_it(coupon_ward: Family, operator: User) -> None:
    today = timezone.localdate()
    for number in range(1, 4):
        stays = [in_house(coupon_ward, days=0), in_house(coupon_ward, days=0)]
        for place, booking in enumerate(stays):
            booking.days.create(day=today - timedelta(days=2 * number + place + 5), status=DayStatus.USED)
        together(
            *[
                lambda booking=booking, number=number: transaction.atomic(check_out)(
                    booking=booking, by=operator, at=timezone.now(), coupons=[number]
                )
                for booking in stays
            ]
        )
        assert HandedCoupon.objects.filter(number=number).count() == 1
        assert sorted(Booking.objects.filter(pk__in=[one.pk for one in stays]).values_list("state", flat=True)) == [
            BookingState.ARRIVED,
            BookingState.DEPARTED,
        ]
        Booking.objects.filter(state=BookingState.ARRIVED).update(state=BookingState.DEPARTED)
        Stay.objects.filter(departed_at__isnull=True).update(departed_at=timezone.now())


@pytest.mark.parametrize(("numbers", "code"), [([6], "no_such_coupon"), ([1, 2, 3], "coupon_more_than_days")])
def test_coupons_that_cannot_be_used_are_refused_before_they_are_taken(
    coupon_ward: Family, operator: User, numbers: list[int], code: str
) -> None:
    booking = in_house(coupon_ward)
    with pytest.raises(Refused) as refused:
        transaction.atomic(check_out)(booking=booking, by=operator, at=timezone.now(), coupons=numbers)
    assert (refused.value.code, HandedCoupon.objects.count()) == (code, 0)
    booking.refresh_from_db()
    assert booking.state == BookingState.ARRIVED


def test_announced_coupons_that_are_not_handed_over_take_nothing_off(coupon_ward: Family, operator: User) -> None:
    booking = in_house(coupon_ward, coupons=2)
    client = Client()
    client.force_login(operator)
    client.post(reverse("operator:departure", args=[booking.pk]), {"note": "", "summary": ""})
    assert Charge.objects.get().total == 9_000


def test_a_departure_sent_twice_over_a_poor_network_is_recorded_once_and_answered_alike(
    coupon_ward: Family, operator: User
) -> None:
    client = Client()
    client.force_login(operator)
    leaving = reverse("operator:departure", args=[in_house(coupon_ward).pk])
    key = client.get(leaving).context["key"]
    answers = [client.post(leaving, {"key": key, "note": "", "summary": "", "coupons": ["1"]}) for _ in range(2)]
    to_the_charge = reverse("operator:charge", args=[Charge.objects.get().pk])
    assert [answer.headers["Location"] for answer in answers] == [to_the_charge] * 2
    assert HandedCoupon.objects.count() == 1


def test_a_used_coupon_is_named_on_the_page_of_leaving(coupon_ward: Family, operator: User) -> None:
    transaction.atomic(check_out)(booking=in_house(coupon_ward), by=operator, at=timezone.now(), coupons=[1])
    again = in_house(coupon_ward, days=0)
    again.days.create(day=timezone.localdate() - timedelta(days=5), status=DayStatus.USED)
    client = Client()
    client.force_login(operator)
    leaving = reverse("operator:departure", args=[again.pk])
    assert "1（使用済み）" in client.get(leaving).content.decode()
    refused = client.post(leaving, {"coupons": ["1"], "summary": "ゆっくりできました"})
    assert (refused.status_code, "使用済みです" in refused.content.decode()) == (422, True)
    assert "ゆっくりできました" in refused.content.decode()
