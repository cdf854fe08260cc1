"""Recorded while a family is in house: check-in, a care record a day, sleep checks, assessments, hand-over, options.

A correction changes the row; the text before it stays in the history that the database writes (pghistory).
"""

from typing import Any

import pghistory
import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from bookings.models.places import Stay
from care.observations import MOST_FEEDS, TEMPERATURE, WEIGHT_GRAMS
from enrollment.models import Infant
from facilities.models import Facility, FacilityOption, Source
from sankecare.moments import moment_in_words
from sankecare.periods import as_text
from sankecare.postgresql.in_force import in_force_is_kept

from .recorded import Recorded


def _temperature(words: Any) -> models.DecimalField:  # type: ignore[type-arg]
    return models.DecimalField(
        words,
        max_digits=3,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(TEMPERATURE[0]), MaxValueValidator(TEMPERATURE[1])],
    )


@pghistory.track()
class CarePolicy(models.Model):
    """Dated: the interval of sleep checks, what a fever is, and how long a stay that has ended can be written on.

    ``records_days``: so many days after a stay ended what is missing can still be written; ``corrections_days``: so
    many days what stands can be corrected, with a reason; then nothing. Empty: no end.
    """

    period = DateRangeField(_("period"))
    sleep_check_minutes = models.PositiveSmallIntegerField(
        _("sleep check every so many minutes"), null=True, blank=True, help_text=_("empty: no interval")
    )
    fever_from = _temperature(_("fever from"))
    records_days = models.PositiveSmallIntegerField(
        _("days in which what is missing can be written"),
        null=True,
        blank=True,
        help_text=_("after the end of a stay; empty: no end"),
    )
    corrections_days = models.PositiveSmallIntegerField(
        _("days in which corrections can be made"),
        null=True,
        blank=True,
        help_text=_("after the end of a stay, with a reason; empty: no end"),
    )
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.STAFF)

    class Meta:
        ordering = ["period"]
        verbose_name = _("care policy")
        verbose_name_plural = _("care policies")
        triggers = [in_force_is_kept()]
        constraints = [
            ExclusionConstraint(name="care_policy_no_overlap", expressions=[("period", RangeOperators.OVERLAPS)]),
            models.CheckConstraint(
                name="care_policy_corrections_last_longer",
                condition=Q(corrections_days__isnull=True) | Q(corrections_days__gte=F("records_days")),
            ),
        ]

    def __str__(self) -> str:
        return as_text(self.period)


@pghistory.track()
class CheckIn(Recorded):
    """入所時の確認: fever, residence, food; once a stay."""

    stay = models.OneToOneField(Stay, models.PROTECT, related_name="check_in", verbose_name=_("stay"))
    mother_temperature = _temperature(_("mother's temperature"))
    infant_temperature = _temperature(_("infant's temperature (the highest)"))
    residence_confirmed = models.BooleanField(_("lives in the ward, seen on a document"), default=False)
    food = models.CharField(_("allergies and food"), max_length=200, blank=True)
    health = models.TextField(
        _("health, medicine and allergies today"),
        max_length=2000,
        blank=True,
        default="",
        db_default="",
        help_text=_("begins with what the family wrote on its application"),
    )
    fever_decision = models.CharField(_("what was decided on a fever"), max_length=200, blank=True)
    corrected_because = models.CharField(
        _("why it was corrected"), max_length=400, blank=True, default="", db_default=""
    )

    class Meta:
        ordering = ["pk"]
        verbose_name = _("check-in")
        verbose_name_plural = _("check-ins")

    def __str__(self) -> str:
        return f"{self.stay}"


class Breast(models.TextChoices):
    SOFT = "soft", _("Soft")
    FULL = "full", _("Firm")
    ENGORGED = "engorged", _("Engorged")
    PAINFUL = "painful", _("Painful or red")
    LUMPS = "lumps", _("Lumps")
    NIPPLES = "nipples", _("Nipples sore or cracked")
    LITTLE_MILK = "low_milk", _("Little milk comes")
    MUCH_MILK = "much_milk", _("Much milk comes")


LOCHIA = [
    ("little", _("Little")),
    ("medium", _("As expected")),
    ("much", _("Much")),
    ("smelling", _("Smells")),
]
UTERUS = [("firm", _("Firm, contracted")), ("soft", _("Soft"))]
WOUND = [
    ("clean", _("Clean and dry")),
    ("red", _("Red")),
    ("swollen", _("Swollen")),
    ("open", _("Open or oozing")),
]


class Mood(models.IntegerChoices):
    GOOD = 1, _("Good")
    FAIR = 2, _("Fair")
    LOW = 3, _("Low")
    VERY_LOW = 4, _("Very low")


