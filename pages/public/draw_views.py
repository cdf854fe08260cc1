"""抽選 in public: every draw, its promise, and the file that anybody can compute it from."""

from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bookings.draws.proof import Check
from bookings.draws.published_draw import published
from bookings.models import DrawRound
from facilities.models import Service
from sankecare.periods import last_day
from sankecare.signing import public_keys

SHOWN = 60
SERVICES = Prefetch("pool__services", Service.objects.order_by("position", "pk"))


@require_safe
def rounds(request: HttpRequest) -> HttpResponse:
    """Every draw, newest first: its promise, and once drawn the file that anybody can compute it from."""
    found = DrawRound.objects.select_related("pool__facility", "number").prefetch_related(SERVICES)[:SHOWN]
    return render(request, "public/draws.html", {"rounds": [round_row(row) for row in found]})


@require_safe
def published_round(request: HttpRequest, pk: int) -> HttpResponse:
    """A draw as a file (JSON)."""
    found = get_object_or_404(DrawRound.objects.select_related("pool__facility"), pk=pk)
    return JsonResponse(published(found), json_dumps_params={"ensure_ascii": False, "indent": 1})


@require_safe
def verify(request: HttpRequest, pk: int) -> HttpResponse:
    """The page that computes a draw anew in the browser, from the published file alone."""
    found = get_object_or_404(DrawRound.objects.select_related("pool__facility").prefetch_related(SERVICES), pk=pk)
    context = round_row(found) | {"keys": " ".join(public_keys()), "checks": checks_in_words()}
    context |= {"services": found.pool.services.all()}
    return render(request, "public/verify_draw.html", context)


def checks_in_words() -> list[tuple[str, str]]:
    """Return what is looked at in a file, in plain words, by the names that static/js/draw-proof.js gives it."""
    words = {
        Check.PROMISE: _("The list belongs to what was promised at the announcement."),
        Check.LIST: _("The check number of the list is right."),
        Check.TICKETS: _("For every entry there are as many tickets on the list as anybody can have, and none twice."),
        Check.SECRET: _("The secret is the one that was promised before the deadline."),
        Check.NUMBER: _("The public number that was promised is there."),
        Check.SEED: _("The draw's seed comes of secret, list and public number."),
        Check.OPENED: _("Everybody was served once, at a ticket that stood on the list before the draw."),
        Check.ORDER: _("They were served in the order of these tickets."),
        Check.RESULT: _("What was given to whom follows from this order."),
        Check.HISTORY: _("What stands in the file is what was published at each time."),
    }
    named = [(check.value, sentence) for check, sentence in words.items()]
    return [*named, ("signed", _("The ward's system signed it."))]


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
        "name": name_of_round(draw_round),
        "last_day": last_day(draw_round.period),
        "state": state,
        "state_words": words,
    }


def name_of_round(draw_round: DrawRound) -> str:
    """Return whose places are drawn, as people know them: where, and the services that share them."""
    services = sorted(draw_round.pool.services.all(), key=lambda row: (row.position, row.pk))
    kinds = _(" / ").join(service.get_kind_display() for service in services)
    return f"{draw_round.pool.facility.name_to_read} {kinds}"
