"""Coordinator sessions: a family once, never more than places, nothing after it has begun; who came is kept."""

import threading
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from bookings.models import Booking
from bookings.places.cancel import cancel_booking
from bookings.places.change import shorten_booking
from bookings.stays.stays import record_absence
from care.models import CoordinatorSession, SessionSignUp
from care.sessions import call_off_session, change_session, note_attendance, plan_session, sign_up, take_back
from enrollment.models import Family
from facilities.models import Service
from sankecare import outbox
from sankecare.errors import Refused
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)

DAY = builders.A_DAY
BEFORE, BEGUN = builders.at(DAY, 9), builders.at(DAY, 14, 10)


class Centre:
    """A session at two in the afternoon with two places, and the families in house."""

    def __init__(self) -> None:
        self.service: Service = builders.service()
        self.midwife = builders.user(Role.OPERATOR)
        with transaction.atomic():
            self.session = plan_session(
                facility=self.service.facility,
                day=DAY,
                starts=time(14),
                minutes=30,
                places=2,
                by=self.midwife,
                at=builders.at(DAY - timedelta(days=9)),
            )

    def family(self, days_after: int = 0, **fields: Any) -> Family:
        """A family in house on the day, or so many days after it."""
        made = builders.family(**fields)
        booking = Booking.objects.create(
            registration=builders.registration(made),
            service=self.service,
            booked_at=builders.at(DAY - timedelta(days=9)),
        )
        booking.days.create(day=DAY + timedelta(days=days_after))
        return made

    def sign_up(self, family: Family, at: datetime = BEFORE) -> SessionSignUp:
        return transaction.atomic(sign_up)(session=self.session, family=family, by=self.midwife, at=at)

    def call_off(self, at: datetime = BEFORE, reason: str = "講師の都合") -> CoordinatorSession:
        with transaction.atomic():
            return call_off_session(session=self.session, reason=reason, by=self.midwife, at=at)

    def came(self, came: dict[int, bool], at: datetime = BEGUN) -> None:
        with transaction.atomic():
            note_attendance(session=self.session, came=came, by=self.midwife, at=at)


@pytest.fixture
def centre(transactional_db: None) -> Centre:
    return Centre()


def code_of(act: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code


def test_a_family_in_house_signs_up_once(centre: Centre) -> None:
    family = centre.family()
    centre.sign_up(family)
    assert code_of(lambda: centre.sign_up(family)) == "already_signed_up"


def test_only_who_uses_the_facility_on_the_day_takes_part(centre: Centre) -> None:
    assert code_of(lambda: centre.sign_up(centre.family(days_after=1))) == "not_in_house"
    assert code_of(lambda: centre.sign_up(builders.family())) == "not_in_house"


def test_when_every_place_is_taken_the_next_is_refused_until_one_is_given_back(centre: Centre) -> None:
    first = centre.sign_up(centre.family())
    centre.sign_up(centre.family())
    third = centre.family()
    assert code_of(lambda: centre.sign_up(third)) == "session_full"
    transaction.atomic(take_back)(sign_up=first, by=centre.midwife, at=BEFORE)
    assert code_of(lambda: transaction.atomic(take_back)(sign_up=first, by=centre.midwife, at=BEFORE)) == "taken_back"
    centre.sign_up(third)


def test_of_many_at_once_no_more_get_in_than_there_are_places(centre: Centre) -> None:
    families = [centre.family() for _ in range(6)]
    start, codes = threading.Barrier(len(families)), []

    def ask(family: Family) -> None:
        start.wait()
        try:
            centre.sign_up(family)
            codes.append("in")
        except Refused as refused:
            codes.append(refused.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=[family]) for family in families]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == ["in"] * 2 + ["session_full"] * 4


REFUSED: list[tuple[str, Callable[[Centre], Any]]] = [
    ("session_has_begun", lambda centre: centre.sign_up(centre.family(), at=BEGUN)),
    ("session_has_begun", lambda centre: centre.call_off(at=BEGUN)),
    ("no_reason", lambda centre: centre.call_off(reason=" ")),
    ("session_not_begun", lambda centre: centre.came({}, at=BEFORE)),
    ("sign_up_of_another", lambda centre: centre.came({0: True})),
]


@pytest.mark.parametrize(("code", "act"), REFUSED)
def test_each_at_its_time(centre: Centre, code: str, act: Callable[[Centre], Any]) -> None:
    assert code_of(lambda: act(centre)) == code


