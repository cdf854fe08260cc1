"""What every app stands on: one answer for one request, however often it is sent."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AnsweredRequest(models.Model):
    """A write that was answered, by its Idempotency-Key: same key and body, same answer; other body, 422.

    Written in the transaction of the write itself (RELIABILITY.md: committed but never answered).
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("user"))
    key = models.CharField(_("key"), max_length=200)
    body_digest = models.CharField(_("digest of the request"), max_length=64)
    status = models.PositiveSmallIntegerField(_("status"))
    answer = models.JSONField(_("answer"))
    answered_at = models.DateTimeField(_("answered at"), auto_now_add=True)

    class Meta:
        verbose_name = _("answered request")
        verbose_name_plural = _("answered requests")
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="answered_request_once")]

    def __str__(self) -> str:
        return f"{self.user_id}"
