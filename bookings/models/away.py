"""対象外: an entry that does not count, because its family may not use the service on the days it is for."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class WhyAway(models.TextChoices):
    """Why an entry does not count: by the rule's or the refusal's own code."""

    NOT_REGISTERED = "not_approved", _("the registration has ended")
    RESIDENCY = "residency", _("the family does not live in the ward on these days")
    INFANT_AGE = "infant_age", _("the baby is past the age limit on these days")
    ROLLING_OVER = "rolling_over", _("the baby rolls over, so these days are not safe for it")
    NOT_OFFERED = "service_offered", _("the service is not offered on these days")
    MEDICAL_CARE = "medical_care", _("the mother or the baby needs medical treatment")
    SIBLING = "sibling", _("the sibling cannot come along on these days")
    DAY_TAKEN = "day_taken", _("the family has another booking on these days")
    TOO_MANY_DAYS = "too_many_days", _("fewer days are left for this birth")
    PREFERRED = "preferred_won", _("the family won days that it prefers in another draw")
    IN_A_ROW = "too_many_consecutive_days", _("it would be too many days in a row")
    CLOSED = "day_closed", _("the facility is closed on these days")
    OTHER = "other", _("the conditions are not met on these days")


class CanBeAway(models.Model):
    """What an entry has that stops counting and may count again: since when it does not, and why."""

    away_since = models.DateTimeField(_("does not count since"), null=True, blank=True, editable=False)
    away_why = models.CharField(
        _("why it does not count"),
        max_length=25,
        choices=WhyAway.choices,
        blank=True,
        default="",
        db_default="",
        editable=False,
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_away_says_why",
                condition=Q(away_since__isnull=True, away_why="") | (Q(away_since__isnull=False) & ~Q(away_why="")),
            )
        ]
