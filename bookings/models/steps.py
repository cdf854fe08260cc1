"""What was recorded of a booking at the facility, until when one touch takes it back, and what became of it."""

from collections.abc import Iterable
from datetime import timedelta

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .places import Booking


class StepKind(models.TextChoices):
    ARRIVAL = "arrival", _("Arrival")
    ABSENCE = "absence", _("Did not come")
    MISSED = "missed", _("A day not come")
    DEPARTURE = "departure", _("Departure")


class StayStep(models.Model):
    """An arrival, an absence, a day missed or a departure as it was recorded: when it happened, and when written.

    Until ``undo_until`` nothing is passed on that it frees, and one touch takes it back; then it is settled, and only
    a correction with a reason takes it back. ``held``: the days that the booking held before it, by their ids.
    """

    booking = models.ForeignKey(Booking, models.PROTECT, related_name="steps", verbose_name=_("booking"))
    kind = models.CharField(_("kind"), max_length=9, choices=StepKind.choices)
    held = ArrayField(models.BigIntegerField(), verbose_name=_("days held before"), editable=False)
    happened_at = models.DateTimeField(_("happened at"))
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )
    undo_until = models.DateTimeField(_("can be undone until"))
    settled_at = models.DateTimeField(_("passed on at"), null=True, blank=True)
    taken_back_at = models.DateTimeField(_("taken back at"), null=True, blank=True)
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    reason = models.CharField(_("why it was corrected"), max_length=400, blank=True)

    class Meta:
        ordering = ["-recorded_at", "-pk"]
        verbose_name = _("recorded step")
        verbose_name_plural = _("recorded steps")
        constraints = [
            models.CheckConstraint(name="stay_step_is_not_ahead", condition=Q(happened_at__lte=F("recorded_at"))),
            models.CheckConstraint(
                name="stay_step_taken_back_is_signed",
                condition=Q(taken_back_at__isnull=True, taken_back_by__isnull=True)
                | Q(taken_back_at__isnull=False, taken_back_by__isnull=False),
            ),
            models.CheckConstraint(
                name="stay_step_corrected_later_says_why",
                condition=Q(taken_back_at__isnull=True) | Q(taken_back_at__lte=F("undo_until")) | ~Q(reason=""),
            ),
        ]
        indexes = [
            models.Index(fields=["settled_at", "undo_until"], name="stay_step_to_settle"),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="stay_step_as_recorded",
                fields=["booking", "kind", "held", "happened_at", "recorded_at", "recorded_by", "undo_until"],
            ),
            pgtrigger.Protect(name="stay_step_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.booking} {self.get_kind_display()}"

    @property
    def written_later(self) -> bool:
        """Whether it was written in another minute than it happened."""
        return self.recorded_at - self.happened_at >= timedelta(minutes=1)

    @property
    def stands(self) -> bool:
        """Whether it has not been taken back."""
        return self.taken_back_at is None


def last_standing(steps: Iterable[StayStep]) -> StayStep | None:
    """Return the last of one booking's steps that stands; takes them newest first.

    An arrival whose time was corrected is written last, and stays the first of what happened.
    """
    standing = [step for step in steps if step.stands]
    return next((step for step in standing if step.kind != StepKind.ARRIVAL), next(iter(standing), None))
