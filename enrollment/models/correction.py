"""事実の訂正: what was typed or stated wrong and put right by staff, with its reason and its paper."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sankecare.moments import day_of_moment

from .application import EvidenceFile
from .family import Family
from .registration import Registration
from .same_family_trigger import follows_family


class FactCorrection(models.Model):
    """Facts of one family put right at once. ``changes``: what stood there and what stands now, sealed."""

    family = models.ForeignKey(Family, models.PROTECT, related_name="corrections", verbose_name=_("family"))
    registration = models.ForeignKey(
        Registration, models.PROTECT, related_name="corrections", verbose_name=_("registration")
    )
    reason = models.TextField(_("reason"), max_length=1000)
    evidence = models.CharField(_("paper seen"), max_length=120, blank=True)
    evidence_file = models.ForeignKey(
        EvidenceFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("evidence sent in")
    )
    changes = models.BinaryField(_("what was put right, sealed"))
    corrected_at = models.DateTimeField(_("corrected at"))
    corrected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("corrected by")
    )

    class Meta:
        ordering = ["-corrected_at", "-pk"]
        verbose_name = _("correction of facts")
        verbose_name_plural = _("corrections of facts")
        constraints = [
            models.CheckConstraint(name="fact_correction_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="fact_correction_has_paper", condition=~Q(evidence="") | Q(evidence_file__isnull=False)
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="fact_correction_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="fact_correction_never_rewritten",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(exclude=["family"]),
            ),
            follows_family("fact_correction_follows_its_family"),
        ]

    def __str__(self) -> str:
        return f"{self.registration} {day_of_moment(self.corrected_at)}"
