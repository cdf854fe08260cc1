"""The pictures of the guides: taken of the pages in a browser, so that they show what there is.

``GUIDE=draw`` writes them anew into docs/guide/pictures/; else it is held that each page still shows what the guide
says of it.
"""

import os
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, expect

from accounts.models import User
from accounts.roles import Role
from bookings.models import Booking
from enrollment.models import RegistrationState
from pages.guide.sections import folder
from referrals.models import Concern, Ground, RecipientKind
from referrals.raise_referral import raise_referral
from tests import builders
from tests.care.factories_board import FullHouse

from .steps import screen

pytestmark = pytest.mark.django_db(transaction=True)

SIZE = {"width": 1180, "height": 760}
DRAWS = os.environ.get("GUIDE") == "draw"


class Programme:
    """A full house, two applications that wait, a letter to send, a referral that nobody has received."""

    def __init__(self) -> None:
        builders.coupon_policy()
        builders.letter_policy()
        self.house = FullHouse(families=8)
        self.family = self.house.families[0].registration.birth.family
        self.family.refresh_from_db()
        born = timezone.localdate() - timedelta(days=60)
        for name in ("渡邉 さくら", "斎藤 葵"):
            self.applied = builders.registration(builders.family(name), born=born, state=RegistrationState.APPLIED)
        self.staff = builders.user(Role.WARD_STAFF, first_name="亮", last_name="大西")
        for booking in self.house.families[:2]:
            with transaction.atomic():
                builders.letter(booking.registration, self.staff)
        self.nurse = builders.user(Role.HEALTH_NURSE, district=builders.district())
        self.supervisor = builders.user(Role.SUPERVISOR)
        with transaction.atomic():
            raise_referral(
                booking=self.house.families[5],
                by=self.house.midwife,
                at=timezone.now(),
                recipient=RecipientKind.HEALTH_NURSE,
                concerns=[Concern.MOOD],
                ground=Ground.CONSENT,
                what_was_seen="夜に眠れず、涙が出ると話していた。",
            )

    @property
    def hours(self) -> Booking:
        return self.house.families[1]


@pytest.fixture
def programme(transactional_db: None) -> Programme:
    return Programme()


# The picture, who looks, at which address, and what must stand there.
def pages(of: Programme) -> Iterator[tuple[str, User, str, str]]:
    applied = of.applied.pk
    yield "ward-home", of.staff, "/admin/", "今日の対応"
    yield "ward-queue", of.staff, "/admin/enrollment/registration/queue/", "斎藤 葵"
    yield "ward-decide", of.staff, f"/admin/enrollment/registration/{applied}/decide/", "斎藤 葵"
    yield "ward-letters", of.staff, "/admin/enrollment/letter/to-send/", "発送"
    yield "ward-family", of.staff, f"/ward/families/{of.family.pk}/", of.family.mother_name
    yield "facility-board", of.house.midwife, "/facility/", of.family.mother_name
    yield "facility-hours", of.house.midwife, f"/facility/bookings/{of.hours.pk}/hours/{timezone.localdate()}/", "体温"
    yield "district-inbox", of.nurse, "/nurse/", "フォロー依頼"
    yield "supervisor-occupancy", of.supervisor, "/supervisor/occupancy/", "稼働率"


def test_each_picture_shows_its_page_as_it_is(
    live_server: Any, browser: Browser, browser_context_args: dict[str, Any], programme: Programme
) -> None:
    shown = set()
    for name, person, address, words in pages(programme):
        with screen(browser, browser_context_args | {"base_url": live_server.url}, SIZE) as page:
            client = Client()
            client.force_login(person)
            cookie = settings.SESSION_COOKIE_NAME
            page.context.add_cookies([{"name": cookie, "value": client.cookies[cookie].value, "url": live_server.url}])
            answer = page.goto(address)
            assert answer is not None
            assert answer.status == 200, address
            expect(page.get_by_text(words).first).to_be_attached()
            expect(page.get_by_role("link", name="この画面の説明", include_hidden=True).first).to_be_attached()
            if DRAWS:
                page.screenshot(path=folder() / "pictures" / f"{name}.png")
        shown.add(f"{name}.png")
    assert shown == {path.name for path in (folder() / "pictures").glob("*.png")}
