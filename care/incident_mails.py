"""事故報告の催促: who is told by mail that a report is still to be made. A link and nothing else, once a person."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from accounts.linked_mail import mail_link
from accounts.models import User
from accounts.roles import FACILITY_ROLES, Role
from bookings.places.notices import told_at
from care.models import Incident
from sankecare import outbox
from sankecare.models import OutboxEntry
from sankecare.transactions import in_transaction

from .incident_queries import reports_due, terms_on, with_report_missing
from .incident_rules import Standing, remind_from

WARD_ROLES = (Role.WARD_STAFF, Role.SUPERVISOR)
REMINDER = "incident_reminder"
OVERDUE = "incident_overdue"


@in_transaction
def chase_incident_reports(*, at: datetime) -> None:
    """Announce what is still to be reported: to the facility's managers as the last day comes near, and once it
    has passed to them, to ward staff and to supervisors. However often it is done, each is told once.
    """
    today = timezone.localdate(at)
    ward = ward_people()
    for incident in with_report_missing().prefetch_related("reports"):
        terms = terms_on(timezone.localdate(incident.happened_at))
        for report in reports_due(incident, today):
            if report.standing == Standing.RED:
                _announce(OVERDUE, incident, report.number, [*told_at(incident.facility), *ward], at)
            elif report.standing == Standing.DUE and today >= remind_from(report.due_on, terms):
                _announce(REMINDER, incident, report.number, told_at(incident.facility), at)


def mail_reminder(entry: OutboxEntry, at: datetime) -> None:
    """Tell a manager that a report comes due, where it does still."""
    _mail(
        entry,
        at,
        _("A report of an incident is due"),
        _("A report of a serious incident to the ward is to be made by %(until)s. Please sign in:\n\n%(link)s"),
    )


def mail_overdue(entry: OutboxEntry, at: datetime) -> None:
    """Tell a manager, ward staff or a supervisor that a report was not made in time, where it still is not."""
    _mail(
        entry,
        at,
        _("A report of an incident is overdue"),
        _("A report of a serious incident was not made in time. Please sign in to see which:\n\n%(link)s"),
    )


def _announce(kind: str, incident: Incident, number: int, people: Iterable[User], at: datetime) -> None:
    for person in people:
        outbox.enqueue_for_sweep(
            kind=kind,
            recipient=f"user:{person.pk}",
            dedupe_key=f"{kind}:{incident.pk}/{number}/{person.pk}",
            payload={"incident": incident.pk, "number": number, "person": person.pk},
            at=at,
        )


def ward_people() -> list[User]:
    """Return those of the ward who look after serious incidents and have an address."""
    people = User.objects.filter(role__in=WARD_ROLES, is_active=True)
    return list(people.exclude(email="").order_by("pk"))


def _mail(entry: OutboxEntry, at: datetime, subject: str, body: str) -> None:
    incident = Incident.objects.get(pk=entry.payload["incident"])
    person = User.objects.get(pk=entry.payload["person"])
    number = entry.payload["number"]
    due = reports_due(incident, timezone.localdate(at))
    missing = next((report for report in due if report.missing and report.number == number), None)
    if missing is None:
        return
    if person.role in FACILITY_ROLES and person.facility_id == incident.facility_id:
        page = reverse("operator:incident", args=[incident.pk])
    elif person.role in WARD_ROLES:
        page = reverse("supervisor:incidents")
    else:  # no longer whose task it is
        return
    key = f"{entry.kind.replace('_', '-')}-{incident.pk}-{number}-{person.pk}"
    mail_link(person, number=key, subject=subject, body=body, page=page, until=missing.due_on)
