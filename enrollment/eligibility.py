"""Who may use the programme (SEED; docs/domain.md "Who may use it"): eight rules, each judged on every day used.

Pure: facts in, a verdict out. A rule answers with a code and the facts and dates that it used;
``enrollment.reasons`` makes the sentence that a mother reads.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from enrollment.age import days_before_school, last_day_under, school_starts

FULL_TERM_DAYS = 259  # 37 weeks 0 days; born before it is preterm (SEED: 未熟児等)
DUE_DATE_DAYS = 280  # the due date is 40 weeks 0 days
ONE_BIRTH_DAYS = 2  # twins may be born on both sides of midnight and are still one birth
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
class InfantFacts:
    """An infant. For a pregnancy give the due date as the date of birth.

    ``gestation_days``: length of the pregnancy at birth, in days; unknown, it is taken from the due date.
    ``rolls_over``: actively, by the last day used at the latest.
    """

    birth_date: date
    due_date: date | None = None
    gestation_days: int | None = None
    long_hospital_stay: bool = False
    rolls_over: bool = False

    @property
    def is_corrected(self) -> bool:
        """Born preterm or kept in hospital longer than usual: the due date counts where it is later (SEED)."""
        if self.long_hospital_stay:
            return True
        gestation = self.gestation_days
        if gestation is None and self.due_date is not None:
            gestation = DUE_DATE_DAYS - (self.due_date - self.birth_date).days
        return gestation is not None and gestation < FULL_TERM_DAYS

    @property
    def counted_from(self) -> date:
        """The day that the age is counted from: birth, or the later due date where the age is corrected."""
        if self.is_corrected and self.due_date is not None:
            return max(self.birth_date, self.due_date)
        return self.birth_date


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
    ``exceptions``: the rules on which staff granted one.
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
    exceptions: frozenset[Rule] = frozenset()
    in_ward_until: date | None = None
    away: Sequence[tuple[date, date]] = ()

    @property
    def days(self) -> list[date]:
        """Every calendar day used, the first and the last included."""
        return [self.first_day + timedelta(days=n) for n in range((self.last_day - self.first_day).days + 1)]


@dataclass(frozen=True)
class RuleResult:
    """One rule. ``met`` is the rule itself; ``excepted``: not met, and staff granted an exception."""

    rule: Rule
    met: bool
    code: Code
    facts: Facts = field(default_factory=dict)
    excepted: bool = False


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
    results = (
        _service_offered(application, terms),
        _residency(application),
        _infant_age(application, terms),
        _rolling_over(application, terms),
        _plain(Rule.WORRY, application.worry, Code.WORRIED, Code.NOT_WORRIED),
        _plain(Rule.SUPPORT, application.lacks_support, Code.LACKS_SUPPORT, Code.HAS_SUPPORT),
        _plain(
            Rule.MEDICAL_CARE,
            not application.needs_medical_care,
            Code.NO_MEDICAL_CARE,
            Code.NEEDS_MEDICAL_CARE,
        ),
        _sibling(application, terms),
    )
    rules = tuple(_with_exception(result, application.exceptions) for result in results)
    return Verdict(
        eligible=all(result.met or result.excepted for result in rules),
        usable_until=usable_until(application.infants, _terms_on(application.last_day, terms).age_limit_months),
        rules=rules,
        last_day=last_usable_day(application, terms),
    )


def last_usable_day(application: Application, terms: Sequence[ServiceTerms]) -> date | None:
    """The last day on which age, rolling over, a known move and the end of the service allow a use.

    None without an infant. Whether a day before it can be used is for ``judge`` to say.
    """
    months = _terms_on(application.last_day, terms).age_limit_months
    by_age = [
        last_day_under(_last_born(birth) if any(one.rolls_over for one in birth) else _counted_from(birth), months)
        for birth in _births(application.infants)
    ]
    if not by_age:
        return None
    ends = [row.offered_until for row in terms]
    offered_until = None if None in ends else max((end for end in ends if end is not None), default=None)
    return min([*by_age, *(day for day in (application.in_ward_until, offered_until) if day is not None)])


def usable_until(infants: Sequence[InfantFacts], age_limit_months: int) -> date | None:
    """The last day by age alone: of infants of several births the earliest, since each must be under age.

    None without an infant.
    """
    return min((last_day_under(_counted_from(b), age_limit_months) for b in _births(infants)), default=None)


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


def _residency(application: Application) -> RuleResult:
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
        for birth in _births(application.infants):
            if day > last_day_under(_counted_from(birth), months):
                return RuleResult(rule, False, _over_age_code(birth), _age_facts(birth, months) | {"day": day})
    months = _terms_on(application.last_day, terms).age_limit_months
    first_to_end = min(_births(application.infants), key=lambda birth: last_day_under(_counted_from(birth), months))
    code = Code.UNDER_CORRECTED_AGE_LIMIT if _is_corrected(first_to_end) else Code.UNDER_AGE_LIMIT
    return RuleResult(rule, True, code, _age_facts(first_to_end, months))


def _rolling_over(application: Application, terms: Sequence[ServiceTerms]) -> RuleResult:
    """Refused, for safety, on the days that only the correction allows (SEED); on the others no obstacle."""
    rule = Rule.ROLLING_OVER
    if not any(infant.rolls_over for infant in application.infants):
        return RuleResult(rule, True, Code.DOES_NOT_ROLL_OVER)
    for birth in _births(application.infants):
        if not any(infant.rolls_over for infant in birth):
            continue
        for day in application.days:
            months = _terms_on(day, terms).age_limit_months
            plain_end = last_day_under(_last_born(birth), months)
            if plain_end < day <= last_day_under(_counted_from(birth), months):
                return RuleResult(rule, False, Code.ROLLS_OVER, {"day": day, "until": plain_end, "months": months})
    return RuleResult(rule, True, Code.MAY_ROLL_OVER)


def _plain(rule: Rule, met: bool, code: Code, other: Code) -> RuleResult:
    return RuleResult(rule, met, code if met else other)


def _sibling(application: Application, terms: Sequence[ServiceTerms]) -> RuleResult:
    rule, born = Rule.SIBLING, application.sibling_birth_date
    days = [] if born is None else _sibling_days(application, born)
    if born is None or not days:
        return RuleResult(rule, True, Code.NO_SIBLING)
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


def _sibling_days(application: Application, born: date) -> list[date]:
    """The days used on which the sibling comes along, in order."""
    if application.sibling_days is None:
        return days_before_school(application.days, born)
    return [day for day in application.days if day in application.sibling_days]


def _with_exception(result: RuleResult, exceptions: frozenset[Rule]) -> RuleResult:
    if result.met or result.rule not in exceptions:
        return result
    return RuleResult(result.rule, result.met, result.code, result.facts, excepted=True)


def _covers(row: ServiceTerms, day: date) -> bool:
    return row.offered_from <= day and (row.offered_until is None or day <= row.offered_until)


def _terms_on(day: date, terms: Sequence[ServiceTerms]) -> ServiceTerms:
    """The terms that cover ``day``, else the nearest before it, else the first ones."""
    ordered = sorted(terms, key=lambda row: row.offered_from)
    return next((row for row in reversed(ordered) if row.offered_from <= day), ordered[0])


def _births(infants: Sequence[InfantFacts]) -> list[list[InfantFacts]]:
    """The infants by birth: those born within two days of its first are of one."""
    births: list[list[InfantFacts]] = []
    for infant in sorted(infants, key=lambda infant: infant.birth_date):
        if births and (infant.birth_date - births[-1][0].birth_date).days <= ONE_BIRTH_DAYS:
            births[-1].append(infant)
        else:
            births.append([infant])
    return births


def _last_born(birth: Sequence[InfantFacts]) -> date:
    return max(infant.birth_date for infant in birth)


def _counted_from(birth: Sequence[InfantFacts]) -> date:
    """For twins born together the window is the same (SEED): the one that ends last. Born on both sides of
    midnight, both are counted from the later day; where one was kept in hospital, its correction holds for both.
    """
    return max(infant.counted_from for infant in birth)


def _is_corrected(birth: Sequence[InfantFacts]) -> bool:
    return _counted_from(birth) > _last_born(birth)


def _over_age_code(birth: Sequence[InfantFacts]) -> Code:
    if _is_corrected(birth):
        return Code.OVER_CORRECTED_AGE_LIMIT
    if any(infant.is_corrected and infant.due_date is None for infant in birth):
        return Code.OVER_AGE_LIMIT_DUE_DATE_MISSING
    return Code.OVER_AGE_LIMIT


def _age_facts(birth: Sequence[InfantFacts], months: int) -> dict[str, Fact]:
    counted_from = _counted_from(birth)
    return {
        "birth_date": _last_born(birth),
        "counted_from": counted_from,
        "months": months,
        "usable_until": last_day_under(counted_from, months),
    }
