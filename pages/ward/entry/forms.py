"""代行入力: the whole application on one page, in the order of the paper form and in the ward's voice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from enrollment.applications.application_data import MOST_INFANTS, MOST_SIBLINGS, StatedApplication
from enrollment.applications.duplicates import Proposed, place_of
from enrollment.applications.enter import Entered, Scan
from enrollment.models import Channel, EvidenceKind, Family, Registration, WordsFrom
from enrollment.one_birth import BirthDays
from pages.mother.baby_forms import BORN, BabiesForm
from pages.mother.screens import AboutYouScreen, ChildrenScreen, NeedScreen
from pages.mother.step_forms import DUE, BabiesStep, ConsentStep, HealthStep, SiblingStep
from sankecare.errors import NotPossible
from sankecare.forms import UNTIL_TODAY, YEAR, Bounds

from .day_fields import WrittenDayField
from .scan_fields import ScansField
from .ward_words import BABY_WORDS, HELP_OF_FAMILY, NOT_AGREED, SIBLING_WORDS, WARD_WORDS

NEW_FAMILY = "new"
# A paper older than a year is no application of today (own default).
RECEIVED = Bounds(back=YEAR, ahead=timedelta(0))
# A year without its era is read by these: the newest era in which the day can be.
MOTHER_BORN = Bounds(back=70 * YEAR, ahead=-9 * YEAR)
SIBLING_BORN = Bounds(back=8 * YEAR, ahead=timedelta(0))
MOVES_IN = Bounds(back=YEAR, ahead=YEAR)
# Rows for babies that stand open: twins need no touch more.
OPEN_ROWS = 2
# What stands in a baby's row on the paper; the rest folds away.
IN_ROW = ("name", "name_kana", "birth_date", "gestation_weeks", "gestation_days", "birth_weight_grams")
# Her words stay as she wrote them, spaces at the ends too.
VERBATIM = ("worries", "support", "mother_health", "infant_health")
# By which fields a family that is known already is looked for while one types.
KNOWN_BY = ("mother_name_kana", "mother_birth_date", "phone")
SCANS: Mapping[str, EvidenceKind] = {
    "scan_form": EvidenceKind.FORM,
    "scan_tax": EvidenceKind.TAX,
    "scan_birth": EvidenceKind.BIRTH,
    "scan_other": EvidenceKind.OTHER,
}
WORDS_BY_CHANNEL = {
    Channel.PAPER: WordsFrom.OWN,
    Channel.COUNTER: WordsFrom.OWN,
    Channel.PHONE: WordsFrom.HEARD,
}


@dataclass(frozen=True)
class BabyRow:
    """A baby's fields as the paper has them, and those that fold away: open where one is filled in or wrong."""

    number: int
    fields: Sequence[forms.BoundField]
    more: Sequence[forms.BoundField]
    is_open: bool


