"""How places are given: what is counted together, how many days, by lot or first come; all dated."""

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from facilities.models import Service, ServiceKind, Source
from sankecare.periods import as_text
from sankecare.postgresql.in_force import in_force_is_kept


class LimitGroup(models.TextChoices):
    """Services whose family-days are counted together: short stay with day care, outreach apart (docs/domain.md)."""

    STAYS = "stays", _("short stay and day care")
    OUTREACH = "outreach", _("outreach")
    ONLINE = "online", _("online consultation")


LIMIT_GROUP_OF_KIND = {
    ServiceKind.SHORT_STAY: LimitGroup.STAYS,
    ServiceKind.DAY_CARE: LimitGroup.STAYS,
    ServiceKind.OUTREACH: LimitGroup.OUTREACH,
    ServiceKind.ONLINE_CONSULTATION: LimitGroup.ONLINE,
}


@pghistory.track()
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
        triggers = [in_force_is_kept()]
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


@pghistory.track()
class AllocationPolicy(models.Model):
    """How a service's places are given, dated."""

    service = models.ForeignKey(Service, models.CASCADE, related_name="allocation_policies", verbose_name=_("service"))
    period = DateRangeField(_("period"))
    method = models.CharField(_("method"), max_length=12, choices=AllocationMethod.choices)
    opens_days_before = models.PositiveSmallIntegerField(
        _("opens days before"),
        null=True,
        blank=True,
        help_text=_("first come: before the day that is booked; by lot: before the first day of the draw"),
    )
    closes_days_before = models.PositiveSmallIntegerField(
        _("closes days before"),
        null=True,
        blank=True,
        help_text=_(
            "first come: before the first day that is booked (staff may still book); by lot: before the first day of"
            " the draw"
        ),
    )
    notice_hours = models.PositiveSmallIntegerField(
        _("hours of notice"),
        null=True,
        blank=True,
        help_text=_(
            "families book online until so many hours before care begins on the first day (terms of the service);"
            " staff may still book"
        ),
    )
    undrawn_opens_days_before = models.PositiveSmallIntegerField(
        _("days without a draw open days before"),
        null=True,
        blank=True,
        help_text=_(
            "by lot: what a draw has left, and days without a draw, are booked first come, so many days before the day"
        ),
    )
    gives_back_days_before = models.PositiveSmallIntegerField(
        _("families give back online until so many days before"),
        null=True,
        blank=True,
        help_text=_("later they call; empty: until the day itself"),
    )
    stretch_days = models.PositiveSmallIntegerField(_("stretch of days of a draw"), null=True, blank=True)
    draw_weekday = models.PositiveSmallIntegerField(_("weekday of the draw (0 = Monday)"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.STAFF)

    class Meta:
        ordering = ["service", "period"]
        verbose_name = _("allocation policy")
        verbose_name_plural = _("allocation policies")
        triggers = [in_force_is_kept()]
        constraints = [
            ExclusionConstraint(
                name="allocation_policy_no_overlap",
                expressions=[("service", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            )
        ]

    def __str__(self) -> str:
        return f"{self.service}: {self.get_method_display()}"


class DrawMechanism(models.TextChoices):
    """How places are given once the tickets have put the entries in order (bookings/draws/mechanisms.py)."""

    SERIAL = "serial", _("in the order of the tickets")
    FIRST_WISHES = "first_wishes", _("first wishes first")
    FEWEST_DAYS = "fewest_days", _("fewest days first")
    ONCE_EACH = "once_each", _("who had no place before comes first")
    NEAR_LIMIT = "near_limit", _("a share first for those near the age limit")


BANDS_AS_WRITTEN = RegexValidator(
    r"^[1-9][0-9]?(,[1-9][0-9]?)*$", _("Whole percents from 1 to 99 with commas between them.")
)


@pghistory.track()
class DrawPolicy(models.Model):
    """What counts in a draw, dated: how places are given, tickets beside the one that everybody has, how long a winner
    may think, and how odds are told.
    """

    period = DateRangeField(_("period"))
    high_need_tickets = models.PositiveSmallIntegerField(_("more tickets for high need (set by staff)"))
    high_need_days = models.PositiveSmallIntegerField(
        _("high need asked for by a district counts for so many days"), default=90, validators=[MinValueValidator(1)]
    )
    lost_before_tickets = models.PositiveSmallIntegerField(_("more tickets for each round lost before"))
    most_lost_counted = models.PositiveSmallIntegerField(_("so many lost rounds count at most"))
    window_tickets = models.PositiveSmallIntegerField(_("more tickets while the age limit is near"))
    window_days = models.PositiveSmallIntegerField(_("near is: so many days to the age limit"))
    answer_hours = models.PositiveSmallIntegerField(_("hours to accept what was won"))
    offer_hours = models.PositiveSmallIntegerField(_("hours to accept a place that came free"))
    least_answer_hours = models.PositiveSmallIntegerField(
        _("a place is offered only where so many hours are left to answer"),
        default=3,
        db_default=3,
        help_text=_("before the first day begins; with less it is free for everybody"),
    )
    undo_minutes = models.PositiveSmallIntegerField(
        _("minutes to take a no back"),
        default=0,
        db_default=0,
        help_text=_("so long a declined place stays held before it is given on; 0: at once"),
    )
    remind_hours = models.PositiveSmallIntegerField(
        _("reminder so many hours before an offer ends"),
        default=0,
        db_default=0,
        help_text=_("once, and not before half of the time is over; 0: none"),
    )
    mechanism = models.CharField(
        _("way of drawing"),
        max_length=30,
        choices=DrawMechanism.choices,
        default=DrawMechanism.SERIAL,
        db_default="serial",
        help_text=_("of the rounds that are announced; a round keeps its own"),
    )
    set_aside_percent = models.PositiveSmallIntegerField(
        _("percent of each day's places set aside"),
        default=0,
        db_default=0,
        validators=[MaxValueValidator(90)],
        help_text=_("for those near the age limit, where the way of drawing sets some aside"),
    )
    odds_from_entries = models.PositiveSmallIntegerField(
        _("odds are told from so many entries on"),
        default=20,
        db_default=20,
        validators=[MinValueValidator(5)],
        help_text=_("with fewer they would tell what others wish"),
    )
    odds_bands = models.CharField(
        _("bands in which odds are told"),
        max_length=60,
        default="90,67,50,33,20,10,5",
        db_default="90,67,50,33,20,10,5",
        validators=[BANDS_AS_WRITTEN],
        help_text=_("percent; what lies between is told as the nearest"),
    )
    number_source = models.CharField(
        _("public number: its source"),
        max_length=200,
        blank=True,
        default="",
        db_default="",
        help_text=_("drawn by others after the entries are published; empty: draws without a public number"),
    )
    number_fallback = models.CharField(
        _("public number: what stands in"),
        max_length=200,
        blank=True,
        default="",
        db_default="",
        help_text=_("where the source draws none"),
    )
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.STAFF)

    class Meta:
        ordering = ["period"]
        verbose_name = _("draw policy")
        verbose_name_plural = _("draw policies")
        triggers = [in_force_is_kept()]
        constraints = [
            ExclusionConstraint(name="draw_policy_no_overlap", expressions=[("period", RangeOperators.OVERLAPS)]),
            models.CheckConstraint(name="draw_policy_odds_are_of_many", condition=Q(odds_from_entries__gte=5)),
            models.CheckConstraint(
                name="draw_policy_sets_aside_where_it_does",
                condition=Q(set_aside_percent=0) | Q(set_aside_percent__lte=90, mechanism="near_limit"),
            ),
        ]

    def __str__(self) -> str:
        return as_text(self.period)

    @property
    def bands(self) -> list[int]:
        """The bands in which odds are told, percent, as written."""
        return [int(band) for band in self.odds_bands.split(",")]
