"""A visit is recorded in one go: its day is used, it ends, it is charged; corrected without losing what stood."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from billing.models import Charge, Component, Tariff
from billing.visit import RecordedVisit, record_visit
from bookings.models import Booking, BookingState, DayStatus, Stay
from bookings.places.cancel import cancel_booking
from bookings.places.queries import facility_day
from bookings.stays.stays import record_absence
from care.models import ConsultationTopic, VisitRecord, VisitTopic
from care.visit_queries import visits_of
from care.visits import VisitFacts
from facilities.models import ServiceKind
from sankecare.errors import Refused
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)

DAY = builders.A_DAY
EVENING = builders.at(DAY, 18)


def topic(code: str = "feeding", name: str = "授乳") -> ConsultationTopic:
    return ConsultationTopic.objects.create(code=code, name=name, name_en=code, period=(builders.LONG_AGO, None))


class Home:
    """A family that is visited on the day, and the midwife."""

    def __init__(self, kind: ServiceKind = ServiceKind.OUTREACH, tax_class: str = "taxed") -> None:
        self.mother = builders.user(Role.MOTHER, email="mother@example.jp")
        self.family = builders.family(account=self.mother, tax_class=tax_class)
        self.registration = builders.registration(self.family)
        self.service = builders.service(kind, builders.pool(3, slug=kind.value))
        if kind == ServiceKind.OUTREACH:
            period = (builders.LONG_AGO, None)
            Tariff.objects.create(
                service=self.service, component=Component.BASE, tax_class="taxed", amount=2000, period=period
            )
        self.midwife = builders.user(Role.OPERATOR)
        self.topic = topic()
        self.booking = self.booked(DAY)

    def booked(self, *days: date) -> Booking:
        made = Booking.objects.create(
            registration=self.registration, service=self.service, booked_at=builders.at(DAY - timedelta(days=9))
        )
        for day in days:
            made.days.create(day=day)
        return made

    def record(
        self,
        booking: Booking | None = None,
        day: date = DAY,
        at: datetime = EVENING,
        began: time = time(10),
        ended: time = time(12),
        **facts: Any,
    ) -> RecordedVisit:
        with transaction.atomic():
            return record_visit(
                booking=booking or self.booking,
                day=day,
                facts=VisitFacts(began, ended, **{"topics": [self.topic.pk]} | facts),
                by=self.midwife,
                at=at,
            )


@pytest.fixture
def home(transactional_db: None) -> Home:
    return Home()


def test_recording_a_visit_uses_its_day_ends_it_and_issues_the_charge(home: Home) -> None:
    done = home.record(advice="水分をとってください")
    home.booking.refresh_from_db()
    stay = Stay.objects.get()
    assert (home.booking.state, home.booking.days.get().status) == (BookingState.DEPARTED, DayStatus.USED)
    assert (stay.arrived_at, stay.departed_at) == (builders.at(DAY, 10), builders.at(DAY, 12))
    assert done.charge is not None
    assert (done.charge.total, done.charge.issued_at, done.record.minutes) == (2000, EVENING, 120)


def test_an_online_consultation_is_free_and_nothing_is_said_to_be_missing(transactional_db: None) -> None:
    online = Home(ServiceKind.ONLINE_CONSULTATION)
    done = online.record(ended=time(10, 20))
    assert done.charge is not None
    assert (done.charge.total, done.no_charge, Charge.objects.count()) == (0, "", 1)


def test_where_no_amount_is_published_the_visit_is_recorded_and_the_charge_waits(transactional_db: None) -> None:
    home = Home(tax_class="non_taxed")
    done = home.record()
    assert (done.charge, bool(done.no_charge), VisitRecord.objects.count()) == (None, True, 1)


def test_it_may_be_recorded_days_later_and_the_visit_stays_on_its_day(home: Home) -> None:
    later = builders.at(DAY + timedelta(days=2))
    home.record(at=later)
    assert Stay.objects.get().departed_at == builders.at(DAY, 12)
    assert Charge.objects.get().issued_at == later


def test_visits_on_end_are_charged_with_the_last(home: Home) -> None:
    first, second = DAY + timedelta(days=1), DAY + timedelta(days=2)
    booking = home.booked(first, second)
    assert home.record(booking, first, builders.at(first, 18)).charge is None
    booking.refresh_from_db()
    assert [row.status for row in booking.days.order_by("day")] == [DayStatus.USED, DayStatus.HELD]
    done = home.record(booking, second, builders.at(second, 18))
    assert done.charge is not None
    assert done.charge.total == 4000


def test_visits_that_lie_apart_are_each_charged_by_themselves(home: Home) -> None:
    """One a week: the first is charged at once, so that its month does not wait for the second."""
    first, second = DAY + timedelta(days=1), DAY + timedelta(days=8)
    booking = home.booked(first, second)
    done = [home.record(booking, first, builders.at(first, 18))]
    part = Booking.objects.get(part_of=booking)
    assert part.state == BookingState.BOOKED
    done.append(home.record(part, second, builders.at(second, 18)))
    assert [row.charge.total for row in done if row.charge] == [2000, 2000]


@pytest.mark.parametrize("apart", [1, 7], ids=["on end", "a week apart"])
def test_a_visit_between_that_did_not_take_place_is_not_charged(home: Home, apart: int) -> None:
    days = [DAY + timedelta(days=1 + number * apart) for number in range(3)]
    booking = home.booked(*days)
    home.record(booking, days[0], builders.at(days[0], 18))
    rest = Booking.objects.filter(part_of=booking).first() or booking
    home.record(rest, days[2], builders.at(days[2], 18))
    assert sum(Charge.objects.values_list("total", flat=True)) == 4000
    between = rest.days.get(day=days[1])
    assert (between.status, between.missed) == (DayStatus.RELEASED, True)


def test_a_correction_keeps_what_stood_there_and_charges_nothing_again(home: Home) -> None:
    other = topic("child-care", "育児")
    home.record(talked_about="授乳の姿勢")
    home.record(talked_about="授乳と寝つき", ended=time(11), topics=[other.pk], at=EVENING + timedelta(minutes=5))
    (visit,) = visits_of(home.booking)
    assert visit.record is not None
    assert (visit.record.talked_about, visit.topics, Charge.objects.count()) == ("授乳と寝つき", ["育児"], 1)
    said = [(row.before, row.after) for one in visit.corrections for row in one.changed]
    assert any("授乳の姿勢" in before for before, _after in said)
    assert ("授乳", "空欄") in said
    assert Stay.objects.get().departed_at == builders.at(DAY, 11)


REFUSED: list[tuple[str, Callable[[Home], Any]]] = [
    ("ends_before_it_begins", lambda home: home.record(began=time(12), ended=time(10))),
    ("ends_before_it_begins", lambda home: home.record(began=time(10), ended=time(10))),
    ("not_over_yet", lambda home: home.record(at=builders.at(DAY, 11))),
    ("not_over_yet", lambda home: home.record(at=builders.at(DAY - timedelta(days=1)))),
    ("no_appointment", lambda home: home.record(day=DAY - timedelta(days=1))),
    ("no_such_topic", lambda home: home.record(topics=[0])),
]


@pytest.mark.parametrize(
    ("code", "act"), REFUSED, ids=[f"{code}-{number}" for number, (code, _) in enumerate(REFUSED)]
)
def test_what_cannot_be_is_refused_and_nothing_is_written(home: Home, code: str, act: Callable[[Home], Any]) -> None:
    with pytest.raises(Refused) as refused:
        act(home)
    home.booking.refresh_from_db()
    assert (refused.value.code, home.booking.state) == (code, BookingState.BOOKED)
    assert not VisitRecord.objects.exists()
    assert not Stay.objects.exists()


@pytest.mark.parametrize("ended", ["cancelled", "absent"])
def test_of_a_booking_that_was_given_up_nothing_is_recorded(home: Home, ended: str) -> None:
    if ended == "cancelled":
        transaction.atomic(cancel_booking)(
            booking=home.booking, by=home.mother, at=builders.at(DAY - timedelta(days=3))
        )
    else:
        transaction.atomic(record_absence)(booking=home.booking, by=home.midwife, at=EVENING)
    with pytest.raises(Refused) as refused:
        home.record()
    assert refused.value.code == "not_booked"


def test_of_a_stay_no_visit_is_recorded(home: Home) -> None:
    stay = Booking.objects.create(
        registration=home.registration, service=builders.service(), booked_at=builders.at(DAY - timedelta(days=9))
    )
    stay.days.create(day=DAY + timedelta(days=1))
    with pytest.raises(Refused) as refused:
        home.record(stay, DAY + timedelta(days=1), builders.at(DAY + timedelta(days=2)))
    assert refused.value.code == "not_a_visit"


def test_the_database_keeps_records_to_visits_that_were_used(home: Home) -> None:
    unused = home.booked(DAY + timedelta(days=1)).days.get()
    times = {"began_at": builders.at(unused.day, 10), "ended_at": builders.at(unused.day, 11)}
    who = {"recorded_at": EVENING, "recorded_by": home.midwife}
    with pytest.raises(DatabaseError), transaction.atomic():
        VisitRecord.objects.create(booked_day=unused, **times, **who)
    record = home.record().record
    for change in (
        lambda: VisitRecord.objects.filter(pk=record.pk).update(ended_at=record.began_at),
        lambda: VisitRecord.objects.filter(pk=record.pk).update(ended_at=record.ended_at + timedelta(days=1)),
        lambda: VisitRecord.objects.filter(pk=record.pk).delete(),
        lambda: VisitTopic.objects.create(record=record, topic=home.topic),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


class TestOnTheTablet:
    """The pages, today."""

    @pytest.fixture
    def client(self, home: Home, time_machine: Any) -> Client:
        time_machine.move_to(EVENING, tick=False)
        client = Client()
        client.force_login(home.midwife)
        return client

    def post(self, client: Client, home: Home, **given: Any) -> Any:
        address = reverse("operator:visit", args=[home.booking.pk, DAY.isoformat()])
        sent = {"key": "k", "began": "10:00", "ended": "12:00", "topics": [home.topic.pk], "advice": "水分を"} | given
        return client.post(address, sent, follow=True)

    def test_sent_twice_it_is_written_once_and_leads_to_the_charge(self, client: Client, home: Home) -> None:
        for _ in range(2):
            answer = self.post(client, home)
        assert answer.redirect_chain[-1][0] == reverse("operator:charge", args=[Charge.objects.get().pk])
        assert VisitRecord.objects.count() == 1

    def test_what_is_wrong_is_said_beside_it_and_nothing_typed_is_lost(self, client: Client, home: Home) -> None:
        answer = self.post(client, home, ended="09:00", advice="白湯を")
        page = answer.content.decode()
        assert (answer.status_code, "終了時刻が開始時刻より前" in page, "白湯を" in page) == (422, True, True)

    def test_the_board_shows_the_time_and_then_that_it_is_recorded(self, client: Client, home: Home) -> None:
        home.booking.days.update(starts_at=time(10, 30))
        board = client.get(reverse("operator:day")).content.decode()
        assert "10:30" in board
        assert reverse("operator:visit", args=[home.booking.pk, DAY.isoformat()]) in board
        self.post(client, home)
        after = client.get(reverse("operator:day")).content.decode()
        assert reverse("operator:visit", args=[home.booking.pk, DAY.isoformat()]) not in after
        assert facility_day(home.service.facility, DAY).visits == [home.booking]

    def test_the_mother_reads_the_advice_and_not_what_the_facility_keeps(self, client: Client, home: Home) -> None:
        self.post(client, home, talked_about="施設だけの記録", next_step="二週間後")
        hers = Client()
        hers.force_login(home.mother)
        page = hers.get(reverse("family:booking", args=[home.booking.pk])).content.decode()
        assert "水分を" in page
        assert "施設だけの記録" not in page
        assert "二週間後" not in page

    def test_another_facilitys_visit_is_not_there(self, client: Client, home: Home) -> None:
        elsewhere = builders.user(Role.OPERATOR, facility=builders.facility("mamas-room", "ママズルーム"))
        client.force_login(elsewhere)
        assert self.post(client, home).status_code == 404
        assert not VisitRecord.objects.exists()

    def test_a_record_is_filled_in_again_to_be_corrected(self, client: Client, home: Home) -> None:
        self.post(client, home)
        address = reverse("operator:visit", args=[home.booking.pk, DAY.isoformat()])
        page = client.get(address).content.decode()
        assert "水分を" in page
        assert 'value="10:00"' in page
        assert "クーポン" not in page
