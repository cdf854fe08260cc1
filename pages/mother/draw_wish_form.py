"""What a mother wishes in a draw. The first question is the one that helps most: whether fewer days would do."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.formats import date_format
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from bookings.draws.draw import Choice
from bookings.draws.round_places import days_of
from bookings.draws.wishes import MOST_CHOICES
from bookings.models import DrawEntry, DrawRound
from enrollment.models import Family, Sibling
from facilities.models import Service
from sankecare.edits.forms import EditForm

CHOICE_WORDS = (_("First choice"), _("Second choice"), _("Third choice"))
ALL_OR_NOTHING = "all"
PARTS = ("service", "first", "length")


class WishForm(EditForm):
    """``shorter``; ``service_1`` (where several share the places), ``first_1``, ``length_1`` …; what else counts.

    ``closed``: of each service, by its slug, the days on which it is closed: these are not asked for.
    """

    shorter = forms.ChoiceField(
        label=_("If not all of your days can be had: would fewer days do?"),
        help_text=_(
            "With “yes” you are far more likely to be drawn: where many want the same days it is worth about as much"
            " as a second ticket. You get all your days where they are left."
        ),
    )
    or_without = forms.BooleanField(
        label=_("If no room takes the elder child, I come without it"),
        required=False,
        help_text=_("Few rooms take an elder child. With this you can be drawn for the others, too."),
    )
    stays_in_line = forms.BooleanField(
        label=_("If I am not drawn, I stand in line"),
        required=False,
        initial=True,
        help_text=_(
            "What others give back is offered in the drawn order. You hear of it by mail, and may say no every time."
        ),
    )

    def __init__(
        self,
        *args: Any,
        draw_round: DrawRound,
        services: Sequence[Service],
        closed: Mapping[str, Collection[date]],
        family: Family,
        takes_sibling: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._slugs = [service.slug for service in services]
        days = days_of(draw_round)
        length = max(_longest_run(day for day in days if day not in closed[slug]) for slug in self._slugs)
        firsts = [(day, [row for row in services if day in closed[row.slug]]) for day in days]
        shown = [(day.isoformat(), _in_words(day, without)) for day, without in firsts if len(without) < len(services)]
        self._ask_whether_fewer_do(length)
        for number in range(1, MOST_CHOICES + 1):
            self._ask_for_choice(number, services, shown, length)
        siblings = Sibling.objects.filter(family=family)
        if takes_sibling and siblings:
            self.fields["sibling"] = forms.ModelChoiceField(
                siblings, label=_("Sibling who comes along"), required=False, empty_label=_("No sibling")
            )
        else:
            del self.fields["or_without"]
        wished = [name for name in self.fields if name[-1].isdecimal()]
        self.order_fields(["shorter", *wished, "sibling", "or_without", "stays_in_line"])

    @property
    def groups(self) -> list[dict[str, Any]]:
        """The fields of each choice, for the template; ``is_open``: the first one, and what holds something."""
        found = []
        for number in range(1, MOST_CHOICES + 1):
            fields = [self[f"{part}_{number}"] for part in PARTS if f"{part}_{number}" in self.fields]
            is_open = number == 1 or bool(self[f"first_{number}"].value()) or any(field.errors for field in fields)
            found.append({"number": number, "words": CHOICE_WORDS[number - 1], "fields": fields, "is_open": is_open})
        return found

    @property
    def others(self) -> list[BoundField]:
        """What is asked after the choices."""
        return [self[name] for name in ("sibling", "or_without", "stays_in_line") if name in self.fields]

    @property
    def choices(self) -> list[Choice]:
        """What is wished for, in order. Of a valid form alone."""
        found = []
        for number in range(1, MOST_CHOICES + 1):
            first = self.cleaned_data.get(f"first_{number}")
            if first:
                start, length = date.fromisoformat(first), int(self.cleaned_data[f"length_{number}"] or 1)
                service = self.cleaned_data.get(f"service_{number}") or self._slugs[0]
                found.append(Choice(service, tuple(start + timedelta(days=day) for day in range(length))))
        return found

    @property
    def values(self) -> dict[str, Any]:
        """What a valid form says, by the names of the operation's arguments."""
        shorter = self.cleaned_data["shorter"]
        return {
            "choices": self.choices,
            "least_days": None if shorter == ALL_OR_NOTHING else int(shorter),
            "sibling": self.cleaned_data.get("sibling"),
            "or_without": bool(self.cleaned_data.get("sibling") and self.cleaned_data.get("or_without")),
            "stays_in_line": self.cleaned_data["stays_in_line"],
        }

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for number in range(2, MOST_CHOICES + 1):
            name = f"service_{number}"
            if name in self.fields and values.get(f"first_{number}") and name not in self.errors and not values[name]:
                self.add_error(name, now_("Please choose the service."))
        return values

    def field_of(self, name: str) -> str:
        return {"least_days": "shorter", "choices": "first_1"}.get(name, name)

    def _ask_whether_fewer_do(self, length: int) -> None:
        field = self.fields["shorter"]
        assert isinstance(field, forms.ChoiceField)
        least = [
            (str(number), ngettext("Yes, from %(number)d day on", "Yes, from %(number)d days on", number))
            for number in range(1, max(length, 2))
        ]
        field.choices = [
            ("", _("Choose")),
            *((value, words % {"number": int(value)}) for value, words in least),
            (ALL_OR_NOTHING, _("No: all of my days, or none")),
        ]

    def _ask_for_choice(
        self, number: int, services: Sequence[Service], days: list[tuple[str, str]], longest: int
    ) -> None:
        is_asked, words = number == 1, CHOICE_WORDS[number - 1]
        if len(services) > 1:
            self.fields[f"service_{number}"] = forms.ChoiceField(
                label=_("%(choice)s: service") % {"choice": words},
                choices=[("", _("Choose")), *((row.slug, row.get_kind_display()) for row in services)],
                required=is_asked,
            )
        self.fields[f"first_{number}"] = forms.ChoiceField(
            label=_("%(choice)s: first day") % {"choice": words},
            choices=[("", _("Choose")), *days],
            required=is_asked,
        )
        lengths = [
            (str(count), ngettext("%(number)d day", "%(number)d days", count) % {"number": count})
            for count in range(1, max(longest, 1) + 1)
        ]
        self.fields[f"length_{number}"] = forms.ChoiceField(
            label=_("%(choice)s: how many days") % {"choice": words}, choices=lengths, required=is_asked
        )


