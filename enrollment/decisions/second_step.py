"""Whether a decision takes two people on a day, who decides then, and what waits for whom. Reads only."""

from datetime import date, datetime
from time import monotonic

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import Action
from accounts.models import User
from accounts.permissions import visible
from enrollment.models import (
    Decider,
    DecisionPolicy,
    DraftedDecision,
    DraftOutcome,
    Registration,
    RegistrationState,
)
from sankecare.errors import Refused


def needs_second_step(day: date) -> bool:
    """Tell whether an approval or a rejection of the day is drafted first (起案・決裁). One query."""
    return DecisionPolicy.objects.filter(period__contains=day, second_step=True).exists()


class AskedNow:
    """Whether pages speak of drafts: a second step is asked for today, or drafts wait. Asked once in ``SECONDS``."""

    SECONDS = 60.0

    def __init__(self) -> None:
        self.known: tuple[float, bool] = (0.0, False)

    def __call__(self) -> bool:
        until, value = self.known
        if monotonic() >= until:
            drafts = DraftedDecision.objects.filter(outcome=DraftOutcome.WAITS)
            value = needs_second_step(timezone.localdate()) or drafts.exists()
            self.keep(value)
        return value

    def keep(self, value: bool, seconds: float = SECONDS) -> None:
        """Keep it for some seconds, without asking."""
        self.known = (monotonic() + seconds, value)

    def forget(self) -> None:
        """Ask anew the next time."""
        self.known = (0.0, False)


second_step_now = AskedNow()


def refuse_alone(day: date, drafted: DraftedDecision | None) -> None:
    """Refuse a decision that nobody drafted, where the day's policy asks for it. Errors: ``second_step_needed``."""
    if drafted is None and needs_second_step(day):
        raise Refused("second_step_needed", _("A decision is drafted first, and a second person makes it."))


def as_decider(person: User, day: date) -> Decider | None:
    """Return by which row the person decides on the day: her own first, then as whose deputy; None: she does not."""
    herself = Decider.objects.filter(stands_in_for__isnull=True, period__contains=day).order_by().values("person")
    mine = Decider.objects.filter(person=person, period__contains=day).filter(
        Q(stands_in_for__isnull=True) | Q(stands_in_for__in=herself)
    )
    return mine.select_related("stands_in_for").order_by(F("stands_in_for").asc(nulls_first=True), "pk").first()


def any_decider(day: date) -> bool:
    """Tell whether anybody is named who decides on the day and can sign in. One query."""
    return Decider.objects.filter(stands_in_for__isnull=True, period__contains=day, person__is_active=True).exists()


def waiting_drafts(person: User) -> "QuerySet[DraftedDecision]":
    """Return what is drafted and waits, of the applications that the person may judge; the first drafted first."""
    mine = visible(person, Action.REGISTRATION_DECIDE, Registration.objects.filter(state=RegistrationState.APPLIED))
    rows = DraftedDecision.objects.filter(outcome=DraftOutcome.WAITS, registration__in=mine.order_by().values("pk"))
    return rows.select_related("registration__birth__family", "drafted_by").order_by("drafted_at", "pk")


def drafts_to_decide(person: User, at: datetime) -> "QuerySet[DraftedDecision]":
    """Return what others drafted and the person decides on the day; nothing where she does not decide."""
    if as_decider(person, timezone.localdate(at)) is None:
        return DraftedDecision.objects.none()
    return waiting_drafts(person).exclude(drafted_by=person)


def returned_drafts(person: User) -> "QuerySet[DraftedDecision]":
    """Return what the person drafted and was returned to her, where the application waits and nothing is drafted."""
    newer = DraftedDecision.objects.filter(
        registration=OuterRef("registration"), drafted_at__gt=OuterRef("drafted_at")
    )
    rows = DraftedDecision.objects.filter(
        ~Exists(newer),
        outcome=DraftOutcome.RETURNED,
        drafted_by=person,
        registration__state=RegistrationState.APPLIED,
    )
    return rows.select_related("registration__birth__family", "settled_by").order_by("settled_at", "pk")


def waiting_draft_of(registration: Registration) -> DraftedDecision | None:
    """Return what is drafted of an application and waits, if anything."""
    rows = registration.drafted.filter(outcome=DraftOutcome.WAITS)
    return rows.select_related("drafted_by").first()


def returned_draft_of(registration: Registration) -> DraftedDecision | None:
    """Return the last that was drafted of an application, where it was returned: with its word."""
    last = registration.drafted.select_related("drafted_by", "settled_by").order_by("-drafted_at", "-pk").first()
    return last if last is not None and last.outcome == DraftOutcome.RETURNED else None
