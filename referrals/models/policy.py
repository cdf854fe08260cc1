"""How soon a referral must be received: dated, edited by staff."""

from datetime import time

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from facilities.models import Source
from sankecare.periods import as_text
from sankecare.postgresql.in_force import in_force_is_kept


class ReferralPolicy(models.Model):
    """How soon a referral must be received, in the ward's working time, dated.

    Defaults (DEFAULT): 4 working hours, red after one working day; offices work from 8:30 to
    17:15 and rest from 29 December to 3 January (PUBLIC).
    """

    period = DateRangeField(_("period"))
    acknowledge_hours = models.PositiveSmallIntegerField(
        _("received within (working hours)"), default=4, validators=[MinValueValidator(1), MaxValueValidator(80)]
    )
    red_after_days = models.PositiveSmallIntegerField(
        _("red after (working days)"), default=1, validators=[MinValueValidator(1), MaxValueValidator(20)]
    )
    opens = models.TimeField(_("offices open at"), default=time(8, 30))
    closes = models.TimeField(_("offices close at"), default=time(17, 15))
    december_last_day = models.PositiveSmallIntegerField(
        _("last working day of December"), default=28, validators=[MinValueValidator(1), MaxValueValidator(31)]
    )
    january_first_day = models.PositiveSmallIntegerField(
        _("first working day of January"), default=4, validators=[MinValueValidator(1), MaxValueValidator(31)]
    )
    closed_call_name = models.CharField(
        _("whom facilities call while the offices are closed"),
        max_length=80,
        blank=True,
        default="",
        db_default="",
        help_text=_("a facility reads it before it sends an urgent request; empty: nobody is named"),
    )
    closed_call_phone = models.CharField(
        _("telephone while the offices are closed"), max_length=20, blank=True, default="", db_default=""
    )
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.STAFF)

    class Meta:
        ordering = ["period"]
        verbose_name = _("referral policy")
        verbose_name_plural = _("referral policies")
        triggers = [in_force_is_kept()]
        constraints = [
            ExclusionConstraint(name="referral_policy_no_overlap", expressions=[("period", RangeOperators.OVERLAPS)]),
            models.CheckConstraint(
                name="referral_policy_offices_open",
                condition=Q(opens__lt=F("closes")),
                violation_error_message=_("The offices close after they open."),
            ),
        ]

    def __str__(self) -> str:
        return f"{as_text(self.period)}: {self.acknowledge_hours}"
