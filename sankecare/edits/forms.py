"""A form on what stands already: it carries what it showed when it was opened, and overwrites nothing in silence."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Model
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from sankecare.errors import Refused
from sankecare.forms import OperationForm

from .digests import merge

OPENED = "opened"


@dataclass(frozen=True)
class Standing:
    """What stands now, by the names of the form's fields; who wrote it last, and when, where that is known."""

    values: dict[str, Any]
    by: Any = None
    at: datetime | None = None

    @property
    def who_and_when(self) -> str:
        """Who wrote it last and when, in a reader's words, such as `` (Sato, 10:32)``; empty where nobody is known."""
        parts = [str(self.by)] if self.by is not None else []
        if self.at is not None:
            parts.append(date_format(timezone.localtime(self.at), "DATETIME_FORMAT"))
        return f" ({', '.join(parts)})" if parts else ""


class ChangedMeanwhile(Refused):
    """Somebody else changed the same fields since the form was opened; nothing was written."""

    stands_above = True

    def __init__(self, fields: Mapping[str, str]) -> None:
        words = _("Somebody else has changed this since you opened it. Nothing is written yet; please look at it.")
        super().__init__("changed_meanwhile", words, fields)


@dataclass
class Seen:
    """What somebody else changed since it was opened: shown beside the form."""

    who: str = ""
    lines: list[tuple[str, str, str]] = field(default_factory=list)


class EditMixin:
    """What a form needs that edits what stands: put before ``forms.Form``.

    The page sends the hidden field ``opened`` along (``templates/partials/opened.html``).
    """

    fields: dict[str, forms.Field]
    data: Any
    cleaned_data: dict[str, Any]
    seen: Seen | None = None
    settled_with: Standing
    meanwhile: int = 0
    _opened_anew: dict[str, str] | None = None

    @property
    def opened(self) -> str:
        """What stood in each field when the form was opened, as it is carried along."""
        if self._opened_anew is not None:
            return json.dumps(self._opened_anew)
        if self.is_bound:  # type: ignore[attr-defined]
            return str(self.data.get(self._opened_name, ""))
        return json.dumps(self._as_text(self._shown()))

    @property
    def opened_name(self) -> str:
        """The name of the hidden field."""
        return self._opened_name

    def settle(self, standing: Standing, *, whole: bool = False) -> int:
        """Keep what she left as it stands now; return how many fields somebody else has changed meanwhile.

        For a valid form, under the lock of what it edits. Raises ChangedMeanwhile where both changed one field; of
        what is one thing together (``whole``: an address) where anything of it was changed meanwhile.
        """
        now = self._as_text(standing.values)
        typed = self._as_text({name: self.cleaned_data.get(name) for name in now})
        opened = self._carried()
        merged = merge(opened=opened, typed=typed, now=now)
        if merged.conflicts or (whole and merged.meanwhile):
            self._show_again(standing, now, merged.left)
            who = standing.who_and_when
            sentences = {
                name: _("Meanwhile it was changed to “%(now)s”%(who)s. Send again, and yours is written instead.")
                % {"now": in_words(self.fields[name], now[name]), "who": who}
                for name in sorted(merged.conflicts)
            }
            self.seen = Seen(
                who,
                [
                    (
                        str(self.fields[name].label),
                        in_words(self.fields[name], opened.get(name, "")),
                        in_words(self.fields[name], now[name]),
                    )
                    for name in self.fields
                    if name in merged.meanwhile
                ],
            )
            raise ChangedMeanwhile(sentences)
        for name in merged.left & merged.meanwhile:
            self.cleaned_data[name] = _as_cleaned(self.fields[name], standing.values.get(name))
        self.settled_with, self.meanwhile = standing, len(merged.meanwhile)
        return self.meanwhile

    def differs(self, values: Mapping[str, Any]) -> bool:
        """Whether anything stands differently now than when the form was opened."""
        now, opened = self._as_text(values), self._carried()
        return any(opened.get(name, stands) != stands for name, stands in now.items())

    @property
    def _opened_name(self) -> str:
        return self.add_prefix(OPENED)  # type: ignore[attr-defined, no-any-return]

    def _shown(self) -> dict[str, Any]:
        initial = self.get_initial_for_field  # type: ignore[attr-defined]
        return {name: initial(one, name) for name, one in self.fields.items()}

    def _carried(self) -> dict[str, str]:
        """What the page carried along; whatever is no such thing counts as nothing."""
        try:
            carried = json.loads(self.data.get(self._opened_name, "") or "{}")
        except ValueError:
            return {}
        if not isinstance(carried, dict):
            return {}
        return {str(name): text for name, text in carried.items() if isinstance(text, str)}

    def _as_text(self, values: Mapping[str, Any]) -> dict[str, str]:
        return {name: as_text(self.fields[name], value) for name, value in values.items() if name in self.fields}

    def _show_again(self, standing: Standing, now: Mapping[str, str], left: frozenset[str]) -> None:
        """Show what stands now in the fields that she left; from here on it counts as seen."""
        self._opened_anew = dict(now)
        data = self.data.copy()
        for name in left:
            one = self.fields[name]
            _put(data, self.add_prefix(name), one, standing.values.get(name))  # type: ignore[attr-defined]
        self.data = data


