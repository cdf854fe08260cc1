"""うつぶせ寝の確認: how a sleeping baby was found, by whom, and where it lies; never changed afterwards."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bookings.models.places import Stay
from enrollment.models import Infant
from enrollment.models.same_family_trigger import follows_infant
from sankecare.moments import moment_in_words

from .recorded import Recorded


class Position(models.TextChoices):
    BACK = "back", _("On the back")
    SIDE = "side", _("On the side")
    FRONT = "front", _("On the front: turned over")
    AWAKE = "awake", _("Awake")


class Breathing(models.TextChoices):
    REGULAR = "regular", _("Breathes quietly")
    UNUSUAL = "unusual", _("Breathes otherwise than usual")


class Colour(models.TextChoices):
    GOOD = "good", _("Good colour")
    UNUSUAL = "unusual", _("Pale or blue")


class SleepPlace(models.TextChoices):
    MOTHER = "mother", _("With the mother")
    KEPT = "kept", _("Kept apart from her")


class SleepCheck(Recorded):
    """An infant looked at by eye: its position, breathing and colour, where it sleeps and who watches.

    A baby that is kept apart from its mother is never alone: ``second_person`` is there too (NATION, guideline of
    October 2024). Older checks say position alone. ``happened_at``: when it was looked at, which a tablet without
    network sends later; unless said it is when it was recorded.
    """

    happened_at = models.DateTimeField(_("happened at"))

    stay = models.ForeignKey(Stay, models.PROTECT, related_name="sleep_checks", verbose_name=_("stay"))
    infant = models.ForeignKey(Infant, models.PROTECT, related_name="+", verbose_name=_("infant"))
    position = models.CharField(_("position"), max_length=6, choices=Position.choices)
    breathing = models.CharField(_("breathing"), max_length=7, choices=Breathing.choices, blank=True, db_default="")
    colour = models.CharField(_("colour"), max_length=7, choices=Colour.choices, blank=True, db_default="")
    place = models.CharField(_("where it sleeps"), max_length=6, choices=SleepPlace.choices, blank=True, db_default="")
    watched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("who watches"),
    )
    second_person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("second person"),
    )

    class Meta:
        ordering = ["-happened_at", "-pk"]
        verbose_name = _("sleep check")
        verbose_name_plural = _("sleep checks")
        # A night of 15 babies is thousands of rows: the newest look of each, and a baby's day, are read by this.
        indexes = [models.Index(fields=["stay", "infant", "-happened_at"], name="sleep_check_of_baby")]
        constraints = [
            models.CheckConstraint(
                name="sleep_check_is_not_ahead", condition=Q(happened_at__lte=models.F("recorded_at"))
            ),
            models.CheckConstraint(
                name="sleep_check_kept_by_two",
                condition=~Q(place="kept")
                | Q(
                    Q(watched_by__isnull=False, second_person__isnull=False), ~Q(second_person=models.F("watched_by"))
                ),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="sleep_check_happened_when_recorded",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="NEW.happened_at := coalesce(NEW.happened_at, NEW.recorded_at); RETURN NEW;",
            ),
            pgtrigger.Protect(name="sleep_check_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="sleep_check_never_rewritten",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(exclude=["infant"]),
            ),
            follows_infant("sleep_check_follows_its_infant"),
        ]

    def __str__(self) -> str:
        return f"{self.stay} {moment_in_words(self.happened_at)}"

    @property
    def is_unusual(self) -> bool:
        """Whether something was found that asks for help at once."""
        return self.breathing == Breathing.UNUSUAL or self.colour == Colour.UNUSUAL


class SleepCheckTakenBack(Recorded):
    """A sleep check that was touched by mistake: it stays, and counts no more. ``reason``: where it was late."""

    check_of = models.OneToOneField(
        SleepCheck, models.PROTECT, related_name="taken_back", verbose_name=_("sleep check")
    )
    reason = models.CharField(_("why it was corrected"), max_length=400, blank=True)

    class Meta:
        ordering = ["-recorded_at", "-pk"]
        verbose_name = _("sleep check taken back")
        verbose_name_plural = _("sleep checks taken back")
        triggers = [
            pgtrigger.Protect(name="sleep_check_taken_back_kept", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.check_of}"
