"""削除の請求: a mother asks that what is kept of her be deleted; staff decide, with an answer that she reads."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .family import Family


class DeletionState(models.TextChoices):
    ASKED = "asked", _("asked for")
    TAKEN_BACK = "taken_back", _("taken back")
    GRANTED = "granted", _("deleted")
    REFUSED = "refused", _("not deleted")


class DeletionRequest(models.Model):
    """What a mother asks, and how it was decided. Nothing is deleted by asking."""

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="deletion_requests", verbose_name=_("sign-in")
    )
    family = models.ForeignKey(
        Family, models.PROTECT, null=True, blank=True, related_name="deletion_requests", verbose_name=_("family")
    )
    words = models.CharField(_("what should be deleted, and why"), max_length=1000, blank=True)
    asked_at = models.DateTimeField(_("asked at"))
    state = models.CharField(
        _("state"), max_length=10, choices=DeletionState.choices, default=DeletionState.ASKED, editable=False
    )
    answer = models.CharField(_("answer that she reads"), max_length=1000, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = _("request for deletion")
        verbose_name_plural = _("requests for deletion")
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(state=DeletionState.ASKED), name="deletion_asked_once"
            ),
            models.CheckConstraint(
                name="deletion_decided_is_signed_and_says_why",
                condition=Q(
                    state__in=[DeletionState.ASKED, DeletionState.TAKEN_BACK],
                    decided_at__isnull=True,
                    decided_by__isnull=True,
                    answer="",
                )
                | (
                    Q(
                        state__in=[DeletionState.GRANTED, DeletionState.REFUSED],
                        decided_at__isnull=False,
                        decided_by__isnull=False,
                    )
                    & ~Q(answer="")
                ),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="deletion_request_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="deletion_request_stays_as_asked", fields=["account", "words", "asked_at"]),
            pgtrigger.FSM(
                name="deletion_request_states",
                field="state",
                transitions=[
                    (DeletionState.ASKED.value, DeletionState.TAKEN_BACK.value),
                    (DeletionState.ASKED.value, DeletionState.GRANTED.value),
                    (DeletionState.ASKED.value, DeletionState.REFUSED.value),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
