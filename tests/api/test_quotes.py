"""POST /api/v1/quotes/: the fee day by day, public, stateless; what cannot be priced says so by its code."""

import json
from datetime import date

import pytest
from django.test import Client

from billing.models import CouponPolicy, Tariff
from facilities.models import PlacePool, ServiceKind
from tests.builders import coupon_policy, service

pytestmark = pytest.mark.django_db

URL = "/api/v1/quotes/"
ASKED = {
    "service": "ward-centre/short-stay",
    "first_day": "2023-05-01",
    "last_day": "2023-05-03",
    "tax_class": "taxed",
    "infants": 1,
    "siblings": 0,
    "coupons": 0,
}


@pytest.fixture(autouse=True)
def ward():
    service()


def ask(body, client=None, **headers):
    body = body if isinstance(body, str | bytes) else json.dumps(body)
    return (client or Client(enforce_csrf_checks=True)).post(URL, body, "application/json", headers=headers)


@pytest.mark.parametrize(
    ("last_day", "tax_class", "infants", "siblings", "total"),
    [  # SEED: the four worked examples
        ("2023-05-07", "taxed", 1, 0, 31_500),
        ("2023-05-07", "non_taxed", 1, 0, 10_500),
        ("2023-05-03", "taxed", 2, 0, 15_000),
        ("2023-05-03", "non_taxed", 1, 1, 7_200),
    ],
)
def test_the_worked_examples_of_the_ward(last_day, tax_class, infants, siblings, total):
    asked = {"last_day": last_day, "tax_class": tax_class, "infants": infants, "siblings": siblings}
    assert ask({**ASKED, **asked}).json()["total"] == total


def test_lines_stand_in_the_order_of_days_then_base_multiple_sibling_coupon():
    coupon_policy()
    asked = {"first_day": "2023-10-01", "last_day": "2023-10-02", "infants": 3, "siblings": 1, "coupons": 1}
    assert ask({**ASKED, **asked}).json() == {
        "total": 12_400 - 2_500 + 2_000,
        "lines": [
            {"day": "2023-10-01", "component": "base", "quantity": 1, "unit_amount": 4500, "amount": 4500},
            {"day": "2023-10-01", "component": "multiple", "quantity": 2, "unit_amount": 500, "amount": 1000},
            {"day": "2023-10-01", "component": "sibling", "quantity": 1, "unit_amount": 1700, "amount": 1700},
            {"day": "2023-10-01", "component": "coupon", "quantity": 1, "unit_amount": -2500, "amount": -2500},
            {"day": "2023-10-02", "component": "base", "quantity": 1, "unit_amount": 4500, "amount": 4500},
            {"day": "2023-10-02", "component": "multiple", "quantity": 2, "unit_amount": 500, "amount": 1000},
            {"day": "2023-10-02", "component": "sibling", "quantity": 1, "unit_amount": 1700, "amount": 1700},
        ],
    }


def test_infants_siblings_and_coupons_may_be_left_out():
    asked = {key: ASKED[key] for key in ("service", "first_day", "last_day", "tax_class")}
    assert ask(asked).json()["total"] == 13_500


def test_each_day_is_priced_by_the_tariff_in_force_on_it():
    row = Tariff.objects.get(component="base", tax_class="taxed")
    row.period = (row.period.lower, date(2023, 5, 2))
    row.save()
    Tariff.objects.create(
        service=row.service, component="base", tax_class="taxed", amount=5000, period=(date(2023, 5, 2), None)
    )
    assert ask(ASKED).json()["total"] == 4500 + 2 * 5000


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"service": "ward-centre/spa"}, "service_unknown", "service"),
        ({"service": "ward-centre"}, "service_unknown", "service"),
        ({"last_day": "2023-04-30"}, "days_out_of_order", "last_day"),
        ({"last_day": "2199-12-31"}, "too_many_days", "last_day"),
        ({"first_day": "2018-03-31", "last_day": "2018-04-01"}, "service_not_offered", "service"),
        ({"service": "ward-centre/outreach", "tax_class": "taxed"}, "tariff_not_published", "service"),
        ({"coupons": 1}, "coupon_not_in_force", "coupons"),
        (
            {"coupons": 1, "tax_class": "welfare", "first_day": "2023-10-01", "last_day": "2023-10-01"},
            "coupon_not_for_tax_class",
            "coupons",
        ),
        ({"coupons": 6, "first_day": "2023-10-01", "last_day": "2023-10-07"}, "coupon_allowance_exceeded", "coupons"),
        ({"coupons": 2, "first_day": "2023-10-01", "last_day": "2023-10-01"}, "coupon_more_than_days", "coupons"),
    ],
)
def test_what_cannot_be_priced_is_422_with_its_code_a_sentence_and_the_field(changes, code, field):
    coupon_policy()
    service(ServiceKind.OUTREACH, PlacePool.objects.get())
    answer = ask({**ASKED, **changes})
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert list(answer.json()["fields"]) == [field]
    assert answer.json()["detail"]


