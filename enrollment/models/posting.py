"""発送: letters printed together, how each went out, and those that came back."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .letter import Letter


class SentWay(models.TextChoices):
    POST = "post", _("by post, printed together")
    BY_HAND = "by_hand", _("by hand: handed over, or posted by itself")


class WhyReturned(models.TextChoices):
    """What the post writes on what it brings back."""

    UNKNOWN = "unknown", _("Unknown at the address")
    MOVED = "moved", _("Moved, the time of forwarding is over")
    NOT_FETCHED = "not_fetched", _("Kept at the post office, not fetched")
    REFUSED = "refused", _("Not accepted")
    INCOMPLETE = "incomplete", _("The address is incomplete")
    OTHER = "other", _("Another reason")


class PostingRun(models.Model):
    """Letters that were printed together, with their cover list."""

    printed_at = models.DateTimeField(_("printed at"))
    printed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("printed by")
    )

    class Meta:
        ordering = ["-printed_at", "-pk"]
        verbose_name = _("letters printed together")
        verbose_name_plural = _("letters printed together")

    def __str__(self) -> str:
        return f"{self.pk}"


@pghistory.track(append_only=True)
class Posting(models.Model):
    """One way out of a letter: printed, then sent on a day, and perhaps brought back. Sent again it is another one."""

    letter = models.ForeignKey(Letter, models.PROTECT, related_name="postings", verbose_name=_("letter"))
    run = models.ForeignKey(
        PostingRun, models.PROTECT, null=True, blank=True, related_name="postings", verbose_name=_("printed with")
    )
    way = models.CharField(_("way"), max_length=10, choices=SentWay.choices, default=SentWay.POST)
    sent_on = models.DateField(_("sent on"), null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("sent by")
    )
    returned_on = models.DateField(_("came back on"), null=True, blank=True)
    returned_why = models.CharField(_("why it came back"), max_length=12, choices=WhyReturned.choices, blank=True)
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("noted by"),
    )

    class Meta:
        ordering = ["pk"]
        verbose_name = _("posting of a letter")
        verbose_name_plural = _("postings of letters")
        constraints = [
            models.UniqueConstraint(
                fields=["letter"], condition=Q(returned_on__isnull=True), name="letter_on_its_way_once"
            ),
            models.CheckConstraint(
                name="posting_sent_is_signed",
                condition=Q(sent_on__isnull=True, sent_by__isnull=True)
                | Q(sent_on__isnull=False, sent_by__isnull=False),
            ),
            models.CheckConstraint(
                name="posting_printed_or_by_hand",
                condition=Q(way="post", run__isnull=False) | Q(way="by_hand", run__isnull=True, sent_on__isnull=False),
            ),
            models.CheckConstraint(
                name="posting_returned_after_it_was_sent",
                condition=Q(returned_on__isnull=True, returned_by__isnull=True, returned_why="")
                | (Q(returned_on__gte=models.F("sent_on"), returned_by__isnull=False) & ~Q(returned_why="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.letter_id} {self.way}"
