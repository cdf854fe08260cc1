"""部屋割り: which family is in which room from when to when; the database never lets two be in one."""

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from facilities.models import Room

from .places import Stay

# The room is one of the pool whose places the booking takes, whoever writes.
OF_ITS_POOL = """
    IF NOT EXISTS (
        SELECT 1 FROM bookings_stay stay
          JOIN bookings_booking booking ON booking.id = stay.booking_id
          JOIN facilities_service service ON service.id = booking.service_id
          JOIN facilities_room room ON room.pool_id = service.pool_id
         WHERE stay.id = NEW.stay_id AND room.id = NEW.room_id
    ) THEN
        RAISE EXCEPTION 'room % is none of the pool of stay %', NEW.room_id, NEW.stay_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'room_use_of_its_pool';
    END IF;
    RETURN NEW;
"""


@pghistory.track(append_only=True)
class RoomUse(models.Model):
    """A family in a room: from its arrival, or from when it was moved there, until it is moved again or leaves."""

    # An arrival that was none is forgotten with its room; a departure ends it (``END_ITS_ROOM`` beside the stay).
    stay = models.ForeignKey(Stay, models.CASCADE, related_name="room_uses", verbose_name=_("stay"))
    room = models.ForeignKey(Room, models.PROTECT, related_name="uses", verbose_name=_("room"))
    during = DateTimeRangeField(_("from when to when"))
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )

    class Meta:
        ordering = ["-recorded_at", "-pk"]
        verbose_name = _("use of a room")
        verbose_name_plural = _("uses of rooms")
        constraints = [
            ExclusionConstraint(
                name="room_of_one_family_at_a_time",
                expressions=[("room", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
            ),
            ExclusionConstraint(
                name="family_in_one_room_at_a_time",
                expressions=[("stay", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(
                name="room_use_has_a_time", condition=Q(during__isempty=False, during__lower_inf=False)
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="room_use_of_its_pool",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=OF_ITS_POOL,
            )
        ]

    def __str__(self) -> str:
        return f"{self.room}: {self.stay}"
