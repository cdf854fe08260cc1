"""Who came the last time, what was eaten and wished for: the first values of the next booking."""

from dataclasses import dataclass, field
from typing import Any

from django.forms import ModelChoiceField

from bookings.models import Booking
from enrollment.models import Registration
from pages.booking_forms import BookForm


@dataclass(frozen=True)
class LastTime:
    """What a family chose the last time, of the same birth; empty where it has not booked yet."""

    service: str = ""
    infants: int | None = None
    sibling: int | None = None
    options: frozenset[int] = field(default_factory=frozenset)
    food: str = ""

    def initial(self, form: BookForm) -> dict[str, Any]:
        """Return the first values of an empty form, as far as they can be chosen now. Two queries at most."""
        known: dict[str, Any] = {}
        if self.infants is not None:
            known["infants"] = self.infants
        if self.sibling is not None and _offers(form, "sibling", self.sibling):
            known["sibling"] = self.sibling
        if self.options and "options" in form.fields:
            known["options"] = [pk for pk in sorted(self.options) if _offers(form, "options", pk)]
        return known


def _offers(form: BookForm, name: str, pk: int) -> bool:
    field = form.fields[name]
    return isinstance(field, ModelChoiceField) and any(row.pk == pk for row in field.queryset or ())


def last_time(registration: Registration) -> LastTime:
    """Return what was chosen with the family's last booking of this birth. Two queries at most."""
    last = (
        Booking.objects.filter(registration__birth=registration.birth_id)
        .select_related("service")
        .prefetch_related("options")
        .order_by("-booked_at", "-pk")
        .first()
    )
    if last is None:
        return LastTime()
    return LastTime(
        service=last.service.slug,
        infants=last.infant_count,
        sibling=last.sibling_id,
        options=frozenset(row.pk for row in last.options.all()),
        food=last.food,
    )
