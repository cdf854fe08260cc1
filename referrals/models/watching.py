"""見守りリスト: the ward's dated decision to have one, the weekly list of a district, and what nurses made of it."""

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from enrollment.models import Family
from enrollment.models.same_family_trigger import follows_family
from facilities.models import District, Source
from sankecare.periods import as_text
from sankecare.postgresql.in_force import in_force_is_kept

from .work import ContactWay


class WatchPolicy(models.Model):
    """Whether weekly lists are made, and what puts a family on them, dated. Without a row, or off: none is made,
    and nothing about anybody is worked out or kept.

    Defaults (DEFAULT, own): three weeks to the age limit without a place; within 90 days one booking not come to,
    two given back, or one offer not answered.
    """

    period = DateRangeField(_("period"))
    is_on = models.BooleanField(_("lists are made"), default=False)
    window_days = models.PositiveSmallIntegerField(
        _("no place, and so many days to the age limit"),
        default=21,
        validators=[MaxValueValidator(180)],
        help_text=_("0: not looked at"),
    )
    look_back_days = models.PositiveSmallIntegerField(
        _("so many days are looked back"), default=90, validators=[MaxValueValidator(366)]
    )
    no_shows = models.PositiveSmallIntegerField(
        _("bookings not come to"), default=1, help_text=_("so many or more; 0: not looked at")
    )
    cancellations = models.PositiveSmallIntegerField(
        _("bookings given back"), default=2, help_text=_("so many or more; 0: not looked at")
    )
    lapsed_offers = models.PositiveSmallIntegerField(
        _("offers not answered"), default=1, help_text=_("so many or more; 0: not looked at")
    )
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.STAFF)

    class Meta:
        ordering = ["period"]
        verbose_name = _("policy of the watch list")
        verbose_name_plural = _("policies of the watch list")
        triggers = [in_force_is_kept()]
        constraints = [
            ExclusionConstraint(name="watch_policy_no_overlap", expressions=[("period", RangeOperators.OVERLAPS)])
        ]

    def __str__(self) -> str:
        return as_text(self.period)


class WatchList(models.Model):
    """A district's list of one week (``week``: its Monday): made once, with the limits that it was made by."""

    week = models.DateField(_("week from"))
    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name=_("district"))
    made_at = models.DateTimeField(_("made at"))
    limits = models.JSONField(_("limits"))

    class Meta:
        ordering = ["-week", "district"]
        verbose_name = _("watch list")
        verbose_name_plural = _("watch lists")
        constraints = [
            models.UniqueConstraint(fields=["week", "district"], name="watch_list_once_a_week"),
            models.CheckConstraint(name="watch_list_week_is_a_monday", condition=Q(week__iso_week_day=1)),
        ]
        triggers = [pgtrigger.Protect(name="watch_list_as_made", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.district} {date_format(self.week)}"


@pghistory.track(fields=["family", "joined_into"], model_name="WatchRowEvent", append_only=True)
class WatchRow(models.Model):
    """One family on a list. ``reasons``: signs of watch_rules with their days as ISO 8601; never changed.

    ``joined_into``: the family was on the week's lists twice; this one is read with the other.
    """

    watch_list = models.ForeignKey(WatchList, models.PROTECT, related_name="rows", verbose_name=_("watch list"))
    family = models.ForeignKey(Family, models.PROTECT, related_name="watch_rows", verbose_name=_("family"))
    position = models.PositiveSmallIntegerField(_("position"))
    reasons = models.JSONField(_("reasons"))
    joined_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        db_index=False,  # few rows have one, and none is looked for by it
        related_name="joined",
        verbose_name=_("is the same as"),
    )

    class Meta:
        ordering = ["watch_list", "position"]
        verbose_name = _("row of a watch list")
        verbose_name_plural = _("rows of watch lists")
        constraints = [
            models.CheckConstraint(name="watch_row_says_why", condition=Q(reasons__0__isnull=False)),
        ]
        triggers = [
            pgtrigger.Protect(name="watch_row_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="watch_row_as_made", fields=["watch_list", "position", "reasons"]),
            follows_family("watch_row_follows_its_family"),
        ]

    def __str__(self) -> str:
        return f"{self.watch_list} {self.position}"


class MarkKind(models.TextChoices):
    LOOKED_AT = "looked_at", _("Looked at")
    NO_NEED = "no_need", _("No need at present")
    CONTACTED = "contacted", _("Got in touch")


class WatchMark(models.Model):
    """What a nurse made of a row; the last one stands, none is changed. A contact says its way and what was said."""

    row = models.ForeignKey(WatchRow, models.PROTECT, related_name="marks", verbose_name=_("row"))
    kind = models.CharField(_("what was done"), max_length=10, choices=MarkKind.choices)
    way = models.CharField(_("way"), max_length=12, choices=ContactWay.choices, blank=True)
    note = models.TextField(_("note"), max_length=1000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("mark on a watch list")
        verbose_name_plural = _("marks on watch lists")
        constraints = [
            models.CheckConstraint(
                name="watch_mark_contact_says_how",
                condition=Q(kind="contacted") & ~Q(way="") | ~Q(kind="contacted") & Q(way=""),
            ),
        ]
        triggers = [pgtrigger.Protect(name="watch_mark_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.row} {self.get_kind_display()}"
