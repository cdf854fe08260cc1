"""A family that leaves the ward and comes back: its registration follows where it lives, in whatever order told."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from bookings.models import BookingDay, DayStatus
from bookings.places.birth_use import days_of_birth
from bookings.places.end_participation import leave_ward, move_within_ward, stay_in_ward
from bookings.places.offers import accept_offer
from bookings.places.reserve import reserve_days
from enrollment.applications.application_data import StatedApplication
from enrollment.applications.apply import apply_for_registration
from enrollment.confidential import Address
from enrollment.families.life_events import change_phone
from enrollment.models import Registration, RegistrationException, RegistrationPolicy, RegistrationState, TaxClass
from enrollment.protection.protect import put_under_protection
from enrollment.queries import verdict_for
from reports.invariants import broken_invariants
from sankecare.errors import NotPossible, Refused
from tests import builders
from tests.bookings.conftest import ASKED_AT, Ward, days, held

BORN = date(2027, 11, 20)
DECEMBER = builders.at(date(2027, 12, 1))


def elsewhere(name: str = "北沢", district: str = "kitazawa", **more: object) -> Address:
    return Address(builders.town(name, district), **more)  # type: ignore[arg-type]


def leave(ward: Ward, registration: Registration, day: date, **said: object):
    return leave_ward(family=registration.birth.family, last_day=day, by=ward.staff, at=ASKED_AT, **said)


def lives(ward: Ward, registration: Registration, day: date, address: Address | None = None, **said: object):
    family = registration.birth.family
    return move_within_ward(
        family=family, address=address or elsewhere(), from_day=day, by=ward.staff, at=ASKED_AT, **said
    )


def fresh(registration: Registration) -> Registration:
    return Registration.objects.get(pk=registration.pk)


def periods(registration: Registration) -> list[tuple[date | None, date | None]]:
    rows = registration.birth.family.residences.order_by("period")
    return [(row.period.lower, row.period.upper) for row in rows]


def test_three_days_used_stay_used_and_four_are_left_for_who_comes_back(ward: Ward, client: object) -> None:
    """Born 20 November, 3 days used, left with 20 December, a new address from 15 January."""
    mother = builders.user(Role.MOTHER)
    registration = builders.registration(builders.family(account=mother), born=BORN)
    booking = _reserve(ward, registration, [date(2027, 12, day) for day in (5, 6, 7)])
    BookingDay.objects.filter(booking=booking).update(status=DayStatus.USED)
    _leave(ward, registration, date(2027, 12, 20))
    assert fresh(registration).usable_until == date(2027, 12, 20)
    back = date(2028, 1, 15)
    move_within_ward(
        family=registration.birth.family,
        address=elsewhere(),
        from_day=back,
        by=ward.staff,
        at=builders.at(date(2028, 1, 14)),
    )
    assert fresh(registration).usable_until is None
    (stays,) = [row for row in days_of_birth(registration.birth, back) if row.limit is not None]
    assert (stays.used, stays.left) == (3, 4)
    assert not verdict_for(fresh(registration), ward.stay, date(2028, 1, 14), date(2028, 1, 14)).eligible
    january = [back + timedelta(days=number) for number in range(5)]
    with pytest.raises(Refused, match="too_many_days"):
        _reserve(ward, fresh(registration), january)
    assert held(_reserve(ward, fresh(registration), january[:4])) == january[:4]
    assert broken_invariants(builders.at(back)) == []


def _reserve(ward: Ward, registration: Registration, on: list[date]):
    at = builders.at(on[0] - timedelta(days=1), 9)
    return reserve_days(registration=registration, service=ward.stay, days=on, by=ward.staff, at=at)


def _leave(ward: Ward, registration: Registration, day: date) -> None:
    leave_ward(family=registration.birth.family, last_day=day, by=ward.staff, at=builders.at(date(2027, 12, 10)))


@pytest.mark.django_db
def test_staff_her_page_and_the_booking_say_the_same_of_who_has_left(ward: Ward, client) -> None:
    mother, today = builders.user(Role.MOTHER), timezone.localdate()
    registration = builders.registration(builders.family(account=mother), born=today - timedelta(days=40))
    gone = today - timedelta(days=5)
    leave_ward(family=registration.birth.family, last_day=gone, by=ward.staff, at=timezone.now())
    client.force_login(mother)
    home = client.get(reverse("family:home")).text
    assert "転出済み" in home
    assert reverse("family:book", args=[registration.pk]) not in home
    client.force_login(builders.user())
    assert "転出済み" in client.get("/admin/enrollment/registration/").text
    assert "転出済み" in client.get(f"/admin/enrollment/registration/{registration.pk}/decide/").text
    assert not verdict_for(fresh(registration), ward.stay, today, today).eligible
    move_within_ward(
        family=registration.birth.family, address=elsewhere(), from_day=today, by=ward.staff, at=timezone.now()
    )
    assert "転出済み" not in client.get("/admin/enrollment/registration/").text
    client.force_login(mother)
    home = client.get(reverse("family:home")).text
    assert "転出済み" not in home
    assert reverse("family:book", args=[registration.pk]) in home
    assert verdict_for(fresh(registration), ward.stay, today, today).eligible


def test_a_last_day_put_right_moves_the_registration_the_residence_and_the_district(
    ward: Ward, registration: Registration
) -> None:
    for number in (5, 12, 8):
        leave(ward, registration, days(number)[0])
        assert fresh(registration).usable_until == days(number)[0]
        assert periods(registration)[-1][1] == days(number + 1)[0]
    assert broken_invariants(ASKED_AT) == []


def test_a_last_day_put_right_after_the_return_leaves_the_return(ward: Ward, registration: Registration) -> None:
    """Left with the 5th day, back on the 15th; only then it is learned that it was the 8th."""
    before, between, after = (ward.reserve(registration, number) for number in (7, 10, 16))
    leave(ward, registration, days(5)[0])
    lives(ward, registration, days(15)[0])
    assert (held(before), held(between), held(after)) == ([], [], days(16))
    found = leave(ward, registration, days(8)[0])
    assert [row.booking.pk for row in found.brought_back] == [before.pk]
    assert periods(registration)[1:] == [(days(15)[0], None)]
    assert periods(registration)[0][1] == days(9)[0]
    assert fresh(registration).usable_until is None
    assert (held(before), held(between), held(after)) == (days(7), [], days(16))
    # And the other way round: one day earlier takes away what lies after it, and nothing behind the return.
    leave(ward, registration, days(6)[0])
    assert (held(before), held(after)) == ([], days(16))
    assert broken_invariants(ASKED_AT) == []


def test_the_last_day_that_meets_the_return_is_no_absence_at_all(ward: Ward, registration: Registration) -> None:
    leave(ward, registration, days(5)[0])
    lives(ward, registration, days(15)[0])
    leave(ward, registration, days(14)[0])
    assert verdict_for(fresh(registration), ward.stay, days(4)[0], days(20)[0]).eligible


def test_an_address_for_earlier_days_asks_whether_the_move_out_stands(ward: Ward, registration: Registration) -> None:
    leave(ward, registration, days(12)[0])
    with pytest.raises(NotPossible, match="say_whether_leaving") as asked:
        lives(ward, registration, days(3)[0])
    assert list(asked.value.fields) == ["still_leaves"]
    lives(ward, registration, days(3)[0], still_leaves=True)
    assert fresh(registration).usable_until == days(12)[0]
    assert periods(registration)[-1] == (days(3)[0], days(13)[0])
    lives(ward, registration, days(4)[0], elsewhere("砧", "kinuta"), still_leaves=False)
    assert fresh(registration).usable_until is None
    assert periods(registration)[-1] == (days(4)[0], None)


def test_a_move_out_before_an_address_known_for_later_is_asked_about(ward: Ward, registration: Registration) -> None:
    lives(ward, registration, days(10)[0])
    with pytest.raises(Refused, match="later_entry") as asked:
        leave(ward, registration, days(5)[0])
    assert list(asked.value.fields) == ["takes_back_moves"]
    assert periods(registration)[-1] == (days(10)[0], None)
    assert fresh(registration).usable_until is None
    leave(ward, registration, days(5)[0], takes_back_moves=True)
    assert periods(registration)[-1][1] == days(6)[0]
    assert fresh(registration).usable_until == days(5)[0]


def test_a_protected_family_leaves_and_comes_back_with_its_sealed_address(
    ward: Ward, registration: Registration
) -> None:
    family = registration.birth.family
    put_under_protection(family=family, reason="支援措置", by=ward.staff, at=ASKED_AT)
    leave(ward, registration, days(5)[0])
    lives(ward, registration, days(15)[0], elsewhere(rest="𠮷野荘 101"))
    leave(ward, registration, days(8)[0])
    sealed = [(row.period.lower, row.period.upper) for row in family.confidential_addresses.order_by("period")]
    assert sealed == periods(registration)
    assert not family.residences.filter(town__isnull=False).exists()


def test_a_day_before_it_lived_here_ends_nothing(ward: Ward, registration: Registration) -> None:
    first = days(1)[0]
    registration.birth.family.residences.update(period=(first, None))
    with pytest.raises(NotPossible, match="day_impossible"):
        leave(ward, registration, first - timedelta(days=1))


def test_an_application_for_the_next_birth_undoes_no_move_out(ward: Ward, registration: Registration) -> None:
    RegistrationPolicy.objects.create(period=(builders.LONG_AGO, None), from_pregnancy_week=20)
    leave(ward, registration, days(12)[0])
    stated = StatedApplication(
        mother_name="髙﨑 𠮷子",
        mother_name_kana="たかさき よしこ",
        town=builders.town("北沢", "kitazawa"),
        tax_class=TaxClass.TAXED,
        due_date=builders.A_DAY + timedelta(days=130),
        worry=True,
        lacks_support=True,
    )
    family = registration.birth.family
    again = apply_for_registration(application=stated, family=family, by=ward.staff, at=ASKED_AT)
    assert periods(registration)[-1][1] == days(13)[0]
    for row in (registration, again):
        assert fresh(row).usable_until == days(12)[0]


def test_what_an_exception_on_residency_allows_is_not_given_back(ward: Ward, registration: Registration) -> None:
    booking = ward.reserve(registration, 6, 7, 8)
    RegistrationException.objects.create(
        registration=registration,
        rule="residency",
        reason="里帰り先で認める",
        last_day=days(7)[0],
        proposed_by=ward.staff,
        proposed_at=ASKED_AT,
        granted_by=builders.user(),
        granted_at=ASKED_AT,
    )
    leave(ward, registration, days(5)[0])
    assert held(booking) == days(6, 7)


def test_an_ended_registration_follows_nobody(ward: Ward, registration: Registration) -> None:
    Registration.objects.filter(pk=registration.pk).update(state=RegistrationState.ENDED, usable_until=days(1)[0])
    leave(ward, registration, days(5)[0])
    assert fresh(registration).usable_until == days(1)[0]


def test_the_nightly_look_finds_a_registration_that_does_not_follow(ward: Ward, registration: Registration) -> None:
    Registration.objects.filter(pk=registration.pk).update(usable_until=days(3)[0])
    assert [row.what for row in broken_invariants(ASKED_AT)] == ["registration_not_as_it_lives"]


# ---- On the pages ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_her_page_asks_whether_she_still_leaves_before_anything_is_entered(ward: Ward, client) -> None:
    today = timezone.localdate()
    mother = builders.user(Role.MOTHER)
    registration = builders.registration(builders.family(account=mother), born=today - timedelta(days=40))
    family = registration.birth.family
    client.force_login(mother)
    out = reverse("life:move-out", args=[family.pk])
    listed = client.post(out, {"last_day": (today + timedelta(days=20)).isoformat()})
    client.post(out, dict(listed.context["typed"]) | {"seen": listed.context["seen"]})
    assert fresh(registration).usable_until == today + timedelta(days=20)
    page = reverse("life:address", args=[family.pk])
    shown = client.get(page)
    assert "区外へ転出する届出があります" in shown.text
    sent = {"from_day": today.isoformat(), "town": builders.town("北沢", "kitazawa").pk}
    sent["opened"] = shown.context["form"].opened
    refused = client.post(page, sent)
    assert refused.status_code == 422
    assert "still_leaves" in refused.context["form"].errors
    assert client.post(page, sent | {"still_leaves": "yes"}).status_code == 302
    assert fresh(registration).usable_until == today + timedelta(days=20)


@pytest.mark.django_db(transaction=True)
def test_staff_say_that_a_later_address_falls_away(ward: Ward, client) -> None:
    today = timezone.localdate()
    registration = builders.registration(born=today - timedelta(days=40))
    family = registration.birth.family
    move_later = today + timedelta(days=20)
    with transaction.atomic():
        move_within_ward(family=family, address=elsewhere(), from_day=move_later, by=ward.staff, at=timezone.now())
    client.force_login(builders.user())
    page = reverse("life:move-out", args=[family.pk])
    sent = {"last_day": (today + timedelta(days=5)).isoformat()}
    refused = client.post(page, sent)
    assert refused.status_code == 422
    assert "takes_back_moves" in refused.context["form"].errors
    listed = client.post(page, sent | {"takes_back_moves": "on"})
    client.post(page, dict(listed.context["typed"]) | {"seen": listed.context["seen"]})
    assert fresh(registration).usable_until == today + timedelta(days=5)


@pytest.mark.parametrize(("answered", "comes_back"), [(True, True), (False, False)])
def test_what_came_free_and_was_taken_comes_back_as_any_other_booking(
    ward: Ward, registration: Registration, answered: bool, comes_back: bool
) -> None:
    """A place that was offered and not answered was never hers."""
    wanted = days(10, 11)
    with transaction.atomic():
        booking = reserve_days(
            registration=registration,
            service=ward.stay,
            days=wanted,
            by=ward.staff,
            at=ASKED_AT,
            offered_until=ASKED_AT + timedelta(days=1),
        )
    if answered:
        with transaction.atomic():
            accept_offer(booking=booking, by=ward.staff, at=ASKED_AT)
    with transaction.atomic():
        leave(ward, registration, wanted[0] - timedelta(days=2))
    assert held(booking) == []
    with transaction.atomic():
        lives(ward, registration, wanted[0] - timedelta(days=3), still_leaves=False)
    assert (held(booking) == wanted) == comes_back


def test_a_move_out_is_taken_back_by_one_touch_with_its_days_and_its_address(ward: Ward, client: object) -> None:
    mother = builders.user(Role.MOTHER)
    registration = builders.registration(builders.family(account=mother))
    home = registration.birth.family
    booking = ward.reserve(registration, 9, 10)
    leave(ward, registration, days(8)[0])
    assert held(booking) == []
    with pytest.raises(Refused):
        stay_in_ward(family=builders.family(), by=mother, at=ASKED_AT)
    done = stay_in_ward(family=home, by=mother, at=ASKED_AT)
    assert ([row.booking for row in done.brought_back], held(booking)) == ([booking], days(9, 10))
    assert fresh(registration).usable_until is None
    assert home.residences.latest("period").period.upper is None


def test_the_telephone_is_hers_to_change(ward: Ward) -> None:
    home = builders.family()
    change_phone(family=home, phone="0312345678", by=ward.staff, at=ASKED_AT)
    home.refresh_from_db()
    assert home.phone == "0312345678"
    with pytest.raises(NotPossible):
        change_phone(family=home, phone="0312345678", by=ward.staff, at=ASKED_AT)
