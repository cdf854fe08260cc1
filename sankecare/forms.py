"""How forms look, and two ways to enter a day. ``{{ form }}`` and ``as_field_group`` give our markup."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import TemplatesSetting
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from .days import ERAS, NotADay, day_of, read_day
from .errors import NotPossible, Refused
from .readable import Unreadable, unreadable

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# The papers that are kept (enrollment/applications/paper_check.py), for the file chooser.


class Renderer(TemplatesSetting):
    """Forms through templates/partials; widgets by Django's own templates."""

    form_template_name = "partials/form.html"
    field_template_name = "partials/field.html"


class OperationForm(forms.Form):
    """A form behind which one operation stands."""

    @property
    def values(self) -> dict[str, Any]:
        """What a valid form says, by the names of the operation's arguments: its fields, unless a form says more."""
        return self.cleaned_data

    def field_of(self, name: str) -> str:
        """Return which of its fields an argument of the operation is; some forms name them otherwise."""
        return name


def show_refusal(form: forms.BaseForm, refused: Refused) -> None:
    """Put what an operation refused beside each field that it names; above the form where it has none of them.

    Nothing that was said is lost: above the form stands what the refusal says of fields that are not there, too.
    """
    field_of = form.field_of if isinstance(form, OperationForm) else str
    beside = [(field_of(name), sentence) for name, sentence in refused.fields.items() if field_of(name) in form.fields]
    for field, sentence in beside:
        form.add_error(field, sentence)
    if refused.stands_above or not beside:
        said = {refused.detail, *(sentence for _field, sentence in beside)}
        more = [sentence for sentence in refused.fields.values() if not any(sentence in words for words in said)]
        form.add_error(None, " ".join([refused.detail, *more]))


YEAR = timedelta(days=366)
# A day further away is a slip of the keyboard in any form (own default); most fields say more (``Bounds``).
SLIP_BACK, SLIP_AHEAD = 100 * YEAR, 3 * YEAR


@dataclass(frozen=True)
class Bounds:
    """Between which days a field's day lies, counted from today; None: where any other day is a slip.

    ``ahead``: beyond the calendar's end there is no bound. ``why``: a sentence for a day outside; where today is the
    bound, it says by itself that the day has not come, or has passed.
    """

    back: timedelta | None = None
    ahead: timedelta | None = None
    why: "StrOrPromise" = ""

    def check(self, day: date, today: date) -> None:
        """Raise ValidationError with the reason for a day outside."""
        earliest, latest = self.earliest(today), self.latest(today)
        if earliest <= day <= latest:
            return
        if self.why and not self._is_slip(day, today):
            raise ValidationError(self.why, code="out_of_bounds")
        if day > latest and latest == today:
            raise ValidationError(_("This day has not come yet."), code="not_come")
        if day < earliest and earliest == today:
            raise ValidationError(_("This day has passed."), code="passed")
        raise ValidationError(
            _("%(day)s is too far away: please enter a day from %(earliest)s to %(latest)s. Please check the year."),
            code="out_of_bounds",
            params={
                name: date_format(shown) for name, shown in (("day", day), ("earliest", earliest), ("latest", latest))
            },
        )

    def earliest(self, today: date) -> date:
        return today - (SLIP_BACK if self.back is None else self.back)

    def latest(self, today: date) -> date:
        ahead = SLIP_AHEAD if self.ahead is None else self.ahead
        return date.max if ahead > date.max - today else today + ahead

    def _is_slip(self, day: date, today: date) -> bool:
        return not today - SLIP_BACK <= day <= today + SLIP_AHEAD


NO_SLIP = Bounds()
UNTIL_TODAY = Bounds(ahead=timedelta(0))
FROM_TODAY = Bounds(back=timedelta(0))
# Of one's own life: nobody is older than this (own default).
BIRTHDAY = Bounds(back=100 * YEAR, ahead=timedelta(0))
DAY_ERRORS = {
    "invalid": _("There is no such day. Enter it in numbers, such as 2023 4 1."),
    "era_missing": _("Please enter the year with four digits, such as 2026, or choose the era."),
    "not_in_era": _("This era has no such day. Please check the era and the year."),
}


class PaperInput(forms.FileInput):
    """A photograph or a PDF. ``static/js/paper.js`` makes photographs smaller before they are sent."""

    ACCEPTED = "image/jpeg,image/png,image/heic,image/heif,.heic,.heif,application/pdf"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        words = {
            "accept": self.ACCEPTED,
            "data-shrinking": _("Making the photograph smaller …"),
            "data-shrunk": _("The photograph was made smaller: %before% MB to %after% MB."),
        }
        super().__init__(words | (attrs or {}))


def check_readable(text: str) -> None:
    """Raise ValidationError for a text that nobody can read as it is meant (readable.py); every text of a form."""
    sentences = {
        Unreadable.CONTROLS: _(
            "There are signs in it that cannot be seen, or that turn the writing. Please type it anew."
        ),
        Unreadable.NOTHING_SEEN: _("There is nothing in it that can be seen. Please write it in letters."),
        Unreadable.MARKS: _("Too many marks stand on one letter. Please leave them out."),
    }
    if found := unreadable(str(text)):
        raise ValidationError(sentences[found], code=found)


