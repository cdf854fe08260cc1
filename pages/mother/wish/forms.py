"""What she wishes, said once: how many days, until when, where first, with whom."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from bookings.models import Wish
from bookings.models.wishes import MOST_WISHED
from enrollment.models import Family, Sibling
from facilities.models import Service
from facilities.queries import services_to_come
from sankecare.forms import DayField, OperationForm

PLACES = (_("Where you would like to go most"), _("After that"), _("And then"))
TOGETHER, APART = "together", "apart"


class OneWishForm(OperationForm):
    """``service_1`` … ``service_3`` in her order."""

    days = forms.TypedChoiceField(label=_("How many days?"), coerce=int)
    on_end = forms.ChoiceField(
        label=_("In a row?"),
        choices=((APART, _("No, the days may lie apart")), (TOGETHER, _("Yes, in a row"))),
        widget=forms.RadioSelect,
        initial=APART,
    )
    until = DayField(label=_("Until which day?"))

    def __init__(self, *args: Any, family: Family, wish: Wish | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        services = services_to_come(timezone.localdate())
        days = self.fields["days"]
        assert isinstance(days, forms.TypedChoiceField)
        days.choices = [(n, ngettext("%(number)d day", "%(number)d days", n) % {"number": n}) for n in _counts()]
        for number, label in enumerate(PLACES, start=1):
            self.fields[f"service_{number}"] = forms.ModelChoiceField(
                services, label=label, required=number == 1, empty_label=_("Choose") if number == 1 else _("none")
            )
        siblings = Sibling.objects.filter(family=family)
        if siblings:
            self.fields["sibling"] = forms.ModelChoiceField(
                siblings, label=_("Sibling who comes along"), required=False, empty_label=_("No sibling")
            )
            self.fields["or_without"] = forms.BooleanField(
                label=_("Where no room takes the elder child, without it"), required=False
            )
        self.fields["enters_later"] = forms.BooleanField(
            label=_("Also enter me in draws that are announced later. We write to you each time."), required=False
        )
        self.initial = as_it_stands(wish) if wish is not None and wish.ended_at is None else {"until": _in_a_month()}

    @property
    def values(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        return {
            "days": cleaned["days"],
            "together": cleaned["on_end"] == TOGETHER,
            "until": cleaned["until"],
            "services": [row for n in range(1, len(PLACES) + 1) if (row := cleaned.get(f"service_{n}")) is not None],
            "sibling": cleaned.get("sibling"),
            "or_without": cleaned.get("or_without", False),
            "enters_later": cleaned["enters_later"],
        }

    def field_of(self, name: str) -> str:
        return "service_1" if name == "services" else name


def as_it_stands(wish: Wish) -> dict[str, Any]:
    """A wish by the names of the form's fields."""
    services: list[Service] = [row.service for row in wish.services.select_related("service")]
    return {
        "days": wish.days,
        "on_end": TOGETHER if wish.together else APART,
        "until": wish.until,
        "sibling": wish.sibling_id,
        "or_without": wish.or_without,
        "enters_later": wish.enters_later,
        **{f"service_{n}": row.pk for n, row in enumerate(services, start=1)},
    }


def _counts() -> range:
    return range(1, MOST_WISHED + 1)


def _in_a_month() -> date:
    return timezone.localdate() + timedelta(days=30)
