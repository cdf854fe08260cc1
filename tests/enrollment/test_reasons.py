"""The reasons that a mother reads: every code has its sentence, in both languages, with the dates it used."""

import json
import re
from datetime import date

import pytest
from django.utils import translation

from enrollment.eligibility import (
    Application,
    Code,
    DaysOutOfOrder,
    InfantFacts,
    NotJudgeable,
    Rule,
    RuleResult,
    ServiceTerms,
    judge,
)
from enrollment.reasons import ADVICE, NOT_JUDGEABLE, SENTENCES, advice, reason, verdict_as_json, why_not_judgeable

A_DAY = date(2023, 8, 31)
DATES = [
    "first_day",
    "last_day",
    "day",
    "birth_date",
    "counted_from",
    "usable_until",
    "until",
    "school_starts",
    "first",
    "last",
]
FACTS = dict.fromkeys(DATES, A_DAY) | {"months": 4, "days": 5, "limit": 4}
SHORT_STAY = ServiceTerms("short_stay", date(2018, 4, 1), None, 4, takes_siblings=True, max_sibling_days=4)


def verdict(**facts):
    asked = {
        "first_day": date(2023, 8, 30),
        "last_day": date(2023, 9, 2),
        "mother_in_ward": True,
        "infant_in_ward": True,
        "infants": [InfantFacts(date(2023, 5, 1))],
        "worry": True,
        "lacks_support": True,
        "needs_medical_care": False,
    }
    return judge(Application(**asked | facts), [SHORT_STAY])


def test_every_code_has_a_sentence():
    assert set(SENTENCES) == set(Code)


@pytest.mark.parametrize("code", Code)
def test_a_reason_is_wholly_in_japanese_with_its_dates_as_written_in_japan(code):
    with translation.override("ja"):
        sentence = reason(RuleResult(Rule.INFANT_AGE, True, code, FACTS))
    assert not re.search("[A-Za-z%]", sentence), sentence
    if re.search(r"%\((?!months|days|limit)", SENTENCES[code]):
        assert "2023年8月31日" in sentence


@pytest.mark.parametrize("code", ADVICE)
def test_where_a_rule_is_not_met_she_is_told_what_she_can_do_in_her_language(code):
    not_met = RuleResult(Rule.INFANT_AGE, False, code, FACTS)
    with translation.override("ja"):
        assert not re.search("[A-Za-z%]", advice(not_met))
    assert advice(not_met) != ""
    assert advice(RuleResult(Rule.INFANT_AGE, False, code, FACTS, excepted=True)) == ""


def test_every_rule_that_can_fail_has_its_advice():
    met = {code for code in Code if code not in ADVICE}
    assert met == {
        *(Code.OFFERED, Code.OFFERED_AFTER_FACILITY_USE, Code.IN_WARD, Code.WORRIED, Code.LACKS_SUPPORT),
        *(Code.UNDER_AGE_LIMIT, Code.UNDER_CORRECTED_AGE_LIMIT, Code.DOES_NOT_ROLL_OVER, Code.MAY_ROLL_OVER),
        *(Code.NO_MEDICAL_CARE, Code.NO_SIBLING, Code.SIBLING_MAY_COME),
    }


@pytest.mark.parametrize("code", Code)
def test_a_reason_is_wholly_in_english_for_who_reads_english(code):
    with translation.override("en"):
        assert reason(RuleResult(Rule.INFANT_AGE, True, code, FACTS)).isascii()


@pytest.mark.parametrize("code", NOT_JUDGEABLE)
def test_what_cannot_be_judged_is_said_in_japanese(code):
    with translation.override("ja"):
        assert not re.search("[A-Za-z%]", why_not_judgeable(NotJudgeable(code, **FACTS)))


