"""事実の訂正: put right with reason and paper; bookings follow; what is past, charged or written is listed first."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from billing.models import Charge
from bookings.models import Booking, BookingDay, BookingState, DayStatus
from bookings.places.corrected_facts import correct_facts
from bookings.places.rolling_over import report_rolling_over
from enrollment.families.facts import facts_known
from enrollment.models import FactCorrection, Registration, Sibling
from reports.invariants import broken_invariants
from sankecare.errors import NotPossible
from sankecare.sealing import unseal_values
from tests import builders
from tests.bookings.conftest import ASKED_AT, MONDAY, Ward, days, held

pytestmark = pytest.mark.django_db
PAPER = {"reason": "母子健康手帳と違っていたため", "evidence": "母子健康手帳"}


def born(registration: Registration, day: date, **facts):
    """The registration's facts with its only baby born on another day."""
    known = facts_known(registration)
    ((key, infant),) = known.infants.items()
    return replace(known, infants={key: replace(infant, birth_date=day, **facts)})


def corrected(registration: Registration, facts, ward: Ward, **paper):
    return correct_facts(registration=registration, facts=facts, by=ward.staff, at=ASKED_AT, **{**PAPER, **paper})


def test_a_birth_typed_two_months_late_is_put_right_and_days_beyond_the_age_are_given_back(ward: Ward) -> None:
    """Typed 10 April for 13 January: four months end on 12 May, before the stay from 15 May."""
    registration = builders.registration(born=date(2023, 4, 10))
    builders.letter_policy()
    letter = builders.letter(registration, ward.staff)
    booking = ward.reserve(registration, 1, 2)
    done = corrected(registration, replace(born(registration, date(2023, 1, 13)), due_date=None), ward)
    assert registration.birth.infants.get().birth_date == date(2023, 1, 13)
    booking.refresh_from_db()
    assert (booking.state, held(booking)) == (BookingState.CANCELLED, [])
    assert [(row.booking.pk, row.whole) for row in done.bookings.given_back] == [(booking.pk, True)]
    assert done.verdicts[ward.stay.slug] == (date(2023, 8, 9), date(2023, 5, 12))
    assert done.letters_before == [letter.snapshot["number"]]
    changed = registration.letters.order_by("-pk")[0]
    assert changed.kind == "change"
    assert ["訂正した事項", "𠮷太郎　生年月日：令和5年4月10日 → 令和5年1月13日"] in [
        list(fact) for fact in changed.snapshot["facts"]
    ]


def test_put_right_again_what_was_given_back_comes_back(ward: Ward) -> None:
    registration = builders.registration(born=date(2023, 4, 10))
    booking = ward.reserve(registration, 1, 2)
    corrected(registration, replace(born(registration, date(2023, 1, 13)), due_date=None), ward)
    done = corrected(registration, born(registration, date(2023, 4, 10)), ward)
    assert [row.booking.pk for row in done.bookings.brought_back] == [booking.pk]
    assert held(booking) == days(1, 2)
    assert broken_invariants(ASKED_AT) == []


def test_a_baby_that_does_not_roll_over_after_all_gives_its_days_again(ward: Ward) -> None:
    end = days(3)[0]
    registration = builders.registration(born=(end + timedelta(days=1)).replace(month=end.month - 4))
    birth = registration.birth
    birth.due_date = birth.infants.get().birth_date + timedelta(days=60)
    birth.save()
    birth.infants.update(gestation_days=220)
    booking = ward.reserve(registration, 6)
    report_rolling_over(infant=birth.infants.get(), since=MONDAY - timedelta(days=6), by=ward.staff, at=ASKED_AT)
    assert held(booking) == []
    fresh = Registration.objects.select_related("birth__family").get(pk=registration.pk)
    known = facts_known(fresh)
    ((key, infant),) = known.infants.items()
    corrected(fresh, replace(known, infants={key: replace(infant, rolls_over_since=None)}), ward)
    assert held(booking) == days(6)


def test_days_used_and_what_was_charged_for_them_are_listed_and_left_to_a_person(ward: Ward) -> None:
    registration = builders.registration(born=date(2023, 4, 10))
    sibling = builders.sibling(registration.birth.family, born=date(2020, 1, 15))
    booking = ward.reserve(registration, 1, 2, sibling=sibling)
    BookingDay.objects.filter(booking=booking).update(status=DayStatus.USED)
    Booking.objects.filter(pk=booking.pk).update(state=BookingState.ARRIVED)
    facts = replace(born(registration, date(2023, 1, 13)), due_date=None)
    done = corrected(registration, facts, ward)
    assert [(row.booking.pk, row.days) for row in done.used_against] == [(booking.pk, days(1, 2))]
    assert list(booking.days.values_list("status", flat=True)) == ["used", "used"]
    school = replace(facts, siblings={sibling.pk: replace(facts.siblings[sibling.pk], birth_date=date(2016, 1, 15))})
    corrected(registration, replace(school, infants=born(registration, date(2023, 4, 10)).infants), ward)
    assert Sibling.objects.get().birth_date == date(2016, 1, 15)


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"reason": " 　"}, "no_reason", "reason"),
        ({"evidence": " "}, "no_evidence", "evidence"),
        ({}, "nothing_changed", None),
    ],
)
def test_without_reason_paper_or_change_nothing_is_put_right(ward: Ward, change, code, field) -> None:
    registration = builders.registration()
    facts = facts_known(registration)
    with pytest.raises(NotPossible, match=code) as refused:
        corrected(registration, facts, ward, **change)
    assert field is None or field in refused.value.fields
    assert not FactCorrection.objects.exists()


