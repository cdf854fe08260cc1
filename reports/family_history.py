"""What happened to a family and since when each fact stands, from the history that the database keeps by itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model

from bookings.models import Booking, BookingState
from enrollment.models import Birth, Family, Infant, Residence, Sibling, TaxClassPeriod

# The facts that the desk reads, and the way from the history of each to the family.
FACTS: tuple[tuple[type[Model], str], ...] = (
    (Family, "pgh_obj"),
    (Residence, "family"),
    (TaxClassPeriod, "family"),
    (Birth, "family"),
    (Infant, "birth__family"),
    (Sibling, "family"),
)


@dataclass(frozen=True)
class Origin:
    """When a fact was entered as it stands, and by whom (id; None: by no person signed in)."""

    at: datetime
    by: int | None


@dataclass(frozen=True)
class BookingStep:
    """A booking that came into another state. ``by`` as ``Origin``."""

    booking: int
    state: BookingState
    at: datetime
    by: int | None


def origins_of(family: Family) -> dict[tuple[str, int, str], Origin]:
    """Return since when each fact stands as it does, by (model, id, field); "" for the row. Six queries."""
    found: dict[tuple[str, int, str], Origin] = {}
    for model, path in FACTS:
        events = model.pgh_event_model.objects.filter(**{path: family.pk})  # type: ignore[attr-defined]  # pghistory
        found |= _origins(model, events.select_related("pgh_context").order_by("pgh_id"))
    return found


def _origins(model: type[Model], events: Iterable[Any]) -> dict[tuple[str, int, str], Origin]:
    found: dict[tuple[str, int, str], Origin] = {}
    before: dict[int, Any] = {}
    for event in events:
        row, last = event.pgh_obj_id, before.get(event.pgh_obj_id)
        origin = Origin(event.pgh_created_at, person_of(event))
        label = str(model.__name__)
        for field in event._meta.concrete_fields:
            if field.name.startswith("pgh_") or field.primary_key:
                continue
            if last is None or getattr(last, field.attname) != getattr(event, field.attname):
                found[label, row, field.name] = found[label, row, ""] = origin
        before[row] = event
    return found


def steps_of_bookings(family: Family) -> list[BookingStep]:
    """Return every state that the family's bookings came into after they were made. One query."""
    events = Booking.pgh_event_model.objects.filter(registration__birth__family=family.pk)  # type: ignore[attr-defined]
    before: dict[int, str] = {}
    found = []
    for event in events.select_related("pgh_context").order_by("pgh_id"):
        was = before.get(event.pgh_obj_id)
        if was is not None and was != event.state:
            state = BookingState(event.state)
            found.append(BookingStep(event.pgh_obj_id, state, event.pgh_created_at, person_of(event)))
        before[event.pgh_obj_id] = event.state
    return found


def person_of(event: Any) -> int | None:
    """Return who was signed in when the event was written; None where nobody was (a command, a task)."""
    said = event.pgh_context.metadata if event.pgh_context else {}
    found = said.get("user")
    return found if isinstance(found, int) else None