def test_the_sentences_are_filled_by_the_facts_that_the_rules_give():
    with translation.override("ja"):
        age = next(rule for rule in verdict().rules if rule.rule is Rule.INFANT_AGE)
        assert reason(age) == (
            "このサービスは4か月未満の赤ちゃんが対象です。2023年5月1日生まれの赤ちゃんは、2023年8月31日までご利用いただけます。"
        )
        with pytest.raises(DaysOutOfOrder) as refused:
            verdict(last_day=date(2023, 8, 1))
        assert why_not_judgeable(refused.value) == (
            "帰る日（2023年8月1日）が、利用を始める日（2023年8月30日）より前になっています。"
        )


BORN, DUE = date(2023, 5, 1), date(2023, 6, 20)
SIBLING = {"first_day": date(2023, 8, 1), "last_day": date(2023, 8, 5)}
CASES = {
    Code.NOT_OFFERED: {"first_day": date(2018, 3, 31), "last_day": date(2018, 4, 1)},
    Code.LEAVES_WARD: {"in_ward_until": date(2023, 7, 31)},
    Code.AWAY_FROM_WARD: {"away": [(date(2023, 8, 25), date(2023, 8, 30))]},
    Code.UNDER_AGE_LIMIT: {"last_day": date(2023, 8, 31)},
    Code.UNDER_CORRECTED_AGE_LIMIT: {"infants": [InfantFacts(BORN, DUE)]},
    Code.OVER_AGE_LIMIT: {},
    Code.OVER_CORRECTED_AGE_LIMIT: {"last_day": date(2023, 11, 1), "infants": [InfantFacts(BORN, DUE)]},
    Code.OVER_AGE_LIMIT_DUE_DATE_MISSING: {"infants": [InfantFacts(BORN, None, 230)]},
    Code.NOT_BORN_YET: {"infants": [InfantFacts(date(2023, 9, 1))]},
    Code.ROLLS_OVER: {"infants": [InfantFacts(BORN, DUE, 230, rolls_over=True)]},
    Code.SIBLING_MAY_COME: {"sibling_birth_date": date(2020, 1, 1)},
    Code.SIBLING_NOT_BORN_YET: {"sibling_birth_date": date(2023, 9, 1)},
    Code.SIBLING_OF_SCHOOL_AGE: {"sibling_birth_date": date(2015, 1, 1)},
    Code.TOO_MANY_SIBLING_DAYS: SIBLING | {"sibling_birth_date": date(2020, 1, 1)},
}


@pytest.mark.parametrize(("code", "facts"), CASES.items())
def test_a_rule_gives_every_fact_that_its_sentence_names(code, facts):
    found = next(rule for rule in verdict(**facts).rules if rule.code is code)
    assert reason(found)
    assert set(re.findall(r"%\((\w+)\)", SENTENCES[code])) <= set(found.facts)


def test_every_sentence_that_names_a_fact_is_among_the_cases():
    assert {code for code, sentence in SENTENCES.items() if "%(" in sentence} == set(CASES)


def test_an_exception_is_said():
    with translation.override("ja"):
        age = next(
            r for r in verdict(exceptions={Rule.INFANT_AGE: date(2024, 3, 31)}).rules if r.rule is Rule.INFANT_AGE
        )
        assert reason(age).endswith("（区の判断により、2024年3月31日まで例外として認められています）")


def test_the_verdict_for_programs_is_plain_json():
    with translation.override("en"):
        found = verdict_as_json(verdict())
    assert json.loads(json.dumps(found)) == found
    assert (found["eligible"], found["usable_until"]) == (False, "2023-08-31")
    assert found["rules"][2] == {
        "rule": "infant_age",
        "met": False,
        "excepted": False,
        "code": "over_age_limit",
        "facts": {
            "birth_date": "2023-05-01",
            "counted_from": "2023-05-01",
            "months": 4,
            "usable_until": "2023-08-31",
            "day": "2023-09-01",
        },
        "reason": "This service is for babies under 4 months. For your baby, born on May 1, 2023, "
        "the last day is Aug. 31, 2023.",
    }
    assert verdict_as_json(verdict(infants=[]))["usable_until"] is None
