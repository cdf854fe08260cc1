"""A preterm baby begins to roll over: days that only the corrected age allows are given back; all are told."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from bookings.models import Booking, BookingState, ChangeNotice, NoticeKind
from bookings.places.rolling_over import report_rolling_over, take_back_rolling_over
from bookings.stays.stays import record_arrival
from enrollment.eligibility import Rule
from enrollment.models import Infant, Registration, RegistrationException
from sankecare import outbox
from sankecare.errors import NotPossible, Refused
from tests import builders
from tests.bookings.conftest import MONDAY, Ward, days, held

pytestmark = pytest.mark.django_db(transaction=True)
NOW = builders.at(MONDAY - timedelta(days=2))


@pytest.fixture
def ward(transactional_db: None) -> Ward:
    builders.usage_limits()
    stay = builders.service(slots=2)
    return Ward(stay, stay)


def preterm(until: date, mother: User | None = None) -> Registration:
    """Born so that four months from birth end on ``until``, two months before its due date's four months do."""
    born = (until + timedelta(days=1)).replace(month=until.month - 4)
    made = builders.registration(builders.family(account=mother), born=born)
    made.birth.due_date = born + timedelta(days=60)
    made.birth.save()
    made.birth.infants.update(gestation_days=220)
    return made


def reported(registration: Registration, ward: Ward) -> list[Booking]:
    infant = registration.birth.infants.get()
    done = transaction.atomic(report_rolling_over)(
        infant=infant, since=MONDAY - timedelta(days=3), by=ward.staff, at=NOW
    )
    return done.bookings


def test_days_that_only_the_corrected_age_allows_are_given_back_and_the_others_stay(ward: Ward) -> None:
    registration = preterm(days(3)[0])
    kept, cut, gone = ward.reserve(registration, 1), ward.reserve(registration, 3, 4), ward.reserve(registration, 6)
    assert [row.pk for row in reported(registration, ward)] == [cut.pk, gone.pk]
    assert (held(kept), held(cut), held(gone)) == (days(1), days(3), [])
    gone.refresh_from_db()
    assert gone.state == BookingState.CANCELLED
    assert [(row.booking_id, row.kind) for row in ChangeNotice.objects.order_by("pk")] == [
        (cut.pk, NoticeKind.DAYS_GIVEN_UP),
        (gone.pk, NoticeKind.CANCELLED),
    ]
    assert reported(registration, ward) == []


def test_a_baby_born_at_term_keeps_every_day(ward: Ward) -> None:
    registration = builders.registration()
    booking = ward.reserve(registration, 1, 2)
    assert reported(registration, ward) == []
    assert held(booking) == days(1, 2)


def test_an_exception_that_staff_granted_keeps_the_days(ward: Ward) -> None:
    registration = preterm(days(1)[0])
    booking = ward.reserve(registration, 3)
    RegistrationException.objects.create(
        registration=registration,
        rule=Rule.ROLLING_OVER,
        reason="個室で見守る",
        last_day=days(30)[0],
        proposed_by=ward.staff,
        proposed_at=NOW,
        granted_by=builders.user(),
        granted_at=NOW,
    )
    assert reported(registration, ward) == []
    assert held(booking) == days(3)


def test_family_and_facility_are_told_by_a_link_alone(ward: Ward) -> None:
    mother = builders.user(Role.MOTHER, email="mother@example.jp")
    builders.user(Role.FACILITY_MANAGER, email="manager@example.jp")
    builders.user(
        Role.FACILITY_MANAGER, email="elsewhere@example.jp", facility=builders.facility("mamas-room", "ママズルーム")
    )
    registration = preterm(days(1)[0], mother)
    booking = ward.reserve(registration, 3)
    outbox.take_all(at=NOW)
    mail.outbox.clear()
    reported(registration, ward)
    outbox.take_all(at=NOW)
    outbox.take_all(at=NOW)
    assert sorted(to for message in mail.outbox for to in message.to) == ["manager@example.jp", "mother@example.jp"]
    for message in mail.outbox:
        assert "寝返り" not in message.body
        assert registration.birth.family.mother_name not in message.body
        assert f"/bookings/{booking.pk}/" in message.body