class EntryForm(AboutYouScreen, ChildrenScreen, NeedScreen, ConsentStep):  # type: ignore[misc]  # field_order
    """An application as it came on paper, by telephone or at the counter.

    How many babies there are follows from the rows that are filled in. ``returned``: the application that is
    corrected; how it came in stays. ``sign_in_address``: hers, which no application changes.
    """

    states: tuple[str, ...] = (
        *AboutYouScreen.states,
        *BabiesStep.states,
        *HealthStep.states,
        *ConsentStep.states,
        "received_on",
    )

    channel = forms.ChoiceField(
        label=_("How did it come in?"),
        choices=[(one.value, one.label) for one in (Channel.PAPER, Channel.PHONE, Channel.COUNTER)],
        widget=forms.RadioSelect,
    )
    received_on = WrittenDayField(
        label=_("Received on"),
        bounds=RECEIVED,
        help_text=_("The day on which the paper or the call came in: it is the day of the application."),
    )
    family = forms.CharField(
        label=_("Is it one of these families?"), required=False, max_length=20, widget=forms.HiddenInput
    )
    words_from = forms.ChoiceField(
        label=_("Whose words are these?"),
        choices=WordsFrom.choices,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("Left open: her own on paper and at the counter, taken down of a call."),
    )
    scan_form = ScansField(label=_("The application form itself"))
    scan_tax = ScansField(label=_("Certificate of the tax or of public assistance"))
    scan_birth = ScansField(label=_("Mother and child handbook (page of the birth)"))
    scan_other = ScansField(label=_("Other papers"))

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        known: Mapping[str, Any] | None = None,
        returned: Registration | None = None,
        sign_in_address: str = "",
    ) -> None:
        if data is not None:
            data = data.copy()
            data["babies"] = data["shown"] = str(_rows_filled(data))
        super().__init__(data, files, initial=_before_anything() | dict(known or {}))
        self.returned = returned
        for number in range(self.count, MOST_INFANTS):
            for name, field in self._infant(number).items():
                field.required = False
                self.fields[f"infant_{number}_{name}"] = field
        self._take_days_in_one_piece()
        self._say_in_the_wards_voice()
        if returned is not None:
            del self.fields["channel"]
        if sign_in_address:
            self.show_address_of_sign_in(sign_in_address)
        self._bound_fields_cache.clear()  # type: ignore[attr-defined]  # some were made with the mother's words

    def _take_days_in_one_piece(self) -> None:
        self.fields["mother_birth_date"] = WrittenDayField(bounds=MOTHER_BORN)
        self.fields["moves_in_on"] = WrittenDayField(bounds=MOVES_IN, required=False)
        self.fields["due_date"] = WrittenDayField(bounds=DUE, required=False)
        for number in range(MOST_SIBLINGS):
            self.fields[f"sibling_{number}_birth_date"] = WrittenDayField(bounds=SIBLING_BORN, required=False)

    def _say_in_the_wards_voice(self) -> None:
        for name, (label, hint) in WARD_WORDS.items():
            self.fields[name].label, self.fields[name].help_text = str(label), str(hint)
        for number in range(MOST_SIBLINGS):
            for name, words in SIBLING_WORDS.items():
                self.fields[f"sibling_{number}_{name}"].label = _of_row(number, words)
        for name in self.texts:
            self.fields[name].error_messages["required"] = NOT_AGREED
        for name in VERBATIM:
            self.fields[name].strip = False  # type: ignore[attr-defined]  # a text
            self.fields[name].widget.attrs["rows"] = 3
        self.fields["without_kana"].widget = forms.CheckboxInput()
        self.fields["babies"].widget = forms.HiddenInput()
        lacks_support = self.fields["lacks_support"]
        assert isinstance(lacks_support, forms.ChoiceField)
        lacks_support.choices = HELP_OF_FAMILY

    def _infant(self, number: int) -> dict[str, forms.Field]:
        fields = super()._infant(number) | {
            "birth_date": WrittenDayField(bounds=BORN),
            "discharged_on": WrittenDayField(bounds=UNTIL_TODAY, required=False),
            "rolls_over_since": WrittenDayField(bounds=UNTIL_TODAY, required=False),
        }
        for name, words in BABY_WORDS.items():
            fields[name].label, fields[name].help_text = _of_row(number, words), ""
        return fields

    @property
    def applied_on(self) -> date:
        try:
            day = self.fields["received_on"].clean(self["received_on"].value())
        except ValidationError:
            day = None
        return day or timezone.localdate()

    @property
    def rows(self) -> list[BabyRow]:
        """The babies' rows, those beyond the filled ones empty."""
        found = []
        for number in range(MOST_INFANTS):
            asked = [name for name in self.fields if name.startswith(f"infant_{number}_")]
            more = [self[name] for name in asked if name.removeprefix(f"infant_{number}_") not in IN_ROW]
            is_open = any(bound.value() not in (None, "", False) or bound.errors for bound in more)
            found.append(BabyRow(number + 1, [self[f"infant_{number}_{name}"] for name in IN_ROW], more, is_open))
        return found

    @property
    def open_rows(self) -> list[BabyRow]:
        """The rows that stand open."""
        return self.rows[: max(OPEN_ROWS, self.count)]

    @property
    def folded_rows(self) -> list[BabyRow]:
        """The rows for a third baby and more."""
        return self.rows[max(OPEN_ROWS, self.count) :]

    @property
    def consents(self) -> list[forms.BoundField]:
        """What she agreed to, text by text."""
        return [self[name] for name in self.texts]

    @property
    def scans(self) -> list[forms.BoundField]:
        """The papers that came along, by what they are."""
        return [self[name] for name in SCANS]

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        for name in VERBATIM:
            values[name] = values.get(name, "") if values.get(name, "").strip() else ""
        return values

    def stated(self) -> dict[str, Any]:
        channel = Channel(self.returned.channel if self.returned else self.cleaned_data["channel"])
        chosen = self.cleaned_data["words_from"]
        words_from = WordsFrom(chosen) if chosen else WORDS_BY_CHANNEL.get(channel)
        return super().stated() | {"channel": channel, "words_from": words_from}

    @property
    def values(self) -> dict[str, Any]:
        welfare = self.cleaned_data["tax_class"] == "welfare"
        kinds = {**SCANS, "scan_tax": EvidenceKind.WELFARE if welfare else EvidenceKind.TAX}
        scans = [Scan(kind, upload, name) for name, kind in kinds.items() for upload in self.cleaned_data[name]]
        return {"entered": Entered(StatedApplication(**self.stated()), scans)}

    def field_of(self, name: str) -> str:
        """Return which field asks for what an operation names; each part of the form knows its own."""
        if name == "consents":
            return ConsentStep.field_of(self, name)
        if name.startswith("siblings."):
            return SiblingStep.field_of(self, name)
        return BabiesForm.field_of(self, name)

    def known_so_far(self) -> dict[str, Any]:
        """Return by what a family is looked for that the ward knows already, as far as it is typed and right."""
        given = self.cleaned_data
        town = given.get("town") if not given.get("confidential") else None
        born = [infant.birth_date for infant in self._all_stated(given)]
        is_known = bool(born or given.get("due_date"))
        return {
            "kana": given.get("mother_name_kana") or "",
            "birth_date": given.get("mother_birth_date"),
            "phone": given.get("phone") or "",
            "place": place_of(town.pk if town else None, given.get("chome"), given.get("block")),
            "births": [BirthDays(given.get("due_date"), born)] if is_known else [],
        }

    def chosen_of(self, proposed: Sequence[Proposed]) -> Family | None:
        """Return whose application it is of those that it may come from; None: another family's.

        Errors: NotPossible ``perhaps_known`` where it was not said.
        """
        chosen = str(self.cleaned_data.get("family", ""))
        if not proposed or chosen == NEW_FAMILY:
            return None
        families = {str(row.family.pk): row.family for row in proposed}
        if chosen not in families:
            sentence = now_("The ward may know this family already. Please look, and choose; nothing is entered yet.")
            raise NotPossible("perhaps_known", sentence, {"family": sentence})
        return families[chosen]


def _before_anything() -> dict[str, Any]:
    """What is mostly so; of her need nothing is filled in beforehand."""
    return {
        "channel": Channel.PAPER.value,
        "received_on": timezone.localdate(),
        "mother_in_ward": True,
        "infant_in_ward": True,
        "babies": "0",
        "shown": 0,
    }


def _of_row(number: int, words: Any) -> Any:
    """The label of a field in a row: from the second on with its number."""
    return words if number == 0 else now_("No. %(number)d: %(words)s") % {"number": number + 1, "words": words}


def _rows_filled(data: Any) -> int:
    """How many rows of babies there are, down to the last one in which anything is typed."""
    filled = 0
    for number in range(MOST_INFANTS):
        names = [name for name in data if name.startswith(f"infant_{number}_")]
        if any(text.strip() for name in names for text in data.getlist(name)):
            filled = number + 1
    return filled
