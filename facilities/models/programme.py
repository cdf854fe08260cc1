"""Where and when care is offered. Every amount, window and calendar here is a dated row that staff edit."""

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from facilities.romaji import hepburn
from sankecare.languages import is_japanese
from sankecare.languages.words import in_her_words
from sankecare.periods import as_text
from sankecare.postgresql.in_force import in_force_is_kept


class Source(models.TextChoices):
    """Where a figure comes from (docs/domain.md): what the ward stated, its web pages, or our own default."""

    SEED = "SEED", _("the ward's slides")
    PUBLIC = "PUBLIC", _("the ward's web pages")
    DEFAULT = "DEFAULT", _("own default, nothing published")
    STAFF = "STAFF", _("entered by staff")


class ServiceKind(models.TextChoices):
    SHORT_STAY = "short_stay", _("Short stay")
    DAY_CARE = "day_care", _("Day care")
    OUTREACH = "outreach", _("Outreach")
    ONLINE_CONSULTATION = "online_consultation", _("Online consultation")

    @property
    def plain(self) -> str:
        """The kind as a family meets it first: what it is, with the programme's own word."""
        return {
            "short_stay": gettext("Staying overnight (short stay)"),
            "day_care": gettext("For a day (day care)"),
            "outreach": gettext("A visit at home (outreach)"),
            "online_consultation": gettext("Online consultation"),
        }[self.value]


class District(models.Model):
    """総合支所: one of five, each with its health nurses (健康づくり課) and caseworkers (子ども家庭支援課)."""

    slug = models.SlugField(_("code"), unique=True)
    name = models.CharField(_("name"), max_length=40)
    name_en = models.CharField(_("English name"), max_length=40)
    health_section = models.CharField(_("health section"), max_length=60)
    caseworker_section = models.CharField(_("caseworker section"), max_length=60)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["position"]
        verbose_name = _("district")
        verbose_name_plural = _("districts")

    def __str__(self) -> str:
        return self.name


class Town(models.Model):
    """町: one of 61. Which district it belongs to is in its areas: two towns are split by chome and block.

    ``postcode``: its seven digits, by which a family's address is filled in; "" where nobody entered it.
    """

    name = models.CharField(_("name"), max_length=40, unique=True)
    name_kana = models.CharField(_("kana"), max_length=60)
    chome_count = models.PositiveSmallIntegerField(_("number of chome"), null=True, blank=True)
    postcode = models.CharField(_("postcode"), max_length=7, blank=True, db_default="")

    class Meta:
        ordering = ["name_kana"]
        verbose_name = _("town")
        verbose_name_plural = _("towns")

    def __str__(self) -> str:
        return self.name

    @property
    def name_to_read(self) -> str:
        """In letters where the page is not Japanese."""
        return self.name if is_japanese(get_language()) else self.in_letters

    @property
    def in_letters(self) -> str:
        """The name as who reads no Japanese writes it: Kyodo."""
        return hepburn(self.name_kana)


