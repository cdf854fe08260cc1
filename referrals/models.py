"""フォロー依頼: what a facility asks the district's health nurse or caseworker to look after."""

from datetime import time

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bookings.models import Booking
from enrollment.models import Family
from facilities.models import District, Source


class RecipientKind(models.TextChoices):
    """Whom the facility asks; the codes are those of the roles."""

    HEALTH_NURSE = "health_nurse", _("Health nurse (health section)")
    CASEWORKER = "caseworker", _("Caseworker (child and family section)")


class Concern(models.TextChoices):
    """What worries the facility (own list, DEFAULT)."""

    MOOD = "mood", _("Low mood, anxiety, does not sleep")
    EPDS = "epds", _("High EPDS score")
    BONDING = "bonding", _("Feelings towards the baby")
    HANDLING = "handling", _("How the baby is handled, signs of neglect or harm")
    GROWTH = "growth", _("The baby's weight or feeding")
    EXHAUSTION = "exhaustion", _("Great tiredness, nobody who helps at home")
    VIOLENCE = "violence", _("Violence or control at home")
    LIVING = "living", _("Money or housing")
    OTHER = "other", _("Something else")


class Urgency(models.TextChoices):
    TODAY = "today", _("Please get in touch today")
    SOON = "soon", _("Within some days")
    NORMAL = "normal", _("At the next occasion")


class Ground(models.TextChoices):
    """Why the facility may pass this on: the mother's consent, or the law that needs none."""

    CONSENT = "consent", _("The mother agrees")
    SUPPORT = "child_welfare_21_10_5", _("Without consent: a family in need of support (Child Welfare Act 21-10-5)")
    NOTICE = "child_welfare_25", _("Without consent: a child in need of protection (Child Welfare Act 25)")
    ABUSE = "abuse_prevention_6", _("Without consent: suspected abuse (Child Abuse Prevention Act 6)")
    COUNCIL = "council_25_3", _("Without consent: at the request of the regional council (Child Welfare Act 25-3)")


