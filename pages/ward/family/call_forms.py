"""What staff type of a call."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from enrollment.families.call_notes import open_notes
from enrollment.models import CallNote, Family
from sankecare.forms import FROM_TODAY, DayField, OperationForm


class NoteChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable
    """An open note, told by its day and its first words."""

    def label_from_instance(self, obj: Any) -> str:
        note: CallNote = obj
        return f"{note}　{note.text[:30]}"


class CallForm(OperationForm):
    """What was said, when to look again, and which open note it answers."""

    text = forms.CharField(label=_("What was said"), max_length=1000, widget=forms.Textarea({"rows": 2}))
    look_again_on = DayField(label=_("Look again on"), required=False, bounds=FROM_TODAY)
    answers = NoteChoice(label=_("It says what came of"), queryset=CallNote.objects.none(), required=False)

    def __init__(self, data: Any, family: Family) -> None:
        super().__init__(data)
        answers = self.fields["answers"]
        answers.queryset = waiting = open_notes(family)  # type: ignore[attr-defined]
        if not waiting:  # it stays a field, so that a form sent twice is the same both times
            answers.widget = forms.HiddenInput()
