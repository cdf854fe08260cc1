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
from care.observations import EPDS_MOST, ITEM_10_MOST, MOST_FEEDS, TEMPERATURE, WEIGHT_GRAMS
from enrollment.models import Infant
from facilities.models import Facility, FacilityOption, Source
from sankecare.moments import moment_in_words
from sankecare.periods import as_text

from .recorded import Recorded

# The day of an observation lies between arrival and departure, in Japan, whoever writes it.
WITHIN_ITS_STAY = """
    SELECT (arrived_at AT TIME ZONE 'Asia/Tokyo')::date AS first, (departed_at AT TIME ZONE 'Asia/Tokyo')::date AS last
      INTO held FROM bookings_stay WHERE id = NEW.stay_id;
    IF NEW.assessed_on < held.first OR NEW.assessed_on > held.last THEN
        RAISE EXCEPTION 'assessed on %, stay from % to %', NEW.assessed_on, held.first, held.last
            USING ERRCODE = 'check_violation', CONSTRAINT = 'assessment_within_its_stay';
    END IF;
    RETURN NEW;
"""


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


class Mood(models.IntegerChoices):
    GOOD = 1, _("Good")
    FAIR = 2, _("Fair")
    LOW = 3, _("Low")
    VERY_LOW = 4, _("Very low")


@pghistory.track()
class CareRecord(Recorded):
    """A day of the mother in house; one a day."""

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


@pghistory.track()
class Assessment(Recorded):
    """EPDS: total, item 10, day, assessor. The item texts are under copyright and nowhere here."""

    stay = models.ForeignKey(Stay, models.PROTECT, related_name="assessments", verbose_name=_("stay"))
    assessed_on = models.DateField(_("assessed on"))
    total = models.PositiveSmallIntegerField(_("EPDS total"), validators=[MaxValueValidator(EPDS_MOST)])
    item_10 = models.PositiveSmallIntegerField(_("item 10"), validators=[MaxValueValidator(ITEM_10_MOST)])

    class Meta:
        ordering = ["-assessed_on", "-pk"]
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        constraints = [
            models.CheckConstraint(
                name="assessment_scores_of_the_scale",
                condition=Q(total__lte=EPDS_MOST, item_10__lte=ITEM_10_MOST, total__gte=F("item_10")),
            )
        ]
        triggers = [
            pgtrigger.Trigger(
                name="assessment_within_its_stay",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                declare=[("held", "record")],
                func=WITHIN_ITS_STAY,
            )
        ]

    def __str__(self) -> str:
        return f"{self.stay} {date_format(self.assessed_on)}"


class ProposalDecision(Recorded):
    """What a person decided on a referral that the scores proposed: raised, or dismissed with the reason."""

    assessment = models.OneToOneField(
        Assessment, models.PROTECT, related_name="decision", verbose_name=_("assessment")
    )
    raised = models.BooleanField(_("a follow-up request was raised"))
    reason = models.CharField(_("why none is raised"), max_length=400, blank=True)

    class Meta:
        ordering = ["-recorded_at", "-pk"]
        verbose_name = _("decision on a proposal")
        verbose_name_plural = _("decisions on proposals")
        constraints = [
            models.CheckConstraint(
                name="proposal_raised_or_dismissed_with_reason",
                condition=Q(raised=True, reason="") | (Q(raised=False) & ~Q(reason="")),
            )
        ]
        triggers = [pgtrigger.Protect(name="proposal_decision_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.assessment}"


class HandoverNote(Recorded):
    """申し送り: to the next shift; of one stay, or of the house."""

    facility = models.ForeignKey(Facility, models.PROTECT, related_name="+", verbose_name=_("facility"))
    stay = models.ForeignKey(
        Stay, models.PROTECT, null=True, blank=True, related_name="handover_notes", verbose_name=_("stay")
    )
    text = models.TextField(_("hand-over"), max_length=1000)

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
