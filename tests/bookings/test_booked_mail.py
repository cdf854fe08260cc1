"""The mail of a booking: a link, and the days for her calendar, without anybody's name; the times of visits."""

from datetime import time, timedelta

import pytest
from django.core import mail
from django.db import transaction
from icalendar import Calendar

from accounts.roles import Role
from bookings.models import Booking
from care.appointments import agree_time
from enrollment.models import Protection
from facilities.models import ServiceKind
from sankecare import outbox
from sankecare.errors import Refused
from tests import builders
from tests.bookings.conftest import ASKED_AT, Ward, days


def booked(ward: Ward, *numbers: int) -> Booking:
    mother = builders.user(Role.MOTHER, email="yoshiko@example.jp")
    return ward.reserve(builders.registration(builders.family(account=mother)), *numbers)


def test_she_gets_one_mail_with_a_link_and_her_days_and_nothing_that_names_her(ward: Ward) -> None:
    booking = booked(ward, 1, 2, 4)
    for _ in range(2):
        outbox.take_all(at=ASKED_AT)
    (sent,) = mail.outbox
    ((name, content, kind),) = sent.attachments
    whole = f"{sent.subject}{sent.body}{content if isinstance(content, str) else content.decode()}"
    assert (name, kind) == ("booking.ics", "text/calendar; method=PUBLISH")
    assert f"/my/bookings/{booking.pk}/" in sent.body
    assert not [word for word in ("髙﨑", "𠮷", "センター", "yoshiko") if word in whole]
    events = Calendar.from_ical(content).walk("VEVENT")
    found = [(event["DTSTART"].dt, event["DTEND"].dt - timedelta(days=1)) for event in events]
    assert found == [(days(1)[0], days(2)[0]), (days(4)[0], days(4)[0])]


def test_of_a_protected_family_the_days_are_in_no_mail(ward: Ward) -> None:
    booking = booked(ward, 1)
    Protection.objects.create(
        family=booking.registration.birth.family,
        reason="支援措置",
        set_by=ward.staff,
        set_at=ASKED_AT,
    )
    outbox.take_all(at=ASKED_AT)
    assert mail.outbox[0].attachments == []


def test_a_held_place_is_no_booking_yet_and_brings_no_mail_of_one(ward: Ward) -> None:
    mother = builders.user(Role.MOTHER, email="yoshiko@example.jp")
    registration = builders.registration(builders.family(account=mother))
    ward.reserve(registration, 1, offered_until=ASKED_AT + timedelta(hours=24))
    outbox.take_all(at=ASKED_AT)
    assert mail.outbox == []


@pytest.mark.django_db(transaction=True)
def test_the_facility_gives_visits_their_times_and_no_two_the_same() -> None:
    staff = builders.user()
    visits = builders.service(ServiceKind.OUTREACH, builders.pool(3, slug="visits"), age_limit_months=12)
    ward = Ward(builders.service(), visits, staff)
    first, second = (ward.reserve(builders.registration(), 1, service=visits) for _ in range(2))
    ten = time(10)
    transaction.atomic(agree_time)(booking=first, day=days(1)[0], starts_at=ten, by=staff, at=ASKED_AT)
    with pytest.raises(Refused) as refused:
        transaction.atomic(agree_time)(booking=second, day=days(1)[0], starts_at=ten, by=staff, at=ASKED_AT)
    assert refused.value.code == "time_taken"
    transaction.atomic(agree_time)(booking=first, day=days(1)[0], starts_at=None, by=staff, at=ASKED_AT)
    transaction.atomic(agree_time)(booking=second, day=days(1)[0], starts_at=ten, by=staff, at=ASKED_AT)
    assert [row.starts_at for row in (first.days.get(), second.days.get())] == [None, ten]
    stay = ward.reserve(builders.registration(), 1)
    with pytest.raises(Refused) as refused:
        transaction.atomic(agree_time)(booking=stay, day=days(1)[0], starts_at=ten, by=staff, at=ASKED_AT)
    assert refused.value.code == "no_appointment"
