"""お知らせの設定: when families are reminded of their days, of the last day to give back, of a fee; dated."""

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from facilities.models import Source
from sankecare.periods import as_text
from sankecare.postgresql.in_force import in_force_is_kept

_DAYS = [MinValueValidator(1), MaxValueValidator(60)]


@pghistory.track(append_only=True)
class ReminderPolicy(models.Model):
    """How many days before or after, and at which hours of the day; without a row nobody is reminded."""

    period = DateRangeField(_("period"))
    stay_days_before = ArrayField(
        models.PositiveSmallIntegerField(validators=_DAYS),
        verbose_name=_("days before the first day"),
        blank=True,
        default=list,
    )
    give_back_days_before = models.PositiveSmallIntegerField(
        _("days before the last day to give back"), null=True, blank=True, validators=[MaxValueValidator(60)]
    )
    unpaid_days = ArrayField(
        models.PositiveSmallIntegerField(validators=_DAYS),
        verbose_name=_("days after a fee was issued that is not paid"),
        blank=True,
        default=list,
    )
    after_stay_hours = models.PositiveSmallIntegerField(
        _("hours after a stay until she is written to"), null=True, blank=True, validators=[MaxValueValidator(72)]
    )
    earliest = models.TimeField(_("not before"))
    latest = models.TimeField(_("not after"))
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.STAFF)

    class Meta:
        ordering = ["period"]
        verbose_name = _("policy of reminders")
        verbose_name_plural = _("policies of reminders")
        triggers = [in_force_is_kept()]
        constraints = [
            ExclusionConstraint(name="reminder_policy_no_overlap", expressions=[("period", RangeOperators.OVERLAPS)]),
            models.CheckConstraint(name="reminder_policy_has_hours", condition=Q(earliest__lt=F("latest"))),
        ]

    def __str__(self) -> str:
        return as_text(self.period)
