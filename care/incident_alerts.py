"""What the head of every page warns those of who must see to it: reports of serious incidents still to be made."""

from functools import cached_property

from django.http import HttpRequest
from django.utils import timezone

from accounts.actions import Action
from accounts.permissions import may, visible
from care.models import Incident

from .incident_queries import Waiting, reports_waiting, terms_on
from .incident_rules import is_near
from .telling.queries import not_taken_up


class IncidentAlerts:
    """Worked out only where a template asks; one query, none for those who have nothing to do with it."""

    def __init__(self, request: HttpRequest) -> None:
        self._person = getattr(request, "user", None)

    @cached_property
    def own(self) -> Waiting | None:
        """What the person's facility has to report soon or late; None where no last day is near, by the policy."""
        if self._person is None or not may(self._person, Action.INCIDENT_RECORD):
            return None
        today = timezone.localdate()
        found = reports_waiting(visible(self._person, Action.INCIDENT_RECORD, Incident.objects.all()), today)
        if found.next_due is None or not is_near(found.next_due, today, terms_on(today)):
            return None
        return found

    @cached_property
    def told(self) -> int:
        """How many serious incidents facilities told of that nobody has in hand; 0 where it is not hers to see."""
        if self._person is None or not may(self._person, Action.INCIDENT_CHASE):
            return 0
        return not_taken_up().count()

    @cached_property
    def ward(self) -> Waiting | None:
        """What facilities did not report in time; None where the person does not look after it, or all did."""
        if self._person is None or not may(self._person, Action.INCIDENT_CHASE):
            return None
        found = reports_waiting(Incident.objects.all(), timezone.localdate())
        return found if found.red else None


def incident_alerts(request: HttpRequest) -> dict[str, IncidentAlerts]:
    """Context processor: ``incident_alerts`` for templates/partials/incident_alerts.html."""
    return {"incident_alerts": IncidentAlerts(request)}
