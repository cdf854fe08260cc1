"""質問票: scores of the three sheets that the programme uses, and what was decided on what they propose.

The texts of the items are under copyright and nowhere here: scores and numbers of items alone. The sheets are paper.
"""

import pghistory
import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from bookings.models.places import Stay
from care.observations import EPDS_MOST, ITEM_10_MOST
from facilities.models import Source
from sankecare.postgresql.in_force import in_force_is_kept

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

# Item and score, such as 3:2,5:1.
ITEMS_AS_WRITTEN = RegexValidator(r"^([1-9][0-9]?:[1-9](,[1-9][0-9]?:[1-9])*)?$", _("Item:score, such as 3:2,5:1."))

# What scores propose, by the row in force on the day: kept as it was then, whoever writes. Without a row an EPDS
# proposes from 9 on, or from 1 on its item 10 (Okano and others 1996), and no other sheet does.
PROPOSES = """
    SELECT proposes_from, proposing_items INTO scale
      FROM care_questionnaire WHERE code = NEW.questionnaire AND period @> NEW.assessed_on;
    IF NOT FOUND AND NEW.questionnaire = 'epds' THEN
        scale.proposes_from := 9;
        scale.proposing_items := '10:1';
    END IF;
    NEW.proposes := coalesce(NEW.total >= scale.proposes_from, false) OR EXISTS (
        SELECT 1 FROM unnest(string_to_array(nullif(scale.proposing_items, ''), ',')) AS one
         WHERE coalesce(
                   CASE WHEN NEW.questionnaire = 'epds' AND split_part(one, ':', 1) = '10' THEN NEW.item_10
                        ELSE (NEW.items ->> split_part(one, ':', 1))::int END, 0)
               >= split_part(one, ':', 2)::int);
    RETURN NEW;
"""


class QuestionnaireCode(models.TextChoices):
    """The three sheets that the programme uses (national guideline)."""

    EPDS = "epds", _("EPDS")
    SUPPORT = "support-checklist", _("Child-care support checklist")
    BONDING = "bonding", _("Feelings towards the baby")


@pghistory.track(append_only=True)
class Questionnaire(models.Model):
    """A sheet's scale and from when on its scores propose a follow-up request, dated; a person decides.

    ``items``: how many it has, each from 0 to ``item_most``. ``proposing_items``: item and score from which it alone
    proposes one.
    """

    code = models.CharField(_("code"), max_length=20, choices=QuestionnaireCode.choices)
    period = DateRangeField(_("period"))
    items = models.PositiveSmallIntegerField(
        _("number of items"), validators=[MinValueValidator(1), MaxValueValidator(99)]
    )
    item_most = models.PositiveSmallIntegerField(
        _("highest score of an item"), validators=[MinValueValidator(1), MaxValueValidator(9)]
    )
    proposes_from = models.PositiveSmallIntegerField(
        _("a follow-up request is proposed from a total of"), null=True, blank=True
    )
    proposing_items = models.CharField(
        _("items that propose one by themselves"),
        max_length=100,
        blank=True,
        validators=[ITEMS_AS_WRITTEN],
        help_text=_("item:score, such as 3:2,5:1"),
    )
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.STAFF)

    class Meta:
        ordering = ["code", "period"]
        verbose_name = _("questionnaire")
        verbose_name_plural = _("questionnaires")
        triggers = [in_force_is_kept()]
        constraints = [
            ExclusionConstraint(
                name="questionnaire_no_overlap",
                expressions=[("code", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(
                name="questionnaire_items_as_written",
                condition=Q(proposing_items__regex=r"^([1-9][0-9]?:[1-9](,[1-9][0-9]?:[1-9])*)?$"),
            ),
        ]

    def __str__(self) -> str:
        return self.get_code_display()


@pghistory.track()
class Assessment(Recorded):
    """Scores of one sheet: total, day, who judged, and the items that stood out by their number and score.

    ``item_10`` is the EPDS's own; ``items`` those of the other sheets, number to score. ``proposes`` is filled by the
    database from the thresholds in force on the day, and stays.
    """

    stay = models.ForeignKey(Stay, models.PROTECT, related_name="assessments", verbose_name=_("stay"))
    questionnaire = models.CharField(
        _("questionnaire"),
        max_length=20,
        choices=QuestionnaireCode.choices,
        default=QuestionnaireCode.EPDS,
        db_default="epds",
    )
    assessed_on = models.DateField(_("assessed on"))
    total = models.PositiveSmallIntegerField(_("total"), validators=[MaxValueValidator(EPDS_MOST)])
    item_10 = models.PositiveSmallIntegerField(
        _("item 10"), default=0, db_default=0, validators=[MaxValueValidator(ITEM_10_MOST)]
    )
    items = models.JSONField(_("items that stood out"), default=dict, db_default={}, blank=True)
    judged_by = models.CharField(_("judged by"), max_length=60, blank=True, default="", db_default="")
    proposes = models.BooleanField(_("proposes a follow-up request"), default=False, db_default=False, editable=False)

    class Meta:
        ordering = ["-assessed_on", "-pk"]
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        constraints = [
            models.CheckConstraint(
                name="assessment_scores_of_the_scale",
                condition=Q(total__lte=EPDS_MOST, item_10__lte=ITEM_10_MOST, total__gte=F("item_10")),
            ),
            models.CheckConstraint(
                name="assessment_item_10_is_of_the_epds", condition=Q(questionnaire="epds") | Q(item_10=0)
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="assessment_within_its_stay",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                declare=[("held", "record")],
                func=WITHIN_ITS_STAY,
            ),
            pgtrigger.Trigger(
                name="assessment_proposes",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("scale", "record")],
                func=PROPOSES,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stay} {date_format(self.assessed_on)}"

    @property
    def items_in_words(self) -> str:
        """The items that stood out, such as 3 (2), 5 (1); of an EPDS its item 10 alone, whatever its score."""
        if self.questionnaire == QuestionnaireCode.EPDS:
            return f"10 ({self.item_10})"
        rows = sorted((int(number), score) for number, score in self.items.items())
        return ", ".join(f"{number} ({score})" for number, score in rows)


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
