"""What a facility enters of coordinator sessions: when, for how many, who came."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from care.models import CoordinatorSession, SessionSignUp
from care.models.sessions import LONGEST_MINUTES
from sankecare.edits.forms import EditForm
from sankecare.forms import DayField, OperationForm

CAME, DID_NOT_COME = "came", "did_not_come"


class ChangeSessionForm(EditForm):
    """A session on its day."""

    starts = forms.TimeField(label=_("Begins at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=LONGEST_MINUTES)
    places = forms.IntegerField(
        label=_("Places (families)"),
        required=False,
        min_value=1,
        max_value=100,
        help_text=_("Empty: as many as come."),
    )
    about = forms.CharField(
        label=_("What it is about"),
        required=False,
        max_length=200,
        help_text=_("Families read it. For example: places to go with a baby."),
    )


class PlanSessionForm(ChangeSessionForm):
    """A new session; how long the last one was is proposed."""

    field_order = ("day", *ChangeSessionForm.base_fields)
    day = DayField(label=_("Day"))


class CallOffForm(OperationForm):
    """Why a session is not held."""

    reason = forms.CharField(label=_("Reason (families read it)"), max_length=200)


class AttendanceForm(EditForm):
    """Who came: a pair of large buttons for each family (fields ``came_ID``)."""

    def __init__(self, data: Any = None, *, sign_ups: Sequence[SessionSignUp]) -> None:
        super().__init__(data)
        for row in sign_ups:
            self.fields[f"came_{row.pk}"] = forms.ChoiceField(
                label=row.family.mother_name,
                required=False,
                initial=_noted(row),
                choices=[(CAME, _("Came")), (DID_NOT_COME, pgettext("a session", "Did not come"))],
                widget=forms.RadioSelect,
            )

    @property
    def values(self) -> dict[str, Any]:
        """Who came, by the sign-ups' ids; those nobody ticked are left as they are."""
        given = self.cleaned_data.items()
        return {"came": {int(name.removeprefix("came_")): value == CAME for name, value in given if value}}


def attendance_noted(rows: Iterable[SessionSignUp]) -> dict[str, Any]:
    """What is noted of who came, by the names of the form's fields."""
    return {f"came_{row.pk}": _noted(row) for row in rows}


def _noted(row: SessionSignUp) -> str:
    return "" if row.attended is None else CAME if row.attended else DID_NOT_COME


def as_changed(session: CoordinatorSession) -> dict[str, Any]:
    """What a session holds, by the names of the form's fields."""
    starts = timezone.localtime(session.starts_at).time()
    return as_planned(session) | {"starts": starts, "about": session.about}


def as_planned(session: CoordinatorSession | None) -> dict[str, Any]:
    """What a form proposes after an earlier session."""
    return {} if session is None else {"minutes": session.minutes, "places": session.places}
