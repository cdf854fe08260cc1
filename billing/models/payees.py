"""支払先: a facility as the ward pays it, dated, entered by staff: who signs, where, and the account, sealed."""

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from facilities.models import Facility
from sankecare.periods import as_text


@pghistory.track(append_only=True)
class Payee(models.Model):
    """Stands on the claim of a month submitted in its period. ``account``: sealed JSON (billing/payees.py), or empty.

    Nothing of it is published: there is no file of it, and no row until staff enter it.
    """

    facility = models.ForeignKey(Facility, models.PROTECT, related_name="payees", verbose_name=_("facility"))
    period = DateRangeField(_("period"))
    name = models.CharField(_("name of the payee"), max_length=80, help_text=_("as in its register"))
    representative = models.CharField(
        _("representative"), max_length=80, help_text=_("with the office held, such as 理事長 山田 花子")
    )
    address = models.CharField(_("address of the payee"), max_length=160)
    registration_number = models.CharField(
        _("registration number for invoices"),
        max_length=14,
        blank=True,
        validators=[RegexValidator(r"^T[0-9]{13}$", _("T and thirteen digits, such as T1234567890123."))],
        help_text=_("empty where it has none"),
    )
    account = models.BinaryField(_("bank account, sealed"), null=True, editable=False)

    class Meta:
        ordering = ["facility", "period"]
        verbose_name = _("payee")
        verbose_name_plural = _("payees")
        constraints = [
            ExclusionConstraint(
                name="payee_no_overlap",
                expressions=[("facility", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {as_text(self.period)}"
