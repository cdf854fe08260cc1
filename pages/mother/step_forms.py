"""The application (利用登録申請) in steps: a form each, and what each states."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from enrollment.applications.application_data import (
    MOST_SIBLINGS,
    SiblingStated,
    refuse_due_date,
    refuse_impossible_age,
    refuse_impossible_siblings,
)
from enrollment.applications.fields import (
    HelpField,
    KanaField,
    KanaIfAnyField,
    NameField,
    PhoneField,
    PostcodeField,
    TownField,
    YesNoField,
)
from enrollment.kana import has_kanji
from enrollment.models import NOT_KNOWN, ConsentText, HeardFrom, TaxClass, WorryTopic
from enrollment.queries import consents_asked
from facilities.models import District
from facilities.queries import district_of_address, town_of_postcode
from pages.booking_forms import TAX_CLASSES_OR_NOT, TAX_EXAMPLE, TAX_QUESTION
from sankecare.email_addresses import PlainEmailField
from sankecare.errors import NotPossible
from sankecare.forms import YEAR, Bounds, DatePartsField, DayField, show_refusal
from sankecare.languages.words import in_her_words

from .baby_forms import HOW_MANY, BabiesForm, UnfinishedForm, missing

NOT_BORN = ("0", _("Not born yet"))
DUE = Bounds(back=3 * YEAR, ahead=YEAR)


class StepForm(UnfinishedForm):
    """One step. ``states``: the fields that the application takes over as they are."""

    states: tuple[str, ...] = ()

    @property
    def applied_on(self) -> date:
        """The day of the application: whether it is too early, and what is agreed to, goes by it."""
        return timezone.localdate()

    def stated(self) -> dict[str, Any]:
        """Return what this step says, as StatedApplication takes it. Of a valid form alone."""
        return {name: self.cleaned_data[name] for name in self.states}


class MotherStep(StepForm):
    """お母さんのこと."""

    states: tuple[str, ...] = (
        "mother_name",
        "mother_name_kana",
        "without_kana",
        "mother_birth_date",
        "phone",
        "email",
    )

    mother_name = NameField(
        label=_("Your name"),
        help_text=_("As in your family register: every character is kept."),
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    mother_name_kana = KanaIfAnyField(
        label=_("Your name in kana"),
        help_text=_("Hiragana or katakana, either will do. A name in letters may do without."),
    )
    # Asked only where a name in kanji came without a reading: a Chinese name may have none.
    without_kana = forms.BooleanField(
        label=_("My name has no reading in kana"), required=False, widget=forms.HiddenInput
    )
    mother_birth_date = DatePartsField(label=_("Your date of birth"))
    phone = PhoneField(label=_("Telephone"), help_text=_("With or without hyphens."))
    email = PlainEmailField(
        label=_("E-mail"),
        required=False,
        help_text=_("We tell you by mail that an answer is there: the mail holds a link only."),
        widget=forms.EmailInput({"autocomplete": "email"}),
    )

    def show_address_of_sign_in(self, address: str) -> None:
        """She signs in with it, and is told there: shown, and not asked."""
        field = self.fields["email"]
        field.disabled, field.initial, self.initial["email"] = True, address, address
        field.help_text = _("You sign in with it. It is changed under “How you sign in”.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name, kana = (str(self[field].value() or "") for field in ("mother_name", "mother_name_kana"))
        if has_kanji(name) and not kana.strip() and (self.is_bound or self["without_kana"].value()):
            self.fields["without_kana"].widget = forms.CheckboxInput()

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        name = values.get("mother_name") or ""
        values["without_kana"] = bool(values.get("without_kana")) and not values.get("mother_name_kana")
        if has_kanji(name) and values.get("mother_name_kana") == "" and not values["without_kana"]:
            sentence = _("Please enter the reading of your name in kana. If it has none, tick the box below.")
            self.add_error("mother_name_kana", missing(sentence))
        return values

    def clean_mother_birth_date(self) -> date:
        born: date = self.cleaned_data["mother_birth_date"]
        try:
            refuse_impossible_age(born, timezone.localdate())
        except NotPossible as refused:
            raise forms.ValidationError(refused.detail) from refused
        return born


class HomeStep(StepForm):
    """住まい: the district follows from town, chome and block."""

    states: tuple[str, ...] = (
        *("mother_in_ward", "infant_in_ward", "moves_in_on", "postcode"),
        *("town", "chome", "block", "rest", "confidential"),
    )

    mother_in_ward = YesNoField(label=_("Do you live in the ward?"))
    infant_in_ward = YesNoField(label=_("Does your baby live (or will it live) in the ward?"))
    moves_in_on = DayField(
        label=_("Not yet? The day on which you move into the ward"),
        required=False,
        bounds=Bounds(back=YEAR, ahead=YEAR),
        help_text=_("Where it is settled. You can use it from that day on. Below, enter the address in the ward."),
    )
    postcode = PostcodeField(
        label=_("Postcode"), required=False, help_text=_("Seven digits, such as 154-0004: the town is filled in.")
    )
    town = TownField(
        label=_("Town"),
        error_messages={"required": _("Please enter the town.")},
        help_text=_("It follows from the postcode. Or type it; kana will do."),
    )
    chome = forms.IntegerField(label=_("Chome"), required=False, min_value=1, max_value=99)
    block = forms.IntegerField(label=_("Block (ban)"), required=False, min_value=1, max_value=999)
    rest = forms.CharField(
        label=_("Number and building"), required=False, max_length=120, widget=forms.TextInput({"autocomplete": "off"})
    )
    confidential = forms.BooleanField(
        label=_("There is a reason why nobody may learn my address"),
        required=False,
        help_text=_(
            "For example violence by a partner. Your address is then sealed, and shown to nobody but the people named."
        ),
    )

    district: District | None = None

    def stated(self) -> dict[str, Any]:
        """Who moves in lives here from that day on: the days before are none."""
        stated = super().stated()
        moves_in = bool(stated["moves_in_on"])
        return stated | ({"mother_in_ward": True, "infant_in_ward": True} if moves_in else {})

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if self["town"].value() in (None, "") and (town := town_of_postcode(values.get("postcode", ""))):
            values["town"] = town
            self.errors.pop("town", None)
        if values.get("town") and not {"chome", "block"} & self.errors.keys():
            try:
                self.district = district_of_address(values["town"], values["chome"], values["block"])
            except NotPossible as unclear:
                show_refusal(self, unclear)
        return values


class BabiesStep(StepForm, BabiesForm):
    """赤ちゃん: born, each its own; or not born yet, with the due date."""

    states: tuple[str, ...] = ("due_date",)

    babies = forms.ChoiceField(
        label=_("How many babies were born?"),
        choices=[("", _("Choose")), NOT_BORN, *HOW_MANY],
        help_text=_("Choose and go on: a form for each baby comes up."),
        error_messages={"invalid_choice": _("Up to six babies of one birth can be entered. Please ask the ward.")},
    )
    due_date = DatePartsField(
        label=_("Due date"),
        required=False,
        bounds=DUE,
        help_text=_("As in the mother and child handbook. Before birth it is needed; for a baby born early it helps."),
    )
    field_order = ["babies", "shown", "due_date"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """One baby unless told: its questions are there at once."""
        super().__init__(*args, **{"initial": {"babies": "1", "shown": 1}} | kwargs)

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        due_date = values.get("due_date")
        if values.get("babies") == NOT_BORN[0] and "due_date" not in self.errors:
            try:
                if due_date is None:
                    self.add_error("due_date", missing(_("Before birth please enter the due date.")))
                else:
                    refuse_due_date(due_date, self.applied_on)
            except NotPossible as refused:
                show_refusal(self, refused)
        return values

    def stated(self) -> dict[str, Any]:
        return super().stated() | {"infants": self.infants, "checked": self.is_checked}


class SiblingStep(StepForm):
    """きょうだい: those not yet of school age, of whom one at a time may come along."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(MOST_SIBLINGS):
            self.fields.update({f"sibling_{number}_{name}": field for name, field in self._sibling(number).items()})

    @staticmethod
    def _sibling(number: int) -> dict[str, forms.Field]:
        def label(words: str) -> str:
            return now_("Child %(number)d: %(words)s") % {"number": number + 1, "words": words} if number else words

        return {
            "name": NameField(label=label(now_("Name of a sibling who may come along")), required=False),
            "name_kana": KanaField(label=label(now_("The sibling's name in kana")), required=False),
            "birth_date": DatePartsField(label=label(now_("The sibling's date of birth")), required=False),
        }

    @property
    def has_older_child(self) -> bool:
        """Whether one is filled in, or is to be looked at."""
        names = [name for name in self.fields if name.startswith("sibling_")]
        return any(_is_filled_in(self[name]) or name in self.errors for name in names)

    @property
    def older_children(self) -> list[tuple[int, list[forms.BoundField], bool]]:
        """Each child, numbered from 1, with its fields and whether they are open: the first, and what is filled in."""
        sections = []
        for number in range(MOST_SIBLINGS):
            fields = [self[name] for name in self.fields if name.startswith(f"sibling_{number}_")]
            sections.append((number + 1, fields, number == 0 or any(_is_filled_in(field) for field in fields)))
        return sections

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for number in range(MOST_SIBLINGS):
            name, born = (f"sibling_{number}_{field}" for field in ("name", "birth_date"))
            if values.get(name) and not values.get(born) and born not in self.errors:
                self.add_error(born, missing(_("Please enter the sibling's date of birth.")))
            if values.get(born) and not values.get(name) and name not in self.errors:
                self.add_error(name, missing(_("Please enter the sibling's name.")))
            if sibling := self._sibling_stated(number, values):
                try:
                    refuse_impossible_siblings([sibling], timezone.localdate())
                except NotPossible as refused:
                    self.add_error(born, refused.detail)
        return values

    def stated(self) -> dict[str, Any]:
        stated = (self._sibling_stated(number, self.cleaned_data) for number in range(MOST_SIBLINGS))
        return super().stated() | {"siblings": [sibling for sibling in stated if sibling]}

    @staticmethod
    def _sibling_stated(number: int, values: Mapping[str, Any]) -> SiblingStated | None:
        name, kana, born = (values.get(f"sibling_{number}_{field}") for field in ("name", "name_kana", "birth_date"))
        return SiblingStated(name or "", born, kana or "") if born else None

    def field_of(self, name: str) -> str:
        if name.startswith("siblings."):
            return name.replace("siblings.", "sibling_").replace(".", "_")
        return super().field_of(name)


