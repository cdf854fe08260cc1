"""The mail of a booking: a link, and the days for her calendar, without anybody's name; the times of visits."""

from datetime import time, timedelta

import pytest
from django.core import mail
from django.db import transaction
from icalendar import Calendar

from accounts.roles import Role
from bookings.models import Booking, NoticeKind
from bookings.places.notices import tell_family
from care.appointments import agree_time
from enrollment.models import Protection
from facilities.models import FacilityAddress, GuestNote, GuestTopic, ServiceKind, ServiceTermsRow
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
    assert not [word for word in ("髙﨑", "𠮷", "yoshiko") if word in whole]
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


def guest_facts(ward: Ward) -> None:
    facility = ward.stay.facility
    facility.phone = "0354321234"
    facility.save(update_fields=["phone"])
    ServiceTermsRow.objects.filter(service=ward.stay).update(starts_at=time(10), ends_at=time(16))
    always = (builders.LONG_AGO, None)
    FacilityAddress.objects.create(
        facility=facility, period=always, address="桜新町二丁目29番6号", address_en="2-29-6 Sakura-shimmachi"
    )
    for code, kind, text, english in (
        ("pads", "", "母乳パッド", "Nursing pads"),
        ("of-visits", ServiceKind.OUTREACH, "ひざかけ", "A blanket"),
    ):
        GuestNote.objects.create(
            facility=facility, kind=kind, topic=GuestTopic.BRING, code=code, period=always, text=text, text_en=english
        )


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ja", ["10:00", "16:00", "桜新町二丁目29番6号", "0354321234", "母乳パッド"]),
        ("en", ["10:00", "16:00", "2-29-6 Sakura-shimmachi", "桜新町二丁目29番6号", "0354321234", "Nursing pads"]),
    ],
)
def test_the_mail_says_when_and_where_whom_to_ring_and_what_to_bring(
    ward: Ward, language: str, said: list[str]
) -> None:
    guest_facts(ward)
    mother = builders.user(Role.MOTHER, email="yoshiko@example.jp", language=language)
    ward.reserve(builders.registration(builders.family(account=mother)), 1)
    outbox.take_all(at=ASKED_AT)
    body = str(mail.outbox[0].body)
    assert [word for word in said if word not in body] == []
    assert "ひざかけ" not in body
    assert "blanket" not in body


def test_the_mail_to_a_protected_family_says_neither_place_nor_hour(ward: Ward) -> None:
    guest_facts(ward)
    booking = booked(ward, 1)
    Protection.objects.create(
        family=booking.registration.birth.family, reason="支援措置", set_by=ward.staff, set_at=ASKED_AT
    )
    outbox.take_all(at=ASKED_AT)
    assert not [word for word in ("10:00", "桜新町", "0354321234", "母乳パッド") if word in str(mail.outbox[0].body)]


def test_where_the_ward_cancels_the_subject_says_so(ward: Ward) -> None:
    booking = booked(ward, 1)
    outbox.take_all(at=ASKED_AT)
    mail.outbox.clear()
    for kind in (NoticeKind.CANCELLED, NoticeKind.DAYS_GIVEN_UP):
        with transaction.atomic():
            tell_family(booking=booking, kind=kind, message="工事のため", by=ward.staff, at=ASKED_AT)
    outbox.take_all(at=ASKED_AT)
    assert [("取り消されました" in str(one.subject), "変わりました" in str(one.subject)) for one in mail.outbox] == [
        (True, False),
        (False, True),
    ]


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
