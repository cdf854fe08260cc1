"""What the ward published, kept as snapshots beside what the records give. Only the comparison column reads them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from facilities.models import District, Facility, Source


class PublishedFacilityYear(models.Model):
    """One row of the ward's usage tables (SEED), as printed."""

    facility = models.ForeignKey(Facility, models.CASCADE, related_name="+", verbose_name=_("facility"))
    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year"))
    short_stay_days = models.PositiveIntegerField(_("short-stay days"), null=True, blank=True)
    day_care_days = models.PositiveIntegerField(_("day-care days"), null=True, blank=True)
    total_days = models.PositiveIntegerField(_("total days"))
    families = models.PositiveIntegerField(_("unduplicated families"))
    occupancy_percent = models.DecimalField(_("occupancy, percent"), max_digits=4, decimal_places=1)
    capacity_note = models.CharField(_("note on slots"), max_length=300, blank=True)
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.SEED)

    class Meta:
        ordering = ["facility", "fiscal_year"]
        verbose_name = _("published usage of a facility")
        verbose_name_plural = _("published usage of facilities")
        constraints = [models.UniqueConstraint(fields=["facility", "fiscal_year"], name="published_usage_once")]

    def __str__(self) -> str:
        return f"{self.facility} {self.fiscal_year}"


class PublishedDistrictYear(models.Model):
    """One cell of the ward's table of unduplicated families by district (SEED), as printed."""

    district = models.ForeignKey(District, models.CASCADE, related_name="+", verbose_name=_("district"))
    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year"))
    families = models.PositiveIntegerField(_("unduplicated families"))
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.SEED)

    class Meta:
        ordering = ["fiscal_year", "district"]
        verbose_name = _("published families of a district")
        verbose_name_plural = _("published families of districts")
        constraints = [models.UniqueConstraint(fields=["district", "fiscal_year"], name="published_district_once")]

    def __str__(self) -> str:
        return f"{self.district} {self.fiscal_year}"


class PublishedDistrictTotal(models.Model):
    """The total column as printed: kept apart, so that a sum that differs would show."""

    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year"), unique=True)
    families = models.PositiveIntegerField(_("unduplicated families"))
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.SEED)

    class Meta:
        ordering = ["fiscal_year"]
        verbose_name = _("published total of the districts")
        verbose_name_plural = _("published totals of the districts")

    def __str__(self) -> str:
        return str(self.fiscal_year)


class BirthsOfYear(models.Model):
    """Births in the ward in a calendar year (SEED): the denominator of coverage."""

    year = models.PositiveSmallIntegerField(_("calendar year"), unique=True)
    births = models.PositiveIntegerField(_("births"))
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.SEED)

    class Meta:
        ordering = ["year"]
        verbose_name = _("births in a year")
        verbose_name_plural = _("births by year")

    def __str__(self) -> str:
        return f"{self.year}: {self.births}"


class LoadedWardRow(models.Model):
    """A row of a ward's files as it was last loaded: what tells the file's own change from an edit by staff."""

    ward = models.SlugField(_("ward"))
    file = models.CharField(_("file"), max_length=60)
    key = models.CharField(_("key in the file"), max_length=300)
    record = models.CharField(_("number of the record"), max_length=40)
    content = models.JSONField(_("as loaded"))

    class Meta:
        verbose_name = _("loaded row of a ward's files")
        verbose_name_plural = _("loaded rows of a ward's files")
        constraints = [models.UniqueConstraint(fields=["ward", "file", "key"], name="loaded_ward_row_once")]

    def __str__(self) -> str:
        return f"{self.file}: {self.key}"
