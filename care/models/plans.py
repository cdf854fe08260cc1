"""ケアプラン: aims set with the mother, looked at each day, closed when she leaves; and the next steps she takes home.

What is chosen from the ward's phrases is read in her language; own words stay as they were written.
"""

import pghistory
import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from bookings.models.places import Stay
from facilities.models import Source
from sankecare.languages.words import in_her_words
from sankecare.postgresql.in_force import in_force_is_kept

from .recorded import Recorded

# Either a phrase of the ward or own words, never both and never neither.
SAID_ONCE = Q(phrase__isnull=False, words="") | (Q(phrase__isnull=True) & ~Q(words=""))


class PhraseKind(models.TextChoices):
    AIM = "aim", _("Aim")
    NEXT_STEP = "next-step", _("Next step")


class PlanPhrase(models.Model):
    """Words that midwives choose for an aim or a next step, dated, in both languages."""

    kind = models.CharField(_("kind"), max_length=10, choices=PhraseKind.choices)
    code = models.SlugField(_("code"), max_length=40)
    text = models.CharField(_("text"), max_length=120)
    text_en = models.CharField(_("text in English"), max_length=160)
    period = DateRangeField(_("period"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.STAFF)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("phrase of care plans")
        verbose_name_plural = _("phrases of care plans")
        triggers = [in_force_is_kept()]
        constraints = [
            ExclusionConstraint(
                name="plan_phrase_no_overlap",
                expressions=[
                    ("kind", RangeOperators.EQUAL),
                    ("code", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            )
        ]

    def __str__(self) -> str:
        return in_her_words(self.text, self.text_en)


class AimOutcome(models.TextChoices):
    """What became of an aim; the mother reads it."""

    REACHED = "reached", _("Reached")
    BETTER = "better", _("On the way")
    GOES_ON = "goes_on", _("Goes on at home")
    DROPPED = "dropped", _("No aim any more")


@pghistory.track(append_only=True)
class PlanAim(Recorded):
    """One aim of a stay, until it is closed with its outcome."""

    stay = models.ForeignKey(Stay, models.PROTECT, related_name="aims", verbose_name=_("stay"))
    phrase = models.ForeignKey(
        PlanPhrase, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("phrase")
    )
    words = models.CharField(_("in her own words"), max_length=200, blank=True, default="", db_default="")
    outcome = models.CharField(_("what became of it"), max_length=10, choices=AimOutcome.choices, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("aim")
        verbose_name_plural = _("aims")
        constraints = [
            models.CheckConstraint(name="plan_aim_said_once", condition=SAID_ONCE),
            models.UniqueConstraint(fields=["stay", "phrase"], name="plan_aim_once_a_stay"),
            models.CheckConstraint(
                name="plan_aim_closed_with_its_outcome",
                condition=Q(outcome="", closed_at__isnull=True) | (~Q(outcome="") & Q(closed_at__isnull=False)),
            ),
        ]
        triggers = [pgtrigger.Protect(name="plan_aim_kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.words or str(self.phrase)


class Progress(models.TextChoices):
    """How it went with an aim on a day."""

    WELL = "well", _("Going well")
    SAME = "same", _("As before")
    HARD = "hard", _("Hard today")


@pghistory.track(append_only=True)
class AimLook(Recorded):
    """A look at an aim: one a day."""

    aim = models.ForeignKey(PlanAim, models.PROTECT, related_name="looks", verbose_name=_("aim"))
    day = models.DateField(_("day"))
    progress = models.CharField(_("how it went"), max_length=10, choices=Progress.choices)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        ordering = ["day"]
        verbose_name = _("look at an aim")
        verbose_name_plural = _("looks at aims")
        constraints = [models.UniqueConstraint(fields=["aim", "day"], name="aim_look_one_a_day")]

    def __str__(self) -> str:
        return f"{self.aim} {date_format(self.day)}"


@pghistory.track(append_only=True)
class NextStep(Recorded):
    """What comes next at home: the mother reads it, on her page and on paper."""

    stay = models.ForeignKey(Stay, models.PROTECT, related_name="next_steps", verbose_name=_("stay"))
    phrase = models.ForeignKey(
        PlanPhrase, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("phrase")
    )
    words = models.CharField(_("in other words"), max_length=200, blank=True, default="", db_default="")

    class Meta:
        ordering = ["pk"]
        verbose_name = _("next step at home")
        verbose_name_plural = _("next steps at home")
        constraints = [
            models.CheckConstraint(name="next_step_said_once", condition=SAID_ONCE),
            models.UniqueConstraint(fields=["stay", "phrase"], name="next_step_once_a_stay"),
        ]

    def __str__(self) -> str:
        return self.words or str(self.phrase)
