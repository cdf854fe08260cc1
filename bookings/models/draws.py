"""抽選: a round of the places that services share, its entries, and what came of it. Drawn, nothing of it changes."""

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
from facilities.models import PlacePool
from sankecare.periods import as_text

from .away import CanBeAway
from .needs import HighNeed
from .places import Booking
from .policies import DrawMechanism

# What is published of a round grows with its entries: read along with each of thousands it would fill the memory.
PUBLISHED = ("promise", "entries", "ticket_list", "rooms", "usable", "result")


def without_published(path: str = "round") -> list[str]:
    """Return what to ``defer`` where rounds are read along with their entries, each once for every entry."""
    return [f"{path}__{name}" for name in PUBLISHED]


@pghistory.track(exclude=["secret", "ticket_list"])
class DrawRound(models.Model):
    """One draw of all places of a pool: for which days, from when to when families enter, when it is drawn.

    Until then the days are given to nobody, whichever of the pool's services it asks for (places/day_policies.py).

    ``promise`` is what is published at the announcement; ``commitment`` in it is the digest of the secret, sealed in
    ``secret`` (with the key of the tickets) until it is ``revealed``. ``entries``, ``ticket_list`` and ``rooms``,
    ``usable``, ``result`` are what is published later, as bookings.draws.proof and bookings.draws.draw take it.
    """

    pool = models.ForeignKey(PlacePool, models.PROTECT, related_name="draw_rounds", verbose_name=_("place pool"))
    period = DateRangeField(_("days that are drawn"))
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(_("deadline"))
    draw_at = models.DateTimeField(_("time of the draw"))
    mechanism = models.CharField(
        _("way of drawing"),
        max_length=30,
        choices=DrawMechanism.choices,
        default=DrawMechanism.SERIAL,
        db_default=DrawMechanism.SERIAL,
        editable=False,
    )
    set_aside_percent = models.PositiveSmallIntegerField(
        _("percent of each day's places set aside"), default=0, db_default=0, editable=False
    )
    commitment = models.CharField(_("promise of the seed"), max_length=64, editable=False)
    secret = models.BinaryField(_("secret, sealed"))
    number_source = models.CharField(
        _("public number: its source"), max_length=200, blank=True, default="", db_default="", editable=False
    )
    number_fallback = models.CharField(
        _("public number: what stands in"), max_length=200, blank=True, default="", db_default="", editable=False
    )
    promise = models.JSONField(_("promise as published"), default=dict, db_default={}, editable=False)
    entries = models.JSONField(_("entries as published"), null=True, editable=False)
    ticket_list = models.JSONField(_("tickets as published"), null=True, editable=False)
    tickets_each = models.PositiveSmallIntegerField(_("tickets on the list for each entry"), null=True, editable=False)
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
        ordering = ["-draw_at", "pool"]
        verbose_name = _("draw")
        verbose_name_plural = _("draws")
        constraints = [
            ExclusionConstraint(
                name="draw_round_no_overlap",
                expressions=[("pool", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                condition=Q(called_off_at__isnull=True),
            ),
            models.CheckConstraint(
                name="draw_times_in_order",
                condition=Q(closes_at__gt=F("opens_at")) & Q(draw_at__gte=F("closes_at")),
            ),
            models.CheckConstraint(
                name="draw_drawn_is_whole",
                condition=Q(drawn_at__isnull=True, revealed="", result__isnull=True)
                # Called off after the deadline: the secret is told, and the order once it is known.
                | (Q(drawn_at__isnull=True, called_off_at__isnull=False, closed_at__isnull=False) & ~Q(revealed=""))
                | (Q(drawn_at__isnull=False, entries__isnull=False, rooms__isnull=False) & ~Q(revealed="")),
            ),
            models.CheckConstraint(
                name="draw_list_is_whole",
                condition=Q(closed_at__isnull=True, entries__isnull=True, ticket_list__isnull=True)
                | Q(closed_at__isnull=False, entries__isnull=False, ticket_list__isnull=False, tickets_each__gt=0),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="draw_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="draw_as_announced",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    *("pool", "period", "opens_at", "closes_at", "draw_at", "mechanism", "commitment", "secret"),
                    "set_aside_percent",
                    *("promise", "number_source", "number_fallback"),
                ),
            ),
            pgtrigger.Protect(
                name="draw_entries_published_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.closed_at IS NOT NULL"
                    " AND (OLD.entries, OLD.ticket_list, OLD.tickets_each, OLD.closed_at)"
                    " IS DISTINCT FROM (NEW.entries, NEW.ticket_list, NEW.tickets_each, NEW.closed_at)"
                ),
            ),
            pgtrigger.Protect(
                name="draw_drawn_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__drawn_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pool} {as_text(self.period)}"


class Outcome(models.TextChoices):
    WON = "won", _("won")
    PARTLY = "partly", _("won in part")
    LOST = "lost", _("not won this time")
    VOID = "void", _("won, but not possible any more")
    AWAY = "away", _("not drawn")


@pghistory.track()
class DrawEntry(CanBeAway):
    """What a family wishes in a round. ``sign`` is its public name.

    ``choices``: the first first, each the slug of a service of the pool and its days as ISO 8601, as published.

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
    or_without = models.BooleanField(_("where no room takes the sibling, without it"), default=False, db_default=False)
    stays_in_line = models.BooleanField(
        _("stays in line"),
        default=True,
        db_default=True,
        help_text=_("where it wins nothing: is offered what comes free of these days, in the drawn order"),
    )
    preference = models.PositiveSmallIntegerField(
        _("place among the family's draws"),
        default=1,
        db_default=1,
        help_text=_("1: preferred most; of two places that it cannot both keep it has this one"),
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
    grounds = models.JSONField(
        _("grounds of the tickets"),
        null=True,
        editable=False,
        help_text=_("how many more for what (bookings.draws.tickets.Ground); kept when the entries were published"),
    )
    is_marked = models.BooleanField(
        _("marked for the way of drawing"),
        default=False,
        db_default=False,
        editable=False,
        help_text=_("kept when the entries were published: had a place before, or the age limit is near"),
    )
    could_win = models.BooleanField(
        _("could have won"),
        null=True,
        editable=False,
        help_text=_("drawn alone it would have been given something; only then does it count as lost"),
    )
    odds_told = models.PositiveSmallIntegerField(
        _("odds told when it was entered"), null=True, editable=False, help_text=_("percent, of the first choice")
    )
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
        triggers = [
            pgtrigger.Protect(name="draw_entry_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="draw_entry_weighed_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.tickets IS NOT NULL"
                    " AND (OLD.tickets, OLD.grounds) IS DISTINCT FROM (NEW.tickets, NEW.grounds)"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.sign


class RoundOdds(models.Model):
    """How often wishes would be given something, from the entries of a round so far; worked out by the clock.

    ``shares``: by what was tried (bookings/draws/odds.py), never by a family; thousandths.
    """

    round = models.OneToOneField(
        DrawRound, models.CASCADE, primary_key=True, related_name="odds", verbose_name=_("draw")
    )
    worked_out_at = models.DateTimeField(_("worked out at"))
    entries = models.PositiveIntegerField(_("entries so far"))
    repeated = models.PositiveIntegerField(_("draws tried"))
    shares = models.JSONField(_("odds"))

    class Meta:
        verbose_name = _("odds in a draw")
        verbose_name_plural = _("odds in draws")

    def __str__(self) -> str:
        return str(self.round)
