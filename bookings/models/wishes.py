"""ひとつの希望: what a family wishes, told once, and the entries in draws and waits that were made from it."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enrollment.models import Registration, Sibling
from facilities.models import Service
from sankecare.periods import as_text

from .draws import DrawEntry
from .waiting import WaitingEntry

MOST_WISHED = 7


class WishEnd(models.TextChoices):
    FULFILLED = "fulfilled", _("fulfilled")
    WITHDRAWN = "withdrawn", _("withdrawn")
    PASSED = "passed", _("the days have passed")
    ENDED = "ended", _("registration ended")


@pghistory.track(append_only=True)
class Wish(models.Model):
    """So many days until a day, together or apart, of services in her order; one that lives at a time.

    ``left``: how many of the days are still wished, as it was when its entries were last brought into step.
    """

    registration = models.ForeignKey(
        Registration, models.PROTECT, related_name="wishes", verbose_name=_("registration")
    )
    days = models.PositiveSmallIntegerField(_("days wished"))
    together = models.BooleanField(_("on end"), default=False)
    until = models.DateField(_("until which day"))
    sibling = models.ForeignKey(
        Sibling, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("sibling")
    )
    or_without = models.BooleanField(_("where no room takes the sibling, without it"), default=False)
    enters_later = models.BooleanField(_("also enters draws announced later"), default=False)
    left = models.PositiveSmallIntegerField(_("days still wished"))
    made_at = models.DateTimeField(_("wished at"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("entered by")
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    ended_as = models.CharField(_("how it ended"), max_length=9, choices=WishEnd.choices, blank=True)

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = _("wish")
        verbose_name_plural = _("wishes")
        constraints = [
            models.UniqueConstraint(
                fields=["registration"], condition=Q(ended_at__isnull=True), name="one_wish_lives_at_a_time"
            ),
            models.CheckConstraint(name="wish_of_some_days", condition=Q(days__range=(1, MOST_WISHED))),
            models.CheckConstraint(
                name="wish_ended_says_how",
                condition=Q(ended_at__isnull=True, ended_as="") | (Q(ended_at__isnull=False) & ~Q(ended_as="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.registration} {self.days}"


@pghistory.track(append_only=True)
class WishService(models.Model):
    """A service of a wish, at its place in her order."""

    wish = models.ForeignKey(Wish, models.CASCADE, related_name="services", verbose_name=_("wish"))
    service = models.ForeignKey(Service, models.PROTECT, related_name="+", verbose_name=_("service"))
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        ordering = ["wish", "position"]
        verbose_name = _("service wished")
        verbose_name_plural = _("services wished")
        constraints = [
            models.UniqueConstraint(fields=["wish", "service"], name="service_wished_once"),
            models.UniqueConstraint(fields=["wish", "position"], name="one_service_a_place_of_a_wish"),
        ]

    def __str__(self) -> str:
        return f"{self.service}"


@pghistory.track(append_only=True)
class WishPart(models.Model):
    """An entry in a draw, or a wait, that was made from a wish. What a family entered by hand has none.

    ``dropped_at``: the wish itself took it back. Withdrawn without that, she did it by hand, and it stays so.
    """

    wish = models.ForeignKey(Wish, models.CASCADE, related_name="parts", verbose_name=_("wish"))
    entry = models.OneToOneField(
        DrawEntry, models.PROTECT, null=True, related_name="wish_part", verbose_name=_("entry in a draw")
    )
    waiting = models.OneToOneField(
        WaitingEntry, models.PROTECT, null=True, related_name="wish_part", verbose_name=_("waiting family")
    )
    dropped_at = models.DateTimeField(_("taken back by the wish at"), null=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("part of a wish")
        verbose_name_plural = _("parts of wishes")
        constraints = [
            models.CheckConstraint(
                name="wish_part_of_one_thing",
                condition=Q(entry__isnull=True, waiting__isnull=False) | Q(entry__isnull=False, waiting__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry}" if self.waiting is None else as_text(self.waiting.period)
