"""抽選なしで受け付ける日 in the admin: days of places given by lot opened without a draw, with the reason."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from accounts.admin_site import ModelAdmin, PeriodWidget
from accounts.permissions import signed_in
from bookings.draws.freeing import free_days, refuse_days_not_to_be_freed
from bookings.models import FreedDays
from facilities.admin import shown_period
from sankecare.errors import Refused
from sankecare.forms import show_refusal
from sankecare.periods import InclusivePeriodField, last_day


class FreedDaysForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """Which days; tried by the operation's own rules, so that a refusal stands beside the field."""

    period = InclusivePeriodField(label=gettext_lazy("days freed"), widget=PeriodWidget)

    class Meta:
        model = FreedDays
        fields = ("pool", "period", "reason")
        widgets: ClassVar = {"pool": UnfoldAdminSelectWidget, "reason": UnfoldAdminTextInputWidget}

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        period = values.get("period")
        if period is None or None in (period.lower, period.upper):
            self.add_error("period", _("Please enter the first and the last day."))
        if not self.errors:
            first = values["period"].lower
            try:
                refuse_days_not_to_be_freed(
                    values["pool"], first, last_day(values["period"]) or first, at=timezone.now()
                )
            except Refused as refused:
                show_refusal(self, refused)
        return values


@admin.register(FreedDays)
class FreedDaysAdmin(ModelAdmin):
    list_display = ("pool", shown_period, "reason", "freed_at", "freed_by")
    list_select_related = ("pool__facility", "freed_by")
    list_filter = ("pool",)
    days: ClassVar[tuple[str, ...]] = ("period__contains",)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return FreedDaysForm if obj is None else super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        own = FreedDaysForm.Meta.fields
        return own if obj is None else ("pool", shown_period, "reason", "freed_at", "freed_by")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if obj is None else self.get_fields(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was freed stays as it was freed; a draw announced for the days closes them again."""
        return obj is None and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        cleaned = form.cleaned_data
        first = cleaned["period"].lower
        freed = free_days(
            pool=cleaned["pool"],
            first_day=first,
            last_day=last_day(cleaned["period"]) or first,
            reason=cleaned["reason"],
            by=signed_in(request),
            at=timezone.now(),
        )
        obj.pk = freed.pk
