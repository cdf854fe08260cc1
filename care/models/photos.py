"""写真: a photograph in a stay's record, with the family's consent, sealed, and kept as long as the policy says."""

from typing import Any

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bookings.models.places import Stay
from enrollment.models import Infant
from enrollment.models.same_family_trigger import follows_infant
from facilities.models import Source
from sankecare.moments import moment_in_words
from sankecare.periods import as_text
from sankecare.postgresql.in_force import in_force_is_kept

from .recorded import Recorded


@pghistory.track(append_only=True)
class PhotoPolicy(models.Model):
    """Dated: whether photographs are taken at all, and how long they are kept. None in force: none are taken."""

    period = DateRangeField(_("period"))
    is_on = models.BooleanField(_("photographs may be taken"), default=False)
    days_kept = models.PositiveSmallIntegerField(
        _("days kept after the stay has ended"), validators=[MinValueValidator(1)]
    )
    most_a_stay = models.PositiveSmallIntegerField(_("photographs of a stay at most"), default=20)
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.STAFF)

    class Meta:
        ordering = ["period"]
        verbose_name = _("policy of photographs")
        verbose_name_plural = _("policies of photographs")
        triggers = [in_force_is_kept()]
        constraints = [
            ExclusionConstraint(name="photo_policy_no_overlap", expressions=[("period", RangeOperators.OVERLAPS)])
        ]

    def __str__(self) -> str:
        return as_text(self.period)


class StayPhoto(Recorded):
    """A photograph of the infant, or of the mother (``infant`` empty). The picture alone is ever taken out of it.

    ``consent``: whom was asked and said yes, in words. ``content`` is empty once it is forgotten: taken out by a
    person with a reason, or over the policy's days (``forgotten_by`` empty).
    """

    stay = models.ForeignKey(Stay, models.PROTECT, related_name="photos", verbose_name=_("stay"))
    infant = models.ForeignKey(
        Infant, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("infant")
    )
    about = models.CharField(_("what it shows"), max_length=200)
    consent = models.CharField(_("who agreed"), max_length=60)
    size = models.PositiveIntegerField(_("size in bytes"))
    digest = models.CharField(_("SHA-256 of the content"), max_length=64)
    content: Any = models.BinaryField(_("content, sealed"))
    forgotten_at = models.DateTimeField(_("taken out at"), null=True, blank=True)
    forgotten_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("taken out by"),
    )
    reason = models.CharField(_("why it was taken out"), max_length=200, blank=True)

    class Meta:
        ordering = ["-recorded_at", "-pk"]
        verbose_name = _("photograph of a stay")
        verbose_name_plural = _("photographs of stays")
        constraints = [
            models.CheckConstraint(name="stay_photo_has_consent", condition=~Q(consent="") & ~Q(about="")),
            models.CheckConstraint(
                name="stay_photo_forgotten_is_empty",
                condition=Q(Q(forgotten_at__isnull=True), ~Q(content=b""))
                | Q(forgotten_at__isnull=False, content=b""),
            ),
            models.CheckConstraint(
                name="stay_photo_taken_out_with_reason",
                condition=Q(forgotten_by__isnull=True, reason="") | Q(Q(forgotten_by__isnull=False), ~Q(reason="")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="stay_photo_row_stays", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="stay_photo_never_rewritten",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(exclude=["infant", "content", "forgotten_at", "forgotten_by", "reason"]),
            ),
            pgtrigger.Protect(
                name="stay_photo_forgotten_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.forgotten_at IS NOT NULL AND OLD.content IS DISTINCT FROM NEW.content"
                    " OR OLD.content IS DISTINCT FROM NEW.content AND NEW.forgotten_at IS NULL"
                ),
            ),
            follows_infant("stay_photo_follows_its_infant"),
        ]

    def __str__(self) -> str:
        return f"{self.stay} {moment_in_words(self.recorded_at)}"
