"""What was counted in the till: how many of each note and coin, and a word where it differs."""

from typing import Any

from django import forms
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from billing.desk.cash import PIECES
from billing.models import CashCount
from sankecare.forms import OperationForm

MOST_PIECES = 10_000
MOST_OPENING = 1_000_000


class CashForm(OperationForm):
    """One number for each note and coin; empty is none."""

    opening = forms.IntegerField(
        label=_("Change in the till at the beginning, yen"),
        min_value=0,
        max_value=MOST_OPENING,
        required=False,
        help_text=_("What lay in it before the first payment; 0 where there was none."),
    )

    def __init__(self, data: Any, counted: CashCount | None) -> None:
        initial = {"opening": counted.opening if counted else 0}
        initial |= {f"pieces_{yen}": number for yen, number in (counted.pieces if counted else {}).items()}
        super().__init__(data, initial=initial)
        for yen in PIECES:
            self.fields[f"pieces_{yen}"] = forms.IntegerField(
                label=now_("%(yen)s yen: how many") % {"yen": f"{yen:,}"},
                min_value=0,
                max_value=MOST_PIECES,
                required=False,
            )
        self.fields["word"] = forms.CharField(
            label=_("Where it differs: why, or that nobody knows"), max_length=200, required=False
        )

    @property
    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        pieces = {yen: number for yen in PIECES if (number := given[f"pieces_{yen}"])}
        return {"opening": given["opening"] or 0, "pieces": pieces, "word": given["word"]}
