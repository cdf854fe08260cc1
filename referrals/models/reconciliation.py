"""What the nightly look found, so that a page shows it without looking anew."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from sankecare.moments import moment_in_words


class Reconciliation(models.Model):
    """One look at whether everything that was raised stands somewhere: counts alone, a row each time.

    ``found``: what does not add up (a check of referrals.reconcile) and how often; empty where all does.
    """

    at = models.DateTimeField(_("looked at"))
    raised = models.PositiveIntegerField(_("raised"))
    waiting = models.PositiveIntegerField(_("not yet received"))
    received = models.PositiveIntegerField(_("in hand"))
    closed = models.PositiveIntegerField(_("ended with an outcome"))
    withdrawn = models.PositiveIntegerField(_("withdrawn"))
    found = models.JSONField(_("what does not add up, and how often"))

    class Meta:
        ordering = ["-at", "-pk"]
        get_latest_by = ["at", "pk"]
        verbose_name = _("reconciliation of referrals")
        verbose_name_plural = _("reconciliations of referrals")

    def __str__(self) -> str:
        return moment_in_words(self.at)
