"""Who changed what, of a family, of the ward's settings or of somebody's rights, and who looked at a family.

Read from the history that the database keeps by itself.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS
from django.db.models import F, Field, ForeignKey, IntegerField, Model, Q, QuerySet, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.access_log import FAMILY_OF
from accounts.administration.words import FOR_PROGRAMS
from accounts.models import AccessLogEntry, AccountChange, SecondFactor, User
from accounts.roles import Role
from enrollment.models import Family
from facilities.models import District, Facility, PlacePool, Service, Town
from sankecare.db import Question, run_batch
from sankecare.field_words import in_words

# Rows of another app have no words of ours for their fields.
OF_ANOTHER_APP = SecondFactor.pgh_event_model  # type: ignore[attr-defined]  # pghistory
OTHERS_WORDS = {
    "user": gettext_lazy("person"),
    "type": gettext_lazy("kind of second factor"),
    "created_at": gettext_lazy("set up at"),
}

# Told by name: without them nobody knows which calendar or whose district was changed.
PLACES = (District, Facility, PlacePool, Service, Town)

Kept = tuple[type[Model], str | None]
Places = dict[Any, dict[int, str]]


@dataclass(frozen=True)
class FieldChange:
    """One field in words, before and after; nothing before where the row is new."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """One row added, changed or deleted (``kind``: insert, update, delete).

    ``by``: the person signed in, None where none was (a command, a task); ``page``: where she did it; ``about``:
    whose account it is, of a change of an account alone; ``label``: the model's; ``number``: the one that people name,
    where the row has one; ``state``: the code of the state that it came into, where that changed.
    """

    at: datetime
    by: int | None
    page: str
    about: int | None
    what: str
    row: int
    family: int | None
    kind: str
    fields: list[FieldChange]
    label: str = ""
    number: str = ""
    state: str = ""


@dataclass(frozen=True)
class EventKey:
    """Where a change stands in the history: its moment, the kind of row, the event's and the row's id."""

    at: datetime
    kind: Kept
    event: int
    row: int


def changes_of_family(family: Family) -> list[Change]:
    """Return every change of the family's rows, newest first. One query a kind of row."""
    found: list[Change] = []
    for model, path in _tracked():
        events = _events(model, path).filter(of_family=family.pk)
        found += _changes(model, list(events))
    return _newest_first(found)


def changes_by(person: User, first_day: date, last_day: date) -> list[Change]:
    """Return what the person changed on these days, newest first. One query and those of ``changes_from``."""
    return changes_from(keys_by(person, first_day, last_day))


def keys_by(person: User, first_day: date, last_day: date) -> "list[EventKey]":
    """Return the keys of what the person changed on these days, newest first. One query."""
    asked = Q(pgh_context__metadata__user=person.pk)
    return _keys_on([(kind, asked) for kind in (*_tracked(), *_settings())], first_day, last_day)


def changes_of_settings(first_day: date, last_day: date) -> list[Change]:
    """Return what was changed on these days in calendars, terms, amounts, policies and people's rights, newest first.

    A mother who signs up is no change of rights. One query and those of ``changes_from``.
    """
    return changes_from(keys_of_settings(first_day, last_day))


def keys_of_settings(first_day: date, last_day: date) -> "list[EventKey]":
    """Return the keys of the same, newest first. One query."""
    of_accounts = (User, SecondFactor)
    others = [(kind, Q()) for kind in _settings() if kind[0] not in of_accounts]
    people: list[tuple[Kept, Q]] = [
        ((User, None), ~Q(pgh_label="insert", role=Role.MOTHER)),
        ((SecondFactor, None), ~Q(user__role=Role.MOTHER)),
    ]
    return _keys_on([*people, *others], first_day, last_day)


def changes_of_accounts(first_day: date, last_day: date) -> list[Change]:
    """Return what was changed on these days about the staff's accounts, newest first: rights, addresses, passwords,
    second factors, and what administrators proposed and confirmed. One query and those of ``changes_from``.
    """
    kinds: list[tuple[Kept, Q]] = [
        ((User, None), ~Q(role=Role.MOTHER)),
        ((SecondFactor, None), ~Q(user__role=Role.MOTHER)),
        ((AccountChange, None), Q()),
    ]
    return changes_from(_keys_on(kinds, first_day, last_day))


