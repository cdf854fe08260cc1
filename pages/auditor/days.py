"""期間: the days that an auditor chooses; the last month where she says none."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from sankecare.forms import UNTIL_TODAY, DayField

ON_A_PAGE = 50
SHOWN_DAYS = timedelta(days=30)


class DaysForm(forms.Form):
    """From which day to which; the last month where neither is said."""

    first = DayField(label=gettext_lazy("First day"), bounds=UNTIL_TODAY, required=False)
    last = DayField(label=gettext_lazy("Last day"), required=False)

    def clean(self) -> dict[str, Any]:
        """Days the wrong way round hold nothing: that would read as if nothing had happened."""
        values = super().clean() or {}
        first, last = values.get("first"), values.get("last")
        if first and last and last < first:
            self.add_error("last", gettext("The last day is before the first day."))
        return values


def chosen_days(request: HttpRequest) -> tuple[DaysForm, date, date]:
    """Return the form, and the first and the last day that are shown."""
    today = timezone.localdate()
    default = {"first": today - SHOWN_DAYS, "last": today}
    form = DaysForm(request.GET if {"first", "last"} & set(request.GET) else None, initial=default)
    if form.is_bound and form.is_valid():
        last = form.cleaned_data["last"] or today
        return form, form.cleaned_data["first"] or min(last, today) - SHOWN_DAYS, last
    return form, default["first"], default["last"]
