"""May a family use a service on a day: the one answer to it. Pure.

Two things are asked: is the family's registration in force on the day, and is every rule of who may use the service
(eligibility.py) met on it, or excepted. Where places are counted (days left, a day of her own, a closed house) is
known further up: ``bookings.places.who_may``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from .eligibility import Application, NotJudgeable, RuleResult, ServiceTerms, judge


@dataclass(frozen=True)
class InForce:
    """A registration: approved, or ended with ``ended_on`` as its last day; neither: none that counts."""

    approved: bool
    ended_on: date | None = None

    def on(self, day: date) -> bool:
        """Tell whether it is in force on the day. When she moves away is a rule of its own (residency)."""
        return self.approved or (self.ended_on is not None and day <= self.ended_on)


@dataclass(frozen=True)
class MayUse:
    """The answer for days. ``against``: the rules that are not met; ``not_judgeable``: why nothing can be said."""

    in_force: bool
    against: tuple[RuleResult, ...] = ()
    not_judgeable: NotJudgeable | None = None

    @property
    def may(self) -> bool:
        """Whether the family may use the service."""
        return self.in_force and not self.against and self.not_judgeable is None


def may_use(registered: InForce, application: Application, terms: Sequence[ServiceTerms]) -> MayUse:
    """Tell whether the family may use the service on every day of the application. Nothing is raised."""
    in_force = all(registered.on(day) for day in (application.first_day, application.last_day))
    try:
        rules = judge(application, terms).rules
    except NotJudgeable as error:
        return MayUse(in_force, not_judgeable=error)
    return MayUse(in_force, tuple(rule for rule in rules if not rule.met and not rule.excepted))