def test_a_mother_reports_it_even_after_the_day_until_which_she_may_give_back(ward: Ward) -> None:
    mother = builders.user(Role.MOTHER)
    registration = preterm(MONDAY, mother)
    booking = ward.reserve(registration, 2)
    ward.stay.allocation_policies.create(
        period=(builders.LONG_AGO, None), method="first_come", gives_back_days_before=30
    )
    changed = transaction.atomic(report_rolling_over)(
        infant=registration.birth.infants.get(), since=MONDAY - timedelta(days=3), by=mother, at=NOW
    )
    assert [row.pk for row in changed.bookings] == [booking.pk]


def test_a_family_in_house_stays_the_day_and_leaves_with_it(ward: Ward) -> None:
    registration = preterm(days(1)[0])
    booking = ward.reserve(registration, 1, 2, 3)
    transaction.atomic(record_arrival)(booking=booking, by=ward.staff, at=builders.at(MONDAY))
    infant = registration.birth.infants.get()
    transaction.atomic(report_rolling_over)(infant=infant, since=days(2)[0], by=ward.staff, at=builders.at(days(2)[0]))
    booking.refresh_from_db()
    assert (booking.state, held(booking)) == (BookingState.ARRIVED, days(1, 2))


def test_a_day_that_cannot_be_gives_nothing_back(ward: Ward) -> None:
    registration = preterm(days(1)[0])
    booking = ward.reserve(registration, 3)
    with pytest.raises(NotPossible, match="day_impossible"):
        transaction.atomic(report_rolling_over)(
            infant=registration.birth.infants.get(), since=MONDAY + timedelta(days=9), by=ward.staff, at=NOW
        )
    assert held(booking) == days(3)
    with pytest.raises(Refused):
        ward.fill(3, 3)


def today_at_the_house(ward: Ward) -> tuple[Booking, Infant, Client]:
    """Expected today, and today lies in the time that only the corrected age allows."""
    today = timezone.localdate()
    registration = builders.registration(born=today - timedelta(days=130))
    registration.birth.due_date = today - timedelta(days=70)
    registration.birth.save()
    registration.birth.infants.update(gestation_days=220)
    booking = Booking.objects.create(registration=registration, service=ward.stay, booked_at=timezone.now())
    booking.days.create(day=today)
    midwife = Client()
    midwife.force_login(builders.user(Role.OPERATOR))
    return booking, registration.birth.infants.get(), midwife


def test_check_in_warns_where_a_booked_day_is_not_allowed_any_more(ward: Ward) -> None:
    booking, infant, midwife = today_at_the_house(ward)
    page = reverse("operator:check-in", args=[booking.pk])
    assert "区へ電話" not in midwife.get(page).text
    Infant.objects.filter(pk=infant.pk).update(rolls_over_since=timezone.localdate())
    assert "区へ電話" in midwife.get(page).text


def test_the_facility_reports_what_it_sees_at_the_door_once(ward: Ward) -> None:
    booking, infant, midwife = today_at_the_house(ward)
    page = reverse("operator:rolling-over", args=[booking.pk])
    given = {"infant": infant.pk, "since": timezone.localdate().isoformat(), "key": "k"}
    listed = midwife.post(page, given)
    booking.refresh_from_db()
    assert (booking.state, booking.number in listed.text) == (BookingState.BOOKED, True)
    for _ in range(2):
        assert midwife.post(page, given | {"seen": listed.context["seen"]}, follow=True).status_code == 200
    booking.refresh_from_db()
    assert (booking.state, ChangeNotice.objects.count()) == (BookingState.CANCELLED, 1)
    assert "寝返り" in midwife.get(reverse("operator:stay", args=[booking.pk])).text
    elsewhere = Client()
    elsewhere.force_login(builders.user(Role.OPERATOR, facility=builders.facility("mamas-room", "ママズルーム")))
    assert elsewhere.get(page).status_code == 404


def test_a_report_by_mistake_is_taken_back_with_the_days_that_nobody_else_has(ward: Ward) -> None:
    registration = preterm(days(3)[0])
    infant = registration.birth.infants.get()
    undo = transaction.atomic(take_back_rolling_over)
    with pytest.raises(Refused):
        undo(infant=infant, by=ward.staff, at=NOW)
    first, second = ward.reserve(registration, 4), ward.reserve(registration, 6)
    reported(registration, ward)
    for _other in range(2):
        ward.reserve(builders.registration(), 6)
    done = undo(infant=infant, by=ward.staff, at=NOW)
    assert [row.booking.pk for row in done.brought_back] == [first.pk]
    assert [row.booking.pk for row in done.stays_away] == [second.pk]
    infant.refresh_from_db()
    assert infant.rolls_over_since is None
