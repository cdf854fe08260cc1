"""手伝う家族: who sees a family's bookings, or books for it, beside the mother: by her invitation, while she wants."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from sankecare.email_addresses import EmailAddressField

from .family import Family


class HelperRight(models.TextChoices):
    """What she gives. Neither sees her application, her letters, her health, the care records or the messages."""

    SEE = "see", _("Sees the bookings: days, hours, place")
    BOOK = "book", _("Sees the bookings, books and cancels for me")


class HelperKind(models.TextChoices):
    """Who it is to her."""

    PARTNER = "partner", _("Partner")
    GRANDPARENT = "grandparent", _("My mother, father or a parent of my partner")
    OTHER = "other", _("Somebody else")


@pghistory.track(append_only=True, exclude=["code"])
class FamilyHelper(models.Model):
    """An invitation, and what became of it. Taken back it ends at once, and its row stays.

    ``code``: the digest of the code that the mother tells her helper herself; no mail holds it. ``tries_left``: how
    often a wrong one may still be entered.
    """

    family = models.ForeignKey(Family, models.CASCADE, related_name="helpers", verbose_name=_("family"))
    kind = models.CharField(_("who it is"), max_length=12, choices=HelperKind.choices)
    right = models.CharField(_("what is given"), max_length=4, choices=HelperRight.choices)
    email = EmailAddressField(_("e-mail"))
    code = models.CharField(_("digest of the code"), max_length=64)
    tries_left = models.PositiveSmallIntegerField(_("tries left"))
    invited_at = models.DateTimeField(_("invited"))
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="helps",
        verbose_name=_("account"),
    )
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        ordering = ["-invited_at"]
        verbose_name = _("helper of a family")
        verbose_name_plural = _("helpers of families")
        constraints = [
            models.CheckConstraint(
                name="helper_has_an_account_once_accepted",
                condition=Q(account__isnull=True, accepted_at__isnull=True)
                | Q(account__isnull=False, accepted_at__isnull=False),
            ),
            models.UniqueConstraint(
                "family",
                "account",
                name="helper_once_a_family",
                condition=Q(ended_at__isnull=True, account__isnull=False),
            ),
            models.UniqueConstraint(
                "family", Lower("email"), name="helper_invited_once", condition=Q(ended_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.family_id}: {self.get_kind_display()}"
