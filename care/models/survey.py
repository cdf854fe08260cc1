"""利用後アンケート: dated questions, and answers that nobody can be found behind."""

import uuid

import pghistory
import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bookings.models import Booking
from facilities.models import Service, Source
from sankecare.languages.words import in_her_words
from sankecare.postgresql.in_force import in_force_is_kept


class Agreement(models.IntegerChoices):
    """How far she agrees; the higher, the more."""

    VERY = 4, _("Very much")
    RATHER = 3, _("Rather")
    LITTLE = 2, _("Not so much")
    NOT = 1, _("Not at all")


@pghistory.track(append_only=True)
class SurveyQuestion(models.Model):
    """One sentence that she agrees with or not, dated, in both languages."""

    code = models.SlugField(_("code"), max_length=40)
    text = models.CharField(_("text"), max_length=120)
    text_en = models.CharField(_("text in English"), max_length=160)
    period = DateRangeField(_("period"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.STAFF)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("question after a stay")
        verbose_name_plural = _("questions after a stay")
        triggers = [in_force_is_kept()]
        constraints = [
            ExclusionConstraint(
                name="survey_question_no_overlap",
                expressions=[("code", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            )
        ]

    def __str__(self) -> str:
        return in_her_words(self.text, self.text_en)


class SurveyAnswer(models.Model):
    """One answer to one question: of a service and a fiscal year, of no family, no booking and no moment.

    Its key is drawn at random, so that not even the order of the rows tells whose it is. Free words are not asked.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    question = models.ForeignKey(SurveyQuestion, models.PROTECT, related_name="answers", verbose_name=_("question"))
    service = models.ForeignKey(Service, models.PROTECT, related_name="+", verbose_name=_("service"))
    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year"))
    agreement = models.PositiveSmallIntegerField(_("answer"), choices=Agreement.choices)

    class Meta:
        verbose_name = _("answer after a stay")
        verbose_name_plural = _("answers after a stay")
        constraints = [
            models.CheckConstraint(name="survey_answer_on_the_scale", condition=Q(agreement__range=(1, 4))),
        ]

    def __str__(self) -> str:
        return f"{self.agreement}"


class SurveyCount(models.Model):
    """Answers that were counted together (care/survey/counting.py): the tables add these up, and know since when.

    ``stood``: given before there were such counts, so that nobody knows since when they were known.
    """

    question = models.ForeignKey(SurveyQuestion, models.PROTECT, related_name="counts", verbose_name=_("question"))
    service = models.ForeignKey(Service, models.PROTECT, related_name="+", verbose_name=_("service"))
    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year"))
    agreement = models.PositiveSmallIntegerField(_("answer"), choices=Agreement.choices)
    number = models.PositiveIntegerField(_("number"))
    counted_at = models.DateTimeField(_("counted at"))
    stood = models.BooleanField(_("given before counts were kept"), default=False, db_default=False)

    class Meta:
        ordering = ["counted_at", "pk"]
        verbose_name = _("count of answers after a stay")
        verbose_name_plural = _("counts of answers after a stay")
        constraints = [
            models.CheckConstraint(name="survey_count_on_the_scale", condition=Q(agreement__range=(1, 4))),
            models.CheckConstraint(name="survey_count_of_something", condition=Q(number__gt=0)),
            models.UniqueConstraint(
                fields=["question", "service", "fiscal_year", "agreement", "counted_at"], name="survey_counted_once"
            ),
        ]
        triggers = [pgtrigger.Protect(name="survey_count_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.number}"


class SurveyDone(models.Model):
    """That the questions of a booking were answered, so that they are asked once; not what, and not when."""

    booking = models.OneToOneField(Booking, models.PROTECT, related_name="survey_done", verbose_name=_("booking"))

    class Meta:
        verbose_name = _("stay asked about")
        verbose_name_plural = _("stays asked about")

    def __str__(self) -> str:
        return f"{self.booking_id}"
