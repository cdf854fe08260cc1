"""予約の暦: the file of the page, the mail's and the feed say the same, follow every change, and name nobody.

Read back by another library than the one that writes them (RFC 5545, 5546).
"""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
import vobject
from django.core import mail
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from accounts.models import User
from accounts.roles import Role
from bookings.models import Booking, BookingDay, CalendarFeed, NoticeKind
from bookings.places.calendar_feed import choose_place_in_calendar
from bookings.places.calendar_file import CalendarEvent, calendar_file
from bookings.places.cancel import cancel_booking
from bookings.places.change import shorten_booking
from bookings.places.move import move_booking
from bookings.places.notices import tell_family
from care.appointments import agree_time
from enrollment.models import Protection, Registration
from facilities.models import FacilityAddress, ServiceKind, ServiceTermsRow
from sankecare import outbox
from tests import builders
from tests.bookings.conftest import ASKED_AT, MONDAY, Ward, days

NOBODY = ("髙﨑", "𠮷", "yoshiko", "センター")
OLD_PLACE, NEW_PLACE = "世田谷区桜新町2-29-6", "世田谷区喜多見3-4-30"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def mother(transactional_db: None) -> User:
    return builders.user(Role.MOTHER, email="yoshiko@example.jp")


@pytest.fixture
def ward(transactional_db: None) -> Ward:
    builders.usage_limits()
    visits = builders.service(
        ServiceKind.OUTREACH, builders.pool(3, slug="visits"), age_limit_months=12, takes_siblings=False
    )
    made = Ward(stay=builders.service(slots=2), day_care=visits)
    ServiceTermsRow.objects.filter(service=made.stay).update(starts_at=time(10), ends_at=time(17))
    ServiceTermsRow.objects.filter(service=visits).update(visit_minutes=120)
    for address, period in ((OLD_PLACE, (builders.LONG_AGO, date(2023, 6, 1))), (NEW_PLACE, (date(2023, 6, 1), None))):
        FacilityAddress.objects.create(facility=made.stay.facility, address=address, period=period)
    return made


@pytest.fixture
def registration(mother: User) -> Registration:
    return builders.registration(builders.family(account=mother))


def do(operation: Any, booking: Booking, by: User, at: datetime = ASKED_AT, **asked: Any) -> None:
    with transaction.atomic():
        operation(booking=booking, by=by, at=at, **asked)


def events(content: bytes | str) -> tuple[str, list[Any]]:
    """The method and the events of a file, as the other library reads them."""
    read = vobject.readOne(content.decode() if isinstance(content, bytes) else content)
    return read.method.value, list(read.contents.get("vevent", []))


def of_page(mother: User, booking: Booking) -> tuple[str, list[Any]]:
    client = Client()
    client.force_login(mother)
    answer = client.get(reverse("family:calendar", args=[booking.pk]))
    method, found = events(answer.content)
    assert answer["Content-Type"] == f"text/calendar; method={method}; charset=utf-8"
    return method, found


def of_last_mail() -> tuple[str, list[Any]]:
    outbox.take_all(at=ASKED_AT)
    ((_name, content, kind),) = mail.outbox[-1].attachments
    method, found = events(content)
    assert kind == f"text/calendar; method={method}"
    part = next(part for part in mail.outbox[-1].message().walk() if part.get_content_type() == "text/calendar")
    assert part.get_param("method") == method
    return method, found


def read(event: Any) -> tuple[str, str, str]:
    """UID, first and last day, by Tokyo's clock."""
    first, last = (value.value for value in (event.dtstart, event.dtend))
    return event.uid.value, *(
        f"{value.astimezone(builders.TOKYO):%m-%d %H:%M}" if isinstance(value, datetime) else f"{value:%m-%d}"
        for value in (first, last)
    )


