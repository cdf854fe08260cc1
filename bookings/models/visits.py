"""訪問・オンライン相談の時刻: which times a service offers, how they are kept apart, what to prepare; all dated."""

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from facilities.models import Service, Source
from sankecare.languages.words import in_her_words
from sankecare.postgresql.in_force import in_force_is_kept

MEETING_PATTERN = RegexValidator(
    r"^https://[^\s{}]+\{code\}[^\s{}]*$", _("An address that begins with https:// and holds {code} once.")
)


@pghistory.track(append_only=True)
class VisitTime(models.Model):
    """A time of day at which a service's visits or consultations begin, dated: families choose among them."""

    service = models.ForeignKey(Service, models.CASCADE, related_name="visit_times", verbose_name=_("service"))
    period = DateRangeField(_("period"))
    starts_at = models.TimeField(_("begins at"))
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.STAFF)

    class Meta:
        ordering = ["service", "starts_at", "period"]
        verbose_name = _("time offered for visits")
        verbose_name_plural = _("times offered for visits")
        triggers = [in_force_is_kept()]
        constraints = [
            ExclusionConstraint(
                name="visit_time_no_overlap",
                expressions=[
                    ("service", RangeOperators.EQUAL),
                    ("starts_at", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            )
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.starts_at:%H:%M}"


@pghistory.track(append_only=True)
class VisitPolicy(models.Model):
    """How the visits of a service are kept apart, dated, and where its online consultations meet.

    ``at_once``: so many midwives are on their way at the same time; one's visits lie ``travel_minutes`` apart.
    ``meeting_link``: the ward's own meeting system, with ``{code}`` for the appointment; empty: the facility types
    each link.
    """

    service = models.ForeignKey(Service, models.CASCADE, related_name="visit_policies", verbose_name=_("service"))
    period = DateRangeField(_("period"))
    at_once = models.PositiveSmallIntegerField(
        _("appointments at the same time"), default=1, validators=[MinValueValidator(1), MaxValueValidator(20)]
    )
    travel_minutes = models.PositiveSmallIntegerField(
        _("minutes between two appointments"),
        default=0,
        validators=[MaxValueValidator(240)],
        help_text=_("the way from one family to the next, or a pause"),
    )
    meeting_link = models.CharField(
        _("link of the meeting"),
        max_length=300,
        blank=True,
        validators=[MEETING_PATTERN],
        help_text=_("online consultations; {code} is another for each appointment"),
    )
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.STAFF)

    class Meta:
        ordering = ["service", "period"]
        verbose_name = _("policy of visits")
        verbose_name_plural = _("policies of visits")
        triggers = [in_force_is_kept()]
        constraints = [
            ExclusionConstraint(
                name="visit_policy_no_overlap",
                expressions=[("service", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(name="visit_policy_someone_goes", condition=Q(at_once__range=(1, 20))),
        ]

    def __str__(self) -> str:
        return f"{self.service}: {self.travel_minutes}"


@pghistory.track(append_only=True)
class VisitPreparation(models.Model):
    """What a family has ready for a visit or consultation of a service, dated, in both languages."""

    service = models.ForeignKey(Service, models.CASCADE, related_name="preparations", verbose_name=_("service"))
    code = models.SlugField(_("code"), max_length=40)
    text = models.CharField(_("what to prepare"), max_length=120)
    text_en = models.CharField(_("what to prepare, in English"), max_length=160)
    period = DateRangeField(_("period"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.STAFF)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("preparation for visits")
        verbose_name_plural = _("preparations for visits")
        triggers = [in_force_is_kept()]
        constraints = [
            ExclusionConstraint(
                name="visit_preparation_no_overlap",
                expressions=[
                    ("service", RangeOperators.EQUAL),
                    ("code", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            )
        ]

    def __str__(self) -> str:
        return in_her_words(self.text, self.text_en)
