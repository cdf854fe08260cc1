"""Days to wait for."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from enrollment.models import Family, Sibling
from facilities.models import Service
from facilities.queries import services_to_come
from sankecare.forms import DayField, OperationForm


class WaitForm(OperationForm):
    """For which days of which service she waits.

    ``asked``: the address by which she came: the ``service`` by its slug, the ``day`` that she touched, the
    ``sibling`` whom she had chosen; what of it is none of hers is left out.
    """

    service = forms.ModelChoiceField(Service.objects.none(), label=_("Service"), empty_label=_("Choose"))
    first_day = DayField(label=_("The day you come"))
    last_day = DayField(label=_("The day you leave"))

    def __init__(self, *args: Any, family: Family, today: date, asked: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        service = self.fields["service"]
        assert isinstance(service, forms.ModelChoiceField)
        service.queryset = services_to_come(today)
        slug, day = asked.get("service", ""), _day(asked.get("day", ""), today)
        service.initial = next((row for row in service.queryset if row.slug == slug), None) if slug else None
        self.fields["first_day"].initial = self.fields["last_day"].initial = day
        siblings = Sibling.objects.filter(family=family)
        if siblings:
            self.fields["sibling"] = forms.ModelChoiceField(
                siblings, label=_("Sibling who comes along"), required=False, empty_label=_("No sibling")
            )
            chosen = asked.get("sibling", "")
            self.fields["sibling"].initial = next((row for row in siblings if str(row.pk) == chosen), None)


def _day(written: str, today: date) -> date | None:
    try:
        day = date.fromisoformat(written)
    except ValueError:
        return None
    return day if day > today else None
