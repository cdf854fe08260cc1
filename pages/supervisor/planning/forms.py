"""What a planning run is asked: changes, by facility; a new house; what is assumed; how long it is kept."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.places.queries import STAYS
from facilities.fiscal_year import fiscal_year_days
from facilities.models import District, Facility, ServiceKind
from reports.planning.parameters import MOST_DAYS, MOST_FLEXIBLE, MOST_SEEDS, MOST_SLOTS, MOST_TICKETS, WhatIf
from reports.planning.start import KEPT_AT_MOST
from reports.planning.world import Assumptions, Changes, NewHouse
from sankecare.forms import Bounds, DayField, OperationForm

A_YEAR = timedelta(days=366)
OF_A_HOUSE = ("house_name", "house_kind", "house_slots", "house_weekdays", "house_district")


def _weekdays() -> list[tuple[int, Any]]:
    return list(WEEKDAYS.items())


class Weekdays(forms.TypedMultipleChoiceField):
    """Weekdays, Monday first; none chosen says nothing."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=_weekdays, coerce=int, required=False, widget=forms.CheckboxSelectMultiple, **kwargs)


class KeptRun(OperationForm):
    """What every run has: a name, and until when it is kept."""

    title = forms.CharField(
        label=gettext_lazy("Name of the run"),
        help_text=gettext_lazy("Others find it by this name. Write no name of a family."),
        max_length=80,
    )
    keep_until = DayField(
        label=gettext_lazy("Keep until"),
        bounds=Bounds(back=timedelta(0), ahead=KEPT_AT_MOST),
        initial=lambda: timezone.localdate() + A_YEAR,
    )


class ForecastForm(KeptRun):
    """A forecast asks nothing more: what it rests on is all that is known."""


