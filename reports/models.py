"""What the ward published, what people wrote for the yearly meeting, and a ward's rows as they were loaded.

Published figures are snapshots; only the comparison column reads them.
"""

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from facilities.models import District, Facility, Source

from .planning_run import PlanningKind, PlanningRun, PlanningState

__all__ = [
    "BirthsOfYear",
    "LoadedWardRow",
    "PlanningKind",
    "PlanningRun",
    "PlanningState",
    "PracticeNote",
    "PracticeState",
    "PublishedDistrictTotal",
    "PublishedDistrictYear",
    "PublishedFacilityYear",
    "PublishedFigure",
]


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


@pghistory.track(append_only=True)
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


class PublishedFigure(models.Model):
    """A single published figure of a fiscal year (SEED), as printed; ``note`` says what it covers."""

    figure = models.SlugField(_("figure"), max_length=40)
    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year"))
    value = models.PositiveIntegerField(_("value"))
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.SEED)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        ordering = ["figure", "fiscal_year"]
        verbose_name = _("published figure")
        verbose_name_plural = _("published figures")
        constraints = [models.UniqueConstraint(fields=["figure", "fiscal_year"], name="published_figure_once")]

    def __str__(self) -> str:
        return f"{self.figure} {self.fiscal_year}"


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


class PracticeState(models.TextChoices):
    WAITING = "waiting", _("Not reviewed yet")
    TAKEN = "taken", _("In the pack")
    LEFT_OUT = "left_out", _("Left out")


class PracticeNote(models.Model):
    """よい取組み: what went well, for the yearly meeting; free text, which should name nobody.

    ``wording`` is what the pack prints: staff review each note and take names out. What was written stays.
    """

    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year"))
    title = models.CharField(_("title"), max_length=80)
    text = models.TextField(_("what was done and what came of it"), max_length=1000)
    facility = models.ForeignKey(
        Facility, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("facility")
    )
    district = models.ForeignKey(
        District, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("district")
    )
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("written by")
    )
    written_at = models.DateTimeField(_("written at"))
    state = models.CharField(_("state"), max_length=8, choices=PracticeState.choices, default=PracticeState.WAITING)
    wording = models.TextField(_("wording in the pack"), max_length=1000, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("reviewed by"),
    )
    reviewed_at = models.DateTimeField(_("reviewed at"), null=True, blank=True)

    class Meta:
        ordering = ["-written_at", "-pk"]
        verbose_name = _("good practice note")
        verbose_name_plural = _("good practice notes")
        constraints = [
            models.CheckConstraint(
                name="practice_review_is_signed",
                condition=models.Q(state="waiting", reviewed_by__isnull=True, reviewed_at__isnull=True)
                | (~models.Q(state="waiting") & models.Q(reviewed_by__isnull=False, reviewed_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="practice_taken_has_wording", condition=~models.Q(state="taken") | ~models.Q(wording="")
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="practice_as_written",
                fields=["fiscal_year", "title", "text", "facility", "district", "written_by", "written_at"],
            ),
            pgtrigger.Protect(name="practice_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.title


class ReportKind(models.TextChoices):
    ANNUAL = "annual", _("Annual report (PDF)")
    WORKBOOK = "workbook", _("All tables (Excel)")


class OrderState(models.TextChoices):
    WAITING = "waiting", _("Waits to be made")
    MAKING = "making", _("Being made")
    READY = "ready", _("Ready to be taken")
    FAILED = "failed", _("Could not be made")
    DELETED = "deleted", _("Deleted after its end date")


class FileOrder(models.Model):
    """頼んだファイル: a file of many tables, made in the background, kept sealed until ``ends_at`` for who asked.

    ``done`` of ``tables`` are counted. ``digest`` is of the file, ``rows_digest`` of the rows of all its tables.
    """

    kind = models.CharField(_("what"), max_length=10, choices=ReportKind.choices)
    first_year = models.PositiveSmallIntegerField(_("from fiscal year"))
    last_year = models.PositiveSmallIntegerField(_("to fiscal year"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked at"))
    state = models.CharField(_("state"), max_length=8, choices=OrderState.choices, default=OrderState.WAITING)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    touched_at = models.DateTimeField(_("last worked on at"), null=True, blank=True)
    done = models.PositiveSmallIntegerField(_("tables done"), default=0)
    tables = models.PositiveSmallIntegerField(_("tables in it"), default=0)
    content = models.BinaryField(_("content, sealed"), editable=False, default=b"")
    size = models.PositiveIntegerField(_("bytes"), null=True, blank=True)
    digest = models.CharField(_("SHA-256 of the file"), max_length=64, blank=True)
    rows_digest = models.CharField(_("SHA-256 of the rows"), max_length=64, blank=True)
    families = models.PositiveIntegerField(_("families counted in its figures"), null=True, blank=True)
    ready_at = models.DateTimeField(_("ready at"), null=True, blank=True)
    ends_at = models.DateTimeField(_("deleted after"), null=True, blank=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = _("file ordered")
        verbose_name_plural = _("files ordered")
        constraints = [
            models.CheckConstraint(
                name="file_order_years_in_order", condition=models.Q(last_year__gte=models.F("first_year"))
            ),
            models.CheckConstraint(
                name="file_order_ready_is_whole",
                condition=~models.Q(state="ready")
                | (
                    ~models.Q(content=b"")
                    & ~models.Q(digest="")
                    & models.Q(ready_at__isnull=False, ends_at__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="file_order_kept_only_while_ready",
                condition=models.Q(state="ready") | models.Q(content=b""),
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="file_order_as_asked", fields=["kind", "first_year", "last_year", "asked_by", "asked_at"]
            ),
            pgtrigger.Protect(name="file_order_stays", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.first_year}–{self.last_year}"


class KeptTable(models.Model):
    """控え: a table of figures as it was given out, fixed: its rows, as known on which day, for what, by whom.

    It is beside later figures what print is beside them: never rewritten, never deleted.
    """

    table = models.SlugField(_("table"), max_length=60)
    first_year = models.PositiveSmallIntegerField(_("first fiscal year"))
    last_year = models.PositiveSmallIntegerField(_("last fiscal year"))
    known_on = models.DateField(_("as known on"))
    purpose = models.CharField(_("given out for"), max_length=200)
    title = models.CharField(_("title"), max_length=200)
    rows = models.JSONField(_("rows"))
    digest = models.CharField(_("digest of the rows"), max_length=64)
    kept_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("kept by"))
    kept_at = models.DateTimeField(_("kept at"))

    class Meta:
        ordering = ["-kept_at", "-pk"]
        verbose_name = _("table that was given out")
        verbose_name_plural = _("tables that were given out")
        constraints = [
            models.CheckConstraint(
                name="kept_table_years_in_order", condition=models.Q(first_year__lte=models.F("last_year"))
            ),
            models.CheckConstraint(name="kept_table_says_for_what", condition=~models.Q(purpose="")),
        ]
        triggers = [
            pgtrigger.Protect(name="kept_table_stays", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.purpose})"
