"""What she fills in to choose how she is told."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import ONE_TIME
from accounts.models import MessagePreference, MessageWay
from sankecare.channels.set_up import ways_set_up
from sankecare.forms import OperationForm


class MessagesForm(OperationForm):
    """The way, quiet hours, reminders. Ways that the ward has not set up are not there."""

    way = forms.ChoiceField(label=_("How shall we tell you?"), widget=forms.RadioSelect)
    quiet_from = forms.TimeField(
        label=_("Quiet from"),
        required=False,
        widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
        help_text=_("In these hours we send nothing but answers to what you do, and what cannot wait."),
    )
    quiet_until = forms.TimeField(
        label=_("Quiet until"), required=False, widget=forms.TimeInput({"type": "time"}, format="%H:%M")
    )
    wants_reminders = forms.BooleanField(label=_("Remind me, and write to me after a stay"), required=False)

    def __init__(self, *args: Any, kept: MessagePreference, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("way", "quiet_from", "quiet_until", "wants_reminders"):
            self.initial[name] = getattr(kept, name)
        ready = {MessageWay.MAIL, kept.way, *([MessageWay.LINE] if kept.line_user else [])}
        ready |= {MessageWay.SMS} if kept.phone else set()
        there = {MessageWay.MAIL, *map(MessageWay, ways_set_up())}
        field = self.fields["way"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(way.value, way.label) for way in MessageWay if way in ready & there]
        if len(ready & there) == 1:  # nothing to choose
            field.widget = forms.HiddenInput()


class PhoneForm(OperationForm):
    """The telephone to which a code goes."""

    phone = forms.CharField(
        label=_("Mobile number"), max_length=20, widget=forms.TextInput({"inputmode": "tel", "autocomplete": "tel"})
    )


class PhoneCodeForm(OperationForm):
    """The code that came to it."""

    code = forms.CharField(label=_("Code of the text message"), max_length=20, widget=forms.TextInput(ONE_TIME))
