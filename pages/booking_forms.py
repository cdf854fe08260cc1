"""The questions of a booking; and the tax class, in the words in which everybody is asked for it."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from bookings.models import Booking, BookingState
from enrollment.models import NOT_KNOWN, Registration, Sibling, TaxClass
from facilities.models import FacilityOption, Service, ServiceKind
from facilities.queries import takes_siblings_from
from sankecare.edits.forms import EditForm

TAX_CLASSES = (
    (TaxClass.TAXED.value, _("Yes, somebody pays it (taxed)")),
    (TaxClass.NON_TAXED.value, _("No, nobody, or the per-capita levy only (non-taxed)")),
    (TaxClass.WELFARE.value, _("We receive public assistance")),
)
# She need not know it: staff look it up.
TAX_CLASSES_OR_NOT = (*TAX_CLASSES, (NOT_KNOWN, _("I do not know")))
TAX_QUESTION = _("Does anybody in your household pay residents' tax on income?")
TAX_EXAMPLE = _(
    "For example: residents' tax (juminzei) is taken off somebody's pay each month. Then somebody pays it. "
    "The fee of a day follows from it."
)
MOST_DAYS_SHOWN = 31
IN_HOUSE = (ServiceKind.SHORT_STAY, ServiceKind.DAY_CARE)


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

    def without_coupons(self) -> None:
        """Neither ask for coupons nor take what is sent of them: a helper need not know that there are any."""
        coupons = self.fields["coupons"]
        coupons.disabled, coupons.initial, coupons.widget = True, 0, forms.HiddenInput()

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
