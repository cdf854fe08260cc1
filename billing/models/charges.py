"""What it costs: published amounts, and the charges issued from them. Whole yen throughout."""

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from bookings.models import Booking
from enrollment.models import TaxClass
from facilities.models import Service, Source
from sankecare.periods import as_text
from sankecare.postgresql.in_force import in_force_is_kept

# A charge and its adjustments never make less than nothing, whoever writes; the charge's row is the lock. Goodwill
# lowers: taken together it never raises a charge.
OWED_NEVER_BELOW_ZERO = """
    PERFORM 1 FROM billing_charge WHERE id = NEW.charge_id FOR NO KEY UPDATE;
    SELECT charge.total + coalesce((SELECT sum(amount) FROM billing_adjustment WHERE charge_id = charge.id), 0)
      INTO owed FROM billing_charge charge WHERE charge.id = NEW.charge_id;
    IF owed < 0 THEN
        RAISE EXCEPTION 'charge %: % owed', NEW.charge_id, owed
            USING ERRCODE = 'check_violation', CONSTRAINT = 'owed_never_below_zero';
    END IF;
    IF (SELECT sum(amount) FROM billing_adjustment WHERE charge_id = NEW.charge_id AND kind = 'goodwill') > 0 THEN
        RAISE EXCEPTION 'charge %: raised by goodwill', NEW.charge_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'goodwill_never_raises';
    END IF;
    RETURN NULL;
"""


# An adjustment is of a day of its stay, the first one unless it says another: the contract of that day settles it.
OF_A_DAY = """
    IF NEW.day IS NULL THEN
        NEW.day := coalesce(
            (SELECT min(day) FROM billing_chargeline WHERE charge_id = NEW.charge_id), billing_day_of(NEW.made_at));
    ELSIF EXISTS (SELECT 1 FROM billing_chargeline WHERE charge_id = NEW.charge_id)
          AND NOT EXISTS (SELECT 1 FROM billing_chargeline WHERE charge_id = NEW.charge_id AND day = NEW.day)
          AND NOT EXISTS (
              SELECT 1 FROM bookings_bookingday booked JOIN billing_charge charge ON charge.id = NEW.charge_id
               WHERE booked.booking_id = charge.booking_id AND booked.day = NEW.day) THEN
        RAISE EXCEPTION 'charge %: % is no day of it', NEW.charge_id, NEW.day
            USING ERRCODE = 'check_violation', CONSTRAINT = 'adjustment_of_a_day_of_its_stay';
    END IF;
    RETURN NEW;
"""


class Component(models.TextChoices):
    BASE = "base", _("Mother and infant")
    MULTIPLE = "multiple", _("Each further infant of a multiple birth")
    SIBLING = "sibling", _("Sibling")
    COUPON = "coupon", _("Coupon")


PRICED_COMPONENTS = (Component.BASE, Component.MULTIPLE, Component.SIBLING)


