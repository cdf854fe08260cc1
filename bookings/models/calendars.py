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
