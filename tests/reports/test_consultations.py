"""Visits, online consultations and coordinator sessions counted from records, beside what was published (SEED)."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from bookings.models import Booking, BookingDay, BookingState, DayStatus
from care.models import ConsultationTopic, CoordinatorSession, SessionSignUp, VisitRecord, VisitTopic
from enrollment.models import Family
from facilities.models import Service, ServiceKind
from reports.consultation_tables import (
    consultation_month_table,
    consultation_table,
    consultation_topic_table,
    session_table,
)
from reports.models import PublishedFigure
from tests import builders

pytestmark = pytest.mark.django_db
TODAY = date(2024, 6, 1)


def held(
    family: Family, service: Service, day: date, *, minutes: int = 0, topic: Any = None, used: bool = True
) -> None:
    booking = Booking.objects.create(
        registration=builders.registration(family, born=day - timedelta(days=60)),
        service=service,
        state=BookingState.DEPARTED if used else BookingState.CANCELLED,
        booked_at=builders.at(day),
    )
    booked = BookingDay.objects.create(booking=booking, day=day, status=DayStatus.USED if used else DayStatus.RELEASED)
    if minutes:
        record = VisitRecord.objects.create(
            booked_day=booked,
            began_at=builders.at(day, 10),
            ended_at=builders.at(day, 10) + timedelta(minutes=minutes),
            recorded_at=builders.at(day, 18),
            recorded_by=builders.user(Role.OPERATOR),
        )
        VisitTopic.objects.create(record=record, topic=topic)


@pytest.fixture
def years() -> None:
    """Fiscal 2021: one online. 2022: two of one family (one recorded, 21 minutes) and one cancelled. 2023: a visit."""
    online = builders.service(ServiceKind.ONLINE_CONSULTATION, builders.pool(3, slug="online"))
    outreach = builders.service(ServiceKind.OUTREACH, builders.pool(3, slug="visits"))
    feeding = ConsultationTopic.objects.create(
        code="feeding", name="授乳", name_en="Feeding", period=(builders.LONG_AGO, None)
    )
    family = builders.family()
    held(family, online, date(2022, 3, 31))
    held(family, online, date(2022, 4, 5), minutes=21, topic=feeding)
    held(family, online, date(2023, 3, 30))
    held(family, online, date(2022, 5, 10), used=False)
    held(builders.family(), outreach, date(2023, 10, 3), minutes=120, topic=feeding)


@pytest.mark.usefixtures("years")
def test_each_counts_in_the_fiscal_year_of_its_day_and_the_cancelled_in_none() -> None:
    rows = {(row["fiscal_year"], row["kind"]): row for row in consultation_table([2021, 2022, 2023], today=TODAY).rows}
    assert set(rows) == {(2021, "online_consultation"), (2022, "online_consultation"), (2023, "outreach")}
    online = rows[2022, "online_consultation"]
    assert {key: online[key] for key in ("appointments", "families", "recorded", "minutes", "change")} == {
        "appointments": 2,
        "families": 1,
        "recorded": 1,
        "minutes": 21,
        "change": {"appointments": 1},
    }
    assert rows[2023, "outreach"]["minutes"] == 120


@pytest.mark.usefixtures("years")
def test_a_published_figure_stands_beside_and_changes_nothing() -> None:
    before = consultation_table([2022], today=TODAY).rows
    PublishedFigure.objects.create(figure="online_consultations", fiscal_year=2022, value=94, note="スライド")
    table = consultation_table([2022], today=TODAY)
    assert [row | {"published": None} for row in table.rows] == before
    assert table.rows[0]["published"] == {
        "fiscal_year": 2022,
        "kind": "online_consultation",
        "appointments": 94,
    }
    assert "スライド" in "".join(table.notes)


@pytest.mark.usefixtures("years")
def test_months_and_topics() -> None:
    months = {row["month"]: row for row in consultation_month_table([2022], today=TODAY).rows}
    assert (len(months), months["2022-04"]["online_consultation"], months["2023-03"]["online_consultation"]) == (
        12,
        1,
        1,
    )
    topics = consultation_topic_table([2022, 2023], today=TODAY).rows
    assert [(row["fiscal_year"], row["topic"], row["online_consultation"], row["outreach"]) for row in topics] == [
        (2022, "feeding", 1, 0),
        (2023, "feeding", 0, 1),
    ]


def test_sessions_count_who_came_and_none_that_was_called_off() -> None:
    staff = builders.user(Role.OPERATOR)
    came, missed = builders.family(), builders.family()
    for day, off in ((date(2023, 5, 10), False), (date(2023, 5, 24), False), (date(2023, 6, 7), True)):
        session = CoordinatorSession.objects.create(
            facility=builders.facility(),
            starts_at=builders.at(day, 14),
            minutes=30,
            planned_at=builders.at(day, 8),
            planned_by=staff,
        )
        for family, attended in ((came, True), (missed, False)):
            SessionSignUp.objects.create(
                session=session,
                family=family,
                signed_up_at=builders.at(day, 9),
                signed_up_by=staff,
                attended=attended,
                attendance_at=builders.at(day, 15),
                attendance_by=staff,
            )
        if off:
            session.called_off_at, session.called_off_reason = builders.at(day, 8), "休み"
            session.save()
    (row,) = session_table([2022, 2023], today=TODAY).rows
    assert row == {
        "fiscal_year": 2023,
        "sessions": 2,
        "called_off": 1,
        "signed_up": 4,
        "came": 2,
        "did_not_come": 2,
        "families": 1,
    }


@pytest.mark.usefixtures("years")
@pytest.mark.parametrize("asked", [[2022], [2019, 2020, 2021, 2022, 2023]])
def test_a_report_runs_a_fixed_number_of_queries(asked: list[int], django_assert_num_queries: Any) -> None:
    for table, queries in (
        (consultation_table, 2),
        (consultation_month_table, 1),
        (consultation_topic_table, 1),
        (session_table, 2),
    ):
        with django_assert_num_queries(queries):
            table(asked, today=TODAY)


@pytest.mark.usefixtures("years")
@pytest.mark.parametrize(
    "report", ["consultations", "consultation-months", "consultation-topics", "coordinator-sessions"]
)
@pytest.mark.parametrize("file_format", ["table", "json", "csv", "xlsx", "pdf"])
def test_the_command_prints_them_in_every_format(report: str, file_format: str, tmp_path: Path) -> None:
    file = tmp_path / "out"
    call_command("report", report, "--fiscal-year", "2022", "--format", file_format, "--output", str(file))
    assert file.stat().st_size > 1
    if (report, file_format) == ("consultations", "json"):
        (row,) = json.loads(file.read_text())
        assert list(row) == [
            *("fiscal_year", "kind", "appointments", "families", "recorded", "minutes", "change", "published")
        ]


@pytest.mark.usefixtures("years")
def test_the_page_shows_them_to_the_supervisor_and_ward_staff() -> None:
    PublishedFigure.objects.create(figure="online_consultations", fiscal_year=2022, value=94)
    for role in (Role.SUPERVISOR, Role.WARD_STAFF):
        client = Client()
        client.force_login(builders.user(role))
        page = client.get(reverse("supervisor:consultations"), {"year": 2022}).content.decode()
        assert "-92" in page
        assert "授乳" in page
