"""What was taken in: by month and way beside the charges; and the cash of a day, counted, with a word on it."""

import secrets
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from billing.adjust import adjust_charge
from billing.check_out import check_out
from billing.desk.cash import cash_of_day, count_cash
from billing.models import AdjustmentKind, CashCount, Charge, Payment, PaymentMethod
from billing.pay import receive_payment, refund_payment
from facilities.models import Facility
from sankecare.errors import NotPossible
from tests import builders
from tests.as_owner import as_owner
from tests.billing.test_pay import in_house

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def operator(transactional_db: None) -> User:
    return builders.user(Role.OPERATOR)


def charged(by: User) -> Charge:
    made = transaction.atomic(check_out)(booking=in_house(), by=by, at=timezone.now()).charge
    assert made is not None
    return made


def pay(charge: Charge, amount: int, by: User, method: PaymentMethod = PaymentMethod.CASH) -> Payment:
    with transaction.atomic():
        return receive_payment(charge=charge, amount=amount, method=method, by=by, at=timezone.now())


def give_back(charge: Charge, amount: int, by: User) -> Payment:
    with transaction.atomic():
        return refund_payment(
            charge=charge, amount=amount, method=PaymentMethod.CASH, reason="訂正", by=by, at=timezone.now()
        )


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_the_months_sums_agree_with_the_charges(operator: User) -> None:
    staff = builders.user()
    first, second = charged(operator), charged(operator)
    pay(first, 9_000, operator)
    pay(second, 4_000, operator, PaymentMethod.CARD)
    give_back(first, 1_000, operator)
    transaction.atomic(adjust_charge)(
        charge=second,
        kind=AdjustmentKind.GOODWILL,
        amount=-500,
        reason="配慮",
        by=staff,
        at=timezone.now(),
        day=timezone.localdate(),
    )
    page = client_of(staff).get(reverse("money:payments"))
    everything, agreement = page.context["everything"], page.context["agreement"]
    assert (everything.by_way["cash"], everything.by_way["card"], everything.by_way["code"]) == (8_000, 4_000, 0)
    assert (everything.net, everything.given_back, everything.payments, everything.refunds) == (12_000, 1_000, 2, 1)
    assert (agreement.opening, agreement.issued, agreement.adjusted) == (0, 18_000, -500)
    assert (agreement.received, agreement.given_back, agreement.closing) == (13_000, 1_000, 5_500)
    assert agreement.agrees
    assert [row[1:4] for row in page.context["by_facility"]] == [["8,000", "4,000", "0"]]
    before = timezone.localdate().replace(day=1) - timedelta(days=1)
    earlier = client_of(staff).get(reverse("money:payments"), {"month": f"{before:%Y-%m}"})
    assert (earlier.context["everything"].net, earlier.context["agreement"].closing) == (0, 0)
    assert "髙﨑" not in page.text


def test_another_facilitys_payments_are_not_among_those_of_one(operator: User) -> None:
    staff = builders.user()
    pay(charged(operator), 9_000, operator)
    builders.facility("mamas-room", "ママズルーム")
    here = client_of(staff).get(reverse("money:payments"), {"facility": "ward-centre"})
    assert here.context["everything"].net == 9_000
    assert f"{reverse('money:cash')}?facility=ward-centre&amp;day={timezone.localdate():%Y-%m-%d}" in here.text
    there = client_of(staff).get(reverse("money:payments"), {"facility": "mamas-room"})
    assert (there.context["everything"].net, there.context["agreement"].issued) == (0, 0)


def test_the_month_asks_as_much_when_more_was_paid(operator: User) -> None:
    client, asked = client_of(builders.user()), []
    for _more in range(2):
        pay(charged(operator), 9_000, operator)
        client.get(reverse("money:payments"))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("money:payments")).status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 25


@pytest.mark.parametrize("asked", ["2026-13", "x", "9999-01", "1999-12", ""])
def test_an_address_with_no_month_shows_this_one(operator: User, asked: str) -> None:
    page = client_of(builders.user()).get(reverse("money:payments"), {"month": asked})
    assert page.context["month"] == timezone.localdate().replace(day=1)


def count(operator: User, **given: Any) -> CashCount:
    values: dict[str, Any] = {"pieces": {}, "opening": 0, "word": "", "day": timezone.localdate(), **given}
    with transaction.atomic():
        return count_cash(facility=Facility.objects.get(slug="ward-centre"), by=operator, at=timezone.now(), **values)


def test_the_day_has_what_was_taken_in_cash_and_by_whom(operator: User) -> None:
    colleague = builders.user(Role.OPERATOR)
    first, second = charged(operator), charged(operator)
    pay(first, 9_000, operator)
    pay(second, 5_000, colleague)
    pay(second, 1_000, colleague, PaymentMethod.CODE)
    give_back(first, 500, colleague)
    found = cash_of_day(Facility.objects.get(slug="ward-centre"), timezone.localdate())
    assert (found.taken_in, found.given_back, found.expected) == (14_000, 500, 13_500)
    assert found.by_person == [(operator, 9_000, 0), (colleague, 5_000, 500)]
    page = client_of(operator).get(reverse("operator:cash"))
    assert first.payments.first().number in page.text
    assert "髙﨑" not in page.text
    assert (
        found.payments[0].number
        in client_of(builders.user()).get(reverse("money:cash"), {"facility": "ward-centre"}).text
    )


