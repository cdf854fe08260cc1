"""支援措置: a family whose address nobody may learn. Set for good; looked behind for minutes, by two people."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from sankecare.moments import day_of_moment

from .family import Family


class Protection(models.Model):
    """The flag. It has no off switch: ``review_by`` warns when the measure is to be renewed, and never unmasks."""

    family = models.OneToOneField(Family, models.PROTECT, related_name="protection", verbose_name=_("family"))
    set_at = models.DateTimeField(_("set at"))
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("set by"))
    reason = models.TextField(_("reason"), max_length=1000)
    review_by = models.DateField(_("to be renewed by"), null=True, blank=True)
    named = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        related_name="+",
        verbose_name=_("named persons"),
        help_text=_("who may see the address without asking"),
    )

    class Meta:
        ordering = ["set_at"]
        verbose_name = _("protection")
        verbose_name_plural = _("protections")
        triggers = [
            pgtrigger.Protect(name="protection_never_lifted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="protection_stays_with_the_family",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("family", "set_at", "set_by"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.family_id}"


class ConfidentialAddress(models.Model):
    """Where a protected family lives, dated and sealed; only enrollment/confidential.py opens it."""

    family = models.ForeignKey(Family, models.PROTECT, related_name="confidential_addresses", verbose_name=_("family"))
    period = DateRangeField(_("period"))
    sealed = models.BinaryField(_("address, sealed"))
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("entered by")
    )
    entered_at = models.DateTimeField(_("entered at"))

    class Meta:
        ordering = ["family", "period"]
        verbose_name = _("confidential address")
        verbose_name_plural = _("confidential addresses")
        constraints = [
            ExclusionConstraint(
                name="confidential_address_no_overlap",
                expressions=[("family", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            )
        ]

    def __str__(self) -> str:
        return f"{self.family_id}"


class BreakGlass(models.Model):
    """One look behind the flag by somebody not named: asked for with a reason, opened by a second person, timed."""

    protection = models.ForeignKey(
        Protection, models.PROTECT, related_name="break_glasses", verbose_name=_("protection")
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked at"))
    reason = models.TextField(_("reason"), max_length=1000)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("opened by")
    )
    opened_at = models.DateTimeField(_("opened at"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes at"), null=True, blank=True)

    class Meta:
        ordering = ["-asked_at"]
        verbose_name = _("look behind the protection")
        verbose_name_plural = _("looks behind the protection")
        constraints = [
            models.CheckConstraint(name="break_glass_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="break_glass_opened_by_a_second_person",
                condition=Q(opened_by__isnull=True) | ~Q(opened_by=F("asked_by")),
            ),
            models.CheckConstraint(
                name="break_glass_opened_is_timed",
                condition=Q(opened_by__isnull=True, opened_at__isnull=True, closes_at__isnull=True)
                | Q(opened_by__isnull=False, opened_at__isnull=False, closes_at__gt=F("opened_at")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="break_glass_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="break_glass_opened_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__opened_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.protection_id} {day_of_moment(self.asked_at)}"
