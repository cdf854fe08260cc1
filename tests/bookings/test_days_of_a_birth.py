"""Seven days a birth, however often it is registered: ended and applied for again, moved out and back, in bulk."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from bookings.models import Booking, BookingDay, DayStatus, UsageLimits
from bookings.places.birth_use import days_of_birth
from bookings.places.end_participation import end_registration, leave_ward
from enrollment.applications.application_data import InfantStated, StatedApplication
from enrollment.applications.apply import apply_for_registration
from enrollment.applications.queue import places_in_queue
from enrollment.bulk_approvable import Unclear
from enrollment.confidential import Address
from enrollment.decisions.bulk import approve_plain
from enrollment.decisions.decide import approve_application
from enrollment.decisions.earlier import earlier_of
from enrollment.families.life_events import change_address
from enrollment.models import Registration, RegistrationPolicy, RegistrationState, TaxClass
from enrollment.queries import verdict_for
from reports.invariants import broken_invariants
from sankecare.errors import Refused
from tests import builders
from tests.bookings.conftest import ASKED_AT, Ward, days, held

BORN = builders.A_DAY - timedelta(days=30)
TODAY = builders.A_DAY


@pytest.fixture(autouse=True)
def week_28(db: None) -> None:
    RegistrationPolicy.objects.create(period=(builders.LONG_AGO, None), from_pregnancy_week=28)
    builders.letter_policy()


@pytest.fixture
def mother(db: None) -> User:
    return builders.user(Role.MOTHER)


def stated(born: date | None = BORN, **changes: object) -> StatedApplication:
    application = StatedApplication(
        mother_name="髙﨑 𠮷子",
        mother_name_kana="たかさき よしこ",
        town=builders.town(),
        chome=1,
        block=1,
        tax_class=TaxClass.TAXED,
        infants=[InfantStated(birth_date=born, name="太郎")] if born else [],
        worry=True,
        lacks_support=True,
    )
    return replace(application, **changes)  # type: ignore[arg-type]


# When the days of the first week are used.
AFTERWARDS = builders.at(days(7)[0], 9)


def registered(mother: User, at: datetime = ASKED_AT, **changes: object) -> Registration:
    family = getattr(User.objects.get(pk=mother.pk), "family", None)
    application = stated(**changes)  # type: ignore[arg-type]
    made = apply_for_registration(application=application, family=family, by=mother, at=at)
    return approve_application(registration=made, by=builders.user(), at=at)


def ended(registration: Registration) -> None:
    end_registration(registration=registration, reason="里帰りのため", by=builders.user(), at=AFTERWARDS)


def all_used(booking: Booking) -> None:
    BookingDay.objects.filter(booking=booking).update(status=DayStatus.USED)


@pytest.mark.parametrize(
    "again",
    [
        {},
        {"born": BORN + timedelta(days=1)},  # a day later: there are no two births a day apart
        {"born": BORN - timedelta(days=20)},
        {"born": None, "due_date": BORN + timedelta(days=10)},  # "not born yet": the baby is known
    ],
)
def test_ended_and_applied_for_again_the_birth_has_seven_days_in_all(
    ward: Ward, mother: User, again: dict[str, object]
) -> None:
    first = registered(mother, due_date=BORN)
    booking = ward.reserve(first, 1, 2, 3, 4, 5)
    all_used(booking)
    ended(first)
    second = registered(mother, at=AFTERWARDS, **again)  # type: ignore[arg-type]
    assert second.birth_id == first.birth_id
    with pytest.raises(Refused, match="too_many_days"):
        ward.reserve(second, 8, 9, 10, at=AFTERWARDS)
    assert held(ward.reserve(second, 8, 9, at=AFTERWARDS)) == days(8, 9)
    assert [row.left for row in days_of_birth(second.birth, TODAY)] == [0]
    assert broken_invariants(AFTERWARDS) == []


def test_the_next_birth_has_its_own_seven_days(ward: Ward, mother: User) -> None:
    first = registered(mother)
    Registration.objects.filter(pk=first.pk).update(state=RegistrationState.ENDED)
    first.birth.infants.update(birth_date=BORN - timedelta(days=400))
    second = registered(mother)
    assert second.birth_id != first.birth_id
    assert held(ward.reserve(second, 1, 2, 3, 4, 5, 6, 7)) == days(1, 2, 3, 4, 5, 6, 7)


def test_a_birth_registered_before_is_nothing_for_the_bulk_and_its_page_says_what_it_has_used(
    ward: Ward, mother: User, client: object
) -> None:
    first = registered(mother)
    all_used(ward.reserve(first, 1, 2, 3))
    ended(first)
    waiting = apply_for_registration(
        application=stated(born=BORN + timedelta(days=3)), family=first.birth.family, by=mother, at=ASKED_AT
    )
    applications = Registration.objects.filter(pk=waiting.pk)
    assert Unclear.REGISTERED_BEFORE in places_in_queue(applications, TODAY)[0].unclear
    outcome = approve_plain(applications=applications, chosen=[waiting.pk], by=ward.staff, at=ASKED_AT)
    assert (outcome.approved, [why for _row, why in outcome.left]) == ([], ["この出産は以前にも登録されています"])
    found = earlier_of(waiting, TODAY)
    assert [row.pk for row in found.registrations] == [first.pk]
    assert [(row.used, row.booked, row.left) for row in found.days][:1] == [(3, 0, 4)]
    assert found.before == {"born": [BORN]}


@pytest.mark.django_db
def test_the_decision_page_names_the_earlier_registration_and_the_days_left(ward: Ward, client: object) -> None:
    family = builders.family()
    born = timezone.localdate() - timedelta(days=40)
    first = builders.registration(family, born=born, state=RegistrationState.ENDED, usable_until=born)
    booking = Booking.objects.create(registration=first, service=ward.stay, booked_at=ASKED_AT, state="departed")
    for number in range(3):
        BookingDay.objects.create(booking=booking, day=born + timedelta(days=9 + number), status=DayStatus.USED)
    again = Registration.objects.create(
        birth=first.birth, applied_at=timezone.now(), state=RegistrationState.APPLIED, worry=True, lacks_support=True
    )
    client.force_login(builders.user())  # type: ignore[attr-defined]
    page = client.get(f"/admin/enrollment/registration/{again.pk}/decide/").text  # type: ignore[attr-defined]
    for words in (first.number, "この出産は以前にも登録されています", "3日利用、0日予約", "7日のうち残り4日"):
        assert words in page


def test_who_moved_out_and_comes_back_has_the_days_that_are_left(ward: Ward, mother: User) -> None:
    """Born 20 November, 3 days used, left with 20 December, a new address from 15 January: 4 days, none between."""
    registration = registered(mother)
    family = registration.birth.family
    all_used(ward.reserve(registration, 1, 2, 3))
    back = days(20)[0]
    leave_ward(family=family, last_day=days(5)[0], by=ward.staff, at=ASKED_AT)
    new = Address(builders.town("北沢", "kitazawa"))
    change_address(family=family, address=new, from_day=back, by=ward.staff, at=ASKED_AT)
    registration.refresh_from_db()
    assert registration.usable_until is None
    for between in (6, 12, 19):
        with pytest.raises(Refused, match="not_eligible"):
            ward.reserve(registration, between)
    away = verdict_for(registration, ward.stay, days(6)[0], days(6)[0]).rules[1]
    assert (away.met, away.facts) == (False, {"first": days(6)[0], "last": days(19)[0]})
    with pytest.raises(Refused, match="too_many_days"):
        ward.reserve(registration, 20, 21, 22, 23, 24)
    assert held(ward.reserve(registration, 20, 21, 22, 23)) == days(20, 21, 22, 23)
    changed = registration.letters.order_by("-serial").first()
    assert changed is not None
    assert ["区内に住む日", "令和5年6月3日から"] in [list(fact) for fact in changed.snapshot["facts"]]


def test_who_came_back_and_applies_anew_is_told_how_the_registration_goes_on(ward: Ward, mother: User) -> None:
    registration = registered(mother)
    leave_ward(family=registration.birth.family, last_day=days(5)[0], by=ward.staff, at=ASKED_AT)
    with pytest.raises(Refused, match="already_registered") as refused:
        apply_for_registration(application=stated(), family=registration.birth.family, by=mother, at=ASKED_AT)
    assert "新しい住所" in refused.value.detail


def test_a_later_last_day_lets_the_family_live_here_until_then(ward: Ward, mother: User) -> None:
    family = registered(mother).birth.family
    for number in (5, 12):
        leave_ward(family=family, last_day=days(number)[0], by=ward.staff, at=ASKED_AT)
    assert family.residences.get().period.upper == days(13)[0]


def test_the_nightly_look_counts_the_days_of_a_birth_that_was_entered_twice(ward: Ward, mother: User) -> None:
    first = registered(mother)
    all_used(ward.reserve(first, 1, 2, 3, 4, 5, 6, 7))
    family = first.birth.family
    second = builders.registration(family, born=BORN + timedelta(days=2))
    booking = Booking.objects.create(registration=second, service=ward.stay, booked_at=ASKED_AT)
    BookingDay.objects.create(booking=booking, day=days(9)[0])
    found = {row.what: row.rows for row in broken_invariants(AFTERWARDS)}
    assert found == {"more_days_than_a_birth_may_use": [f"{family.pk} stays 8"]}
    with connection.cursor() as cursor:  # the next birth's days are its own
        cursor.execute(
            "UPDATE enrollment_infant SET birth_date = birth_date - 400 WHERE birth_id = %s", [first.birth_id]
        )
        cursor.execute("UPDATE enrollment_birth SET due_date = NULL")
    assert broken_invariants(AFTERWARDS) == []


def test_applied_for_again_without_weeks_and_long_stay_the_baby_keeps_them(ward: Ward, mother: User) -> None:
    due = BORN + timedelta(days=40)
    told = InfantStated(
        BORN, name="太郎", gestation_days=240, long_hospital_stay=True, discharged_on=BORN + timedelta(days=20)
    )
    first = registered(mother, due_date=due, infants=[told])
    ended(first)
    second = registered(mother, at=AFTERWARDS)
    baby = second.birth.infants.get()
    assert second.birth.due_date == due
    assert (baby.gestation_days, baby.long_hospital_stay, baby.discharged_on) == (
        240,
        True,
        BORN + timedelta(days=20),
    )


def test_days_that_were_booked_before_a_limit_was_lowered_are_no_days_too_many(ward: Ward, mother: User) -> None:
    all_used(ward.reserve(registered(mother), 1, 2, 3, 4, 5, 6, 7))
    limits = UsageLimits.objects.get(group="stays")
    limits.period = (limits.period.lower, days(1)[0])
    limits.save()
    UsageLimits.objects.create(group="stays", period=(days(1)[0], None), days_per_birth=5)
    assert not broken_invariants(AFTERWARDS)
