"""ケアプラン as midwives touch it: phrases to tick, own words by line, one touch an aim and day."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from care.models import AimOutcome, NextStep, PhraseKind, PlanAim, Progress
from care.planning.plan_queries import ShownAim, phrases_on
from sankecare.forms import OperationForm


def phrases_field(kind: PhraseKind, day: date, label: Any) -> forms.TypedMultipleChoiceField:
    """The ward's phrases of a kind, to be ticked."""
    return forms.TypedMultipleChoiceField(
        label=label,
        coerce=int,
        choices=[(phrase.pk, str(phrase)) for phrase in phrases_on(kind, day)],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class AimsForm(OperationForm):
    """Aims set together with the mother."""

    def __init__(self, data: Any = None, *, day: date, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["phrases"] = phrases_field(PhraseKind.AIM, day, _("What she would like to reach here"))
        self.fields["words"] = forms.CharField(
            label=_("In her own words"),
            help_text=_("One aim a line. She reads it on her page."),
            max_length=800,
            required=False,
            widget=forms.Textarea(attrs={"rows": 3}),
        )


class LooksForm(OperationForm):
    """How it went with each open aim on a day; an aim left untouched is not looked at."""

    def __init__(self, data: Any = None, *, aims: Iterable[ShownAim]) -> None:
        self.aims = list(aims)
        before = {f"progress_{row.aim.pk}": row.today.progress for row in self.aims if row.today}
        before |= {f"note_{row.aim.pk}": row.today.note for row in self.aims if row.today}
        super().__init__(data, initial=before)
        for row in self.aims:
            self.fields[f"progress_{row.aim.pk}"] = forms.ChoiceField(
                label=str(row.aim), choices=Progress.choices, required=False, widget=forms.RadioSelect
            )
            self.fields[f"note_{row.aim.pk}"] = forms.CharField(
                label=_("Note: %(aim)s") % {"aim": row.aim}, max_length=200, required=False
            )

    @property
    def values(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        return {
            "looks": {
                row.aim.pk: (cleaned[f"progress_{row.aim.pk}"], cleaned[f"note_{row.aim.pk}"])
                for row in self.aims
                if cleaned[f"progress_{row.aim.pk}"]
            }
        }


class ClosingForm(OperationForm):
    """What becomes of each open aim, and the next steps at home: a part of the departure."""

    def __init__(
        self, *args: Any, aims: Iterable[PlanAim], next_steps: Iterable[NextStep], day: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.aims = list(aims)
        for aim in self.aims:
            self.fields[f"aim_{aim.pk}"] = forms.ChoiceField(
                label=_("Aim: %(aim)s") % {"aim": aim}, choices=AimOutcome.choices, widget=forms.RadioSelect
            )
        said = list(next_steps)
        steps = phrases_field(PhraseKind.NEXT_STEP, day, _("Next steps at home"))
        steps.initial = [row.phrase_id for row in said if row.phrase_id]
        if steps.choices:
            self.fields["next_steps"] = steps
        self.fields["next_words"] = forms.CharField(
            label=_("Next steps in your words"),
            help_text=_("One step a line. She reads it on her page, and on the paper that she takes home."),
            max_length=800,
            required=False,
            initial="\n".join(row.words for row in said if row.words),
            widget=forms.Textarea(attrs={"rows": 3}),
        )

    @property
    def closing(self) -> dict[str, Any]:
        """What is said of the plan, by the names of the departure's arguments."""
        cleaned = self.cleaned_data
        return {
            "outcomes": {aim.pk: cleaned[f"aim_{aim.pk}"] for aim in self.aims},
            "next_steps": cleaned.get("next_steps", []),
            "next_words": cleaned["next_words"],
        }
