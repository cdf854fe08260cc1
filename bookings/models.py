"""Places given and used: bookings, the days that hold a slot each, and stays."""

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enrollment.models import Family, Registration, Sibling
from facilities.models import PlacePool, Service, ServiceKind, Source
from sankecare.periods import as_text


class LimitGroup(models.TextChoices):
    """Services whose family-days are counted together: short stay with day care, outreach apart (DOMAIN.md)."""

    STAYS = "stays", _("short stay and day care")
    OUTREACH = "outreach", _("outreach")
    ONLINE = "online", _("online consultation")


LIMIT_GROUP_OF_KIND = {
    ServiceKind.SHORT_STAY: LimitGroup.STAYS,
    ServiceKind.DAY_CARE: LimitGroup.STAYS,
    ServiceKind.OUTREACH: LimitGroup.OUTREACH,
    ServiceKind.ONLINE_CONSULTATION: LimitGroup.ONLINE,
}


class UsageLimits(models.Model):
    """How many family-days a birth may use, dated (SEED 7; consecutive DEFAULT 7)."""

    period = DateRangeField(_("period"))
    group = models.CharField(_("services counted together"), max_length=10, choices=LimitGroup.choices)
    days_per_birth = models.PositiveSmallIntegerField(_("family-days a birth"), null=True, blank=True)
    consecutive_days = models.PositiveSmallIntegerField(_("consecutive days"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.STAFF)

    class Meta:
        ordering = ["period"]
        verbose_name = _("usage limits")
        verbose_name_plural = _("usage limits")
        constraints = [
            ExclusionConstraint(
                name="usage_limits_no_overlap",
                expressions=[("group", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            )
        ]

    def __str__(self) -> str:
        return f"{as_text(self.period)}: {self.days_per_birth}"


class AllocationMethod(models.TextChoices):
    LOTTERY = "lottery", _("by lot")
    FIRST_COME = "first_come", _("first come, first served")


class AllocationPolicy(models.Model):
    """How a service's places are given, dated."""

    service = models.ForeignKey(Service, models.CASCADE, related_name="allocation_policies", verbose_name=_("service"))
    period = DateRangeField(_("period"))
    method = models.CharField(_("method"), max_length=12, choices=AllocationMethod.choices)
    opens_days_before = models.PositiveSmallIntegerField(_("opens days before"), null=True, blank=True)
    closes_days_before = models.PositiveSmallIntegerField(_("closes days before"), null=True, blank=True)
    stretch_days = models.PositiveSmallIntegerField(_("stretch of days of a draw"), null=True, blank=True)
    draw_weekday = models.PositiveSmallIntegerField(_("weekday of the draw (0 = Monday)"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.STAFF)

    class Meta:
        ordering = ["service", "period"]
        verbose_name = _("allocation policy")
        verbose_name_plural = _("allocation policies")
        constraints = [
            ExclusionConstraint(
                name="allocation_policy_no_overlap",
                expressions=[("service", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            )
        ]

    def __str__(self) -> str:
        return f"{self.service}: {self.get_method_display()}"


class BookingState(models.TextChoices):
    BOOKED = "booked", _("Booked")
    ARRIVED = "arrived", _("In house")
    DEPARTED = "departed", _("Departed")
    CANCELLED = "cancelled", _("Cancelled")
    NO_SHOW = "no_show", _("Did not come")


@pghistory.track()
class Booking(models.Model):
    """A place given to a family for one or more days of one service."""

    registration = models.ForeignKey(
        Registration, models.PROTECT, related_name="bookings", verbose_name=_("registration")
    )
    service = models.ForeignKey(Service, models.PROTECT, related_name="bookings", verbose_name=_("service"))
    state = models.CharField(_("state"), max_length=10, choices=BookingState.choices, default=BookingState.BOOKED)
    infant_count = models.PositiveSmallIntegerField(_("infants taking part"), default=1)
    sibling = models.ForeignKey(
        Sibling, models.PROTECT, null=True, blank=True, related_name="bookings", verbose_name=_("sibling")
    )
    coupons = models.PositiveSmallIntegerField(_("coupons to be handed over"), default=0)
    booked_at = models.DateTimeField(_("booked at"))
    booked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("booked by")
    )
    ended_reason = models.CharField(_("reason of cancelling"), max_length=200, blank=True)

    class Meta:
        ordering = ["-booked_at", "-pk"]
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        constraints = [
            models.CheckConstraint(name="booking_has_infant", condition=Q(infant_count__range=(1, 6))),
        ]
        triggers = [
            pgtrigger.FSM(
                name="booking_states",
                field="state",
                transitions=[
                    ("booked", "arrived"),
                    ("booked", "cancelled"),
                    ("booked", "no_show"),
                    ("arrived", "departed"),
                ],
            )
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number that families and facilities name on the telephone."""
        return f"B-{self.pk:06d}"


class DayStatus(models.TextChoices):
    HELD = "held", _("held")
    USED = "used", _("used")
    RELEASED = "released", _("released")


class BookingDay(models.Model):
    """One family on one day: the row that holds a slot, until it is released.

    ``pool`` and ``family`` are filled by a trigger from the booking, whoever writes; the guard counts this
    table against ``facilities_slots_on`` after each statement.
    """

    booking = models.ForeignKey(Booking, models.PROTECT, related_name="days", verbose_name=_("booking"))
    day = models.DateField(_("day"))
    status = models.CharField(_("status"), max_length=8, choices=DayStatus.choices, default=DayStatus.HELD)
    with_sibling = models.BooleanField(_("with sibling"), default=False)
    pool = models.ForeignKey(PlacePool, models.PROTECT, related_name="+", editable=False)
    family = models.ForeignKey(Family, models.PROTECT, related_name="+", editable=False)

    class Meta:
        ordering = ["day"]
        verbose_name = _("booked day")
        verbose_name_plural = _("booked days")
        constraints = [
            models.UniqueConstraint(
                fields=["family", "day"], condition=~Q(status="released"), name="booking_day_one_a_family"
            ),
            models.UniqueConstraint(
                fields=["booking", "day"], condition=~Q(status="released"), name="booking_day_once_a_booking"
            ),
        ]
        indexes = [
            models.Index(
                fields=["pool", "day"],
                include=["family", "booking"],
                condition=~Q(status="released"),
                name="booking_day_counted",
            )
        ]

    def __str__(self) -> str:
        return f"{self.booking} {self.day}"


@pghistory.track()
class Stay(models.Model):
    """What happened: arrival and departure of a booking, each with who recorded it."""

    booking = models.OneToOneField(Booking, models.PROTECT, related_name="stay", verbose_name=_("booking"))
    arrived_at = models.DateTimeField(_("arrived at"))
    arrival_recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("arrival recorded by"),
    )
    departed_at = models.DateTimeField(_("departed at"), null=True, blank=True)
    departure_recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("departure recorded by"),
    )
    note = models.TextField(_("note of the facility"), blank=True, max_length=2000)

    class Meta:
        ordering = ["-arrived_at"]
        verbose_name = _("stay")
        verbose_name_plural = _("stays")
        constraints = [
            models.CheckConstraint(
                name="stay_departs_after_arrival",
                condition=Q(departed_at__isnull=True) | Q(departed_at__gte=models.F("arrived_at")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.booking}"
