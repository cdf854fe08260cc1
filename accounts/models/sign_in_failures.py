"""サインインの失敗: wrong passwords, second factors and PINs, a row a minute; of a name that nobody has, no name."""

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from .people import User


class Tried(models.TextChoices):
    """With what somebody tried to sign in."""

    PASSWORD = "password", _("password")
    SECOND_FACTOR = "second_factor", _("second factor")
    PIN = "pin", _("PIN")


class SignInFailure(models.Model):
    """How often sign-in to an account of the staff failed in a minute.

    ``person``: empty where the name that was typed is nobody's: people type a password there, and what was typed is
    never kept. ``closed``: it was so often that sign-in waits from then on. Appended; within its minute it counts up.
    """

    minute = models.DateTimeField(_("minute"))
    person = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="sign_in_failures", verbose_name=_("person")
    )
    tried = models.CharField(_("tried with"), max_length=15, choices=Tried.choices)
    times = models.PositiveIntegerField(_("times"), default=1)
    closed = models.BooleanField(_("sign-in waits from then on"), default=False)

    class Meta:
        ordering = ["-minute", "-pk"]
        verbose_name = _("failed sign-in")
        verbose_name_plural = _("failed sign-ins")
        constraints = [
            models.UniqueConstraint(
                fields=["minute", "person", "tried"], name="sign_in_failure_once_a_minute", nulls_distinct=False
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="sign_in_failure_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="sign_in_failure_counts_up",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "((OLD.minute, OLD.person_id, OLD.tried) IS DISTINCT FROM (NEW.minute, NEW.person_id, NEW.tried)"
                    " OR NEW.times <= OLD.times OR (OLD.closed AND NOT NEW.closed))"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.tried}"
