"""支払先: who is paid stands on the claim as it was submitted, its account sealed; what is open is told by family."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from openpyxl import load_workbook

from accounts.models import User
from accounts.roles import Role
from billing.claim_files import claim_pdf, claim_xlsx
from billing.claims import return_claim
from billing.models import Claim, Payee
from billing.payees import account_of, payee_lines, payee_on
from care.models import CarePolicy
from tests import builders

from .factories_claims import ACCOUNT, MAY, SAID, enter_rates, facility_of, left, payee, settled, submit

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def manager(transactional_db: None) -> User:
    return builders.user(Role.FACILITY_MANAGER)


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_a_claim_keeps_whom_the_ward_pays_as_it_was_submitted_and_the_account_is_sealed(manager: User) -> None:
    row = payee(facility_of(manager))
    settled(MAY, by=manager)
    enter_rates()
    claim = submit(manager)
    Payee.objects.filter(pk=row.pk).update(representative="別の人", account=None)
    assert claim.snapshot["payee"]["representative"] == SAID[1]
    assert not [word for word in SAID[4:] if word in str(Claim.objects.values("snapshot").get())]
    page = signed_in(manager).get(reverse("operator:claim", args=["2023-05"])).text
    assert [word for word in SAID if word not in page] == []
    book = load_workbook(BytesIO(claim_xlsx(claim)))
    cells = " ".join(str(cell.value) for row in book.worksheets[0].rows for cell in row)
    assert [word for word in SAID if word not in cells] == []
    assert claim_pdf(claim) == claim_pdf(claim)


def test_without_one_the_page_says_whom_to_ask_and_the_month_is_claimed_all_the_same(manager: User) -> None:
    settled(MAY, by=manager)
    enter_rates()
    page = signed_in(manager).get(reverse("operator:claim", args=["2023-05"])).text
    assert "代表者・所在地・口座が登録されていません" in page
    assert claim_pdf(submit(manager)).startswith(b"%PDF")


def test_it_is_that_of_the_day_of_submission(manager: User) -> None:
    place, day = facility_of(manager), date(2023, 6, 1)
    payee(place, period=(builders.LONG_AGO, day), representative="前の理事長")
    payee(place, period=(day, None))
    with translation.override("ja"):
        said = [dict(payee_lines(payee_on(place, on)))["代表者"] for on in (day - timedelta(days=1), day)]
    assert said == ["前の理事長", SAID[1]]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, ""),
        ({"number": "12345"}, "7桁の数字"),
        ({"holder": ""}, "全部入力するか"),
        ({"registration_number": "1234567890123"}, "Tと13桁"),
        (dict.fromkeys(("bank", "branch", "kind", "number", "holder"), ""), ""),
    ],
)
def test_staff_enter_it_and_only_who_enters_it_sees_the_account_there(
    manager: User, changed: dict[str, str], said: str
) -> None:
    typed = {
        "facility": facility_of(manager).pk,
        "period_0": "2020-04-01",
        "period_1": "",
        "name": SAID[0],
        "representative": SAID[1],
        "address": SAID[2],
        "registration_number": SAID[3],
        **vars(ACCOUNT),
    }
    staff = signed_in(builders.user(Role.WARD_STAFF))
    answer = staff.post(reverse("admin:billing_payee_add"), typed | changed)
    if said:
        assert said in answer.text
        assert not Payee.objects.exists()
        return
    row = Payee.objects.get()
    assert account_of(row) == (None if "bank" in changed else ACCOUNT)
    address = reverse("admin:billing_payee_change", args=[row.pk])
    assert (SAID[5] in staff.get(address).text) == ("bank" not in changed)
    assert SAID[5] not in signed_in(builders.user(Role.AUDITOR)).get(address).text


def test_what_is_open_stands_by_family_with_her_name_and_day_and_leads_to_where_it_is_mended(manager: User) -> None:
    one, two = left(MAY, MAY + timedelta(days=1)), left(MAY + timedelta(days=4))
    family = two.registration.birth.family
    family.mother_name, family.mother_name_kana = "野口 里美", "のぐち さとみ"
    family.save()
    page = signed_in(manager).get(reverse("operator:claim", args=["2023-05"]))
    shown = {row.number: row for row in page.context["open"]}
    days = [row.day for row in shown[one.number].rows if row.day]
    assert days == [MAY, MAY + timedelta(days=1)]
    assert "<bdi>野口 里美</bdi>さん" in page.text
    assert reverse("operator:care", args=[one.pk, MAY.isoformat()]) in page.text


def test_of_a_stay_that_ended_for_the_facility_no_name_stands_there(manager: User) -> None:
    CarePolicy.objects.create(
        period=(builders.LONG_AGO, None), sleep_check_minutes=5, records_days=7, corrections_days=45
    )
    booking = left(MAY)
    (shown,) = signed_in(manager).get(reverse("operator:claim", args=["2023-05"])).context["open"]
    assert (shown.name, shown.number) == ("", booking.number)


def test_a_month_given_back_says_why_before_all_else_and_on_the_board_of_who_mends_it(manager: User) -> None:
    settled(MAY, by=manager)
    enter_rates()
    claim = submit(manager)
    staff, reason = builders.user(Role.WARD_STAFF), "7日の記録を確かめてください"
    with transaction.atomic():
        return_claim(claim=claim, seen=claim.digest, reason=reason, by=staff, at=timezone.now())
    client = signed_in(manager)
    page = client.get(reverse("operator:claim", args=["2023-05"])).text
    assert page.index(reason) < page.index("<h1")
    for name in ("operator:claims", "operator:day"):
        assert reason in client.get(reverse(name)).text
    midwife = signed_in(builders.user(Role.OPERATOR))
    assert reason not in midwife.get(reverse("operator:day")).text
