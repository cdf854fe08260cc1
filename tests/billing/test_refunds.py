"""Refunds at the ward's desk: what is due with its reason, recorded once, by two people where the policy says so."""

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
from billing.desk.cash import cash_of_day
from billing.desk.refunds import confirm_refund, refunds_due
from billing.models import AdjustmentKind, Charge, Payment, PaymentKind, PaymentMethod, RefundProposal, UnpaidPolicy
from billing.pay import receive_payment
from billing.queries import owed, paid
from pages.ward.desk.home import due_for
from sankecare.errors import Refused
from tests import builders
from tests.billing.test_pay import in_house
from tests.fixtures_opened_page import fields_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def staff(transactional_db: None) -> User:
    return builders.user()


@pytest.fixture
def charge(staff: User) -> Charge:
    return too_much(staff)


def too_much(staff: User) -> Charge:
    """9,000 yen, paid, and then lowered by 6,000."""
    made = transaction.atomic(check_out)(booking=in_house(), by=staff, at=timezone.now()).charge
    assert made is not None
    with transaction.atomic():
        receive_payment(charge=made, amount=9_000, method=PaymentMethod.CARD, by=staff, at=timezone.now())
        adjust_charge(
            charge=made,
            kind=AdjustmentKind.CORRECTION,
            amount=-6_000,
            reason="課税区分の訂正",
            by=staff,
            at=timezone.now(),
            day=timezone.localdate(),
        )
    return made


def by_two(yen: int) -> None:
    UnpaidPolicy.objects.create(period=(builders.LONG_AGO, None), ages=[30], refund_by_two_from=yen)


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def seen_by(person: User) -> str:
    """What the page that she looks at would send along."""
    return str(fields_of(client_of(person).get(reverse("money:refunds")).text)["seen"])


def sent(**given: Any) -> dict[str, Any]:
    return {"key": secrets.token_urlsafe(24), "amount": "6000", "method": "cash", "reason": "課税区分の訂正", **given}


def test_what_is_to_be_given_back_stands_with_its_reason_and_what_is_settled_does_not(
    charge: Charge, staff: User
) -> None:
    transaction.atomic(check_out)(booking=in_house(), by=staff, at=timezone.now())
    (due,) = refunds_due(Charge.objects.all())
    assert (due.charge.pk, due.amount, [row.reason for row in due.lowered]) == (charge.pk, 6_000, ["課税区分の訂正"])
    page = client_of(staff).get(reverse("money:refunds")).text
    assert "課税区分の訂正" in page
    assert reverse("money:refund", args=[charge.pk]) in page


def test_the_home_leads_to_exactly_these(charge: Charge, staff: User) -> None:
    graded, _nothing = due_for(staff, timezone.now())
    (row,) = [row for group in graded for row in group.rows if str(row.label) == "過払いの利用料"]
    assert (row.count, row.url) == (1, reverse("money:refunds"))


def test_one_person_records_it_once_however_often_it_is_sent(charge: Charge, staff: User) -> None:
    client, given = client_of(staff), sent()
    for _twice in range(2):
        answer = client.post(reverse("money:refund", args=[charge.pk]), given)
        assert (answer.status_code, answer["Location"]) == (302, reverse("money:refunds"))
    assert (paid(charge), owed(charge), Payment.objects.filter(kind=PaymentKind.REFUND).count()) == (3_000, 3_000, 1)
    assert not refunds_due(Charge.objects.all())


def test_what_changed_since_it_was_listed_is_not_given_back(charge: Charge, staff: User) -> None:
    transaction.atomic(adjust_charge)(
        charge=charge,
        kind=AdjustmentKind.CORRECTION,
        amount=1_000,
        reason="訂正",
        by=staff,
        at=timezone.now(),
        day=timezone.localdate(),
    )
    answer = client_of(staff).post(reverse("money:refund", args=[charge.pk]), sent())
    assert (answer.status_code, paid(charge)) == (422, 9_000)


def test_from_an_amount_on_one_proposes_and_another_confirms(charge: Charge, staff: User) -> None:
    by_two(6_000)
    client_of(staff).post(reverse("money:refund", args=[charge.pk]), sent())
    proposal = RefundProposal.objects.get()
    assert (paid(charge), proposal.amount, proposal.proposed_by) == (9_000, 6_000, staff)
    decide = reverse("money:refund-decide", args=[proposal.pk])
    client_of(staff).post(decide)
    assert paid(charge) == 9_000
    second = builders.user()
    page = client_of(second).get(reverse("money:refunds")).text
    assert "確認して返金を記録する" in page
    assert "確認して返金を記録する" not in client_of(staff).get(reverse("money:refunds")).text
    client_of(second).post(decide)  # without what she saw
    assert paid(charge) == 9_000
    client_of(second).post(decide, {"seen": seen_by(second)})
    proposal.refresh_from_db()
    assert (paid(charge), proposal.payment.received_by, proposal.payment.at_ward) == (3_000, second, True)
    client_of(second).post(decide, {"seen": "3000-3000"})
    assert paid(charge) == 3_000


def test_the_home_counts_what_a_colleague_proposed_and_never_ones_own(charge: Charge, staff: User) -> None:
    by_two(1)
    client_of(staff).post(reverse("money:refund", args=[charge.pk]), sent())

    def counted(person: User) -> int:
        graded, nothing = due_for(person, timezone.now())
        rows = [*(row for group in graded for row in group.rows), *nothing]
        return next(row.count for row in rows if str(row.label) == "確認を待つ返金")

    second = builders.user()
    assert (counted(staff), counted(second)) == (0, 1)
    listed = reverse("desk:second-person")
    assert charge.number in client_of(second).get(listed).text
    assert charge.number not in client_of(staff).get(listed).text
    elsewhere = builders.user(district=builders.district("kitazawa"))
    assert charge.number not in client_of(elsewhere).get(listed).text


