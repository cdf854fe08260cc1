"""The time of a visit or consultation: chosen from those that the service offers on the day."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from bookings.models import Booking
from bookings.places.queries import VISITS
from bookings.places.times_offered import DayTimes, times_on
from facilities.models import Service
from sankecare.forms import OperationForm


class TimesForm(OperationForm):
    """One choice a day; where no time is free, the facility agrees on one later. Empty for a stay."""

    def __init__(
        self, data: Any = None, *, service: Service, days: Collection[date], without: Booking | None = None
    ) -> None:
        super().__init__(data)
        self.later: list[date] = []
        if service.kind not in VISITS or not days:
            return
        for day, known in times_on(service, days, without=without).items():
            if known.free:
                self.fields[name_of_day(day)] = _choice(day, known)
            elif known.offered:
                self.later.append(day)

    @property
    def values(self) -> dict[str, Any]:
        return {"times": self.times}

    @property
    def times(self) -> dict[date, time]:
        """The time of each day that has one."""
        return {
            date.fromisoformat(name.removeprefix("time_")): time.fromisoformat(chosen)
            for name, chosen in self.cleaned_data.items()
            if chosen
        }

    def field_of(self, name: str) -> str:
        """A time that went to another family is said beside the only day, else above."""
        return next(iter(self.fields)) if name == "times" and len(self.fields) == 1 else name


class TimeForm(TimesForm):
    """The time of one appointment."""

    def __init__(self, data: Any = None, *, booking: Booking, day: date) -> None:
        super().__init__(data, service=booking.service, days=[day], without=booking)

    @property
    def values(self) -> dict[str, Any]:
        return {"starts_at": next(iter(self.times.values()), None)}

    def field_of(self, name: str) -> str:
        return super().field_of("times" if name == "starts_at" else name)


def name_of_day(day: date) -> str:
    """The field's name of a day."""
    return f"time_{day.isoformat()}"


def from_to(begins: time, minutes: int) -> str:
    """Write when an appointment begins and ends, as it is read: 9:30〜11:30; only the beginning without minutes."""
    if not minutes:
        return f"{begins:%H:%M}"
    ends = datetime.combine(date.min, begins) + timedelta(minutes=minutes)
    return f"{begins:%H:%M}–{ends:%H:%M}"


def _choice(day: date, known: DayTimes) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Time on %(day)s") % {"day": date_format(day, "MONTH_DAY_FORMAT")},
        choices=[(f"{one:%H:%M}", from_to(one, known.minutes)) for one in known.free],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Please choose a time."),
            "invalid_choice": _("This time has just been taken. Please choose another one."),
        },
    )
