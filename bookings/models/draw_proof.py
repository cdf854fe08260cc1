"""What stands beside a draw so that nobody can steer it: the public number, and the signed history."""

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .draws import DrawRound


@pghistory.track(append_only=True)
class DrawNumber(models.Model):
    """The number that the world drew after a round's list was published: entered by one, confirmed by another.

    ``value``: as it is mixed into the seed. ``of_day``: the day on which the source drew it. Until it is confirmed it
    may be entered anew; then never again.
    """

    round = models.OneToOneField(DrawRound, models.PROTECT, related_name="number", verbose_name=_("draw"))
    value = models.CharField(_("public number"), max_length=40)
    of_day = models.DateField(_("day on which the number was drawn"))
    is_fallback = models.BooleanField(_("of the source that stands in"), default=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, verbose_name=_("entered by")
    )
    entered_at = models.DateTimeField(_("entered at"))
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("confirmed by"),
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True)

    class Meta:
        ordering = ["round"]
        verbose_name = _("public number of a draw")
        verbose_name_plural = _("public numbers of draws")
        constraints = [
            models.CheckConstraint(
                name="draw_number_takes_two",
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | (Q(confirmed_by__isnull=False, confirmed_at__isnull=False) & ~Q(confirmed_by=F("entered_by"))),
            ),
            models.CheckConstraint(name="draw_number_is_one", condition=~Q(value="")),
        ]
        triggers = [
            pgtrigger.Protect(name="draw_number_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="draw_number_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__confirmed_at__isnull=False),
            ),
            pgtrigger.Trigger(
                name="draw_number_after_list",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                declare=[("published", "timestamptz")],
                func="""
                    SELECT closed_at INTO published FROM bookings_drawround WHERE id = NEW.round_id;
                    IF published IS NULL OR NEW.entered_at < published THEN
                        RAISE EXCEPTION 'a public number before the list' USING ERRCODE = 'check_violation',
                            CONSTRAINT = 'draw_number_after_list';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.value


class DrawStage(models.TextChoices):
    ANNOUNCED = "announced", _("announced")
    CLOSED = "closed", _("entries published")
    NUMBERED = "numbered", _("public number confirmed")
    CALLED_OFF = "called_off", _("called off")
    DRAWN = "drawn", _("drawn")


class DrawLink(models.Model):
    """抽選の記録: a link of the chain over what was published of all draws (bookings.draws.draw_history).

    ``content``: the digest of what was published then; ``link``: that of the link before and of this one's facts;
    ``signature``: of ``link``, with a key that the database does not hold. Appended, never changed.
    """

    round = models.ForeignKey(DrawRound, models.PROTECT, related_name="links", verbose_name=_("draw"))
    stage = models.CharField(_("stage"), max_length=10, choices=DrawStage.choices)
    at = models.DateTimeField(_("at"))
    content = models.CharField(_("digest of what was published"), max_length=64)
    before = models.CharField(_("link before"), max_length=64, blank=True, unique=True)
    link = models.CharField(_("link"), max_length=64, unique=True)
    signature = models.CharField(_("signature"), max_length=128)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("link of the draws' history")
        verbose_name_plural = _("links of the draws' history")
        constraints = [models.UniqueConstraint(fields=["round", "stage"], name="draw_link_once_a_stage")]
        triggers = [pgtrigger.Protect(name="draw_link_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.round_id} {self.stage}"
