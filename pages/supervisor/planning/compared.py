"""Several replays beside each other: the same figures of each, in one table."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from reports.models import PlanningRun

from .names import NOTHING, change, facility_names, in_range, percent_in_range
from .what_if_shown import asked_in_words

MOST_COMPARED = 4


def compared(runs: Sequence[PlanningRun]) -> dict[str, Any]:
    """Return a table of figures with a column a run, and one of what was asked of each."""
    results = [run.result or {} for run in runs]
    lines = [
        (_("Family-days: as it was"), [in_range(one["was"]["whole"]["days"]) for one in results]),
        (_("Family-days: would be"), [in_range(one["would_be"]["whole"]["days"]) for one in results]),
        (_("Difference"), [change(one["was"]["whole"]["days"], one["would_be"]["whole"]["days"]) for one in results]),
        (_("Days not given: as it was"), [in_range(one["was"]["whole"]["unmet"]) for one in results]),
        (_("Days not given: would be"), [in_range(one["would_be"]["whole"]["unmet"]) for one in results]),
        (_("Families with more days"), [_gain(one, "more") for one in results]),
        (_("Families with fewer days"), [_gain(one, "fewer") for one in results]),
    ]
    for slug, name in facility_names(_("A new house")).items():
        if any(slug in one["would_be"]["slots"] for one in results):
            words = _("%(facility)s: occupancy, would be") % {"facility": name}
            lines.append((words, [_occupancy(one["would_be"], slug) for one in results]))
    columns = [{"label": _("Figure"), "numeric": False}, *({"label": run.title, "numeric": True} for run in runs)]
    return {
        "columns": columns,
        "rows": [[label, *cells] for label, cells in lines],
        "asked": [(run, asked_in_words(run)) for run in runs],
    }


def _gain(result: Mapping[str, Any], which: str) -> str:
    row = result["gains"].get("all", {}).get("all")
    return in_range(row[which]) if row else "0"


def _occupancy(world: Mapping[str, Any], slug: str) -> str:
    return percent_in_range(world["days"].get(slug, NOTHING), world["slots"].get(slug, NOTHING))
