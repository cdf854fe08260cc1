"""A stay ends for the facility: missing records for some days, corrections with a reason, then nothing."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from bookings.models import Booking, BookingState, DayStatus, Stay
from care.models import Assessment, CarePolicy, CareRecord, HandoverNote, SoldOption
from care.observations import Openness, openness
from facilities.models import FacilityOption
from pages.facility.urls import operator
from tests import builders
from tests.care.test_care import House

pytestmark = pytest.mark.django_db(transaction=True)
LEFT = date(2026, 5, 10)


@pytest.mark.parametrize(
    ("days", "expected"),
    [(0, "open"), (7, "open"), (8, "corrections"), (45, "corrections"), (46, "closed"), (3000, "closed")],
)
def test_what_can_be_written_follows_from_the_policys_days(days: int, expected: str) -> None:
    today = LEFT + timedelta(days=days)
    assert openness(LEFT, today, records_days=7, corrections_days=45) == expected
    assert openness(None, today, records_days=7, corrections_days=45) == Openness.OPEN
    assert openness(LEFT, today, records_days=None, corrections_days=None) == Openness.OPEN


class Left(House):
    """A family that was in house for a day, and left so many days ago; a care record was written."""

    def __init__(self, days_ago: int) -> None:
        super().__init__()
        CarePolicy.objects.update(records_days=7, corrections_days=45)
        self.day = self.today - timedelta(days=days_ago)
        self.infant.birth_date = self.day - timedelta(days=30)
        self.infant.save()
        self.booking.days.update(day=self.day, status=DayStatus.USED)
        for state in (BookingState.ARRIVED, BookingState.DEPARTED):
            Booking.objects.update(state=state)
        moment = builders.at(self.day)
        self.stay = Stay.objects.create(
            booking=self.booking, arrived_at=moment, departed_at=moment + timedelta(hours=6)
        )
        CareRecord.objects.create(
            stay=self.stay, day=self.day, note="はじめ", recorded_at=moment, recorded_by=self.midwife
        )

    def correct(self, **given: Any) -> Any:
        return self.post("care", self.day.isoformat(), **{"key": "c", "note": "訂正"} | given)

    def page(self) -> Any:
        return self.client.get(reverse("operator:stay", args=[self.booking.pk]))


def test_after_the_first_days_only_corrections_with_a_reason_remain(transactional_db: None) -> None:
    here = Left(days_ago=20)
    assert here.correct().status_code == 422
    assert here.correct(corrected_because="書き間違い").status_code == 200
    record = CareRecord.objects.get()
    assert (record.note, record.corrected_because) == ("訂正", "書き間違い")
    here.post("assessment", assessed_on=here.day.isoformat(), total="3", item_10="0", key="a")
    here.post("handover", text="申し送り", key="h")
    option = FacilityOption.objects.create(
        facility=here.service.facility, name="鍼灸", name_en="x", period=(builders.LONG_AGO, None)
    )
    here.post("sale", option=option.pk, amount="1", key="s")
    assert (Assessment.objects.count(), HandoverNote.objects.count(), SoldOption.objects.count()) == (0, 0, 0)
    assert "EPDS</a>" not in here.page().text


def test_then_nothing_remains_and_nobody_is_named(transactional_db: None) -> None:
    """The kind's example: a stay of 2018, opened with name, telephone and child."""
    here = Left(days_ago=46)
    family = here.registration.birth.family
    page = here.page().text.split("<main")[1].split("</main")[0]
    assert (here.booking.number in page, "取扱いが終わりました" in page) == (True, True)
    assert not any(said in page for said in (family.mother_name, "𠮷太郎", "はじめ", "tel:"))
    for name, more in (
        ("care", (here.day.isoformat(),)),
        ("check-in", ()),
        ("assessment", ()),
        ("handover", ()),
        ("sale", ()),
        ("ride", ()),
        ("referral-new", ()),
    ):
        assert here.client.get(reverse(f"operator:{name}", args=[here.booking.pk, *more])).status_code == 404
    assert here.client.get(reverse("operator:incident-of-stay", args=[here.stay.pk])).status_code == 404


