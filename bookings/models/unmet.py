"""応えられなかった希望: what was looked for and full, asked for and refused, counted without a name.

While its week runs, a family counts once by a sign that nobody can turn back into the family; then signs become counts
and are gone (bookings/unmet/, decision 80).
"""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from facilities.models import District, Service

SIGN_LENGTH = 32


class UnmetKind(models.TextChoices):
    LOOKED_FOR = "looked_for", _("looked for, and full")
    REFUSED = "refused", _("asked for, and refused")
    CHECKED = "checked", _("self-check: may not use it")


class Unmet(models.Model):
    """What signs and counts are of. ``code``: what stood in the way, or the rule. ``day``: the day looked for.

    ``week``: its Monday. ``district``: where the family lived; None: in none, or nobody knows.
    """

    week = models.DateField(_("week from"))
    kind = models.CharField(_("kind"), max_length=10, choices=UnmetKind.choices)
    code = models.CharField(_("what stood in the way"), max_length=30)
    service = models.ForeignKey(
        Service, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("service")
    )
    day = models.DateField(_("day looked for"), null=True)
    district = models.ForeignKey(
        District, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("district")
    )

    class Meta:
        abstract = True
        ordering = ["week", "pk"]
        constraints = [
            models.CheckConstraint(name="%(class)s_week_is_a_monday", condition=Q(week__iso_week_day=1)),
            models.CheckConstraint(
                name="%(class)s_looked_for_a_day",
                condition=Q(kind="looked_for", service__isnull=False, day__isnull=False)
                | (~Q(kind="looked_for") & Q(day__isnull=True)),
            ),
            models.CheckConstraint(name="%(class)s_says_what_stood_in_the_way", condition=~Q(code="")),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.code}"


class UnmetSign(Unmet):
    """A family of the running week, once for the same thing. ``sign``: made of it with a key outside the database."""

    sign = models.CharField(_("sign"), max_length=SIGN_LENGTH)

    class Meta(Unmet.Meta):
        verbose_name = _("sign of a wish that was not met")
        verbose_name_plural = _("signs of wishes that were not met")
        constraints = [
            *Unmet.Meta.constraints,
            models.UniqueConstraint(
                fields=["week", "sign", "kind", "code", "service", "day"],
                name="unmet_once_a_week",
                nulls_distinct=False,
            ),
            models.CheckConstraint(name="unmet_sign_is_a_sign", condition=Q(sign__regex=r"^[0-9a-f]{32}$")),
            models.CheckConstraint(name="unmet_sign_of_a_family", condition=~Q(kind="checked")),
        ]
        triggers = [pgtrigger.Protect(name="unmet_sign_as_written", operation=pgtrigger.Update)]


_OF_SIGNS = "NEW.kind <> 'checked'"


# The self-check writes while its week runs, and has no history: who asked when could be told from it. What it counted
# is known when its week is over.
@pghistory.track(
    pghistory.InsertEvent(condition=pgtrigger.Condition(_OF_SIGNS)),
    pghistory.UpdateEvent(condition=pgtrigger.Condition(f"OLD.* IS DISTINCT FROM NEW.* AND {_OF_SIGNS}")),
    append_only=True,
)
class UnmetCount(Unmet):
    """How many families of a week that is over; of the self-check, which knows nobody, how many answers."""

    number = models.PositiveIntegerField(_("number"))

    class Meta(Unmet.Meta):
        verbose_name = _("count of wishes that were not met")
        verbose_name_plural = _("counts of wishes that were not met")
        constraints = [
            *Unmet.Meta.constraints,
            models.UniqueConstraint(
                fields=["week", "kind", "code", "service", "day", "district"],
                name="unmet_counted_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(name="unmet_count_of_something", condition=Q(number__gt=0)),
        ]
        triggers = [
            pgtrigger.Protect(name="unmet_count_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="unmet_count_only_grows",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "NEW.number < OLD.number OR"
                    " (OLD.week, OLD.kind, OLD.code, OLD.service_id, OLD.day, OLD.district_id)"
                    " IS DISTINCT FROM (NEW.week, NEW.kind, NEW.code, NEW.service_id, NEW.day, NEW.district_id)"
                ),
            ),
        ]
