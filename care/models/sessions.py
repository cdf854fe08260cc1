"""コーディネーター相談: a community coordinator, online, tells families in house where to go with a baby (SEED)."""

import pghistory
import pgtrigger
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enrollment.models import Family
from facilities.models import Facility
from sankecare.moments import moment_in_words

LONGEST_MINUTES = 240

# Places are counted under the session's lock, so that two who sign up at once cannot both have the last one.
WITHIN_PLACES = """
    SELECT * INTO held FROM care_coordinatorsession WHERE id = NEW.session_id FOR NO KEY UPDATE;
    IF NEW.attended IS NOT NULL AND NEW.attendance_at < held.starts_at THEN
        RAISE EXCEPTION 'early' USING ERRCODE = 'check_violation', CONSTRAINT = 'session_attendance_after_it_began';
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.cancelled_at IS NOT NULL AND OLD.cancelled_at IS NULL
       AND NEW.cancelled_at >= held.starts_at THEN
        RAISE EXCEPTION 'begun' USING ERRCODE = 'check_violation', CONSTRAINT = 'session_sign_up_before_it_began';
    END IF;
    IF NEW.cancelled_at IS NOT NULL
       OR (TG_OP = 'UPDATE' AND OLD.cancelled_at IS NULL AND OLD.session_id = NEW.session_id) THEN
        RETURN NEW;
    END IF;
    IF held.called_off_at IS NOT NULL OR NEW.signed_up_at >= held.starts_at THEN
        RAISE EXCEPTION 'begun' USING ERRCODE = 'check_violation', CONSTRAINT = 'session_sign_up_before_it_began';
    END IF;
    SELECT count(*) INTO taken FROM care_sessionsignup
     WHERE session_id = NEW.session_id AND cancelled_at IS NULL AND id IS DISTINCT FROM NEW.id;
    IF taken >= held.places THEN
        RAISE EXCEPTION 'full' USING ERRCODE = 'check_violation', CONSTRAINT = 'session_within_places';
    END IF;
    RETURN NEW;
"""
NOT_FEWER_PLACES = """
    SELECT count(*) INTO taken FROM care_sessionsignup WHERE session_id = NEW.id AND cancelled_at IS NULL;
    IF taken > NEW.places THEN
        RAISE EXCEPTION 'full' USING ERRCODE = 'check_violation', CONSTRAINT = 'session_within_places';
    END IF;
    RETURN NEW;
"""


@pghistory.track()
class CoordinatorSession(models.Model):
    """One session: families who use the facility on that day gather, the coordinator joins online.

    How the facility and the coordinator connect is between them: no link is kept here.
    """

    facility = models.ForeignKey(
        Facility, models.PROTECT, related_name="coordinator_sessions", verbose_name=_("facility")
    )
    starts_at = models.DateTimeField(_("begins at"))
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), validators=[MinValueValidator(1), MaxValueValidator(LONGEST_MINUTES)]
    )
    places = models.PositiveSmallIntegerField(
        _("places (families)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("empty: as many as come"),
    )
    about = models.CharField(_("what it is about"), max_length=200, blank=True)
    planned_at = models.DateTimeField(_("planned at"))
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("planned by")
    )
    called_off_at = models.DateTimeField(_("called off at"), null=True, blank=True)
    called_off_reason = models.CharField(_("why it was called off"), max_length=200, blank=True)

    class Meta:
        ordering = ["-starts_at", "-pk"]
        verbose_name = _("coordinator session")
        verbose_name_plural = _("coordinator sessions")
        constraints = [
            models.UniqueConstraint(
                fields=["facility", "starts_at"],
                condition=Q(called_off_at__isnull=True),
                name="coordinator_session_one_at_a_time",
            ),
            models.CheckConstraint(
                name="coordinator_session_minutes", condition=Q(minutes__range=(1, LONGEST_MINUTES))
            ),
            models.CheckConstraint(
                name="coordinator_session_has_places", condition=Q(places__isnull=True) | Q(places__gte=1)
            ),
            models.CheckConstraint(
                name="coordinator_session_called_off_says_why",
                condition=Q(called_off_at__isnull=True, called_off_reason="")
                | (Q(called_off_at__isnull=False) & ~Q(called_off_reason="")),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="session_within_places",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("places"),
                declare=[("taken", "bigint")],
                func=NOT_FEWER_PLACES,
            ),
            pgtrigger.Protect(name="coordinator_session_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.facility} {moment_in_words(self.starts_at)}"


@pghistory.track()
class SessionSignUp(models.Model):
    """A family that takes part, and whether it came; given back, the row stays and the place is free."""

    session = models.ForeignKey(
        CoordinatorSession, models.PROTECT, related_name="sign_ups", verbose_name=_("coordinator session")
    )
    family = models.ForeignKey(Family, models.PROTECT, related_name="session_sign_ups", verbose_name=_("family"))
    signed_up_at = models.DateTimeField(_("signed up at"))
    signed_up_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("signed up by")
    )
    cancelled_at = models.DateTimeField(_("given back at"), null=True, blank=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("given back by"),
    )
    attended = models.BooleanField(_("came"), null=True, blank=True)
    attendance_at = models.DateTimeField(_("attendance recorded at"), null=True, blank=True)
    attendance_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("attendance recorded by"),
    )

    class Meta:
        ordering = ["signed_up_at", "pk"]
        verbose_name = _("family at a coordinator session")
        verbose_name_plural = _("families at coordinator sessions")
        constraints = [
            models.UniqueConstraint(
                fields=["session", "family"], condition=Q(cancelled_at__isnull=True), name="session_sign_up_once"
            ),
            models.CheckConstraint(
                name="session_attendance_of_who_takes_part",
                condition=Q(attended__isnull=True)
                | Q(cancelled_at__isnull=True, attendance_at__isnull=False, attendance_by__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="session_within_places",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                declare=[("held", "care_coordinatorsession%ROWTYPE"), ("taken", "bigint")],
                func=WITHIN_PLACES,
            ),
            pgtrigger.Protect(name="session_sign_up_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.session} {self.family_id}"
