"""支援措置: a protected address is in no page, file, mail, log or open column, whoever asks; but for who is named.

The address is a canary: words that stand nowhere else. It was in the open first, and then protected.
"""

import io
import logging
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from accounts.models import User
from accounts.permissions import may
from accounts.roles import Role
from accounts.url_permissions import action_of_page
from bookings.models import Booking
from enrollment.applications.drafts import save_draft
from enrollment.confidential import Address
from enrollment.families.life_events import change_address
from enrollment.families.merge import merge_families
from enrollment.models import Family, Protection, Residence
from enrollment.protection.break_glass import name_person
from enrollment.protection.protect import protect_family
from facilities.models import Facility, ServiceKind
from sankecare import outbox
from tests import builders
from tests.accounts.fixtures_sign_in import SignIns
from tests.factories_two_families import World, two_worlds

from .test_permissions import ALL_PAGES

pytestmark = pytest.mark.django_db
REST, POSTCODE = "カナリア荘401", "9998887"
CANARIES = (REST, POSTCODE, "カナリア荘", "999-8887")
SHOWN_TO_THE_NAMED = "protection:address"


def leaks(text: str) -> list[str]:
    return [canary for canary in CANARIES if canary in text]


def text_of(answer: Any) -> str:
    """Everything that an answer says: headers, the page, the words of a PDF, the parts of a workbook."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    said = str(answer.headers)
    if body.startswith(b"%PDF"):
        return said + "".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages)
    if body.startswith(b"PK"):
        parts = zipfile.ZipFile(io.BytesIO(body))
        return said + "".join(str(parts.read(name), "utf-8", "replace") for name in parts.namelist())
    return said + str(body, "utf-8", "replace")


def pages_that_leak(world: World, role: str, methods: tuple[str, ...] = ("get", "post")) -> list[str]:
    """Open every page on the world's objects as the role; return those that say a canary."""
    browsers, found = SignIns(world.people[role]), []
    for page in ALL_PAGES:
        action = action_of_page(page.name)
        if action is None or not may(world.people[role], action) or "logout" in page.name:
            continue
        address = reverse(page.name, kwargs=world.parameters(page.name, page.parameters, action, role))
        for method in methods:
            answer = getattr(browsers.browser(), method)(address)
            if leaks(text_of(answer)):
                found.append(f"{method} {page.name}")
    return found


def columns_that_leak() -> list[str]:
    """Read every row of every table as text; return the tables in which a canary stands in the open."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            for canary in CANARIES:
                cursor.execute(f'SELECT count(*) FROM "{table}" AS t WHERE t::text LIKE %s', [f"%{canary}%"])
                if cursor.fetchone()[0]:
                    found.append(table)
    return sorted(set(found))


def in_the_open() -> tuple[World, Family]:
    """The own world, its family at the canary's address, in the open as yet."""
    own, _others = two_worlds()
    family = own.objects["enrollment.Family"]
    assert isinstance(family, Family)
    Residence.objects.filter(family=family).update(rest=REST, postcode=POSTCODE)
    # A later move, so that the history holds one too.
    change_address(
        family=family,
        address=Address(builders.town(), 1, 1, REST + "の2", POSTCODE),
        from_day=timezone.localdate() - timedelta(days=3),
        by=own.people[Role.WARD_STAFF],
        at=timezone.now(),
    )
    return own, family


def protect(own: World, family: Family) -> None:
    protect_family(family=family, reason="支援措置", by=own.people[Role.WARD_STAFF], at=timezone.now())


@pytest.mark.parametrize("role", Role.values)
def test_no_page_file_mail_or_log_says_a_protected_address(role: str, caplog: Any, capsys: Any) -> None:
    own, family = in_the_open()
    protect(own, family)
    with caplog.at_level(logging.DEBUG):
        assert pages_that_leak(own, role) == []
        outbox.take_all(at=timezone.now() + timedelta(minutes=5))
    said = capsys.readouterr()
    assert leaks(caplog.text + said.out + said.err) == []
    assert leaks("".join(str(message.message()) for message in mail.outbox)) == []
    assert columns_that_leak() == []


