"""One row a sleeping baby, and one touch for all of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from bookings.models import Booking
from care.models import Breathing, Colour, Position, SleepPlace
from care.observations import SleepCheckState
from care.record_queries import LastLook
from care.sleep_checks import Look
from enrollment.models import Infant
from sankecare.forms import OperationForm


@dataclass(frozen=True)
class Sleeper:
    """An infant in house: its room, when it is to be looked at, and its newest look."""

    booking: Booking
    infant: Infant
    state: SleepCheckState
    last: LastLook | None
    room: str = ""

    @property
    def place(self) -> str:
        """Where it slept when it was looked at last."""
        return self.last.place if self.last else ""

    @property
    def last_place_words(self) -> str:
        """The same in words."""
        return str(SleepPlace(self.place).label) if self.place else ""

    @property
    def key(self) -> str:
        """What its fields are called after."""
        return f"{self.booking.pk}_{self.infant.pk}"


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]  # the stubs' own parameter
    """Somebody of the house, by name."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj)


class RoundForm(OperationForm):
    """Who watches, and how each baby was found (fields ``position_KEY``, ``breathing_KEY`` …).

    Sent with ``all``, every baby whose position is not chosen was on its back, breathing quietly, of good colour.
    """

    watched_by = PersonField(User.objects.none(), label=_("Who watches"), empty_label=None)
    second_person = PersonField(
        User.objects.none(),
        label=_("Second person"),
        required=False,
        empty_label=_("nobody"),
        help_text=_("Needed where a baby is kept apart from its mother: it is never with one person alone."),
    )
    touched_at = forms.IntegerField(widget=forms.HiddenInput(attrs={"data-touched": ""}), required=False)

    def __init__(self, data: Any = None, *, sleepers: Sequence[Sleeper], people: Any, person: User) -> None:
        beside = next((row.last.second_person for row in sleepers if row.last and row.last.second_person), None)
        known = None if beside == person.pk else beside
        super().__init__(data, initial={"watched_by": person.pk, "second_person": known})
        self.sleepers = sleepers
        for name in ("watched_by", "second_person"):
            self.fields[name].queryset = people  # type: ignore[attr-defined]
        for row in sleepers:
            for name, words in CHOICES.items():
                is_position = name == "position"
                self.fields[f"{name}_{row.key}"] = forms.TypedChoiceField(
                    label=LABELS[name],
                    choices=[("", _("not yet")), *words.choices] if is_position else words.choices,
                    coerce=words,  # type: ignore[arg-type]
                    required=not is_position,
                    initial=(row.place or SleepPlace.MOTHER) if name == "place" else FIRST[name],
                    empty_value=None,
                    widget=forms.RadioSelect if is_position else forms.Select,
                )

    def rows(self) -> Iterator[tuple[Sleeper, forms.BoundField, list[forms.BoundField], bool]]:
        """Each baby with its position, its other fields, and whether something is wrong in those."""
        for row in self.sleepers:
            position, *others = (self[f"{name}_{row.key}"] for name in LABELS)
            yield row, position, others, any(field.errors for field in others)

    @property
    def values(self) -> dict[str, Any]:
        cleaned, all_of_them = self.cleaned_data, "all" in self.data
        looks = []
        for row in self.sleepers:
            found = {name: cleaned[f"{name}_{row.key}"] for name in LABELS}
            if all_of_them and found["position"] is None:
                found["position"] = Position.BACK
            if found["position"] is not None:
                looks.append(Look(row.booking, row.infant.pk, **found))
        touched = cleaned["touched_at"]
        return {
            "looks": looks,
            "watched_by": cleaned["watched_by"],
            "second_person": cleaned["second_person"],
            "touched_at": None if touched is None else _moment(touched),
        }

    def clean_touched_at(self) -> int | None:
        """Milliseconds since 1970; what no clock could say counts as now."""
        touched: int | None = self.cleaned_data["touched_at"]
        return touched if touched is not None and 0 < touched < 10**14 else None


CHOICES = {"position": Position, "breathing": Breathing, "colour": Colour, "place": SleepPlace}
FIRST = {"position": "", "breathing": Breathing.REGULAR, "colour": Colour.GOOD}
LABELS = {
    "position": _("How it lies"),
    "breathing": _("Breathing"),
    "colour": _("Colour"),
    "place": _("Where it sleeps"),
}


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, tz=UTC)
