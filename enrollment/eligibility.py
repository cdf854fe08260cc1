"""Who may use the programme (SEED; docs/domain.md "Who may use it"): eight rules, each judged on every day used.

Pure: facts in, a verdict out. A rule answers with a code and the facts and dates that it used;
``enrollment.reasons`` makes the sentence that a mother reads.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum

from enrollment.age import days_before_school, last_day_by_each_limit, last_day_under, school_starts
from enrollment.corrected_age import InfantFacts, births, counted_from, is_corrected, last_born

YEARS_JUDGED = range(2000, 2200)  # a date outside is a slip of the keyboard
MOST_DAYS_JUDGED = 366

Fact = str | int | bool | date
Facts = Mapping[str, Fact]


class Rule(StrEnum):
    SERVICE_OFFERED = "service_offered"
    RESIDENCY = "residency"
    INFANT_AGE = "infant_age"
    ROLLING_OVER = "rolling_over"
    WORRY = "worry"
    SUPPORT = "support"
    MEDICAL_CARE = "medical_care"
    SIBLING = "sibling"


class Code(StrEnum):
    """Why a rule is met or not; the sentence of each stands in ``enrollment.reasons``."""

    OFFERED = "offered"
    OFFERED_AFTER_FACILITY_USE = "offered_after_facility_use"
    NOT_OFFERED = "not_offered"
    FACILITY_NOT_USED_YET = "facility_not_used_yet"
    IN_WARD = "in_ward"
    MOTHER_NOT_IN_WARD = "mother_not_in_ward"
    INFANT_NOT_IN_WARD = "infant_not_in_ward"
    NEITHER_IN_WARD = "neither_in_ward"
    LEAVES_WARD = "leaves_ward"
    AWAY_FROM_WARD = "away_from_ward"
    UNDER_AGE_LIMIT = "under_age_limit"
    UNDER_CORRECTED_AGE_LIMIT = "under_corrected_age_limit"
    OVER_AGE_LIMIT = "over_age_limit"
    OVER_CORRECTED_AGE_LIMIT = "over_corrected_age_limit"
    OVER_AGE_LIMIT_DUE_DATE_MISSING = "over_age_limit_due_date_missing"
    NOT_BORN_YET = "not_born_yet"
    NO_INFANT = "no_infant"
    DOES_NOT_ROLL_OVER = "does_not_roll_over"
    MAY_ROLL_OVER = "may_roll_over"
    ROLLS_OVER = "rolls_over"
    WORRIED = "worried"
    NOT_WORRIED = "not_worried"
    LACKS_SUPPORT = "lacks_support"
    HAS_SUPPORT = "has_support"
    NO_MEDICAL_CARE = "no_medical_care"
    NEEDS_MEDICAL_CARE = "needs_medical_care"
    NO_SIBLING = "no_sibling"
    SIBLING_MAY_COME = "sibling_may_come"
    SIBLINGS_NOT_TAKEN = "siblings_not_taken"
    SIBLING_NOT_BORN_YET = "sibling_not_born_yet"
    SIBLING_OF_SCHOOL_AGE = "sibling_of_school_age"
    TOO_MANY_SIBLING_DAYS = "too_many_sibling_days"


class NotJudgeable(ValueError):
    """What was asked cannot be judged at all; ``code`` says why, ``facts`` of what."""

    def __init__(self, code: str, **facts: Fact) -> None:
        super().__init__(code)
        self.code = code
        self.facts: Facts = facts


class DaysOutOfOrder(NotJudgeable):
    """The last day lies before the first."""


class TermsUnknown(NotJudgeable):
    """The service has no terms at all, so nothing can be said of any day."""


class TooManyDays(NotJudgeable):
    """More days than anyone uses at once: a slip, and no work for the server."""


class DateOutOfRange(NotJudgeable):
    """A date that no family of the programme can have."""


class ExceptionNotAllowed(NotJudgeable):
    """An exception on medical treatment: no member of staff may grant it."""


@dataclass(frozen=True)
class ServiceTerms:
    """Whom a service takes while it is offered on these terms; last day inclusive, None = no end.

    ``max_sibling_days``: days with the sibling at most in one use, None = no limit.
    ``requires_facility_use``: only for families who have used the facility (online consultation).
    """

    kind: str
    offered_from: date
    offered_until: date | None
    age_limit_months: int
    takes_siblings: bool = False
    max_sibling_days: int | None = None
    requires_facility_use: bool = False


@dataclass(frozen=True)
class Application:
    """What a family asks for, and its facts.

    ``has_used_facility``: None = not known (the public check): said as a condition, never refused for it.
    ``sibling_days``: the days on which the sibling comes along; None = every day before its school starts.
    ``exceptions``: the rules on which staff granted one, each with its last day.
    ``in_ward_until``: the last day before the family moves away; None where no move is known.
    ``away``: the first and the last day of each time between, in which it lived elsewhere and came back.
    """

    first_day: date
    last_day: date
    mother_in_ward: bool
    infant_in_ward: bool
    infants: Sequence[InfantFacts]
    worry: bool
    lacks_support: bool
    needs_medical_care: bool
    sibling_birth_date: date | None = None
    sibling_days: Collection[date] | None = None
    has_used_facility: bool | None = None
    exceptions: Mapping[Rule, date] = field(default_factory=dict)
    in_ward_until: date | None = None
    away: Sequence[tuple[date, date]] = ()

    @property
    def days(self) -> list[date]:
        """Every calendar day used, the first and the last included."""
        return [self.first_day + timedelta(days=n) for n in range((self.last_day - self.first_day).days + 1)]


@dataclass(frozen=True)
class RuleResult:
    """One rule. ``met`` is the rule itself; ``excepted``: not met, and staff granted an exception for all those days.

    ``excepted_until``: the last day of the exception that there is, also where it does not reach.
    """

    rule: Rule
    met: bool
    code: Code
    facts: Facts = field(default_factory=dict)
    excepted: bool = False
    excepted_until: date | None = None


@dataclass(frozen=True)
class Verdict:
    """``usable_until`` is the last day by age alone, ``last_day`` the one that a person is told: by age, not by its
    correction once a baby rolls over, before a move away, while the service is offered. None without an infant.
    """

    eligible: bool
    usable_until: date | None
    rules: tuple[RuleResult, ...]
    last_day: date | None = None


def judge(application: Application, terms: Sequence[ServiceTerms]) -> Verdict:
    """Whether the family may use the service on every day from the first to the last.

    ``terms``: all dated terms of one service. A day that none of them covers is a day on which the service is not
    offered; the other rules are then judged by the terms nearest before it, else by the first ones.

    Raises ``NotJudgeable``: ``DaysOutOfOrder``, ``TooManyDays``, ``DateOutOfRange``, ``TermsUnknown``,
    ``ExceptionNotAllowed`` (medical treatment).
    """
    _check_judgeable(application, terms)
    rules = tuple(_with_exception(rule, application, terms) for rule in Rule)
    return Verdict(
        eligible=all(result.met or result.excepted for result in rules),
        usable_until=usable_until(application.infants, _terms_on(application.last_day, terms).age_limit_months),
        rules=rules,
        last_day=last_usable_day(application, terms),
    )


def last_usable_day(application: Application, terms: Sequence[ServiceTerms]) -> date | None:
    """The last day on which age, rolling over, a known move, the end of the service and of exceptions allow a use.

    None without an infant. Whether a day before it can be used is for ``judge`` to say.
    """
    ends = [
        last_day_by_each_limit(
            (row.offered_from, _last_day_by_age(birth, row.age_limit_months, application.exceptions)) for row in terms
        )
        for birth in births(application.infants)
    ]
    if not ends:
        return None
    offered = [row.offered_until for row in terms]
    until = {
        Rule.RESIDENCY: application.in_ward_until,
        Rule.SERVICE_OFFERED: None if None in offered else max((day for day in offered if day), default=None),
    }
    ends += [_later(day, application.exceptions.get(rule)) for rule, day in until.items() if day is not None]
    # What is not met on any day is so until the exception ends.
    never_met = (
        (Rule.RESIDENCY, application.mother_in_ward and application.infant_in_ward),
        (Rule.WORRY, application.worry),
        (Rule.SUPPORT, application.lacks_support),
    )
    ends += [application.exceptions[rule] for rule, met in never_met if not met and rule in application.exceptions]
    return min(ends)


def _last_day_by_age(birth: Sequence[InfantFacts], months: int, exceptions: Mapping[Rule, date]) -> date:
    """By age, not by its correction once a baby rolls over; an exception on either goes on to its last day."""
    last = last_day_under(counted_from(birth), months)
    if any(infant.rolls_over for infant in birth):
        plain = last_day_under(last_born(birth), months)
        last = min(last, _later(plain, exceptions.get(Rule.ROLLING_OVER)))
    return _later(last, exceptions.get(Rule.INFANT_AGE))


def _later(day: date, other: date | None) -> date:
    return day if other is None else max(day, other)


def usable_until(infants: Sequence[InfantFacts], age_limit_months: int) -> date | None:
    """The last day by age alone: of infants of several births the earliest, since each must be under age.

    None without an infant.
    """
    return min((last_day_under(counted_from(b), age_limit_months) for b in births(infants)), default=None)


def _check_judgeable(application: Application, terms: Sequence[ServiceTerms]) -> None:
    first_day, last_day = application.first_day, application.last_day
    if last_day < first_day:
        raise DaysOutOfOrder("days_out_of_order", first_day=first_day, last_day=last_day)
    if (last_day - first_day).days >= MOST_DAYS_JUDGED:
        raise TooManyDays("too_many_days", limit=MOST_DAYS_JUDGED)
    dates = [first_day, last_day, application.sibling_birth_date]
    dates += [day for infant in application.infants for day in (infant.birth_date, infant.due_date)]
    for day in dates:
        if day is not None and day.year not in YEARS_JUDGED:
            raise DateOutOfRange("date_out_of_range", day=day)
    if not terms:
        raise TermsUnknown("terms_unknown")
    if Rule.MEDICAL_CARE in application.exceptions:
        raise ExceptionNotAllowed("no_exception_on_medical_care")


def _service_offered(application: Application, terms: Sequence[ServiceTerms]) -> RuleResult:
    rule = Rule.SERVICE_OFFERED
    for day in application.days:
        if not any(_covers(row, day) for row in terms):
            return RuleResult(rule, False, Code.NOT_OFFERED, {"day": day})
    if any(_terms_on(day, terms).requires_facility_use for day in application.days):
        if application.has_used_facility is None:
            return RuleResult(rule, True, Code.OFFERED_AFTER_FACILITY_USE)
        if not application.has_used_facility:
            return RuleResult(rule, False, Code.FACILITY_NOT_USED_YET)
    return RuleResult(rule, True, Code.OFFERED, {"first_day": application.first_day, "last_day": application.last_day})


def _residency(application: Application, _terms: Sequence[ServiceTerms]) -> RuleResult:
    code = {
        (True, True): Code.IN_WARD,
        (False, True): Code.MOTHER_NOT_IN_WARD,
        (True, False): Code.INFANT_NOT_IN_WARD,
        (False, False): Code.NEITHER_IN_WARD,
    }[application.mother_in_ward, application.infant_in_ward]
    until = application.in_ward_until
    if code is Code.IN_WARD and until is not None and application.last_day > until:
        return RuleResult(Rule.RESIDENCY, False, Code.LEAVES_WARD, {"until": until})
    for first, last in application.away if code is Code.IN_WARD else ():
        if application.first_day <= last and first <= application.last_day:
            return RuleResult(Rule.RESIDENCY, False, Code.AWAY_FROM_WARD, {"first": first, "last": last})
    return RuleResult(Rule.RESIDENCY, code is Code.IN_WARD, code)


def _infant_age(application: Application, terms: Sequence[ServiceTerms]) -> RuleResult:
    rule = Rule.INFANT_AGE
    if not application.infants:
        return RuleResult(rule, False, Code.NO_INFANT)
    last_born = max(infant.birth_date for infant in application.infants)
    if application.first_day < last_born:
        return RuleResult(rule, False, Code.NOT_BORN_YET, {"birth_date": last_born})
    for day in application.days:
        months = _terms_on(day, terms).age_limit_months
        for birth in births(application.infants):
            if day > last_day_under(counted_from(birth), months):
                return RuleResult(rule, False, _over_age_code(birth), _age_facts(birth, months) | {"day": day})
    months = _terms_on(application.last_day, terms).age_limit_months
    first_to_end = min(births(application.infants), key=lambda birth: last_day_under(counted_from(birth), months))
    code = Code.UNDER_CORRECTED_AGE_LIMIT if is_corrected(first_to_end) else Code.UNDER_AGE_LIMIT
    return RuleResult(rule, True, code, _age_facts(first_to_end, months))


def _rolling_over(application: Application, terms: Sequence[ServiceTerms]) -> RuleResult:
    """Refused, for safety, on the days that only the correction allows (SEED); on the others no obstacle."""
    rule = Rule.ROLLING_OVER
    if not any(infant.rolls_over for infant in application.infants):
        return RuleResult(rule, True, Code.DOES_NOT_ROLL_OVER)
    for birth in births(application.infants):
        if not any(infant.rolls_over for infant in birth):
            continue
        for day in application.days:
            months = _terms_on(day, terms).age_limit_months
            plain_end = last_day_under(last_born(birth), months)
            if plain_end < day <= last_day_under(counted_from(birth), months):
                return RuleResult(rule, False, Code.ROLLS_OVER, {"day": day, "until": plain_end, "months": months})
    return RuleResult(rule, True, Code.MAY_ROLL_OVER)


def _plain(rule: Rule, met: bool, code: Code, other: Code) -> RuleResult:
    return RuleResult(rule, met, code if met else other)


def _sibling(application: Application, terms: Sequence[ServiceTerms]) -> RuleResult:
    rule, born = Rule.SIBLING, application.sibling_birth_date
    wanted = application.sibling_days
    days = [day for day in application.days if wanted is None or day in wanted]
    if born is None or not days:
        return RuleResult(rule, True, Code.NO_SIBLING)
    days = days_before_school(days, born) if wanted is None else days
    if not all(_terms_on(day, terms).takes_siblings for day in days):
        return RuleResult(rule, False, Code.SIBLINGS_NOT_TAKEN)
    if days[0] < born:
        return RuleResult(rule, False, Code.SIBLING_NOT_BORN_YET, {"birth_date": born})
    school = school_starts(born)
    if days[-1] >= school:
        return RuleResult(rule, False, Code.SIBLING_OF_SCHOOL_AGE, {"birth_date": born, "school_starts": school})
    limits = [limit for day in days if (limit := _terms_on(day, terms).max_sibling_days) is not None]
    if limits and len(days) > min(limits):
        return RuleResult(rule, False, Code.TOO_MANY_SIBLING_DAYS, {"days": len(days), "limit": min(limits)})
    return RuleResult(rule, True, Code.SIBLING_MAY_COME, {"birth_date": born, "school_starts": school})


JUDGES: Mapping[Rule, Callable[[Application, Sequence[ServiceTerms]], RuleResult]] = {
    Rule.SERVICE_OFFERED: _service_offered,
    Rule.RESIDENCY: _residency,
    Rule.INFANT_AGE: _infant_age,
    Rule.ROLLING_OVER: _rolling_over,
    Rule.WORRY: lambda one, _terms: _plain(Rule.WORRY, one.worry, Code.WORRIED, Code.NOT_WORRIED),
    Rule.SUPPORT: lambda one, _terms: _plain(Rule.SUPPORT, one.lacks_support, Code.LACKS_SUPPORT, Code.HAS_SUPPORT),
    Rule.MEDICAL_CARE: lambda one, _terms: _plain(
        Rule.MEDICAL_CARE, not one.needs_medical_care, Code.NO_MEDICAL_CARE, Code.NEEDS_MEDICAL_CARE
    ),
    Rule.SIBLING: _sibling,
}


def _with_exception(rule: Rule, application: Application, terms: Sequence[ServiceTerms]) -> RuleResult:
    """The rule on every day; an exception covers the days up to its last one, on those after it the rule must hold."""
    result, until = JUDGES[rule](application, terms), application.exceptions.get(rule)
    if result.met or until is None:
        return result
    excepted = until >= application.last_day
    if not excepted and until >= application.first_day:
        rest = replace(application, first_day=until + timedelta(days=1))
        excepted = JUDGES[rule](rest, terms).met
    return replace(result, excepted=excepted, excepted_until=until)


def _covers(row: ServiceTerms, day: date) -> bool:
    return row.offered_from <= day and (row.offered_until is None or day <= row.offered_until)


def _terms_on(day: date, terms: Sequence[ServiceTerms]) -> ServiceTerms:
    """The terms that cover ``day``, else the nearest before it, else the first ones."""
    ordered = sorted(terms, key=lambda row: row.offered_from)
    return next((row for row in reversed(ordered) if row.offered_from <= day), ordered[0])


def _over_age_code(birth: Sequence[InfantFacts]) -> Code:
    if is_corrected(birth):
        return Code.OVER_CORRECTED_AGE_LIMIT
    if any(infant.is_corrected and infant.due_date is None for infant in birth):
        return Code.OVER_AGE_LIMIT_DUE_DATE_MISSING
    return Code.OVER_AGE_LIMIT


def _age_facts(birth: Sequence[InfantFacts], months: int) -> dict[str, Fact]:
    first = counted_from(birth)
    return {
        "birth_date": last_born(birth),
        "counted_from": first,
        "months": months,
        "usable_until": last_day_under(first, months),
    }
