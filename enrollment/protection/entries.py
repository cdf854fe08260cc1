"""A family with every entry that was joined into it: a protection holds for all of them."""

from enrollment.models import Family


def entries_of(family: Family) -> list[Family]:
    """Return the family and what was joined into it, and into that; a joined entry is joined nowhere else any more."""
    entries, joined = [family], [family]
    while joined:
        joined = list(Family.objects.filter(merged_into__in=joined).order_by("pk"))
        entries += joined
    return entries
