"""フォロー依頼: what a facility asks the district's health nurse or caseworker to look after."""

from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bookings.models import Booking
from care.models import Assessment, CareRecord, Incident
from enrollment.models import Family
from facilities.models import District


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


class Origin(models.TextChoices):
    """What gave the facility cause."""

    STAY = "stay", _("A stay")
    VISIT = "visit", _("A visit or an online consultation")
    CARE_RECORD = "care_record", _("A care record")
    ASSESSMENT = "assessment", _("An EPDS assessment")
    INCIDENT = "incident", _("A near miss or an incident")


class Outcome(models.TextChoices):
    """How a follow-up ended (own list, DEFAULT)."""

    SETTLED = "settled", _("The worry has settled")
    SUPPORT = "support", _("Regular support by the section goes on")
    SERVICE = "service", _("Linked to a service")
    MEDICAL = "medical", _("Linked to medical care")
    CHILD_WELFARE = "child_welfare", _("Handed to child welfare (regional council)")
    MOVED = "moved", _("Moved out of the ward: handed to the other municipality")
    DECLINED = "declined", _("The family did not wish it")
    NOT_REACHED = "not_reached", _("Could not be reached")
    OTHER = "other", _("Something else")


class ReferralState(models.TextChoices):
    RAISED = "raised", _("Not yet received")
    ACKNOWLEDGED = "acknowledged", _("Received")
    CLOSED = "closed", _("Closed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


OPEN_STATES = (ReferralState.RAISED, ReferralState.ACKNOWLEDGED)


def _person(words: Any, **given: Any) -> models.ForeignKey:  # type: ignore[type-arg]
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=words,
        **given,
    )


CAUSES = ("care_record", "assessment", "incident")


def _of_cause(named: str) -> Q:
    """The origin is this record, and no other one is named."""
    return Q(origin=named, **{f"{cause}__isnull": cause != named for cause in CAUSES})


def _of_none() -> Q:
    return Q(**{f"{cause}__isnull": True for cause in CAUSES})


# What makes two referrals be about the same; one of them is open.
ONE_CAUSE = ["family", "asked_of", "origin", "booking", "care_record", "assessment", "incident"]


