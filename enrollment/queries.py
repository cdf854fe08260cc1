"""What is known of a family on a day: where it lives, its tax class, and what the rules say of its registration."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from facilities.models import PublicHoliday, Service, ServiceTermsRow
from sankecare.db import Question, Rows, run_batch
from sankecare.errors import NotPossible
from sankecare.periods import last_day as last_day_of

from . import eligibility
from .corrected_age import DUE_DATE_DAYS, InfantFacts
from .eligibility import Rule, ServiceTerms, Verdict
from .models import Birth, ConsentText, Family, Infant, Registration, RegistrationPolicy, TaxClassPeriod
from .models.registration import TWO_YEARS
from .one_birth import BirthDays
from .reasons import why_not_judgeable
from .urgency import working_day_after

WEEK = timedelta(days=7)
INFANTS_OF = """
    SELECT birth_date, gestation_days, long_hospital_stay, rolls_over_since
      FROM enrollment_infant WHERE birth_id = %s ORDER BY birth_date, id
"""
GRANTED_TO = """
    SELECT rule, max(last_day) FROM enrollment_registrationexception
     WHERE registration_id = %s AND granted_at IS NOT NULL GROUP BY rule
"""
TERMS_OF = """
    SELECT period, age_limit_months, takes_siblings, max_sibling_days, requires_facility_use
      FROM facilities_servicetermsrow WHERE service_id = %s ORDER BY period
"""
# Between two residences the family lived elsewhere; the second day is that of coming back.
AWAY_OF = """
    SELECT gone, back FROM (
        SELECT upper(period) AS gone, lead(lower(period)) OVER (ORDER BY lower(period)) AS back
          FROM enrollment_residence WHERE family_id = (SELECT family_id FROM enrollment_birth WHERE id = %s)) AS lived
     WHERE gone < back
"""
Catalogue = Sequence[tuple[Service, Sequence[ServiceTerms]]]


def standing_families() -> "QuerySet[Family]":
    """Return the entries that were not joined into another one: only for these anything is reported or protected."""
    return Family.objects.filter(merged_into__isnull=True)


def days_of_birth(birth: Birth) -> BirthDays:
    """Return the days that say which birth it is. No query where the infants are prefetched."""
    return BirthDays(birth.due_date, [infant.birth_date for infant in birth.infants.all()])


class InfantRow(NamedTuple):
    """What the rules ask of an infant: fields of enrollment.models.Infant."""

    birth_date: date
    gestation_days: int | None
    long_hospital_stay: bool
    rolls_over_since: date | None


class TermsRow(NamedTuple):
    """What the rules ask of a service's terms: fields of facilities.models.ServiceTermsRow."""

    period: DateRange
    age_limit_months: int
    takes_siblings: bool
    max_sibling_days: int | None
    requires_facility_use: bool


@dataclass(frozen=True)
class Facts:
    """What the rules ask beside the registration itself: its infants, what was granted to it, the service's terms.

    ``granted``: the rules on which an exception was granted, each with its last day.

    ``away``: the first and the last day of each time that the family lived outside the ward, between two residences.
    """

    infants: Sequence[Infant | InfantRow]
    granted: Mapping[Rule, date]
    terms: Sequence[ServiceTerms]
    away: Sequence[tuple[date, date]] = ()


def ask_facts(registration: Registration, service: Service) -> tuple[Question, ...]:
    """What ``facts_from`` reads."""
    return (
        (INFANTS_OF, [registration.birth_id]),
        (GRANTED_TO, [registration.pk]),
        (TERMS_OF, [service.pk]),
        (AWAY_OF, [registration.birth_id]),
    )


def facts_from(service: Service, rows: Sequence[Rows]) -> Facts:
    """Return the facts as they were asked for."""
    infants, granted, terms, away = rows
    cut = [cut_to_offered(TermsRow(*row), service) for row in terms]
    return Facts(
        infants=[InfantRow(*row) for row in infants],
        granted={Rule(rule): last_day for rule, last_day in granted},
        terms=[row for row in cut if row is not None],
        away=[(gone, back - timedelta(days=1)) for gone, back in away],
    )


def verdict_for(
    registration: Registration,
    service: Service,
    first_day: date,
    last_day: date,
    *,
    sibling_birth_date: date | None = None,
    sibling_days: Collection[date] | None = None,
    has_used_facility: bool | None = None,
) -> Verdict:
    """Judge whether the registration's family may use the service on every day from the first to the last.

    What the family stated, the infants as they are known now, and staff's exceptions count. Whether the family
    has used the facility before is known above (bookings): None says it as a condition and refuses nobody.

    One query. Errors: NotPossible, with the code of what cannot be judged (eligibility.NotJudgeable).
    """
    facts = facts_from(service, run_batch(*ask_facts(registration, service)))
    application = application_of(
        registration,
        first_day,
        last_day,
        sibling_birth_date=sibling_birth_date,
        sibling_days=sibling_days,
        has_used_facility=has_used_facility,
        facts=facts,
    )
    return _judged(application, facts.terms)