def line_sent(sent: str, *, most: int, field: str = "reason") -> str:
    """Read a line that stands beside a list and in no form of ours, as a form would: readable, of ``most`` signs.

    Errors: NotPossible ``unreadable``, naming the field.
    """
    try:
        return str(forms.CharField(required=False, max_length=most).clean(sent))
    except ValidationError as wrong:
        sentence = " ".join(wrong.messages)
        raise NotPossible("unreadable", sentence, {field: sentence}) from wrong


class DayInput(forms.DateInput):
    """The device's own date picker: for days near today."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day, picked or written in either calendar: 2026-05-01, 令和8年5月1日, R8.5.1.

    Raises ValidationError for what is no day and for a day outside its bounds, with the reason.
    """

    widget = DayInput

    def __init__(self, *, bounds: Bounds = NO_SLIP, **kwargs: Any) -> None:
        self.bounds = bounds
        super().__init__(**kwargs)
        self.error_messages |= DAY_ERRORS

    def to_python(self, value: Any) -> date | None:
        if not isinstance(value, str) or not value.strip():
            return super().to_python(value)
        try:
            return read_day(value)
        except NotADay as wrong:
            raise ValidationError(self.error_messages[wrong.code], code=wrong.code) from wrong

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value is not None:
            self.bounds.check(value, timezone.localdate())

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        """The date picker offers no day outside."""
        today = timezone.localdate()
        shown = {"min": self.bounds.earliest(today).isoformat(), "max": self.bounds.latest(today).isoformat()}
        widget: Any = self.widget
        if isinstance(widget, DayInput):
            widget.attrs = {**shown, **widget.attrs}
        return super().get_bound_field(form, field_name)


class DatePartsWidget(forms.MultiWidget):
    """Era, year, month and day apart: for a birthday, which nobody should have to page back to."""

    template_name = "partials/date_parts.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        number = {"inputmode": "numeric", "autocomplete": "off"}
        super().__init__(
            [
                forms.TextInput({**number, "maxlength": 6, "class": "year"}),
                forms.TextInput({**number, "maxlength": 2}),
                forms.TextInput({**number, "maxlength": 2}),
                forms.Select({"aria-label": _("era"), "class": "era"}, choices=ERA_CHOICES),
            ],
            attrs,
        )

    def decompress(self, value: date | None) -> list[Any]:
        return [value.year, value.month, value.day, ""] if value else [None, None, None, None]


# The mother's life and longer; who writes 大正 or 明治 with the year is understood too.
ERA_NAMES = {"令和": _("Reiwa"), "平成": _("Heisei"), "昭和": _("Showa")}
ERA_CHOICES = [("", _("Western")), *((name, ERA_NAMES[name]) for _starts, name in ERAS[:3])]


class DatePartsField(forms.MultiValueField):
    """A date from numbers, the year of either calendar; full-width digits are read as well.

    Raises ValidationError that says which part is missing, that there is no such day, or why it cannot be this day.
    """

    widget = DatePartsWidget
    default_error_messages = {"incomplete": _("Enter the year, the month and the day."), **DAY_ERRORS}

    def __init__(self, *, bounds: Bounds = BIRTHDAY, **kwargs: Any) -> None:
        self.bounds = bounds
        parts = [forms.CharField(required=False) for _part in range(4)]
        super().__init__(parts, require_all_fields=False, **kwargs)

    def clean(self, value: Any) -> date | None:
        """The era alone is no answer."""
        answered = isinstance(value, list | tuple) and any(value[:3])
        cleaned: date | None = super().clean(value if answered else [])
        return cleaned

    def compress(self, data_list: list[str]) -> date | None:
        if not any(data_list[:3]):
            return None
        year, month, day, era = (*data_list, "", "", "", "")[:4]
        if not (year and month and day):
            raise ValidationError(self.error_messages["incomplete"], code="incomplete")
        try:
            return day_of(year, month, day, era)
        except NotADay as wrong:
            raise ValidationError(self.error_messages[wrong.code], code=wrong.code) from wrong

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value is not None:
            self.bounds.check(value, timezone.localdate())


class MomentField(forms.DateTimeField):
    """A day and a time, picked by the minute: when something happened. Prefilled, it carries what it was."""

    AS_PICKED = "%Y-%m-%dT%H:%M"

    def __init__(self, *, show_hidden_initial: bool = True, **kwargs: Any) -> None:
        shown = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=self.AS_PICKED)
        formats = [self.AS_PICKED, "%Y-%m-%d %H:%M"]
        super().__init__(input_formats=formats, widget=shown, show_hidden_initial=show_hidden_initial, **kwargs)


def this_minute() -> datetime:
    """Return now, by the minute, as a ``MomentField`` is prefilled."""
    return timezone.localtime().replace(second=0, microsecond=0)


def moment_said(form: forms.BaseForm, name: str) -> datetime | None:
    """Return what a valid form says of a moment; None: now.

    What was prefilled and left alone is now, too; past midnight it is what it was, for the days count by it.
    """
    given: datetime | None = form.cleaned_data.get(name)
    if given is None or (name not in form.changed_data and timezone.localdate(given) == timezone.localdate()):
        return None
    return given
