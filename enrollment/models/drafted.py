"""起案・決裁: a decision that one person drafts and another makes; whether that is asked, who decides. Dated."""

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from facilities.models import Source
from sankecare.periods import as_text
from sankecare.postgresql.in_force import in_force_is_kept

from .registration import Registration


@pghistory.track(append_only=True)
class DecisionPolicy(models.Model):
    """Dated: whether an approval or a rejection is drafted by one person and made by another. No row: it is not."""

    period = DateRangeField(_("period"))
    second_step = models.BooleanField(
        _("drafted first"), help_text=_("one person drafts an approval or a rejection, another one decides")
    )
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.STAFF)

    class Meta:
        ordering = ["period"]
        verbose_name = _("decision policy")
        verbose_name_plural = _("decision policies")
        constraints = [
            ExclusionConstraint(name="decision_policy_no_overlap", expressions=[("period", RangeOperators.OVERLAPS)])
        ]
        triggers = [in_force_is_kept()]

    def __str__(self) -> str:
        return as_text(self.period)


@pghistory.track(append_only=True)
class Decider(models.Model):
    """決裁者: who decides what others drafted, dated. ``stands_in_for``: as whose deputy (代決); empty: herself.

    Nobody names herself.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who decides")
    )
    period = DateRangeField(_("period"))
    stands_in_for = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("stands in for"),
        help_text=_("a deputy: counts only while this person decides herself"),
    )
    named_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("named by")
    )

    class Meta:
        ordering = ["period", "pk"]
        verbose_name = _("person who decides")
        verbose_name_plural = _("persons who decide")
        constraints = [
            models.CheckConstraint(
                name="decider_is_named_by_another",
                condition=~Q(named_by=F("person")),
                violation_error_message=_("Nobody names herself: a colleague enters it."),
            ),
            models.CheckConstraint(
                name="decider_stands_in_for_another",
                condition=Q(stands_in_for__isnull=True) | ~Q(stands_in_for=F("person")),
                violation_error_message=_("Nobody stands in for herself."),
            ),
            ExclusionConstraint(
                name="decider_no_overlap",
                expressions=[("person", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                condition=Q(stands_in_for__isnull=True),
            ),
            ExclusionConstraint(
                name="deputy_no_overlap",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("stands_in_for", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                condition=Q(stands_in_for__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {as_text(self.period)}"


class DraftedFor(models.TextChoices):
    APPROVE = "approve", _("Approved")
    REJECT = "reject", _("Not approved")


class DraftOutcome(models.TextChoices):
    WAITS = "waits", _("waits for a decision")
    APPROVED = "approved", _("decided as drafted")
    RETURNED = "returned", _("returned to who drafted it")
    TAKEN_BACK = "taken_back", _("taken back by who drafted it")
    # By the database, where the application is withdrawn or returned meanwhile
    OVERTAKEN = "overtaken", _("the application no longer waits")


DECIDED_BY_WHO_MAY = """
    IF NOT EXISTS (
        SELECT 1 FROM enrollment_decider mine
         WHERE mine.person_id = NEW.settled_by_id
           AND mine.period @> (NEW.settled_at AT TIME ZONE 'Asia/Tokyo')::date
           AND mine.stands_in_for_id IS NOT DISTINCT FROM NEW.stands_in_for_id
           AND (mine.stands_in_for_id IS NULL OR EXISTS (
                SELECT 1 FROM enrollment_decider whose
                 WHERE whose.person_id = mine.stands_in_for_id AND whose.stands_in_for_id IS NULL
                   AND whose.period @> (NEW.settled_at AT TIME ZONE 'Asia/Tokyo')::date))
    ) THEN
        RAISE EXCEPTION 'not among those who decide on that day'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'drafted_decision_by_who_may';
    END IF;
    RETURN NEW;
"""


class DraftedDecision(models.Model):
    """起案: an approval or a rejection as one person would make it, until another one decides or returns it.

    ``words``: what was found at each open point. ``case``: a digest of each part of the case as it was drafted.
    ``word``: why it was returned. Settled once; nothing else about it ever changes.
    """

    registration = models.ForeignKey(
        Registration, models.PROTECT, related_name="drafted", verbose_name=_("registration")
    )
    decision = models.CharField(_("decision"), max_length=10, choices=DraftedFor.choices)
    reason = models.TextField(_("reason"), blank=True, max_length=2000)
    rules = ArrayField(
        models.CharField(max_length=20), verbose_name=_("Rules that are not met"), default=list, blank=True
    )
    words = models.JSONField(_("what was found"), default=dict, blank=True)
    case = models.JSONField(_("case as it was drafted"), editable=False)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("drafted by")
    )
    drafted_at = models.DateTimeField(_("drafted at"))
    outcome = models.CharField(
        _("what became of it"), max_length=10, choices=DraftOutcome.choices, default=DraftOutcome.WAITS
    )
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("settled by")
    )
    stands_in_for = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided in place of"),
    )
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    word = models.CharField(_("why it was returned"), max_length=300, blank=True)

    class Meta:
        ordering = ["drafted_at", "pk"]
        verbose_name = _("drafted decision")
        verbose_name_plural = _("drafted decisions")
        constraints = [
            models.UniqueConstraint(
                fields=["registration"], condition=Q(outcome="waits"), name="drafted_decision_waits_once"
            ),
            models.CheckConstraint(
                name="drafted_decision_settled_is_signed",
                condition=Q(outcome="waits", settled_by__isnull=True, settled_at__isnull=True)
                | Q(outcome="overtaken", settled_by__isnull=True, settled_at__isnull=False)
                | Q(
                    outcome__in=["approved", "returned", "taken_back"],
                    settled_by__isnull=False,
                    settled_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="drafted_decision_by_a_second_person",
                condition=~Q(outcome__in=["approved", "returned"]) | ~Q(settled_by=F("drafted_by")),
            ),
            models.CheckConstraint(
                name="drafted_decision_taken_back_by_its_own",
                condition=~Q(outcome="taken_back") | Q(settled_by=F("drafted_by")),
            ),
            models.CheckConstraint(
                name="drafted_decision_returned_with_a_word", condition=~Q(outcome="returned") | ~Q(word="")
            ),
            models.CheckConstraint(
                name="drafted_rejection_has_reason", condition=~Q(decision="reject") | ~Q(reason="")
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="drafted_decision_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="drafted_decision_settled_once",
                operation=pgtrigger.Update,
                condition=~pgtrigger.Q(old__outcome="waits"),
            ),
            pgtrigger.Protect(
                name="drafted_decision_never_rewritten",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    *("registration", "decision", "reason", "rules", "words", "case", "drafted_by", "drafted_at")
                ),
            ),
            pgtrigger.Trigger(
                name="drafted_decision_by_who_may",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Q(new__outcome__in=["approved", "returned"]),
                func=DECIDED_BY_WHO_MAY,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.registration} {self.get_decision_display()}"
