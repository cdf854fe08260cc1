"""What the API's list of charges is narrowed and sorted by."""

import django_filters

from facilities.filters import ServiceFilter
from sankecare.api.filters import FromDay, IdFilter, Ordering, ToDay


class ChargeFilters(django_filters.FilterSet):
    service = ServiceFilter("booking__service")
    booking = IdFilter("booking")
    issued_from = FromDay("issued_at", help_text="issued on this day or later")
    issued_to = ToDay("issued_at", help_text="issued on this day or earlier")
    ordering = Ordering("issued_at", "total", "owed")
