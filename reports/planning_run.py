"""計画の計算: a replay or a forecast that somebody asked for, how far it is, and what came of it; counts only."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class PlanningKind(models.TextChoices):
    WHAT_IF = "what_if", _("What if")
    FORECAST = "forecast", _("Forecast of occupancy")


class PlanningState(models.TextChoices):
    WAITING = "waiting", _("Waits to be worked out")
    RUNNING = "running", _("Being worked out")
    DONE = "done", _("Worked out")
    FAILED = "failed", _("Could not be worked out")


class PlanningRun(models.Model):
    """One run, worked out in steps by the clock (``reports.tasks.carry_on_planning``).

    What was asked never changes; once done or failed nothing does. ``partial``: what the steps gave so far, emptied
    at the end. ``taken_until``: until when one worker has it. It is deleted after ``keep_until``, not before.
    """

    kind = models.CharField(_("kind"), max_length=8, choices=PlanningKind.choices)
    title = models.CharField(_("title"), max_length=80)
    parameters = models.JSONField(_("what was asked"))
    seed = models.CharField(_("seed"), max_length=32)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked at"))
    keep_until = models.DateField(_("kept until"))
    state = models.CharField(_("state"), max_length=7, choices=PlanningState.choices, default=PlanningState.WAITING)
    steps = models.PositiveSmallIntegerField(_("steps"))
    steps_done = models.PositiveSmallIntegerField(_("steps done"), default=0)
    partial = models.JSONField(_("so far"), default=dict, editable=False)
    taken_until = models.DateTimeField(_("taken by a worker until"), null=True, editable=False)
    result = models.JSONField(_("result"), null=True, editable=False)
    failure = models.CharField(_("why not"), max_length=60, blank=True, editable=False)
    finished_at = models.DateTimeField(_("finished at"), null=True, editable=False)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = _("planning run")
        verbose_name_plural = _("planning runs")
        constraints = [
            models.CheckConstraint(
                name="planning_run_done_has_its_result",
                condition=Q(state="done", result__isnull=False, finished_at__isnull=False, steps_done=F("steps"))
                | Q(state="failed", result__isnull=True, finished_at__isnull=False) & ~Q(failure="")
                | Q(state__in=("waiting", "running"), result__isnull=True, finished_at__isnull=True),
            ),
            models.CheckConstraint(name="planning_run_steps", condition=Q(steps__gte=1, steps_done__lte=F("steps"))),
            models.CheckConstraint(name="planning_run_has_a_title", condition=~Q(title="")),
        ]
        indexes = [
            models.Index(fields=["asked_at"], condition=Q(state__in=("waiting", "running")), name="planning_run_open")
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="planning_run_as_asked",
                fields=["kind", "title", "parameters", "seed", "asked_by", "asked_at", "keep_until", "steps"],
            ),
            pgtrigger.Protect(
                name="planning_run_done_is_kept",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state__in=("done", "failed")),
            ),
            pgtrigger.Protect(
                name="planning_run_kept_until",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Condition("OLD.keep_until >= (now() AT TIME ZONE 'Asia/Tokyo')::date"),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """Whether it is still to be worked out."""
        return self.state in (PlanningState.WAITING, PlanningState.RUNNING)
