"""優先利用の依頼: a nurse or caseworker asks for a place for a family in high need; ward staff answer."""

from datetime import date

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bookings.models import HighNeed
from enrollment.models import Family
from enrollment.models.same_family_trigger import follows_family
from facilities.models import District, Service
from sankecare.periods import as_text

from .referral import Concern


class Wanted(models.TextChoices):
    """How soon a place is wanted (own list, DEFAULT), the soonest first."""

    NEXT = "next", _("In the next draw")
    MONTH = "month", _("Within a month")
    WINDOW = "window", _("As long as the baby's age allows")


class RequestState(models.TextChoices):
    ASKED = "asked", _("Not answered yet")
    ACCEPTED = "accepted", _("Agreed to")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class PlaceRequest(models.Model):
    """One request for one family. Accepted, it weighs in draws (``high_need``); it never gives a place by itself.

    ``district``: where the family lived then. Unanswered after ``expires_on`` it has lapsed. What was asked is never
    edited, and nothing is deleted (triggers).
    """

    family = models.ForeignKey(Family, models.PROTECT, related_name="place_requests", verbose_name=_("family"))
    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name=_("district then"))
    concerns = ArrayField(models.CharField(max_length=12, choices=Concern.choices), verbose_name=_("reasons"))
    details = models.TextField(_("reason in words"), max_length=1000)
    wanted = models.CharField(_("how soon"), max_length=6, choices=Wanted.choices)
    service = models.ForeignKey(
        Service, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("service wished")
    )
    wished = DateRangeField(_("days wished"), null=True, blank=True)
    asked_at = models.DateTimeField(_("asked at"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked for by")
    )
    expires_on = models.DateField(_("lapses after"))
    state = models.CharField(_("state"), max_length=9, choices=RequestState.choices, default=RequestState.ASKED)
    decided_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answered by"),
    )
    answer = models.TextField(_("answer in words"), max_length=1000, blank=True)
    high_need = models.OneToOneField(
        HighNeed,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="place_request",
        verbose_name=_("weighs in draws by"),
    )

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = _("request for a place")
        verbose_name_plural = _("requests for places")
        constraints = [
            models.CheckConstraint(name="place_request_says_why", condition=Q(concerns__len__gte=1) & ~Q(details="")),
            models.CheckConstraint(
                name="place_request_answer_is_signed",
                condition=Q(state="asked", decided_at__isnull=True, decided_by__isnull=True)
                | (~Q(state="asked") & Q(decided_at__isnull=False, decided_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="place_request_accepted_weighs",
                condition=Q(state="accepted", high_need__isnull=False)
                | (~Q(state="accepted") & Q(high_need__isnull=True)),
            ),
            models.CheckConstraint(
                name="place_request_refusal_says_why", condition=~Q(state="declined") | ~Q(answer="")
            ),
        ]
        indexes = [models.Index(fields=["expires_on"], condition=Q(state="asked"), name="place_request_waits")]
        triggers = [
            pgtrigger.FSM(
                name="place_request_states",
                field="state",
                transitions=[("asked", "accepted"), ("asked", "declined"), ("asked", "withdrawn")],
            ),
            pgtrigger.ReadOnly(
                name="place_request_as_asked",
                fields=[
                    *("district", "concerns", "details", "wanted", "service", "wished"),
                    *("asked_at", "asked_by", "expires_on"),
                ],
            ),
            pgtrigger.Protect(
                name="place_request_answered_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.state <> 'asked' AND (OLD.state, OLD.decided_at, OLD.decided_by_id, OLD.answer,"
                    " OLD.high_need_id) IS DISTINCT FROM (NEW.state, NEW.decided_at, NEW.decided_by_id, NEW.answer,"
                    " NEW.high_need_id)"
                ),
            ),
            pgtrigger.Protect(name="place_request_kept", operation=pgtrigger.Delete),
            follows_family("place_request_follows_its_family"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number that districts and staff name on the telephone."""
        return f"P-{self.pk:06d}"

    @property
    def concern_words(self) -> list[str]:
        """The reasons in words, in the list's order."""
        return [str(concern.label) for concern in Concern if concern.value in self.concerns]

    @property
    def wished_words(self) -> str:
        """The days wished, "" where any will do."""
        return as_text(self.wished) if self.wished else ""

    def has_lapsed(self, today: date) -> bool:
        """Tell whether nobody answered in time."""
        return self.state == RequestState.ASKED and self.expires_on < today


class RequestEventKind(models.TextChoices):
    ASKED = "asked", _("Asked")
    ACCEPTED = "accepted", _("Agreed to")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class PlaceRequestEvent(models.Model):
    """What happened to a request, by whom and when; written with it, never changed."""

    request = models.ForeignKey(PlaceRequest, models.PROTECT, related_name="events", verbose_name=_("request"))
    kind = models.CharField(_("what happened"), max_length=9, choices=RequestEventKind.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("event of a request for a place")
        verbose_name_plural = _("events of requests for places")
        constraints = [models.UniqueConstraint(fields=["request", "kind"], name="place_request_event_once")]
        triggers = [pgtrigger.Protect(name="place_request_event_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.request} {self.get_kind_display()}"
