"""キャンセル待ち: who waits for which days, and freed places on their way to the next family."""

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from enrollment.models import Registration, Sibling
from facilities.models import PlacePool, Service

from .away import CanBeAway
from .places import Booking


class WaitingEnd(models.TextChoices):
    PLACED = "placed", _("has the place")
    DECLINED = "declined", _("declined")
    LAPSED = "lapsed", _("did not answer")
    LEFT = "left", _("no longer waits")
    PASSED = "passed", _("the days have passed")
    WARD = "ward", _("ended by the ward")


@pghistory.track()
class WaitingEntry(CanBeAway):
    """One family that waits for all days of a stretch, in the order of joining.

    While it is away (``away_since``) it keeps its turn and is offered nothing.
    """

    registration = models.ForeignKey(
        Registration, models.PROTECT, related_name="waiting_entries", verbose_name=_("registration")
    )
    service = models.ForeignKey(Service, models.PROTECT, related_name="waiting_entries", verbose_name=_("service"))
    period = DateRangeField(_("days waited for"))
    sibling = models.ForeignKey(
        Sibling, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("sibling")
    )
    infant_count = models.PositiveSmallIntegerField(_("infants taking part"), default=1)
    joined_at = models.DateTimeField(_("waits since"))
    joined_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("entered by")
    )
    booking = models.OneToOneField(
        Booking, models.PROTECT, null=True, blank=True, related_name="waiting_entry", verbose_name=_("booking")
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    ended_as = models.CharField(_("how it ended"), max_length=8, choices=WaitingEnd.choices, blank=True)

    class Meta(CanBeAway.Meta):
        ordering = ["joined_at", "pk"]
        verbose_name = _("waiting family")
        verbose_name_plural = _("waiting list")
        constraints = [
            *CanBeAway.Meta.constraints,
            models.UniqueConstraint(
                fields=["registration", "service", "period"],
                condition=Q(ended_at__isnull=True),
                name="waiting_once_for_the_same_days",
            ),
            models.CheckConstraint(
                name="waiting_ended_says_how",
                condition=Q(ended_at__isnull=True, ended_as="") | (Q(ended_at__isnull=False) & ~Q(ended_as="")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="waiting_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="waiting_keeps_its_turn",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("registration", "service", "period", "joined_at"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.registration} {self.service}"


class FreedPlace(models.Model):
    """A day of a pool that came free while families stand in line or wait for it.

    It is nobody's until it has been passed on (bookings/waiting/passing_on.py).
    """

    pool = models.ForeignKey(PlacePool, models.PROTECT, related_name="+", verbose_name=_("place pool"))
    day = models.DateField(_("day"))
    freed_at = models.DateTimeField(_("freed at"))
    passed_on_at = models.DateTimeField(_("passed on at"), null=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("freed place")
        verbose_name_plural = _("freed places")
        indexes = [
            models.Index(fields=["pool", "day"], condition=Q(passed_on_at__isnull=True), name="freed_place_on_its_way")
        ]

    def __str__(self) -> str:
        return f"{self.pool} {date_format(self.day)}"
