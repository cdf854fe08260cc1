"""訪問・オンライン相談の記録: what was done at an appointment, its topics, and what the mother takes along.

A correction changes the row; what stood there before stays in the history that the database writes (pghistory).
"""

import pghistory
import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bookings.models.places import BookingDay
from facilities.models import Source
from sankecare.languages.words import in_her_words
from sankecare.postgresql.in_force import in_force_is_kept

from .recorded import Recorded


class ConsultationTopic(models.Model):
    """What is talked about at visits and consultations, dated: the list that midwives tick."""

    code = models.SlugField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("name in English"), max_length=60)
    period = DateRangeField(_("period"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.STAFF)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("topic of consultations")
        verbose_name_plural = _("topics of consultations")
        triggers = [in_force_is_kept()]
        constraints = [
            ExclusionConstraint(
                name="consultation_topic_no_overlap",
                expressions=[("code", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            )
        ]

    def __str__(self) -> str:
        return in_her_words(self.name, self.name_en)


# No record but of a day used by a visit or consultation, on that very day (Japanese time).
OF_A_VISIT = """
    SELECT booked.day INTO visited
      FROM bookings_bookingday booked
      JOIN bookings_booking booking ON booking.id = booked.booking_id
      JOIN facilities_service service ON service.id = booking.service_id
     WHERE booked.id = NEW.booked_day_id AND booked.status = 'used'
       AND service.kind IN ('outreach', 'online_consultation');
    IF visited IS NULL
       OR (NEW.began_at AT TIME ZONE 'Asia/Tokyo')::date <> visited
       OR (NEW.ended_at AT TIME ZONE 'Asia/Tokyo')::date <> visited THEN
        RAISE EXCEPTION 'no such visit' USING ERRCODE = 'check_violation', CONSTRAINT = 'visit_record_of_a_visit';
    END IF;
    RETURN NEW;
"""


@pghistory.track()
class VisitRecord(Recorded):
    """One visit or consultation that took place; one a booked day."""

    booked_day = models.OneToOneField(
        BookingDay, models.PROTECT, related_name="visit_record", verbose_name=_("booked day")
    )
    began_at = models.DateTimeField(_("began at"))
    ended_at = models.DateTimeField(_("ended at"))
    talked_about = models.TextField(_("what was talked about"), blank=True, max_length=2000)
    advice = models.TextField(
        _("advice for the mother"), blank=True, max_length=2000, help_text=_("she reads it on her page")
    )
    next_step = models.CharField(_("next step"), max_length=200, blank=True)
    corrected_because = models.CharField(
        _("why it was corrected"), max_length=400, blank=True, default="", db_default=""
    )

    class Meta:
        ordering = ["-began_at"]
        verbose_name = _("visit record")
        verbose_name_plural = _("visit records")
        constraints = [
            models.CheckConstraint(name="visit_record_ends_after_it_begins", condition=Q(ended_at__gt=F("began_at")))
        ]
        triggers = [
            pgtrigger.Trigger(
                name="visit_record_of_a_visit",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                declare=[("visited", "date")],
                func=OF_A_VISIT,
            ),
            pgtrigger.Protect(name="visit_record_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.booked_day}"

    @property
    def minutes(self) -> int:
        """How long it took, whole minutes."""
        return int((self.ended_at - self.began_at).total_seconds() // 60)


@pghistory.track()
class VisitTopic(models.Model):
    """One topic of one visit; a row each, so that they can be counted."""

    record = models.ForeignKey(VisitRecord, models.PROTECT, related_name="topics", verbose_name=_("visit record"))
    topic = models.ForeignKey(ConsultationTopic, models.PROTECT, related_name="+", verbose_name=_("topic"))

    class Meta:
        ordering = ["topic__position", "pk"]
        verbose_name = _("topic of a visit")
        verbose_name_plural = _("topics of visits")
        constraints = [models.UniqueConstraint(fields=["record", "topic"], name="visit_topic_once")]

    def __str__(self) -> str:
        return f"{self.topic}"
