"""What a nurse or caseworker fills in to work on a referral."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from facilities.models import District
from referrals.models import ContactWay, Met, Outcome, RecipientKind
from sankecare.edits.forms import EditForm
from sankecare.forms import DayField, DayInput, OperationForm

MOMENT = "%Y-%m-%dT%H:%M"


def _words(label: Any, rows: int = 5, **given: Any) -> forms.CharField:
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows}), **{"max_length": 4000, **given})


class ContactForm(OperationForm):
    """A contact with the family, or the try."""

    made_at = forms.DateTimeField(
        label=_("Date and time"),
        input_formats=[MOMENT, "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT),
    )
    way = forms.TypedChoiceField(
        label=_("Way"), choices=ContactWay.choices, coerce=ContactWay, widget=forms.RadioSelect
    )
    met = forms.TypedChoiceField(
        label=_("With whom"),
        choices=[("", _("Nobody")), *Met.choices],
        coerce=Met,
        widget=forms.RadioSelect,
        required=False,
        empty_value=None,
    )
    text = _words(_("What was said and seen"), required=False, help_text=_("Only your section reads it."))
    next_contact_on = DayField(
        label=_("Next contact planned on"),
        required=False,
        widget=DayInput,
        help_text=_("Empty: none is planned."),
    )

    def __init__(self, data: Any = None, *, now: datetime, **given: Any) -> None:
        first = {"made_at": timezone.localtime(now).strftime(MOMENT)} | given.pop("initial", {})
        super().__init__(data, initial=first, **given)


class PlanForm(EditForm):
    """When the family is contacted next."""

    next_contact_on = DayField(label=_("Next contact planned on"))


class _WithPlan(forms.Form):
    """A form that ends or hands on a referral: where a contact is planned still, it asks for that one."""

    plan_called_off = forms.BooleanField(required=False)

    def __init__(self, *args: Any, planned: date | None = None, **given: Any) -> None:
        super().__init__(*args, **given)
        if planned is None:
            del self.fields["plan_called_off"]
        else:
            words = _now("The contact planned on %(day)s is called off") % {"day": date_format(planned)}
            self.fields["plan_called_off"].label = words


class OutcomeForm(_WithPlan, OperationForm):
    """What came of it; the facility sees only that it is closed."""

    kind = forms.TypedChoiceField(
        label=_("What came of it"), choices=Outcome.choices, coerce=Outcome, widget=forms.RadioSelect
    )
    outcome = _words(_("Outcome"), help_text=_("Only your section reads it."))


class ReasonForm(OperationForm):
    """Why a closed referral is taken up again."""

    reason = _words(_("Reason"), rows=3)


class ShareForm(OperationForm):
    """What the facility may read."""

    shared = _words(
        _("What the facility may read"),
        help_text=_(
            "The facility reads exactly this, and it cannot be taken back. Nothing else of your work is shown to it."
        ),
    )

    @property
    def values(self) -> dict[str, Any]:
        return {"text": self.cleaned_data["shared"]}


class RedirectForm(_WithPlan, EditForm):
    """To which section a referral is sent on."""

    recipient = forms.TypedChoiceField(
        label=_("To whom"), choices=RecipientKind.choices, coerce=RecipientKind, widget=forms.RadioSelect
    )
    district = forms.ModelChoiceField(
        District.objects.all(),
        label=_("District"),
        required=False,
        empty_label=_("Where the family lives"),
        help_text=_("A district that you choose keeps it, also when the family moves."),
    )
    reason = _words(_("Reason"), rows=3, help_text=_("Read by the section that gets it."))


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]  # the stubs' own parameter
    """A person by name, with her section where she is one of several."""

    def __init__(self, people: QuerySet[User], **given: Any) -> None:
        super().__init__(people, **{"empty_label": _("Choose"), **given})

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj}（{obj.district}・{obj.get_role_display()}）"


class HandOverForm(OperationForm):
    """To whom something in hand goes."""

    to = PersonField(
        User.objects.none(),
        label=_("Handed over to"),
        help_text=_(
            "Your colleagues, then those of the section that is your deputy. Nobody is there to choose? "
            "Ask ward staff to enter a deputy (代理)."
        ),
    )

    def __init__(self, data: Any = None, *, people: QuerySet[User]) -> None:
        super().__init__(data)
        self.fields["to"].queryset = people.select_related("district")  # type: ignore[attr-defined]


class ReassignForm(HandOverForm):
    """What somebody who left had in hand goes to a person of that section."""

    of = PersonField(User.objects.none(), label=_("Who has left"))
    field_order = ["of", "to"]

    def __init__(self, data: Any = None, *, left: Iterable[int], people: QuerySet[User]) -> None:
        super().__init__(data, people=people)
        self.fields["of"].queryset = User.objects.filter(pk__in=left).select_related("district")  # type: ignore[attr-defined]