@pghistory.track()
class Tariff(models.Model):
    """A published amount a day. What is not published has no row: quoting it fails, it is never 0."""

    service = models.ForeignKey(Service, models.CASCADE, related_name="tariffs", verbose_name=_("service"))
    component = models.CharField(
        _("component"), max_length=10, choices=[(c.value, c.label) for c in PRICED_COMPONENTS]
    )
    tax_class = models.CharField(_("tax class"), max_length=10, choices=TaxClass.choices)
    amount = models.PositiveIntegerField(_("yen a day"))
    period = DateRangeField(_("period"))
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.STAFF)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        ordering = ["service", "component", "tax_class", "period"]
        verbose_name = _("tariff")
        verbose_name_plural = _("tariffs")
        triggers = [in_force_is_kept()]
        constraints = [
            ExclusionConstraint(
                name="tariff_no_overlap",
                expressions=[
                    ("service", RangeOperators.EQUAL),
                    ("component", RangeOperators.EQUAL),
                    ("tax_class", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(name="tariff_component_is_priced", condition=Q(component__in=PRICED_COMPONENTS)),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.get_component_display()} {self.get_tax_class_display()}: {self.amount}"


class CouponPolicy(models.Model):
    """The ward's coupons (PUBLIC, from 2023-10-01): how many a mother, how much, for whom."""

    period = DateRangeField(_("period"))
    amount = models.PositiveIntegerField(_("yen off a day"), validators=[MinValueValidator(1)])
    per_mother = models.PositiveSmallIntegerField(_("coupons a mother"))
    tax_class = models.CharField(_("tax class"), max_length=10, choices=TaxClass.choices, default=TaxClass.TAXED)
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.STAFF)

    class Meta:
        ordering = ["period"]
        verbose_name = _("coupon policy")
        verbose_name_plural = _("coupon policies")
        triggers = [in_force_is_kept()]
        constraints = [
            ExclusionConstraint(
                name="coupon_policy_no_overlap",
                expressions=[("tax_class", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            )
        ]

    def __str__(self) -> str:
        return f"{as_text(self.period)}: {self.amount}"


class Charge(models.Model):
    """What a stay costs, as issued: never edited. Adjustments are signed rows beside it; the sum is owed.

    ``snapshot`` keeps what it was computed from: days, tax class of each day, infants, siblings, coupons and
    the tariff rows used.
    """

    booking = models.OneToOneField(Booking, models.PROTECT, related_name="charge", verbose_name=_("booking"))
    issued_at = models.DateTimeField(_("issued at"))
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("issued by")
    )
    total = models.PositiveIntegerField(_("total, yen"))
    snapshot = models.JSONField(_("computed from"), editable=False)

    class Meta:
        ordering = ["-issued_at", "-pk"]
        verbose_name = _("charge")
        verbose_name_plural = _("charges")
        indexes = [models.Index(fields=["issued_at", "id"], name="charge_in_order")]
        triggers = [
            pgtrigger.Protect(name="charge_is_never_edited", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number on the receipt."""
        return f"C-{self.pk:06d}"


class ChargeLine(models.Model):
    charge = models.ForeignKey(Charge, models.PROTECT, related_name="lines", verbose_name=_("charge"))
    day = models.DateField(_("day"))
    component = models.CharField(_("component"), max_length=10, choices=Component.choices)
    quantity = models.PositiveSmallIntegerField(_("quantity"))
    unit_amount = models.IntegerField(_("yen each"))
    amount = models.IntegerField(_("yen"))

    class Meta:
        ordering = ["charge", "day", "pk"]
        verbose_name = _("line of a charge")
        verbose_name_plural = _("lines of a charge")
        indexes = [models.Index(fields=["day"], include=["charge"], name="charge_line_of_day")]
        constraints = [
            models.UniqueConstraint(fields=["charge", "day", "component"], name="charge_line_once"),
            models.CheckConstraint(
                name="charge_line_adds_up", condition=Q(amount=models.F("quantity") * models.F("unit_amount"))
            ),
            models.CheckConstraint(
                name="charge_line_only_coupon_lowers",
                condition=Q(component=Component.COUPON, amount__lte=0) | Q(amount__gte=0),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="charge_line_is_never_edited", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{date_format(self.day)} {self.get_component_display()} {self.amount:,}"


class AdjustmentKind(models.TextChoices):
    """Why a charge is adjusted. A correction makes it what the records give, goodwill less on purpose."""

    CORRECTION = "correction", _("Correction")
    GOODWILL = "goodwill", _("Goodwill")


class Adjustment(models.Model):
    """What is added to or taken off a charge: signed yen, its kind and its reason, never an edit.

    ``day``: the day used that it is about; the contract of that day says whether the facility's claim changes with it.
    Corrections are compared with what the records give (billing/differences.py); goodwill never is.
    """

    charge = models.ForeignKey(Charge, models.PROTECT, related_name="adjustments", verbose_name=_("charge"))
    kind = models.CharField(
        _("kind"),
        max_length=12,
        choices=AdjustmentKind.choices,
        default=AdjustmentKind.CORRECTION,
        db_default=AdjustmentKind.CORRECTION,
    )
    amount = models.IntegerField(_("yen, signed"))
    day = models.DateField(_("of the day"))
    reason = models.CharField(_("reason"), max_length=400)
    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by"))

    class Meta:
        ordering = ["charge", "made_at"]
        verbose_name = _("adjustment")
        verbose_name_plural = _("adjustments")
        constraints = [
            models.CheckConstraint(name="adjustment_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(name="adjustment_is_not_zero", condition=~Q(amount=0)),
            models.CheckConstraint(name="adjustment_kind_is_known", condition=Q(kind__in=AdjustmentKind.values)),
        ]
        triggers = [
            pgtrigger.Protect(name="adjustment_is_never_edited", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="adjustment_of_a_day", when=pgtrigger.Before, operation=pgtrigger.Insert, func=OF_A_DAY
            ),
            pgtrigger.Trigger(
                name="owed_never_below_zero",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                declare=[("owed", "bigint")],
                func=OWED_NEVER_BELOW_ZERO,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.charge} {self.amount:+,d}"
