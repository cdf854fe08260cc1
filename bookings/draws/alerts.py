"""What the head of every page warns ward staff of: a service given by lot whose next draw nobody has announced."""

from functools import cached_property

from django.http import HttpRequest
from django.utils import timezone

from accounts.actions import Action
from accounts.permissions import may

from .coming_rounds import NoRound, services_without_round


class DrawAlerts:
    """Worked out only where a template asks; one query, none for those who announce no draws."""

    def __init__(self, request: HttpRequest) -> None:
        self._person = getattr(request, "user", None)

    @cached_property
    def without_round(self) -> list[NoRound]:
        if self._person is None or not may(self._person, Action.DRAW_ANNOUNCE):
            return []
        return services_without_round(timezone.localdate())


def draw_alerts(request: HttpRequest) -> dict[str, DrawAlerts]:
    """Context processor: ``draw_alerts`` for templates/partials/draw_alerts.html and the admin's head."""
    return {"draw_alerts": DrawAlerts(request)}
