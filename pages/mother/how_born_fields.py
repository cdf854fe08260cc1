"""How a baby was born: few plain questions, none of which must be answered. For the mother's and staff's forms."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from enrollment.models import BIRTH_WEIGHT_GRAMS, BirthWay, Unusual

HOW_BORN = ("birth_weight_grams", "birth_weight_unknown", "birth_way", "unusual", "unusual_words")


def how_born_fields(label: Callable[[str], str]) -> dict[str, forms.Field]:
    """Return the fields of one baby; ``label`` says of which baby they are."""
    grams = _("Please enter the weight in grams, such as 3120.")
    return {
        "birth_weight_grams": forms.IntegerField(
            label=label(now_("Weight at birth (g)")),
            required=False,
            min_value=BIRTH_WEIGHT_GRAMS[0],
            max_value=BIRTH_WEIGHT_GRAMS[1],
            help_text=_("As in the mother and child handbook, such as 3120."),
            error_messages={"min_value": grams, "max_value": grams, "invalid": grams},
        ),
        "birth_weight_unknown": forms.BooleanField(label=label(now_("I do not know the weight")), required=False),
        "birth_way": forms.ChoiceField(
            label=label(now_("How the baby was born")),
            choices=[("", _("Choose")), *BirthWay.choices],
            required=False,
        ),
        "unusual": forms.ChoiceField(
            label=label(now_("Was anything unusual at or after the birth?")),
            choices=[("", _("Choose")), *Unusual.choices],
            required=False,
        ),
        "unusual_words": forms.CharField(
            label=label(now_("What was it?")),
            required=False,
            max_length=400,
            help_text=_("For example much bleeding, light treatment for jaundice, an incubator. As much as you like."),
            widget=forms.Textarea({"rows": 2}),
        ),
    }


def how_born_stated(of: Callable[[str], Any]) -> Mapping[str, Any]:
    """Return what was answered, as ``InfantStated`` takes it; ``of`` gives a field's value.

    A weight that is entered is known, and what was written of something unusual says that there was something.
    """
    grams, words = of("birth_weight_grams"), (of("unusual_words") or "").strip()
    return {
        "birth_weight_grams": grams,
        "birth_weight_unknown": bool(of("birth_weight_unknown")) and grams is None,
        "birth_way": of("birth_way") or "",
        "unusual": Unusual.SOME.value if words else of("unusual") or "",
        "unusual_words": words,
    }
