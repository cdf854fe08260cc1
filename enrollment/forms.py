"""The application (利用登録申請) and the report of a birth, as a mother fills them in."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from facilities.models import Town
from sankecare.forms import DatePartsField, DayInput

from .models import Family, Infant, Registration, TaxClass
from .stated import GESTATION_DAYS, InfantStated, SiblingStated, StatedApplication

YES_NO = (("yes", _("Yes")), ("no", _("No")))
MOST_BABIES = 3
WEEK = 7


class YesNoField(forms.ChoiceField):
    """A question with yes and no, neither chosen beforehand; gives a bool."""

    widget = forms.RadioSelect

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=YES_NO, **kwargs)

    def clean(self, value: Any) -> bool:
        return bool(super().clean(value) == "yes")

    def prepare_value(self, value: Any) -> Any:
        return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value


class NameField(forms.CharField):
    """A name: every character as typed, spaces included."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strip=False, **kwargs)

    def clean(self, value: Any) -> str:
        name = str(super().clean(value))
        if self.required and not name.strip():
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return name if name.strip() else ""


class BabiesForm(forms.Form):
    """Up to three babies of one birth."""

    baby_name = NameField(label=_("Your baby's name"), required=False, max_length=80)
    birth_date = DatePartsField(
        label=_("Your baby's date of birth"), required=False, help_text=_("Not born yet? Leave it empty.")
    )
    baby_name_2 = NameField(label=_("Second baby's name"), required=False, max_length=80)
    birth_date_2 = DatePartsField(label=_("Second baby (twins)"), required=False)
    baby_name_3 = NameField(label=_("Third baby's name"), required=False, max_length=80)
    birth_date_3 = DatePartsField(label=_("Third baby (triplets)"), required=False)
    gestation_weeks = forms.IntegerField(
        label=_("Weeks of pregnancy at birth"),
        required=False,
        min_value=GESTATION_DAYS.start // WEEK,
        max_value=GESTATION_DAYS.stop // WEEK,
        help_text=_("Only if born before 37 weeks."),
    )
    long_hospital_stay = forms.BooleanField(label=_("My baby stayed in hospital longer than usual"), required=False)
    rolls_over_since = forms.DateField(
        label=_("My baby rolls over actively, since"), required=False, widget=DayInput, help_text=_("Only if so.")
    )

    @property
    def infants(self) -> list[InfantStated]:
        """The babies that have a date of birth."""
        given = self.cleaned_data
        weeks = given["gestation_weeks"]
        return [
            InfantStated(
                birth_date=given[f"birth_date{number}"],
                name=given[f"baby_name{number}"],
                gestation_days=weeks * WEEK if weeks else None,
                long_hospital_stay=given["long_hospital_stay"],
                rolls_over_since=given["rolls_over_since"],
            )
            for number in ("", "_2", "_3")
            if given[f"birth_date{number}"]
        ]

    def add_refusal(self, fields: Mapping[str, str], detail: str) -> None:
        """Put an operation's refusal beside the fields that it names."""
        placed = False
        for name, sentence in fields.items():
            field = self._field_of(name)
            if field in self.fields:
                self.add_error(field, sentence)
                placed = True
        if not placed:
            self.add_error(None, detail)

    @staticmethod
    def _field_of(name: str) -> str:
        """``infants.1.birth_date`` is the second baby's; what else an infant has is asked once for all."""
        if name == "infants":
            return "birth_date"
        if name.startswith("infants."):
            _infants, number, field = name.split(".")
            return field + (f"_{int(number) + 1}" if field == "birth_date" and number != "0" else "")
        return name