def test_a_session_is_not_planned_in_the_past_nor_twice_at_one_time(centre: Centre) -> None:
    def plan(at: datetime) -> Any:
        with transaction.atomic():
            return plan_session(
                facility=centre.service.facility, day=DAY, starts=time(14), minutes=30, by=centre.midwife, at=at
            )

    assert code_of(lambda: plan(BEGUN)) == "session_has_begun"
    assert code_of(lambda: plan(BEFORE)) == "session_time_taken"


def test_places_are_not_cut_below_who_takes_part(centre: Centre) -> None:
    def change(places: int | None) -> Any:
        with transaction.atomic():
            return change_session(
                session=centre.session,
                starts=time(15),
                minutes=30,
                places=places,
                about="",
                by=centre.midwife,
                at=BEFORE,
            )

    centre.sign_up(centre.family())
    centre.sign_up(centre.family())
    assert code_of(lambda: change(1)) == "too_few_places"
    assert change(None).starts_at == builders.at(DAY, 15)
    centre.sign_up(centre.family())


def test_who_came_is_recorded_and_can_be_corrected(centre: Centre) -> None:
    row = centre.sign_up(centre.family())
    for came in (True, False):
        centre.came({row.pk: came})
        row.refresh_from_db()
        assert row.attended is came


def test_called_off_the_families_are_told_with_a_link_alone(centre: Centre) -> None:
    mother = builders.user(Role.MOTHER, email="mother@example.jp")
    centre.sign_up(centre.family(account=mother))
    centre.call_off()
    outbox.take_all(at=BEFORE + timedelta(minutes=5))
    (sent,) = mail.outbox
    assert sent.to == ["mother@example.jp"]
    assert "髙﨑" not in str(sent.message())
    assert "講師の都合" not in sent.body
    assert code_of(lambda: centre.sign_up(centre.family())) == "session_called_off"


