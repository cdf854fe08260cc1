"""A charge that was missing when the family left: issued by hand, once, when the amount is there."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from billing.check_out import check_out
from billing.models import Charge, Component, Tariff
from billing.month_record import Finding, Open, open_in_month
from bookings.models import Booking
from enrollment.models import TaxClassPeriod
from facilities.models import ServiceKind
from tests import builders
from tests.billing.test_pay import in_house

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def operator(transactional_db: None) -> User:
    return builders.user(Role.OPERATOR)


@pytest.fixture
def left(operator: User) -> Booking:
    """A non-taxed family after a visit: the ward has published the amount for taxed households only (SEED)."""
    publish(builders.service(ServiceKind.OUTREACH), "taxed", 2_000)
    booking = in_house(builders.family(tax_class="non_taxed"), days=1)
    done = transaction.atomic(check_out)(booking=booking, by=operator, at=timezone.now())
    assert (done.charge, bool(done.no_charge)) == (None, True)
    return booking


def publish(service: object, tax_class: str, amount: int, component: Component = Component.BASE) -> None:
    Tariff.objects.create(
        service=service, component=component, tax_class=tax_class, amount=amount, period=(builders.LONG_AGO, None)
    )


def uncharged(booking: Booking) -> list[Finding]:
    today = timezone.localdate()
    found = open_in_month(booking.service.facility, today.replace(day=1), today + timedelta(days=1))
    return [one for one in found if one.what in (Open.NOT_CHARGED, Open.NOT_PRICED)]


def test_the_stay_offers_the_charge_that_is_missing_and_it_is_issued_once(left: Booking, operator: User) -> None:
    client = Client()
    client.force_login(operator)
    stay, page = reverse("operator:stay", args=[left.pk]), reverse("operator:charge-issue", args=[left.pk])
    assert page in client.get(stay).content.decode()
    refused = client.post(page, {"key": "till-1"})
    assert (refused.status_code, "料金はまだ決まっていません" in refused.content.decode()) == (422, True)
    publish(left.service, "non_taxed", 700)
    answers = [client.post(page, {"key": "till-1"}) for _ in range(2)]
    charge = Charge.objects.get()
    till = reverse("operator:charge", args=[charge.pk])
    assert ([answer["Location"] for answer in answers], charge.total) == ([till, till], 700)
    assert page not in client.get(stay).content.decode()
    assert client.get(page)["Location"] == till


def test_before_the_family_has_left_the_page_says_so_and_offers_nothing(left: Booking, operator: User) -> None:
    client = Client()
    client.force_login(operator)
    booked_at = builders.at(builders.A_DAY)
    coming = Booking.objects.create(registration=left.registration, service=left.service, booked_at=booked_at)
    shown = client.get(reverse("operator:charge-issue", args=[coming.pk])).content.decode()
    main = shown.split("<main")[1].split("</main")[0]
    assert ("退所のあとに計算します" in main, "<form" in main) == (True, False)


def test_nobody_of_another_facility_issues_it(left: Booking) -> None:
    client = Client()
    client.force_login(builders.user(Role.OPERATOR, facility=builders.facility("mamas-room", "ママズルーム")))
    assert client.post(reverse("operator:charge-issue", args=[left.pk]), {"key": "x"}).status_code == 404


def test_a_month_is_stopped_by_a_missing_charge_only_where_it_can_be_issued(left: Booking) -> None:
    assert [(one.what, one.stops) for one in uncharged(left)] == [(Open.NOT_PRICED, False)]
    publish(left.service, "non_taxed", 700)
    assert [(one.what, one.stops) for one in uncharged(left)] == [(Open.NOT_CHARGED, True)]
    Booking.objects.filter(pk=left.pk).update(infant_count=2)
    assert [one.what for one in uncharged(left)] == [Open.NOT_PRICED]
    publish(left.service, "non_taxed", 100, Component.MULTIPLE)
    left.days.update(with_sibling=True)
    assert [one.what for one in uncharged(left)] == [Open.NOT_PRICED]
    # A class that nobody has entered is entered: it is no amount that the ward did not publish.
    TaxClassPeriod.objects.all().delete()
    assert [one.what for one in uncharged(left)] == [Open.NOT_CHARGED]
