"""審査待ち: the page of what waits for a decision, and plain applications approved together."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access_log import note_look
from accounts.actions import Action
from accounts.admin_site import ModelAdmin
from accounts.permissions import signed_in, visible
from enrollment.applications.queue import Place, places_in_queue, unclear_words, urgency_words
from enrollment.applications.queue_standing import decision_days_on, is_overdue
from enrollment.bulk_approvable import Unclear
from enrollment.models import Registration
from enrollment.standing import named

from .bulk import MOST_AT_ONCE, approve_plain
from .forms import QueueFilter
from .second_step import needs_second_step

ON_A_PAGE = 50


def queue(model_admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """What waits, most urgent first; ticked plain ones are approved together."""
    applications = visible(request.user, Action.REGISTRATION_DECIDE, Registration.objects.all())
    if request.method == "POST":
        return _approve(request, applications)
    shown = QueueFilter(request.GET or None)
    places = places_in_queue(applications, timezone.localdate())
    days = decision_days_on(timezone.localdate())
    matching = [place for place in places if _matches(place, shown, days)]
    page = Paginator(matching, ON_A_PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    if rows:
        note_look(request, [place.registration.birth.family_id for place in rows])
    context = model_admin.admin_site.each_context(request) | {
        "title": _("Applications that wait"),
        "opts": model_admin.opts,
        "filter": shown,
        "page": page,
        "rows": [
            (place, urgency_words(place.urgency), [unclear_words(reason) for reason in place.unclear])
            for place in rows
        ],
        "waiting": len(places),
        "most_at_once": MOST_AT_ONCE,
        "first": next((place for place in rows if not place.drafted), None),
        "second_step": needs_second_step(timezone.localdate()),
        "any_plain": any(not place.unclear for place in rows),
    }
    return TemplateResponse(request, "enrollment/admin/queue.html", context)


def _approve(request: HttpRequest, applications: Any) -> HttpResponse:
    chosen = {int(key) for key in request.POST.getlist("chosen") if key.isascii() and key.isdigit() and len(key) < 10}
    if not chosen:
        messages.warning(request, _("Nothing was ticked."))
        return HttpResponseRedirect(request.get_full_path())
    if len(chosen) > MOST_AT_ONCE:
        messages.error(request, _("Tick %(most)d at most: nothing was changed.") % {"most": MOST_AT_ONCE})
        return HttpResponseRedirect(request.get_full_path())
    outcome = approve_plain(applications=applications, chosen=chosen, by=signed_in(request), at=timezone.now())
    if outcome.approved:
        whose = "、".join(map(named, outcome.approved))
        messages.success(request, _("Approved: %(whose)s.") % {"whose": whose})
    if outcome.drafted:
        whose = "、".join(map(named, outcome.drafted))
        messages.success(request, _("Drafted, and waiting for who decides: %(whose)s.") % {"whose": whose})
    for row, why in outcome.left:
        messages.warning(request, _("%(who)s is left as it is: %(why)s") % {"who": named(row), "why": why})
    if not (outcome.approved or outcome.drafted or outcome.left):
        messages.warning(request, _("These have been decided already: nothing was changed."))
    return HttpResponseRedirect(request.get_full_path())


def _matches(place: Place, shown: QueueFilter, decision_days: int | None) -> bool:
    if not shown.is_bound or not shown.is_valid():
        return True
    wanted = shown.cleaned_data
    found = {
        "plain": not place.unclear,
        "overdue": is_overdue(place, decision_days),
        "open": bool(place.open_points),
        "duplicates": bool(place.duplicates),
        "unmet": Unclear.NOT_ELIGIBLE in place.unclear,
    }
    return (
        wanted["level"] in ("", str(place.urgency.level.value))
        and wanted["channel"] in ("", place.registration.channel)
        and wanted["district"] in (None, place.district)
        and found.get(wanted["found"], True)
    )
