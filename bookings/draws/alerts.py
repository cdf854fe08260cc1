"""What the head of every page warns ward staff of: a round that stands still, and places without one to come."""

from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from accounts.actions import Action
from accounts.permissions import may

from .coming_rounds import NoRound, pools_without_round
from .late_rounds import LateRound, late_rounds
from .moment_words import LATE_WORDS


class DrawAlerts:
    """Worked out only where a template asks; a query each, none for those who announce no draws."""

    def __init__(self, request: HttpRequest) -> None:
        self._person = getattr(request, "user", None)

    @cached_property
    def without_round(self) -> list[NoRound]:
        if self._person is None or not may(self._person, Action.DRAW_ANNOUNCE):
            return []
        return pools_without_round(timezone.localdate())

    @cached_property
    def late(self) -> list[tuple[LateRound, Any]]:
        """Each round that stands still, with why in words."""
        if self._person is None or not may(self._person, Action.DRAW_ANNOUNCE):
            return []
        return [(row, LATE_WORDS[row.why]) for row in late_rounds(timezone.now())]


def draw_alerts(request: HttpRequest) -> dict[str, DrawAlerts]:
    """Context processor: ``draw_alerts`` for templates/partials/draw_alerts.html and the admin's head."""
    return {"draw_alerts": DrawAlerts(request)}