def test_mail_page_and_feed_give_one_event_with_place_and_time_and_nobodys_name(
    ward: Ward, registration: Registration, mother: User
) -> None:
    booking = ward.reserve(registration, 1, 2)
    client = Client()
    client.force_login(mother)
    client.post(reverse("family:calendar-feed"), {"place": "yes"})
    do(move_booking, booking, mother, days=days(1, 2, 3))
    do(move_booking, booking, mother, days=days(1, 2))
    made = client.post(reverse("family:calendar-feed"), {"make": "1"})
    address = made.context["address"].partition("://")[2].partition("/")[2]
    feed = events(Client().get(f"/{address}").content)
    for method, found in (of_last_mail(), of_page(mother, booking), feed):
        (event,) = found
        assert method == "PUBLISH"
        assert read(event)[1:] == ("05-15 10:00", "05-16 17:00")
        assert event.location.value == OLD_PLACE
        assert event.status.value == "CONFIRMED"
        assert event.organizer.value.startswith("mailto:")
        assert not [word for word in NOBODY if word in event.serialize()]
    page = strip_tags(client.get(reverse("family:booking", args=[booking.pk])).text)
    assert all(words in page for words in (OLD_PLACE, "5月15日 10:00", "5月16日 17:00"))
    assert len({event.uid.value for _method, found in (of_page(mother, booking), feed) for event in found}) == 1


def test_after_a_move_the_same_event_stands_on_the_new_days_with_a_higher_sequence(
    ward: Ward, registration: Registration, mother: User
) -> None:
    booking = ward.reserve(registration, 1, 2)
    _method, (before,) = of_last_mail()
    assert not hasattr(before, "location")  # nobody asked for it
    with transaction.atomic():
        choose_place_in_calendar(account=mother, is_shown=True, at=ASKED_AT)
    do(move_booking, booking, mother, days=[date(2023, 6, 1), date(2023, 6, 2)])
    method, (after,) = of_last_mail()
    assert (method, after.uid.value) == ("PUBLISH", before.uid.value)
    assert int(after.sequence.value) > int(before.sequence.value)
    assert read(after)[1:] == ("06-01 10:00", "06-02 17:00")
    assert after.location.value == NEW_PLACE  # the facility's address on that day
    assert of_page(mother, booking)[1][0].uid.value == after.uid.value


def test_after_a_cancellation_the_event_is_struck_out(ward: Ward, registration: Registration, mother: User) -> None:
    booking = ward.reserve(registration, 1, 2)
    _method, (before,) = of_last_mail()
    do(cancel_booking, booking, mother)
    for method, (after,) in (of_last_mail(), of_page(mother, booking)):
        assert (method, after.status.value, after.uid.value) == ("CANCEL", "CANCELLED", before.uid.value)
        assert int(after.sequence.value) > int(before.sequence.value)
        assert (after.dtstart.value, after.organizer.value) == (MONDAY, before.organizer.value)
    assert "キャンセルしました" in mail.outbox[-1].subject


def test_of_days_apart_each_is_an_event_and_those_given_up_are_struck_out(
    ward: Ward, registration: Registration, mother: User
) -> None:
    booking = ward.reserve(registration, 1, 3, 5)
    _method, before = of_last_mail()
    assert [read(event)[1] for event in before] == ["05-15 10:00", "05-17 10:00", "05-19 10:00"]
    do(shorten_booking, booking, mother, last_day=days(3)[0])
    method, after = of_page(mother, booking)
    assert [event.uid.value for event in after] == [event.uid.value for event in before]
    assert [event.status.value for event in after] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert (method, after[2].dtstart.value) == ("PUBLISH", days(5)[0])


def test_a_visit_has_the_time_that_was_agreed_and_until_then_its_day(
    ward: Ward, registration: Registration, mother: User
) -> None:
    booking = ward.reserve(registration, 1, service=ward.day_care)
    _method, (before,) = of_last_mail()
    assert read(before)[1:] == ("05-15", "05-16")
    assert not hasattr(before, "location")  # at her home
    do(agree_time, booking, ward.staff, day=MONDAY, starts_at=time(13, 30))
    _method, (after,) = of_last_mail()
    assert read(after)[1:] == ("05-15 13:30", "05-15 15:30")
    assert (after.uid.value, int(after.sequence.value) > int(before.sequence.value)) == (before.uid.value, True)


