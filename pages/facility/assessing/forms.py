"""Scores of a questionnaire: the sheet itself is filled in on paper, its texts stand nowhere here."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from care.assessing.scales import Scale
from care.models import QuestionnaireCode
from sankecare.forms import UNTIL_TODAY, DayField, OperationForm


class AssessmentForm(OperationForm):
    """The total, the items that stood out by their numbers, and who judged.

    An EPDS has its item 10 alone. Items of yes and no are ticked, others have their score.
    """

    assessed_on = DayField(label=_("Day"), bounds=UNTIL_TODAY)

    def __init__(self, data: Any = None, *, code: str, scale: Scale, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.code, self.scale = code, scale
        self.fields["total"] = forms.IntegerField(
            label=_("Total (0 to %(most)d)") % {"most": scale.most}, min_value=0, max_value=scale.most
        )
        if code == QuestionnaireCode.EPDS:
            self.fields["item_10"] = forms.IntegerField(label=_("Item 10 (0 to 3)"), min_value=0, max_value=3)
        elif scale.item_most == 1:
            self.fields["items"] = forms.TypedMultipleChoiceField(
                label=_("Items that apply, by their number"),
                coerce=int,
                choices=[(number, str(number)) for number in range(1, scale.items + 1)],
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
        else:
            for number in range(1, scale.items + 1):
                self.fields[f"item_{number}"] = forms.IntegerField(
                    label=_("Item %(number)d (0 to %(most)d)") % {"number": number, "most": scale.item_most},
                    required=False,
                    min_value=0,
                    max_value=scale.item_most,
                )
        self.fields["judged_by"] = forms.CharField(
            label=_("Who judged"),
            help_text=_("Where it was somebody else than you: name or profession."),
            max_length=60,
            required=False,
        )

    @property
    def values(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        said = {name: cleaned[name] for name in ("assessed_on", "total", "judged_by")} | {"questionnaire": self.code}
        if self.code == QuestionnaireCode.EPDS:
            return said | {"item_10": cleaned["item_10"]}
        if self.scale.item_most == 1:
            return said | {"items": dict.fromkeys(cleaned["items"], 1)}
        scores = {number: cleaned[f"item_{number}"] for number in range(1, self.scale.items + 1)}
        return said | {"items": {number: score for number, score in scores.items() if score}}


class DismissalForm(OperationForm):
    """Why no follow-up request is raised, though the scores propose one."""

    reason = forms.CharField(label=_("Why none is raised"), max_length=400, widget=forms.Textarea(attrs={"rows": 3}))
