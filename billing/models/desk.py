"""窓口: what is kept of unpaid fees, refunds and the till, beyond what was charged and paid."""

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from enrollment.models import Letter
from facilities.models import Facility, Source
from sankecare.periods import as_text
from sankecare.postgresql.in_force import in_force_is_kept

from .charges import Charge
from .payments import Payment, PaymentMethod

_DAYS = [MinValueValidator(1), MaxValueValidator(1000)]

# A family whose baby died, or who has told hard news that lasts, is never written to about money, whoever writes.
NOT_AFTER_HARD_NEWS = """
    IF EXISTS (SELECT 1
                 FROM billing_charge charge
                 JOIN bookings_booking booking ON booking.id = charge.booking_id
                 JOIN enrollment_registration registration ON registration.id = booking.registration_id
                 JOIN enrollment_birth birth ON birth.id = registration.birth_id
                 JOIN enrollment_hardnews news ON news.family_id = birth.family_id
                WHERE charge.id = NEW.charge_id AND (news.ended_at IS NULL OR news.kind = 'lost')) THEN
        RAISE EXCEPTION 'charge %: no letter after hard news', NEW.charge_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'no_reminder_after_hard_news';
    END IF;
    RETURN NEW;
"""


@pghistory.track(append_only=True)
class UnpaidPolicy(models.Model):
    """未払い・返金の設定, dated: by which days unpaid fees are sorted, and whether letters of reminder go out.

    Without a row, or while ``letters`` is off, none is issued. ``refund_by_two_from``: yen from which the desk gives
    money back with a second person; None: one is enough.
    """

    period = DateRangeField(_("period"))
    ages = ArrayField(
        models.PositiveSmallIntegerField(validators=_DAYS), verbose_name=_("sorted by days since the fee was issued")
    )
    letters = models.BooleanField(_("letters of reminder go out"), default=False, db_default=False)
    letter_after_days = models.PositiveSmallIntegerField(
        _("days after which a letter may go out"), null=True, blank=True, validators=_DAYS
    )
    again_after_days = models.PositiveSmallIntegerField(
        _("days until the next letter"), null=True, blank=True, validators=_DAYS
    )
    pay_within_days = models.PositiveSmallIntegerField(
        _("days that the letter gives to pay"), null=True, blank=True, validators=_DAYS
    )
    how_to_pay = models.CharField(_("how to pay, as the letter says"), max_length=200, blank=True, db_default="")
    refund_by_two_from = models.PositiveIntegerField(
        _("yen from which two people give back"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.STAFF)

    class Meta:
        ordering = ["period"]
        verbose_name = _("policy of unpaid fees and refunds")
        verbose_name_plural = _("policies of unpaid fees and refunds")
        constraints = [
            ExclusionConstraint(name="unpaid_policy_no_overlap", expressions=[("period", RangeOperators.OVERLAPS)]),
            models.CheckConstraint(
                name="unpaid_policy_letters_have_days",
                condition=Q(letters=False)
                | Q(letter_after_days__isnull=False, again_after_days__isnull=False, pay_within_days__isnull=False)
                & ~Q(how_to_pay=""),
                violation_error_message=_(
                    "Where letters go out, enter after how many days, until the next one, within how many days it is"
                    " to be paid, and how."
                ),
            ),
        ]
        triggers = [in_force_is_kept()]

    def __str__(self) -> str:
        return as_text(self.period)


class ReminderLetter(models.Model):
    """督促: a letter about a fee that is open, and how it stood then; never edited."""

    charge = models.ForeignKey(Charge, models.PROTECT, related_name="reminder_letters", verbose_name=_("charge"))
    letter = models.OneToOneField(Letter, models.PROTECT, related_name="reminds_of", verbose_name=_("letter"))
    left = models.PositiveIntegerField(_("still to pay, yen"), validators=[MinValueValidator(1)])
    pay_by = models.DateField(_("to be paid by"))

    class Meta:
        ordering = ["pk"]
        verbose_name = _("letter of reminder")
        verbose_name_plural = _("letters of reminder")
        constraints = [models.CheckConstraint(name="reminder_letter_of_something", condition=Q(left__gt=0))]
        triggers = [
            pgtrigger.Protect(name="reminder_letter_kept", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="no_reminder_after_hard_news",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=NOT_AFTER_HARD_NEWS,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.charge_id} {self.left}"


@pghistory.track(append_only=True)
class RefundProposal(models.Model):
    """返金の起案: what one person proposes to give back and another confirms; then it is a payment given back."""

    charge = models.ForeignKey(Charge, models.PROTECT, related_name="refund_proposals", verbose_name=_("charge"))
    amount = models.PositiveIntegerField(_("yen"), validators=[MinValueValidator(1)])
    method = models.CharField(_("way of paying"), max_length=4, choices=PaymentMethod.choices)
    reason = models.CharField(_("reason"), max_length=200)
    proposed_at = models.DateTimeField(_("proposed at"))
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    payment = models.OneToOneField(
        Payment,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="proposal",
        verbose_name=_("given back as"),
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("withdrawn by"),
    )

    class Meta:
        ordering = ["proposed_at", "pk"]
        verbose_name = _("proposal of a refund")
        verbose_name_plural = _("proposals of refunds")
        constraints = [
            models.UniqueConstraint(
                fields=["charge"],
                condition=Q(payment__isnull=True, withdrawn_at__isnull=True),
                name="refund_proposed_once",
            ),
            models.CheckConstraint(name="refund_proposal_of_something", condition=Q(amount__gt=0) & ~Q(reason="")),
            models.CheckConstraint(
                name="refund_proposal_ends_once",
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False, payment__isnull=True),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="refund_proposal_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="refund_proposal_as_proposed",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("charge", "amount", "method", "reason", "proposed_at", "proposed_by"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.charge_id} {self.amount}"


class CashCount(models.Model):
    """日計表: the cash of a facility's day, counted, beside what was taken in. Never edited: counted anew is another.

    ``pieces``: how many of each note and coin, by its yen. ``opening``: what lay in the till to give change.
    """

    facility = models.ForeignKey(Facility, models.PROTECT, related_name="cash_counts", verbose_name=_("facility"))
    day = models.DateField(_("day"))
    opening = models.PositiveIntegerField(_("change in the till at the beginning, yen"), default=0)
    pieces = models.JSONField(_("notes and coins"), default=dict)
    counted = models.PositiveIntegerField(_("counted, yen"))
    expected = models.IntegerField(_("taken in less given back in cash, yen"))
    word = models.CharField(_("word on the difference"), max_length=200, blank=True)
    counted_at = models.DateTimeField(_("counted at"))
    counted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("counted by")
    )

    class Meta:
        ordering = ["day", "facility", "pk"]
        verbose_name = _("cash count")
        verbose_name_plural = _("cash counts")
        constraints = [
            models.CheckConstraint(
                name="cash_difference_has_a_word",
                condition=Q(counted=F("opening") + F("expected")) | ~Q(word=""),
            ),
        ]
        indexes = [models.Index(fields=["facility", "day"], name="cash_count_of_day")]
        triggers = [pgtrigger.Protect(name="cash_count_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.facility_id} {date_format(self.day)}"

    @property
    def difference(self) -> int:
        """Yen that are there beyond what should be: less than 0 where some is missing."""
        return self.counted - self.opening - self.expected