def test_no_page_of_its_booking_names_the_family_any_more(transactional_db: None) -> None:
    """Also those on which nothing could be written: of the address, an absence, the departure with its words.

    A charge that could not be priced then is issued whenever it can be.
    """
    here = Left(days_ago=46)
    Stay.objects.update(note="申し送りのことば", summary="お母さんへのことば")
    said = (here.registration.birth.family.mother_name, "ことば")
    of_bookings = [page for page in operator if str(page.pattern).startswith("bookings/<int:pk>/")]
    pages = [page for page in of_bookings if page.name != "charge-issue"]
    assert len(pages) > 15
    for page in pages:
        known = {"pk": here.booking.pk, "day": here.day.isoformat()}
        address = reverse(
            f"operator:{page.name}", kwargs={name: known.get(name, 1) for name in page.pattern.regex.groupindex}
        )
        for answer in (here.client.get(address), here.client.post(address, {"key": page.name})):
            assert not [words for words in said if words in answer.text], page.name


@pytest.mark.parametrize("days", [-1, 1, -40, -13_000])
def test_an_assessment_lies_in_its_stay(transactional_db: None, days: int) -> None:
    """The day before the arrival, after the departure, before the birth, of 1990."""
    here = Left(days_ago=2)
    on = here.day + timedelta(days=days)
    answer = here.post("assessment", assessed_on=on.isoformat(), total="3", item_10="0", key="a")
    assert (answer.status_code, Assessment.objects.count()) == (422, 0)
    with pytest.raises(IntegrityError), transaction.atomic():
        Assessment.objects.create(
            stay=here.stay, assessed_on=on, total=3, item_10=0, recorded_at=timezone.now(), recorded_by=here.midwife
        )
    here.post("assessment", assessed_on=here.day.isoformat(), total="3", item_10="0", key="b")
    assert Assessment.objects.get().assessed_on == here.day


def test_the_search_finds_it_by_its_number_alone_and_names_nobody(transactional_db: None) -> None:
    """The house's search is no register of who was ever there: neither name, kana nor telephone finds her."""
    here = Left(days_ago=46)
    family = here.registration.birth.family
    family.phone = "09012345678"
    family.save()
    search = reverse("operator:search")

    def found(asked: str) -> str:
        return str(here.client.post(search, {"asked": asked}).text.split("<main")[1].split("</form>", 1)[1])

    for asked in (family.mother_name, family.mother_name_kana, "09012345678"):
        assert here.booking.number not in found(asked), asked
    by_number = found(here.booking.number)
    assert (here.booking.number in by_number, family.mother_name in by_number) == (True, False)
    Stay.objects.update(departed_at=timezone.now() - timedelta(days=45))
    assert family.mother_name in found(family.mother_name)


@pytest.mark.parametrize("state", [BookingState.CANCELLED, BookingState.NO_SHOW])
def test_who_never_came_is_found_as_long_and_no_longer(transactional_db: None, state: BookingState) -> None:
    here = House()
    CarePolicy.objects.update(records_days=7, corrections_days=45)
    Booking.objects.update(state=state)
    name, search = here.registration.birth.family.mother_name, reverse("operator:search")
    for days, is_found in ((45, True), (46, False)):
        here.booking.days.update(day=here.today - timedelta(days=days), status=DayStatus.RELEASED)
        main = here.client.post(search, {"asked": name}).text.split("<main")[1]
        assert (here.booking.number in main) == is_found


def test_what_she_takes_home_is_read_at_the_house_no_longer_and_by_her_for_ever(transactional_db: None) -> None:
    here = Left(days_ago=46)
    mother = builders.user(Role.MOTHER, email="yoshiko@example.jp")
    family = here.registration.birth.family
    family.account = mother
    family.save()
    hers = Client()
    hers.force_login(mother)
    for name in ("takehome:page", "takehome:pdf"):
        address = reverse(name, args=[here.booking.pk])
        assert (here.client.get(address).status_code, hers.get(address).status_code) == (404, 200)
