"""抽選: a round of a service's places, its entries, and what came of it. Once drawn nothing of it changes."""

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from enrollment.models import Registration, Sibling
from facilities.models import Service
from sankecare.periods import as_text

from .away import CanBeAway
from .needs import HighNeed
from .places import Booking


@pghistory.track(exclude=["secret"])
class DrawRound(models.Model):
    """One draw: for which days, from when to when families enter, when it is drawn.

    ``commitment`` is published before the deadline: the digest of ``secret``, which is sealed until ``revealed``.
    ``entries``, ``rooms``, ``usable`` and ``result`` are what is published, as bookings.draws.draw takes and gives it.
    """

    service = models.ForeignKey(Service, models.PROTECT, related_name="draw_rounds", verbose_name=_("service"))
    period = DateRangeField(_("days that are drawn"))
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(_("deadline"))
    draw_at = models.DateTimeField(_("time of the draw"))
    commitment = models.CharField(_("promise of the seed"), max_length=64, editable=False)
    secret = models.BinaryField(_("secret, sealed"))
    entries = models.JSONField(_("entries as published"), null=True, editable=False)
    closed_at = models.DateTimeField(_("entries published at"), null=True, editable=False)
    revealed = models.CharField(_("secret, revealed"), max_length=64, blank=True, editable=False)
    rooms = models.JSONField(_("places drawn"), null=True, editable=False)
    usable = models.JSONField(_("what could be given, where not all that was wished"), null=True, editable=False)
    result = models.JSONField(_("result as published"), null=True, editable=False)
    drawn_at = models.DateTimeField(_("drawn at"), null=True, editable=False)
    announced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        db_index=False,
        verbose_name=_("announced by"),
    )
    called_off_at = models.DateTimeField(_("called off at"), null=True, blank=True, editable=False)
    called_off_reason = models.CharField(_("why it was called off"), max_length=200, blank=True, editable=False)
    called_off_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        db_index=False,
        verbose_name=_("called off by"),
    )

    class Meta:
        ordering = ["-draw_at", "service"]
        verbose_name = _("draw")
        verbose_name_plural = _("draws")
        constraints = [
            ExclusionConstraint(
                name="draw_round_no_overlap",
                expressions=[("service", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                condition=Q(called_off_at__isnull=True),
            ),
            models.CheckConstraint(
                name="draw_times_in_order",
                condition=Q(closes_at__gt=F("opens_at")) & Q(draw_at__gte=F("closes_at")),
            ),
            models.CheckConstraint(
                name="draw_drawn_is_whole",
                condition=Q(drawn_at__isnull=True, revealed="", result__isnull=True)
                | (Q(drawn_at__isnull=False, entries__isnull=False, rooms__isnull=False) & ~Q(revealed="")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="draw_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="draw_as_announced",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "service", "period", "opens_at", "closes_at", "draw_at", "commitment", "secret"
                ),
            ),
            pgtrigger.Protect(
                name="draw_entries_published_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.closed_at IS NOT NULL"
                    " AND (OLD.entries, OLD.closed_at) IS DISTINCT FROM (NEW.entries, NEW.closed_at)"
                ),
            ),
            pgtrigger.Protect(
                name="draw_drawn_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__drawn_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service} {as_text(self.period)}"


class Outcome(models.TextChoices):
    WON = "won", _("won")
    PARTLY = "partly", _("won in part")
    LOST = "lost", _("not won this time")
    VOID = "void", _("won, but not possible any more")
    AWAY = "away", _("not drawn")


@pghistory.track()
class DrawEntry(CanBeAway):
    """What a family wishes in a round. ``sign`` is its public name; ``choices``: days as ISO 8601, the first first.

    While it is away (``away_since``) it is not drawn; at the deadline and at the draw this is asked anew.
    """

    round = models.ForeignKey(DrawRound, models.PROTECT, related_name="wishes", verbose_name=_("draw"))
    registration = models.ForeignKey(
        Registration, models.PROTECT, related_name="draw_entries", verbose_name=_("registration")
    )
    sign = models.CharField(_("sign"), max_length=8)
    choices = models.JSONField(_("choices"))
    least_days = models.PositiveSmallIntegerField(_("so many days in a row are enough"), null=True, blank=True)
    sibling = models.ForeignKey(
        Sibling, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("sibling")
    )
    infant_count = models.PositiveSmallIntegerField(_("infants taking part"), default=1)
    high_need_reason = models.CharField(_("high need: why"), max_length=500, blank=True)
    high_need_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("set by")
    )
    need_counted = models.ForeignKey(
        HighNeed,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="entries",
        verbose_name=_("high need that counted"),
        help_text=_("asked for by the district; kept when the entries were published"),
    )
    entered_at = models.DateTimeField(_("entered at"))
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("entered by")
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    tickets = models.PositiveSmallIntegerField(_("tickets"), null=True, editable=False)
    outcome = models.CharField(
        pgettext_lazy("of a draw", "outcome"), max_length=6, choices=Outcome.choices, blank=True, editable=False
    )
    booking = models.OneToOneField(
        Booking, models.PROTECT, null=True, blank=True, related_name="draw_entry", verbose_name=_("booking")
    )

    class Meta(CanBeAway.Meta):
        ordering = ["round", "sign"]
        verbose_name = _("entry in a draw")
        verbose_name_plural = _("entries in draws")
        constraints = [
            *CanBeAway.Meta.constraints,
            models.UniqueConstraint(fields=["round", "sign"], name="draw_entry_sign_once"),
            models.UniqueConstraint(
                fields=["round", "registration"],
                condition=Q(withdrawn_at__isnull=True),
                name="draw_entry_one_a_registration",
            ),
            models.CheckConstraint(
                name="draw_entry_need_is_signed",
                condition=Q(high_need_reason="", high_need_by__isnull=True)
                | (~Q(high_need_reason="") & Q(high_need_by__isnull=False)),
            ),
        ]
        triggers = [pgtrigger.Protect(name="draw_entry_kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.sign
