"""赤ちゃんのこと: a baby that died or is in hospital, who calls her, and what a person has offered."""

import pghistory
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from facilities.models import District
from sankecare.periods import as_text

from .family import Family


class HardNewsKind(models.TextChoices):
    LOST = "lost", _("The baby died, or the pregnancy ended")
    HOSPITAL = "hospital", _("The baby is in hospital")


@pghistory.track(append_only=True)
class HardNews(models.Model):
    """What a family told. While it has not ended nothing goes out to her by itself.

    No cause and no day is asked. ``offered``: what a person spoke of with her; the system offers nothing.
    """

    family = models.ForeignKey(Family, models.PROTECT, related_name="hard_news", verbose_name=_("family"))
    kind = models.CharField(_("what happened"), max_length=10, choices=HardNewsKind.choices)
    wants_call = models.BooleanField(_("she would like a call"), default=True)
    told_at = models.DateTimeField(_("told at"))
    told_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("told by"))
    caller = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who calls her"),
    )
    called_at = models.DateTimeField(_("spoken with at"), null=True, blank=True)
    offered = models.TextField(_("what was offered"), max_length=1000, blank=True, default="")
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("ended by"),
    )

    class Meta:
        ordering = ["-told_at", "-pk"]
        verbose_name = _("hard news of a family")
        verbose_name_plural = _("hard news of families")
        constraints = [
            models.CheckConstraint(
                name="hard_news_end_is_signed",
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
            models.CheckConstraint(
                name="hard_news_called_by_somebody", condition=Q(called_at__isnull=True) | Q(caller__isnull=False)
            ),
        ]
        indexes = [models.Index(fields=["family"], condition=Q(ended_at__isnull=True), name="hard_news_open")]

    def __str__(self) -> str:
        return f"{self.family_id}"


@pghistory.track(append_only=True)
class NamedCaller(models.Model):
    """お電話する人: who of a district calls a mother with hard news, dated; staff keep it. Without one the section."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name=_("district"))
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person"))
    period = DateRangeField(_("period"))

    class Meta:
        ordering = ["district", "period"]
        verbose_name = _("who calls a mother with hard news")
        verbose_name_plural = _("who calls mothers with hard news")
        constraints = [
            ExclusionConstraint(
                name="named_caller_no_overlap",
                expressions=[("district", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.district} {as_text(self.period)}"