class Referral(models.Model):
    """One request of a facility about one family, until it is received by a named person and closed.

    It is with the section ``recipient`` of the district ``sent_to`` or, where staff sent it to none, of the one in
    which the family lives today (accounts.responsible_district): a family that moves takes its referral along.
    ``announced_to`` is the district that was last told. What was raised is never edited, and nothing is deleted
    (triggers). One is open of a family for one cause with one section: a further request joins it
    (``ReferralAddition``), and may make it more urgent. What happened since is told by its events.
    """

    family = models.ForeignKey(Family, models.PROTECT, related_name="referrals", verbose_name=_("family"))
    booking = models.ForeignKey(Booking, models.PROTECT, related_name="referrals", verbose_name=_("stay"))
    origin = models.CharField(
        _("given cause by"), max_length=12, choices=Origin.choices, default=Origin.STAY, db_default="stay"
    )
    care_record = models.ForeignKey(
        CareRecord,
        models.PROTECT,
        null=True,
        db_index=False,
        blank=True,
        related_name="referrals",
        verbose_name=_("care record"),
    )
    assessment = models.ForeignKey(
        Assessment,
        models.PROTECT,
        null=True,
        db_index=False,
        blank=True,
        related_name="referrals",
        verbose_name=_("assessment"),
    )
    incident = models.ForeignKey(
        Incident,
        models.PROTECT,
        null=True,
        db_index=False,
        blank=True,
        related_name="referrals",
        verbose_name=_("near miss or incident"),
    )
    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name=_("district when raised"))
    asked_of = models.CharField(_("asked of"), max_length=12, choices=RecipientKind.choices, db_default="")
    recipient = models.CharField(_("to"), max_length=12, choices=RecipientKind.choices)
    sent_to = models.ForeignKey(
        District,
        models.PROTECT,
        null=True,
        db_index=False,
        blank=True,
        related_name="+",
        verbose_name=_("sent to another district"),
    )
    announced_to = models.ForeignKey(
        District,
        models.PROTECT,
        null=True,
        db_index=False,
        blank=True,
        related_name="+",
        verbose_name=_("district last announced to"),
        help_text=_("empty: the one when raised"),
    )
    concerns = ArrayField(models.CharField(max_length=12, choices=Concern.choices), verbose_name=_("what worries you"))
    what_was_seen = models.TextField(_("what was seen"), max_length=4000, blank=True)
    urgency = models.CharField(_("urgency"), max_length=6, choices=Urgency.choices, default=Urgency.NORMAL)
    ground = models.CharField(_("ground"), max_length=24, choices=Ground.choices)
    state = models.CharField(_("state"), max_length=12, choices=ReferralState.choices, default=ReferralState.RAISED)
    raised_at = models.DateTimeField(_("raised at"))
    raised_by = _person(_("raised by"))
    due_at = models.DateTimeField(_("to be received by"))
    red_at = models.DateTimeField(_("red from"))
    acknowledged_at = models.DateTimeField(_("received at"), null=True, blank=True)
    acknowledged_by = _person(_("received by"), null=True, blank=True)
    in_charge = _person(_("in charge"), null=True, blank=True, db_index=False)
    next_contact_on = models.DateField(_("next contact planned on"), null=True, blank=True)
    ended_at = models.DateTimeField(_("closed or withdrawn at"), null=True, blank=True)
    ended_by = _person(_("closed or withdrawn by"), null=True, blank=True)
    outcome_kind = models.CharField(
        _("what came of it"), max_length=16, choices=Outcome.choices, blank=True, db_default=""
    )
    outcome = models.TextField(_("outcome"), max_length=4000, blank=True)

    class Meta:
        ordering = ["-raised_at", "-pk"]
        verbose_name = _("referral")
        verbose_name_plural = _("referrals")
        constraints = [
            models.UniqueConstraint(
                fields=ONE_CAUSE,
                condition=Q(state__in=["raised", "acknowledged"]),
                nulls_distinct=False,
                name="referral_one_open_a_cause",
            ),
            models.CheckConstraint(name="referral_has_concern", condition=Q(concerns__len__gte=1)),
            models.CheckConstraint(
                name="referral_origin_is_kept",
                condition=_of_cause("care_record")
                | _of_cause("assessment")
                | _of_cause("incident")
                | Q(_of_none(), origin__in=["stay", "visit"]),
            ),
            models.CheckConstraint(
                name="referral_received_is_signed",
                condition=Q(
                    acknowledged_at__isnull=False,
                    acknowledged_by__isnull=False,
                    in_charge__isnull=False,
                    state__in=["acknowledged", "closed"],
                )
                | Q(
                    acknowledged_at__isnull=True,
                    acknowledged_by__isnull=True,
                    in_charge__isnull=True,
                    state__in=["raised", "withdrawn"],
                ),
            ),
            models.CheckConstraint(
                name="referral_end_is_signed",
                condition=Q(ended_at__isnull=False, ended_by__isnull=False, state__in=["closed", "withdrawn"])
                | Q(ended_at__isnull=True, ended_by__isnull=True, state__in=["raised", "acknowledged"]),
            ),
            models.CheckConstraint(
                name="referral_closed_says_outcome",
                condition=~Q(state="closed") | (~Q(outcome="") & ~Q(outcome_kind="")),
            ),
            models.CheckConstraint(
                name="referral_planned_in_hand", condition=Q(next_contact_on__isnull=True) | Q(state="acknowledged")
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="raised"), name="referral_not_received"),
            models.Index(fields=["in_charge"], condition=Q(state="acknowledged"), name="referral_in_hand"),
            models.Index(fields=["care_record"], condition=Q(origin="care_record"), name="referral_of_care_record"),
            models.Index(fields=["assessment"], condition=Q(origin="assessment"), name="referral_of_assessment"),
        ]
        triggers = [
            # Acknowledged to raised: sent on to another section or district, which has to receive it again.
            pgtrigger.FSM(
                name="referral_states",
                field="state",
                transitions=[
                    ("raised", "acknowledged"),
                    ("raised", "withdrawn"),
                    ("acknowledged", "closed"),
                    ("acknowledged", "raised"),
                    ("closed", "acknowledged"),
                ],
            ),
            pgtrigger.ReadOnly(
                name="referral_as_raised",
                fields=[
                    "booking",
                    "origin",
                    "care_record",
                    "assessment",
                    "incident",
                    "district",
                    "asked_of",
                    "concerns",
                    "what_was_seen",
                    "ground",
                    "raised_at",
                    "raised_by",
                ],
            ),
            pgtrigger.Protect(name="referral_never_deleted", operation=pgtrigger.Delete),
            # A further request that joins it may be more urgent, never less.
            pgtrigger.Protect(
                name="referral_urgency_only_rises",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__urgency="today", new__urgency__in=["soon", "normal"])
                | pgtrigger.Q(old__urgency="soon", new__urgency="normal"),
            ),
            pgtrigger.Trigger(
                name="referral_says_what",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF NEW.origin <> 'assessment' AND btrim(NEW.what_was_seen) = '' THEN
                        RAISE EXCEPTION 'a referral says what was seen, or rests on an assessment'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'referral_says_what';
                    END IF;
                    RETURN NEW;
                """,
            ),
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