def as_typed(entry: DrawEntry | None) -> dict[str, Any]:
    """Return what an entry holds as the form's first values."""
    if entry is None:
        return {}
    known: dict[str, Any] = {
        "shorter": ALL_OR_NOTHING if entry.least_days is None else str(entry.least_days),
        "sibling": entry.sibling,
        "or_without": entry.or_without,
        "stays_in_line": entry.stays_in_line,
    }
    for number, choice in enumerate(entry.choices, start=1):
        days = choice["days"]
        known |= {
            f"service_{number}": choice["service"],
            f"first_{number}": days[0],
            f"length_{number}": str(len(days)),
        }
    return known


def as_touched(asked: Mapping[str, str]) -> dict[str, Any]:
    """Return the first values for a day that was touched in the calendar: ``service`` by its slug, and ``day``."""
    return {"service_1": asked.get("service", ""), "first_1": asked.get("day", "")} if asked.get("day") else {}


def nothing_typed() -> dict[str, Any]:
    """Return the fields of the choices as they are where nothing is wished."""
    return {f"{part}_{number}": "" for part in PARTS for number in range(1, MOST_CHOICES + 1)}


def _longest_run(days: Iterable[date]) -> int:
    """Return how many of the days, in their order, follow each other at most."""
    longest, run, before = 0, 0, None
    for day in days:
        run = run + 1 if before is not None and (day - before).days == 1 else 1
        longest, before = max(longest, run), day
    return longest


def _in_words(day: date, without: Sequence[Service]) -> str:
    """Name a first day with its weekday, and which services are closed on it."""
    words = date_format(day, "MONTH_DAY_FORMAT") + now_(" (%(weekday)s)") % {"weekday": date_format(day, "D")}
    if not without:
        return words
    kinds = now_(" / ").join(row.get_kind_display() for row in without)
    return now_("%(day)s, no %(services)s") % {"day": words, "services": kinds}
