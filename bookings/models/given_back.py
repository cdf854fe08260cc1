"""Days that were given back because of what became known of a family: so that they come back if it proves wrong."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .places import Booking


class GivenBackCause(models.TextChoices):
    MOVED_OUT = "moved_out", _("moved out of the ward")
    ROLLS_OVER = "rolls_over", _("the baby rolls over")
    ENDED = "ended", _("registration ended")
    CORRECTED = "corrected", _("a fact was put right")


class GivenBack(models.Model):
    """Days of one booking, given back at once. ``whole``: the booking was cancelled with them."""

    booking = models.ForeignKey(Booking, models.PROTECT, related_name="given_back", verbose_name=_("booking"))
    days = ArrayField(models.DateField(), verbose_name=_("days"))
    whole = models.BooleanField(_("the booking was cancelled"), default=False)
    cause = models.CharField(_("why"), max_length=10, choices=GivenBackCause.choices)
    given_back_at = models.DateTimeField(_("given back at"))
    given_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("entered by")
    )
    brought_back_at = models.DateTimeField(_("brought back at"), null=True, blank=True)

    class Meta:
        ordering = ["given_back_at", "pk"]
        verbose_name = _("days given back")
        verbose_name_plural = _("days given back")
        constraints = [
            models.CheckConstraint(name="given_back_has_days", condition=~Q(days=[])),
            models.CheckConstraint(
                name="brought_back_after_given_back",
                condition=Q(brought_back_at__isnull=True) | Q(brought_back_at__gte=models.F("given_back_at")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="given_back_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="given_back_never_rewritten",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(exclude=["brought_back_at"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.booking} {self.get_cause_display()}"
