"""What she answered in the public check, as the application's fields: taken along and not asked again."""

from collections.abc import Mapping
from datetime import date
from typing import Any

BOTH, MOTHER, INFANT, SOON = "both", "mother", "infant", "soon"
TOLD = ("worry", "lacks_support", "needs_medical_care", "tax_class")


def known_from_check(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the application's values, by field; empty where nothing was taken along."""
    if not answers:
        return {}
    known = {name: answers[name] for name in TOLD if name in answers}
    home = answers.get("home")
    if home and home != SOON:  # of who moves in the day is asked
        known |= {"mother_in_ward": home in (BOTH, MOTHER), "infant_in_ward": home in (BOTH, INFANT)}
    born = [date.fromisoformat(day) for day in answers.get("born", ())]
    known |= {"babies": str(len(born)), "shown": len(born)}
    if answers.get("due_date"):
        known["due_date"] = date.fromisoformat(answers["due_date"])
    for number, day in enumerate(born):
        known[f"infant_{number}_birth_date"] = day
        known[f"infant_{number}_long_hospital_stay"] = bool(answers.get("long_hospital_stay"))
        known[f"infant_{number}_gestation_weeks"] = answers.get("gestation_weeks")
    return {name: value for name, value in known.items() if value is not None}
