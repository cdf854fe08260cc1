"""What the API's list of referrals is narrowed and sorted by: nothing that the list itself does not show."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet

from accounts.actions import Action
from accounts.permissions import may
from facilities.filters import ServiceFilter
from sankecare.api.filters import FromDay, IdFilter, Ordering, ToDay

from .models import RecipientKind, ReferralState, Urgency

RECEIVED_BEFORE = Q(state=ReferralState.RAISED, first_received_at__isnull=False)


class ReferralFilters(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(choices=ReferralState.choices, method="in_state")
    urgency = django_filters.ChoiceFilter(choices=Urgency.choices)
    recipient = django_filters.ChoiceFilter(choices=RecipientKind.choices, method="to_recipient")
    service = ServiceFilter("booking__service")
    booking = IdFilter("booking")
    raised_from = FromDay("raised_at", help_text="raised on this day or later")
    raised_to = ToDay("raised_at", help_text="raised on this day or earlier")
    due_from = FromDay("due_at", help_text="to be received on this day or later")
    due_to = ToDay("due_at", help_text="to be received on this day or earlier")
    ordering = Ordering("raised_at", "due_at")

    def in_state(self, rows: "QuerySet[Any]", _name: str, state: str) -> "QuerySet[Any]":
        """Keep those shown in the state (queries.state_for_facility): who does not work on them learns no other."""
        if self._works():
            return rows.filter(state=state)
        if state == ReferralState.RAISED:
            return rows.filter(state=state).exclude(RECEIVED_BEFORE)
        if state == ReferralState.ACKNOWLEDGED:
            return rows.filter(Q(state=state) | RECEIVED_BEFORE)
        return rows.filter(state=state)

    def to_recipient(self, rows: "QuerySet[Any]", _name: str, kind: str) -> "QuerySet[Any]":
        """Keep those that the list shows as sent to the section: asked of it, for who does not work on them."""
        return rows.filter(recipient=kind) if self._works() else rows.filter(asked_of=kind)

    def _works(self) -> bool:
        return self.request is not None and may(self.request.user, Action.REFERRAL_WORK)
