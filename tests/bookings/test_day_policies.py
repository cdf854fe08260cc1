"""Each day of use by its own rules, as known when asked: page, API, booking and moving agree, whatever changes."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from bookings.models import AllocationPolicy, Booking, UsageLimits
from bookings.places.availability import availability_of
from bookings.places.day_hindrances import Hindrance
from bookings.places.day_policies import policies_on
from bookings.places.days_asked import look_at_days
from bookings.places.deadlines import terms_in_words
from bookings.places.family_calendar import family_month
from bookings.places.move import move_booking
from bookings.places.release import last_day_to_give_back
from bookings.places.reserve import reserve_days
from enrollment.models import Registration
from facilities.models import ServiceTermsRow
from pages.public.availability_views import weeks_of_places
from sankecare.errors import Refused
from sankecare.month_page import Stretch
from tests import builders
from tests.bookings.conftest import Ward

APRIL = date(2024, 4, 1)
FIRST, LAST = APRIL - timedelta(days=12), APRIL + timedelta(days=30)

HINDRANCE_OF_CODE = {
    "day_passed": Hindrance.PASSED,
    "day_closed": Hindrance.CLOSED,
    "not_eligible": Hindrance.NOT_ELIGIBLE,
    "day_taken": Hindrance.OWN_BOOKING,
    "too_many_days": Hindrance.NO_DAYS_LEFT,
    "too_short_notice": Hindrance.TOO_SHORT_NOTICE,
    "not_open_yet": Hindrance.NOT_OPEN_YET,
    "draw_first": Hindrance.BY_LOT,
    "day_full": Hindrance.FULL,
    None: None,
}


def code_of(operation: Callable[..., Any], **asked: Any) -> str | None:
    """Do it and take it back: None, or the refusal's code."""
    with transaction.atomic():
        try:
            operation(**asked)
        except Refused as refused:
            return refused.code
        finally:
            transaction.set_rollback(True)
    return None


@dataclass
class Scene:
    """A family, its mother, and the ward's short stay."""

    ward: Ward
    known: Registration
    mother: User

    def books(self, days: list[date], at: datetime) -> str | None:
        asked = {"registration": self.known, "service": self.ward.stay, "days": days}
        return code_of(reserve_days, **asked, by=self.mother, at=at)

    def booking_says(self, day: date, at: datetime) -> Hindrance | None:
        return HINDRANCE_OF_CODE[self.books([day], at)]

    def page_says(self, at: datetime, **how: Any) -> dict[date, Hindrance | None]:
        found = family_month(self.known, self.ward.stay, FIRST, LAST, at=at, **how)
        return {day: row.hindrance for day, row in found.days.items()}

    def has(self, day: date, at: datetime) -> Booking:
        return self.has_all([day], at)

    def has_all(self, days: list[date], at: datetime) -> Booking:
        return reserve_days(registration=self.known, service=self.ward.stay, days=days, by=self.ward.staff, at=at)


def policy(ward: Ward, period: tuple[date, date | None], **facts: Any) -> None:
    AllocationPolicy.objects.create(service=ward.stay, period=period, **{"method": "first_come"} | facts)


@pytest.fixture
def scene(ward: Ward, mother: User) -> Scene:
    known = builders.registration(builders.family(account=mother), born=APRIL - timedelta(days=40))
    return Scene(ward, known, mother)


@dataclass(frozen=True)
class Changed:
    """Policies until and from 1 April, when it is asked, for which day, and what is said."""

    before: dict[str, int]
    after: dict[str, int]
    asked: date
    day: date
    says: Hindrance | None


# ---- The cases


MARCH_25, MARCH_30, APRIL_3 = date(2024, 3, 25), date(2024, 3, 30), date(2024, 4, 3)
SEVEN_BEFORE, TWENTY_AHEAD, TWO_AHEAD = {"closes_days_before": 7}, {"opens_days_before": 20}, {"opens_days_before": 2}


@pytest.mark.parametrize(
    "case",
    [
        # seven days of notice from 1 April on; and abolished from then on
        Changed({}, SEVEN_BEFORE, MARCH_30, APRIL_3, Hindrance.TOO_SHORT_NOTICE),
        Changed(SEVEN_BEFORE, {}, MARCH_30, APRIL_3, None),
        Changed(SEVEN_BEFORE, {}, MARCH_30, date(2024, 3, 31), Hindrance.TOO_SHORT_NOTICE),
        # twenty days ahead from 1 April on; and two until then
        Changed({}, TWENTY_AHEAD, MARCH_25, date(2024, 4, 15), Hindrance.NOT_OPEN_YET),
        Changed({}, TWENTY_AHEAD, MARCH_25, date(2024, 4, 14), None),
        Changed(TWO_AHEAD, {}, MARCH_25, APRIL, None),
        Changed(TWO_AHEAD, {}, MARCH_25, date(2024, 3, 31), Hindrance.NOT_OPEN_YET),
    ],
)
def test_page_public_page_api_and_booking_go_by_the_rules_of_the_day_of_use(scene: Scene, case: Changed) -> None:
    stay, day = scene.ward.stay, case.day
    policy(scene.ward, (builders.LONG_AGO, APRIL), **case.before)
    policy(scene.ward, (APRIL, None), **case.after)
    at = builders.at(case.asked)
    assert (scene.booking_says(day, at), scene.page_says(at)[day]) == (case.says, case.says)
    with time_machine.travel(at, tick=False):
        shown_weeks = weeks_of_places(stay, Stretch(day, day), at, "/")
        (shown,) = [one.availability for week in shown_weeks.weeks for one in week if one and one.date == day]
        (row,) = Client().get("/api/v1/availability/", {"service": stay.slug, "from": day, "to": day}).json()
        said = look_at_days(stay, day, day, at=at).in_the_way
    free = case.says is None
    assert (shown in ("open", "few"), row["free"] in "○△", said == []) == (free, free, free)


