"""What staff prepare of the ward's settings: a draft of what is to hold from a day on; whether it takes two people."""

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from facilities.models import Source
from sankecare.periods import as_text
from sankecare.postgresql.in_force import in_force_is_kept


@pghistory.track(append_only=True)
class SettingsPolicy(models.Model):
    """設定の決裁, dated: whether a change of the settings takes a second person. Without a row it takes one."""

    period = DateRangeField(_("period"))
    second_person = models.BooleanField(_("a change of the settings takes a second person"))
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.STAFF)

    class Meta:
        ordering = ["period"]
        verbose_name = _("policy of settings")
        verbose_name_plural = _("policies of settings")
        constraints = [
            ExclusionConstraint(name="settings_policy_no_overlap", expressions=[("period", RangeOperators.OVERLAPS)])
        ]
        triggers = [in_force_is_kept()]

    def __str__(self) -> str:
        return as_text(self.period)


class DraftState(models.TextChoices):
    DRAFT = "draft", _("draft")
    PROPOSED = "proposed", _("waits for a second person")
    ENTERED = "entered", _("entered in the table")
    THROWN_AWAY = "thrown_away", _("thrown away")


@pghistory.track(append_only=True)
class SettingsDraft(models.Model):
    """What is to hold from a day on in one table: only what differs from what holds without it.

    ``table``: the model's name as in ``wards.dated.tables``. ``changes``: its cells by row, and the rows that end
    (``wards.dated.differences.Asked``). ``differences``: every cell before and after, as it was confirmed.
    ``second_person``: as the policy was when it was proposed or entered.
    """

    table = models.CharField(_("table"), max_length=60)
    first_day = models.DateField(_("first day"))
    changes = models.JSONField(_("changes"), encoder=DjangoJSONEncoder, editable=False)
    differences = models.JSONField(_("differences, as they were confirmed"), default=list, blank=True, editable=False)
    state = models.CharField(_("state"), max_length=12, choices=DraftState.choices, default=DraftState.DRAFT)
    reason = models.CharField(_("reason"), max_length=400, blank=True, default="")
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("begun by")
    )
    begun_at = models.DateTimeField(_("begun at"))
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("changed by")
    )
    changed_at = models.DateTimeField(_("changed at"))
    second_person = models.BooleanField(_("takes a second person"), default=False)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed at"), null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    sent_back = models.CharField(_("why it was sent back"), max_length=400, blank=True, default="")

    class Meta:
        ordering = ["first_day", "pk"]
        verbose_name = _("draft of settings")
        verbose_name_plural = _("drafts of settings")
        constraints = [
            models.CheckConstraint(name="settings_draft_state_is_known", condition=Q(state__in=DraftState.values)),
            models.CheckConstraint(
                name="settings_draft_has_reason",
                condition=Q(state__in=(DraftState.DRAFT, DraftState.THROWN_AWAY)) | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="settings_draft_proposed_by_somebody",
                condition=~Q(state=DraftState.PROPOSED) | Q(proposed_by__isnull=False, proposed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="settings_draft_decided_by_somebody",
                condition=Q(state__in=(DraftState.DRAFT, DraftState.PROPOSED))
                | Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="settings_draft_entered_by_a_second_person",
                condition=~Q(state=DraftState.ENTERED)
                | Q(second_person=False)
                | (Q(proposed_by__isnull=False) & ~Q(decided_by=F("proposed_by"))),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="settings_draft_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="settings_draft_is_over",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state__in=[DraftState.ENTERED.value, DraftState.THROWN_AWAY.value]),
            ),
            pgtrigger.Protect(
                name="settings_draft_as_proposed",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state=DraftState.PROPOSED.value)
                & (
                    pgtrigger.Q(old__table__df=pgtrigger.F("new__table"))
                    | pgtrigger.Q(old__first_day__df=pgtrigger.F("new__first_day"))
                    | pgtrigger.Q(old__changes__df=pgtrigger.F("new__changes"))
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.table} {date_format(self.first_day)}"
