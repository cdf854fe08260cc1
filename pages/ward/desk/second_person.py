"""What a colleague began and another person has to look at. Reads only."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from accounts.actions import Action
from accounts.models import User
from accounts.permissions import visible
from enrollment.models import LIVE_STATES, BreakGlass, Family, Protection, Registration, RegistrationException
from enrollment.protection.break_glass import ASK_LASTS

if TYPE_CHECKING:
    from django.db.models import QuerySet

# So long before its day a measure of protection is renewed in time (own default).
RENEWED_BEFORE = timedelta(days=30)


def looks_waiting_for(person: User, at: datetime) -> "QuerySet[BreakGlass]":
    """Return the looks that others asked for and the person may open; the first asked stands first."""
    families = visible(person, Action.PROTECTION_CHANGE, Family.objects.all()).order_by().values("pk")
    asked = BreakGlass.objects.filter(opened_at__isnull=True, asked_at__gte=at - ASK_LASTS)
    others = asked.filter(protection__family__in=families).exclude(asked_by=person)
    return others.select_related("protection__family", "asked_by").order_by("asked_at", "pk")


def exceptions_waiting(person: User, at: datetime) -> "QuerySet[RegistrationException]":
    """Return the exceptions that others proposed and the person may grant; the first proposed stands first."""
    mine = visible(person, Action.REGISTRATION_DECIDE, Registration.objects.filter(state__in=LIVE_STATES))
    proposed = RegistrationException.objects.filter(granted_at__isnull=True, last_day__gte=timezone.localdate(at))
    others = proposed.filter(registration__in=mine.order_by().values("pk")).exclude(proposed_by=person)
    return others.select_related("registration__birth__family", "proposed_by").order_by("proposed_at", "pk")


def renewals_due(person: User, at: datetime) -> "QuerySet[Protection]":
    """Return the protections whose day comes near or has passed; the first day stands first."""
    families = visible(person, Action.PROTECTION_CHANGE, Family.objects.all()).order_by().values("pk")
    near = Protection.objects.filter(family__in=families, review_by__lte=timezone.localdate(at) + RENEWED_BEFORE)
    return near.select_related("family").order_by("review_by", "pk")
