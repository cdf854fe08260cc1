"""安全管理マニュアル: which version is in force, and who of a facility's staff has acknowledged it."""

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from facilities.models import Facility


@pghistory.track()
class SafetyManual(models.Model):
    """A version of the safety manual: of one facility, or of all where no facility stands.

    What staff have acknowledged is not rewritten afterwards (trigger): another text is another version.
    """

    facility = models.ForeignKey(
        Facility,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="safety_manuals",
        verbose_name=_("facility"),
        help_text=_("empty: for all facilities"),
    )
    version = models.CharField(_("version"), max_length=40)
    period = DateRangeField(_("period"))
    what_changed = models.TextField(_("what changed"), max_length=4000)

    class Meta:
        ordering = ["-period", "facility"]
        verbose_name = _("version of the safety manual")
        verbose_name_plural = _("versions of the safety manual")
        constraints = [
            models.UniqueConstraint(
                fields=["facility", "version"], name="safety_manual_version_once", nulls_distinct=False
            ),
            ExclusionConstraint(
                name="safety_manual_no_overlap",
                expressions=[
                    (Coalesce("facility", 0), RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="safety_manual_as_acknowledged",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("facility", "version", "what_changed"),
                func="""
                    IF EXISTS (SELECT 1 FROM care_manualacknowledgement a WHERE a.manual_id = OLD.id) THEN
                        RAISE EXCEPTION 'staff have acknowledged this version'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'safety_manual_as_acknowledged';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return self.version


class ManualAcknowledgement(models.Model):
    """A member of a facility's staff has read a version of the manual: who, when; once, and never taken back."""

    manual = models.ForeignKey(
        SafetyManual, models.PROTECT, related_name="acknowledgements", verbose_name=_("version of the safety manual")
    )
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person"))
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("acknowledgement of the safety manual")
        verbose_name_plural = _("acknowledgements of the safety manual")
        constraints = [models.UniqueConstraint(fields=["manual", "person"], name="manual_acknowledged_once")]
        triggers = [
            pgtrigger.Protect(name="manual_acknowledgement_kept", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.manual} {self.person}"