def test_an_amount_that_is_not_published_is_never_a_guess_and_never_0():
    Tariff.objects.filter(component="multiple").delete()
    answer = ask({**ASKED, "infants": 2})
    assert (answer.status_code, answer.json()["code"]) == (422, "tariff_not_published")
    assert list(answer.json()["fields"]) == ["infants"]


MALFORMED = [
    ("service", [None, "", 5, ["a"], "x" * 81, "a\x00b"]),
    (
        "first_day",
        [None, "", "2023-5-1", "20230501", "2023-02-29", "2023-W18-1", "２０２３-０５-０１", 20230501, "9999-12-31"],
    ),
    ("last_day", ["0001-01-01", "2023-05-01T00:00:00", True, {}]),
    ("tax_class", [None, "", "rich", 1, "TAXED", ["taxed"]]),
    ("infants", [0, -1, 7, 10**9, 10**30, 1.0, 2.5, "2", True, None]),
    ("siblings", [-1, 2, "0", False, 0.0]),
    ("coupons", [-1, 10**9, "1", 1.5, None]),
    ("sibling", [1]),
]


@pytest.mark.parametrize(("field", "value"), [(field, value) for field, values in MALFORMED for value in values])
def test_malformed_is_400_and_names_the_field(field, value):
    answer = ask({**ASKED, field: value})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert list(answer.json()["fields"]) == [field]


@pytest.mark.parametrize("missing", ["service", "first_day", "last_day", "tax_class"])
def test_what_is_missing_is_named(missing):
    answer = ask({key: value for key, value in ASKED.items() if key != missing})
    assert (answer.status_code, list(answer.json()["fields"])) == (400, [missing])


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b"null", 400),
        (b'"x"', 400),
        (b"\xff\xfe", 400),
        (b'{"infants": NaN}', 400),
        (b'{"service": "\\ud800"}', 400),
        (b'{"\\ud800": 1}', 400),
        (b"[" * 20_000, 400),
        (b'{"infants": ' + b"9" * 5000 + b"}", 400),
        (b" " * 70_000, 413),
    ],
)
def test_a_body_that_is_no_request_is_refused_in_the_same_shape(body, status):
    answer = ask(body)
    assert answer.status_code == status
    assert set(answer.json()) == {"code", "detail", "fields"}


def test_other_methods_and_media_types_are_refused_in_the_same_shape():
    assert Client().get(URL).status_code == 405
    form = Client().post(URL, {"service": "x"})
    assert (form.status_code, set(form.json())) == (415, {"code", "detail", "fields"})


def test_no_session_no_cookie_and_no_csrf_are_needed(django_assert_num_queries):
    client = Client(enforce_csrf_checks=True)
    with django_assert_num_queries(2):  # the service; the tariffs
        answer = ask(ASKED, client)
    assert answer.status_code == 200
    assert not answer.cookies


@pytest.mark.parametrize(
    ("language", "words"), [("en", "before the first day"), ("ja", "利用を始める日"), ("fr", "利用を始める日")]
)
def test_sentences_come_in_the_language_asked_for(language, words):
    answer = ask({**ASKED, "last_day": "2023-04-30"}, **{"accept-language": language})
    assert words in answer.json()["detail"]


def test_too_many_requests_are_429_with_the_time_to_wait(public_rate):
    public_rate("2/min")
    statuses = [ask(ASKED, Client(REMOTE_ADDR="192.0.2.77")) for _ in range(3)]
    assert [answer.status_code for answer in statuses] == [200, 200, 429]
    assert int(statuses[2]["Retry-After"]) in range(1, 62)
    assert statuses[2].json()["code"] == "throttled"


def test_without_coupons_no_coupon_row_is_asked_for():
    assert not CouponPolicy.objects.exists()
    assert ask(ASKED).status_code == 200
