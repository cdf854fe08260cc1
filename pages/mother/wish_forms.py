"""What a mother wishes: up to three choices of days in a draw, and days to wait for."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from bookings.draws.wishes import MOST_CHOICES
from bookings.models import DrawEntry, DrawRound
from enrollment.models import Family, Sibling
from facilities.models import Service
from facilities.queries import services_to_come
from sankecare.edits.forms import EditForm
from sankecare.forms import DayField, OperationForm

CHOICE_WORDS = (_("First choice"), _("Second choice"), _("Third choice"))


class WishForm(EditForm):
    """The fields ``first_1``, ``length_1`` … and what else counts."""

    shorter = forms.IntegerField(
        label=_("Fewer days are fine too: at least"),
        required=False,
        min_value=1,
        max_value=31,
        help_text=_("Leave it empty if you want all days or none."),
    )

    def __init__(self, *args: Any, draw_round: DrawRound, family: Family, takes_sibling: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first, end = draw_round.period.lower, draw_round.period.upper
        days = [first + timedelta(days=number) for number in range((end - first).days)]
        lengths = [
            (str(number), ngettext("%(number)d day", "%(number)d days", number) % {"number": number})
            for number in range(1, len(days) + 1)
        ]
        for number in range(1, MOST_CHOICES + 1):
            words = CHOICE_WORDS[number - 1]
            self.fields[f"first_{number}"] = forms.ChoiceField(
                label=_("%(choice)s: first day") % {"choice": words},
                choices=[("", _("Choose")), *((day.isoformat(), _with_weekday(day)) for day in days)],
                required=number == 1,
            )
            self.fields[f"length_{number}"] = forms.ChoiceField(
                label=_("%(choice)s: how many days") % {"choice": words}, choices=lengths, required=number == 1
            )
        siblings = Sibling.objects.filter(family=family)
        if takes_sibling and siblings:
            self.fields["sibling"] = forms.ModelChoiceField(
                siblings, label=_("Sibling who comes along"), required=False, empty_label=_("No sibling")
            )
        self.order_fields([*(name for name in self.fields if name[0] in "fl"), "sibling", "shorter"])

    @property
    def choices(self) -> list[list[date]]:
        """The stretches wished for, in order. Of a valid form alone."""
        stretches = []
        for number in range(1, MOST_CHOICES + 1):
            first = self.cleaned_data.get(f"first_{number}")
            if first:
                start, length = date.fromisoformat(first), int(self.cleaned_data[f"length_{number}"] or 1)
                stretches.append([start + timedelta(days=day) for day in range(length)])
        return stretches

    def field_of(self, name: str) -> str:
        return "shorter" if name == "least_days" else name


def _with_weekday(day: date) -> str:
    return date_format(day, "MONTH_DAY_FORMAT") + now_(" (%(weekday)s)") % {"weekday": date_format(day, "D")}


def as_typed(entry: DrawEntry | None) -> dict[str, Any]:
    """Return what an entry holds as the form's first values."""
    if entry is None:
        return {}
    known: dict[str, Any] = {"shorter": entry.least_days, "sibling": entry.sibling}
    for number, choice in enumerate(entry.choices, start=1):
        known |= {f"first_{number}": choice[0], f"length_{number}": str(len(choice))}
    return known


class WaitForm(OperationForm):
    """For which days of which service she waits. ``asked``: the slug of the service whose days she looked at."""

    service = forms.ModelChoiceField(Service.objects.none(), label=_("Service"), empty_label=_("Choose"))
    first_day = DayField(label=_("First day"))
    last_day = DayField(label=_("Last day"))

    def __init__(self, *args: Any, family: Family, today: date, asked: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        service = self.fields["service"]
        assert isinstance(service, forms.ModelChoiceField)
        service.queryset = services_to_come(today)
        service.initial = next((row for row in service.queryset if row.slug == asked), None) if asked else None
        siblings = Sibling.objects.filter(family=family)
        if siblings:
            self.fields["sibling"] = forms.ModelChoiceField(
                siblings, label=_("Sibling who comes along"), required=False, empty_label=_("No sibling")
            )
