"""代理: which section takes over from another, dated, edited by staff."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from facilities.models import District, Source
from sankecare.periods import as_text
from sankecare.postgresql.in_force import in_force_is_kept

from .referral import RecipientKind


class SectionDeputy(models.Model):
    """While it is in force, what a section has in hand can be handed over to a person of its deputy's section.

    That person works on what was handed to her and sees nothing else of the district. It goes one way.
    """

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name=_("district"))
    recipient = models.CharField(_("section"), max_length=12, choices=RecipientKind.choices)
    deputy = models.ForeignKey(
        District, models.PROTECT, related_name="+", verbose_name=_("district whose section takes over")
    )
    period = DateRangeField(_("period"))
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.STAFF)
    note = models.CharField(_("note"), max_length=400, blank=True)

    class Meta:
        ordering = ["district", "recipient", "period"]
        verbose_name = _("deputy of a section")
        verbose_name_plural = _("deputies of sections")
        triggers = [in_force_is_kept()]
        constraints = [
            ExclusionConstraint(
                name="section_deputy_no_overlap",
                expressions=[
                    ("district", RangeOperators.EQUAL),
                    ("recipient", RangeOperators.EQUAL),
                    ("deputy", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                name="section_deputy_is_another",
                condition=~Q(deputy=F("district")),
                violation_error_message=_("A section is not its own deputy."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.district} {self.get_recipient_display()} → {self.deputy} {as_text(self.period)}"
