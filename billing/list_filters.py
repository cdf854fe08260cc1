"""What the list of charges is narrowed by."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.administration.filters import ByChoice
from facilities.models import Facility

from .balances import Balance, with_balance


class StandsSo(ByChoice):
    """By what is still to be paid."""

    title = _("balance")
    parameter_name = "balance"
    offered = (
        (Balance.OPEN, _("open")),
        (Balance.LATE, _("open for over 30 days")),
        (Balance.TOO_MUCH, _("too much paid")),
        (Balance.SETTLED, _("settled")),
    )

    def narrowed(self, queryset: "QuerySet[Any]", chosen: str) -> "QuerySet[Any]":
        return with_balance(queryset, Balance(chosen), timezone.now())


class AtFacility(ByChoice):
    """By the facility where the family was."""

    title = _("facility")
    parameter_name = "facility"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(row.slug, row.name) for row in Facility.objects.order_by("position")]

    def narrowed(self, queryset: "QuerySet[Any]", chosen: str) -> "QuerySet[Any]":
        return queryset.filter(booking__service__facility__slug=chosen)
