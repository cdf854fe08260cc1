"""A family that meets every rule, services as the ward offers them, and what is judged of them."""

from datetime import date

from enrollment.eligibility import (
    Application,
    InfantFacts,
    ServiceTerms,
    judge,
)

SHORT_STAY = ServiceTerms("short_stay", date(2018, 4, 1), None, 4, takes_siblings=True, max_sibling_days=4)
MAMAS_ROOM = ServiceTerms("day_care", date(2016, 9, 1), None, 4)
OUTREACH = ServiceTerms("outreach", date(2023, 10, 1), None, 12)
ONLINE = ServiceTerms("online_consultation", date(2020, 10, 1), None, 12, requires_facility_use=True)

BORN = date(2023, 5, 1)  # under 4 months to 31 August
ONE_INFANT = (InfantFacts(BORN),)
DUE = date(2023, 6, 20)  # 50 days after the birth; under 4 months counted from it to 19 October


def application(first_day=date(2023, 6, 1), last_day=None, infants=ONE_INFANT, **facts):
    """A family that meets every rule unless told."""
    stated = {
        "mother_in_ward": True,
        "infant_in_ward": True,
        "worry": True,
        "lacks_support": True,
        "needs_medical_care": False,
    }
    return Application(first_day, last_day or first_day, infants=infants, **stated | facts)


def result(rule, asked, terms=(SHORT_STAY,)):
    return next(found for found in judge(asked, terms).rules if found.rule is rule)


def codes(rule, asked, terms=(SHORT_STAY,)):
    found = result(rule, asked, terms)
    return found.met, found.code
