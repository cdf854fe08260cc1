"""ヒヤリハット・事故: what happened at a facility, and what was reported of it to the ward.

A correction changes the row; the text before it stays in the history that the database writes (pghistory).
Nothing is deleted, and a report is never changed (triggers).
"""

from typing import Any

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bookings.models.places import Stay
from care.incident_rules import NO_HARM, PUBLISHED, SERIOUS, ReportTerms, is_serious
from enrollment.models import Infant
from facilities.models import Facility, Source
from sankecare.periods import as_text
from sankecare.postgresql.in_force import in_force_is_kept


class SafetyChapter(models.Model):
    """A chapter of the ward's safety manual (SEED: six), dated: incidents are counted by it."""

    number = models.PositiveSmallIntegerField(_("chapter"), validators=[MinValueValidator(1)])
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80)
    period = DateRangeField(_("period"))
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.STAFF)

    class Meta:
        ordering = ["number", "period"]
        verbose_name = _("chapter of the safety manual")
        verbose_name_plural = _("chapters of the safety manual")
        triggers = [in_force_is_kept()]
        constraints = [
            ExclusionConstraint(
                name="safety_chapter_no_overlap",
                expressions=[("number", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            )
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.name if (get_language() or 'ja').startswith('ja') else self.name_en}"


class IncidentPolicy(models.Model):
    """How soon a serious incident is reported to the ward, dated (PUBLIC: the next day; in about a month)."""

    period = DateRangeField(_("period"))
    first_report_days = models.PositiveSmallIntegerField(
        _("first report within so many days after it happened"),
        default=PUBLISHED.first_report_days,
        validators=[MaxValueValidator(30)],
    )
    second_report_months = models.PositiveSmallIntegerField(
        _("second report within so many months"),
        default=PUBLISHED.second_report_months,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
    )
    remind_days_before = models.PositiveSmallIntegerField(
        _("managers are reminded so many days before"),
        default=PUBLISHED.remind_days_before,
        validators=[MaxValueValidator(60)],
        help_text=_("a term that is shorter: at once"),
    )
    bar_days_before = models.PositiveSmallIntegerField(
        _("every page of the facility warns so many days before"),
        default=PUBLISHED.bar_days_before,
        db_default=PUBLISHED.bar_days_before,
        validators=[MaxValueValidator(60)],
    )
    call_name = models.CharField(
        _("whom a facility calls at once"),
        max_length=80,
        blank=True,
        default="",
        db_default="",
        help_text=_("it stands on the page of a serious incident; empty: nobody is named"),
    )
    call_phone = models.CharField(
        _("telephone of whom it calls"), max_length=20, blank=True, default="", db_default=""
    )
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.STAFF)

    class Meta:
        ordering = ["period"]
        verbose_name = _("policy of incident reports")
        verbose_name_plural = _("policies of incident reports")
        triggers = [in_force_is_kept()]
        constraints = [
            ExclusionConstraint(name="incident_policy_no_overlap", expressions=[("period", RangeOperators.OVERLAPS)])
        ]

    def __str__(self) -> str:
        return as_text(self.period)

    @property
    def terms(self) -> ReportTerms:
        return ReportTerms(
            self.first_report_days, self.second_report_months, self.remind_days_before, self.bar_days_before
        )


class IncidentKind(models.TextChoices):
    NEAR_MISS = "near_miss", _("Near miss")
    INCIDENT = "incident", _("Incident")


class Severity(models.TextChoices):
    """What came of it; the last three are serious (PUBLIC), the steps before them our own (DEFAULT)."""

    NO_HARM = "no_harm", _("Nobody came to harm")
    SLIGHT = "slight", _("Slight: watched, or cared for on the spot")
    TREATED = "treated", _("Seen by a doctor; treatment of less than 30 days")
    TREATED_30_DAYS = "treated_30_days", _("Treatment of 30 days or more")
    UNCONSCIOUS = "unconscious", _("Unconscious")
    DEATH = "death", _("Death")


@pghistory.track()
class Incident(models.Model):
    """One near miss or incident: of a stay and perhaps of one infant, or of the house.

    ``first_due_on`` and ``second_due_on`` are the last days for its reports, by the policy of the day on which it
    happened; only a serious one has them.
    """

    facility = models.ForeignKey(Facility, models.PROTECT, related_name="+", verbose_name=_("facility"))
    stay = models.ForeignKey(
        Stay, models.PROTECT, null=True, blank=True, related_name="incidents", verbose_name=_("stay")
    )
    infant = models.ForeignKey(
        Infant, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("infant")
    )
    kind = models.CharField(_("kind of event"), max_length=10, choices=IncidentKind.choices)
    chapter = models.ForeignKey(
        SafetyChapter, models.PROTECT, related_name="incidents", verbose_name=_("chapter of the safety manual")
    )
    happened_at = models.DateTimeField(_("happened at"))
    place = models.CharField(_("where"), max_length=100)
    what_happened = models.TextField(_("what happened"), max_length=4000)
    done_at_once = models.TextField(_("what was done at once"), max_length=4000)
    severity = models.CharField(_("what came of it"), max_length=16, choices=Severity.choices)
    prevention = models.TextField(_("so that it does not happen again"), max_length=4000, blank=True)
    first_due_on = models.DateField(_("first report by"), null=True, blank=True)
    second_due_on = models.DateField(_("second report by"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    corrected_at = models.DateTimeField(_("corrected at"), null=True, blank=True)
    corrected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("corrected by"),
    )

    class Meta:
        ordering = ["-happened_at", "-pk"]
        verbose_name = _("near miss or incident")
        verbose_name_plural = _("near misses and incidents")
        constraints = [
            models.CheckConstraint(
                name="incident_happened_before_it_was_recorded", condition=Q(happened_at__lte=F("recorded_at"))
            ),
            models.CheckConstraint(
                name="incident_near_miss_harms_nobody", condition=~Q(kind="near_miss") | Q(severity=NO_HARM)
            ),
            models.CheckConstraint(
                name="incident_serious_has_report_days",
                condition=Q(severity__in=SERIOUS, first_due_on__isnull=False, second_due_on__gte=F("first_due_on"))
                | (~Q(severity__in=SERIOUS) & Q(first_due_on__isnull=True, second_due_on__isnull=True)),
            ),
            models.CheckConstraint(
                name="incident_infant_of_a_stay", condition=Q(infant__isnull=True) | Q(stay__isnull=False)
            ),
            models.CheckConstraint(
                name="incident_correction_is_signed",
                condition=Q(corrected_at__isnull=True, corrected_by__isnull=True)
                | Q(corrected_at__gte=F("recorded_at"), corrected_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["facility", "-happened_at"], name="incident_of_facility"),
            models.Index(
                fields=["first_due_on"], condition=Q(first_due_on__isnull=False), name="incident_with_report_days"
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="incident_as_first_recorded", fields=["facility", "recorded_at", "recorded_by"]),
            pgtrigger.Protect(name="incident_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="incident_of_its_facility",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    IF NEW.stay_id IS NOT NULL AND NOT EXISTS (
                        SELECT 1 FROM bookings_stay stay
                          JOIN bookings_booking booking ON booking.id = stay.booking_id
                          JOIN facilities_service service ON service.id = booking.service_id
                         WHERE stay.id = NEW.stay_id AND service.facility_id = NEW.facility_id
                    ) THEN
                        RAISE EXCEPTION 'the stay is of another facility'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'incident_stay_of_its_facility';
                    END IF;
                    IF NEW.infant_id IS NOT NULL AND NOT EXISTS (
                        SELECT 1 FROM bookings_stay stay
                          JOIN bookings_booking booking ON booking.id = stay.booking_id
                          JOIN enrollment_registration registration ON registration.id = booking.registration_id
                          JOIN enrollment_infant infant ON infant.birth_id = registration.birth_id
                         WHERE stay.id = NEW.stay_id AND infant.id = NEW.infant_id
                    ) THEN
                        RAISE EXCEPTION 'the infant is not of this stay'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'incident_infant_of_its_stay';
                    END IF;
                    IF EXISTS (
                        SELECT 1 FROM care_incidentreport report
                         WHERE report.incident_id = NEW.id AND report.reported_at < NEW.happened_at
                    ) THEN
                        RAISE EXCEPTION 'it was reported before'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'incident_report_after_it_happened';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number that facilities and the ward name on the telephone."""
        return f"I-{self.pk:06d}"

    @property
    def serious(self) -> bool:
        """Whether it is reported to the ward with deadlines."""
        return is_serious(self.severity)


class IncidentReport(models.Model):
    """A report of a serious incident to the ward, by its number: the first, the second, and further ones."""

    incident = models.ForeignKey(
        Incident, models.PROTECT, related_name="reports", verbose_name=_("near miss or incident")
    )
    number = models.PositiveSmallIntegerField(_("number of the report"))
    reported_at = models.DateTimeField(_("reported at"))
    text = models.TextField(_("what was reported"), max_length=4000)
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )

    class Meta:
        ordering = ["incident", "number"]
        verbose_name = _("incident report")
        verbose_name_plural = _("incident reports")
        constraints = [
            models.UniqueConstraint(fields=["incident", "number"], name="incident_report_once"),
            models.CheckConstraint(name="incident_report_has_text", condition=~Q(text="")),
            models.CheckConstraint(
                name="incident_report_made_before_recorded", condition=Q(reported_at__lte=F("recorded_at"))
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="incident_report_kept", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="incident_reports_in_order",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("of_it", "care_incident"), ("before", "care_incidentreport")],
                func="""
                    SELECT * INTO of_it FROM care_incident WHERE id = NEW.incident_id FOR NO KEY UPDATE;
                    SELECT * INTO before FROM care_incidentreport
                     WHERE incident_id = NEW.incident_id ORDER BY number DESC LIMIT 1;
                    IF before.id IS NULL AND of_it.first_due_on IS NULL THEN
                        RAISE EXCEPTION 'only a serious incident is reported'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'incident_report_of_a_serious_one';
                    END IF;
                    IF NEW.number <> coalesce(before.number, 0) + 1 THEN
                        RAISE EXCEPTION 'reports come in their order'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'incident_report_in_order';
                    END IF;
                    IF NEW.reported_at < greatest(of_it.happened_at, before.reported_at) THEN
                        RAISE EXCEPTION 'reported before it happened, or before the report before'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'incident_report_after_it_happened';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident} {self.title}"

    @property
    def title(self) -> Any:
        """第1報, 第2報 …"""
        return _("Report no. %(number)d") % {"number": self.number}

    @property
    def reported_on(self) -> Any:
        return timezone.localdate(self.reported_at)
