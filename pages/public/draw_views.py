"""抽選 in public: every draw, its promise, and the file that anybody can compute it from."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bookings.draws.published_draw import published
from bookings.models import DrawRound
from pages.public.availability_views import name_of
from sankecare.periods import last_day

SHOWN = 60


@require_safe
def rounds(request: HttpRequest) -> HttpResponse:
    """Every draw, newest first: its promise, and once drawn the file that anybody can compute it from."""
    found = DrawRound.objects.select_related("service__facility")[:SHOWN]
    return render(request, "public/draws.html", {"rounds": [round_row(row) for row in found]})


@require_safe
def published_round(request: HttpRequest, pk: int) -> HttpResponse:
    """A draw as a file (JSON)."""
    found = get_object_or_404(DrawRound.objects.select_related("service"), pk=pk)
    return JsonResponse(published(found), json_dumps_params={"ensure_ascii": False, "indent": 1})


def round_row(draw_round: DrawRound) -> dict[str, Any]:
    """A draw in words. ``state``: announced, open, closed, drawn or called_off."""
    now = timezone.now()
    if draw_round.called_off_at:
        state, words = "called_off", _("called off")
    elif draw_round.drawn_at:
        state, words = "drawn", _("drawn")
    elif now >= draw_round.closes_at:
        state, words = "closed", _("deadline passed")
    elif now >= draw_round.opens_at:
        state, words = "open", _("open")
    else:
        state, words = "announced", _("announced")
    return {
        "round": draw_round,
        "name": name_of(draw_round.service),
        "last_day": last_day(draw_round.period),
        "state": state,
        "state_words": words,
    }
