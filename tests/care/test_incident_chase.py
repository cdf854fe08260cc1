"""事故報告の催促: managers before the last day, they and the ward once it has passed; each once; a link alone."""

from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.db import transaction

from accounts.roles import Role
from care.incident_mails import chase_incident_reports
from care.models import IncidentPolicy, Severity
from care.tasks import chase_incidents
from sankecare import outbox
from sankecare.models import OutboxEntry
from tests import builders

from .factories_incidents import House

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def house(transactional_db: None) -> House:
    made = House()
    made.staff = builders.user(Role.WARD_STAFF, email="staff@example.jp")
    made.supervisor = builders.user(Role.SUPERVISOR, email="supervisor@example.jp")
    builders.user(Role.AUDITOR, email="auditor@example.jp")
    place = builders.facility("mamas-room", "ママズルーム")
    builders.user(Role.FACILITY_MANAGER, email="elsewhere@example.jp", facility=place)
    return made


def told_at(moment: datetime) -> list[str]:
    """Chase twice at the moment, send what waits, and return who got a mail, in order."""
    mail.outbox.clear()
    for _ in range(2):
        transaction.atomic(chase_incident_reports)(at=moment)
        outbox.take_all(at=moment)
    return sorted(message.to[0] for message in mail.outbox)


ALL_WHO_ACT = ["manager@example.jp", "staff@example.jp", "supervisor@example.jp"]


def test_from_the_first_reminder_to_the_last_report_each_is_told_once(house: House) -> None:
    kept = house.serious()
    a_day = timedelta(days=1)
    assert told_at(house.now) == ["manager@example.jp"]
    assert told_at(house.now + a_day / 24) == []
    # The last day for the first report has passed: the manager, ward staff, supervisors.
    assert told_at(house.now + 3 * a_day) == ALL_WHO_ACT
    assert told_at(house.now + 4 * a_day) == []
    house.report(kept)
    assert told_at(house.now + 15 * a_day) == []
    # Seven days before the second one, and when it is late.
    assert told_at(house.now + 26 * a_day) == ["manager@example.jp"]
    assert told_at(house.now + 40 * a_day) == ALL_WHO_ACT
    house.report(kept, 2)
    assert told_at(house.now + 60 * a_day) == []


def test_nothing_is_announced_of_what_is_not_serious(house: House) -> None:
    house.record()
    assert told_at(house.now + timedelta(days=90)) == []
    assert OutboxEntry.objects.count() == 0


def test_what_was_reported_before_the_mail_went_out_is_not_announced(house: House) -> None:
    kept = house.serious()
    transaction.atomic(chase_incident_reports)(at=house.now)
    house.report(kept)
    mail.outbox.clear()
    outbox.take_all(at=house.now)
    assert mail.outbox == []


def test_a_mail_holds_a_link_a_fixed_message_id_and_nothing_of_anybody(house: House) -> None:
    kept = house.record(severity=Severity.DEATH, stay=house.stay, what_happened="カナリアの出来事")
    told_at(house.now + timedelta(days=3))
    for message in mail.outbox:
        said = str(message.message())
        for canary in ("カナリア", "髙﨑", "沐浴室", kept.number, house.facility.name):
            assert canary not in f"{said}{message.body}{message.subject}"
    to_manager = next(one for one in mail.outbox if one.to == ["manager@example.jp"])
    assert f"/facility/incidents/{kept.pk}/" in to_manager.body
    assert to_manager.extra_headers["Message-ID"].startswith(f"<incident-overdue-{kept.pk}-1-{house.manager.pk}@")
    to_ward = next(one for one in mail.outbox if one.to == ["supervisor@example.jp"])
    assert "/supervisor/incidents/" in to_ward.body


def test_where_a_facility_has_no_manager_everybody_who_works_there_is_told(house: House) -> None:
    house.serious()
    house.manager.is_active = False
    house.manager.save()
    assert told_at(house.now) == ["midwife@example.jp"]


def test_a_manager_who_went_to_another_facility_gets_no_mail(house: House) -> None:
    house.serious()
    transaction.atomic(chase_incident_reports)(at=house.now)
    house.manager.facility = builders.facility("mamas-room", "ママズルーム")
    house.manager.save()
    mail.outbox.clear()
    outbox.take_all(at=house.now)
    assert mail.outbox == []


def test_the_policy_says_how_early_managers_are_reminded(house: House) -> None:
    IncidentPolicy.objects.create(
        period=(builders.LONG_AGO, None), first_report_days=3, second_report_months=1, remind_days_before=0
    )
    house.serious()
    assert told_at(house.now) == []
    assert told_at(house.now + timedelta(days=3)) == ["manager@example.jp"]


def test_the_task_does_the_same_and_may_run_twice(house: House) -> None:
    house.serious()
    for _ in range(2):
        chase_incidents()
    assert OutboxEntry.objects.filter(kind="incident_reminder").count() == 1
