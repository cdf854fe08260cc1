"""Pages on which a district asks for a place: a family found, the request, and what came of it."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access_log import note_look, note_shown, shown_or_404
from accounts.actions import Action
from accounts.permissions import signed_in, visible
from enrollment.models import LIVE_STATES, Family, Registration
from pages.once_form import form_page, posted
from referrals.ask_place import ask_for_place, withdraw_place_request
from referrals.models import PlaceRequest
from referrals.place_forms import FamilySearchForm, PlaceRequestForm
from referrals.place_queries import (
    FOUND_A_PAGE,
    families_like,
    found_as_shown,
    registration_of,
    requests_shown,
    what_came_of,
)
from sankecare.errors import Refused

LISTED = 100


@sensitive_post_parameters("text")
@require_http_methods(["GET", "HEAD", "POST"])
def families(request: HttpRequest) -> HttpResponse:
    """Find a family of the district, the newest birth first. What was typed is posted: no name stands in an address.

    Each family of the page that is shown is written down as looked at.
    """
    form = FamilySearchForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"form": form, "page": None}
    if form.is_valid():
        own = visible(request.user, Action.FAMILY_VIEW, Family.objects.all())
        pages = Paginator(families_like(own, form.cleaned_data["text"]), FOUND_A_PAGE)
        page = pages.get_page(form.cleaned_data["page"])
        shown = found_as_shown(list(page.object_list), timezone.localdate())
        note_look(request, [row.family.pk for row in shown])
        context |= {"page": page, "found": shown, "typed": form.cleaned_data["text"]}
    return render(request, "district/families.html", context, status=422 if form.errors else 200)


@sensitive_post_parameters("details")
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a place for a family; the same form sent twice asks once."""
    family = shown_or_404(request, Action.PLACE_ASK, Family.objects.all(), pk=pk)
    registrations = Registration.objects.filter(birth__family=family, state__in=LIVE_STATES)
    context = {
        "family": family,
        "registration": registrations.order_by("applied_at").last(),
        "births": family.births.prefetch_related("infants"),
    }
    return form_page(
        request,
        PlaceRequestForm(posted(request), today=timezone.localdate()),
        partial(ask_for_place, family=family),
        template="district/place_ask.html",
        context=context,
        back=lambda asked: reverse("nurse:place", args=[asked]),
    )


@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """The requests of the district's families, newest first."""
    listed = list(visible(request.user, Action.PLACE_FOLLOW, requests_shown())[:LISTED])
    note_shown(request, listed)
    today = timezone.localdate()
    rows = [(row, row.has_lapsed(today)) for row in listed]
    return render(request, "district/places.html", {"rows": rows})


@require_safe
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: what was asked, the answer, and what came of it."""
    asked = shown_or_404(request, Action.PLACE_FOLLOW, requests_shown(), pk=pk)
    context = {
        "asked": asked,
        "lapsed": asked.has_lapsed(timezone.localdate()),
        "registration": registration_of(asked),
        "events": asked.events.select_related("by"),
        "came_of": what_came_of(asked),
    }
    return render(request, "district/place.html", context)


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a request that is not answered yet."""
    asked = shown_or_404(request, Action.PLACE_FOLLOW, PlaceRequest.objects.all(), pk=pk)
    try:
        with transaction.atomic(durable=True):
            withdraw_place_request(request=asked, by=signed_in(request), at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.detail)
    else:
        messages.success(
            request,
            _("The request about %(name)s (%(number)s) is withdrawn.")
            % {"name": asked.family.mother_name, "number": asked.number},
        )
    return redirect("nurse:place", pk=asked.pk)
