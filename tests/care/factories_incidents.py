"""A house in which something happens: a family in house, its midwife and manager, the ward's people, the chapters."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from bookings.models import Booking, BookingState, DayStatus, Stay
from care.incidents import IncidentFacts, correct_incident, record_incident, report_incident
from care.models import Incident, IncidentKind, IncidentReport, SafetyChapter, Severity
from tests import builders

CHAPTERS = ("基本指針", "事故予防および発生時の対応策", "感染予防および発生時の対応策")


def shortly_before(moment: datetime) -> datetime:
    """Return the moment an hour before, on the same local day: just after midnight, that day's beginning."""
    midnight = timezone.localtime(moment).replace(hour=0, minute=0, second=0, microsecond=0)
    return max(moment - timedelta(hours=1), midnight)


class House:
    """A family that has been in house since yesterday morning."""

    def __init__(self) -> None:
        self.now = timezone.now().replace(second=0, microsecond=0)
        self.today = timezone.localdate(self.now)
        self.happened_at = shortly_before(self.now)
        self.service = builders.service()
        self.facility = self.service.facility
        self.stay = self.family_at(self.service)
        self.infant = self.stay.booking.registration.birth.infants.get()
        self.midwife = builders.user(Role.OPERATOR, email="midwife@example.jp")
        self.manager = builders.user(Role.FACILITY_MANAGER, email="manager@example.jp", last_name="管理")
        self.chapters = [
            SafetyChapter.objects.create(number=number, name=name, name_en=name, period=(builders.LONG_AGO, None))
            for number, name in enumerate(CHAPTERS, start=1)
        ]

    def family_at(self, service: Any) -> Stay:
        registration = builders.registration(born=self.today - timedelta(days=40))
        booking = Booking.objects.create(
            registration=registration,
            service=service,
            state=BookingState.ARRIVED,
            booked_at=self.now - timedelta(days=5),
        )
        booking.days.create(day=self.today, status=DayStatus.USED)
        return Stay.objects.create(booking=booking, arrived_at=self.now - timedelta(days=1))

    def client(self, person: User | None = None) -> Client:
        client = Client()
        client.force_login(person or self.midwife)
        return client

    def facts(self, **given: Any) -> IncidentFacts:
        return IncidentFacts(
            **{
                "kind": IncidentKind.INCIDENT,
                "chapter": self.chapters[1],
                "happened_at": self.happened_at,
                "place": "沐浴室",
                "what_happened": "足をすべらせた",
                "done_at_once": "冷やして様子を見た",
                "severity": Severity.SLIGHT,
            }
            | given
        )

    def record(self, *, at: datetime | None = None, **given: Any) -> Incident:
        with transaction.atomic():
            return record_incident(
                facility=self.facility, facts=self.facts(**given), by=self.midwife, at=at or self.now
            )

    def serious(self, days_ago: int = 0) -> Incident:
        """A serious incident that happened so many days ago, shortly before this time of day."""
        moment = self.now - timedelta(days=days_ago)
        return self.record(at=moment, severity=Severity.TREATED_30_DAYS, happened_at=shortly_before(moment))

    def correct(self, incident: Incident, **given: Any) -> Incident:
        with transaction.atomic():
            return correct_incident(incident=incident, facts=self.facts(**given), by=self.manager, at=self.now)

    def report(self, incident: Incident, number: int = 1, **given: Any) -> IncidentReport:
        asked = {"reported_at": self.now, "text": "電話で報告", "by": self.manager, "at": self.now} | given
        with transaction.atomic():
            return report_incident(incident=incident, number=number, **asked)

    def typed(self, **given: Any) -> dict[str, Any]:
        happened = timezone.localtime(self.happened_at)
        return {
            "key": "incident-1",
            "kind": "incident",
            "happened_on": happened.date().isoformat(),
            "happened_time": happened.strftime("%H:%M"),
            "place": "沐浴室",
            "concerned": f"{self.stay.pk}-{self.infant.pk}",
            "what_happened": "足をすべらせた",
            "done_at_once": "冷やして様子を見た",
            "severity": "slight",
            "chapter": str(self.chapters[1].pk),
            "prevention": "",
        } | given

    def post(self, name: str, *args: int, by: User | None = None, **given: Any) -> Any:
        return self.client(by).post(reverse(f"operator:{name}", args=args), given, follow=True)
