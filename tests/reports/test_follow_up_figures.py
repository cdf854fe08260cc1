"""Follow-up by year: concerns, outcomes, response times, watch lists, incidents; few are hidden."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from care.models import Incident, IncidentKind, IncidentReport, SafetyChapter, Severity
from facilities.models import District
from referrals.acknowledge import acknowledge_referral
from referrals.close import withdraw_referral
from referrals.models import Concern, MarkKind, Outcome, WatchList, WatchMark, WatchRow
from reports.catalogue.contents import by_slug
from reports.catalogue.follow_up import (
    CHAPTER,
    _shares_hidden,
    incident_table,
    outcome_table,
    reason_table,
    response_table,
    watch_table,
)
from reports.response_times import response_times
from tests import builders
from tests.builders import TOKYO
from tests.referrals.factories_referrals import scene
from tests.referrals.steps import close_referral

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = date(2024, 6, 10)


@pytest.fixture
def here():
    return scene()


def moment(text):
    return datetime.fromisoformat(text).replace(tzinfo=TOKYO)


def raised(here, *days, **given):
    return [here.raised(at=moment(f"2023-05-{day:02} 10:00"), **given) for day in days]


def received(here, referral, at):
    with transaction.atomic():
        acknowledge_referral(referral=referral, by=here.nurse, at=moment(at))


def test_each_concern_counts_and_one_request_may_name_several(here):
    raised(here, 8, 9, 10, 11, concerns=[Concern.MOOD, Concern.GROWTH])
    raised(here, 12, 15, 16, concerns=[Concern.MOOD])
    (row,) = reason_table([2023], today=TODAY).rows
    assert (row["requests"], row["concern_mood"], row["concern_growth"], row["concern_violence"]) == (7, 7, 4, 0)


def test_what_was_withdrawn_counts_nowhere_and_outcomes_add_up(here):
    requests = raised(here, 8, 9, 10, 11, 12, 15)
    transaction.atomic(withdraw_referral)(referral=requests[5], by=here.operator, at=moment("2023-05-15 11:00"))
    for number, referral in enumerate(requests[:4]):
        received(here, referral, f"2023-05-{16 + number} 10:00")
        close_referral(
            referral=referral,
            kind=Outcome.SETTLED,
            outcome="落ち着いた",
            by=here.nurse,
            at=moment(f"2023-05-{22 + number} 10:00"),
        )
    # Four are settled, one waits: the one would be told, and so both are hidden.
    (row,) = outcome_table([2023], today=TODAY).rows
    assert (row["requests"], row["outcome_settled"], row["still_raised"]) == (5, "x", "x")
    assert {value for key, value in row.items() if key.startswith(("outcome_", "still_"))} <= {"x", 0}


def test_what_came_after_the_year_changes_none_of_it(here):
    requests = [here.raised(at=moment(f"2024-03-{day:02} 10:00")) for day in (18, 19, 21)]
    for referral in requests:
        received(here, referral, "2024-04-10 10:00")
    (row,) = outcome_table([2023], today=TODAY).rows
    assert (row["still_raised"], row["still_acknowledged"]) == (3, 0)
    (_district, ward) = response_table([2023], today=TODAY).rows
    assert (ward["requests"], ward["received"], ward["median_hours"]) == (3, 0, None)


def test_response_times_are_working_hours_within_the_time_due(here):
    requests = raised(here, 8, 9, 10, 11)
    for referral, at in zip(requests, ("08 11:00", "09 12:00", "10 13:00", "11 14:00"), strict=True):
        received(here, referral, f"2023-05-{at}")
    district, ward = response_table([2023], today=TODAY).rows
    assert (district["district"], ward["district"]) == ("setagaya", "ward")
    assert (district["requests"], district["received"]) == (4, 4)
    assert (district["median_hours"], ward["median_hours"]) == (Decimal("2.0"), Decimal("2.0"))
    assert ward["within_percent"] == Decimal("100.0")


def test_what_the_outcomes_hide_the_response_times_do_not_tell(here):
    """One is settled, four wait, twenty are in hand: 25 less 21 received would be the four, and with them the one."""
    for number in range(25):
        referral = here.raised(at=moment(f"2023-05-{number + 1:02} 10:00"))
        if number < 4:
            continue
        received(here, referral, f"2023-05-{number + 1:02} 15:00")
        if number == 4:
            close_referral(
                referral=referral,
                kind=Outcome.SETTLED,
                outcome="落ち着いた",
                by=here.nurse,
                at=moment("2023-06-01 10:00"),
            )
    (outcomes,) = outcome_table([2023], today=TODAY).rows
    assert (outcomes["requests"], outcomes["outcome_settled"], outcomes["still_raised"]) == (25, "x", "x")
    assert outcomes["still_acknowledged"] == 20
    district, ward = response_table([2023], today=TODAY).rows
    assert (district["received"], ward["received"], ward["within_percent"]) == ("x", "x", "x")


def test_the_ward_s_share_in_time_gives_no_district_s(here):
    shares = {
        "setagaya": response_times([timedelta(hours=1)] * 10, 9),
        "kitazawa": response_times([timedelta(hours=1)] * 20, 14),
        "kinuta": response_times([timedelta(hours=1)] * 8, 8),
    }
    assert _shares_hidden(shares) == {"setagaya", "kitazawa"}


def test_a_running_year_counts_finished_months_in_steps_of_five_and_tells_no_share(here):
    for referral in raised(here, 8, 9, 10, 11):
        received(here, referral, "2023-05-12 10:00")
    assert reason_table([2023], today=date(2023, 5, 31)).rows == []
    table = response_table([2023], today=date(2023, 6, 1))
    assert [(row["requests"], row["received"], row["within_percent"]) for row in table.rows] == [(5, 5, None)] * 2
    assert any("2023" in note for note in table.notes)


def watched(number, district, week, mark=None):
    watch_list = WatchList.objects.get_or_create(
        week=week, district=district, defaults={"made_at": builders.at(week), "limits": {}}
    )[0]
    row = WatchRow.objects.create(
        watch_list=watch_list, family=builders.family(), position=number, reasons=[{"sign": "window"}]
    )
    if mark:
        by = builders.user(builders.Role.HEALTH_NURSE)
        WatchMark.objects.create(row=row, kind=mark, by=by, at=builders.at(week + timedelta(days=1)))
    return row


def test_watch_lists_count_families_once_and_rows_by_their_last_mark(here):
    district, week = District.objects.get(slug="setagaya"), date(2023, 5, 8)
    rows = [watched(n, district, week, MarkKind.LOOKED_AT if n < 3 else MarkKind.NO_NEED) for n in range(7)]
    later = WatchList.objects.create(
        week=week + timedelta(days=7), district=district, made_at=builders.at(week), limits={}
    )
    for row in rows[:3]:
        WatchRow.objects.create(watch_list=later, family=row.family, position=row.position, reasons=row.reasons)
    (shown,) = watch_table([2023], today=TODAY).rows
    assert (shown["watch_lists"], shown["families"], shown["watch_rows"]) == (2, 7, 10)
    assert (shown["mark_looked_at"], shown["mark_no_need"], shown["mark_not_marked"]) == (3, 4, 3)
    assert shown["watch_rows"] == sum(value for key, value in shown.items() if key.startswith("mark_"))


def happened(place, chapter, by, severity=Severity.SLIGHT, reported=()):
    serious = severity not in (Severity.NO_HARM, Severity.SLIGHT, Severity.TREATED)
    at = moment("2023-05-08 10:00")
    incident = Incident.objects.create(
        facility=place,
        kind=IncidentKind.INCIDENT,
        chapter=chapter,
        happened_at=at,
        place="居室",
        what_happened="転倒",
        done_at_once="観察",
        severity=severity,
        first_due_on=date(2023, 5, 9) if serious else None,
        second_due_on=date(2023, 6, 8) if serious else None,
        recorded_at=at,
        recorded_by=by,
    )
    for number, day in enumerate(reported, start=1):
        IncidentReport.objects.create(
            incident=incident,
            number=number,
            reported_at=moment(f"{day} 10:00"),
            text="報告",
            recorded_at=moment(f"{day} 10:00"),
            recorded_by=by,
        )


def test_incidents_stand_by_what_came_of_them_with_the_reports_in_time(here):
    place, by = here.booking.service.facility, here.operator
    chapter = SafetyChapter.objects.create(number=1, name="章", name_en="Chapter", period=(builders.LONG_AGO, None))
    for _number in range(4):
        happened(place, chapter, by)
    for first in ("2023-05-08", "2023-05-09", "2023-05-09", "2023-05-10", "2023-05-11", "2023-05-12"):
        happened(place, chapter, by, Severity.TREATED_30_DAYS, reported=[first, "2023-06-08"])
    (row,) = incident_table([2023], today=TODAY).rows
    assert (row["severity_slight"], row["severity_treated_30_days"], row["incidents"]) == (4, 6, 10)
    assert (row["first_in_time"], row["second_in_time"]) == (Decimal("50.0"), Decimal("100.0"))


@pytest.mark.parametrize("slug", [entry.slug for entry in CHAPTER.tables])
def test_follow_up_takes_a_fixed_number_of_queries(slug, here):
    raised(here, 8, 9, 10)
    build, asked = by_slug()[slug].entry.build, []
    for years in ([2023], list(range(2015, 2024))):
        with CaptureQueriesContext(connection) as caught:
            build(years, today=TODAY)
        asked.append(len(caught))
    assert asked[0] == asked[1] <= 6