def test_what_cannot_be_is_said_beside_its_field(ward: Ward) -> None:
    registration = builders.registration()
    key = registration.birth.infants.get().pk
    with pytest.raises(NotPossible) as refused:
        corrected(registration, born(registration, ASKED_AT.date() + timedelta(days=1)), ward)
    assert list(refused.value.fields) == [f"infant_{key}_birth_date"]
    with pytest.raises(NotPossible) as refused:
        corrected(registration, replace(facts_known(registration), due_date=date(2023, 11, 1)), ward)
    assert list(refused.value.fields) == ["due_date"]


def test_what_stood_there_is_kept_sealed_for_good(ward: Ward) -> None:
    registration = builders.registration(born=date(2023, 4, 10))
    corrected(registration, born(registration, date(2023, 4, 9), name="吉太郎"), ward)
    kept = FactCorrection.objects.get()
    assert "太郎" not in str(bytes(kept.changes), "latin-1")
    assert [row[2:] for row in unseal_values(kept.changes)["changes"]] == [
        ["name", "𠮷太郎", "吉太郎"],
        ["birth_date", "2023-04-10", "2023-04-09"],
    ]
    for change in ({"reason": "別"}, {"changes": b"x"}, {"family": builders.family()}):
        with pytest.raises(DatabaseError), transaction.atomic():
            FactCorrection.objects.filter(pk=kept.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        kept.delete()


# ---- The page -------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_staff_see_verdict_booking_charge_and_letter_before_anything_is_written(transactional_db: None) -> None:
    builders.usage_limits()
    builders.letter_policy()
    today, staff = timezone.localdate(), builders.user()
    registration = builders.registration(born=today - timedelta(days=30))
    service = builders.service(slots=2)
    with transaction.atomic():
        letter = builders.letter(registration, staff)
    coming = Booking.objects.create(registration=registration, service=service, booked_at=timezone.now())
    coming.days.create(day=today + timedelta(days=5))
    past = Booking.objects.create(
        registration=registration, service=service, booked_at=timezone.now(), state=BookingState.DEPARTED
    )
    past.days.create(day=today - timedelta(days=5), status=DayStatus.USED)
    with transaction.atomic():
        charge = Charge.objects.create(
            booking=past, issued_at=timezone.now(), total=4500, snapshot={}, issued_by=staff
        )
        line = {"component": "base", "quantity": 1, "unit_amount": 4500, "amount": 4500}
        charge.lines.create(day=today - timedelta(days=5), **line)
    client = Client()
    client.force_login(staff)
    page = reverse("entry:facts", args=[registration.pk])
    form = client.get(page).context["form"]
    typed = {bound.html_name: bound.value() for bound in form if not isinstance(bound.value(), date | None)}
    key = registration.birth.infants.get().pk
    right = today - timedelta(days=200)
    typed |= {
        **{f"infant_{key}_birth_date_{n}": part for n, part in enumerate((right.year - 2018, right.month, right.day))},
        f"infant_{key}_birth_date_3": "令和",
        "mother_birth_date_0": "",
        **PAPER,
    }
    typed = {name: value for name, value in typed.items() if value not in (None, False)}
    listed = client.post(page, typed)
    assert listed.status_code == 200, listed.context["form"].errors
    text = listed.text
    numbers = (coming.number, past.number, letter.snapshot["number"], registration.number)
    for words in (*numbers, "4,500円", "月齢で利用できる"):
        assert words in text
    assert not FactCorrection.objects.exists()
    assert client.post(page, typed | {"seen": listed.context["seen"]}).status_code == 302
    coming.refresh_from_db()
    assert (registration.birth.infants.get().birth_date, coming.state) == (right, BookingState.CANCELLED)


def test_nobody_but_staff_who_decide_puts_facts_right(client) -> None:
    registration = builders.registration()
    page = reverse("entry:facts", args=[registration.pk])
    for role in (Role.MOTHER, Role.OPERATOR, Role.HEALTH_NURSE, Role.SUPERVISOR, Role.AUDITOR):
        client.force_login(builders.user(role))
        assert client.get(page).status_code == 404
