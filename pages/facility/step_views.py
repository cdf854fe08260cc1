"""元に戻す・訂正: an arrival, an absence or a departure taken back by one touch, later with the reason."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access_log import shown_or_404
from accounts.actions import Action
from accounts.permissions import signed_in
from billing.correct_stay import correct_step
from bookings.models import Booking, StayStep, StepKind
from bookings.places.queries import bookings_with_days
from bookings.places.refusals import guarded_transaction
from bookings.stays.steps import ENDS, days_before
from bookings.stays.words import step_in_words, who
from care.undo import take_back
from pages.once_form import form_page, posted
from sankecare.errors import Refused
from sankecare.forms import MomentField, OperationForm

from .closing import openness_or_404
from .family_badges import show_badges

NOT_SO = {
    StepKind.ARRIVAL: gettext_lazy("The family has not arrived"),
    StepKind.ABSENCE: gettext_lazy("The family is still to come"),
    StepKind.MISSED: gettext_lazy("The family was here on this day"),
    StepKind.DEPARTURE: gettext_lazy("The family is still here"),
}
AT_ANOTHER_TIME = {
    StepKind.ARRIVAL: gettext_lazy("It arrived at another time"),
    StepKind.ABSENCE: gettext_lazy("It came, at this time"),
    StepKind.DEPARTURE: gettext_lazy("It left at another time"),
}


class CorrectStepForm(OperationForm):
    """What was so instead, since when, and why it was recorded otherwise."""

    was = forms.ChoiceField(label=gettext_lazy("What was so"), widget=forms.RadioSelect)
    moment = MomentField(label=gettext_lazy("Date and time"), required=False, show_hidden_initial=False)
    days = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Days that it gets back"),
        help_text=gettext_lazy("Days that another family has by now are not there."),
        coerce=str,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    reason = forms.CharField(
        label=gettext_lazy("Why it was recorded otherwise"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: Any = None, *, step: StayStep) -> None:
        super().__init__(data)
        kind = StepKind(step.kind)
        self.step, was, days = step, self.fields["was"], self.fields["days"]
        assert isinstance(was, forms.ChoiceField)
        assert isinstance(days, forms.TypedMultipleChoiceField)
        was.choices = [("not_so", NOT_SO[kind])]
        if kind in AT_ANOTHER_TIME:
            was.choices = [*was.choices, ("then", AT_ANOTHER_TIME[kind])]
        free = [day for day, may in days_before(step) if may]
        days.choices = [(day.isoformat(), date_format(day)) for day in free]
        self.initial["days"] = [day.isoformat() for day in free]
        if kind not in ENDS:
            del self.fields["days"]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("was") == "then" and not given.get("moment") and "moment" not in self.errors:
            self.add_error("moment", _("Please enter the date and the time."))
        return given

    def field_of(self, name: str) -> str:
        return "moment" if name == "happened_at" else name

    @property
    def values(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        chosen = cleaned.get("days")
        wanted = None if chosen is None else [day for day, _may in days_before(self.step) if day.isoformat() in chosen]
        return {
            "reason": cleaned["reason"],
            "moment": cleaned["moment"] if cleaned["was"] == "then" else None,
            "days": wanted,
        }


@require_POST
def undo(request: HttpRequest, pk: int, recorded: int) -> HttpResponse:
    """Take back what was recorded last of a booking; after ten minutes it is corrected with a reason instead."""
    found = _step(request, pk, recorded)
    if timezone.now() > found.undo_until:
        return redirect("operator:step-correct", pk, recorded)
    try:
        with guarded_transaction():
            take_back(step=found, by=signed_in(request), at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.detail)
    else:
        words = {"who": who(found.booking), "step": step_in_words(found, found.booking)}
        messages.success(request, _("%(who)s: “%(step)s” is taken back.") % words)
    return redirect("operator:stay", pk)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, pk: int, recorded: int) -> HttpResponse:
    """What was so instead, with the reason."""
    found = _step(request, pk, recorded)
    openness_or_404(found.booking)
    show_badges([found.booking], timezone.localdate())
    return form_page(
        request,
        CorrectStepForm(posted(request), step=found),
        partial(correct_step, step=found),
        template="facility/record.html",
        context={
            "booking": found.booking,
            "title": _("Correct: %(step)s") % {"step": step_in_words(found, found.booking)},
        },
        back=reverse("operator:stay", args=[pk]),
        done=_("It is corrected."),
    )


def _step(request: HttpRequest, pk: int, recorded: int) -> StayStep:
    booking: Booking = shown_or_404(request, Action.STAY_RECORD, bookings_with_days(), pk=pk)
    found = get_object_or_404(booking.steps, pk=recorded)
    found.booking = booking
    return found