def _is_filled_in(bound: forms.BoundField) -> bool:
    value = bound.value()
    return any(value) if isinstance(value, list) else bool(value)


class HealthStep(StepForm):
    """体と心・お手伝い."""

    states: tuple[str, ...] = (
        *("worry", "worry_topics", "worries", "lacks_support", "support"),
        *("needs_medical_care", "mother_health", "infant_health"),
    )

    worry = YesNoField(label=_("Are you worried about body, mind or caring for your baby, or tired?"))
    worry_topics = forms.MultipleChoiceField(
        label=_("What is it about?"),
        choices=WorryTopic.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("As many as you like."),
    )
    worries = forms.CharField(
        label=_("In your own words"), required=False, max_length=2000, widget=forms.Textarea({"rows": 4})
    )
    lacks_support = HelpField()
    support = forms.CharField(
        label=_("Who helps you, and how much"), required=False, max_length=1000, widget=forms.Textarea({"rows": 3})
    )
    needs_medical_care = YesNoField(label=_("Are you or your baby under medical treatment now?"))
    mother_health = forms.CharField(
        label=_("Your health: illness, medicine, allergies"),
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
    )
    infant_health = forms.CharField(
        label=_("Your baby's health: illness, medicine, allergies"),
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("worry") is False and values.get("worry_topics"):
            self.add_error("worry", _("You ticked worries below: please answer “Yes” here, or take the ticks away."))
        return values


class HouseholdStep(StepForm):
    """世帯の課税区分と書類: the fee follows from the class; the papers are sent in on the same page."""

    tax_class = forms.ChoiceField(
        label=TAX_QUESTION, choices=TAX_CLASSES_OR_NOT, widget=forms.RadioSelect, help_text=TAX_EXAMPLE
    )

    def stated(self) -> dict[str, Any]:
        said = self.cleaned_data["tax_class"]
        return super().stated() | {"tax_class": None if said == NOT_KNOWN else TaxClass(said)}


class ConsentStep(StepForm):
    """きっかけと同意: every text in force with its box; a box ticked for an older version does not count."""

    states: tuple[str, ...] = ("heard_from",)

    heard_from = forms.ChoiceField(
        label=_("How did you hear of the programme?"),
        choices=HeardFrom.choices,
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.texts = {f"consent_{text.pk}": text for text in consents_asked(self.applied_on)}
        for name, text in self.texts.items():
            self.fields[name] = forms.BooleanField(
                label=_in_her_language(text),
                required=text.required,
                error_messages={"required": _("Without your consent to this, the ward cannot take your application.")},
            )

    def stated(self) -> dict[str, Any]:
        agreed = [text for name, text in self.texts.items() if self.cleaned_data[name]]
        return super().stated() | {"consents": agreed}

    def field_of(self, name: str) -> str:
        if name == "consents":
            return next((field for field in self.texts if not self.data.get(field)), name)
        return name


def _in_her_language(text: ConsentText) -> str:
    return in_her_words(text.text_ja, text.text_en)