def judged(service: Service, application: eligibility.Application) -> Verdict:
    """Judge what was asked, for a person: what cannot be judged is NotPossible with its code, words and field."""
    return _judged(application, terms_of([service])[service.pk])


def _judged(application: eligibility.Application, terms: Sequence[ServiceTerms]) -> Verdict:
    try:
        return eligibility.judge(application, terms)
    except eligibility.NotJudgeable as error:
        sentence = why_not_judgeable(error)
        field = {"days_out_of_order": "last_day", "too_many_days": "last_day", "terms_unknown": "service"}
        fields = {field[error.code]: sentence} if error.code in field else {}
        raise NotPossible(error.code, sentence, fields) from error


def application_of(
    registration: Registration,
    first_day: date,
    last_day: date,
    *,
    sibling_birth_date: date | None = None,
    sibling_days: Collection[date] | None = None,
    has_used_facility: bool | None = None,
    facts: Facts | None = None,
) -> eligibility.Application:
    """Return the registration's facts as the rules take them. Two queries without ``facts``."""
    infants = registration.birth.infants.all() if facts is None else facts.infants
    granted = _granted_to(registration) if facts is None else facts.granted
    return eligibility.Application(
        first_day=first_day,
        last_day=last_day,
        mother_in_ward=registration.mother_in_ward,
        infant_in_ward=registration.infant_in_ward,
        infants=infants_of(registration, last_day, infants),
        worry=registration.worry,
        lacks_support=registration.lacks_support,
        needs_medical_care=registration.needs_medical_care,
        sibling_birth_date=sibling_birth_date,
        sibling_days=sibling_days,
        has_used_facility=has_used_facility,
        exceptions=granted,
        in_ward_until=registration.usable_until,
        away=[*(facts.away if facts else ()), *_before_moving_in(registration)],
    )


def _before_moving_in(registration: Registration) -> list[tuple[date, date]]:
    """The days from the application to the day before the family moves into the ward."""
    moves_in, applied = registration.moves_in_on, registration.applied_on
    return [(applied, moves_in - timedelta(days=1))] if moves_in and moves_in > applied else []


def infants_of(
    registration: Registration, day: date, infants: Iterable[Infant | InfantRow] | None = None
) -> list[InfantFacts]:
    """Return the registration's infants as the rules take them, as of the day. One query without ``infants``."""
    due_date = registration.birth.due_date
    return [
        InfantFacts(
            birth_date=infant.birth_date,
            due_date=due_date,
            gestation_days=infant.gestation_days,
            long_hospital_stay=infant.long_hospital_stay,
            rolls_over=infant.rolls_over_since is not None and infant.rolls_over_since <= day,
        )
        for infant in (registration.birth.infants.all() if infants is None else infants)
    ]


def _granted_to(registration: Registration) -> dict[Rule, date]:
    """Return the rules on which an exception was granted, each with its last day; of two the later."""
    granted = sorted((row.last_day, row.rule) for row in registration.exceptions.all() if row.granted_at)
    return {Rule(rule): last_day for last_day, rule in granted}


def terms_of(services: Iterable[Service]) -> dict[int, list[ServiceTerms]]:
    """Return all dated terms of each service, each cut to the time in which the service is offered. One query."""
    by_key = {service.pk: service for service in services}
    found: dict[int, list[ServiceTerms]] = {key: [] for key in by_key}
    for row in ServiceTermsRow.objects.filter(service__in=by_key).order_by("service", "period"):
        terms = cut_to_offered(row, by_key[row.service_id])
        if terms is not None:
            found[row.service_id].append(terms)
    return found


def verdicts_on_application(
    registration: Registration, today: date, catalogue: Catalogue | None = None
) -> dict[str, Verdict]:
    """Judge an application for every service offered, by slug: on ``today``, before birth on the due date, and of who
    moves into the ward later on that day.

    A pregnancy is judged as if the infant were born on its due date. Needs no facility used before.
    ``catalogue``: read once where many are judged.
    """
    day = max(today, registration.moves_in_on or today)
    return verdicts_on(application_of(registration, day, day), registration.birth.due_date, day, catalogue)