class BirthForm(BabiesForm):
    """The report of a birth: the first baby's date of birth is asked for."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["birth_date"].required = True
        self.fields["birth_date"].help_text = ""


class ApplicationForm(BabiesForm):
    """Everything that the ward needs to decide, on one page."""

    mother_name = NameField(
        label=_("Your name"), max_length=80, help_text=_("As in your family register: every character is kept.")
    )
    mother_name_kana = forms.CharField(label=_("Your name in kana"), max_length=120)
    mother_birth_date = DatePartsField(label=_("Your date of birth"))
    phone = forms.CharField(
        label=_("Telephone"), max_length=20, widget=forms.TextInput({"type": "tel", "autocomplete": "tel"})
    )
    email = forms.EmailField(label=_("E-mail"), required=False, widget=forms.EmailInput({"autocomplete": "email"}))
    town = forms.ModelChoiceField(Town.objects.all(), label=_("Town"), empty_label=_("Choose"))
    chome = forms.IntegerField(label=_("Chome"), required=False, min_value=1, max_value=99)
    block = forms.IntegerField(label=_("Block (ban)"), required=False, min_value=1, max_value=999)
    rest = forms.CharField(label=_("Number and building"), required=False, max_length=120)
    due_date = DatePartsField(label=_("Due date"), required=False)
    mother_in_ward = YesNoField(label=_("Do you live in the ward?"))
    infant_in_ward = YesNoField(label=_("Does your baby live (or will it live) in the ward?"))
    worry = YesNoField(label=_("Are you worried about body, mind or caring for your baby, or tired?"))
    worries = forms.CharField(
        label=_("What worries you"), required=False, max_length=2000, widget=forms.Textarea({"rows": 4})
    )
    lacks_support = YesNoField(
        label=_("Is the help of your family not enough?"),
        help_text=_("“Yes” means: not enough. Grandparents near you are no obstacle."),
    )
    needs_medical_care = YesNoField(label=_("Do you or your baby need medical treatment now?"))
    tax_class = forms.ChoiceField(label=_("Your household"), choices=TaxClass.choices, widget=forms.RadioSelect)
    sibling_name = NameField(label=_("Name of a sibling who may come along"), required=False, max_length=80)
    sibling_birth_date = DatePartsField(label=_("The sibling's date of birth"), required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("sibling_name") and not given.get("sibling_birth_date"):
            self.add_error("sibling_birth_date", _("Please enter the sibling's date of birth."))
        if given.get("sibling_birth_date") and not given.get("sibling_name"):
            self.add_error("sibling_name", _("Please enter the sibling's name."))
        return given

    @property
    def application(self) -> StatedApplication:
        given = self.cleaned_data
        same = {name: given[name] for name in SAME_IN_BOTH}
        sibling = None
        if given["sibling_birth_date"]:
            sibling = SiblingStated(given["sibling_name"], given["sibling_birth_date"])
        return StatedApplication(**same, tax_class=TaxClass(given["tax_class"]), infants=self.infants, sibling=sibling)


SAME_IN_BOTH = (
    "mother_name",
    "mother_name_kana",
    "mother_birth_date",
    "phone",
    "email",
    "town",
    "chome",
    "block",
    "rest",
    "due_date",
    "mother_in_ward",
    "infant_in_ward",
    "worry",
    "worries",
    "lacks_support",
    "needs_medical_care",
)


def filled_in(family: Family, registration: Registration | None, today: date) -> dict[str, Any]:
    """Return what is known already: of the family, and of the application that is to be corrected."""
    known: dict[str, Any] = {
        name: getattr(family, name)
        for name in ("mother_name", "mother_name_kana", "mother_birth_date", "phone", "email")
    }
    residence = family.residences.filter(period__contains=today).first()
    if residence:
        known |= {name: getattr(residence, name) for name in ("town", "chome", "block", "rest")}
    tax_class = family.tax_classes.filter(period__contains=today).first()
    if tax_class:
        known["tax_class"] = tax_class.tax_class
    if registration:
        facts = ("mother_in_ward", "infant_in_ward", "worry", "worries", "lacks_support", "needs_medical_care")
        known |= {name: getattr(registration, name) for name in facts}
        known["due_date"] = registration.birth.due_date
        known |= _babies(list(registration.birth.infants.all()[:MOST_BABIES]))
        sibling = family.siblings.last()
        if sibling:
            known |= {"sibling_name": sibling.name, "sibling_birth_date": sibling.birth_date}
    return known


def _babies(infants: list[Infant]) -> dict[str, Any]:
    known: dict[str, Any] = {}
    for number, infant in zip(("", "_2", "_3"), infants, strict=False):
        known |= {f"baby_name{number}": infant.name, f"birth_date{number}": infant.birth_date}
        known["gestation_weeks"] = infant.gestation_days // WEEK if infant.gestation_days else None
        known["long_hospital_stay"] = infant.long_hospital_stay
        known["rolls_over_since"] = infant.rolls_over_since
    return known
