"""The babies of one birth as a mother fills them in, each its own; and the report of a birth."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from enrollment.applications.application_data import (
    GESTATION_DAYS,
    MOST_INFANTS,
    InfantStated,
    refuse_impossible_infants,
)
from enrollment.applications.fields import KanaField, NameField
from sankecare.errors import NotPossible
from sankecare.forms import DatePartsField, DayInput, OperationForm

WEEK = 7
# No service takes a child of two: an earlier year is a slip of the hand.
OLDEST_DAYS = 2 * 366
HOW_MANY = (
    ("1", _("One")),
    ("2", _("Two (twins)")),
    ("3", _("Three (triplets)")),
    *((str(number), str(number)) for number in range(4, MOST_INFANTS + 1)),
)


class UnfinishedForm(OperationForm):
    """A form that comes back before she is done with it."""

    def forgive_missing(self) -> None:
        """Say nothing yet of what is not filled in: she is not done. What was typed is still checked."""
        for name, errors in self.errors.as_data().items():
            if all(error.code == "required" for error in errors):
                del self.errors[name]


def missing(sentence: Any) -> forms.ValidationError:
    """An error that says that something is not filled in: held back while she is not done."""
    return forms.ValidationError(sentence, code="required")


class BabiesForm(UnfinishedForm):
    """As many babies as were chosen, each with its own fields: ``infant_0_birth_date`` …

    ``shown``: for how many the page had fields. Where more were chosen than shown, ``asks_for_more``: the page
    comes back with their fields before anything is called missing.
    """

    babies = forms.ChoiceField(
        label=_("How many babies were born?"),
        choices=HOW_MANY,
        error_messages={"invalid_choice": _("Up to six babies of one birth can be entered. Please ask the ward.")},
    )
    shown = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shown_before = _number(self["shown"].value()) or 0
        chosen = _number(self["babies"].value())
        # Where the number cannot be, the babies that were typed stay on the page.
        self.count = self.shown_before if chosen is None else chosen
        for number in range(self.count):
            self.fields.update({f"infant_{number}_{name}": field for name, field in self._infant(number).items()})

    def _infant(self, number: int) -> dict[str, forms.Field]:
        def label(words: str) -> str:
            return (
                words
                if self.count == 1
                else now_("Baby %(number)d: %(words)s") % {"number": number + 1, "words": words}
            )

        return {
            "birth_date": DatePartsField(label=label(now_("Date of birth"))),
            "name": NameField(label=label(now_("Baby's name")), required=False, help_text=_("If it has one already.")),
            "name_kana": KanaField(label=label(now_("Baby's name in kana")), required=False),
            "gestation_weeks": forms.IntegerField(
                label=label(now_("Weeks of pregnancy at birth")),
                required=False,
                min_value=GESTATION_DAYS.start // WEEK,
                max_value=GESTATION_DAYS.stop // WEEK,
                help_text=_("As in the mother and child handbook, such as 39 weeks and 2 days."),
            ),
            "gestation_days": forms.IntegerField(
                label=label(now_("and days")), required=False, min_value=0, max_value=WEEK - 1
            ),
            "discharged_on": forms.DateField(label=label(now_("Left hospital on")), required=False, widget=DayInput),
            "long_hospital_stay": forms.BooleanField(
                label=label(now_("Stayed in hospital longer than usual (or is there still)")), required=False
            ),
            "rolls_over_since": forms.DateField(
                label=label(now_("Rolls over actively, since")),
                required=False,
                widget=DayInput,
                help_text=_("Only if your baby turns over again and again by itself."),
            ),
        }

    @property
    def asks_for_more(self) -> bool:
        """Tell whether babies were chosen for which the page had no fields yet."""
        return self.count > self.shown_before

    @property
    def sections(self) -> list[tuple[int, list[forms.BoundField]]]:
        """The fields of each baby, numbered from 1."""
        return [
            (number + 1, [self[name] for name in self.fields if name.startswith(f"infant_{number}_")])
            for number in range(self.count)
        ]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for number in range(self.count):
            weeks, days = (f"infant_{number}_gestation_{name}" for name in ("weeks", "days"))
            if values.get(days) and not values.get(weeks) and weeks not in self.errors:
                self.add_error(weeks, missing(_("Please enter the weeks too.")))
            if infant := self._stated(number, values):
                self._check(number, infant, values.get("due_date"))
        return values

    def _check(self, number: int, infant: InfantStated, due_date: date | None) -> None:
        if (timezone.localdate() - infant.birth_date).days > OLDEST_DAYS:
            self.add_error(f"infant_{number}_birth_date", _("Please check the year."))
            return
        try:
            refuse_impossible_infants([infant], due_date, timezone.localdate())
        except NotPossible as refused:
            for name, sentence in refused.fields.items():
                field = self.field_of(name.replace("infants.0.", f"infants.{number}."))
                if field in self.fields and sentence not in self.errors.get(field, []):
                    self.add_error(field, sentence)

    @property
    def infants(self) -> list[InfantStated]:
        """The babies as they are stated."""
        stated = (self._stated(number, self.cleaned_data) for number in range(self.count))
        return [infant for infant in stated if infant]

    @staticmethod
    def _stated(number: int, values: Mapping[str, Any]) -> InfantStated | None:
        def of(name: str) -> Any:
            return values.get(f"infant_{number}_{name}")

        if not of("birth_date"):
            return None
        weeks = of("gestation_weeks")
        return InfantStated(
            birth_date=of("birth_date"),
            name=of("name") or "",
            name_kana=of("name_kana") or "",
            gestation_days=weeks * WEEK + (of("gestation_days") or 0) if weeks else None,
            long_hospital_stay=bool(of("long_hospital_stay")),
            discharged_on=of("discharged_on"),
            rolls_over_since=of("rolls_over_since"),
        )

    def field_of(self, name: str) -> str:
        if name == "infants":
            return "babies"
        if name.startswith("infants."):
            _infants, number, field = name.split(".")
            return f"infant_{number}_{'gestation_weeks' if field == 'gestation_days' else field}"
        return name


class BirthForm(BabiesForm):
    """The report of a birth; one baby unless told."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"babies": "1", "shown": 1}} | kwargs)


def _number(value: Any) -> int | None:
    """How many babies a value says, or None where it says no number that can be."""
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) == 1 and int(text) <= MOST_INFANTS else None