def test_a_new_account_is_no_second_person(charge: Charge, staff: User) -> None:
    by_two(1)
    client_of(staff).post(reverse("money:refund", args=[charge.pk]), sent())
    new = builders.user(date_joined=timezone.now() - timedelta(hours=1))
    with pytest.raises(Refused) as refused, transaction.atomic():
        confirm_refund(proposal=RefundProposal.objects.get(), seen="3000-9000", by=new, at=timezone.now())
    assert refused.value.code == "second_person_too_new"


def test_below_the_amount_one_person_is_enough(charge: Charge, staff: User) -> None:
    by_two(6_001)
    client_of(staff).post(reverse("money:refund", args=[charge.pk]), sent())
    assert (paid(charge), RefundProposal.objects.count()) == (3_000, 0)


def test_a_proposal_is_taken_back_and_made_anew_but_never_twice_at_once(charge: Charge, staff: User) -> None:
    by_two(1)
    page = reverse("money:refund", args=[charge.pk])
    client = client_of(staff)
    client.post(page, sent())
    assert client.post(page, sent()).status_code == 302
    assert RefundProposal.objects.count() == 1
    first = RefundProposal.objects.get()
    client.post(reverse("money:refund-decide", args=[first.pk]), {"withdraw": "1"})
    client.post(page, sent())
    assert RefundProposal.objects.filter(withdrawn_at__isnull=True).count() == 1
    with pytest.raises(IntegrityError, match="refund_proposed_once"), transaction.atomic():
        RefundProposal.objects.create(
            charge=charge, amount=1, method="cash", reason="訂正", proposed_at=timezone.now(), proposed_by=staff
        )


def test_at_the_till_of_the_charges_page_the_wards_staff_give_back_by_two_as_well(charge: Charge, staff: User) -> None:
    by_two(6_000)
    page = reverse("operator:charge", args=[charge.pk])
    given = sent(refund="1")
    assert client_of(staff).post(page, given).status_code == 302
    assert (paid(charge), RefundProposal.objects.count()) == (9_000, 1)
    operator = builders.user(Role.OPERATOR)
    client_of(operator).post(page, sent(refund="1"))
    assert paid(charge) == 3_000


def corrected(charge: Charge, by: User, amount: int) -> None:
    transaction.atomic(adjust_charge)(
        charge=charge,
        kind=AdjustmentKind.CORRECTION,
        amount=amount,
        reason="訂正",
        by=by,
        at=timezone.now(),
        day=timezone.localdate(),
    )


def test_a_proposal_of_what_is_due_no_more_is_seen_and_confirmed_by_nobody_who_saw_it_otherwise(
    charge: Charge, staff: User
) -> None:
    by_two(1)
    client_of(staff).post(reverse("money:refund", args=[charge.pk]), sent())
    second = builders.user()
    seen, decide = seen_by(second), reverse("money:refund-decide", args=[RefundProposal.objects.get().pk])
    corrected(charge, staff, 6_000)
    refused = client_of(second).post(decide, {"seen": seen}, follow=True)
    assert (paid(charge), "もう一度" in refused.text) == (9_000, True)
    page = client_of(second).get(reverse("money:refunds")).text
    assert charge.number in page
    assert "払いすぎの額と違います" in page
    client_of(second).post(decide, {"withdraw": "1"})
    assert charge.number not in client_of(second).get(reverse("money:refunds")).text


def test_what_is_proposed_at_the_charges_page_stands_on_the_list_where_the_home_leads(staff: User) -> None:
    by_two(1)
    made = transaction.atomic(check_out)(booking=in_house(), by=staff, at=timezone.now()).charge
    assert made is not None
    with transaction.atomic():
        receive_payment(charge=made, amount=9_000, method=PaymentMethod.CARD, by=staff, at=timezone.now())
    client_of(staff).post(reverse("operator:charge", args=[made.pk]), sent(refund="1", amount="500"))
    assert RefundProposal.objects.get().amount == 500
    second = builders.user()
    assert made.number in client_of(second).get(reverse("money:refunds")).text
    decide = reverse("money:refund-decide", args=[RefundProposal.objects.get().pk])
    client_of(second).post(decide, {"seen": seen_by(second)})
    assert paid(made) == 8_500


def test_what_the_ward_gives_back_is_missing_in_no_facilitys_till(charge: Charge, staff: User) -> None:
    client_of(staff).post(reverse("money:refund", args=[charge.pk]), sent())
    facility = charge.booking.service.facility
    assert cash_of_day(facility, timezone.localdate()).expected == 0
    operator = builders.user(Role.OPERATOR)
    page = client_of(operator).get(reverse("operator:cash")).text
    assert "-6,000" in page.replace("−", "-")
    client_of(operator).post(reverse("operator:charge", args=[charge.pk]), sent(refund="1", amount="1000"))
    assert cash_of_day(facility, timezone.localdate()).expected == -1_000


def test_the_list_asks_as_much_when_more_is_due(staff: User) -> None:
    client, asked = client_of(staff), []
    for _more in range(2):
        for _one in range(3):
            too_much(staff)
        client.get(reverse("money:refunds"))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("money:refunds")).status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 25
