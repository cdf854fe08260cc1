"""What the list of charges is narrowed by."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.administration.filters import ByChoice

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
        # By ids: the list keeps its own order and columns.
        return queryset.filter(pk__in=with_balance(queryset, Balance(chosen), timezone.now()).order_by().values("pk"))
