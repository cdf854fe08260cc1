"""Money that changed hands: payments and refunds at the facility, coupons handed over."""

import pgtrigger
from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bookings.models import Booking
from enrollment.models import Family
from enrollment.models.same_family_trigger import follows_family

from .charges import Charge

# Paid less refunded lies between nothing and what is owed, whoever writes; the charge's row is the lock.
WITHIN_WHAT_IS_OWED = """
    PERFORM 1 FROM billing_charge WHERE id = NEW.charge_id FOR NO KEY UPDATE;
    SELECT charge.total + coalesce((SELECT sum(amount) FROM billing_adjustment WHERE charge_id = charge.id), 0)
      INTO owed FROM billing_charge charge WHERE charge.id = NEW.charge_id;
    SELECT coalesce(sum(CASE kind WHEN 'payment' THEN amount ELSE -amount END), 0)
      INTO paid FROM billing_payment WHERE charge_id = NEW.charge_id;
    IF paid < 0 OR (NEW.kind = 'payment' AND paid > owed) THEN
        RAISE EXCEPTION 'charge %: % paid of %', NEW.charge_id, paid, owed
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_within_what_is_owed';
    END IF;
    RETURN NULL;
"""

# What a receipt says that may be another tomorrow is kept as it was when the money changed hands, whoever writes.
RECEIPT_AS_IT_WAS = """
    PERFORM 1 FROM billing_charge WHERE id = NEW.charge_id FOR NO KEY UPDATE;
    SELECT jsonb_build_object(
               'look', 2,
               'name', family.mother_name,
               'facility', facility.name,
               'operator', facility.operator,
               'owed', charge.total
                   + coalesce((SELECT sum(amount) FROM billing_adjustment WHERE charge_id = charge.id), 0),
               'adjustments', coalesce((SELECT jsonb_agg(jsonb_build_array(reason, amount) ORDER BY id)
                                          FROM billing_adjustment WHERE charge_id = charge.id), '[]'::jsonb))
      INTO NEW.snapshot
      FROM billing_charge charge
      JOIN bookings_booking booking ON booking.id = charge.booking_id
      JOIN facilities_service service ON service.id = booking.service_id
      JOIN facilities_facility facility ON facility.id = service.facility_id
      JOIN enrollment_registration registration ON registration.id = booking.registration_id
      JOIN enrollment_birth birth ON birth.id = registration.birth_id
      JOIN enrollment_family family ON family.id = birth.family_id
     WHERE charge.id = NEW.charge_id;
    RETURN NEW;
"""


class PaymentKind(models.TextChoices):
    PAYMENT = "payment", _("Payment")
    REFUND = "refund", _("Refund")


class PaymentMethod(models.TextChoices):
    CASH = "cash", _("Cash")
    CARD = "card", _("Card")
    CODE = "code", _("Code payment")


class Payment(models.Model):
    """Yen received for a charge, whole or in part, or given back; never edited.

    ``snapshot``: what the receipt says of names and of what was owed, as it was then; the database fills it in.
    ``at_ward``: it changed hands at the ward's desk, so the facility's till neither has it nor lacks it.
    """

    charge = models.ForeignKey(Charge, models.PROTECT, related_name="payments", verbose_name=_("charge"))
    kind = models.CharField(_("kind"), max_length=7, choices=PaymentKind.choices)
    method = models.CharField(_("way of paying"), max_length=4, choices=PaymentMethod.choices)
    amount = models.PositiveIntegerField(_("yen"), validators=[MinValueValidator(1)])
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    received_at = models.DateTimeField(_("received at"))
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("taken in by")
    )
    at_ward = models.BooleanField(_("at the ward’s desk"), default=False, db_default=False)
    snapshot = models.JSONField(_("as printed"), editable=False, db_default=models.Value({}, models.JSONField()))

    class Meta:
        ordering = ["received_at", "pk"]
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        indexes = [models.Index(fields=["received_at", "id"], name="payment_in_order")]
        constraints = [
            models.CheckConstraint(name="payment_is_more_than_zero", condition=Q(amount__gt=0)),
            models.CheckConstraint(name="refund_has_reason", condition=Q(kind="payment") | ~Q(reason="")),
        ]
        triggers = [
            pgtrigger.Protect(name="payment_is_never_edited", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="payment_keeps_its_receipt",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=RECEIPT_AS_IT_WAS,
            ),
            pgtrigger.Trigger(
                name="payment_within_what_is_owed",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                declare=[("owed", "bigint"), ("paid", "bigint")],
                func=WITHIN_WHAT_IS_OWED,
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number on the receipt."""
        return f"P-{self.pk:06d}"


class HandedCoupon(models.Model):
    """A mother's coupon, by its number among hers, handed over for a booking; once."""

    booking = models.ForeignKey(Booking, models.PROTECT, related_name="handed_coupons", verbose_name=_("booking"))
    family = models.ForeignKey(Family, models.PROTECT, related_name="+", verbose_name=_("family"))
    number = models.PositiveSmallIntegerField(_("number of the coupon"), validators=[MinValueValidator(1)])
    handed_at = models.DateTimeField(_("handed over at"))
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("taken by")
    )

    class Meta:
        ordering = ["family", "number"]
        verbose_name = _("coupon handed over")
        verbose_name_plural = _("coupons handed over")
        constraints = [models.UniqueConstraint(fields=["family", "number"], name="coupon_handed_over_once")]
        triggers = [
            pgtrigger.Protect(name="handed_coupon_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="handed_coupon_is_never_edited",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("id", "booking", "number", "handed_at", "taken_by"),
            ),
            # A family that was entered twice takes its coupons along.
            follows_family("handed_coupon_follows_its_family"),
        ]

    def __str__(self) -> str:
        return f"{self.family_id} {self.number}"