class EditForm(EditMixin, OperationForm):
    """A form behind which an operation stands that changes what is there."""


def as_text(one: forms.Field, value: Any) -> str:
    """A field's value as text that is the same whether it was stored, shown or typed."""
    if value is None or value in one.empty_values or (isinstance(one, forms.BooleanField) and not value):
        return ""
    value = one.prepare_value(value)
    if isinstance(value, (list, tuple, set, frozenset)) or hasattr(value, "iterator"):
        return json.dumps(sorted(_plain(part) for part in value))
    return _plain(value)


def in_words(one: forms.Field, text: str) -> str:
    """A value's text as a person reads it: the label of a choice, a day in words."""
    if isinstance(one, forms.BooleanField):
        return _("yes") if text else _("no")
    if not text:
        return _("nothing")
    return next((words(one, text) for kind, words in WORDS.items() if isinstance(one, kind)), text)


def _several(one: Any, text: str) -> str:
    words = _labels(one)
    return "、".join(words.get(part, part) for part in json.loads(text))


def _moment(_one: forms.Field, text: str) -> str:
    return date_format(timezone.localtime(datetime.fromisoformat(text)), "DATETIME_FORMAT")


# The first that a field is of.
WORDS: dict[type[forms.Field], Callable[[Any, str], str]] = {
    forms.MultipleChoiceField: _several,
    forms.ModelMultipleChoiceField: _several,
    forms.ChoiceField: lambda one, text: _labels(one).get(text, text),
    forms.DateTimeField: _moment,
    forms.DateField: lambda _one, text: date_format(date.fromisoformat(text)),
    forms.TimeField: lambda _one, text: time_format(time.fromisoformat(text)),
}


def _labels(one: Any) -> dict[str, str]:
    return {_plain(getattr(value, "value", value)): str(label) for value, label in one.choices}


def _as_cleaned(one: forms.Field, value: Any) -> Any:
    """A standing value as the field would have cleaned it; one that it would not take any more stays as it is."""
    sent = one.widget.decompress(value) if isinstance(one.widget, forms.MultiWidget) else one.prepare_value(value)
    try:
        return one.clean(sent)
    except forms.ValidationError:
        return value


def _plain(value: Any) -> str:
    value = getattr(value, "value", value)
    if isinstance(value, datetime):
        aware = value if timezone.is_aware(value) else timezone.make_aware(value)
        value = timezone.localtime(aware)
    if isinstance(value, (datetime, time)):
        value = value.replace(second=0, microsecond=0)
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, bool):
        value = int(value)
    written = value.pk if isinstance(value, Model) else value
    return str(written).replace("\r\n", "\n").strip()


def _put(data: Any, name: str, one: forms.Field, value: Any) -> None:
    """Write a standing value into what was sent, as the field's widget would have sent it."""
    widget = one.widget
    if isinstance(widget, forms.CheckboxInput):
        data.pop(name, None)
        if value:
            data[name] = "on"
    elif isinstance(widget, forms.MultiWidget):
        for number, part in enumerate(widget.decompress(value) or []):
            data[f"{name}_{number}"] = "" if part is None else str(part)
    else:
        shown = widget.format_value(one.prepare_value(value))
        if isinstance(shown, (list, tuple)):
            data.setlist(name, [str(part) for part in shown])
        else:
            data[name] = "" if shown is None else str(shown)
