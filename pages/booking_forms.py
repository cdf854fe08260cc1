"""The questions of the public check, and of a booking."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from bookings.models import Booking, BookingState
from enrollment.age import days_before_school
from enrollment.applications.application_data import InfantStated, doubts_in_words, due_date_sentence
from enrollment.applications.fields import YesNoField
from enrollment.corrected_age import InfantFacts
from enrollment.eligibility import Application
from enrollment.models import Registration, Sibling, TaxClass
from enrollment.plausible import due_date_fits
from facilities.calendar import days_between
from facilities.models import FacilityOption, Service, ServiceKind
from facilities.queries import services_to_come, takes_siblings_from
from sankecare.edits.forms import EditForm
from sankecare.forms import NO_SLIP, YEAR, Bounds, DatePartsField, DayField

HOMES = (
    ("both", _("Yes, both of us")),
    ("mother", _("Only I do")),
    ("infant", _("Only my baby does")),
    ("neither", _("Neither of us")),
)
TAX_CLASSES = (
    (TaxClass.TAXED.value, _("Taxed: someone in the household pays resident tax on income")),
    (TaxClass.NON_TAXED.value, _("Non-taxed, or the per-capita levy only")),
    (TaxClass.WELFARE.value, _("We receive public assistance")),
)
MOST_DAYS_SHOWN = 31
IN_HOUSE = (ServiceKind.SHORT_STAY, ServiceKind.DAY_CARE)


class CheckForm(forms.Form):
    """A few questions; what is answered is neither kept nor logged."""

    service = forms.ChoiceField(label=_("What would you like to use?"), widget=forms.RadioSelect)
    first_day = DayField(label=_("First day"))
    last_day = DayField(label=_("Last day"), help_text=_("The day you leave counts as well."))
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
    lacks_support = YesNoField(
        label=_("Is the help of your family not enough?"),
        help_text=_("“Yes” means: not enough. Grandparents near you are no obstacle."),
    )
    needs_medical_care = YesNoField(label=_("Do you or your baby need medical treatment now?"))
    sibling_birth_date = DatePartsField(
        label=_("Date of birth of a sibling who comes along"), required=False, help_text=_("Only if one comes along.")
    )
    tax_class = forms.ChoiceField(label=_("Your household"), choices=TAX_CLASSES, widget=forms.RadioSelect)
    coupons = forms.IntegerField(
        label=_("Coupons to use"), required=False, min_value=0, max_value=99, help_text=_("If you have some.")
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._services = {service.slug: service for service in services_to_come(today)}
        field = self.fields["service"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (slug, f"{service.facility.name_to_read} {service.get_kind_display()}")
            for slug, service in self._services.items()
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
            mother_in_ward=cleaned["home"] in ("both", "mother"),
            infant_in_ward=cleaned["home"] in ("both", "infant"),
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


class DaysField(forms.Field):
    """Days ticked in a calendar, each once; kept between the months as hidden inputs."""

    widget = forms.MultipleHiddenInput
    default_error_messages = {"required": _("Please choose at least one day."), "invalid": _("This is not a day.")}

    def to_python(self, value: Any) -> list[date]:
        try:
            days = {date.fromisoformat(day) for day in value or []}
        except (TypeError, ValueError):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from None
        if len(days) > MOST_DAYS_SHOWN:
            sentence = _("Choose %(limit)s days at most.") % {"limit": MOST_DAYS_SHOWN}
            raise forms.ValidationError(sentence, code="too_many")
        return sorted(days)


def food_field() -> forms.CharField:
    """What mother and sibling may not eat: never sent by GET, so that it stands in no address."""
    return forms.CharField(
        label=_("Allergies and food"),
        help_text=_(
            "For example: no eggs. The facility reads it before you come. Leave it empty if there is nothing."
        ),
        max_length=200,
        required=False,
    )


class FoodForm(forms.Form):
    """Asked where a booking is confirmed."""

    food = food_field()


class PartyForm(EditForm):
    """Who takes part, and the coupons to be handed over."""

    infants = forms.TypedChoiceField(label=_("Babies who come"), coerce=int)
    sibling = forms.ModelChoiceField(
        Sibling.objects.none(), label=_("Sibling who comes along"), required=False, empty_label=_("none")
    )
    coupons = forms.IntegerField(label=_("Coupons to use"), required=False, min_value=0, max_value=99)
    food = food_field()

    def __init__(self, *args: Any, registration: Registration, service: Service, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if service.kind not in IN_HOUSE:
            del self.fields["food"]
        self.service = service
        born = max(registration.birth.infants.count(), 1)
        infants = self.fields["infants"]
        assert isinstance(infants, forms.TypedChoiceField)
        infants.choices = [(number, babies_in_words(number)) for number in range(born, 0, -1)]
        if born == 1:
            infants.required, infants.widget = False, infants.hidden_widget()
        sibling = self.fields["sibling"]
        assert isinstance(sibling, forms.ModelChoiceField)
        siblings = Sibling.objects.filter(family=registration.birth.family_id)
        if takes_siblings_from(service, timezone.localdate()) and siblings:
            sibling.queryset = siblings
        else:
            sibling.widget = sibling.hidden_widget()

    @property
    def values(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        return {
            "infant_count": cleaned["infants"],
            "sibling": cleaned["sibling"],
            "coupons": cleaned["coupons"],
            "food": cleaned.get("food"),
        }

    def clean_infants(self) -> int:
        return self.cleaned_data["infants"] or 1

    def clean_coupons(self) -> int:
        return self.cleaned_data["coupons"] or 0


def babies_in_words(number: int) -> str:
    """Return how many babies come, with the unit."""
    return ngettext("%(number)d baby", "%(number)d babies", number) % {"number": number}


def party_as_it_stands(booking: Booking) -> dict[str, Any]:
    """Who takes part in a booking, by the names of the form's fields."""
    return {
        "infants": booking.infant_count,
        "sibling": booking.sibling_id,
        "coupons": booking.coupons,
        "food": booking.food,
    }


