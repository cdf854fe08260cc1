"""お知らせの受け取り方: on which way a mother is told, when not, and what she has stopped."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Way(models.TextChoices):
    MAIL = "mail", _("By e-mail")
    LINE = "line", _("LINE")
    SMS = "sms", _("Text message (SMS)")


class MessagePreference(models.Model):
    """One a mother; without a row she is told by mail, at once, of everything.

    Of the word that joins her LINE only its digest is kept. A telephone number is used once she has shown, by a code
    sent to it, that it is hers.
    """

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="message_preference", verbose_name=_("account")
    )
    way = models.CharField(_("way"), max_length=8, choices=Way.choices, default=Way.MAIL)
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    wants_reminders = models.BooleanField(_("reminders and words after a stay"), default=True)
    line_user = models.CharField(_("id in LINE"), max_length=64, blank=True, default="")
    line_word_digest = models.CharField(_("digest of the word for LINE"), max_length=64, blank=True, default="")
    line_asked_at = models.DateTimeField(_("word for LINE asked at"), null=True, blank=True)
    phone = models.CharField(_("telephone for text messages"), max_length=20, blank=True, default="")
    new_phone = models.CharField(_("telephone not shown to be hers yet"), max_length=20, blank=True, default="")
    phone_asked_at = models.DateTimeField(_("code for the telephone asked at"), null=True, blank=True)
    phone_asks = models.PositiveSmallIntegerField(_("codes asked on that day"), default=0)
    phone_tries = models.PositiveSmallIntegerField(_("tries with this code"), default=0)

    class Meta:
        verbose_name = _("how she is told")
        verbose_name_plural = _("how they are told")
        constraints = [
            models.CheckConstraint(
                name="message_quiet_hours_whole",
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | (Q(quiet_from__isnull=False, quiet_until__isnull=False) & ~Q(quiet_from=models.F("quiet_until"))),
            ),
            models.CheckConstraint(
                name="message_way_leads_somewhere",
                condition=Q(way=Way.MAIL) | (Q(way=Way.LINE) & ~Q(line_user="")) | (Q(way=Way.SMS) & ~Q(phone="")),
            ),
            models.UniqueConstraint(fields=["line_user"], name="message_line_user_once", condition=~Q(line_user="")),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