def verdicts_on(
    application: eligibility.Application, due_date: date | None, today: date, catalogue: Catalogue | None = None
) -> dict[str, Verdict]:
    """Judge stated facts for every service offered, by slug: as ``verdicts_on_application`` does."""
    if not application.infants:
        day = day_judged(born=False, due_date=due_date, today=today)
        infants = [InfantFacts(birth_date=day)]
        application = replace(application, first_day=day, last_day=day, infants=infants)
    offered = services_with_terms() if catalogue is None else catalogue
    return {
        service.slug: eligibility.judge(application, terms)
        for service, terms in offered
        if terms and _covers(service.offered, application.first_day)
    }


def services_with_terms() -> Catalogue:
    """Return every service with its dated terms, in the ward's order, whatever the day. Two queries."""
    services = list(Service.objects.order_by("facility__position", "position"))
    terms = terms_of(services)
    return [(service, terms[service.pk]) for service in services]


def day_judged(*, born: bool, due_date: date | None, today: date) -> date:
    """Return the day for which an application is judged: today, before birth the due date."""
    return today if born else max(due_date or today, today)


def tax_class_on(family: Family, days: Sequence[date]) -> dict[date, str]:
    """Return the household's tax class on each day; a day without a class is missing. One query."""
    if not days:
        return {}
    rows = list(
        TaxClassPeriod.objects.filter(family=family, period__overlap=(min(days), max(days) + timedelta(days=1)))
    )
    return {day: row.tax_class for day in days for row in rows if _covers(row.period, day)}


def first_day_to_apply(due_date: date, today: date) -> date:
    """Return the day from which a pregnancy can be registered, by the policy in force today (PUBLIC: week 28).

    Week 28 begins 28 completed weeks into the 40 that end on the due date.
    Errors: NotPossible ``no_registration_policy`` until staff enter one.
    """
    week = week_to_apply(today)
    if week is None:
        raise NotPossible(
            "no_registration_policy",
            _("It is not published from which week of pregnancy one can apply. Please ask the ward."),
        )
    return due_date - timedelta(days=DUE_DATE_DAYS) + week * WEEK


def week_to_apply(today: date) -> int | None:
    """Return from which week of pregnancy one can apply, by the policy in force; None where none is."""
    policy = RegistrationPolicy.objects.filter(period__contains=today).first()
    return policy.from_pregnancy_week if policy else None


def decision_expected(came_in: date) -> date | None:
    """Return by which day an application that came in on the day is mostly answered, as a family is told.

    None where no policy says so. Two queries.
    """
    policy = RegistrationPolicy.objects.filter(period__contains=came_in).first()
    if policy is None:
        return None
    near = (came_in, came_in + timedelta(days=3 * policy.decision_days + 30))
    holidays = set(PublicHoliday.objects.filter(day__range=near).values_list("day", flat=True))
    return working_day_after(came_in, policy.decision_days, holidays)


def last_day_of_exceptions(today: date) -> date:
    """Return the last day that an exception proposed today can have, by the policy in force (DEFAULT: two years)."""
    policy = RegistrationPolicy.objects.filter(period__contains=today).first()
    return today + timedelta(days=policy.exception_days if policy else TWO_YEARS)


def longest_age_limit(today: date) -> int | None:
    """Return the age limit in months of the service that goes on longest; None while none is offered. One query."""
    terms = ServiceTermsRow.objects.filter(period__contains=today, service__offered__contains=today)
    longest: int | None = terms.aggregate(longest=Max("age_limit_months"))["longest"]
    return longest


def consents_asked(today: date) -> list[ConsentText]:
    """Return the texts in force that a family is asked to agree to, in order. One query."""
    return list(ConsentText.objects.filter(period__contains=today))


def cut_to_offered(row: ServiceTermsRow | TermsRow, service: Service) -> ServiceTerms | None:
    """Return a row of terms as the rules take it, cut to the days on which the service is offered; None: on none."""
    starts = [day for day in (row.period.lower, service.offered.lower) if day]
    ends = [day for day in (last_day_of(row.period), last_day_of(service.offered)) if day]
    first, last = max(starts, default=date.min), min(ends, default=None)
    if last is not None and last < first:
        return None
    return ServiceTerms(
        kind=service.kind,
        offered_from=first,
        offered_until=last,
        age_limit_months=row.age_limit_months,
        takes_siblings=row.takes_siblings,
        max_sibling_days=row.max_sibling_days,
        requires_facility_use=row.requires_facility_use,
    )


def _covers(period: DateRange, day: date) -> bool:
    return (period.lower is None or period.lower <= day) and (period.upper is None or day < period.upper)
