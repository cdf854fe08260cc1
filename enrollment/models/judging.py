"""What judging an application rests on beside the rules: standard reasons, and what a person found at each point."""

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.utils.translation import gettext_lazy as _

from facilities.models import Source
from sankecare.postgresql.in_force import in_force_is_kept

from .registration import Registration


class ReasonFor(models.TextChoices):
    RETURN = "return", _("Return for correction")
    REJECT = "reject", _("Do not approve")


@pghistory.track(append_only=True)
class StandardReason(models.Model):
    """A reason that staff choose instead of typing it, dated. ``rule``: the rule that it says is not met, or ""."""

    code = models.SlugField(_("code"), max_length=40)
    used_for = models.CharField(_("for"), max_length=10, choices=ReasonFor.choices)
    period = DateRangeField(_("period"))
    rule = models.CharField(_("rule"), max_length=20, blank=True, db_default="")
    text = models.CharField(_("text"), max_length=300, help_text=_("the family reads it in the letter"))
    position = models.PositiveSmallIntegerField(_("place in the list"), default=0, db_default=0)
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.STAFF)

    class Meta:
        ordering = ["used_for", "position", "pk"]
        verbose_name = _("standard reason")
        verbose_name_plural = _("standard reasons")
        triggers = [in_force_is_kept()]
        constraints = [
            models.UniqueConstraint(fields=["code", "period"], name="standard_reason_once_a_period"),
            models.CheckConstraint(name="standard_reason_says_something", condition=~models.Q(text="")),
        ]

    def __str__(self) -> str:
        return self.text


class LookedAt(models.Model):
    """A point that had to be looked at before an approval, and what the person found. Never changed.

    ``point``: one of enrollment.bulk_approvable.Unclear.
    """

    registration = models.ForeignKey(
        Registration, models.PROTECT, related_name="looked_at", verbose_name=_("registration")
    )
    point = models.CharField(_("what was looked at"), max_length=20)
    word = models.CharField(_("what was found"), max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("looked at by"))
    at = models.DateTimeField(_("looked at on"))

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("point looked at")
        verbose_name_plural = _("points looked at")
        constraints = [models.CheckConstraint(name="looked_at_says_what_was_found", condition=~models.Q(word=""))]
        triggers = [pgtrigger.Protect(name="looked_at_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.registration} {self.point}"
