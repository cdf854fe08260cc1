"""What the API's list of registrations is narrowed and sorted by."""

import django_filters

from sankecare.api.filters import FromDay, Ordering, ToDay

from .models import RegistrationState


class RegistrationFilters(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(choices=RegistrationState.choices)
    applied_from = FromDay("applied_at", help_text="applied on this day or later")
    applied_to = ToDay("applied_at", help_text="applied on this day or earlier")
    decided_from = FromDay("decided_at", help_text="decided on this day or later")
    decided_to = ToDay("decided_at", help_text="decided on this day or earlier")
    ordering = Ordering("applied_at", "decided_at")
