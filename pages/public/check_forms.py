"""The questions of the public check: one after the other, and for days that are chosen all on one page."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enrollment.age import days_before_school
from enrollment.applications.application_data import InfantStated, doubts_in_words, due_date_sentence
from enrollment.applications.fields import HelpField, YesNoField
from enrollment.corrected_age import InfantFacts
from enrollment.eligibility import Application
from enrollment.plausible import due_date_fits
from facilities.calendar import days_between
from facilities.models import Service
from facilities.queries import services_to_come
from pages.booking_forms import MOST_DAYS_SHOWN, TAX_CLASSES, TAX_CLASSES_OR_NOT, TAX_EXAMPLE, TAX_QUESTION
from sankecare.forms import NO_SLIP, YEAR, Bounds, DatePartsField, DayField

HOMES = (
    ("both", _("Yes, both of us")),
    ("mother", _("Only I do")),
    ("infant", _("Only my baby does")),
    ("soon", _("Not yet: we move in soon")),
    ("neither", _("Neither of us")),
)
# A baby of two is too old for every service: an earlier year is a slip of the hand.
BABYS_DAY = Bounds(back=timedelta(days=2 * 366), ahead=YEAR)
EARLY = (("no", _("No, at the usual time")), ("yes", _("Yes, early or longer in hospital")))


class BabyDayForm(forms.Form):
    """The one question of the first page. A day to come is a due date."""

    baby_day = DatePartsField(
        label=_("Your baby's birthday, or the due date"),
        bounds=BABYS_DAY,
        error_messages={"required": _("Enter the year, the month and the day, such as 2026 10 3.")},
    )
    # She says of a day that has come that it is the due date: the baby is not born yet.
    unborn = forms.BooleanField(required=False, widget=forms.HiddenInput)

    @property
    def due_date(self) -> date | None:
        """The due date where the baby is not born yet."""
        day: date = self.cleaned_data["baby_day"]
        return day if self.cleaned_data["unborn"] or day > timezone.localdate() else None


class AnswersForm(BabyDayForm):
    """What the check has asked so far: every answer may still be open."""

    early = forms.ChoiceField(choices=EARLY, required=False)
    due = DatePartsField(label=_("Due date"), required=False, bounds=BABYS_DAY)
    gestation_weeks = forms.IntegerField(
        label=_("Weeks of pregnancy at birth"), required=False, min_value=20, max_value=44
    )
    long_hospital_stay = forms.BooleanField(label=_("My baby stayed in hospital longer than usual"), required=False)
    rolls_over = forms.BooleanField(label=_("My baby rolls over actively"), required=False)
    early_told = forms.BooleanField(required=False, widget=forms.HiddenInput)
    home = forms.ChoiceField(choices=HOMES, required=False)
    worry = YesNoField(required=False)
    lacks_support = YesNoField(required=False)
    needs_medical_care = YesNoField(required=False)
    tax_class = forms.ChoiceField(choices=TAX_CLASSES_OR_NOT, required=False)
    babies = forms.TypedChoiceField(
        label=_("Babies who come"), choices=[(n, n) for n in (1, 2, 3)], coerce=int, empty_value=None, required=False
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        due, born = values.get("due"), values.get("baby_day")
        if due and born and not due_date_fits(due, born):
            self.add_error("due", due_date_sentence(due, born))
        return values

    def said(self, name: str) -> bool:
        """Whether a question has its answer."""
        return bool(self.data.get(self.add_prefix(name))) and name not in self.errors

    def application(self, day: date) -> Application:
        """What is known so far, for use on the day; what is still open stands in the way of nothing."""
        cleaned = self.cleaned_data
        home, due_date = cleaned.get("home", ""), self.due_date
        infant = InfantFacts(
            birth_date=due_date or cleaned["baby_day"],
            due_date=due_date or cleaned.get("due"),
            gestation_days=cleaned["gestation_weeks"] * 7 if cleaned.get("gestation_weeks") else None,
            long_hospital_stay=bool(cleaned.get("long_hospital_stay")),
            rolls_over=bool(cleaned.get("rolls_over")),
        )
        return Application(
            first_day=day,
            last_day=day,
            mother_in_ward=home in ("", "both", "soon", "mother"),
            infant_in_ward=home in ("", "both", "soon", "infant"),
            infants=[infant],
            worry=not self.said("worry") or cleaned["worry"],
            lacks_support=not self.said("lacks_support") or cleaned["lacks_support"],
            needs_medical_care=self.said("needs_medical_care") and cleaned["needs_medical_care"],
        )


class CheckForm(forms.Form):
    """Days of a service and who comes; what is answered is neither kept nor logged."""

    service = forms.ChoiceField(label=_("What would you like to use?"), widget=forms.RadioSelect)
    first_day = DayField(label=_("The day you come"))
    last_day = DayField(label=_("The day you leave"), help_text=_("The day you leave counts as well."))
    birth_date = DatePartsField(
        label=_("Your baby's date of birth"), required=False, help_text=_("Not born yet? Leave it empty.")
    )
    birth_date_2 = DatePartsField(label=_("Second baby (twins)"), required=False)
    birth_date_3 = DatePartsField(label=_("Third baby (triplets)"), required=False)
    due_date = DatePartsField(
        label=_("Due date"),
        required=False,
        bounds=Bounds(back=NO_SLIP.back, ahead=YEAR),
        help_text=_(
            "If your baby is not born yet, was born before 37 weeks, or stayed in hospital longer than usual."
        ),
    )
    gestation_weeks = forms.IntegerField(
        label=_("Weeks of pregnancy at birth"),
        required=False,
        min_value=20,
        max_value=44,
        help_text=_("Only if born before 37 weeks."),
    )
    long_hospital_stay = forms.BooleanField(label=_("My baby stayed in hospital longer than usual"), required=False)
    rolls_over = forms.BooleanField(label=_("My baby rolls over actively"), required=False)
    home = forms.ChoiceField(
        label=_("Do you and your baby live in the ward?"), choices=HOMES, widget=forms.RadioSelect
    )
    worry = YesNoField(
        label=_("Are you worried about body, mind or caring for your baby, or tired?"),
    )
    lacks_support = HelpField()
    needs_medical_care = YesNoField(label=_("Are you or your baby under medical treatment now?"))
    sibling_birth_date = DatePartsField(
        label=_("Date of birth of a sibling who comes along"), required=False, help_text=_("Only if one comes along.")
    )
    tax_class = forms.ChoiceField(
        label=TAX_QUESTION, choices=TAX_CLASSES, widget=forms.RadioSelect, help_text=TAX_EXAMPLE
    )
    coupons = forms.IntegerField(
        label=_("Coupons to use"), required=False, min_value=0, max_value=99, help_text=_("If you have some.")
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._services = {service.slug: service for service in services_to_come(today)}
        field = self.fields["service"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (slug, f"{service.facility.name_to_read} {service.plain_kind}") for slug, service in self._services.items()
        ]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        first_day, last_day = values.get("first_day"), values.get("last_day")
        if first_day and last_day:
            if last_day < first_day:
                self.add_error("last_day", _("The last day is before the first day."))
            elif (last_day - first_day).days >= MOST_DAYS_SHOWN:
                self.add_error("last_day", _("Choose %(limit)s days at most.") % {"limit": MOST_DAYS_SHOWN})
        born = any(values.get(name) for name in ("birth_date", "birth_date_2", "birth_date_3"))
        if not born and not values.get("due_date") and not self.errors.keys() & {"birth_date", "due_date"}:
            self.add_error("birth_date", _("Please enter the date of birth, or the due date."))
        if values.get("due_date") and values.get("birth_date"):
            if not due_date_fits(values["due_date"], values["birth_date"]):
                self.add_error("due_date", due_date_sentence(values["due_date"], values["birth_date"]))
            else:
                self._check_weeks(values)
        return values

    def _check_weeks(self, given: dict[str, Any]) -> None:
        """Say where the weeks contradict the due date."""
        weeks = given.get("gestation_weeks")
        stated = InfantStated(given["birth_date"], gestation_days=weeks * 7 + 3 if weeks else None)
        for name, sentence in doubts_in_words([stated], given["due_date"], timezone.localdate()):
            if name.endswith("gestation_days"):
                self.add_error("gestation_weeks", sentence)

    @property
    def chosen_service(self) -> Service:
        return self._services[self.cleaned_data["service"]]

    @property
    def is_born(self) -> bool:
        """Whether a day of birth was given. Of a valid form alone."""
        return any(self.cleaned_data[name] for name in ("birth_date", "birth_date_2", "birth_date_3"))

    @property
    def infants(self) -> list[InfantFacts]:
        """The babies; a pregnancy is judged as if born on the due date."""
        return list(self._infants())

    def _infants(self) -> Iterator[InfantFacts]:
        cleaned = self.cleaned_data
        born = [cleaned[name] for name in ("birth_date", "birth_date_2", "birth_date_3") if cleaned[name]]
        weeks = cleaned["gestation_weeks"]
        for birth_date in born or [cleaned["due_date"]]:
            yield InfantFacts(
                birth_date=birth_date,
                due_date=cleaned["due_date"],
                gestation_days=weeks * 7 if weeks else None,
                long_hospital_stay=cleaned["long_hospital_stay"],
                rolls_over=cleaned["rolls_over"],
            )

    @property
    def application(self) -> Application:
        cleaned = self.cleaned_data
        return Application(
            first_day=cleaned["first_day"],
            last_day=cleaned["last_day"],
            mother_in_ward=cleaned["home"] in ("both", "soon", "mother"),
            infant_in_ward=cleaned["home"] in ("both", "soon", "infant"),
            infants=self.infants,
            worry=cleaned["worry"],
            lacks_support=cleaned["lacks_support"],
            needs_medical_care=cleaned["needs_medical_care"],
            sibling_birth_date=cleaned["sibling_birth_date"],
        )

    @property
    def sibling_days(self) -> list[date]:
        """The days on which the sibling can come along: before its school starts."""
        cleaned = self.cleaned_data
        born: date | None = cleaned["sibling_birth_date"]
        return days_before_school(days_between(cleaned["first_day"], cleaned["last_day"]), born) if born else []


OF_BIRTH_AND_HOUSE = ("home", "tax_class", "gestation_weeks", "long_hospital_stay")


def answers_to_carry(answers: AnswersForm) -> dict[str, Any]:
    """Return what was answered one by one, as the application takes it along (pages/mother/known_answers.py)."""
    cleaned, due_date = answers.cleaned_data, answers.due_date
    told = {name: cleaned[name] for name in ("worry", "lacks_support", "needs_medical_care") if answers.said(name)}
    return _to_carry(
        born=[] if due_date else [cleaned["baby_day"]],
        due_date=due_date or cleaned.get("due"),
        told=told | {name: cleaned.get(name) for name in OF_BIRTH_AND_HOUSE},
    )


def days_to_carry(form: CheckForm) -> dict[str, Any]:
    """Return what was answered for chosen days, as the application takes it along."""
    cleaned = form.cleaned_data
    names = ("worry", "lacks_support", "needs_medical_care", "home", "tax_class", "gestation_weeks")
    return _to_carry(
        born=[cleaned[name] for name in ("birth_date", "birth_date_2", "birth_date_3") if cleaned[name]],
        due_date=cleaned["due_date"],
        told={name: cleaned[name] for name in (*names, "long_hospital_stay")},
    )


def _to_carry(*, born: list[date], due_date: date | None, told: dict[str, Any]) -> dict[str, Any]:
    days = {"born": [day.isoformat() for day in born], "due_date": due_date.isoformat() if due_date else ""}
    return days | {name: value for name, value in told.items() if value not in (None, "")}
