"""送迎: rides that the ward bears for some households (SEED: non-taxed and welfare), under dated conditions."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bookings.models import Booking
from enrollment.models import TaxClass
from facilities.models import Source
from sankecare.periods import as_text
from sankecare.postgresql.in_force import in_force_is_kept

# Whoever writes: the policy is in force on the day of the ride, for the household's tax class of that day.
BORNE_BY_POLICY = """
    IF NOT EXISTS (
        SELECT 1 FROM billing_transportpolicy policy
          JOIN bookings_booking booking ON booking.id = NEW.booking_id
          JOIN enrollment_registration registration ON registration.id = booking.registration_id
          JOIN enrollment_birth birth ON birth.id = registration.birth_id
          JOIN enrollment_taxclassperiod class
            ON class.family_id = birth.family_id AND class.period @> NEW.day AND class.tax_class = policy.tax_class
         WHERE policy.id = NEW.policy_id AND policy.period @> NEW.day
           AND NEW.borne = least(NEW.fare, coalesce(policy.most_yen, NEW.fare))
    ) THEN
        RAISE EXCEPTION 'ride of booking % on %: no policy bears it', NEW.booking_id, NEW.day
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ride_borne_by_policy';
    END IF;
    RETURN NULL;
"""


class TransportPolicy(models.Model):
    """For which households the ward bears the ride, how much of it, and under which conditions."""

    tax_class = models.CharField(_("tax class"), max_length=10, choices=TaxClass.choices)
    period = DateRangeField(_("period"))
    most_yen = models.PositiveIntegerField(
        _("at most, yen a ride"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("empty: no limit is laid down"),
    )
    conditions = models.CharField(
        _("conditions"), max_length=400, blank=True, help_text=_("shown to the facility where a ride is recorded")
    )
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.STAFF)

    class Meta:
        ordering = ["tax_class", "period"]
        verbose_name = _("transport policy")
        verbose_name_plural = _("transport policies")
        triggers = [in_force_is_kept()]
        constraints = [
            ExclusionConstraint(
                name="transport_policy_no_overlap",
                expressions=[("tax_class", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(name="transport_policy_bears_something", condition=Q(most_yen__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.get_tax_class_display()} {as_text(self.period)}"


class RideDirection(models.TextChoices):
    TO = "to", _("To the facility")
    FROM = "from", _("Back home")


class Ride(models.Model):
    """A ride to or from a stay: its fare, and what the ward bears, yen. Taken back with a reason, never edited."""

    booking = models.ForeignKey(Booking, models.PROTECT, related_name="rides", verbose_name=_("booking"))
    direction = models.CharField(_("direction"), max_length=4, choices=RideDirection.choices)
    day = models.DateField(_("day"))
    fare = models.PositiveIntegerField(_("fare, yen"), validators=[MinValueValidator(1)])
    borne = models.PositiveIntegerField(_("borne by the ward, yen"))
    policy = models.ForeignKey(TransportPolicy, models.PROTECT, related_name="+", verbose_name=_("transport policy"))
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    taken_back_at = models.DateTimeField(_("taken back at"), null=True, blank=True)
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("taken back by"),
    )
    taken_back_reason = models.CharField(_("why it was taken back"), max_length=200, blank=True)

    class Meta:
        ordering = ["recorded_at", "pk"]
        verbose_name = _("ride")
        verbose_name_plural = _("rides")
        constraints = [
            models.CheckConstraint(name="ride_costs_something", condition=Q(fare__gt=0)),
            models.CheckConstraint(name="ride_borne_within_fare", condition=Q(borne__lte=models.F("fare"))),
            models.UniqueConstraint(
                fields=["booking", "direction"], condition=Q(taken_back_at__isnull=True), name="ride_once_a_direction"
            ),
            models.CheckConstraint(
                name="ride_taken_back_by_somebody_with_reason",
                condition=Q(taken_back_at__isnull=True, taken_back_by__isnull=True, taken_back_reason="")
                | (Q(taken_back_at__isnull=False, taken_back_by__isnull=False) & ~Q(taken_back_reason="")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="ride_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="ride_is_never_edited",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    *("booking", "direction", "day", "fare", "borne", "policy", "recorded_at", "recorded_by")
                ),
            ),
            pgtrigger.Protect(
                name="ride_taken_back_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__taken_back_at__isnull=False),
            ),
            pgtrigger.Trigger(
                name="ride_borne_by_policy",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                func=BORNE_BY_POLICY,
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number in the claim."""
        return f"T-{self.pk:06d}"