def test_the_till_is_counted_by_notes_and_coins_and_what_differs_takes_a_word(operator: User) -> None:
    pay(charged(operator), 9_000, operator)
    counted = count(operator, opening=3_000, pieces={10_000: 1, 1_000: 2})
    assert (counted.counted, counted.expected, counted.difference) == (12_000, 9_000, 0)
    with pytest.raises(NotPossible) as refused:
        count(operator, opening=3_000, pieces={10_000: 1, 1_000: 1, 500: 1})
    assert (refused.value.code, "-500" in refused.value.detail) == ("say_why", True)
    assert count(operator, pieces={5_000: 1, 1_000: 3}, word="つり銭の渡し誤り").difference == -1_000
    assert CashCount.objects.count() == 2
    with pytest.raises(IntegrityError, match="cash_difference_has_a_word"), transaction.atomic():
        CashCount.objects.create(
            facility=counted.facility,
            day=counted.day,
            counted=1,
            expected=0,
            counted_at=timezone.now(),
            counted_by=operator,
        )


@pytest.mark.parametrize(
    "given",
    [{"pieces": {7: 1}}, {"pieces": {10: -1}}, {"opening": -1}, {"day": timezone.localdate() + timedelta(days=2)}],
)
def test_what_no_till_holds_is_refused(operator: User, given: dict[str, Any]) -> None:
    builders.facility()
    with pytest.raises(NotPossible):
        count(operator, **given)


def test_a_count_is_typed_on_the_page_kept_once_and_counted_anew_when_more_is_paid(operator: User) -> None:
    charge = charged(operator)
    pay(charge, 4_000, operator)
    client, page = client_of(operator), reverse("operator:cash")
    key = secrets.token_urlsafe(24)
    given = {"key": key, "opening": "1000", "pieces_1000": "5", "word": ""}
    assert client.post(page, {**given, "pieces_1000": "4"}).status_code == 422
    assert client.post(page, {**given, "pieces_1000": "x"}).status_code == 422
    for _twice in range(2):
        assert client.post(page, given).status_code == 302
    assert CashCount.objects.get().pieces == {"1000": 5}
    assert "もう一度数えてください" not in client.get(page).text
    pay(charge, 5_000, operator)
    assert "数えたあとに現金の収納・返金がありました" in client.get(page).text
    assert "5,000" in client_of(builders.user()).get(reverse("money:cash"), {"facility": "ward-centre"}).text


def test_a_count_is_never_rewritten(operator: User) -> None:
    builders.facility()
    counted = count(operator)
    with pytest.raises(Exception, match="Cannot"), transaction.atomic(), as_owner():
        CashCount.objects.filter(pk=counted.pk).update(counted=5)


def test_another_facility_sees_its_own_till_alone_and_the_ward_no_facility_that_is_none(operator: User) -> None:
    pay(charged(operator), 9_000, operator)
    elsewhere = builders.user(Role.OPERATOR, facility=builders.facility("mamas-room", "ママズルーム"))
    page = client_of(elsewhere).get(reverse("operator:cash"), {"facility": "ward-centre"})
    assert page.context["cash"].payments == []
    ward = client_of(builders.user())
    assert ward.get(reverse("money:cash"), {"facility": "nowhere"}).status_code == 404
    assert ward.get(reverse("money:cash")).status_code == 200


@pytest.mark.parametrize("asked", ["0001-01-01", "1999-12-31", "9999-12-31", "x", ""])
def test_a_day_that_no_till_had_shows_today(operator: User, asked: str) -> None:
    for client, page in ((client_of(operator), "operator:cash"), (client_of(builders.user()), "money:cash")):
        charged(operator)
        answer = client.get(reverse(page), {"day": asked})
        assert (answer.status_code, answer.context["day"]) == (200, timezone.localdate())


@pytest.mark.parametrize("page", ["money:unpaid", "money:payments", "money:cash"])
def test_a_facility_that_is_none_is_said_to_be_none(operator: User, page: str) -> None:
    charged(operator)
    assert client_of(builders.user()).get(reverse(page), {"facility": "nowhere"}).status_code == 404
    assert client_of(builders.user()).get(reverse(page), {"facility": "ward-centre"}).status_code == 200


def test_the_sheet_asks_as_much_when_more_was_paid(operator: User) -> None:
    client, asked = client_of(operator), []
    for _more in range(2):
        pay(charged(operator), 9_000, operator)
        client.get(reverse("operator:cash"))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("operator:cash")).status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 25