def rights_of(person: User) -> list[Change]:
    """Return every change of the person's account, newest first: of what she may do (accounts.models.RIGHTS), of how
    she signs in, and what administrators proposed about her. Four queries and those for names of places.
    """
    own = _changes(User, list(_events(User, None).filter(pgh_obj=person.pk)))
    factors = _changes(SecondFactor, list(_events(SecondFactor, None).filter(user=person.pk)))
    mine = AccountChange.objects.filter(person=person).values("pk")
    asked = _changes(AccountChange, list(_events(AccountChange, None).filter(pgh_obj__in=mine)))
    return _newest_first([*own, *factors, *asked])


def looks_at(family: Family) -> "QuerySet[AccessLogEntry]":
    """Return who was shown the family, newest first."""
    return AccessLogEntry.objects.filter(family_id=family.pk).select_related("user").order_by("-pk")


def looks_by(person: User, first_day: date, last_day: date) -> "QuerySet[AccessLogEntry]":
    """Return whom the person was shown on these days, newest first."""
    return AccessLogEntry.objects.filter(user=person, **_days("at", first_day, last_day)).order_by("-pk")


def people_of(changes: Iterable[Change]) -> dict[int, User]:
    """Return who made these changes, and whose accounts they are about, by id. One query."""
    return User.objects.in_bulk({one for change in changes for one in (change.by, change.about) if one is not None})


# ---- The events -----------------------------------------------------------------------------------------------------


def _tracked() -> list[tuple[type[Model], str]]:
    """Return the kinds of rows that keep their history and belong to a family, each with the way to it."""
    found = []
    for label, path in FAMILY_OF.items():
        model = apps.get_model(label)
        if hasattr(model, "pgh_event_model"):
            found.append((model, "pgh_obj_id" if path == "pk" else path))
    return found


def _settings() -> list[Kept]:
    """Return the kinds of rows that keep their history and belong to no family."""
    return [
        (model, None)
        for model in apps.get_models()
        if hasattr(model, "pgh_event_model") and model._meta.label not in FAMILY_OF
    ]


def _keys_on(kinds: "list[tuple[Kept, Q]]", first_day: date, last_day: date) -> "list[EventKey]":
    """Ask all kinds in one trip: most of them have nothing on the days."""
    on_these = _days("pgh_created_at", first_day, last_day)
    rows_of = run_batch(*[_question(_events(*kind).filter(asked, **on_these)) for kind, asked in kinds])
    keys = [
        EventKey(at, kind, event, row)
        for (kind, _asked), rows in zip(kinds, rows_of, strict=True)
        for at, event, row in rows
    ]
    # By their moment; of one moment (one transaction) the last written first.
    return sorted(keys, key=lambda key: key.at)[::-1]


def changes_from(keys: "Iterable[EventKey]") -> list[Change]:
    """Return the changes of these keys, in their order. A query a kind of row among them, and those for names."""
    ordered = list(keys)
    of_kind: dict[Kept, list[EventKey]] = defaultdict(list)
    for key in ordered:
        of_kind[key.kind].append(key)
    found: dict[EventKey, Change] = {}
    for (model, path), of_one in of_kind.items():
        # The row's whole history: what stood there before is in the event before, whoever wrote it.
        events = list(_events(model, path).filter(pgh_obj__in={key.row for key in of_one}))
        wanted = {key.event: key for key in of_one}
        changes = _changes(model, events, only=set(wanted))
        found |= dict(zip((wanted[event.pgh_id] for event in events if event.pgh_id in wanted), changes, strict=True))
    return [found[key] for key in ordered]


def _question(events: "QuerySet[Any]") -> Question:
    """Ask for the events' moments and ids, and the ids of their rows."""
    asked = events.order_by("pgh_id").values_list("pgh_created_at", "pgh_id", "pgh_obj_id")
    words, values = asked.query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
    return str(words), list(values)


def _newest_first(changes: list[Change]) -> list[Change]:
    """By their moment; of one moment (one transaction) the last written first."""
    newest = sorted(changes, key=lambda change: change.at)
    return newest[::-1]


def _events(model: type[Model], path: str | None) -> "QuerySet[Any]":
    events = model.pgh_event_model.objects.select_related("pgh_context")  # type: ignore[attr-defined]  # pghistory
    family = F(path) if path else Value(None, IntegerField())
    ordered: QuerySet[Any] = events.annotate(of_family=family).order_by("pgh_id")
    return ordered


