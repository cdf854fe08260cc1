"""What midwives fill in: large fields, numbers with their unit, nothing that must be typed twice."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from care.hours.sheet import filled, filled_of
from care.hours.standing import DaySums
from care.models import Breast, CareRecord, Feeding, Mood
from care.observations import MOST_FEEDS, MOST_MILK_ML
from care.records import CheckInFacts, InfantFacts, MotherFacts
from facilities.models import Facility, FacilityOption
from sankecare.edits.forms import EditForm
from sankecare.forms import OperationForm, moment_said

from .measured_fields import GramsField, TemperatureField


class CheckInForm(EditForm):
    """Looked at on arrival."""

    mother_temperature = TemperatureField(label=_("Mother’s temperature"))
    infant_temperature = TemperatureField(label=_("Baby’s temperature (of several the highest)"))
    fever_decision = forms.CharField(
        label=_("With a fever: what was decided"), required=False, max_length=200, widget=forms.TextInput
    )
    residence_confirmed = forms.BooleanField(
        label=_("Lives in the ward: seen on a document"),
        error_messages={"required": _("Please look at a document with the address, and tick it.")},
    )
    food = forms.CharField(label=_("Allergies and food"), required=False, max_length=200)
    health = forms.CharField(
        label=_("Health, medicine and allergies today"),
        help_text=_("It begins with what the family wrote on its application: please ask whether it still holds."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    @property
    def values(self) -> dict[str, Any]:
        facts = {name: self.cleaned_data[name] for name in CheckInForm.base_fields}
        why = self.cleaned_data.get("corrected_because", "")
        return {
            "facts": CheckInFacts(**facts),
            "corrected_because": why,
            "happened_at": moment_said(self, "happened_at"),
            "room": self.cleaned_data.get("room"),
        }


class CareForm(EditForm):
    """A day: the mother, then each infant (fields ``weight_ID``, ``temperature_ID`` …)."""

    sleep_hours = forms.DecimalField(
        label=_("Mother’s sleep, hours"), required=False, min_value=0, max_value=24, max_digits=3, decimal_places=1
    )
    breast = forms.ChoiceField(
        label=_("Breasts"),
        required=False,
        choices=[("", _("not recorded")), *Breast.choices],
        widget=forms.RadioSelect,
    )
    mood = forms.TypedChoiceField(
        label=_("Mood"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("not recorded")), *Mood.choices],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(
        self,
        data: Any = None,
        *,
        infants: list[Any],
        record: CareRecord | None = None,
        added_up: Collection[str] = (),
        **kwargs: Any,
    ) -> None:
        """``added_up``: the fields that what was noted by the hour fills; they are not asked here."""
        super().__init__(data, initial=care_as_typed(record) | kwargs.pop("initial", {}), **kwargs)
        self.infants = infants
        for number, infant in enumerate(infants, start=1):
            who = {"name": infant.name or _("Baby %(number)s") % {"number": number}}
            self.fields[f"weight_{infant.pk}"] = GramsField(label=_("%(name)s: weight, g") % who)
            self.fields[f"temperature_{infant.pk}"] = TemperatureField(label=_("%(name)s: temperature") % who)
            self.fields[f"feeding_{infant.pk}"] = forms.ChoiceField(
                label=_("%(name)s: feeding") % who,
                required=False,
                choices=[("", _("not recorded")), *Feeding.choices],
                widget=forms.RadioSelect,
            )
            self.fields[f"feeds_{infant.pk}"] = forms.IntegerField(
                label=_("%(name)s: feeds a day") % who, required=False, min_value=0, max_value=MOST_FEEDS
            )
            self.fields[f"milk_{infant.pk}"] = forms.IntegerField(
                label=_("%(name)s: milk from the bottle a day, ml") % who,
                required=False,
                min_value=0,
                max_value=MOST_MILK_ML,
            )
            self.fields[f"note_{infant.pk}"] = forms.CharField(
                label=_("%(name)s: note") % who, required=False, max_length=400
            )
        for name in added_up:
            self.fields.pop(name, None)

    @property
    def values(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        mother = {name: cleaned[name] for name in ("sleep_hours", "breast", "mood", "note") if name in cleaned}
        why = self.cleaned_data.get("corrected_because", "")
        return {"mother": MotherFacts(**mother), "infants": self._of_infants(), "corrected_because": why}

    def _of_infants(self) -> dict[int, InfantFacts]:
        cleaned = self.cleaned_data
        return {
            infant.pk: InfantFacts(
                weight_grams=cleaned.get(f"weight_{infant.pk}"),
                temperature=cleaned.get(f"temperature_{infant.pk}"),
                feeding=cleaned.get(f"feeding_{infant.pk}", ""),
                feeds=cleaned.get(f"feeds_{infant.pk}"),
                milk_ml=cleaned.get(f"milk_{infant.pk}"),
                note=cleaned[f"note_{infant.pk}"],
            )
            for infant in self.infants
        }


class HandoverForm(EditForm):
    """For the next shift: what stands, to be written on or anew; sent empty, it is done with."""

    text = forms.CharField(
        label=_("For the next shift"),
        help_text=_("It begins with what stands. What is done with can be taken out; earlier notes are kept."),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class SaleForm(OperationForm):
    """An option that the facility sold."""

    option = forms.ModelChoiceField(FacilityOption.objects.none(), label=_("What"), empty_label=_("Choose"))
    amount = forms.IntegerField(label=_("Yen, paid to the facility"), min_value=0, max_value=100_000)

    def __init__(self, *args: Any, facility: Facility, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        option = self.fields["option"]
        assert isinstance(option, forms.ModelChoiceField)
        option.queryset = FacilityOption.objects.filter(facility=facility, period__contains=today)


# How the form calls what an infant's day adds up to.
OF_INFANT = {
    "weight_grams": "weight",
    "temperature": "temperature",
    "feeding": "feeding",
    "feeds": "feeds",
    "milk_ml": "milk",
}


def added_up(sums: DaySums) -> list[str]:
    """Return the fields of the form that what was noted by the hour fills."""
    names = [name for name in filled(sums.mother) if name in CareForm.base_fields]
    for infant in sums.infants:
        names += [f"{OF_INFANT[name]}_{infant}" for name in filled_of(sums, infant) if name in OF_INFANT]
    return names


def care_as_typed(record: CareRecord | None, leave_out: Collection[str] = ()) -> dict[str, Any]:
    """What a care record holds, by the names of the form's fields."""
    if record is None:
        return {}
    known: dict[str, Any] = {name: getattr(record, name) for name in ("sleep_hours", "breast", "mood", "note")}
    for row in record.infants.all():
        pk = row.infant_id
        known |= {f"weight_{pk}": row.weight_grams, f"temperature_{pk}": row.temperature}
        known |= {f"feeding_{pk}": row.feeding, f"feeds_{pk}": row.feeds, f"note_{pk}": row.note}
        known[f"milk_{pk}"] = row.milk_ml
    return {name: value for name, value in known.items() if name not in leave_out}
