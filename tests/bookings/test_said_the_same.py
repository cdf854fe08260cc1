"""Days left, the last usable day, the last day to give back: the same on every page that tells them."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import User
from accounts.roles import Role
from bookings.models import AllocationPolicy
from bookings.places.cancel import cancel_booking
from bookings.places.reserve import reserve_days
from enrollment.corrected_age import InfantFacts
from enrollment.eligibility import Application, ServiceTerms, last_usable_day
from enrollment.models import Registration
from facilities.models import Service
from referrals.watch_queries import known_of_district
from sankecare.errors import Refused
from tests import builders

pytestmark = pytest.mark.django_db


def ahead(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


@pytest.fixture
def mother(db: None) -> User:
    return builders.user(Role.MOTHER, email="yoshiko@example.jp")


@pytest.fixture
def service(db: None) -> Service:
    builders.usage_limits()
    made = builders.service(slots=5)
    AllocationPolicy.objects.create(
        service=made, period=(builders.LONG_AGO, None), method="first_come", gives_back_days_before=2, notice_hours=24
    )
    return made


@pytest.fixture
def registration(mother: User) -> Registration:
    return builders.registration(builders.family(account=mother), born=ahead(-40))


def booked(registration: Registration, service: Service, by: User, *days: int) -> Any:
    with transaction.atomic():
        return reserve_days(
            registration=registration, service=service, days=[ahead(one) for one in days], by=by, at=timezone.now()
        )


def text(person: User, name: str, *args: int, **given: Any) -> str:
    client = Client()
    client.force_login(person)
    answer = client.get(reverse(name, args=args), given)
    assert answer.status_code == 200
    return re.sub(r"<[^>]+>", "", answer.content.decode())


@pytest.mark.parametrize("moves_out", [False, True])
def test_the_last_usable_day_is_the_same_wherever_it_is_told(
    registration: Registration, service: Service, mother: User, moves_out: bool
) -> None:
    """By age 4 months (Civil Code art. 143), or the day before she moves away where that comes first."""
    staff = builders.user()
    last = ahead(20)
    if moves_out:
        Registration.objects.filter(pk=registration.pk).update(usable_until=last)
    else:
        born = registration.birth.infants.get().birth_date
        facts = Application(ahead(0), ahead(0), True, True, [InfantFacts(born)], True, True, needs_medical_care=False)
        terms = [ServiceTerms("short_stay", builders.LONG_AGO, None, 4)]
        by_age = last_usable_day(facts, terms)
        assert by_age is not None
        last = by_age
    said = f"{date_format(last)}まで"
    pages = {
        "home": text(mother, "family:home"),
        "book": text(mother, "family:book", registration.pk, service=service.slug),
        "verdict": text(mother, "family:verdict", registration.pk),
        "decide": text(staff, "admin:enrollment_registration_decide", registration.pk),
    }
    assert [name for name, page in pages.items() if said not in page] == []
    others = {date_format(last + timedelta(days=one)) for one in range(-3, 120) if one}
    told = {name: {day for day in others if f"{day}まで" in page} for name, page in pages.items()}
    assert {name: days for name, days in told.items() if days} == {}
    known = known_of_district(builders.district(), timezone.localdate())
    assert {row.usable_until for row in known.values()} == {last}


def test_the_days_left_are_the_same_wherever_they_are_told(
    registration: Registration, service: Service, mother: User
) -> None:
    for days, left in (((3, 4), 5), ((8, 9, 10), 2)):
        booked(registration, service, mother, *days)
        said = f"あと{left}日です（全部で7日）"
        for page in (text(mother, "family:home"), text(mother, "family:book", registration.pk, service=service.slug)):
            assert (said in page, re.findall(r"あと\d+日", page)) == (True, [f"あと{left}日"])


def test_until_when_she_gives_back_is_the_same_wherever_it_is_told(
    registration: Registration, service: Service, mother: User
) -> None:
    booking = booked(registration, service, mother, 5, 6)
    until = date_format(ahead(3))
    looked_over = text(
        mother, "family:book", registration.pk, service=service.slug, day=[ahead(5 + 3).isoformat()], ask="1"
    )
    assert date_format(ahead(6)) in looked_over
    for page in (text(mother, "family:home"), text(mother, "family:booking", booking.pk)):
        assert f"{until}まで" in page
    with transaction.atomic(), pytest.raises(Refused, match="too_late_to_give_back") as refused:
        cancel_booking(booking=booking, by=mother, at=timezone.now() + timedelta(days=4))
    assert until in refused.value.detail


def test_when_it_is_too_late_no_page_offers_what_would_be_refused(
    registration: Registration, service: Service, mother: User
) -> None:
    booking = booked(registration, service, builders.user(), 1, 2)
    page = text(mother, "family:booking", booking.pk)
    assert ("この予約を取り消す" in page, f"ここで取り消せるのは{date_format(ahead(-1))}まででした" in page) == (
        False,
        True,
    )
    assert "確認・変更・取消し" not in text(mother, "family:home")