def _changes(model: type[Model], events: list[Any], only: set[int] | None = None) -> list[Change]:
    """Return the events as changes: each beside the event of the same row before it."""
    kept = {field.name for field in model.pgh_event_model._meta.fields}  # type: ignore[attr-defined]  # pghistory
    kept -= FOR_PROGRAMS
    fields = [field for field in model._meta.concrete_fields if not field.primary_key and field.name in kept]
    places = _places(fields) | _people(fields, events) if events else {}
    before: dict[int, Any] = defaultdict(lambda: None)
    found = []
    for event in events:
        if only is None or event.pgh_id in only:
            said = event.pgh_context.metadata if event.pgh_context else {}
            found.append(
                Change(
                    at=event.pgh_created_at,
                    by=said.get("user"),
                    page=said.get("url") or "",
                    about=_about(model, event),
                    what=str(model._meta.verbose_name),
                    row=event.pgh_obj_id,
                    family=event.of_family,
                    kind=event.pgh_label,
                    fields=_differences(fields, before[event.pgh_obj_id], event, places),
                    label=model._meta.label,
                    number=_own_number(model, event.pgh_obj_id),
                    state=_new_state(before[event.pgh_obj_id], event),
                )
            )
        before[event.pgh_obj_id] = event
    return found


def _about(model: type[Model], event: Any) -> int | None:
    """Return whose account an event is about, None where it is about no account."""
    if model is User:
        return int(event.pgh_obj_id)
    found = event.user_id if model is SecondFactor else event.person_id if model is AccountChange else None
    return None if found is None else int(found)


def _people(fields: "list[Field[Any, Any]]", events: list[Any]) -> Places:
    """Return the names of the people whom the events name: nobody knows a colleague by a number. One query or none."""
    naming = [field.attname for field in fields if isinstance(field, ForeignKey) and field.related_model is User]
    keys = {getattr(event, name) for event in events for name in naming} - {None}
    return {User: {pk: str(person) for pk, person in User.objects.in_bulk(keys).items()}} if keys else {}


def _places(fields: "list[Field[Any, Any]]") -> Places:
    """Return the names of districts, facilities and the like by id, as far as the fields point to them: few rows."""
    models = {field.related_model for field in fields if isinstance(field, ForeignKey)} & set(PLACES)
    return {model: {row.pk: str(row) for row in model._default_manager.all()} for model in models}


def _differences(fields: "list[Field[Any, Any]]", before: Any, event: Any, places: Places) -> list[FieldChange]:
    found = []
    for field in fields:
        old = _in_words(field, getattr(before, field.attname), places) if before is not None else ""
        new = _in_words(field, getattr(event, field.attname), places)
        if event.pgh_label == "delete":
            old, new = new, ""
        if old != new:
            own = str(field.verbose_name)
            words = OTHERS_WORDS.get(field.name, own) if isinstance(event, OF_ANOTHER_APP) else own
            found.append(FieldChange(str(words), old, new))
    return found


def _in_words(field: "Field[Any, Any]", value: Any, places: Places) -> str:
    if isinstance(field, ForeignKey) and value is not None:
        return places.get(field.related_model, {}).get(value) or _number_of(field.related_model, value)
    return in_words(field, value)


def _own_number(model: type[Model], key: Any) -> str:
    """The number that people name, "" where rows of this kind have none."""
    return _number_of(model, key) if isinstance(getattr(model, "number", None), property) else ""


def _new_state(before: Any, event: Any) -> str:
    """The code of the state that the row has come into; "" where that stands as it was, or the row is new."""
    state = getattr(event, "state", "")
    return state if before is not None and isinstance(state, str) and getattr(before, "state", "") != state else ""


def _number_of(model: type[Model], key: Any) -> str:
    """The number that people name, as far as the key alone gives it: R-000008; No.8 otherwise."""
    if isinstance(getattr(model, "number", None), property) and isinstance(key, int):
        return str(model(pk=key).number)  # type: ignore[attr-defined]
    return f"No.{key}"


def _days(field: str, first: date, last: date) -> dict[str, datetime]:
    """Return a condition for moments on the days from the first to the last."""
    zone = timezone.get_current_timezone()
    start, end = datetime.combine(first, time.min, zone), datetime.combine(last, time.max, zone)
    return {f"{field}__gte": start, f"{field}__lte": end}
