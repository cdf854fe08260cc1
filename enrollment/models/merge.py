"""One family that was entered twice: what was joined, kept whole."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .family import Family


class FamilyMerge(models.Model):
    """Two entries joined into one. ``before`` holds every row of the entry given up as it was, sealed.

    ``outcome``: which fact was taken from which entry and why, and what followed, sealed; of older ones nothing.
    """

    kept = models.ForeignKey(Family, models.PROTECT, related_name="merges", verbose_name=_("entry kept"))
    given_up = models.OneToOneField(Family, models.PROTECT, related_name="merge", verbose_name=_("entry given up"))
    reason = models.TextField(_("reason"), max_length=1000)
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("joined by")
    )
    merged_at = models.DateTimeField(_("joined at"))
    before = models.BinaryField(_("rows as they were, sealed"))
    outcome = models.BinaryField(_("what was taken from whom, sealed"), null=True)

    class Meta:
        ordering = ["-merged_at"]
        verbose_name = _("joined entry")
        verbose_name_plural = _("joined entries")
        triggers = [pgtrigger.Protect(name="merge_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.given_up_id} → {self.kept_id}"


class NotTheSame(models.Model):
    """Two entries that staff looked at and found to be two families: not proposed again."""

    first = models.ForeignKey(Family, models.CASCADE, related_name="+", verbose_name=_("first"))
    second = models.ForeignKey(Family, models.CASCADE, related_name="+", verbose_name=_("second"))
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("said by"))
    said_at = models.DateTimeField(_("said at"))

    class Meta:
        verbose_name = _("two different families")
        verbose_name_plural = _("two different families")
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="not_the_same_once"),
            models.CheckConstraint(name="not_the_same_in_order", condition=models.Q(first__lt=models.F("second"))),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} ≠ {self.second_id}"
