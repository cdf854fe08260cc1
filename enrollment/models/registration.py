"""利用登録: what a family states, the ward's decision, and the exceptions it rests on."""

from datetime import date

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from facilities.models import Source
from sankecare.periods import as_text
from sankecare.postgresql.in_force import in_force_is_kept

from .family import Birth, TaxClass


class RegistrationState(models.TextChoices):
    APPLIED = "applied", _("Applied")
    RETURNED = "returned", _("Returned for correction")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Not approved")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    ENDED = "ended", _("Ended")


LIVE_STATES = (RegistrationState.APPLIED, RegistrationState.RETURNED, RegistrationState.APPROVED)


class Channel(models.TextChoices):
    ONLINE = "online", _("Online")
    PHONE = "phone", _("By telephone")
    PAPER = "paper", _("On paper")
    COUNTER = "counter", _("At the counter")


class WordsFrom(models.TextChoices):
    """Whose the words are on an application that staff typed in; online they are hers."""

    OWN = "own", _("The mother's own words, as she wrote them")
    HEARD = "heard", _("Taken down by staff from what she said")


# What she states of her tax class where she does not know it: staff look it up before they approve.
NOT_KNOWN = "unknown"
STATED_TAX_CLASSES = (*TaxClass.choices, (NOT_KNOWN, _("Does not know her tax class")))


class WorryTopic(models.TextChoices):
    """What a mother may tick beside her own words (own list; SEED names mind, body, child care and tiredness)."""

    TIRED = "tired", _("I am tired")
    SLEEP = "sleep", _("I cannot sleep")
    MOOD = "mood", _("I feel low or anxious")
    BODY = "body", _("My body has not recovered")
    FEEDING = "feeding", _("Breast or bottle feeding")
    CRYING = "crying", _("My baby's crying")
    CARE = "care", _("How to care for my baby")
    SIBLINGS = "siblings", _("My older child")


class HeardFrom(models.TextChoices):
    """How a family heard of the programme (own list)."""

    HOSPITAL = "hospital", _("Maternity hospital or midwife")
    NURSE = "nurse", _("Health nurse")
    PREGNANCY_INTERVIEW = "pregnancy_interview", _("Interview in pregnancy")
    WARD_SITE = "ward_site", _("The ward's website or paper")
    FRIEND = "friend", _("Family or friends")
    BEFORE = "before", _("Used it before")
    OTHER = "other", _("Other")


TAKEN_BACK_BEFORE_ITS_LETTER = """
    IF EXISTS (
        SELECT 1 FROM enrollment_letter letter
         WHERE letter.registration_id = OLD.id AND letter.issued_at >= OLD.decided_at
           AND (letter.first_opened_at IS NOT NULL
                OR EXISTS (SELECT 1 FROM enrollment_posting posting WHERE posting.letter_id = letter.id))
    ) THEN
        RAISE EXCEPTION 'its letter has gone out'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_taken_back_before_its_letter';
    END IF;
    RETURN NEW;
"""


# While the day's policy asks for two people: asked at the end of the transaction, so that a letter can be seen first.
DECIDED_BY_TWO = """
    IF EXISTS (
        SELECT 1 FROM enrollment_registration stands
         WHERE stands.id = NEW.id AND stands.state = NEW.state AND stands.decided_at = NEW.decided_at
    ) AND EXISTS (
        SELECT 1 FROM enrollment_decisionpolicy policy
         WHERE policy.second_step AND policy.period @> (NEW.decided_at AT TIME ZONE 'Asia/Tokyo')::date
    ) AND NOT EXISTS (
        SELECT 1 FROM enrollment_drafteddecision drafted
         WHERE drafted.registration_id = NEW.id AND drafted.outcome = 'approved'
           AND drafted.decision = CASE NEW.state WHEN 'approved' THEN 'approve' ELSE 'reject' END
           AND drafted.settled_at = NEW.decided_at AND drafted.settled_by_id = NEW.decided_by_id
           AND drafted.drafted_by_id <> NEW.decided_by_id
    ) THEN
        RAISE EXCEPTION 'a second person decides what one has drafted'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_by_two';
    END IF;
    RETURN NULL;
"""
DRAFT_OVERTAKEN = """
    UPDATE enrollment_drafteddecision SET outcome = 'overtaken', settled_at = now()
     WHERE registration_id = NEW.id AND outcome = 'waits';
    RETURN NULL;
"""


