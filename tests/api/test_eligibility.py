"""POST /api/v1/eligibility/: every rule with its reason, public, stateless."""

import json

import pytest
from django.test import Client

from tests.builders import facility, pool, service

pytestmark = pytest.mark.django_db

URL = "/api/v1/eligibility/"
INFANT = {"birth_date": "2023-05-01", "due_date": None, "gestation_days": 275}
ASKED = {
    "service": "ward-centre/short-stay",
    "first_day": "2023-06-01",
    "last_day": "2023-06-03",
    "mother_in_ward": True,
    "infant_in_ward": True,
    "infants": [INFANT],
    "worry": True,
    "lacks_support": True,
    "needs_medical_care": False,
    "sibling_birth_date": None,
}
RULES = [
    "service_offered",
    "residency",
    "infant_age",
    "rolling_over",
    "worry",
    "support",
    "medical_care",
    "sibling",
]


@pytest.fixture(autouse=True)
def ward():
    service()


def ask(body, **headers):
    return Client(enforce_csrf_checks=True).post(URL, json.dumps(body), "application/json", headers=headers)


def test_the_verdict_names_all_eight_rules_with_their_reasons():
    answer = ask(ASKED).json()
    assert (answer["eligible"], answer["usable_until"]) == (True, "2023-08-31")
    assert [rule["rule"] for rule in answer["rules"]] == RULES
    assert all(set(rule) == {"rule", "met", "reason"} and rule["reason"] for rule in answer["rules"])


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"first_day": "2018-03-30", "last_day": "2018-03-31"}, "service_offered"),
        ({"mother_in_ward": False}, "residency"),
        ({"infant_in_ward": False}, "residency"),
        ({"last_day": "2023-09-01", "first_day": "2023-08-30"}, "infant_age"),
        ({"infants": []}, "infant_age"),
        ({"worry": False}, "worry"),
        ({"lacks_support": False}, "support"),
        ({"needs_medical_care": True}, "medical_care"),
        ({"sibling_birth_date": "2016-04-01"}, "sibling"),
    ],
)
def test_a_rule_that_is_not_met_makes_the_verdict_negative_and_says_why(changes, rule):
    answer = ask({**ASKED, **changes}).json()
    assert not answer["eligible"]
    assert rule in [row["rule"] for row in answer["rules"] if not row["met"]]


@pytest.mark.parametrize(
    ("infants", "until"),
    [
        # SEED: born 1 April, under 4 months to 31 July; born 31 October, to the end of February inclusive.
        ([{"birth_date": "2023-04-01"}], "2023-07-31"),
        ([{"birth_date": "2022-10-31"}], "2023-02-28"),
        ([{"birth_date": "2023-10-31"}], "2024-02-29"),
        ([{"birth_date": "2023-04-01", "due_date": "2023-05-20", "gestation_days": 230}], "2023-09-19"),
        ([{"birth_date": "2023-04-01", "due_date": "2023-05-20", "long_hospital_stay": True}], "2023-09-19"),
        ([], None),
    ],
)
def test_usable_until_is_the_last_day_by_age_alone(infants, until):
    assert ask({**ASKED, "infants": infants}).json()["usable_until"] == until


def test_an_infant_who_rolls_over_is_refused_in_the_time_that_only_the_correction_allows():
    infant = {"birth_date": "2023-02-01", "due_date": "2023-03-20", "gestation_days": 230, "rolls_over": True}
    asked = {**ASKED, "first_day": "2023-06-10", "last_day": "2023-06-10", "infants": [infant]}
    unmet = [row["rule"] for row in ask(asked).json()["rules"] if not row["met"]]
    assert unmet == ["rolling_over"]


@pytest.mark.parametrize(("language", "words"), [("en", "live in the ward"), ("ja", "区"), ("de", "区")])
def test_reasons_come_in_the_language_asked_for(language, words):
    answer = ask(ASKED, **{"accept-language": language})
    assert words in answer.json()["rules"][1]["reason"]
    assert "Accept-Language" in answer["Vary"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"last_day": "2023-05-31"}, "days_out_of_order"),
        ({"last_day": "2030-01-01"}, "too_many_days"),
        ({"service": "nowhere/short-stay"}, "service_unknown"),
        ({"infants": [{"birth_date": "1950-01-01"}]}, "date_out_of_range"),
        ({"service": "mamas-room/day-care"}, "terms_unknown"),
    ],
)
def test_what_cannot_be_judged_is_422_with_its_code(changes, code):
    without_terms = service(in_pool=pool(of=facility("mamas-room", "ママズルーム")))
    without_terms.terms.all().delete()
    type(without_terms).objects.filter(pk=without_terms.pk).update(slug="mamas-room/day-care")
    answer = ask({**ASKED, **changes})
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert answer.json()["detail"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"mother_in_ward": "true"}, "mother_in_ward"),
        ({"worry": 1}, "worry"),
        ({"needs_medical_care": None}, "needs_medical_care"),
        ({"infants": None}, "infants"),
        ({"infants": {}}, "infants.non_field_errors"),
        ({"infants": [INFANT] * 7}, "infants.non_field_errors"),
        ({"infants": [5]}, "infants.0.non_field_errors"),
        ({"infants": [{}]}, "infants.0.birth_date"),
        ({"infants": [INFANT, {**INFANT, "gestation_days": 37}]}, "infants.1.gestation_days"),
        ({"infants": [{**INFANT, "gestation_days": "275"}]}, "infants.0.gestation_days"),
        ({"infants": [{**INFANT, "rolls_over": "no"}]}, "infants.0.rolls_over"),
        ({"infants": [{**INFANT, "name": "太郎"}]}, "infants.0.name"),
        ({"sibling_birth_date": "yesterday"}, "sibling_birth_date"),
        ({"exceptions": ["worry"]}, "exceptions"),
    ],
)
def test_malformed_is_400_and_names_the_field(changes, field):
    answer = ask({**ASKED, **changes})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert list(answer.json()["fields"]) == [field]


@pytest.mark.parametrize("missing", [key for key in ASKED if key != "sibling_birth_date"])
def test_nothing_that_decides_is_assumed(missing):
    answer = ask({key: value for key, value in ASKED.items() if key != missing})
    assert (answer.status_code, list(answer.json()["fields"])) == (400, [missing])
