"""What a family, or staff for it, reports of changes (届出)."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from enrollment.applications.fields import PhoneField
from enrollment.confidential import Address
from enrollment.kana import folded_digits
from enrollment.models import EvidenceFile, Family, Infant, TaxClass
from facilities.models import Town
from sankecare.edits.forms import EditForm
from sankecare.forms import UNTIL_TODAY, YEAR, Bounds, DayField, OperationForm

STILL_LEAVES = (("yes", _("Yes, the move out of the ward stands")), ("no", _("No, the family stays in the ward")))
# As enrollment/families/life_events.py says it.
A_YEAR = Bounds(back=YEAR, ahead=YEAR)


class AddressForm(EditForm):
    """The new address, in the ward. A protected family's present one is not shown."""

    from_day = DayField(label=_("You live there from"), bounds=A_YEAR)
    postcode = forms.CharField(
        label=_("Postcode"),
        required=False,
        max_length=10,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "postal-code"}),
    )
    town = forms.ModelChoiceField(Town.objects.all(), label=_("Town"), empty_label=_("Choose"))
    chome = forms.IntegerField(label=_("Chome"), required=False, min_value=1, max_value=99)
    block = forms.IntegerField(label=_("Block (ban)"), required=False, min_value=1, max_value=999)
    rest = forms.CharField(label=_("Number and building"), required=False, max_length=120)

    def __init__(self, *args: Any, leaves: date | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Who has left and comes back is not asked, unless the day that she entered lies before.
        if leaves is not None and (self.is_bound or leaves >= timezone.localdate()):
            words = now_("It is entered that you leave the ward after %(day)s. Is that still so?")
            self.fields["still_leaves"] = forms.ChoiceField(
                label=words % {"day": date_format(leaves)},
                choices=STILL_LEAVES,
                widget=forms.RadioSelect,
                required=False,
            )

    def clean_postcode(self) -> str:
        digits = folded_digits(self.cleaned_data["postcode"])
        if digits and len(digits) != 7:
            raise forms.ValidationError(_("A postcode has seven digits, such as 154-0017."))
        return digits

    @property
    def still_leaves(self) -> bool | None:
        """What is said of a move out that is known; None where nothing is."""
        return {"yes": True, "no": False}.get(self.cleaned_data.get("still_leaves", ""))

    @property
    def address(self) -> Address:
        cleaned = self.cleaned_data
        return Address(cleaned["town"], cleaned["chome"], cleaned["block"], cleaned["rest"], cleaned["postcode"])


class RollingOverForm(OperationForm):
    """Which baby rolls over actively, and since when."""

    infant = forms.ModelChoiceField(Infant.objects.none(), label=_("Which baby"), empty_label=None)
    since = DayField(label=_("Rolls over actively since"), bounds=UNTIL_TODAY)

    def __init__(self, *args: Any, family: Family, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        infants = Infant.objects.filter(birth__family=family).order_by("-birth_date", "pk")
        choice = self.fields["infant"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = infants
        self.initial.setdefault("infant", infants.first())


class NotRollingOverForm(OperationForm):
    """Of which baby it was entered by mistake that it rolls over."""

    infant = forms.ModelChoiceField(Infant.objects.none(), label=_("Which baby"), empty_label=None)

    def __init__(self, *args: Any, family: Family, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rolling = Infant.objects.filter(birth__family=family, rolls_over_since__isnull=False)
        choice = self.fields["infant"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = rolling.order_by("-birth_date", "pk")
        self.initial.setdefault("infant", choice.queryset.first())


class PhoneForm(OperationForm):
    """The number at which the ward and the facilities call."""

    phone = PhoneField(label=_("Telephone"), help_text=_("With or without hyphens."))


class TaxClassForm(OperationForm):
    """The household's class and the paper that shows it; staff alone."""

    tax_class = forms.ChoiceField(label=_("Tax class"), choices=TaxClass.choices, widget=forms.RadioSelect)
    from_day = DayField(label=_("Holds from"), bounds=A_YEAR)
    evidence_file = forms.ModelChoiceField(
        EvidenceFile.objects.none(), label=_("Paper that the family sent in"), required=False, empty_label=_("None")
    )
    evidence = forms.CharField(label=_("Paper seen"), required=False, max_length=120)

    def __init__(self, *args: Any, family: Family, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["evidence_file"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = family.evidence.defer("content")


class MoveOutForm(OperationForm):
    """The last day in the ward. ``has_moves``: it has other addresses here; of these it is asked once one is later."""

    last_day = DayField(label=_("Last day in the ward"), bounds=A_YEAR)
    takes_back_moves = forms.BooleanField(
        label=_("Addresses in the ward entered for days after it are taken back"), required=False
    )

    def __init__(self, *args: Any, has_moves: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not (has_moves and self.is_bound):
            del self.fields["takes_back_moves"]


class EndForm(OperationForm):
    """Why the registration ends."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea({"rows": 3}))


def address_known(family: Family, day: date) -> dict[str, Any]:
    """Return the address as it is shown in the form; nothing where it is sealed."""
    residence = family.residences.filter(period__contains=day, town__isnull=False).first()
    if residence is None:
        return {}
    return {name: getattr(residence, name) for name in ("postcode", "town", "chome", "block", "rest")}
