"""枠の変更 in the admin: places taken away, whom it hits, and a decision for each, applied all together."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from accounts.access_log import note_shown
from accounts.actions import Action
from accounts.admin_site import DayWidget, ModelAdmin
from accounts.permissions import signed_in, visible
from bookings.models import Booking
from facilities.calendar import days_between
from facilities.models import PlacePool, Service
from sankecare.errors import Refused
from sankecare.forms import DayField, show_refusal

from .capacity import Cut, CutKind, Decision, Fate, HitDay, apply_cut, hit_by
from .queries import bookings_with_days
from .refusals import guarded_transaction

KINDS = (
    (CutKind.CLOSURE.value, gettext_lazy("Closed on these days")),
    (CutKind.OVERRIDE.value, gettext_lazy("Other slots on each of these days")),
    (CutKind.CAPACITY.value, gettext_lazy("Other slots from the first day on (0: suspended)")),
)
FATES = (
    ("", gettext_lazy("Choose")),
    (Fate.KEEP.value, gettext_lazy("Keeps the place")),
    (Fate.MOVE.value, gettext_lazy("Moves to other days")),
    (Fate.GIVE_UP_DAYS.value, gettext_lazy("Gives up the days concerned")),
    (Fate.CANCEL.value, gettext_lazy("Is cancelled")),
)


class CutForm(forms.Form):
    """What is to change, and why."""

    pool = forms.ModelChoiceField(
        PlacePool.objects.select_related("facility"), label=gettext_lazy("place pool"), widget=UnfoldAdminSelectWidget
    )
    kind = forms.ChoiceField(label=gettext_lazy("What changes"), choices=KINDS, widget=UnfoldAdminSelectWidget)
    first_day = DayField(label=gettext_lazy("First day"), widget=DayWidget)
    last_day = DayField(
        label=gettext_lazy("Last day"),
        required=False,
        help_text=gettext_lazy("Empty: until further notice (other slots from the first day on)."),
        widget=DayWidget,
    )
    slots = forms.IntegerField(
        label=gettext_lazy("Slots a day"),
        min_value=0,
        max_value=200,
        initial=0,
        widget=UnfoldAdminIntegerFieldWidget,
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200, widget=UnfoldAdminTextInputWidget)

    @property
    def cut(self) -> Cut:
        """The change asked for; closed days have no slots whatever stands there."""
        cleaned = self.cleaned_data
        return Cut(**{**cleaned, "kind": CutKind(cleaned["kind"])})


class DecisionForm(forms.Form):
    """What becomes of one booking; the message is what the family reads."""

    fate = forms.ChoiceField(label=gettext_lazy("Decision"), choices=FATES, widget=UnfoldAdminSelectWidget)
    first_day = DayField(label=gettext_lazy("New first day"), required=False, widget=DayWidget)
    days = forms.IntegerField(
        label=gettext_lazy("Number of days"),
        required=False,
        min_value=1,
        max_value=31,
        widget=UnfoldAdminIntegerFieldWidget,
    )
    service = forms.ModelChoiceField(
        Service.objects.select_related("facility"),
        label=gettext_lazy("Other service"),
        required=False,
        empty_label=gettext_lazy("as now"),
        widget=UnfoldAdminSelectWidget,
    )
    message = forms.CharField(
        label=gettext_lazy("Message to the family"), required=False, max_length=400, widget=UnfoldAdminTextInputWidget
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("fate") == Fate.MOVE and not (values.get("first_day") and values.get("days")):
            self.add_error("first_day", _("Please enter the new first day and how many days."))
        return values

    @property
    def decision(self) -> Decision:
        cleaned = self.cleaned_data
        days: tuple[Any, ...] = ()
        if cleaned["fate"] == Fate.MOVE:
            first = cleaned["first_day"]
            days = tuple(days_between(first, first + timedelta(days=cleaned["days"] - 1)))
        return Decision(Fate(cleaned["fate"]), cleaned["message"], days, cleaned["service"])


def capacity_page(model_admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """Ask what changes; show whom it hits; apply it with a decision for each."""
    form = CutForm(request.POST or None)
    context: dict[str, Any] = {"form": form, "rows": [], "hit": None}
    if form.is_valid():
        try:
            hit = hit_by(form.cut)
            rows = _rows(request, hit)
            context |= {
                "hit": hit,
                "rows": rows,
                "unseen": len({pk for day in hit for pk in day.bookings}) - len(rows),
            }
            if "apply" in request.POST and all(row["form"].is_valid() for row in rows):
                decisions = {row["booking"].pk: row["form"].decision for row in rows}
                with guarded_transaction():
                    apply_cut(cut=form.cut, decisions=decisions, by=signed_in(request), at=timezone.now())
                messages.success(
                    request,
                    _("The change is in force. %(count)d families were told.")
                    % {"count": sum(decision.fate != Fate.KEEP for decision in decisions.values())},
                )
                return HttpResponseRedirect(reverse("admin:bookings_booking_capacity"))
        except Refused as refused:
            show_refusal(form, refused)
    context |= model_admin.admin_site.each_context(request) | {
        "title": _("Change places"),
        "opts": model_admin.opts,
    }
    return TemplateResponse(request, "bookings/admin/capacity.html", context, status=422 if form.errors else 200)


def _rows(request: HttpRequest, hit: list[HitDay]) -> list[dict[str, Any]]:
    """Each booking that is hit, with the days concerned and the form of its decision."""
    concerned: dict[int, list[Any]] = {}
    for row in hit:
        for pk in row.bookings:
            concerned.setdefault(pk, []).append(row.day)
    bookings: list[Booking] = list(
        visible(request.user, Action.BOOKING_VIEW, bookings_with_days())
        .filter(pk__in=concerned)
        .order_by("booked_at", "pk")
    )
    note_shown(request, bookings)
    sent = request.POST if "apply" in request.POST else None
    return [
        {"booking": row, "days": concerned[row.pk], "form": DecisionForm(sent, prefix=f"b{row.pk}")}
        for row in bookings
    ]
