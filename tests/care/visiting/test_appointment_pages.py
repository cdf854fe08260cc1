"""A mother chooses the time of a visit, reads it with place and preparation; the facility opens where it meets."""

from datetime import date
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from bookings.models import Booking
from care.models import MeetingLink
from enrollment.models import Protection
from facilities.models import ServiceKind
from sankecare import outbox
from tests import builders
from tests.fixtures_opened_page import fields_of

from .factories_rounds import MORNING_TEXT, NOON, Rounds

pytestmark = pytest.mark.django_db(transaction=True)


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


class Page:
    """A mother at the page where she books visits."""

    def __init__(self, here: Rounds) -> None:
        self.here, self.client = here, signed_in(here.mother)
        self.page = reverse("family:book", args=[here.registration.pk])

    def send(self, key: str = "k", **more: Any) -> Any:
        given = {"service": self.here.service.slug, "day": [self.here.day.isoformat()], "key": key * 24}
        return self.client.post(self.page, given | more)


def test_she_books_at_a_time_and_is_asked_again_where_she_chose_none_or_it_is_gone() -> None:
    here = Rounds()
    page, name = Page(here), f"time_{here.day.isoformat()}"
    looked = page.client.get(page.page, {"service": here.service.slug, "day": here.day.isoformat(), "ask": "1"})
    assert [text in looked.text for text in (MORNING_TEXT, "12:30–14:30", "15:00–17:00")] == [True] * 3
    none = page.send("a")
    assert (none.status_code, Booking.objects.count(), "時刻を選んでください" in none.text) == (422, 0, True)
    here.reserve(NOON, here.registered())
    gone = page.send("b", **{name: "12:30"})
    assert (gone.status_code, "たった今ほかの方の予約" in gone.text, "12:30–14:30" in gone.text) == (422, True, False)
    booked = page.send("c", **{name: "09:30"})
    booking = Booking.objects.latest("pk")
    assert booked.status_code == 302
    assert f"{booking.days.get().starts_at:%H:%M}" == "09:30"


def test_her_page_mail_and_calendar_say_when_where_and_what_to_have_ready() -> None:
    here = Rounds()
    booking = here.reserve(NOON)
    outbox.take_all(at=timezone.now())
    (sent,) = mail.outbox
    assert "12:30" in sent.body
    ((_name, calendar, _kind),) = sent.attachments
    assert f"DTSTART:{here.day:%Y%m%d}T033000Z" in str(calendar)
    shown = signed_in(here.mother).get(reverse("family:booking", args=[booking.pk])).text
    assert [text in shown for text in ("12:30–14:30", "母子健康手帳", "太子堂")] == [True] * 3
    english = Client(headers={"Accept-Language": "en"})
    english.force_login(here.mother)
    assert "Your handbook" in english.get(reverse("family:booking", args=[booking.pk])).text


def test_of_a_protected_family_neither_mail_nor_page_says_where_or_when() -> None:
    here = Rounds()
    booking = here.reserve(NOON)
    family = booking.registration.birth.family
    Protection.objects.create(family=family, reason="支援措置", set_by=builders.user(), set_at=timezone.now())
    outbox.take_all(at=timezone.now())
    (sent,) = mail.outbox
    assert (sent.attachments, "12:30" in sent.body) == ([], False)
    shown = signed_in(here.mother).get(reverse("family:booking", args=[booking.pk])).text
    assert ("太子堂" in shown, "どのページにも表示されません" in shown) == (False, True)


def test_she_changes_the_time_on_her_page_and_another_familys_page_is_not_there() -> None:
    here = Rounds()
    booking, other = here.reserve(NOON), here.reserve(None, here.registered())
    client = signed_in(here.mother)
    page = reverse("family:visit-time", args=[booking.pk, here.day.isoformat()])
    assert "09:30–11:30" in client.get(page).text
    changed = client.post(page, {f"time_{here.day.isoformat()}": "15:00", "key": "k" * 24})
    assert (changed.status_code, f"{booking.days.get().starts_at:%H:%M}") == (302, "15:00")
    assert client.get(reverse("family:visit-time", args=[other.pk, here.day.isoformat()])).status_code == 404
    assert client.get(reverse("family:visit-time", args=[booking.pk, "2020-01-01"])).status_code == 302


@pytest.mark.parametrize("pattern", ["https://meet.example.jp/sanke-{code}", ""], ids=["the ward's", "typed"])
def test_a_consultation_opens_from_her_page_and_the_facilitys(pattern: str) -> None:
    here = Rounds(ServiceKind.ONLINE_CONSULTATION, meeting_link=pattern)
    here.service.terms.update(requires_facility_use=False)
    booking = here.reserve(NOON)
    midwife, mother = signed_in(builders.user(Role.OPERATOR)), signed_in(here.mother)
    stay, hers = reverse("operator:stay", args=[booking.pk]), reverse("family:booking", args=[booking.pk])
    before = "https://meet.example.jp/sanke-" in mother.get(hers).text
    assert before is bool(pattern)
    assert ("会議を開く" in midwife.get(stay).text) is bool(pattern)
    page = reverse("operator:meeting", args=[booking.pk, here.day.isoformat()])
    form = fields_of(midwife.get(page).text)
    refused = midwife.post(page, form | {"link": "http://meet.example.jp/1", "key": "a" * 24})
    assert (refused.status_code, MeetingLink.objects.count()) == (422, 0)
    midwife.post(page, form | {"link": "https://meet.example.jp/of-this-family", "key": "b" * 24})
    assert "https://meet.example.jp/of-this-family" in mother.get(hers).text
    assert "https://meet.example.jp/of-this-family" in midwife.get(stay).text
    staff = signed_in(builders.user())
    assert "of-this-family" not in staff.get(hers).text  # the ward's desk joins no consultation


def test_codes_of_two_appointments_are_not_alike() -> None:
    here = Rounds(ServiceKind.ONLINE_CONSULTATION, at_once=2, meeting_link="https://meet.example.jp/{code}")
    here.service.terms.update(requires_facility_use=False)
    first, second = here.reserve(NOON), here.reserve(NOON, here.registered())
    midwife = signed_in(builders.user(Role.OPERATOR))
    links = {_link(midwife, booking, here.day) for booking in (first, second)}
    assert len(links) == 2
    assert {len(link) for link in links} == {len("https://meet.example.jp/") + 24}


def _link(midwife: Client, booking: Booking, day: date) -> str:
    page = midwife.get(reverse("operator:meeting", args=[booking.pk, day.isoformat()]))
    return str(page.context["form"].initial["link"])
