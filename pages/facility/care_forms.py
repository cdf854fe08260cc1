"""What midwives fill in: large fields, numbers with their unit, nothing that must be typed twice."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from care.models import Breast, CareRecord, Feeding, Mood
from care.observations import EPDS_MOST, ITEM_10_MOST, MOST_FEEDS, TEMPERATURE, WEIGHT_GRAMS
from care.records import CheckInFacts, InfantFacts, MotherFacts
from facilities.models import Facility, FacilityOption
from sankecare.edits.forms import EditForm
from sankecare.forms import UNTIL_TODAY, DayField, OperationForm, moment_said


def _temperature(label: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=False,
        min_value=TEMPERATURE[0],
        max_value=TEMPERATURE[1],
        max_digits=3,
        decimal_places=1,
        help_text=_("°C, such as 36.7"),
    )


class CheckInForm(EditForm):
    """Looked at on arrival."""

    mother_temperature = _temperature(_("Mother’s temperature"))
    infant_temperature = _temperature(_("Baby’s temperature (of several the highest)"))
    fever_decision = forms.CharField(
        label=_("With a fever: what was decided"), required=False, max_length=200, widget=forms.TextInput
    )
    residence_confirmed = forms.BooleanField(
        label=_("Lives in the ward: seen on a document"),
        error_messages={"required": _("Please look at a document with the address, and tick it.")},
    )
    food = forms.CharField(label=_("Allergies and food"), required=False, max_length=200)

    @property
    def values(self) -> dict[str, Any]:
        facts = {name: self.cleaned_data[name] for name in CheckInForm.base_fields}
        why = self.cleaned_data.get("corrected_because", "")
        return {
            "facts": CheckInFacts(**facts),
            "corrected_because": why,
            "happened_at": moment_said(self, "happened_at"),
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

    def __init__(self, data: Any = None, *, infants: list[Any], record: CareRecord | None = None) -> None:
        super().__init__(data, initial=care_as_typed(record))
        self.infants = infants
        for number, infant in enumerate(infants, start=1):
            who = {"name": infant.name or _("Baby %(number)s") % {"number": number}}
            self.fields[f"weight_{infant.pk}"] = forms.IntegerField(
                label=_("%(name)s: weight, g") % who,
                required=False,
                min_value=WEIGHT_GRAMS[0],
                max_value=WEIGHT_GRAMS[1],
            )
            self.fields[f"temperature_{infant.pk}"] = _temperature(_("%(name)s: temperature") % who)
            self.fields[f"feeding_{infant.pk}"] = forms.ChoiceField(
                label=_("%(name)s: feeding") % who,
                required=False,
                choices=[("", _("not recorded")), *Feeding.choices],
                widget=forms.RadioSelect,
            )
            self.fields[f"feeds_{infant.pk}"] = forms.IntegerField(
                label=_("%(name)s: feeds a day") % who, required=False, min_value=0, max_value=MOST_FEEDS
            )
            self.fields[f"note_{infant.pk}"] = forms.CharField(
                label=_("%(name)s: note") % who, required=False, max_length=400
            )

    @property
    def values(self) -> dict[str, Any]:
        mother = {name: self.cleaned_data[name] for name in ("sleep_hours", "breast", "mood", "note")}
        why = self.cleaned_data.get("corrected_because", "")
        return {"mother": MotherFacts(**mother), "infants": self._of_infants(), "corrected_because": why}

    def _of_infants(self) -> dict[int, InfantFacts]:
        cleaned = self.cleaned_data
        return {
            infant.pk: InfantFacts(
                weight_grams=cleaned[f"weight_{infant.pk}"],
                temperature=cleaned[f"temperature_{infant.pk}"],
                feeding=cleaned[f"feeding_{infant.pk}"],
                feeds=cleaned[f"feeds_{infant.pk}"],
                note=cleaned[f"note_{infant.pk}"],
            )
            for infant in self.infants
        }


class AssessmentForm(OperationForm):
    """EPDS: the scores alone; the sheet itself is filled in on paper."""

    assessed_on = DayField(label=_("Day"), bounds=UNTIL_TODAY)
    total = forms.IntegerField(label=_("Total (0 to 30)"), min_value=0, max_value=EPDS_MOST)
    item_10 = forms.IntegerField(label=_("Item 10 (0 to 3)"), min_value=0, max_value=ITEM_10_MOST)


class DismissalForm(OperationForm):
    """Why no follow-up request is raised, though the scores propose one."""

    reason = forms.CharField(label=_("Why none is raised"), max_length=400, widget=forms.Textarea(attrs={"rows": 3}))


class HandoverForm(OperationForm):
    """For the next shift."""

    text = forms.CharField(label=_("For the next shift"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class SaleForm(OperationForm):
    """An option that the facility sold."""

    option = forms.ModelChoiceField(FacilityOption.objects.none(), label=_("What"), empty_label=_("Choose"))
    amount = forms.IntegerField(label=_("Yen, paid to the facility"), min_value=0, max_value=100_000)

    def __init__(self, *args: Any, facility: Facility, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        option = self.fields["option"]
        assert isinstance(option, forms.ModelChoiceField)
        option.queryset = FacilityOption.objects.filter(facility=facility, period__contains=today)


def care_as_typed(record: CareRecord | None) -> dict[str, Any]:
    """What a care record holds, by the names of the form's fields."""
    if record is None:
        return {}
    known: dict[str, Any] = {name: getattr(record, name) for name in ("sleep_hours", "breast", "mood", "note")}
    for row in record.infants.all():
        pk = row.infant_id
        known |= {f"weight_{pk}": row.weight_grams, f"temperature_{pk}": row.temperature}
        known |= {f"feeding_{pk}": row.feeding, f"feeds_{pk}": row.feeds, f"note_{pk}": row.note}
    return known