@pghistory.track()
class Registration(models.Model):
    """利用登録: the ward's approval that a family may use the programme for one birth."""

    birth = models.ForeignKey(Birth, models.PROTECT, related_name="registrations", verbose_name=_("birth"))
    state = models.CharField(
        _("state"), max_length=10, choices=RegistrationState.choices, default=RegistrationState.APPLIED
    )
    applied_at = models.DateTimeField(_("applied at"))
    channel = models.CharField(_("came in"), max_length=10, choices=Channel.choices, default=Channel.ONLINE)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("typed in by"),
        help_text=_("ward staff, for a family that called or wrote"),
    )
    received_on = models.DateField(
        _("received on"),
        null=True,
        blank=True,
        help_text=_("受付日: the day on which the paper or the call came in; it is the day of the application"),
    )
    words_from = models.CharField(
        _("whose words"), max_length=10, choices=WordsFrom.choices, blank=True, default="", db_default=""
    )
    mother_in_ward = models.BooleanField(_("mother lives in the ward"), default=True)
    infant_in_ward = models.BooleanField(_("infant lives in the ward"), default=True)
    moves_in_on = models.DateField(
        _("moves into the ward on"),
        null=True,
        blank=True,
        help_text=_("stated by a family that does not live here yet: from this day on it can use the programme"),
    )
    worry = models.BooleanField(_("worried or tired"), default=False)
    worry_topics = ArrayField(
        models.CharField(max_length=10, choices=WorryTopic.choices),
        verbose_name=_("worries ticked"),
        default=list,
        blank=True,
    )
    worries = models.TextField(_("what worries her"), blank=True, max_length=2000)
    lacks_support = models.BooleanField(_("cannot get enough support from family"), default=False)
    support = models.TextField(_("who helps"), blank=True, max_length=1000)
    needs_medical_care = models.BooleanField(_("mother or infant needs medical treatment"), default=False)
    mother_health = models.TextField(_("mother's health: illness, medicine, allergies"), blank=True, max_length=1000)
    infant_health = models.TextField(_("infant's health: illness, medicine, allergies"), blank=True, max_length=1000)
    heard_from = models.CharField(_("heard of it from"), max_length=20, choices=HeardFrom.choices, blank=True)
    stated_tax_class = models.CharField(
        _("tax class stated"),
        max_length=10,
        choices=STATED_TAX_CLASSES,
        blank=True,
        default="",
        db_default="",
        help_text=_("prices nothing by itself: it holds from the approval on, or from when staff enter it"),
    )
    usable_until = models.DateField(
        _("usable until"),
        null=True,
        blank=True,
        help_text=_("the last day, whatever the infant's age: the family moved away, or gave the registration up"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decision_reason = models.TextField(_("reason"), blank=True, max_length=2000)
    verdict = models.JSONField(_("verdict when decided"), null=True, blank=True, editable=False)

    class Meta:
        ordering = ["applied_at", "pk"]
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        constraints = [
            models.UniqueConstraint(
                fields=["birth"], condition=Q(state__in=LIVE_STATES), name="registration_one_live_a_birth"
            ),
            models.CheckConstraint(
                name="registration_decided_is_signed",
                condition=~Q(state__in=["approved", "rejected"])
                | Q(decided_at__isnull=False, decided_by__isnull=False),
            ),
            models.CheckConstraint(
                name="registration_refusal_has_reason",
                condition=~Q(state__in=["rejected", "returned"]) | ~Q(decision_reason=""),
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="registration_states",
                field="state",
                transitions=[
                    ("applied", "approved"),
                    ("applied", "returned"),
                    ("applied", "rejected"),
                    ("applied", "withdrawn"),
                    ("returned", "applied"),
                    ("returned", "withdrawn"),
                    ("approved", "ended"),
                    # Taken back before anybody outside knows of it: the trigger below
                    ("approved", "applied"),
                    ("rejected", "applied"),
                ],
            ),
            pgtrigger.Trigger(
                name="decision_taken_back_before_its_letter",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state__in=["approved", "rejected"], new__state="applied"),
                func=TAKEN_BACK_BEFORE_ITS_LETTER,
            ),
            pgtrigger.Trigger(
                name="decision_by_two",
                when=pgtrigger.After,
                operation=pgtrigger.Update,
                timing=pgtrigger.Deferred,
                condition=pgtrigger.Q(old__state="applied", new__state__in=["approved", "rejected"]),
                func=DECIDED_BY_TWO,
            ),
            pgtrigger.Trigger(
                name="drafted_decision_overtaken",
                when=pgtrigger.After,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state="applied") & ~pgtrigger.Q(new__state="applied"),
                func=DRAFT_OVERTAKEN,
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number that letters and callers use."""
        return f"R-{self.pk:06d}"

    @property
    def applied_on(self) -> date:
        """The day of the application: the day that it was received, where staff typed it in later."""
        return self.received_on or timezone.localdate(self.applied_at)


@pghistory.track()
class RegistrationException(models.Model):
    """An exception on one rule, with its reason and its last day; never on medical treatment (docs/domain.md).

    One member of staff proposes it, another grants it: it counts once ``granted_at`` stands. A longer one is another
    row.
    """

    registration = models.ForeignKey(
        Registration, models.CASCADE, related_name="exceptions", verbose_name=_("registration")
    )
    rule = models.CharField(_("rule"), max_length=20)
    reason = models.TextField(_("reason"), max_length=1000)
    last_day = models.DateField(_("last day"), help_text=_("the last day of use that it allows"))
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("proposed by"),
        help_text=_("empty where it was granted before a second person was asked for"),
    )
    proposed_at = models.DateTimeField(_("proposed at"), null=True)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("granted by"),
    )
    granted_at = models.DateTimeField(_("granted at"), null=True, blank=True)

    class Meta:
        verbose_name = _("exception")
        verbose_name_plural = _("exceptions")
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "rule"], condition=Q(granted_at__isnull=True), name="exception_proposed_once"
            ),
            models.UniqueConstraint(fields=["registration", "rule", "last_day"], name="exception_once_a_last_day"),
            models.CheckConstraint(name="exception_never_on_medical_care", condition=~Q(rule="medical_care")),
            models.CheckConstraint(name="exception_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="exception_granted_by_a_second_person",
                condition=Q(granted_by__isnull=True)
                | Q(proposed_by__isnull=True)
                | ~Q(granted_by=models.F("proposed_by")),
            ),
            models.CheckConstraint(
                name="exception_granted_is_signed",
                condition=Q(granted_by__isnull=True, granted_at__isnull=True, proposed_by__isnull=False)
                | Q(granted_by__isnull=False, granted_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.registration} {self.rule}"


TWO_YEARS = 732  # days
A_WORKING_WEEK = 5  # working days


@pghistory.track()
class RegistrationPolicy(models.Model):
    """Dated: from which week of pregnancy the registration can be requested (PUBLIC: week 28).

    ``exception_days``: so many days ahead at most is the last day of an exception (DEFAULT: two years).
    ``decision_days``: in so many working days a family is told that it is answered (DEFAULT: five, a week).
    """

    period = DateRangeField(_("period"))
    from_pregnancy_week = models.PositiveSmallIntegerField(_("from which week of pregnancy"))
    exception_days = models.PositiveSmallIntegerField(
        _("days ahead at most of an exception"), default=TWO_YEARS, db_default=TWO_YEARS
    )
    decision_days = models.PositiveSmallIntegerField(
        _("working days until the decision"), default=A_WORKING_WEEK, db_default=A_WORKING_WEEK
    )
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.STAFF)

    class Meta:
        ordering = ["period"]
        verbose_name = _("registration policy")
        verbose_name_plural = _("registration policies")
        triggers = [in_force_is_kept()]
        constraints = [
            ExclusionConstraint(
                name="registration_policy_no_overlap", expressions=[("period", RangeOperators.OVERLAPS)]
            )
        ]

    def __str__(self) -> str:
        return as_text(self.period)
