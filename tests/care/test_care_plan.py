"""Aims are set with the mother, looked at each day, closed at the departure; she takes it home in her language."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from bookings.models import BookingState, Stay
from care.models import AimLook, AimOutcome, CareRecord, NextStep, PlanAim, PlanPhrase
from enrollment.help_queries import kept_lines
from tests import builders
from tests.journeys.steps import booked

ALWAYS = (builders.LONG_AGO, None)


class House:
    """A family in house since yesterday, phrases of the ward, and the midwife on her tablet."""

    def __init__(self) -> None:
        self.today = timezone.localdate()
        self.mother = builders.user(Role.MOTHER, email="yoshiko@example.jp")
        self.booking = booked(builders.family(account=self.mother), builders.service(), first=-1, days=3)
        self.booking.state = BookingState.ARRIVED
        self.booking.save()
        self.midwife = builders.user(Role.OPERATOR)
        came = builders.at(self.today - timedelta(days=1))
        self.stay = Stay.objects.create(booking=self.booking, arrived_at=came, arrival_recorded_by=self.midwife)
        self.rest = self.phrase("aim", "rest", "まとまって眠る", "Sleep in longer stretches")
        self.weigh = self.phrase("next-step", "weighing", "体重を測る", "Have your baby weighed")
        kept_lines.forget()
        self.client = signed_in(self.midwife)

    def phrase(self, kind: str, code: str, text: str, text_en: str) -> PlanPhrase:
        return PlanPhrase.objects.create(kind=kind, code=code, text=text, text_en=text_en, period=ALWAYS)

    def post(self, name: str, *args: Any, key: str, **typed: Any) -> Any:
        return self.client.post(
            reverse(f"operator:{name}", args=[self.booking.pk, *args]), typed | {"key": key.ljust(24, "x")}
        )


def signed_in(person: User, **headers: str) -> Client:
    client = Client(headers=headers)
    client.force_login(person)
    return client


@pytest.fixture
def house(transactional_db: None) -> House:
    return House()


def test_aims_are_set_looked_at_closed_and_taken_home(house: House) -> None:
    assert house.post("plan", key="none").status_code == 422
    house.post("plan", key="a", phrases=[house.rest.pk], words="夜の授乳を少し楽に\n")
    house.post("plan", key="again", phrases=[house.rest.pk], words="夜の授乳を少し楽に")  # what is there stays once
    rest, night = PlanAim.objects.order_by("pk")
    stay = house.client.get(reverse("operator:stay", args=[house.booking.pk])).text
    assert stay.count("今日はまだ振り返っていません") == 2
    for progress in ("hard", "well"):  # looked at once a day, and put right
        given = {f"progress_{rest.pk}": progress, f"note_{rest.pk}": "4時間眠れた"}
        house.post("plan-looks", house.today.isoformat(), key=progress, **given)
    assert [(look.aim, look.progress) for look in AimLook.objects.all()] == [(rest, "well")]

    left_open = house.post("departure", key="d", **{f"aim_{rest.pk}": "reached"})
    house.booking.refresh_from_db()
    assert (left_open.status_code, house.booking.state) == (422, BookingState.ARRIVED)
    outcomes = {f"aim_{rest.pk}": "reached", f"aim_{night.pk}": "goes_on"}
    said = {"summary": "よく眠れるようになりました。", "next_steps": [house.weigh.pk], "next_words": "散歩に出る"}
    house.post("departure", key="e", **outcomes, **said)
    house.booking.refresh_from_db()
    assert house.booking.state == BookingState.DEPARTED
    assert set(PlanAim.objects.values_list("outcome", flat=True)) == {AimOutcome.REACHED, AimOutcome.GOES_ON}
    assert [str(step) for step in NextStep.objects.all()] == ["体重を測る", "散歩に出る"]

    mother = signed_in(house.mother)
    page = reverse("takehome:page", args=[house.booking.pk])
    hers = mother.get(page).text
    for words in ("よく眠れるようになりました", "まとまって眠る", "できた", "おうちで続ける", "体重を測る", "119"):
        assert words in hers, words
    assert "4時間眠れた" not in hers  # the looks of each day are the house's
    assert page in mother.get(reverse("family:booking", args=[house.booking.pk])).text
    english = signed_in(house.mother, **{"Accept-Language": "en"}).get(page).text
    for words in ("Sleep in longer stretches", "Reached", "Have your baby weighed", "散歩に出る"):
        assert words in english, words
    for language in ("ja", "en"):
        made = signed_in(house.mother, **{"Accept-Language": language}).get(
            reverse("takehome:pdf", args=[house.booking.pk])
        )
        assert (made.status_code, made.content[:5]) == (200, b"%PDF-")


def test_an_aim_that_is_open_stops_the_departure_of_a_program_too(house: House) -> None:
    house.post("plan", key="a", words="休む")
    address = f"/api/v1/bookings/{house.booking.pk}/departure/"
    refused = house.client.post(address, {}, content_type="application/json", headers={"Idempotency-Key": "one"})
    assert (refused.status_code, refused.json()["code"]) == (409, "aims_open")


def test_she_reads_it_once_she_has_left_and_nobody_elses(house: House) -> None:
    page = reverse("takehome:page", args=[house.booking.pk])
    assert signed_in(house.mother).get(page).status_code == 302
    assert house.client.get(page).status_code == 200  # the house looks it over before she leaves
    other = builders.user(Role.MOTHER, email="other@example.jp")
    builders.family(account=other)
    assert signed_in(other).get(page).status_code == 404


def test_the_weight_is_told_with_what_was_gained(house: House) -> None:
    infant = house.booking.registration.birth.infants.get()
    now = timezone.now()
    for ahead, grams in ((-1, 4000), (0, 4035)):
        record = CareRecord.objects.create(
            stay=house.stay, day=house.today + timedelta(days=ahead), recorded_at=now, recorded_by=house.midwife
        )
        record.infants.create(infant=infant, weight_grams=grams)
    shown = house.client.get(reverse("takehome:page", args=[house.booking.pk])).text
    assert "4,035 g（1日で+35 g）" in shown
