"""支援措置: a family whose address nobody may learn, until two people end it; looked behind for minutes, by two."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from sankecare.moments import day_of_moment
from sankecare.periods import as_text

from .family import Family


class InForce(models.Manager["Protection"]):
    """Those that protect now."""

    def get_queryset(self) -> "models.QuerySet[Protection]":
        return super().get_queryset().filter(ended_at__isnull=True)


# Whoever writes: nothing ends but what one person proposed and another one ended.
ENDED_BY_TWO = """
    IF NOT EXISTS (
        SELECT 1 FROM enrollment_protectionend e
         WHERE e.protection_id = NEW.id AND e.outcome = 'ended' AND e.decided_at = NEW.ended_at
    ) THEN
        RAISE EXCEPTION 'a protection is ended by two people'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'protection_ended_by_two';
    END IF;
    RETURN NEW;
"""


class Protection(models.Model):
    """The flag, one a family: it holds until two people end it, whatever day it is.

    ``review_by``: the last day of the measure's newest period; it tells people to renew or to end, and never unmasks.
    ``in_force`` are those that protect now. A family that is put under protection again has the same row.
    """

    objects: ClassVar[models.Manager["Protection"]] = models.Manager()
    in_force: ClassVar[InForce] = InForce()

    family = models.OneToOneField(Family, models.PROTECT, related_name="protection", verbose_name=_("family"))
    set_at = models.DateTimeField(_("set at"))
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("set by"))
    reason = models.TextField(_("reason"), max_length=1000)
    review_by = models.DateField(_("to be renewed by"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
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
            pgtrigger.Trigger(
                name="protection_ended_by_two",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Q(new__ended_at__isnull=False),
                func=ENDED_BY_TWO,
            ),
            pgtrigger.Protect(
                name="protection_stays_with_the_family",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("family", "set_at", "set_by"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.family_id}"


class ProtectionPeriod(models.Model):
    """One year of the measure, as it was asked for on a paper: the first one, and each renewal. Appended only."""

    protection = models.ForeignKey(
        Protection, models.PROTECT, related_name="periods", verbose_name=_("protection"), db_index=False
    )
    period = DateRangeField(_("period"))
    paper_on = models.DateField(_("asked for on"))
    reason = models.TextField(_("reason"), max_length=1000, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("entered by")
    )
    entered_at = models.DateTimeField(_("entered at"))

    class Meta:
        ordering = ["protection", "period"]
        verbose_name = _("period of a protection")
        verbose_name_plural = _("periods of protections")
        constraints = [
            ExclusionConstraint(
                name="protection_period_no_overlap",
                expressions=[("protection", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            )
        ]
        triggers = [
            pgtrigger.Protect(name="protection_period_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(name="protection_period_never_rewritten", operation=pgtrigger.Update),
        ]

    def __str__(self) -> str:
        return as_text(self.period)


class EndOutcome(models.TextChoices):
    WAITING = "waiting", _("waits for a second person")
    ENDED = "ended", _("Ended")
    DECLINED = "declined", _("not ended")


class ProtectionEnd(models.Model):
    """That a protection is to end, with the reason: proposed by one person, decided by another."""

    protection = models.ForeignKey(Protection, models.PROTECT, related_name="ends", verbose_name=_("protection"))
    reason = models.TextField(_("reason"), max_length=1000)
    paper_on = models.DateField(_("asked for on"), null=True, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed at"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=EndOutcome.choices, default=EndOutcome.WAITING)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        verbose_name = _("end of a protection")
        verbose_name_plural = _("ends of protections")
        constraints = [
            models.UniqueConstraint(
                fields=["protection"], condition=Q(outcome="waiting"), name="protection_end_proposed_once"
            ),
            models.CheckConstraint(name="protection_end_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="protection_end_by_a_second_person",
                condition=~Q(outcome="ended") | ~Q(decided_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="protection_end_decided_is_signed",
                condition=Q(outcome="waiting", decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(outcome="waiting") & Q(decided_by__isnull=False, decided_at__isnull=False)),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="protection_end_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="protection_end_decided_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__decided_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.protection_id} {day_of_moment(self.proposed_at)}"


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
