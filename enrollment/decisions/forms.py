"""What staff fill in: a decision, an exception, two entries joined."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
)

from enrollment.applications.queue import level_words
from enrollment.eligibility import Rule
from enrollment.models import Channel, Family
from enrollment.reasons import rule_name
from enrollment.urgency import Level
from facilities.models import District

DECISIONS = (
    ("approve", _("Approve")),
    ("return", _("Return for correction")),
    ("reject", _("Do not approve")),
)


class DecisionForm(forms.Form):
    """What staff decide, and why; a reason is needed for anything but an approval."""

    decision = forms.ChoiceField(label=_("Decision"), choices=DECISIONS, widget=UnfoldAdminRadioSelectWidget)
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=2000,
        widget=UnfoldAdminTextareaWidget({"rows": 4}),
        help_text=_("The family reads it. Needed unless you approve."),
    )


class ExceptionForm(forms.Form):
    """An exception on one rule; never on medical treatment."""

    rule = forms.ChoiceField(
        label=_("Rule"),
        choices=lambda: [(rule.value, rule_name(rule)) for rule in Rule if rule != Rule.MEDICAL_CARE],
        widget=UnfoldAdminSelectWidget,
    )
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=UnfoldAdminTextareaWidget({"rows": 3}))


class QueueFilter(forms.Form):
    """What of the queue is shown; nothing chosen shows all. No names: what is asked stands in the address."""

    level = forms.ChoiceField(label=_("Urgency"), required=False, widget=UnfoldAdminSelectWidget)
    channel = forms.ChoiceField(
        label=_("came in"), required=False, choices=[("", _("All")), *Channel.choices], widget=UnfoldAdminSelectWidget
    )
    district = forms.ModelChoiceField(
        District.objects.all(),
        label=_("district"),
        required=False,
        empty_label=_("All"),
        widget=UnfoldAdminSelectWidget,
    )
    found = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[
            ("", _("All")),
            ("plain", _("Plain ones")),
            ("duplicates", _("Perhaps entered twice")),
            ("unmet", _("Conditions not met")),
        ],
        widget=UnfoldAdminSelectWidget,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        level = self.fields["level"]
        assert isinstance(level, forms.ChoiceField)
        level.choices = [("", _("All")), *((str(row.value), level_words(row)) for row in Level)]


class EntryField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable at run time
    def label_from_instance(self, obj: Any) -> str:
        return str(_("No. %(number)d: %(name)s")) % {"number": obj.pk, "name": obj.mother_name}


class MergeForm(forms.Form):
    """Which of two entries is kept, and why they are one family."""

    kept = EntryField(
        Family.objects.none(), label=_("Entry to keep"), empty_label=None, widget=UnfoldAdminRadioSelectWidget
    )
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=UnfoldAdminTextareaWidget({"rows": 3}))

    def __init__(self, *args: Any, one: Family, other: Family, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = self.fields["kept"]
        assert isinstance(kept, EntryField)
        kept.queryset = Family.objects.filter(pk__in=[one.pk, other.pk]).order_by("created_at", "pk")
        self.initial.setdefault("kept", one)
