"""The verdict explained: each rule, met or not, with the fact and the date it rests on and what she can do about it.

Before an application is sent it is judged from what is stated, afterwards from what is kept; in the same words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from enrollment.applications.application_data import StatedApplication
from enrollment.corrected_age import InfantFacts
from enrollment.eligibility import Application, Rule, RuleResult, Verdict
from enrollment.models import Registration
from enrollment.queries import day_judged, verdicts_on, verdicts_on_application
from enrollment.reasons import advice, reason, rule_name
from facilities.models import Service


@dataclass(frozen=True)
class RuleExplained:
    """One rule in words. ``met``: by the facts, or by an exception that staff granted."""

    name: str
    met: bool
    reason: str
    advice: str


@dataclass(frozen=True)
class ServiceExplained:
    """What is special to one service; ``last_day``: on which it can be used, as everywhere.

    ``by_due_date``: the baby is not born yet, so that day is an expectation.
    """

    service: Service
    eligible: bool
    last_day: date | None
    rules: list[RuleExplained]
    by_due_date: bool = False

    @property
    def fails_itself(self) -> bool:
        """Tell whether a rule of this service alone is not met."""
        return not all(rule.met for rule in self.rules)


@dataclass(frozen=True)
class Explained:
    """For use on ``day``. ``common``: rules that say the same of every service; ``services``: in the ward's order."""

    day: date
    common: list[RuleExplained]
    services: list[ServiceExplained]
    is_today: bool = False

    @property
    def may_use(self) -> bool:
        """Whether any service can be used on the day."""
        return any(service.eligible and not service.by_due_date for service in self.services)


def explained(registration: Registration, today: date) -> Explained:
    """Explain how an application stands with every service offered: today, before birth on the due date."""
    birth, verdicts = registration.birth, verdicts_on_application(registration, today)
    today = max(today, registration.moves_in_on or today)
    day = day_judged(born=birth.infants.exists(), due_date=birth.due_date, today=today)
    return _in_words(day, verdicts, today, born=birth.infants.exists())


def explained_before(stated: StatedApplication, today: date) -> Explained:
    """Explain how what is stated would stand, before it is sent; of who moves in later, on that day."""
    today = max(today, stated.moves_in_on or today)
    facts = Application(
        first_day=today,
        last_day=today,
        mother_in_ward=stated.mother_in_ward,
        infant_in_ward=stated.infant_in_ward,
        infants=[
            InfantFacts(
                birth_date=infant.birth_date,
                due_date=stated.due_date,
                gestation_days=infant.gestation_days,
                long_hospital_stay=infant.long_hospital_stay,
                rolls_over=infant.rolls_over_since is not None and infant.rolls_over_since <= today,
            )
            for infant in stated.infants
        ],
        worry=stated.worry,
        lacks_support=stated.lacks_support,
        needs_medical_care=stated.needs_medical_care,
    )
    day = day_judged(born=bool(stated.infants), due_date=stated.due_date, today=today)
    return _in_words(day, verdicts_on(facts, stated.due_date, today), today, born=bool(stated.infants))


def _in_words(day: date, verdicts: Mapping[str, Verdict], today: date, *, born: bool) -> Explained:
    services = Service.objects.filter(slug__in=verdicts).select_related("facility")
    ordered = list(services.order_by("facility__position", "position"))
    common = _same_everywhere(list(verdicts.values()))
    return Explained(
        day,
        [_rule(result) for result in common if born or result.rule != Rule.ROLLING_OVER],
        [
            ServiceExplained(
                service,
                verdicts[service.slug].eligible,
                verdicts[service.slug].last_day,
                [_rule(result) for result in _explained_rules(verdicts[service.slug]) if result not in common],
                by_due_date=not born,
            )
            for service in ordered
        ],
        is_today=day == today,
    )


def _explained_rules(verdict: Verdict) -> list[RuleResult]:
    """All but the sibling's, which is chosen with the days."""
    return [result for result in verdict.rules if result.rule != Rule.SIBLING]


def _same_everywhere(verdicts: list[Verdict]) -> list[RuleResult]:
    first = _explained_rules(verdicts[0]) if verdicts else []
    return [result for result in first if all(result in other.rules for other in verdicts)]


def _rule(result: RuleResult) -> RuleExplained:
    return RuleExplained(rule_name(result.rule), result.met or result.excepted, reason(result), advice(result))