def test_a_limit_that_changes_is_told_and_counted_by_the_day_of_use(scene: Scene) -> None:
    limits_until_april(7, 2)
    at = builders.at(APRIL - timedelta(days=5))
    for number in (-4, -3):
        scene.has(APRIL + timedelta(days=number), at)
    found = family_month(scene.known, scene.ward.stay, FIRST, LAST, at=at)
    assert [(row.first_day, row.left, row.limit) for row in found.quotas] == [(at.date(), 5, 7), (APRIL, 0, 2)]
    for day, says in ((APRIL - timedelta(days=1), None), (APRIL, Hindrance.NO_DAYS_LEFT)):
        assert (scene.page_says(at)[day], scene.booking_says(day, at)) == (says, says)


def test_a_stay_over_a_change_of_limits_asks_each_days_own(scene: Scene) -> None:
    limits_until_april(7, 3)
    at = builders.at(FIRST)
    for length, says in ((3, None), (4, "too_many_days")):
        assert scene.books([APRIL + timedelta(days=number) for number in range(-2, length - 2)], at) == says


def test_her_page_says_how_many_days_are_left_by_the_limits_of_the_weeks_shown(scene: Scene) -> None:
    limits_until_april(7, 5)
    with time_machine.travel(builders.at(APRIL - timedelta(days=3)), tick=False):
        client = Client()
        client.force_login(scene.mother)
        asked = {"service": scene.ward.stay.slug, "from": (APRIL + timedelta(days=6)).isoformat()}
        april = client.get(reverse("family:book", args=[scene.known.pk]), asked).content.decode()
    assert ("あと5日です（全部で5日）" in april, "全部で7日" in april) == (True, False)


def test_her_own_page_says_which_limit_comes_and_from_when_on(scene: Scene) -> None:
    limits_until_april(7, 5)
    pages = []
    for moment in (APRIL - timedelta(days=3), APRIL):
        with time_machine.travel(builders.at(moment), tick=False):
            client = Client()
            client.force_login(scene.mother)
            pages.append(re.sub(r"<[^>]+>", "", client.get(reverse("family:home")).content.decode()))
    before, after = pages
    assert (
        "全部で7日" in before,
        "4月1日からの利用： 今回の出産で使えるのは、あと5日です（全部で5日）" in before,
    ) == (True, True)
    assert ("全部で7日" in after, "あと5日です（全部で5日）" in after, "からの利用" in after) == (False, True, False)


def test_when_no_day_is_left_her_page_says_so_and_of_which_services(scene: Scene) -> None:
    asked_at = builders.at(APRIL - timedelta(days=20))
    with transaction.atomic():
        scene.has_all([APRIL + timedelta(days=day) for day in range(7)], asked_at)
    with time_machine.travel(asked_at, tick=False):
        client = Client()
        client.force_login(scene.mother)
        page = client.get(reverse("family:home")).text
    assert "ショートステイ・デイケアの7日は、すべて予約済みか利用済みです" in page


def limits_until_april(before: int, after: int) -> None:
    UsageLimits.objects.all().delete()
    UsageLimits.objects.create(period=(builders.LONG_AGO, APRIL), group="stays", days_per_birth=before)
    UsageLimits.objects.create(period=(APRIL, None), group="stays", days_per_birth=after)


def test_a_day_that_is_too_near_names_the_first_one_that_is_not_by_its_own_notice(scene: Scene) -> None:
    """Seven days of notice until 1 April, none from then on: on 30 March the first day to book is 1 April."""
    policy(scene.ward, (builders.LONG_AGO, APRIL), closes_days_before=7)
    policy(scene.ward, (APRIL, None), closes_days_before=1)
    at, day = builders.at(MARCH_30), date(2024, 3, 31)
    with pytest.raises(Refused, match="too_short_notice") as refused:
        reserve_days(registration=scene.known, service=scene.ward.stay, days=[day], by=scene.mother, at=at)
    assert "4月1日" in refused.value.detail
    assert "4月1日" in look_at_days(scene.ward.stay, day, day, at=at).in_the_way[0]


