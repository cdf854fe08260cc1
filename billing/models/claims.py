"""月次実績報告・請求: what a facility reports and claims for a month, and what the ward pays it a day."""

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from facilities.models import Facility, Service, Source
from sankecare.periods import as_text
from sankecare.postgresql.in_force import in_force_is_kept

# What was submitted is replaced by a new submission only, after a return; what is accepted has an amount, for it
# stays for good.
CLAIM_KEEPS = """
    IF NEW.state = 'accepted' AND NEW.snapshot #>> '{record,amounts,total}' IS NULL THEN
        RAISE EXCEPTION 'claim % has no amount', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'claim_accepted_has_amount';
    END IF;
    IF OLD.state = 'accepted'
       OR (OLD.facility_id, OLD.month) IS DISTINCT FROM (NEW.facility_id, NEW.month)
       OR ((OLD.snapshot, OLD.digest) IS DISTINCT FROM (NEW.snapshot, NEW.digest)
           AND NOT (OLD.state = 'returned' AND NEW.state = 'submitted')) THEN
        RAISE EXCEPTION 'claim % keeps what was submitted', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'claim_keeps_what_was_submitted';
    END IF;
    RETURN NEW;
"""


@pghistory.track()
class ContractRate(models.Model):
    """委託料: what the ward pays for a used family-day (a visit). Not published: no row until staff enter it."""

    service = models.ForeignKey(Service, models.CASCADE, related_name="contract_rates", verbose_name=_("service"))
    period = DateRangeField(_("period"))
    amount = models.PositiveIntegerField(
        _("yen a day"), help_text=_("0: nothing is paid by the day, the contract covers it otherwise")
    )
    less_family_fees = models.BooleanField(
        _("less what families pay"),
        choices=[(True, _("Yes: taken off")), (False, _("No"))],
        help_text=_("whether the fees of the families, which the facility keeps, are taken off, as the contract says"),
    )
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.STAFF)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        ordering = ["service", "period"]
        verbose_name = _("contract rate")
        verbose_name_plural = _("contract rates")
        triggers = [in_force_is_kept()]
        constraints = [
            ExclusionConstraint(
                name="contract_rate_no_overlap",
                expressions=[("service", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service} {as_text(self.period)}"


class ClaimState(models.TextChoices):
    SUBMITTED = "submitted", _("Submitted")
    RETURNED = "returned", _("Returned to the facility")
    ACCEPTED = "accepted", _("Accepted")


class Claim(models.Model):
    """A facility's month as submitted to the ward.

    ``snapshot`` holds the month's record (billing.month_record), the checks and the remark as they were; ``digest``
    is of the record. Once accepted, the database refuses whatever would change what the record rests on
    (migration 0007).
    """

    facility = models.ForeignKey(Facility, models.PROTECT, related_name="claims", verbose_name=_("facility"))
    month = models.DateField(_("month"), help_text=_("its first day"))
    state = models.CharField(_("state"), max_length=10, choices=ClaimState.choices, default=ClaimState.SUBMITTED)
    snapshot = models.JSONField(_("as submitted"), editable=False)
    digest = models.CharField(_("digest of the record"), max_length=64, editable=False)

    class Meta:
        ordering = ["-month", "facility"]
        verbose_name = _("monthly claim")
        verbose_name_plural = _("monthly claims")
        constraints = [
            models.UniqueConstraint(fields=["facility", "month"], name="claim_one_a_month"),
            models.CheckConstraint(name="claim_month_by_its_first_day", condition=Q(month__day=1)),
        ]
        triggers = [
            pgtrigger.FSM(
                name="claim_states",
                field="state",
                transitions=[("submitted", "returned"), ("submitted", "accepted"), ("returned", "submitted")],
            ),
            pgtrigger.Protect(
                name="claim_begins_submitted",
                operation=pgtrigger.Insert,
                condition=~pgtrigger.Q(new__state="submitted"),
            ),
            pgtrigger.Protect(name="claim_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="claim_keeps_what_was_submitted",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=CLAIM_KEEPS,
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number on the report."""
        return f"M-{self.pk:06d}"


class ClaimStep(models.Model):
    """Who submitted, returned or accepted a claim, when, and in which words; never edited."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="steps", verbose_name=_("monthly claim"))
    state = models.CharField(_("state"), max_length=10, choices=ClaimState.choices)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    words = models.CharField(_("remark or reason"), max_length=1000, blank=True)
    digest = models.CharField(_("digest of the record"), max_length=64)

    class Meta:
        ordering = ["claim", "at", "pk"]
        verbose_name = _("step of a claim")
        verbose_name_plural = _("steps of a claim")
        constraints = [
            models.CheckConstraint(name="claim_return_has_reason", condition=~Q(state="returned", words="")),
        ]
        triggers = [
            pgtrigger.Protect(name="claim_step_is_never_edited", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.claim} {self.get_state_display()}"
