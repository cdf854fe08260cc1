"""One touch, as the tablet sends it: what, of whom, when; and the same as a form where something is to be typed."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from care.hour_rules import AMOUNTS, FINDINGS, LOWER_PRESSURE, NEED_AMOUNT, NEED_FINDING, Kind
from care.hours.record import Noted
from care.models import FINDING_WORDS, Observation
from enrollment.models import Infant
from pages.facility.measured_fields import GramsField, TemperatureField
from sankecare.forms import MomentField, OperationForm

UNITS: dict[Kind, Any] = {
    Kind.EXPRESSED: "ml",
    Kind.FORMULA: "ml",
    Kind.WEIGHT: "g",
    Kind.TEMPERATURE: "℃",
    Kind.JAUNDICE: "mg/dL",
    Kind.PRESSURE: "mmHg",
    Kind.SLEPT: _("hours"),
}
WHOLE = (Kind.EXPRESSED, Kind.FORMULA, Kind.WEIGHT, Kind.PRESSURE)
MOTHER = "m"


def said(posted: QueryDict, booking: int) -> dict[str, str]:
    """What was touched, by the names of the form's fields.

    A page with many buttons sends one of them as ``observed`` (``KIND:INFANT:FINDING``), and the figures that stand
    beside it as ``amount-KIND-BOOKING-INFANT`` and its like; a form sends the fields themselves.
    """
    names = ("kind", "infant", "finding", "amount", "lower", "text")
    found = {name: posted.get(name, "") for name in names}
    for name in ("happened_at", "touched_at", "sure", "for_person", "reason"):
        found[name] = posted.get(name, "")
    if observed := posted.get("observed", ""):
        found["kind"], found["infant"], found["finding"] = (*observed.split(":"), "", "")[:3]
        of = f"{found['kind']}-{booking}-{found['infant'] or MOTHER}"
        for name in ("amount", "lower", "text"):
            found[name] = found[name] or posted.get(f"{name}-{of}", "")
    return {name: value for name, value in found.items() if value}


class TouchForm(OperationForm):
    """What a kind needs: a figure, a finding, words; when it was; and, where it is asked again, that it is right."""

    kind = forms.ChoiceField(choices=[(kind.value, kind.value) for kind in Kind], widget=forms.HiddenInput)
    infant = forms.ModelChoiceField(Infant.objects.none(), required=False, widget=forms.HiddenInput)
    happened_at = MomentField(
        label=_("When it was"),
        help_text=_("Left empty it is the time of the touch."),
        required=False,
        show_hidden_initial=False,
    )
    touched_at = forms.IntegerField(widget=forms.HiddenInput, required=False)
    for_person = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)
    sure = forms.BooleanField(label=_("It is right: write it as it stands"), required=False)

    def __init__(self, data: Any, *, kind: str, infants: Any, initial: Any = None, asks_why: bool = False) -> None:
        super().__init__(data, initial=initial)
        self.infant_field.queryset = infants
        self.asked_kind = Kind(kind) if kind in list(Kind) else None
        if self.asked_kind is not None:
            self._ask_for(self.asked_kind)
        if asks_why:
            self.fields["reason"] = forms.CharField(
                label=_("Why it is corrected"), max_length=400, widget=forms.Textarea(attrs={"rows": 2})
            )
        first = [name for name in ("amount", "lower", "finding", "text") if name in self.fields]
        self.order_fields([*first, "sure", "happened_at", "reason"])

    @property
    def infant_field(self) -> Any:
        """Whose it is, of the babies of the stay."""
        return self.fields["infant"]

    def _ask_for(self, kind: Kind) -> None:
        if kind in (Kind.TEMPERATURE, Kind.WEIGHT):
            measured = TemperatureField if kind == Kind.TEMPERATURE else GramsField
            self.fields["amount"] = measured(label=_("Figure, %(unit)s") % {"unit": UNITS[kind]}, required=True)
        elif kind in AMOUNTS:
            low, high = AMOUNTS[kind]
            self.fields["amount"] = forms.DecimalField(
                label=_("Upper, mmHg") if kind == Kind.PRESSURE else _("Figure, %(unit)s") % {"unit": UNITS[kind]},
                required=kind in NEED_AMOUNT,
                max_digits=6,
                decimal_places=0 if kind in WHOLE else 1,
                widget=forms.NumberInput(attrs={"min": low, "max": high, "step": "1" if kind in WHOLE else "0.1"}),
            )
        if kind == Kind.PRESSURE:
            self.fields["lower"] = forms.IntegerField(
                label=_("Lower, mmHg"),
                widget=forms.NumberInput(attrs={"min": LOWER_PRESSURE[0], "max": LOWER_PRESSURE[1]}),
            )
        if kind in FINDINGS:
            needed = kind in NEED_FINDING
            choices = FINDING_WORDS[kind] if needed else [("", _("not recorded")), *FINDING_WORDS[kind]]
            self.fields["finding"] = forms.ChoiceField(
                label=_("How it was"), required=needed, choices=choices, widget=forms.RadioSelect
            )
        self.fields["text"] = forms.CharField(
            label=_("Which medicine, and how much") if kind == Kind.MEDICINE else _("Note"),
            required=kind == Kind.MEDICINE,
            max_length=200,
        )

    def clean_touched_at(self) -> int | None:
        """Milliseconds since 1970; what no clock could say counts as now."""
        touched: int | None = self.cleaned_data["touched_at"]
        return touched if touched is not None and 0 < touched < 10**14 else None

    @property
    def noted(self) -> Noted:
        """What a valid form says was seen or done."""
        cleaned = self.cleaned_data
        infant, amount = cleaned["infant"], cleaned.get("amount")
        return Noted(
            kind=Kind(cleaned["kind"]),
            infant=infant.pk if infant else None,
            amount=None if amount is None else Decimal(amount),
            lower=cleaned.get("lower"),
            finding=cleaned.get("finding") or "",
            text=cleaned.get("text") or "",
        )

    def moment(self, now: datetime) -> datetime | None:
        """When it was: as entered, or when it was touched; a tablet whose clock is ahead touches nothing ahead."""
        given: datetime | None = self.cleaned_data["happened_at"]
        touched = self.cleaned_data["touched_at"]
        if given is not None or touched is None:
            return given
        return min(now, datetime.fromtimestamp(touched / 1000, tz=UTC))

    @property
    def values(self) -> dict[str, Any]:
        reason = self.cleaned_data.get("reason", "")
        return {"noted": self.noted, "sure": self.cleaned_data["sure"], "reason": reason}


def as_typed(row: Observation) -> dict[str, Any]:
    """What an observation holds, by the names of the form's fields."""
    amount = row.amount
    if amount is not None and row.kind in WHOLE:
        amount = amount.quantize(Decimal(1))
    names = ("kind", "infant", "lower", "finding", "text", "happened_at")
    return {name: getattr(row, name) for name in names} | {"amount": amount, "infant": row.infant_id}