class WhatIfForm(KeptRun):
    """The changes. What is left empty is as it was."""

    year = forms.TypedChoiceField(label=gettext_lazy("Fiscal year that is replayed"), coerce=int)
    days_per_birth = forms.IntegerField(
        label=gettext_lazy("Family-days a birth"), min_value=1, max_value=MOST_DAYS, required=False
    )
    without_draw = forms.BooleanField(label=gettext_lazy("No draw: first come, first served"), required=False)
    high_need_tickets = forms.IntegerField(
        label=gettext_lazy("More tickets for high need"), min_value=0, max_value=MOST_TICKETS, required=False
    )
    house_name = forms.CharField(label=gettext_lazy("Name of the new house"), max_length=60, required=False)
    house_kind = forms.ChoiceField(label=gettext_lazy("What it offers"), required=False)
    house_slots = forms.IntegerField(
        label=gettext_lazy("Families a day"), min_value=1, max_value=MOST_SLOTS, required=False
    )
    house_weekdays = Weekdays(label=gettext_lazy("Open on"))
    house_district = forms.ChoiceField(label=gettext_lazy("District that it stands in"), required=False)
    house_keeps_holidays = forms.BooleanField(
        label=gettext_lazy("Closed on public holidays"), required=False, initial=True
    )
    flexible_days = forms.IntegerField(
        label=gettext_lazy("So many days earlier or later a family would come as well"),
        help_text=gettext_lazy("Where the days that it asked for are full. No record tells this."),
        min_value=0,
        max_value=MOST_FLEXIBLE,
        initial=0,
    )
    to_new_house = forms.IntegerField(
        label=gettext_lazy("Percent of the district’s families that ask at the new house first"),
        min_value=0,
        max_value=100,
        initial=50,
    )
    more_days = forms.IntegerField(
        label=gettext_lazy("Percent of those who used all their days that would use more"),
        min_value=0,
        max_value=100,
        initial=50,
    )
    seeds = forms.IntegerField(
        label=gettext_lazy("How often it is replayed"),
        help_text=gettext_lazy("Each time with another order of the draws: the range that is shown."),
        min_value=1,
        max_value=MOST_SEEDS,
        initial=20,
    )

    def __init__(
        self,
        data: Any,
        *,
        years: Sequence[int],
        facilities: Iterable[Facility],
        today: date,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial or {})
        self.today, self.facilities = today, list(facilities)
        self._choices("year", [(year, _("Fiscal year %(year)d") % {"year": year}) for year in reversed(years)])
        kinds = [(kind.value, kind.label) for kind in ServiceKind if kind in STAYS]
        self._choices("house_kind", [("", _("No new house")), *kinds])
        districts = District.objects.order_by("position").values_list("slug", "name")
        self._choices("house_district", [("", "–"), *districts])
        for place in self.facilities:
            self.fields[f"slots_{place.slug}"] = forms.IntegerField(
                label=_("%(facility)s: more families a day") % {"facility": place.name},
                help_text=_("On every day on which it is open; with a minus, fewer."),
                min_value=-MOST_SLOTS,
                max_value=MOST_SLOTS,
                required=False,
            )
            self.fields[f"weekdays_{place.slug}"] = Weekdays(
                label=_("%(facility)s: open on these weekdays alone") % {"facility": place.name},
                help_text=_("None chosen: as it was."),
            )

    def _choices(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        """A new house needs all that makes one."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if any(cleaned.get(name) for name in OF_A_HOUSE):
            for name in OF_A_HOUSE:
                if name not in self.errors and not cleaned.get(name):
                    self.add_error(
                        name, ValidationError(_("Please say this too: a new house needs it."), code="house")
                    )
        return cleaned

    @property
    def values(self) -> dict[str, Any]:
        """The arguments of ``start_what_if``."""
        said = self.cleaned_data
        first, last = fiscal_year_days(said["year"])
        slots = {place.slug: said[f"slots_{place.slug}"] for place in self.facilities}
        weekdays = {place.slug: said[f"weekdays_{place.slug}"] for place in self.facilities}
        changes = Changes(
            more_slots={slug: more for slug, more in slots.items() if more},
            weekdays={slug: frozenset(days) for slug, days in weekdays.items() if days},
            new_house=self._house(),
            days_per_birth=said["days_per_birth"],
            without_draw=said["without_draw"],
            high_need_tickets=said["high_need_tickets"],
        )
        assumed = Assumptions(said["flexible_days"], said["to_new_house"], said["more_days"])
        asked = WhatIf(first, min(last, max(self.today, first)), changes, assumed, said["seeds"])
        return {"title": said["title"], "keep_until": said["keep_until"], "asked": asked}

    def _house(self) -> NewHouse | None:
        said = self.cleaned_data
        if not said["house_name"]:
            return None
        return NewHouse(
            said["house_name"],
            said["house_kind"],
            said["house_slots"],
            frozenset(said["house_weekdays"]),
            said["house_district"],
            said["house_keeps_holidays"],
        )

    def parts(self) -> list[dict[str, Any]]:
        """The fields in the parts of the page; what is mostly left empty is folded, open where it says something."""
        house = [*OF_A_HOUSE, "house_keeps_holidays"]
        parts = [(_("The run"), ["title", "year", "keep_until"], False)]
        parts += [
            (str(place.name), [f"slots_{place.slug}", f"weekdays_{place.slug}"], True) for place in self.facilities
        ]
        parts += [
            (_("A new house"), house, True),
            (_("Rules"), ["days_per_birth", "without_draw", "high_need_tickets"], True),
            (_("What is assumed"), ["flexible_days", "to_new_house", "more_days", "seeds"], False),
        ]
        return [
            {
                "heading": heading,
                "fields": [self[name] for name in names],
                "folded": folded,
                "open": any(name in self.errors or self._says(name) for name in names),
            }
            for heading, names, folded in parts
        ]

    def _says(self, name: str) -> bool:
        if not self.is_bound:
            return name in self.initial
        return name != "house_keeps_holidays" and bool(self[name].value())


def another_house(last_finished: int) -> dict[str, Any]:
    """Return what a form begins with that asks for one more house: only its district is left to say.

    The ward's small house in size (own default); everything can be changed.
    """
    name = _("A new house")
    return {
        "title": name,
        "year": last_finished,
        "house_name": name,
        "house_kind": ServiceKind.DAY_CARE,
        "house_slots": 3,
        "house_weekdays": [0, 1, 2, 3, 4],
    }
