"""持越し: what an accepted month could not price, and in which later claim it stands."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bookings.models import Booking
from enrollment.models import TaxClass

from .charges import Charge, Component
from .claims import Claim

# An item is of a used day that the accepted month has without a fee, and begins open.
BEGINS_OPEN = """
    IF NEW.charge_id IS NOT NULL OR NOT EXISTS (
        SELECT 1 FROM billing_claim claim
          JOIN bookings_booking booking ON booking.id = NEW.booking_id
          JOIN facilities_service service
            ON service.id = booking.service_id AND service.facility_id = claim.facility_id
          JOIN bookings_bookingday used
            ON used.booking_id = booking.id AND used.day = NEW.day AND used.status = 'used'
         WHERE claim.id = NEW.claim_id AND claim.state = 'accepted'
           AND date_trunc('month', NEW.day)::date = claim.month
    ) OR EXISTS (
        SELECT 1 FROM billing_chargeline line JOIN billing_charge charge ON charge.id = line.charge_id
         WHERE charge.booking_id = NEW.booking_id AND line.day = NEW.day
    ) THEN
        RAISE EXCEPTION 'booking % on %: not open in claim %', NEW.booking_id, NEW.day, NEW.claim_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'open_item_is_of_its_claim';
    END IF;
    RETURN NEW;
"""

# It is settled once, by the charge of its booking, in a later month that is not accepted itself; nothing else changes.
SETTLED_ONCE = """
    IF OLD.charge_id IS NOT NULL
       OR (OLD.id, OLD.claim_id, OLD.position, OLD.booking_id, OLD.day, OLD.why, OLD.component, OLD.tax_class,
           OLD.missing_day)
          IS DISTINCT FROM
          (NEW.id, NEW.claim_id, NEW.position, NEW.booking_id, NEW.day, NEW.why, NEW.component, NEW.tax_class,
           NEW.missing_day) THEN
        RAISE EXCEPTION 'open item % keeps what it says', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'open_item_settled_once';
    END IF;
    IF NEW.enters <= (SELECT month FROM billing_claim WHERE id = NEW.claim_id)
       OR NEW.booking_id IS DISTINCT FROM (SELECT booking_id FROM billing_charge WHERE id = NEW.charge_id) THEN
        RAISE EXCEPTION 'open item % cannot enter the claim of %', OLD.id, NEW.enters
            USING ERRCODE = 'check_violation', CONSTRAINT = 'open_item_enters_a_later_claim';
    END IF;
    PERFORM billing_refuse_accepted_month(billing_facility_of_booking(NEW.booking_id), NEW.enters);
    RETURN NEW;
"""


class OpenWhy(models.TextChoices):
    """Why a day of an accepted month has no fee."""

    NOT_PUBLISHED = "not_published", _("An amount was not published")
    WAITS = "waits", _("The stay went on: its fee is worked out once it is over")


class OpenItem(models.Model):
    """A used day that had no fee when its month was accepted. What the contract pays for it stands in its own claim.

    Its fee enters the claim of the month in which the charge is issued (``enters``, that month's first day), by the
    tariff and the contract of its own day. ``component``, ``tax_class``, ``missing_day``: the amount that was missing;
    the missing day may be another one of the same stay, for a stay is charged as a whole.
    """

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="open_items", verbose_name=_("monthly claim"))
    position = models.PositiveSmallIntegerField(_("place in the claim"))
    booking = models.ForeignKey(Booking, models.PROTECT, related_name="open_items", verbose_name=_("booking"))
    day = models.DateField(_("day"))
    why = models.CharField(_("why"), max_length=20, choices=OpenWhy.choices)
    component = models.CharField(_("component"), max_length=10, choices=Component.choices, blank=True)
    tax_class = models.CharField(_("tax class"), max_length=10, choices=TaxClass.choices, blank=True)
    missing_day = models.DateField(_("day without an amount"), null=True, blank=True)
    charge = models.ForeignKey(
        Charge, models.PROTECT, null=True, blank=True, related_name="late_items", verbose_name=_("charge")
    )
    enters = models.DateField(_("enters the claim of"), null=True, blank=True, help_text=_("its first day"))

    class Meta:
        ordering = ["claim", "position"]
        verbose_name = _("open item of a claim")
        verbose_name_plural = _("open items of claims")
        constraints = [
            models.UniqueConstraint(fields=["booking", "day"], name="open_item_once_a_day"),
            models.UniqueConstraint(fields=["claim", "position"], name="open_item_one_a_place"),
            models.CheckConstraint(name="open_item_says_why", condition=Q(why__in=OpenWhy.values)),
            models.CheckConstraint(
                name="open_item_enters_with_its_charge",
                condition=Q(charge__isnull=True, enters__isnull=True)
                | Q(charge__isnull=False, enters__isnull=False, enters__day=1, enters__gt=F("day")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="open_item_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="open_item_is_of_its_claim", when=pgtrigger.Before, operation=pgtrigger.Insert, func=BEGINS_OPEN
            ),
            pgtrigger.Trigger(
                name="open_item_settled_once", when=pgtrigger.Before, operation=pgtrigger.Update, func=SETTLED_ONCE
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number that both claims name it by."""
        return item_number(self.claim_id, self.position)


def item_number(claim: int, position: int) -> str:
    """Return the number of an open item: that of its claim, and its place in it."""
    return f"M-{claim:06d}-{position}"
