"""What is or was in force stays as it was: of a dated setting that has begun only the end may be changed.

Rows to come are changed and deleted freely, and a day that had no row may be given one. A ward's reviewed files alone
put a row right that has begun (``rewriting``).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pgtrigger
from django.apps import apps
from django.db.models import Model

NAME = "in_force_is_kept"
# By the ward's clock. The new end leaves every day that has passed as it was, and at least one day.
KEPT = """
    today := (now() AT TIME ZONE 'Asia/Tokyo')::date;
    IF coalesce(lower(OLD.period), '-infinity') <= today THEN
        IF TG_OP = 'DELETE' THEN
            rewritten := true;
        ELSE
            rewritten := to_jsonb(NEW) - 'period' <> to_jsonb(OLD) - 'period'
                OR isempty(NEW.period)
                OR lower(NEW.period) IS DISTINCT FROM lower(OLD.period)
                OR least(coalesce(upper(NEW.period), 'infinity'), today)
                   <> least(coalesce(upper(OLD.period), 'infinity'), today);
        END IF;
        IF rewritten THEN
            RAISE EXCEPTION '% %: it has begun', TG_TABLE_NAME, OLD.id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'in_force_is_kept';
        END IF;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
"""


def in_force_is_kept() -> pgtrigger.Trigger:
    """Return the trigger of a model with a ``period`` that has to be kept."""
    return pgtrigger.Trigger(
        name=NAME,
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete,
        declare=[("today", "date"), ("rewritten", "boolean")],
        func=KEPT,
    )


def is_kept(model: type[Model]) -> bool:
    """Tell whether what was in force of this model stays as it was."""
    return any(trigger.name == NAME for trigger in getattr(model._meta, "triggers", ()))


def has_begun(row: Any, today: date) -> bool:
    """Tell whether a kept row is or was in force: then it is read only, but for its last day."""
    if row.pk is None or row._state.adding or not is_kept(type(row)):
        return False
    return row.period.lower is None or row.period.lower <= today


@contextmanager
def rewriting() -> Iterator[None]:
    """Let rows be put right that have begun: for a ward's reviewed files and the made-up history, never for a page."""
    kept = [model._meta.label for model in apps.get_models() if is_kept(model)]
    with pgtrigger.ignore(*(f"{label}:{NAME}" for label in kept)):
        yield
