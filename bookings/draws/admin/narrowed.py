"""What the list of draws is narrowed by."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.administration.filters import ByChoice
from bookings.draws.desk.near_rounds import rounds_drawn_lately, rounds_soon


class DrawnNear(ByChoice):
    """Draws of the last week and of the coming one, as the staff's home counts them."""

    title = _("time of the draw")
    parameter_name = "draw"
    offered = (("lately", _("the last 7 days")), ("soon", _("the coming 7 days")))

    def narrowed(self, queryset: "QuerySet[Any]", chosen: str) -> "QuerySet[Any]":
        near = rounds_drawn_lately if chosen == "lately" else rounds_soon
        return queryset.filter(pk__in=near(timezone.now()).order_by().values("pk"))
