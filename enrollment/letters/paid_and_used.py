"""What a letter says of money and of days: what each service costs the family now, and how many days it may use."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from enrollment.models import Birth
from facilities.models import Service, ServiceKind

from .told_by_others import CostOfDay, costs_of_day, limits_of_birth

# What one use of a service is called.
UNITS = {ServiceKind.OUTREACH: "1回", ServiceKind.ONLINE_CONSULTATION: "1回"}
A_DAY = "1日"
NOT_PUBLISHED = "お問い合わせください"


def with_costs(birth: Birth, services: Sequence[Service], day: date) -> list[dict[str, Any]]:
    """Return what a day of each service costs the family, in the order of the services; [] without a tax class.

    Each with its words and its numbers in yen, from which a reader's language says it again.
    """
    infants = max(birth.infants.count(), 1)
    found = {slug: cost for ask in costs_of_day for slug, cost in ask(birth.family, services, day, infants).items()}
    if not found:
        return []
    return [_cost(service, found.get(service.slug, CostOfDay(None, infants))) for service in services]


def limits_in_words(birth: Birth, day: date) -> list[dict[str, Any]]:
    """Return how many days the birth may use, of each services that are counted together."""
    rows = [row for ask in limits_of_birth for row in ask(birth, day)]
    with translation.override(settings.LANGUAGE_CODE):  # the ward's letter, whoever decides
        return [
            {
                "services": row.services,
                "days": row.days,
                "words": f"{gettext(row.services)}：1回のお産につき、あわせて{row.days}日まで",
            }
            for row in rows
        ]


def _cost(service: Service, cost: CostOfDay) -> dict[str, Any]:
    unit = UNITS.get(ServiceKind(service.kind), A_DAY)
    row: dict[str, Any] = {"amount": cost.amount, "infants": cost.infants, "sibling": cost.sibling, "unit": unit}
    return row | {"words": _words(unit, cost)}


def _words(unit: str, cost: CostOfDay) -> list[str]:
    if cost.amount is None:
        return [NOT_PUBLISHED]
    for_whom = f"（お子さん{cost.infants}人）" if cost.infants > 1 else ""
    lines = [f"{unit} {cost.amount:,}円{for_whom}"]
    if cost.sibling is not None:
        lines.append(f"きょうだい {cost.sibling:,}円")
    return lines
