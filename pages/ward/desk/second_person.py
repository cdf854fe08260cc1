"""What a colleague began and another person has to look at. Reads only."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import F, Q
from django.utils import timezone

from accounts.actions import Action
from accounts.models import User
from accounts.permissions import may, visible
from billing.desk.refunds import proposals_waiting
from billing.models import Charge, RefundProposal
from enrollment.models import (
    LIVE_STATES,
    BreakGlass,
    EndOutcome,
    Family,
    Protection,
    ProtectionEnd,
    Registration,
    RegistrationException,
)
from enrollment.protection.break_glass import ASK_LASTS
from enrollment.protection.measure import renewable_until
from enrollment.queries import standing_families
from wards.dated.drafts import proposals_for
from wards.models import SettingsDraft

if TYPE_CHECKING:
    from django.db.models import QuerySet


def looks_waiting_for(person: User, at: datetime) -> "QuerySet[BreakGlass]":
    """Return the looks that others asked for and the person may open; the first asked stands first."""
    families = visible(person, Action.PROTECTION_CHANGE, Family.objects.all()).order_by().values("pk")
    asked = BreakGlass.objects.filter(
        opened_at__isnull=True, asked_at__gte=at - ASK_LASTS, protection__ended_at__isnull=True
    )
    others = asked.filter(protection__family__in=families).exclude(asked_by=person)
    return others.select_related("protection__family", "asked_by").order_by("asked_at", "pk")


def exceptions_waiting(person: User, at: datetime) -> "QuerySet[RegistrationException]":
    """Return the exceptions that others proposed and the person may grant; the first proposed stands first."""
    mine = visible(person, Action.REGISTRATION_DECIDE, Registration.objects.filter(state__in=LIVE_STATES))
    proposed = RegistrationException.objects.filter(granted_at__isnull=True, last_day__gte=timezone.localdate(at))
    others = proposed.filter(registration__in=mine.order_by().values("pk")).exclude(proposed_by=person)
    return others.select_related("registration__birth__family", "proposed_by").order_by("proposed_at", "pk")


def refunds_waiting(person: User) -> "QuerySet[RefundProposal]":
    """Return the refunds that others proposed and the person may confirm, the first proposed first."""
    mine = visible(person, Action.REFUND_DECIDE, proposals_waiting(Charge.objects.all(), person))
    return mine.select_related("charge__booking__registration__birth__family", "proposed_by")


def settings_waiting(person: User) -> "QuerySet[SettingsDraft]":
    """Return the changes of settings that others proposed and the person may enter, the first proposed first."""
    return proposals_for(person) if may(person, Action.REFERENCE_CHANGE) else SettingsDraft.objects.none()


def renewals_due(person: User, at: datetime) -> "QuerySet[Protection]":
    """Return the protections whose last day comes near, has passed, or is not known; the first day stands first."""
    families = visible(person, Action.PROTECTION_CHANGE, standing_families()).order_by().values("pk")
    near = Q(review_by__lte=renewable_until(timezone.localdate(at))) | Q(review_by__isnull=True)
    rows = Protection.in_force.filter(near, family__in=families)
    return rows.select_related("family").order_by(F("review_by").asc(nulls_first=True), "pk")


def ends_waiting(person: User) -> "QuerySet[ProtectionEnd]":
    """Return the ends of protections that others proposed and the person may decide; the first proposed first."""
    families = visible(person, Action.PROTECTION_CHANGE, standing_families()).order_by().values("pk")
    proposed = ProtectionEnd.objects.filter(outcome=EndOutcome.WAITING, protection__family__in=families)
    others = proposed.exclude(proposed_by=person)
    return others.select_related("protection__family", "proposed_by").order_by("proposed_at", "pk")
