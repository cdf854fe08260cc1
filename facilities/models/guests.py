"""ご利用の案内: what a guest of a house needs to know, dated, in both languages; the way from each town; pictures."""

from typing import Any

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sankecare.languages.words import in_her_words
from sankecare.postgresql.in_force import in_force_is_kept

from .programme import Facility, ServiceKind, Source, Town


class GuestTopic(models.TextChoices):
    """What a note is about, in the order in which it is read."""

    ARRIVAL = "arrival", _("Arriving and leaving")
    ROOMS = "rooms", _("Rooms")
    MEALS = "meals", _("Meals")
    BRING = "bring", _("What to bring")
    EXTRAS = "extras", _("What costs extra")
    TRAIN = "train", _("By train")
    BUS = "bus", _("By bus")
    PARKING = "parking", _("Parking")
    CANCELLING = "cancelling", _("Cancelling")


@pghistory.track(append_only=True)
class GuestNote(models.Model):
    """One thing that guests of a facility are told. What is not known has no row: nothing is made up.

    ``kind``: only for this kind of service; empty: for all of the house. A topic has as many rows as there are things
    to say; of what to bring each is one to tick.
    """

    facility = models.ForeignKey(Facility, models.CASCADE, related_name="guest_notes", verbose_name=_("facility"))
    kind = models.CharField(_("only for"), max_length=20, choices=ServiceKind.choices, blank=True)
    topic = models.CharField(_("topic"), max_length=10, choices=GuestTopic.choices)
    code = models.SlugField(_("code"), max_length=40)
    period = DateRangeField(_("period"))
    text = models.CharField(_("what guests are told"), max_length=200)
    text_en = models.CharField(_("what guests are told, in English"), max_length=300)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.STAFF)

    class Meta:
        ordering = ["facility", "position", "pk"]
        verbose_name = _("note for guests")
        verbose_name_plural = _("notes for guests")
        triggers = [in_force_is_kept()]
        constraints = [
            ExclusionConstraint(
                name="guest_note_no_overlap",
                expressions=[
                    ("facility", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    ("topic", RangeOperators.EQUAL),
                    ("code", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            )
        ]

    def __str__(self) -> str:
        return in_her_words(self.text, self.text_en)

    @property
    def is_estimate(self) -> bool:
        """Whether nobody published it."""
        return self.source == Source.DEFAULT


@pghistory.track(append_only=True)
class TownMinutes(models.Model):
    """How many minutes it takes from a town to a facility, by train, bus or on foot; of the whole town one figure."""

    town = models.ForeignKey(Town, models.CASCADE, related_name="minutes", verbose_name=_("town"))
    facility = models.ForeignKey(Facility, models.CASCADE, related_name="town_minutes", verbose_name=_("facility"))
    period = DateRangeField(_("period"))
    minutes = models.PositiveSmallIntegerField(_("minutes"), validators=[MinValueValidator(1), MaxValueValidator(240)])
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.STAFF)

    class Meta:
        ordering = ["facility", "town", "period"]
        verbose_name = _("minutes from a town")
        verbose_name_plural = _("minutes from the towns")
        triggers = [in_force_is_kept()]
        constraints = [
            ExclusionConstraint(
                name="town_minutes_no_overlap",
                expressions=[
                    ("town", RangeOperators.EQUAL),
                    ("facility", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(name="town_minutes_some", condition=Q(minutes__range=(1, 240))),
        ]

    def __str__(self) -> str:
        return f"{self.town} – {self.facility}: {self.minutes}"


@pghistory.track(append_only=True, exclude=["content"])
class FacilityPicture(models.Model):
    """A picture of a house, with what it shows in both languages. Of a period: a house that moves has other ones."""

    facility = models.ForeignKey(Facility, models.CASCADE, related_name="pictures", verbose_name=_("facility"))
    period = DateRangeField(_("period"))
    text = models.CharField(_("what it shows"), max_length=120)
    text_en = models.CharField(_("what it shows, in English"), max_length=160)
    content: Any = models.BinaryField(_("picture"))
    width = models.PositiveSmallIntegerField(_("width"), editable=False)
    height = models.PositiveSmallIntegerField(_("height"), editable=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["facility", "position", "pk"]
        verbose_name = _("picture of a facility")
        verbose_name_plural = _("pictures of facilities")

    def __str__(self) -> str:
        return in_her_words(self.text, self.text_en)
