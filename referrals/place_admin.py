"""優先利用の依頼 in the admin: what waits for an answer, and the page on which staff accept or decline."""

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access_log import note_shown, shown_or_404
from accounts.actions import Action
from accounts.admin_site import ModelAdmin, TabularInline
from accounts.permissions import signed_in, visible
from enrollment.family_search import FindsFamilies
from sankecare.errors import Refused
from sankecare.forms import show_refusal

from .answer_place import accept_place_request, decline_place_request
from .models import PlaceRequest, PlaceRequestEvent, RequestState
from .place_forms import AcceptForm, DeclineForm
from .place_queries import registration_of, requests_shown, waiting_requests, what_came_of, why_in_vain


class EventInline(TabularInline):
    model = PlaceRequestEvent
    fields = ("kind", "by", "at")


@admin.register(PlaceRequest)
class PlaceRequestAdmin(FindsFamilies, ModelAdmin):
    list_display = ("shown_number", "family", "district", "wanted", "state", "asked_by", "asked_at")
    list_select_related = ("family", "district", "asked_by")
    list_filter = ("state", "district")
    sign = "P"
    moments: ClassVar[tuple[str, ...]] = ("asked_at",)
    date_hierarchy = "asked_at"
    inlines: ClassVar = [EventInline]

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("waiting/", wrap(partial(waiting_page, self)), name="referrals_placerequest_waiting"),
            path("<int:pk>/answer/", wrap(partial(answer_page, self)), name="referrals_placerequest_answer"),
            *super().get_urls(),
        ]


def waiting_page(model_admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """What waits for an answer, the soonest wanted first."""
    listed = list(visible(request.user, Action.PLACE_ANSWER, waiting_requests(timezone.localdate())))
    note_shown(request, listed)
    context = model_admin.admin_site.each_context(request) | {
        "title": _("Requests for places"),
        "opts": model_admin.opts,
        "rows": [(row, registration_of(row)) for row in listed],
    }
    return TemplateResponse(request, "referrals/admin/waiting.html", context)


def answer_page(model_admin: ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """One request with what is known of the family; accepted or declined, on refusal nothing typed is lost."""
    asked = shown_or_404(request, Action.PLACE_ANSWER, requests_shown(), pk=pk)
    doing, hears = request.POST.get("do", "") if request.method == "POST" else "", ""
    accept = AcceptForm(request.POST if doing == "accept" else None, initial={"last_day": asked.expires_on})
    decline = DeclineForm(request.POST if doing == "decline" else None)
    by_button: dict[str, tuple[forms.Form, Callable[..., PlaceRequest]]] = {
        "accept": (accept, accept_place_request),
        "decline": (decline, decline_place_request),
    }
    if doing in by_button and by_button[doing][0].is_valid():
        form, operation = by_button[doing]
        try:
            with transaction.atomic(durable=True):
                done = operation(request=asked, by=signed_in(request), at=timezone.now(), **form.cleaned_data)
        except Refused as refused:
            show_refusal(form, refused)
            asked, hears = requests_shown().get(pk=asked.pk), refused.detail
        else:
            words = {"number": done.number, "state": done.get_state_display()}
            messages.success(request, _("%(number)s: %(state)s.") % words)
            return HttpResponseRedirect(reverse("admin:referrals_placerequest_waiting"))
    return _request_page(model_admin, request, asked, {"accept": accept, "decline": decline}, hears)


def _request_page(
    model_admin: ModelAdmin, request: HttpRequest, asked: PlaceRequest, forms_shown: dict[str, Any], hears: str
) -> HttpResponse:
    """``hears``: what was refused; once somebody else has answered, no form is there beside which it could stand."""
    waits = asked.state == RequestState.ASKED and not asked.has_lapsed(timezone.localdate())
    context = model_admin.admin_site.each_context(request) | {
        "title": f"{asked.number} {asked.family.mother_name}",
        "opts": model_admin.opts,
        "asked": asked,
        "lapsed": asked.has_lapsed(timezone.localdate()),
        "waits": waits,
        "refused": "" if waits else hears,
        "registration": registration_of(asked),
        "in_vain": why_in_vain(asked, timezone.localdate()),
        "events": asked.events.select_related("by"),
        "came_of": what_came_of(asked),
        **forms_shown,
    }
    wrong = any(form.errors for form in forms_shown.values())
    return TemplateResponse(request, "referrals/admin/answer.html", context, status=422 if wrong else 200)
