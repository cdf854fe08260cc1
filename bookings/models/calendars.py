"""予定表の購読: a secret address under which a calendar reads a family's days; taken back at any time."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class CalendarFeed(models.Model):
    """Of the secret only its digest is kept: it is shown once, and made anew where it is lost."""

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feed", verbose_name=_("account")
    )
    digest = models.CharField(_("digest of the secret"), max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")

    def __str__(self) -> str:
        return f"{self.pk}"


class PlaceInCalendar(models.Model):
    """Of an account that wants the address of the house in its own calendar: who reads that calendar reads it, too."""

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="place_in_calendar", verbose_name=_("account")
    )
    chosen_at = models.DateTimeField(_("chosen at"))

    class Meta:
        verbose_name = _("address in the calendar")
        verbose_name_plural = _("addresses in the calendar")

    def __str__(self) -> str:
        return f"{self.pk}"
