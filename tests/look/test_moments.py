"""時刻は区の時計で: no moment reaches a person by the clock of the database (UTC), whoever writes it.

Three ways in, three tests: what the code formats (read from its text), what a row is called (every model), and what
Django formats for a page, mail or file (``tests/conftest.py`` lets no test of the whole suite format another clock).
"""

import ast
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.db.backends.postgresql.psycopg_any import DateRange
from django.template import Context, Template
from django.utils import timezone, translation
from django.utils.formats import date_format

from sankecare.moments import clock_time, day_of_moment, fact_in_words, moment_in_words
from tests.look.test_words import APPS, ROOT

# In Tokyo half past eight of the tenth.
MOMENT = datetime(2026, 11, 9, 23, 30, tzinfo=UTC)
BY_ANOTHER_CLOCK = ("11月9日", "11-09", "Nov. 9", "23:30")
FORMATS = {"date_format", "time_format"}
PARTS = {"date", "time", "strftime", "isoformat", "hour", "minute", "day", "month", "year", "weekday", "ctime"}
NO_MOMENTS = {
    # What makes a notice one an hour: a key, read by no person.
    "referrals/join.py": "{at:%Y%m%d%H}",
    # A digest over what is stored: the same bytes for ever, read by no person.
    "accounts/access_log_chain.py": "at.isoformat",
    # A rule without zones: its moments are the ward's own, put to its clock by who asks.
    "bookings/places/limits.py": "asked_at.date",
    # The hour of a visit is a time of day, no moment, though a session's moment has its name.
    "pages/mother/booking_detail_views.py": "time_format(row.starts_at)",
    "pages/mother/appointment_views.py": "{row.starts_at:%H:%M}",
    "bookings/places/mails.py": "{row.starts_at:%H:%M}",
    "bookings/models/visits.py": "{self.starts_at:%H:%M}",
}


def test_a_moment_is_written_by_the_clock_of_the_ward():
    assert moment_in_words(MOMENT) == "2026年11月10日 8:30"
    assert day_of_moment(MOMENT) == "2026年11月10日"
    assert clock_time(MOMENT) == "8:30"
    assert fact_in_words(MOMENT) == "2026年11月10日 8:30"
    assert fact_in_words(datetime(2026, 11, 10, 8, 30)) == "2026年11月10日 8:30"  # noqa: DTZ001 - a rule's own
    assert (fact_in_words(date(2026, 11, 9)), fact_in_words(7)) == ("2026年11月9日", 7)


def test_the_whole_suite_refuses_a_moment_of_another_clock():
    with pytest.raises(AssertionError, match="another clock"):
        date_format(MOMENT, "DATETIME_FORMAT")
    assert Template("{{ at|date:'G:i' }} {{ at }}").render(Context({"at": MOMENT})) == "8:30 2026年11月10日 8:30"


def test_no_line_of_code_writes_a_moment_as_the_database_gives_it():
    assert _names_of_moments() >= {"at", "offered_until", "recorded_at", "asked_at"}
    assert not list(_written_by_another_clock())


@pytest.mark.parametrize(
    "line",
    [
        'f"{row.recorded_at}"',
        'f"{row.asked_at:%Y-%m-%d}"',
        "str(row.at)",
        'date_format(row.offered_until, "DATETIME_FORMAT")',
        "row.arrived_at.date()",
        'row.arrived_at.strftime("%H:%M")',
        '"%s" % row.closes_at',
        '_("until %(at)s") % {"at": row.closes_at}',
    ],
)
def test_each_way_to_write_one_is_seen(line: str) -> None:
    assert list(_wrong_in(ast.parse(line), _names_of_moments()))


@pytest.mark.parametrize("language", ["ja", "en"])
def test_no_row_is_called_by_a_moment_of_another_clock(language: str) -> None:
    ours = [model for model in apps.get_models() if model._meta.app_label in APPS]
    with translation.override(language), timezone.override("Asia/Tokyo"):
        called = {model._meta.label: str(_made_up(model)) for model in ours}
    assert len(called) > 80
    wrong = {label: name for label, name in called.items() if any(words in name for words in BY_ANOTHER_CLOCK)}
    assert not wrong
    if language == "ja":
        assert called["care.SleepCheck"].endswith("2026年11月10日 8:30")
        assert called["care.CoordinatorSession"].endswith("2026年11月10日 8:30")
        assert called["enrollment.BreakGlass"].endswith("2026年11月10日")
        assert called["referrals.Reconciliation"] == "2026年11月10日 8:30"
        assert not [name for name in called.values() if "2026-" in name or "DateRange" in name]


# ---- What is behind -------------------------------------------------------------------------------------------------


def _names_of_moments() -> set[str]:
    return {
        field.name
        for model in apps.get_models()
        if model._meta.app_label in APPS
        for field in model._meta.fields
        if isinstance(field, models.DateTimeField)
    }


def _written_by_another_clock() -> Iterator[str]:
    names = _names_of_moments()
    for path in sorted(path for app in APPS for path in (ROOT / app).rglob("*.py")):
        where = str(path.relative_to(ROOT))
        if "migrations" not in path.parts:
            found = _wrong_in(ast.parse(path.read_text()), names)
            yield from (f"{where}: {words}" for words in found if words != NO_MOMENTS.get(where))


def _wrong_in(tree: ast.AST, names: set[str]) -> Iterator[str]:
    """What writes, or takes a day or an hour of, something that is named as a moment is."""
    for node in ast.walk(tree):
        written: list[ast.AST] = []
        match node:
            case ast.FormattedValue(value=value):
                written = [value]
            case ast.Call(func=ast.Name(id=called), args=[first, *_]) if called in FORMATS | {"str", "format"}:
                written = [first]
            case ast.Attribute(value=value, attr=part) if part in PARTS:
                written = [value]
            case ast.BinOp(op=ast.Mod(), right=ast.Dict(values=values)):
                written = list(values)
            case ast.BinOp(op=ast.Mod(), right=ast.Tuple(elts=values)):
                written = list(values)
            case ast.BinOp(op=ast.Mod(), left=ast.Constant() | ast.Call(), right=value):
                written = [value]
        if any(isinstance(one, ast.Attribute) and one.attr in names for one in written) or any(
            isinstance(one, ast.Name) and one.id in names for one in written
        ):
            yield ast.unparse(node)


def _made_up(model: type[models.Model], depth: int = 0) -> Any:
    """A row that was never written, with something in every field, all of it at one moment."""
    row = model()
    for field in model._meta.concrete_fields:
        if isinstance(field, models.ForeignKey):
            if depth < 6 and field.related_model is not model:
                setattr(row, field.name, _made_up(field.related_model, depth + 1))
        else:
            setattr(row, field.attname, _value(field))
    return row


def _value(field: Any) -> Any:
    kinds: tuple[tuple[str, Any], ...] = (
        ("DateTimeField", MOMENT),
        ("DateRangeField", DateRange(date(2026, 4, 1), None)),
        ("DateField", date(2026, 11, 10)),
        ("TimeField", time(9)),
        ("BooleanField", True),
        ("JSONField", {}),
        ("ArrayField", []),
        ("BinaryField", b""),
    )
    for kind, value in kinds:
        if kind in {one.__name__ for one in type(field).__mro__}:
            return value
    if field.choices:
        return field.flatchoices[0][0]
    return 1 if any(kind in type(field).__name__ for kind in ("Integer", "Decimal", "Auto")) else "あ"
