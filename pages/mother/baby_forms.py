"""The babies of one birth as a mother fills them in, each its own; and the report of a birth."""

import hashlib
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from enrollment.applications.application_data import (
    MOST_INFANTS,
    InfantStated,
    born_apart_sentence,
    doubts_in_words,
    refuse_impossible_infants,
)
from enrollment.applications.fields import KanaField, NameField
from enrollment.plausible import GESTATION_DAYS, born_apart
from sankecare.errors import NotPossible
from sankecare.forms import UNTIL_TODAY, Bounds, DatePartsField, DayField, OperationForm

from .how_born_fields import how_born_fields, how_born_stated

WEEK = 7
# No service takes a child of two: an earlier year is a slip of the hand.
BORN = Bounds(back=timedelta(days=2 * 366), ahead=timedelta(0))
HOW_MANY = (
    ("1", _("One")),
    ("2", _("Two (twins)")),
    ("3", _("Three (triplets)")),
    ("4", _("Four")),
    ("5", _("Five")),
    ("6", _("Six")),
)
assert len(HOW_MANY) == MOST_INFANTS


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
    # What she was asked again and said is right (``doubts_key``); another doubt is asked anew.
    checked = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    doubts_key = ""

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

        fields = {
            "birth_date": DatePartsField(label=label(now_("Date of birth")), bounds=BORN),
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
            **how_born_fields(label),
            "discharged_on": DayField(
                label=label(now_("Left hospital on")),
                required=False,
                bounds=UNTIL_TODAY,
                help_text=_("Leave it empty if your baby is still in hospital, or if you do not know."),
            ),
            "long_hospital_stay": forms.BooleanField(
                label=label(now_("Stayed in hospital longer than usual (or is there still)")), required=False
            ),
            "rolls_over_since": DayField(
                label=label(now_("Rolls over actively, since")),
                required=False,
                bounds=UNTIL_TODAY,
                help_text=_("Only if your baby turns over again and again by itself."),
            ),
        }
        # 39 weeks 2 days stand in one row (templates/mother/babies.html).
        fields["gestation_weeks"].opens_pair = fields["gestation_days"].closes_pair = True  # type: ignore[attr-defined]
        return fields

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
                self._check(number, infant, self.due_date_of(values))
        stated = self._all_stated(values)
        apart = born_apart([infant.birth_date for infant in stated])
        if apart is not None and len(stated) == self.count:
            self.add_error(f"infant_{apart}_birth_date", born_apart_sentence(stated[apart].birth_date))
        if not self.errors:
            self._ask_again(values)
        return values

    def _ask_again(self, given: Mapping[str, Any]) -> None:
        """What is mostly a slip is taken once she says that it is right."""
        doubts = doubts_in_words(self._all_stated(given), self.due_date_of(given), timezone.localdate())
        if not doubts:
            return
        self.doubts_key = hashlib.sha256(repr(doubts).encode()).hexdigest()[:16]
        if given.get("checked") != self.doubts_key:
            for name, sentence in doubts:
                self.add_error(self.field_of(name), sentence)

    def due_date_of(self, given: Mapping[str, Any]) -> date | None:
        """Return the due date that the babies are looked at with."""
        return given.get("due_date")

    @property
    def is_checked(self) -> bool:
        """Whether something was asked again, and she said that it is right. Of a valid form alone."""
        return bool(self.doubts_key)

    def _check(self, number: int, infant: InfantStated, due_date: date | None) -> None:
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
        return self._all_stated(self.cleaned_data)

    def _all_stated(self, given: Mapping[str, Any]) -> list[InfantStated]:
        stated = (self._stated(number, given) for number in range(self.count))
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
            **how_born_stated(of),
        )

    def field_of(self, name: str) -> str:
        if name == "infants":
            return "babies"
        if name.startswith("infants."):
            _infants, number, field = name.split(".")
            return f"infant_{number}_{'gestation_weeks' if field == 'gestation_days' else field}"
        return name


class BirthForm(BabiesForm):
    """The report of a birth; one baby unless told. ``due_date``: known from the application."""

    def __init__(self, *args: Any, due_date: date | None = None, **kwargs: Any) -> None:
        self.due_date = due_date
        super().__init__(*args, **{"initial": {"babies": "1", "shown": 1}} | kwargs)

    def due_date_of(self, given: Mapping[str, Any]) -> date | None:
        return self.due_date


def _number(value: Any) -> int | None:
    """How many babies a value says, or None where it says no number that can be."""
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) == 1 and int(text) <= MOST_INFANTS else None