class BookingPartyForm(PartyForm):
    """Who takes part in a booking, and from which to which day the sibling comes."""

    field_order = ("sibling", "from_day", "until_day", "infants", "coupons", "food")

    from_day = forms.TypedChoiceField(
        label=_("Sibling: from which day"), coerce=date.fromisoformat, empty_value=None, required=False
    )
    until_day = forms.TypedChoiceField(
        label=_("Sibling: until which day"),
        help_text=_("Until the day before school starts at the latest."),
        coerce=date.fromisoformat,
        empty_value=None,
        required=False,
    )

    def __init__(self, *args: Any, booking: Booking, **kwargs: Any) -> None:
        super().__init__(*args, registration=booking.registration, service=booking.service, **kwargs)
        self.booking = booking
        in_house = booking.state == BookingState.ARRIVED
        kept = {row.day: row.with_sibling for row in booking.days.all() if row.is_kept}
        coming = sorted(day for day in kept if not in_house or day >= timezone.localdate())
        along = [day for day in coming if kept[day]] or coming
        for name, first in (("from_day", along[:1]), ("until_day", along[-1:])):
            choice = self.fields[name]
            assert isinstance(choice, forms.TypedChoiceField)
            choice.choices = [(day.isoformat(), date_format(day)) for day in coming]
            choice.initial = next((day.isoformat() for day in first), None)
        if self.fields["sibling"].widget.is_hidden or len(coming) < (1 if in_house else 2):
            del self.fields["from_day"], self.fields["until_day"]

    @property
    def values(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        return super().values | {"from_day": cleaned.get("from_day"), "until_day": cleaned.get("until_day")}


class BookForm(PartyForm):
    """Days of one service, who comes, and what the facility is asked for besides."""

    day = DaysField(label=_("Days"))
    options = forms.ModelMultipleChoiceField(
        FacilityOption.objects.none(),
        label=_("Also wished for, paid at the facility"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = ("day", "infants", "sibling", "options", "coupons")

    @property
    def values(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        return {
            "days": cleaned["day"],
            "infant_count": cleaned["infants"],
            "sibling": cleaned["sibling"],
            "coupons": cleaned["coupons"],
            "options": list(cleaned.get("options", ())),
        }

    def field_of(self, name: str) -> str:
        return "day" if name == "days" else name

    def __init__(self, *args: Any, registration: Registration, service: Service, **kwargs: Any) -> None:
        super().__init__(*args, registration=registration, service=service, **kwargs)
        today = timezone.localdate()
        offered = FacilityOption.objects.filter(facility=service.facility_id, period__contains=today)
        options = self.fields["options"]
        assert isinstance(options, forms.ModelMultipleChoiceField)
        options.queryset = offered
        if service.kind not in IN_HOUSE or not offered:
            del self.fields["options"]
        self.fields.pop("food", None)  # days are chosen by GET: it is asked where they are confirmed

    def ticked(self) -> list[date]:
        """The days as they were sent, whatever is wrong with them: nothing ticked is lost over a refusal."""
        if not self.is_bound:
            return []
        sent = self.fields["day"].widget.value_from_datadict(self.data, self.files, self.add_prefix("day")) or []
        try:
            return sorted({date.fromisoformat(day) for day in sent})[:MOST_DAYS_SHOWN]
        except ValueError:
            return []