def test_the_database_refuses_on_its_own(centre: Centre) -> None:
    row = centre.sign_up(centre.family())
    centre.sign_up(centre.family())
    fresh = {"session": centre.session, "signed_up_by": centre.midwife}
    for change in (
        lambda: SessionSignUp.objects.create(family=centre.family(), signed_up_at=BEFORE, **fresh),
        lambda: SessionSignUp.objects.create(family=row.family, signed_up_at=BEFORE, **fresh),
        lambda: CoordinatorSession.objects.update(places=1),
        lambda: SessionSignUp.objects.filter(pk=row.pk).update(cancelled_at=BEGUN),
        lambda: SessionSignUp.objects.filter(pk=row.pk).update(
            attended=True, attendance_at=BEFORE, attendance_by=centre.midwife
        ),
        lambda: SessionSignUp.objects.all().delete(),
        lambda: CoordinatorSession.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    CoordinatorSession.objects.update(places=None)
    with pytest.raises(DatabaseError), transaction.atomic():
        SessionSignUp.objects.create(family=centre.family(), signed_up_at=BEGUN, **fresh)


class TestThePages:
    @pytest.fixture
    def clients(self, centre: Centre, time_machine: Any) -> tuple[Client, Client, Booking]:
        time_machine.move_to(BEFORE, tick=False)
        mother = builders.user(Role.MOTHER, email="mother@example.jp")
        family = centre.family(account=mother)
        staff, hers = Client(), Client()
        staff.force_login(centre.midwife)
        hers.force_login(mother)
        return staff, hers, Booking.objects.get(registration__birth__family=family)

    def test_a_mother_signs_up_on_her_page_and_takes_it_back(
        self, centre: Centre, clients: tuple[Client, Client, Booking]
    ) -> None:
        _staff, hers, booking = clients
        page = reverse("family:sessions", args=[booking.pk])
        assert page in hers.get(reverse("family:home")).content.decode()
        hers.post(page, {"sign_up": centre.session.pk})
        row = SessionSignUp.objects.get()
        assert "申込済み" in hers.get(page).content.decode()
        hers.post(page, {"take_back": row.pk})
        row.refresh_from_db()
        assert row.cancelled_at == BEFORE

    def test_a_mother_takes_back_her_own_alone(self, centre: Centre, clients: tuple[Client, Client, Booking]) -> None:
        _staff, hers, booking = clients
        others = centre.sign_up(centre.family())
        page = reverse("family:sessions", args=[booking.pk])
        for given in (others.pk, "x", "9" * 40):
            assert hers.post(page, {"take_back": given}).status_code == 404
        others.refresh_from_db()
        assert others.cancelled_at is None

    def test_the_facility_signs_a_family_up_and_notes_who_came(
        self, centre: Centre, clients: tuple[Client, Client, Booking], time_machine: Any
    ) -> None:
        staff, _hers, booking = clients
        page = reverse("operator:session", args=[centre.session.pk])
        staff.post(reverse("operator:session-families", args=[centre.session.pk]), {"sign_up": booking.pk})
        row = SessionSignUp.objects.get()
        time_machine.move_to(BEGUN, tick=False)
        staff.force_login(centre.midwife)
        staff.post(page, {"key": "a", f"came_{row.pk}": "came"})
        row.refresh_from_db()
        assert row.attended is True

    def test_another_facilitys_session_is_not_there(
        self, centre: Centre, clients: tuple[Client, Client, Booking]
    ) -> None:
        staff, _hers, _booking = clients
        staff.force_login(builders.user(Role.OPERATOR, facility=builders.facility("mamas-room", "ママズルーム")))
        for name in ("session", "session-change", "session-call-off"):
            assert staff.get(reverse(f"operator:{name}", args=[centre.session.pk])).status_code == 404

    def test_a_session_is_planned_on_the_page_once(
        self, centre: Centre, clients: tuple[Client, Client, Booking]
    ) -> None:
        staff, _hers, _booking = clients
        sent = {"key": "p", "day": (DAY + timedelta(days=14)).isoformat(), "starts": "14:00", "minutes": "30"}
        for _ in range(2):
            assert staff.post(reverse("operator:sessions"), sent).status_code == 302
        assert CoordinatorSession.objects.count() == 2
        refused = staff.post(reverse("operator:sessions"), sent | {"key": "q", "about": "おでかけ"})
        assert (refused.status_code, "おでかけ" in refused.content.decode()) == (422, True)


def changed(centre: Centre, starts: time, at: datetime = BEFORE) -> None:
    with transaction.atomic():
        change_session(session=centre.session, starts=starts, minutes=30, places=2, about="", by=centre.midwife, at=at)


def test_another_time_is_told_to_every_family_that_takes_part_each_time_by_a_link_alone(centre: Centre) -> None:
    centre.sign_up(centre.family(account=builders.user(Role.MOTHER, email="one@example.jp")))
    gone = centre.sign_up(centre.family(account=builders.user(Role.MOTHER, email="gone@example.jp")))
    transaction.atomic(take_back)(sign_up=gone, by=centre.midwife, at=BEFORE)
    changed(centre, time(14))
    outbox.take_all(at=BEFORE)
    assert mail.outbox == []
    for minute, starts in enumerate((time(15), time(14))):
        changed(centre, starts, BEFORE + timedelta(minutes=minute))
        outbox.take_all(at=BEFORE + timedelta(minutes=minute))
    assert [message.to for message in mail.outbox] == [["one@example.jp"]] * 2
    assert len({message.extra_headers["Message-ID"] for message in mail.outbox}) == 2
    assert "15" not in mail.outbox[0].body.replace("http", "")


def test_days_given_up_give_the_seat_of_that_day_back_and_no_other(centre: Centre) -> None:
    kept, leaving = centre.sign_up(centre.family()), centre.sign_up(centre.family())
    booking = Booking.objects.get(registration__birth__family=leaving.family)
    with transaction.atomic():
        later = plan_session(
            facility=centre.service.facility,
            day=DAY + timedelta(days=1),
            starts=time(14),
            minutes=30,
            by=centre.midwife,
            at=BEFORE,
        )
    booking.days.create(day=DAY + timedelta(days=1))
    tomorrow = transaction.atomic(sign_up)(session=later, family=leaving.family, by=centre.midwife, at=BEFORE)
    transaction.atomic(shorten_booking)(booking=booking, last_day=DAY, by=centre.midwife, at=BEFORE)
    assert cancelled(kept, leaving, tomorrow) == [False, False, True]
    transaction.atomic(cancel_booking)(booking=booking, by=centre.midwife, at=BEFORE)
    assert cancelled(kept, leaving, tomorrow) == [False, True, True]
    centre.sign_up(centre.family())


def test_a_session_that_has_begun_keeps_who_was_signed_up(centre: Centre) -> None:
    row = centre.sign_up(centre.family())
    booking = Booking.objects.get(registration__birth__family=row.family)
    transaction.atomic(record_absence)(booking=booking, by=centre.midwife, at=BEGUN)
    assert cancelled(row) == [False]


def cancelled(*rows: SessionSignUp) -> list[bool]:
    return [SessionSignUp.objects.get(pk=row.pk).cancelled_at is not None for row in rows]
