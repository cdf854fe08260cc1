"""抽選 for the auditor: all tickets of a draw opened, beside the grounds of their weights."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.access_log import note_look
from accounts.actions import Action
from accounts.permissions import visible_or_404
from bookings.draws.draw_facts import policy_on, weights_of
from bookings.draws.draw_history import broken_links
from bookings.draws.draws_changed import are_tickets_as_weighed, entries_opened, follows_policy
from bookings.draws.published_draw import problems_of, published
from bookings.draws.tickets import Ground
from bookings.models import DrawRound
from pages.public.draw_views import SERVICES, round_row

ON_A_PAGE = 50
GROUNDS = {
    Ground.HIGH_NEED: gettext_lazy("high need"),
    Ground.LOST_BEFORE: gettext_lazy("draws lost before"),
    Ground.WINDOW_CLOSES: gettext_lazy("age limit near"),
}


@require_safe
def draws(request: HttpRequest) -> HttpResponse:
    """Every draw whose entries are published, the newest first, and whether the history of all is whole."""
    rounds = DrawRound.objects.filter(closed_at__isnull=False).select_related("pool__facility")
    page = Paginator(rounds.prefetch_related(SERVICES), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"rounds": [round_row(row) for row in page.object_list], "page": page, "broken": broken_links()}
    return render(request, "auditor/audit_draws.html", context)


@require_safe
def draw(request: HttpRequest, draw: int) -> HttpResponse:
    """One draw: its file computed anew, all tickets opened, and of each entry what its weight rests on."""
    rounds = DrawRound.objects.select_related("pool__facility").prefetch_related(SERVICES, "links")
    found = visible_or_404(request.user, Action.AUDIT_DRAW, rounds, pk=draw)
    context: dict[str, Any] = round_row(found) | {"is_closed": found.closed_at is not None}
    if found.closed_at is not None:
        page = Paginator(entries_opened(found), ON_A_PAGE).get_page(request.GET.get("page"))
        entries = list(page.object_list)
        if entries:
            note_look(request, [entry.registration.birth.family_id for entry in entries])
        weights = weights_of(policy_on(timezone.localdate(found.draw_at)))
        context |= {
            "problems": problems_of(published(found)),
            "is_weighed": are_tickets_as_weighed(found),
            "page": page,
            "entries": [
                {
                    "entry": entry,
                    "grounds": [(GROUNDS[Ground(name)], more) for name, more in sorted((entry.grounds or {}).items())],
                    "agrees": follows_policy(entry, weights),
                }
                for entry in entries
            ],
        }
    return render(request, "auditor/audit_draw.html", context)
