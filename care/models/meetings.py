"""会議のリンク: where an online consultation meets, as the facility typed it for one appointment."""

import pghistory
from django.core.validators import URLValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bookings.models.places import BookingDay

from .recorded import Recorded


@pghistory.track(append_only=True)
class MeetingLink(Recorded):
    """One appointment's link; it stands before the one that the policy's pattern gives (``VisitPolicy``)."""

    booked_day = models.OneToOneField(
        BookingDay, models.PROTECT, related_name="meeting_link", verbose_name=_("booked day")
    )
    link = models.URLField(_("link of the meeting"), max_length=500, validators=[URLValidator(["https"])])

    class Meta:
        ordering = ["-recorded_at"]
        verbose_name = _("link of a meeting")
        verbose_name_plural = _("links of meetings")
        constraints = [models.CheckConstraint(name="meeting_link_is_https", condition=Q(link__startswith="https://"))]

    def __str__(self) -> str:
        return f"{self.booked_day}"
