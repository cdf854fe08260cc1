"""What the database refuses, said so that a person can act on it.

A constraint or guard names itself in the error; here stands the sentence for each that can reach a screen.
"""

import logging
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import IntegrityError
from django.db.models import BaseConstraint, CheckConstraint, F, Model, UniqueConstraint
from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)


def constraint_of(refusal: IntegrityError) -> str:
    """Return the name of the constraint or guard that refused, "" where the driver gave none."""
    diagnosis = getattr(refusal.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) or ""


def sentence_for(refusal: IntegrityError) -> str:
    """Return the sentence for a refusal, never the database's own text (it may hold a row's values)."""
    sentences = {
        "booking_day_within_slots": _(
            "Families are already booked on one of these days, more than there would be slots. "
            "Move or cancel their bookings first."
        ),
        "booking_day_within_sibling_rooms": _(
            "On one of these days every room that takes a sibling is given. "
            "Move or cancel a booking with a sibling first."
        ),
        "decision_taken_back_before_its_letter": _(
            "Its letter is printed, or the family has opened it: the decision stands. Tell a change by a new one."
        ),
        "referral_one_open_a_cause": _("A referral about the same is open already. Go on there."),
        "decision_by_two": _("A decision is drafted first, and a second person makes it."),
        "drafted_decision_by_who_may": _("You are not among those who decide today."),
        "drafted_decision_by_a_second_person": _("You drafted this: a second person must decide."),
        "room_of_one_family_at_a_time": _("Another family is in this room by now. Please choose another room."),
        "room_use_of_its_pool": _("This room belongs to another house or another service."),
        "stay_is_one_run": _("A stay is days without a gap; what lies apart is a booking of its own."),
        "draw_entry_once_a_family": _("This family is in this draw already, with another of its registrations."),
        "booking_day_one_a_family": _("This family already has a booking on one of these days."),
        "booking_day_one_appointment_at_a_time": _(
            "Another family has this time, or its visit is too near, with the way between them."
            " Please choose another one."
        ),
        "booking_keeps_its_place": _("A booking keeps its service. Cancel it and book anew."),
        "service_keeps_its_pool": _(
            "Families have booked this service where it is now, so it stays in its pool. End it and enter a new one."
        ),
        "residence_of_protected_is_sealed": _(
            "The address of a family under protection is sealed: it is entered on the page of changes, never here."
        ),
        "month_is_accepted": _(
            "The claim of this month is accepted: the month can no longer be changed. Enter what changes from a later "
            "month on, or as an adjustment."
        ),
        "claim_accepted_has_amount": _("A month without its amount is not accepted: enter the contract rate first."),
        "in_force_is_kept": _(
            "What is or was in force stays as it was: only its last day can be changed, to a day that has not passed. "
            "Enter what is new from a day on."
        ),
        "goodwill_never_raises": _("Goodwill only lowers what is owed. To raise it, enter a correction."),
        "no_reminder_after_hard_news": _(
            "This family is not written to about money. Somebody speaks with her, if at all."
        ),
        "ride_borne_by_policy": _("The ward does not bear the ride of this household on this day."),
        "referral_follows_its_family": _("A referral stays with its family."),
        "coupon_handed_over_once": _(
            "A coupon of the same number was handed over for both. Compare the papers: a coupon is used once."
        ),
    }
    name = constraint_of(refusal)
    return sentences.get(name) or _of_constraint(name)


def _of_constraint(name: str) -> str:
    """The sentence of a model's constraint: its own, or which of its fields contradict each other."""
    if name.endswith("_no_overlap"):
        return _("The period overlaps another row's. End the earlier one first.")
    model, constraint = _constraints().get(name, (None, None))
    if model is None or constraint is None:
        # Only the name of the rule, for who runs the system: it says nothing of anybody.
        logger.warning("refused_by_database", extra={"rule": name or "?"})
        return _("The database refused this, because it contradicts other records.")
    own = constraint.violation_error_message
    if own and own != BaseConstraint.default_violation_error_message:
        return str(own)
    fields = _(", ").join(_fields_of(constraint, model))
    if isinstance(constraint, UniqueConstraint):
        return _("There is a row with the same values already: %(fields)s.") % {"fields": fields}
    return _("These do not go together: %(fields)s. Please check them.") % {"fields": fields}


def _constraints() -> dict[str, tuple[type[Model], BaseConstraint]]:
    return {row.name: (model, row) for model in apps.get_models() for row in model._meta.constraints}


def _fields_of(constraint: BaseConstraint, model: type[Model]) -> list[str]:
    """What the model's fields that a constraint is about are called, in the model's order."""
    if isinstance(constraint, UniqueConstraint):
        named = set(constraint.fields)
    elif isinstance(constraint, CheckConstraint):
        named = {part.split("__")[0] for part in _names_in(constraint.condition)}
    else:
        named = {str(expression).split("__")[0] for expression, _how in getattr(constraint, "expressions", ())}
    return [str(field.verbose_name) for field in model._meta.concrete_fields if field.name in named]


def _names_in(condition: Any) -> Iterator[str]:
    for child in condition.children:
        if isinstance(child, tuple):
            yield child[0]
            if isinstance(child[1], F):
                yield str(child[1].name)  # type: ignore[attr-defined]  # the stubs leave it out
        elif hasattr(child, "children"):
            yield from _names_in(child)