@pghistory.track()
class CareRecord(Recorded):
    """The sheet of a day of the mother in house; one a day.

    What was noted by the hour fills it by itself (``care/hours/sheet.py``); the rest is written by hand. Temperature,
    blood pressure, lochia, uterus and wound come from there alone.
    """

    stay = models.ForeignKey(Stay, models.PROTECT, related_name="care_records", verbose_name=_("stay"))
    day = models.DateField(_("day"))
    sleep_hours = models.DecimalField(
        _("mother's sleep, hours"),
        max_digits=3,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(24)],
    )
    breast = models.CharField(_("breasts"), max_length=10, choices=Breast.choices, blank=True)
    mood = models.PositiveSmallIntegerField(_("mood"), choices=Mood.choices, null=True, blank=True)
    temperature = _temperature(_("mother's temperature"))
    systolic = models.PositiveSmallIntegerField(_("upper blood pressure"), null=True, blank=True)
    diastolic = models.PositiveSmallIntegerField(_("lower blood pressure"), null=True, blank=True)
    lochia = models.CharField(_("lochia"), max_length=10, choices=LOCHIA, blank=True, db_default="")
    uterus = models.CharField(_("uterus"), max_length=10, choices=UTERUS, blank=True, db_default="")
    wound = models.CharField(_("wound"), max_length=10, choices=WOUND, blank=True, db_default="")
    note = models.TextField(_("note"), blank=True, max_length=2000)
    corrected_because = models.CharField(
        _("why it was corrected"), max_length=400, blank=True, default="", db_default=""
    )

    class Meta:
        ordering = ["day"]
        verbose_name = _("care record")
        verbose_name_plural = _("care records")
        constraints = [
            models.UniqueConstraint(fields=["stay", "day"], name="care_record_one_a_day"),
            models.CheckConstraint(
                name="care_record_sleep_within_day",
                condition=Q(sleep_hours__isnull=True) | Q(sleep_hours__range=(0, 24)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stay} {date_format(self.day)}"


class Feeding(models.TextChoices):
    BREAST = "breast", _("Breast milk")
    MIXED = "mixed", _("Mixed")
    FORMULA = "formula", _("Formula")


@pghistory.track()
class InfantCare(models.Model):
    """The same day of one infant."""

    record = models.ForeignKey(CareRecord, models.PROTECT, related_name="infants", verbose_name=_("care record"))
    infant = models.ForeignKey(Infant, models.PROTECT, related_name="+", verbose_name=_("infant"))
    weight_grams = models.PositiveIntegerField(
        _("weight, g"),
        null=True,
        blank=True,
        validators=[MinValueValidator(WEIGHT_GRAMS[0]), MaxValueValidator(WEIGHT_GRAMS[1])],
    )
    temperature = _temperature(_("temperature"))
    feeding = models.CharField(_("feeding"), max_length=10, choices=Feeding.choices, blank=True)
    feeds = models.PositiveSmallIntegerField(
        _("feeds a day"), null=True, blank=True, validators=[MaxValueValidator(MOST_FEEDS)]
    )
    milk_ml = models.PositiveSmallIntegerField(_("milk from the bottle, ml a day"), null=True, blank=True)
    wets = models.PositiveSmallIntegerField(_("wet diapers a day"), null=True, blank=True)
    stools = models.PositiveSmallIntegerField(_("stools a day"), null=True, blank=True)
    jaundice = models.DecimalField(_("bilirubin, mg/dL"), max_digits=3, decimal_places=1, null=True, blank=True)
    sleep_hours = models.DecimalField(
        _("infant's sleep, hours"), max_digits=3, decimal_places=1, null=True, blank=True
    )
    note = models.CharField(_("note"), max_length=400, blank=True)

    class Meta:
        ordering = ["record", "infant"]
        verbose_name = _("infant's day")
        verbose_name_plural = _("infants' days")
        constraints = [
            models.UniqueConstraint(fields=["record", "infant"], name="infant_care_one_a_day"),
            models.CheckConstraint(
                name="infant_weight_is_plausible",
                condition=Q(weight_grams__isnull=True) | Q(weight_grams__range=WEIGHT_GRAMS),
            ),
            models.CheckConstraint(
                name="infant_temperature_is_plausible",
                condition=Q(temperature__isnull=True) | Q(temperature__range=TEMPERATURE),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record}"


class HandoverNote(Recorded):
    """申し送り: to the next shift; of one stay, or of the house. The newest stands, what it replaces stays.

    Each is replaced once: two who write at once do not overwrite each other. Empty: what stood is done with.
    """

    facility = models.ForeignKey(Facility, models.PROTECT, related_name="+", verbose_name=_("facility"))
    stay = models.ForeignKey(
        Stay, models.PROTECT, null=True, blank=True, related_name="handover_notes", verbose_name=_("stay")
    )
    text = models.TextField(_("hand-over"), max_length=1000, blank=True)
    replaces = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name=_("written in its stead"),
    )

    class Meta:
        ordering = ["-recorded_at", "-pk"]
        verbose_name = _("hand-over note")
        verbose_name_plural = _("hand-over notes")
        triggers = [pgtrigger.Protect(name="handover_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.facility} {moment_in_words(self.recorded_at)}"


class SoldOption(Recorded):
    """An option that the facility sold, at its own price; no part of the ward's fee."""

    stay = models.ForeignKey(Stay, models.PROTECT, related_name="sold_options", verbose_name=_("stay"))
    option = models.ForeignKey(FacilityOption, models.PROTECT, related_name="+", verbose_name=_("option"))
    amount = models.PositiveIntegerField(_("yen, paid to the facility"))

    class Meta:
        ordering = ["recorded_at"]
        verbose_name = _("option sold")
        verbose_name_plural = _("options sold")

    def __str__(self) -> str:
        return f"{self.option} {self.amount}"
