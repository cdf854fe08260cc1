"""部屋: the rooms of a pool of places, dated. How many families come on a day the slots say, never the rooms."""

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sankecare.periods import as_text
from sankecare.postgresql.in_force import in_force_is_kept

from .programme import PlacePool, Source


@pghistory.track(append_only=True)
class Room(models.Model):
    """A room in which one family is at a time. One that is built or given up has its dates.

    ``takes_sibling``: an older child has a place in it as well.
    """

    pool = models.ForeignKey(PlacePool, models.CASCADE, related_name="rooms", verbose_name=_("place pool"))
    period = DateRangeField(_("period"))
    name = models.CharField(_("room"), max_length=20)
    floor = models.CharField(_("floor"), max_length=20, blank=True)
    takes_sibling = models.BooleanField(_("takes a sibling"), default=False)
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.STAFF)

    class Meta:
        ordering = ["pool", "name", "period"]
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        triggers = [in_force_is_kept()]
        constraints = [
            ExclusionConstraint(
                name="room_no_overlap",
                expressions=[
                    ("pool", RangeOperators.EQUAL),
                    ("name", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            )
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track(append_only=True)
class RoomOutOfOrder(models.Model):
    """使えない日: the days on which nobody is led into a room, and why. Who is in it stays until she is moved."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="out_of_order", verbose_name=_("room"))
    period = DateRangeField(_("period"))
    reason = models.CharField(_("reason"), max_length=200)

    class Meta:
        ordering = ["room", "period"]
        verbose_name = _("room out of order")
        verbose_name_plural = _("rooms out of order")
        constraints = [
            ExclusionConstraint(
                name="room_out_of_order_no_overlap",
                expressions=[("room", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(name="room_out_of_order_has_days", condition=Q(period__isempty=False)),
        ]

    def __str__(self) -> str:
        return f"{self.room} {as_text(self.period)}"