def test_given_back_until_is_said_by_the_day_with_the_earliest_limit(ward: Ward) -> None:
    policy(ward, (builders.LONG_AGO, APRIL), gives_back_days_before=1)
    policy(ward, (APRIL, None), gives_back_days_before=10)
    last, first = APRIL - timedelta(days=1), APRIL
    assert last_day_to_give_back(ward.stay, [last]) == APRIL - timedelta(days=2)
    assert last_day_to_give_back(ward.stay, [last, first]) == APRIL - timedelta(days=10)


def test_what_changes_within_the_month_is_said_with_its_first_day(ward: Ward) -> None:
    policy(ward, (builders.LONG_AGO, APRIL), opens_days_before=90)
    policy(ward, (APRIL, None), opens_days_before=30)
    days = [APRIL + timedelta(days=number) for number in (-1, 0, 1)]
    said = terms_in_words(policies_on(ward.stay, days))
    assert ["90" in said[0], "30" in said[1], "4月1日" in said[1], len(said)] == [True, True, True, 2]
    assert terms_in_words(policies_on(ward.stay, days[1:]))[0].count("30") == 1


# ---- Whatever the policies and the moment

SEGMENTS = 3
HELD = APRIL + timedelta(days=12)
numbers = st.none() | st.integers(0, 20)
allocation = st.fixed_dictionaries(
    {
        "method": st.sampled_from(["first_come", "first_come", "lottery"]),
        "opens_days_before": numbers,
        "closes_days_before": numbers,
        "notice_hours": st.none() | st.integers(0, 60),
        "undrawn_opens_days_before": numbers,
    }
)
limits = st.fixed_dictionaries({"days_per_birth": st.none() | st.integers(0, 3)})
terms = st.fixed_dictionaries({"starts_at": st.sampled_from([None, time(10), time(23)])})
cuts = st.lists(st.integers(-11, 29), min_size=SEGMENTS - 1, max_size=SEGMENTS - 1, unique=True).map(sorted)
Dated = list[tuple[tuple[date, date | None], dict[str, Any]]]


def segments(facts: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[Dated]:
    """Facts that change at days of March and April."""

    def dated(starts: list[int], chosen: list[dict[str, Any]]) -> Dated:
        begins = [builders.LONG_AGO, *(APRIL + timedelta(days=number) for number in starts)]
        return list(zip(zip(begins, [*begins[1:], None], strict=True), chosen, strict=True))

    return st.builds(dated, cuts, st.lists(facts, min_size=SEGMENTS, max_size=SEGMENTS))


@dataclass(frozen=True)
class Anything:
    """Policies of all kinds that change, a moment (hours from 1 April), days to look at, and if some are drawn."""

    allocation: Dated
    limits: Dated
    terms: Dated
    hour: int
    picked: frozenset[int]
    drawn: bool

    def write(self, ward: Ward) -> None:
        UsageLimits.objects.all().delete()
        ServiceTermsRow.objects.filter(service=ward.stay).delete()
        for period, facts in self.limits:
            UsageLimits.objects.create(period=period, group="stays", **facts)
        for period, facts in self.terms:
            ServiceTermsRow.objects.create(service=ward.stay, period=period, age_limit_months=12, **facts)
        for period, facts in self.allocation:
            policy(ward, period, **facts)
        if self.drawn:
            builders.draw_round(ward.stay, APRIL + timedelta(days=3), 4)


anything = st.builds(
    Anything,
    segments(allocation),
    segments(limits),
    segments(terms),
    st.integers(-16 * 24, 9 * 24),
    st.frozensets(st.integers(-11, 29), min_size=3, max_size=6),
    st.booleans(),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(anything)
def test_for_any_policies_and_moments_page_api_booking_and_move_agree(scene: Scene, chosen: Anything) -> None:
    at = builders.at(APRIL) + timedelta(hours=chosen.hour)
    days = [APRIL + timedelta(days=number) for number in sorted(chosen.picked)]
    with transaction.atomic():
        held = scene.has(HELD, at)
        chosen.write(scene.ward)
        _compare(scene, at, days)
        of_move = scene.page_says(at, without=held)
        moved = {day: HINDRANCE_OF_CODE[_moves(scene, held, day, at)] for day in days if day != HELD}
        assert {day: of_move[day] for day in moved} == moved
        transaction.set_rollback(True)


def _compare(scene: Scene, at: datetime, days: list[date]) -> None:
    page, stay = scene.page_says(at), scene.ward.stay
    assert {day: page[day] for day in days} == {day: scene.booking_says(day, at) for day in days}

    public = {row.day: row.hindrance for row in availability_of([stay], FIRST, LAST, at=at).days[stay.pk]}
    known_to_her_alone = (Hindrance.OWN_BOOKING, Hindrance.NO_DAYS_LEFT, Hindrance.NOT_ELIGIBLE)
    of_all = [day for day in days if page[day] not in known_to_her_alone]
    assert {day: public[day] for day in of_all} == {day: page[day] for day in of_all}

    free = [day for day in days if page[day] is None]
    if len(free) > 1:
        assert scene.books(free, at) in (None, "too_many_days")


def _moves(scene: Scene, held: Booking, day: date, at: datetime) -> str | None:
    booking = Booking.objects.get(pk=held.pk)
    return code_of(move_booking, booking=booking, days=[day], by=scene.mother, at=at)
