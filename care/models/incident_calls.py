"""速報: that a facility told the ward of a serious incident with one touch, and who of the ward has it in hand."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .incidents import Incident


class IncidentCall(models.Model):
    """Told once an incident, taken up once; never taken back. It stands beside the reports and is none of them."""

    incident = models.OneToOneField(
        Incident, models.PROTECT, related_name="call", verbose_name=_("near miss or incident")
    )
    told_at = models.DateTimeField(_("told at"))
    told_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("told by"))
    taken_up_at = models.DateTimeField(_("taken up at"), null=True, blank=True)
    taken_up_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("taken up by"),
    )

    class Meta:
        ordering = ["-told_at", "-pk"]
        verbose_name = _("serious incident told at once")
        verbose_name_plural = _("serious incidents told at once")
        constraints = [
            models.CheckConstraint(
                name="incident_call_taken_up_is_signed",
                condition=Q(taken_up_at__isnull=True, taken_up_by__isnull=True)
                | Q(taken_up_at__gte=F("told_at"), taken_up_by__isnull=False),
            )
        ]
        triggers = [
            pgtrigger.ReadOnly(name="incident_call_as_told", fields=["incident", "told_at", "told_by"]),
            pgtrigger.Protect(
                name="incident_call_taken_up_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__taken_up_at__isnull=False),
            ),
            pgtrigger.Protect(name="incident_call_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return str(self.incident)
