"""高い必要性: families that weigh more in draws for a time, because a district asked for it and staff agreed."""

from datetime import datetime

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enrollment.models import Family
from sankecare.periods import as_text


class HighNeed(models.Model):
    """A family in high need: it counts in every draw whose deadline lies in the period, and gives no place by itself.

    Set by staff with the reason, and who asked for it. Nothing of it is edited; it can be ended before its time.
    """

    family = models.ForeignKey(Family, models.PROTECT, related_name="high_needs", verbose_name=_("family"))
    period = DateRangeField(_("counts in draws whose deadline is from – to"))
    reason = models.TextField(_("reason"), max_length=1500)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked for by")
    )
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("set by"))
    set_at = models.DateTimeField(_("set at"))
    ended_at = models.DateTimeField(_("ended before its time at"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("ended by")
    )
    ended_reason = models.CharField(_("why it was ended"), max_length=400, blank=True)

    class Meta:
        ordering = ["-set_at", "-pk"]
        verbose_name = _("high need")
        verbose_name_plural = _("high needs")
        constraints = [
            models.CheckConstraint(name="high_need_says_why", condition=~Q(reason="")),
            models.CheckConstraint(
                name="high_need_expires", condition=Q(period__startswith__isnull=False, period__endswith__isnull=False)
            ),
            models.CheckConstraint(
                name="high_need_end_is_signed",
                condition=Q(ended_at__isnull=True, ended_by__isnull=True, ended_reason="")
                | (Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(ended_reason="")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="high_need_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="high_need_as_set", fields=["period", "reason", "asked_by", "set_by", "set_at"]),
            pgtrigger.Protect(
                name="high_need_ended_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.ended_at IS NOT NULL AND (OLD.ended_at, OLD.ended_by_id, OLD.ended_reason)"
                    " IS DISTINCT FROM (NEW.ended_at, NEW.ended_by_id, NEW.ended_reason)"
                ),
            ),
        ]

    def __str__(self) -> str:
        return as_text(self.period)

    def counts_at(self, deadline: datetime) -> bool:
        """Tell whether it counts in a draw of this deadline: set before, not ended by then, the day in its period."""
        is_set = self.set_at <= deadline and (self.ended_at is None or self.ended_at > deadline)
        return is_set and bool(self.period.lower <= timezone.localdate(deadline) < self.period.upper)
