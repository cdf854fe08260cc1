"""The application on few screens: what belongs together stands on one, and is saved as one."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from enrollment.models import EvidenceKind
from sankecare.forms import DatePartsField, OperationForm, PaperInput

from .step_forms import BabiesStep, HealthStep, HomeStep, HouseholdStep, MotherStep, SiblingStep, StepForm


class AboutYouScreen(MotherStep, HomeStep):
    """Who she is and where she lives."""

    states = (*MotherStep.states, *HomeStep.states)
    field_order = (*MotherStep.states, *HomeStep.states)


class ChildrenScreen(BabiesStep, SiblingStep):
    """The babies, and an older child who may come along."""


class NeedScreen(HealthStep, HouseholdStep):
    """How she is, what help she has, and the household's tax class with its papers."""

    field_order = (*HealthStep.base_fields, "tax_class")


class ScreenPapersForm(OperationForm):
    """Photographs that are sent from the same screen; more of them on the page of papers."""

    paper_tax = forms.FileField(
        label=_("Certificate of the household's tax, or of public assistance"),
        required=False,
        widget=PaperInput(),
        allow_empty_file=True,  # said in our own words
        help_text=_("If nobody pays the tax. A photograph will do. You can also send it later."),
    )
    paper_birth = forms.FileField(
        label=_("Mother and child handbook (page of the birth)"),
        required=False,
        widget=PaperInput(),
        allow_empty_file=True,
        help_text=_("A photograph will do. Cover a My Number if there is one."),
    )

    def kind_of(self, name: str, tax_class: str) -> EvidenceKind:
        """Which paper a field holds, by the class that she states."""
        if name == "paper_birth":
            return EvidenceKind.BIRTH
        return EvidenceKind.WELFARE if tax_class == "welfare" else EvidenceKind.TAX

    def field_of(self, name: str) -> str:
        """A refusal names ``file``: it is put beside the field that is being kept."""
        return self.keeping if name == "file" else name

    keeping = "paper_tax"


class HiddenDateParts(forms.MultiWidget):
    """A date that was answered elsewhere, sent along unseen."""

    def __init__(self) -> None:
        super().__init__([forms.HiddenInput() for _part in range(4)])

    def decompress(self, value: Any) -> list[Any]:
        return [value.year, value.month, value.day, ""] if value else ["", "", "", ""]


def take_along(form: StepForm, names: Collection[str]) -> list[str]:
    """Hide the fields that were answered in the check, where they are right; return which."""
    along = [name for name in names if name in form.fields and _is_answered(form, name)]
    for name in along:
        field = form.fields[name]
        field.widget = HiddenDateParts() if isinstance(field, DatePartsField) else forms.HiddenInput()
    return along


def _is_answered(form: StepForm, name: str) -> bool:
    value = form[name].value()
    return name not in form.errors and (any(value) if isinstance(value, list) else value not in (None, "", False))
