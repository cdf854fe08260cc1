"""抽選なしで受け付ける日: days of places given by lot that staff open without a draw, with the reason."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from facilities.models import PlacePool
from sankecare.periods import as_text


class FreedDays(models.Model):
    """Days that no draw gives: first come from the moment of freeing on, for all services of the places.

    Nothing of it is edited or deleted. A draw announced for such days closes them again until it is drawn.
    """

    pool = models.ForeignKey(PlacePool, models.PROTECT, related_name="freed_days", verbose_name=_("place pool"))
    period = DateRangeField(_("days freed"))
    reason = models.CharField(_("reason"), max_length=200)
    freed_at = models.DateTimeField(_("freed at"), editable=False)
    freed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        db_index=False,
        verbose_name=_("freed by"),
    )

    class Meta:
        ordering = ["-freed_at", "-pk"]
        verbose_name = _("days without a draw")
        verbose_name_plural = _("days without a draw")
        constraints = [
            models.CheckConstraint(name="freed_days_say_why", condition=~Q(reason="")),
            models.CheckConstraint(
                name="freed_days_are_bounded",
                condition=Q(period__isempty=False, period__lower_inf=False, period__upper_inf=False),
            ),
        ]
        indexes = [models.Index(fields=["pool", "period"], name="freed_days_of_pool")]
        triggers = [pgtrigger.Protect(name="freed_days_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.pool} {as_text(self.period)}"
