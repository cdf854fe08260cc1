"""What staff say of an application that they type in for a family."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from enrollment.applications.duplicates import Proposed
from enrollment.models import Channel

NEW_FAMILY = "new"


class EnteredForm(forms.Form):
    """How an application came in that staff type; and whose it is where the ward knows her already."""

    channel = forms.ChoiceField(
        label=_("How did it come in?"),
        choices=[(one.value, one.label) for one in Channel if one != Channel.ONLINE],
        widget=forms.RadioSelect,
    )
    family = forms.ChoiceField(label=_("Is it one of these families?"), widget=forms.RadioSelect, required=False)

    def __init__(self, *args: Any, proposed: list[Proposed], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not proposed:
            del self.fields["family"]
            return
        known = [(str(row.family.pk), row.in_words) for row in proposed]
        choice = self.fields["family"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [*known, (NEW_FAMILY, _("No, it is another family"))]