class TownArea(models.Model):
    """The part of a town that belongs to one district; without chome the whole town, without block the whole chome."""

    town = models.ForeignKey(Town, models.CASCADE, related_name="areas", verbose_name=_("town"))
    district = models.ForeignKey(District, models.PROTECT, related_name="areas", verbose_name=_("district"))
    chome_from = models.PositiveSmallIntegerField(_("from chome"), null=True, blank=True)
    chome_to = models.PositiveSmallIntegerField(_("to chome"), null=True, blank=True)
    block_from = models.PositiveSmallIntegerField(_("from block"), null=True, blank=True)
    block_to = models.PositiveSmallIntegerField(_("to block"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.STAFF)

    class Meta:
        ordering = ["town", "chome_from", "block_from"]
        verbose_name = _("part of a town")
        verbose_name_plural = _("parts of towns")
        constraints = [
            models.UniqueConstraint(
                fields=["town", "chome_from", "block_from"], name="town_area_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                name="town_area_block_within_one_chome",
                condition=Q(block_from__isnull=True) | Q(chome_from__isnull=False, chome_to=models.F("chome_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.town}（{self.district}）"


class Facility(models.Model):
    slug = models.SlugField(_("code"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80)
    name_kana = models.CharField(_("kana"), max_length=120, blank=True)
    operator = models.CharField(_("operated by"), max_length=120)
    operator_en = models.CharField(_("operated by, in English"), max_length=120, blank=True, db_default="")
    opened_on = models.DateField(_("in the programme since"))
    phone = models.CharField(_("telephone"), max_length=20, blank=True)
    extras = models.TextField(_("also offered, self-paid or free"), blank=True)
    extras_en = models.TextField(_("also offered, in English"), blank=True, db_default="")
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["position"]
        verbose_name = _("facility")
        verbose_name_plural = _("facilities")

    def __str__(self) -> str:
        return self.name

    @property
    def name_to_read(self) -> str:
        """The name in the language of the page; the Japanese one where no other is known."""
        return self.name if is_japanese(get_language()) else self.name_en or self.name

    @property
    def operator_to_read(self) -> str:
        """Who runs it, in the language of the page."""
        return self.operator if is_japanese(get_language()) else self.operator_en or self.operator

    @property
    def extras_to_read(self) -> str:
        """What is offered besides, in the language of the page."""
        return in_her_words(self.extras, self.extras_en)


class FacilityAddress(models.Model):
    """A facility's address is dated: the Ward Centre moved for its repairs (PUBLIC)."""

    facility = models.ForeignKey(Facility, models.CASCADE, related_name="addresses", verbose_name=_("facility"))
    period = DateRangeField(_("period"))
    address = models.CharField(_("address"), max_length=200)
    address_en = models.CharField(_("address in letters"), max_length=200, blank=True, db_default="")
    note = models.CharField(_("note"), max_length=200, blank=True)
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.STAFF)

    class Meta:
        ordering = ["facility", "period"]
        verbose_name = _("facility address")
        verbose_name_plural = _("facility addresses")
        triggers = [in_force_is_kept()]
        constraints = [
            ExclusionConstraint(
                name="facility_address_no_overlap",
                expressions=[("facility", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            )
        ]

    def __str__(self) -> str:
        return f"{self.facility}: {self.address}"

    @property
    def address_to_read(self) -> str:
        """In letters where the page is not Japanese."""
        return self.address if is_japanese(get_language()) else self.address_en or self.address


@pghistory.track()
class PlacePool(models.Model):
    """What has slots: the Ward Centre's 15 rooms are one pool for its short stay and its day care.

    Its row is the lock that every writer of places takes (bookings.places.locking).
    """

    facility = models.ForeignKey(Facility, models.CASCADE, related_name="pools", verbose_name=_("facility"))
    slug = models.SlugField(_("code"))
    name = models.CharField(_("name"), max_length=80)
    unit = models.CharField(_("unit of a slot"), max_length=20, default="組")

    class Meta:
        ordering = ["facility", "slug"]
        verbose_name = _("place pool")
        verbose_name_plural = _("place pools")
        constraints = [models.UniqueConstraint(fields=["facility", "slug"], name="pool_once_a_facility")]

    def __str__(self) -> str:
        return f"{self.facility} {self.name}"


@pghistory.track()
class Service(models.Model):
    """One of the six services, addressed as ``facility/kind`` (``ward-centre/short-stay``)."""

    slug = models.CharField(_("code"), max_length=80, unique=True)
    facility = models.ForeignKey(Facility, models.CASCADE, related_name="services", verbose_name=_("facility"))
    pool = models.ForeignKey(PlacePool, models.PROTECT, related_name="services", verbose_name=_("place pool"))
    kind = models.CharField(_("kind"), max_length=20, choices=ServiceKind.choices)
    offered = DateRangeField(_("offered"))
    description = models.TextField(_("description"), blank=True)
    description_en = models.TextField(_("description in English"), blank=True, db_default="")
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["position"]
        verbose_name = _("service")
        verbose_name_plural = _("services")
        constraints = [models.UniqueConstraint(fields=["facility", "kind"], name="service_once_a_facility")]

    def __str__(self) -> str:
        return f"{self.facility} {self.get_kind_display()}"

    @property
    def description_to_read(self) -> str:
        """In the language of the page."""
        return in_her_words(self.description, self.description_en)

    @property
    def plain_kind(self) -> str:
        """What it is, in plain words (``ServiceKind.plain``)."""
        return ServiceKind(self.kind).plain


@pghistory.track()
class ServiceTermsRow(models.Model):
    """Who a service takes, dated (enrollment.eligibility.ServiceTerms is its value)."""

    service = models.ForeignKey(Service, models.CASCADE, related_name="terms", verbose_name=_("service"))
    period = DateRangeField(_("period"))
    age_limit_months = models.PositiveSmallIntegerField(
        _("under how many months"), validators=[MinValueValidator(1), MaxValueValidator(36)]
    )
    takes_siblings = models.BooleanField(_("takes a sibling"), default=False)
    max_sibling_days = models.PositiveSmallIntegerField(_("sibling: days at most a use"), null=True, blank=True)
    sibling_rooms = models.PositiveSmallIntegerField(_("rooms that take a sibling"), null=True, blank=True)
    starts_at = models.TimeField(
        _("care begins at"), null=True, blank=True, help_text=_("on the first day; a visit has its own time")
    )
    ends_at = models.TimeField(_("care ends at"), null=True, blank=True, help_text=_("on the last day"))
    visit_minutes = models.PositiveSmallIntegerField(_("minutes of a visit or consultation"), null=True, blank=True)
    requires_facility_use = models.BooleanField(_("only after a use of this facility"), default=False)
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.STAFF)

    class Meta:
        ordering = ["service", "period"]
        verbose_name = _("terms of a service")
        verbose_name_plural = _("terms of services")
        triggers = [in_force_is_kept()]
        constraints = [
            ExclusionConstraint(
                name="service_terms_no_overlap",
                expressions=[("service", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            )
        ]

    def __str__(self) -> str:
        return f"{self.service}: {self.age_limit_months}"


class FacilityOption(models.Model):
    """What a facility offers beside the care, self-paid or free: asked for with a booking, paid there (SEED).

    Without ``amount`` the facility has published none and says it itself; never a guess.
    """

    facility = models.ForeignKey(Facility, models.CASCADE, related_name="options", verbose_name=_("facility"))
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=60)
    amount = models.PositiveIntegerField(_("yen each"), null=True, blank=True)
    period = DateRangeField(_("period"))
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.STAFF)

    class Meta:
        ordering = ["facility", "pk"]
        verbose_name = _("option of a facility")
        verbose_name_plural = _("options of facilities")
        triggers = [in_force_is_kept()]
        constraints = [
            ExclusionConstraint(
                name="facility_option_no_overlap",
                expressions=[
                    ("facility", RangeOperators.EQUAL),
                    ("name", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            )
        ]

    def __str__(self) -> str:
        return in_her_words(self.name, self.name_en)


# ---- The calendar: a day's slots = weekly pattern, less public holidays, less closures, at the capacity in force,
# ---- unless a per-day override says otherwise. facilities/calendar.py reads it; the guard in bookings'
# ---- migrations refuses a row that would leave a family without her place.


@pghistory.track()
class PublicHoliday(models.Model):
    day = models.DateField(_("day"), primary_key=True)
    name = models.CharField(_("name"), max_length=40)

    class Meta:
        ordering = ["day"]
        verbose_name = _("public holiday")
        verbose_name_plural = _("public holidays")

    def __str__(self) -> str:
        return f"{date_format(self.day)} {self.name}"


class CalendarRow(models.Model):
    """What the calendar's tables share: the pool, the period, and where the row comes from."""

    pool = models.ForeignKey(PlacePool, models.CASCADE, related_name="%(class)ss", verbose_name=_("place pool"))
    period = DateRangeField(_("period"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.STAFF)

    class Meta:
        abstract = True
        ordering = ["pool", "period"]


@pghistory.track()
class WeeklyPattern(CalendarRow):
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(validators=[MaxValueValidator(6)]), verbose_name=_("weekdays (0 = Monday)")
    )
    keeps_public_holidays = models.BooleanField(_("closed on public holidays"), default=False)

    class Meta(CalendarRow.Meta):
        verbose_name = _("weekly pattern")
        verbose_name_plural = _("weekly patterns")
        triggers = [in_force_is_kept()]
        constraints = [
            ExclusionConstraint(
                name="weekly_pattern_no_overlap",
                expressions=[("pool", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            )
        ]

    def __str__(self) -> str:
        return f"{self.pool} {as_text(self.period)}"


@pghistory.track()
class Capacity(CalendarRow):
    slots = models.PositiveSmallIntegerField(_("slots a day"))

    class Meta(CalendarRow.Meta):
        verbose_name = _("capacity")
        verbose_name_plural = _("capacities")
        triggers = [in_force_is_kept()]
        constraints = [
            ExclusionConstraint(
                name="capacity_no_overlap",
                expressions=[("pool", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            )
        ]

    def __str__(self) -> str:
        return f"{self.pool} {as_text(self.period)}: {self.slots}"


@pghistory.track()
class Closure(CalendarRow):
    repeats_yearly = models.BooleanField(_("every year"), default=False)
    inferred = models.BooleanField(_("inferred"), default=False, help_text=_("nobody published it"))

    class Meta(CalendarRow.Meta):
        verbose_name = _("closure")
        verbose_name_plural = _("closures")
        constraints = [
            models.CheckConstraint(name="closure_has_days", condition=Q(period__isempty=False)),
            models.CheckConstraint(
                name="closure_repeating_is_bounded",
                condition=Q(repeats_yearly=False) | Q(period__upper_inf=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pool} {as_text(self.period)} {self.reason}"


@pghistory.track()
class DayOverride(models.Model):
    """One day with its own number of slots, and why."""

    pool = models.ForeignKey(PlacePool, models.CASCADE, related_name="dayoverrides", verbose_name=_("place pool"))
    day = models.DateField(_("day"))
    slots = models.PositiveSmallIntegerField(_("slots"))
    reason = models.CharField(_("reason"), max_length=200)
    inferred = models.BooleanField(_("inferred"), default=False, help_text=_("nobody published it"))
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.STAFF)

    class Meta:
        ordering = ["pool", "day"]
        verbose_name = _("per-day override")
        verbose_name_plural = _("per-day overrides")
        constraints = [
            models.UniqueConstraint(fields=["pool", "day"], name="day_override_once"),
            models.CheckConstraint(name="day_override_has_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.pool} {date_format(self.day)}: {self.slots}"
