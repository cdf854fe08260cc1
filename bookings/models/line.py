"""列: after the draw who won nothing stands in line, in the drawn order; what comes free is offered in that order."""

from collections.abc import Mapping

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .draws import DrawEntry
from .places import Booking
from .waiting import WaitingEnd, WaitingEntry

# Of turns: in line, and nothing is held for it now.
STANDS: Mapping[str, bool] = {"ended_at__isnull": True, "booking__isnull": True, "entry__withdrawn_at__isnull": True}


@pghistory.track(append_only=True)
class Turn(models.Model):
    """A family's turn in the line of a drawn round, at its place in the drawn order.

    Whether it may use the days is said by its entry (``away_why``): while it does not count it keeps its turn and is
    offered nothing. ``taken_back_at``: the ward took away what it had won or been given, so that the round counts
    neither as won nor as lost.
    """

    entry = models.OneToOneField(DrawEntry, models.PROTECT, related_name="turn", verbose_name=_("entry in a draw"))
    order = models.PositiveIntegerField(_("place in the drawn order"))
    since = models.DateTimeField(_("in line since"))
    booking = models.OneToOneField(
        Booking, models.PROTECT, null=True, blank=True, related_name="turn", verbose_name=_("booking")
    )
    taken_back_at = models.DateTimeField(_("taken back by the ward at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    ended_as = models.CharField(_("how it ended"), max_length=8, choices=WaitingEnd.choices, blank=True)

    class Meta:
        ordering = ["entry__round", "order"]
        verbose_name = _("turn in line")
        verbose_name_plural = _("lines of draws")
        constraints = [
            models.CheckConstraint(
                name="turn_ended_says_how",
                condition=Q(ended_at__isnull=True, ended_as="") | (Q(ended_at__isnull=False) & ~Q(ended_as="")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="turn_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="turn_keeps_its_order",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("entry", "order", "since"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry} {self.order}"


class LineOffer(models.Model):
    """What was offered to whom in line, as it was offered: the round's file shows it under the entry's sign.

    ``days``: as offered, whatever becomes of the booking. The answer is the booking's.
    """

    entry = models.ForeignKey(DrawEntry, models.PROTECT, related_name="line_offers", verbose_name=_("entry in a draw"))
    booking = models.OneToOneField(Booking, models.PROTECT, related_name="line_offer", verbose_name=_("booking"))
    days = ArrayField(models.DateField(), verbose_name=_("days"))
    offered_at = models.DateTimeField(_("offered at"))

    class Meta:
        ordering = ["offered_at", "pk"]
        verbose_name = _("offer to who stands in line")
        verbose_name_plural = _("offers to who stands in line")
        constraints = [models.CheckConstraint(name="line_offer_has_days", condition=~Q(days=[]))]
        triggers = [pgtrigger.Protect(name="line_offer_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.entry} {self.booking}"


class WishNotice(models.Model):
    """What the ward wrote to a family of what it entered or waits for, when it took days away."""

    entry = models.ForeignKey(
        DrawEntry, models.PROTECT, null=True, related_name="notices", verbose_name=_("entry in a draw")
    )
    waiting = models.ForeignKey(
        WaitingEntry, models.PROTECT, null=True, related_name="notices", verbose_name=_("waiting family")
    )
    message = models.CharField(_("message to the family"), max_length=1000)
    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by"))

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = _("notice to who entered or waits")
        verbose_name_plural = _("notices to who entered or waits")
        constraints = [
            models.CheckConstraint(name="wish_notice_says_why", condition=~Q(message="")),
            models.CheckConstraint(
                name="wish_notice_of_one_thing",
                condition=Q(entry__isnull=True, waiting__isnull=False) | Q(entry__isnull=False, waiting__isnull=True),
            ),
        ]
        triggers = [pgtrigger.Protect(name="wish_notice_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.entry or self.waiting}"
