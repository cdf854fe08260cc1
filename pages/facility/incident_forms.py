"""What is filled in of a near miss or incident, and of a report to the ward."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bookings.models import Stay
from care.incident_queries import chapters_on
from care.incidents import IncidentFacts
from care.models import Incident, IncidentKind, SafetyChapter, Severity
from sankecare.edits.forms import EditMixin
from sankecare.forms import UNTIL_TODAY, DayField, OperationForm

LONGEST = 4000


class _Moment(OperationForm):
    """A day and a time, in two fields."""

    def moment(self, day: str, time: str) -> datetime:
        """Return the moment in Tokyo that the fields of these names say together."""
        given = datetime.combine(self.cleaned_data[day], self.cleaned_data[time])
        return timezone.make_aware(given)


def _words(label: Any, hint: Any = "", *, rows: int = 4, required: bool = True) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, help_text=hint, max_length=LONGEST, required=required, widget=area)


def _time(label: Any) -> forms.TimeField:
    return forms.TimeField(label=label, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))


class IncidentForm(EditMixin, _Moment):
    """A near miss or an incident; ``concerned`` is a stay (``12``) or one of its infants (``12-34``)."""

    kind = forms.ChoiceField(label=_("What was it"), choices=IncidentKind.choices, widget=forms.RadioSelect)
    happened_on = DayField(label=_("Day"), bounds=UNTIL_TODAY)
    happened_time = _time(_("Time (about)"))
    place = forms.CharField(label=_("Where"), max_length=100, help_text=_("For example: bathing room, room 3"))
    concerned = forms.ChoiceField(label=_("Whom it concerns"), required=False)
    what_happened = _words(_("What happened"), _("What was seen and heard, in order. Opinions are not needed."))
    done_at_once = _words(_("What was done at once"), rows=3)
    severity = forms.ChoiceField(
        label=_("What came of it"),
        choices=Severity.choices,
        widget=forms.RadioSelect,
        help_text=_("The last three are serious: they are reported to the ward the same day or the next."),
    )
    chapter = forms.ModelChoiceField(
        SafetyChapter.objects.none(), label=_("Chapter of the safety manual"), empty_label=_("Choose")
    )
    prevention = _words(_("So that it does not happen again"), _("This can be added later."), rows=3, required=False)

    def __init__(
        self, data: Any = None, *, stays: list[Stay], today: date, of: Incident | Stay | None = None, **kwargs: Any
    ) -> None:
        super().__init__(data, initial={"happened_on": today} | as_noted(of), **kwargs)
        self._stays = {stay.pk: stay for stay in stays}
        concerned, chapter = self.fields["concerned"], self.fields["chapter"]
        assert isinstance(concerned, forms.ChoiceField)
        assert isinstance(chapter, forms.ModelChoiceField)
        concerned.choices = _whom(stays)
        chapter.queryset = chapters_on(today)
        if isinstance(of, Incident):
            chapter.queryset = chapter.queryset | SafetyChapter.objects.filter(pk=of.chapter_id)

    @property
    def values(self) -> dict[str, Any]:
        return {"facts": self._facts()}

    def _facts(self) -> IncidentFacts:
        cleaned = self.cleaned_data
        stay, _dash, infant = cleaned["concerned"].partition("-")
        found = self._stays[int(stay)] if stay else None
        infants = found.booking.registration.birth.infants.all() if found else []
        return IncidentFacts(
            **{name: cleaned[name] for name in ("chapter", "place", "what_happened", "done_at_once", "prevention")},
            kind=IncidentKind(cleaned["kind"]),
            severity=Severity(cleaned["severity"]),
            happened_at=self.moment("happened_on", "happened_time"),
            stay=found,
            infant=next((one for one in infants if infant and one.pk == int(infant)), None),
        )


class ReportForm(_Moment):
    """That the ward was told; ``number`` says which report was meant, so that two people never record it twice."""

    number = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    reported_on = DayField(label=_("Day of the report"), bounds=UNTIL_TODAY)
    reported_time = _time(_("Time of the report"))
    text = _words(
        _("What was reported"),
        _("To whom, by what means, and what was said."),
        rows=8,
    )

    @property
    def values(self) -> dict[str, Any]:
        told = {name: self.cleaned_data[name] for name in ("number", "text")}
        return told | {"reported_at": self.moment("reported_on", "reported_time")}


class FilterForm(forms.Form):
    """Which incidents a list shows."""

    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All")), *IncidentKind.choices])
    chapter = forms.TypedChoiceField(label=_("Chapter"), required=False, coerce=int, empty_value=None)

    def __init__(self, data: Any, chapters: list[SafetyChapter]) -> None:
        super().__init__(data)
        by_number = {chapter.number: str(chapter) for chapter in chapters}
        field = self.fields["chapter"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("All")), *by_number.items()]


def _whom(stays: list[Stay]) -> list[tuple[str, Any]]:
    choices: list[tuple[str, Any]] = [("", _("No family: the house as a whole"))]
    for stay in stays:
        booking = stay.booking
        family = f"{booking.registration.birth.family.mother_name}（{booking.number}）"
        choices.append((str(stay.pk), _("%(family)s: mother or family") % {"family": family}))
        for number, infant in enumerate(booking.registration.birth.infants.all(), start=1):
            who = infant.name or _("Baby %(number)s") % {"number": number}
            choices.append((f"{stay.pk}-{infant.pk}", f"{family}：{who}"))
    return choices


def as_noted(of: Incident | Stay | None) -> dict[str, Any]:
    """What an incident holds, by the names of the form's fields; of a stay, whom it concerns."""
    if of is None:
        return {}
    if isinstance(of, Stay):
        return {"concerned": str(of.pk)}
    happened = timezone.localtime(of.happened_at)
    names = ("kind", "place", "what_happened", "done_at_once", "severity", "chapter", "prevention")
    concerned = f"{of.stay_id}-{of.infant_id}" if of.infant_id else str(of.stay_id or "")
    return {name: getattr(of, name) for name in names} | {
        "happened_on": happened.date(),
        "happened_time": happened.time(),
        "concerned": concerned,
    }
