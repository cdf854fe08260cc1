"""お預かりできない時間: when a facility does not keep babies apart from their mothers."""

from datetime import time

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from facilities.models import Facility, Source
from sankecare.languages.words import in_her_words
from sankecare.postgresql.in_force import in_force_is_kept


@pghistory.track(append_only=True)
class HoursWithoutKeeping(models.Model):
    """Hours of each day, dated; ``ends_at`` before ``starts_at`` is the next morning."""

    facility = models.ForeignKey(
        Facility, models.CASCADE, related_name="hours_without_keeping", verbose_name=_("facility")
    )
    period = DateRangeField(_("period"))
    starts_at = models.TimeField(_("from"))
    ends_at = models.TimeField(_("until"))
    reason = models.CharField(_("why, for the mothers"), max_length=120, blank=True)
    reason_en = models.CharField(_("why, in English"), max_length=160, blank=True, db_default="")
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.STAFF)

    class Meta:
        ordering = ["facility", "starts_at"]
        verbose_name = _("hours without keeping")
        verbose_name_plural = _("hours without keeping")
        triggers = [in_force_is_kept()]
        constraints = [
            ExclusionConstraint(
                name="hours_without_keeping_no_overlap",
                expressions=[
                    ("facility", RangeOperators.EQUAL),
                    ("starts_at", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(name="hours_without_keeping_last", condition=~Q(ends_at=F("starts_at"))),
        ]

    def __str__(self) -> str:
        return f"{self.facility}"

    @property
    def reason_to_read(self) -> str:
        """In the language of the page."""
        return in_her_words(self.reason, self.reason_en)

    @property
    def until_next_morning(self) -> bool:
        """Whether they end on the next day."""
        ends: time = self.ends_at
        return ends < self.starts_at
