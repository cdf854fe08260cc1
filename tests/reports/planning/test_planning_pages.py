"""計画のページ: asked in a form, seen while it is worked out, read by those allowed, compared and printed."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from bookings.models import BookingDay, DayStatus
from facilities.fiscal_year import fiscal_year
from facilities.models import Service
from reports.models import PlanningRun
from reports.tasks import carry_on_planning
from tests import builders
from tests.bookings.draws.factories_line import FIRST, book

pytestmark = pytest.mark.django_db
LIST, ASK = reverse("supervisor:planning"), reverse("supervisor:planning-what-if")


@pytest.fixture
def stay() -> Service:
    builders.usage_limits()
    builders.draw_policy()
    builders.district("karasuyama")
    made = builders.service(slots=1)
    book(made, 9)
    BookingDay.objects.update(status=DayStatus.USED)
    return made


def signed_in(role: Role = Role.SUPERVISOR) -> Client:
    client = Client()
    client.force_login(builders.user(role))
    return client


def form(**more: Any) -> dict[str, Any]:
    return {
        "key": f"key-{PlanningRun.objects.count()}-{len(str(more))}",
        "title": "枠を2つ増やす",
        "keep_until": (timezone.localdate() + timedelta(days=30)).isoformat(),
        "year": str(fiscal_year(FIRST)),
        "slots_ward-centre": "2",
        "flexible_days": "0",
        "to_new_house": "50",
        "more_days": "50",
        "seeds": "2",
    } | more


def ask(client: Client, **more: Any) -> PlanningRun:
    answer = client.post(ASK, form(**more))
    assert answer.status_code == 302, answer.text
    return PlanningRun.objects.latest("pk")


def test_a_supervisor_asks_waits_and_reads_what_would_be(stay: Service) -> None:
    client = signed_in()
    run = ask(client)
    page = client.get(reverse("supervisor:planning-run", args=[run.pk]))
    assert "計算待ち" in page.text
    assert page["Refresh"]
    carry_on_planning()
    page = client.get(reverse("supervisor:planning-run", args=[run.pk]))
    assert "Refresh" not in page
    for words in ("何が変わるか", "施設別", "記録の延べ1日のうち1日が記録のとおり", "区立産後ケアセンター"):
        assert words in page.text, words
    assert "枠を2つ増やす" in client.get(LIST).text


def test_the_same_form_sent_twice_is_one_run(stay: Service) -> None:
    client = signed_in()
    sent = form(key="once")
    assert [client.post(ASK, sent).status_code for _again in range(2)] == [302, 302]
    assert PlanningRun.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"slots_ward-centre": ""}, "何も変わっていません"),
        ({"slots_ward-centre": "99"}, "20以下"),
        ({"seeds": "0"}, "1以上"),
        ({"year": "1999"}, "正しく選択"),
        ({"keep_until": "2099-01-01"}, "離れすぎ"),
        ({"house_name": "烏山の家"}, "新しい施設を試算するには"),
        ({"title": ""}, "入力"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_in_words(stay: Service, wrong: dict[str, str], words: str) -> None:
    answer = signed_in().post(ASK, form(**wrong))
    assert answer.status_code == 422
    assert words in answer.text
    assert not PlanningRun.objects.exists()


def test_a_new_house_and_other_weekdays_are_kept_and_said(stay: Service) -> None:
    client = signed_in()
    run = ask(
        client,
        **{
            "slots_ward-centre": "",
            "weekdays_ward-centre": ["0", "2"],
            "house_name": "烏山の家",
            "house_kind": "short_stay",
            "house_slots": "3",
            "house_weekdays": ["0", "1"],
            "house_district": "karasuyama",
            "days_per_birth": "10",
            "without_draw": "on",
            "high_need_tickets": "4",
        },
    )
    carry_on_planning()
    page = client.get(reverse("supervisor:planning-run", args=[run.pk])).text
    for words in ("烏山の家", "烏山総合支所", "先着順", "10"):
        assert words in page


def test_runs_stand_beside_each_other(stay: Service) -> None:
    client = signed_in()
    runs = [ask(client, **{"slots_ward-centre": number, "title": f"{number}つ"}) for number in ("1", "2")]
    carry_on_planning()
    compare = reverse("supervisor:planning-compare")
    page = client.get(compare, {"run": [run.pk for run in runs]}).text
    assert "1つ" in page
    assert "2つ" in page
    assert "2件以上選んで" in client.get(compare, {"run": [runs[0].pk, "x", "-1", "99999999999999999999"]}).text


def test_a_forecast_of_few_months_says_that_it_can_be_compared_with_nothing(stay: Service) -> None:
    client = signed_in()
    answer = client.post(
        reverse("supervisor:planning-forecast"),
        {"key": "f", "title": "見通し", "keep_until": timezone.localdate().isoformat()},
    )
    assert answer.status_code == 302
    carry_on_planning()
    page = client.get(answer["Location"]).text
    assert "前年の同じ月の値を示します" in page


def test_ward_staff_and_auditors_read_and_only_supervisors_ask(stay: Service) -> None:
    run = ask(signed_in())
    for role in (Role.WARD_STAFF, Role.AUDITOR):
        client = signed_in(role)
        assert client.get(reverse("supervisor:planning-run", args=[run.pk])).status_code == 200
        assert client.get(LIST).status_code == 200
        assert client.get(ASK).status_code == 404
    assert signed_in(Role.OPERATOR).get(LIST).status_code == 404


def test_a_database_with_nothing_in_it_is_told_so() -> None:
    client = signed_in()
    assert "試算できません" in client.get(ASK).text
    assert "試算はまだありません" in client.get(LIST).text
    refused = client.post(
        reverse("supervisor:planning-forecast"),
        {"key": "f", "title": "見通し", "keep_until": timezone.localdate().isoformat()},
    )
    assert "施設がありません" in refused.text


def test_more_runs_need_no_more_queries(stay: Service) -> None:
    client = signed_in()

    def asked(address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    first = ask(client)
    carry_on_planning()
    address = reverse("supervisor:planning-run", args=[first.pk])
    of_list, of_run = asked(LIST), asked(address)
    for number in range(2):
        ask(client, title=f"{number}")
    assert asked(LIST) == of_list
    assert asked(address) == of_run
    assert of_run <= 16