@pytest.mark.parametrize("joins", [1, 2])
def test_the_address_of_an_entry_that_was_joined_before_is_sealed_with_the_family(joins: int) -> None:
    """Entered with the canary's address, joined into the family (or into an entry joined into it), protected then."""
    own, _others = two_worlds()
    family = own.objects["enrollment.Family"]
    assert isinstance(family, Family)
    staff, now = own.people[Role.WARD_STAFF], timezone.now()
    chain = [builders.family() for _ in range(joins)]
    Residence.objects.filter(family=chain[0]).update(rest=REST, postcode=POSTCODE)
    for given_up, kept in zip(chain, [*chain[1:], family], strict=True):
        merge_families(kept=kept, given_up=given_up, reason="本人に確認", by=staff, at=now)
    assert {"enrollment_residence", "enrollment_residenceevent"} <= {*columns_that_leak()}
    protect(own, family)
    assert columns_that_leak() == []
    auditor = SignIns(own.people[Role.AUDITOR])
    for entry in (*chain, family):
        for page in ("audit:family", "audit:family-file"):
            answer = auditor.browser().get(reverse(page, args=[entry.pk]))
            assert (answer.status_code, leaks(text_of(answer))) == (200, [])


def test_without_the_protection_the_same_eyes_see_it() -> None:
    own, _family = in_the_open()
    found = pages_that_leak(own, Role.WARD_STAFF, ("get",))
    assert {"get admin:enrollment_family_change", "get admin:enrollment_registration_decide", "get life:address"} <= {
        *found
    }
    assert {"enrollment_residence", "enrollment_residenceevent"} <= {*columns_that_leak()}


def test_the_named_alone_see_it_and_on_one_page_alone() -> None:
    own, family = in_the_open()
    protect(own, family)
    nurse = own.people[Role.HEALTH_NURSE]
    # By then the second factors that the two set up a moment ago are old enough.
    later = timezone.now() + timedelta(days=15)
    name_person(protection=Protection.objects.get(), person=nurse, by=own.people[Role.WARD_STAFF], at=later)
    assert pages_that_leak(own, Role.HEALTH_NURSE) == [f"post {SHOWN_TO_THE_NAMED}"]
    assert pages_that_leak(own, Role.CASEWORKER) == []
    assert columns_that_leak() == []


def visit_of(own: World, family: Family) -> str:
    """A visit at home tomorrow, of the own facility; return the page of its address."""
    place = own.objects["facilities.Facility"]
    assert isinstance(place, Facility)
    outreach = builders.service(ServiceKind.OUTREACH, builders.pool(3, place, slug="visits"))
    booking = Booking.objects.create(
        registration=family.births.get().registrations.get(), service=outreach, booked_at=timezone.now()
    )
    booking.days.create(day=timezone.localdate() + timedelta(days=1))
    return reverse("operator:address", args=[booking.pk])


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.FACILITY_MANAGER])
def test_a_protected_familys_visit_is_without_the_address_that_others_have(role: Role) -> None:
    own, family = in_the_open()
    page, browser = visit_of(own, family), SignIns(own.people[role]).browser()
    assert leaks(browser.get(page).text) != []
    protect(own, family)
    shown = browser.get(page)
    assert (shown.status_code, leaks(text_of(shown))) == (200, [])
    assert "住所非開示・区へ電話してください" in shown.text


def test_what_a_mother_types_is_sealed_from_the_first_moment() -> None:
    mother = builders.user(Role.MOTHER)
    typed = {"rest": [REST], "postcode": [POSTCODE], "confidential": ["on"]}
    save_draft(account=mother, step="home", typed=typed, seen=0, at=timezone.now())
    assert columns_that_leak() == []


def test_where_a_protected_family_moves_to_is_sealed_too() -> None:
    own, family = in_the_open()
    protect(own, family)
    person: User = own.people[Role.WARD_STAFF]
    today = timezone.localdate()
    new = Address(builders.town(), 2, 2, REST + "の3", POSTCODE)
    change_address(family=family, address=new, from_day=today, by=person, at=timezone.now())
    assert columns_that_leak() == []
    assert pages_that_leak(own, Role.WARD_STAFF, ("get",)) == []
