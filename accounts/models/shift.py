"""交代: the PIN of somebody who shares a tablet, and her own full sign-in on it that the PIN rests on."""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .people import User


@pghistory.track(
    fields=["person", "set_at"],
    model_name="ShiftPinEvent",
    obj_field=pghistory.ObjForeignKey(related_name="events"),
    append_only=True,
)
class ShiftPin(models.Model):
    """A person's PIN, hashed. It opens nothing by itself: see ``ShiftSignIn``."""

    person = models.OneToOneField(User, models.PROTECT, related_name="shift_pin", verbose_name=_("person"))
    pin = models.CharField(_("PIN, hashed"), max_length=200)
    set_at = models.DateTimeField(_("set at"))

    class Meta:
        verbose_name = _("PIN")
        verbose_name_plural = _("PINs")

    def __str__(self) -> str:
        return str(self.person)


class ShiftSignIn(models.Model):
    """A full sign-in on a device: until ``ends_at`` its person comes back to this device by her PIN.

    ``device``: the random name that the device's cookie holds, as a digest. ``ways``: what she showed then (allauth's
    names). ``stands_for``: the digest that her sessions carry, so that a new password, role, place or address ends it.
    """

    person = models.ForeignKey(User, models.PROTECT, related_name="shift_sign_ins", verbose_name=_("person"))
    device = models.CharField(_("device, digest"), max_length=64)
    ways = models.CharField(_("what was shown"), max_length=60)
    stands_for = models.CharField(_("digest of the session"), max_length=64)
    signed_in_at = models.DateTimeField(_("signed in at"))
    ends_at = models.DateTimeField(_("PIN good until"))
    wrong_pins = models.PositiveSmallIntegerField(_("wrong PINs in a row"), default=0)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        ordering = ["-signed_in_at", "-pk"]
        verbose_name = _("sign-in on a shared tablet")
        verbose_name_plural = _("sign-ins on shared tablets")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "device"], name="shift_sign_in_one_stands", condition=Q(ended_at__isnull=True)
            ),
            models.CheckConstraint(name="shift_sign_in_ends", condition=Q(ends_at__gt=F("signed_in_at"))),
        ]
        triggers = [
            pgtrigger.Protect(
                name="shift_sign_in_is_not_stretched",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(exclude=["wrong_pins", "ended_at"]),
            ),
            pgtrigger.Protect(
                name="shift_sign_in_ended_stays_so",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__ended_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.person)