class ReferralState(models.TextChoices):
    RAISED = "raised", _("Not yet received")
    ACKNOWLEDGED = "acknowledged", _("Received")
    CLOSED = "closed", _("Closed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


OPEN_STATES = (ReferralState.RAISED, ReferralState.ACKNOWLEDGED)


class ReferralPolicy(models.Model):
    """How soon a referral must be received, in the ward's working time, dated.

    Defaults (RELIABILITY.md, DEFAULT): 4 working hours, red after one working day; offices work from 8:30 to
    17:15 and rest from 29 December to 3 January (PUBLIC).
    """

    period = DateRangeField(_("period"))
    acknowledge_hours = models.PositiveSmallIntegerField(
        _("received within (working hours)"), default=4, validators=[MinValueValidator(1), MaxValueValidator(80)]
    )
    red_after_days = models.PositiveSmallIntegerField(
        _("red after (working days)"), default=1, validators=[MinValueValidator(1), MaxValueValidator(20)]
    )
    opens = models.TimeField(_("offices open at"), default=time(8, 30))
    closes = models.TimeField(_("offices close at"), default=time(17, 15))
    december_last_day = models.PositiveSmallIntegerField(
        _("last working day of December"), default=28, validators=[MinValueValidator(1), MaxValueValidator(31)]
    )
    january_first_day = models.PositiveSmallIntegerField(
        _("first working day of January"), default=4, validators=[MinValueValidator(1), MaxValueValidator(31)]
    )
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.STAFF)

    class Meta:
        ordering = ["period"]
        verbose_name = _("referral policy")
        verbose_name_plural = _("referral policies")
        constraints = [
            ExclusionConstraint(name="referral_policy_no_overlap", expressions=[("period", RangeOperators.OVERLAPS)]),
            models.CheckConstraint(
                name="referral_policy_offices_open",
                condition=Q(opens__lt=F("closes")),
                violation_error_message=_("The offices close after they open."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period}: {self.acknowledge_hours}"


class Referral(models.Model):
    """One request of a facility about one family, until it is received by a named person and closed.

    ``district`` is the family's when it was raised; the inbox shows it where the family lives today: a family
    that moves takes its referral along. What was raised is never edited, and nothing is deleted (triggers).
    """

    family = models.ForeignKey(Family, models.PROTECT, related_name="referrals", verbose_name=_("family"))
    booking = models.ForeignKey(Booking, models.PROTECT, related_name="referrals", verbose_name=_("stay"))
    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name=_("district when raised"))
    recipient = models.CharField(_("to"), max_length=12, choices=RecipientKind.choices)
    concerns = ArrayField(models.CharField(max_length=12, choices=Concern.choices), verbose_name=_("what worries you"))
    what_was_seen = models.TextField(_("what was seen"), max_length=4000, blank=True)
    urgency = models.CharField(_("urgency"), max_length=6, choices=Urgency.choices, default=Urgency.NORMAL)
    ground = models.CharField(_("ground"), max_length=24, choices=Ground.choices)
    state = models.CharField(_("state"), max_length=12, choices=ReferralState.choices, default=ReferralState.RAISED)
    raised_at = models.DateTimeField(_("raised at"))
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("raised by")
    )
    due_at = models.DateTimeField(_("to be received by"))
    red_at = models.DateTimeField(_("red from"))
    acknowledged_at = models.DateTimeField(_("received at"), null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("received by"),
    )
    ended_at = models.DateTimeField(_("closed or withdrawn at"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("closed or withdrawn by"),
    )
    outcome = models.TextField(_("outcome"), max_length=4000, blank=True)

    class Meta:
        ordering = ["-raised_at", "-pk"]
        verbose_name = _("referral")
        verbose_name_plural = _("referrals")
        constraints = [
            models.CheckConstraint(name="referral_has_concern", condition=Q(concerns__len__gte=1)),
            models.CheckConstraint(
                name="referral_received_is_signed",
                condition=Q(
                    acknowledged_at__isnull=False, acknowledged_by__isnull=False, state__in=["acknowledged", "closed"]
                )
                | Q(acknowledged_at__isnull=True, acknowledged_by__isnull=True, state__in=["raised", "withdrawn"]),
            ),
            models.CheckConstraint(
                name="referral_end_is_signed",
                condition=Q(ended_at__isnull=False, ended_by__isnull=False, state__in=["closed", "withdrawn"])
                | Q(ended_at__isnull=True, ended_by__isnull=True, state__in=["raised", "acknowledged"]),
            ),
            models.CheckConstraint(name="referral_closed_says_outcome", condition=~Q(state="closed") | ~Q(outcome="")),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="raised"), name="referral_not_received"),
        ]
        triggers = [
            pgtrigger.FSM(
                name="referral_states",
                field="state",
                transitions=[
                    ("raised", "acknowledged"),
                    ("raised", "withdrawn"),
                    ("acknowledged", "closed"),
                ],
            ),
            pgtrigger.ReadOnly(
                name="referral_as_raised",
                fields=[
                    "booking",
                    "district",
                    "recipient",
                    "concerns",
                    "what_was_seen",
                    "urgency",
                    "ground",
                    "raised_at",
                    "raised_by",
                    "due_at",
                    "red_at",
                ],
            ),
            pgtrigger.Protect(name="referral_never_deleted", operation=pgtrigger.Delete),
            # A family that was entered twice takes its referrals along; to no other one can they go.
            pgtrigger.Trigger(
                name="referral_follows_its_family",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("family"),
                func="""
                    IF NOT EXISTS (
                        SELECT 1 FROM enrollment_family f
                         WHERE f.id = OLD.family_id AND f.merged_into_id = NEW.family_id
                    ) THEN
                        RAISE EXCEPTION 'a referral stays with its family'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'referral_follows_its_family';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number that facilities and districts name on the telephone."""
        return f"F-{self.pk:06d}"

    @property
    def concern_words(self) -> list[str]:
        """The concerns in words, in the list's order."""
        return [str(concern.label) for concern in Concern if concern.value in self.concerns]


class EventKind(models.TextChoices):
    RAISED = "raised", _("Raised")
    ACKNOWLEDGED = "acknowledged", _("Received")
    CLOSED = "closed", _("Closed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class ReferralEvent(models.Model):
    """What happened to a referral, by whom and when; written with it, never changed."""

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="events", verbose_name=_("referral"))
    kind = models.CharField(_("what happened"), max_length=12, choices=EventKind.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("referral event")
        verbose_name_plural = _("referral events")
        constraints = [models.UniqueConstraint(fields=["referral", "kind"], name="referral_event_once")]
        triggers = [
            pgtrigger.Protect(name="referral_event_stays", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.referral} {self.get_kind_display()}"


class ReferralNotice(models.Model):
    """A person was told of a referral: one row each, however often the announcement comes."""

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="notices", verbose_name=_("referral"))
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person"))
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("notice of a referral")
        verbose_name_plural = _("notices of referrals")
        constraints = [models.UniqueConstraint(fields=["referral", "person"], name="referral_notice_once")]

    def __str__(self) -> str:
        return f"{self.referral}"