def test_of_a_protected_family_no_mail_has_days_and_no_file_a_place(
    ward: Ward, registration: Registration, mother: User
) -> None:
    booking = ward.reserve(registration, 1)
    client = Client()
    client.force_login(mother)
    secret = client.post(reverse("family:calendar-feed"), {"make": "1"}).context["address"].rpartition("/")[2]
    client.post(reverse("family:calendar-feed"), {"place": "yes"})
    Protection.objects.create(family=registration.birth.family, reason="支援措置", set_by=ward.staff, set_at=ASKED_AT)
    do(move_booking, booking, mother, days=days(2))
    outbox.take_all(at=ASKED_AT)
    assert {len(sent.attachments) for sent in mail.outbox} == {0}
    assert not hasattr(of_page(mother, booking)[1][0], "location")
    assert Client().get(f"/calendar/{secret}").status_code == 404
    refused = client.post(reverse("family:calendar-feed"), {"make": "1"}, follow=True).text
    assert "予定表アドレスを作れません" in refused
    assert not {word for word in ("安全", "保護", "支援") if word in refused}  # somebody else may hold her telephone


def test_the_feed_is_a_secret_that_is_renewed_and_taken_back(
    ward: Ward, registration: Registration, mother: User
) -> None:
    ward.reserve(registration, 1)
    client, page = Client(), reverse("family:calendar-feed")
    client.force_login(mother)

    def made() -> str:
        return str(client.post(page, {"make": "1"}).context["address"])

    first, second = made(), made()
    path = [address.partition("://")[2].partition("/")[2] for address in (first, second)]
    assert [Client().get(f"/{one}").status_code for one in path] == [404, 200]
    secret = second.rpartition("/")[2].removesuffix(".ics")
    assert len(secret) >= 43
    assert secret not in CalendarFeed.objects.get().digest
    assert secret not in client.get(page).text
    answer = Client().get(f"/{path[1]}")
    assert ("no-store" in answer["Cache-Control"], answer["X-Robots-Tag"]) == (True, "noindex")
    client.post(page, {"end": "1"})
    assert Client().get(f"/{path[1]}").status_code == 404
    assert not CalendarFeed.objects.exists()


def test_a_change_with_the_wards_own_notice_brings_one_mail_and_its_days(
    ward: Ward, registration: Registration, mother: User
) -> None:
    booking = ward.reserve(registration, 1)
    outbox.take_all(at=ASKED_AT)
    with transaction.atomic():
        move_booking(booking=booking, days=days(2), by=ward.staff, at=ASKED_AT)
        tell_family(booking=booking, kind=NoticeKind.MOVED, message="改修のため", by=ward.staff, at=ASKED_AT)
    _method, (event,) = of_last_mail()
    assert (len(mail.outbox), read(event)[1]) == (2, "05-16 10:00")


def test_no_sequence_ever_falls_whatever_becomes_of_a_booking(
    ward: Ward, registration: Registration, mother: User
) -> None:
    booking = ward.reserve(registration, 1, 2, 3)
    seen = [int(of_page(mother, booking)[1][0].sequence.value)]
    for step in (
        lambda: do(shorten_booking, booking, mother, last_day=days(2)[0]),
        lambda: do(move_booking, booking, mother, days=days(3, 4)),
        lambda: do(move_booking, booking, mother, days=days(1, 2)),
        lambda: do(cancel_booking, booking, mother),
    ):
        step()
        found = of_page(mother, booking)[1]
        seen.append(int(found[0].sequence.value))
    assert seen == sorted(set(seen))
    assert BookingDay.objects.filter(booking=booking).count() > 3


def test_a_day_passed_between_a_file_and_the_next_changes_nothing(
    ward: Ward, registration: Registration, mother: User
) -> None:
    """The same booking is the same entry each time it is taken along."""
    booking = ward.reserve(registration, 1)
    (first,), (second,) = (of_page(mother, booking)[1] for _ in range(2))
    assert [read(first), first.sequence.value] == [read(second), second.sequence.value]
    assert second.dtstamp.value - first.dtstamp.value < timedelta(minutes=1)


def test_an_event_whose_end_nobody_knows_has_its_beginning_alone() -> None:
    first = days(1)[0]
    event = CalendarEvent("1@care.example", 0, first, first, starts=builders.at(first))
    made = calendar_file([event], summary="予約", organizer="care@example.jp", host="care.example", at=ASKED_AT)
    (read_back,) = vobject.readOne(made.decode()).vevent_list
    assert read_back.dtstart.value == builders.at(first)
    assert not hasattr(read_back, "dtend")
