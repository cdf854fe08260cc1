"""設定の「新しい日から」 at the desk: the table in a grid, a draft that waits, what differs, overlaps in words."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessLogEntry, User
from billing.models import CouponPolicy, Tariff
from enrollment.models import ConsentText
from facilities.models import Service, WeeklyPattern
from pages.ward.dated.forms import cell_name
from pages.ward.desk.home import due_for
from tests import builders
from tests.fixtures_opened_page import Opened
from tests.journeys.steps import booked
from wards.dated.sheet import Line
from wards.dated.tables import DATED
from wards.dated.values import name_of
from wards.models import DraftState, SettingsDraft, SettingsPolicy

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_force_is_kept")]

FEES = "billing_tariff"
AHEAD = timedelta(days=30)


@pytest.fixture
def staff() -> User:
    return builders.user(last_name="大西", first_name="亮")


@pytest.fixture
def desk(staff: User) -> Client:
    return signed_in(staff)


@pytest.fixture
def stay() -> Service:
    return builders.service()


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def day() -> date:
    return timezone.localdate() + AHEAD


def page_of(table: str) -> str:
    return f"{reverse('desk:settings-from', args=[table])}?day={day().isoformat()}"


def cell(*key: Any, of: str = "amount") -> str:
    return cell_name(Line(name_of(list(key)), (), ()), of)


def drafted(desk: Client, stay: Service, amount: str = "5000") -> SettingsDraft:
    answer = Opened(desk, page_of(FEES)).send(**{cell(stay.pk, "base", "taxed"): amount})
    assert answer.status_code == 200, answer.content.decode()
    return SettingsDraft.objects.latest("pk")


def confirm(desk: Client, draft: SettingsDraft) -> Any:
    opened = Opened(desk, reverse("desk:settings-draft", args=[draft.pk]), form=0)
    return opened.send(reason="条例改正による", confirm="1")


def test_the_grid_says_what_would_hold_on_the_first_day_of_the_next_fiscal_year(desk, stay):
    answer = desk.get(reverse("desk:settings-from", args=[FEES]))
    assert answer.context["day"].strftime("%m-%d") == "04-01"
    assert answer.context["day"] > timezone.localdate()
    said = answer.content.decode()
    for words in ("課税", "生活保護", "母子", 'value="4500"', 'value="1700"'):
        assert words in said


def test_a_fee_typed_otherwise_becomes_a_draft_that_says_what_differs_and_whom_it_touches(desk, stay):
    hit = booked(builders.family("渡邉 さくら"), stay, first=30, days=2)
    answer = desk.get(reverse("desk:settings-draft", args=[drafted(desk, stay).pk]))
    said = answer.content.decode()
    assert [(before, after) for row in answer.context["differing"] for _cell, before, after in row.cells] == [
        ("4,500", "5,000")
    ]
    for words in (
        "渡邉 さくら",
        "+1,000",
        hit.number,
        reverse("ward_family", args=[hit.registration.birth.family_id]),
    ):
        assert words in said
    assert AccessLogEntry.objects.filter(family_id=hit.registration.birth.family_id).exists()
    assert Tariff.objects.filter(amount=5000).count() == 0


def test_it_is_confirmed_with_a_reason_and_stands_for_the_record(desk, staff, stay):
    draft = drafted(desk, stay)
    refused = Opened(desk, reverse("desk:settings-draft", args=[draft.pk]), form=0).send(reason="", confirm="1")
    assert refused.status_code == 422
    answer = confirm(desk, draft)
    draft.refresh_from_db()
    assert (draft.state, draft.decided_by, draft.reason) == (DraftState.ENTERED, staff, "条例改正による")
    said = answer.content.decode()
    for words in ("登録済み", "大西 亮", "4,500", "5,000", "条例改正による"):
        assert words in said
    assert Tariff.objects.get(amount=5000).period == DateRange(day(), None)


def test_a_draft_waits_on_the_page_of_the_master_data_is_changed_and_thrown_away(desk, stay):
    draft = drafted(desk, stay)
    address = reverse("desk:settings-draft", args=[draft.pk])
    assert address in desk.get(reverse("desk:settings")).content.decode()
    assert address in desk.get(page_of(FEES)).content.decode()
    grid = Opened(desk, reverse("desk:settings-draft-change", args=[draft.pk]))
    assert grid.fields[cell(stay.pk, "base", "taxed")] == "5000"
    grid.send(**{cell(stay.pk, "base", "taxed"): "5200"})
    draft.refresh_from_db()
    assert draft.changes["cells"][name_of([stay.pk, "base", "taxed"])] == {"amount": 5200}
    Opened(desk, address).send(**{"throw-away": "1"})
    draft.refresh_from_db()
    assert draft.state == DraftState.THROWN_AWAY
    assert address not in desk.get(reverse("desk:settings")).content.decode()


def test_what_a_colleague_entered_meanwhile_is_told_and_nothing_typed_is_lost(desk, stay):
    mine = Opened(desk, page_of(FEES))
    confirm(desk, drafted(desk, stay, "5500"))
    answer = mine.send(**{cell(stay.pk, "base", "taxed"): "5000"})
    assert answer.status_code == 422
    assert "5500" in answer.content.decode()
    assert mine.fields[cell(stay.pk, "base", "taxed")] == "5000"


def test_what_is_no_amount_and_a_day_that_has_passed_are_said_beside_their_fields(desk, stay):
    grid = Opened(desk, page_of(FEES))
    passed = (timezone.localdate() - timedelta(days=1)).isoformat()
    answer = grid.send(first_day=passed, **{cell(stay.pk, "base", "taxed"): "五千円"})
    assert answer.status_code == 422
    assert {"first_day", cell(stay.pk, "base", "taxed")} <= set(answer.context["form"].errors)
    assert grid.fields[cell(stay.pk, "base", "taxed")] == "五千円"


def test_two_who_change_one_draft_at_once_lose_nothing_of_each_other(desk, stay):
    draft = drafted(desk, stay)
    address = reverse("desk:settings-draft-change", args=[draft.pk])
    hers, mine = Opened(signed_in(builders.user()), address), Opened(desk, address)
    hers.send(**{cell(stay.pk, "base", "non_taxed"): "1800", cell(stay.pk, "sibling", "welfare"): ""})
    answer = mine.send(**{cell(stay.pk, "multiple", "taxed"): "600"})
    assert answer.status_code == 200
    assert "変更" in answer.content.decode()  # she is told that others were changed meanwhile
    draft.refresh_from_db()
    assert {name: row["amount"] for name, row in draft.changes["cells"].items()} == {
        name_of([stay.pk, "base", "taxed"]): 5000,
        name_of([stay.pk, "base", "non_taxed"]): 1800,
        name_of([stay.pk, "multiple", "taxed"]): 600,
    }
    assert draft.changes["ends"] == [name_of([stay.pk, "sibling", "welfare"])]


def test_two_who_change_one_cell_of_a_draft_are_told_of_each_other(desk, stay):
    address = reverse("desk:settings-draft-change", args=[drafted(desk, stay).pk])
    hers, mine = Opened(signed_in(builders.user(last_name="古川")), address), Opened(desk, address)
    hers.send(**{cell(stay.pk, "base", "taxed"): "5200"})
    answer = mine.send(**{cell(stay.pk, "base", "taxed"): "5300"})
    assert answer.status_code == 422
    for words in ("5200", "古川"):
        assert words in answer.content.decode()
    assert mine.fields[cell(stay.pk, "base", "taxed")] == "5300"
    assert mine.send().status_code == 200
    assert next(iter(SettingsDraft.objects.get().changes["cells"].values())) == {"amount": 5300}


def test_a_draft_that_holds_from_another_day_by_now_is_looked_at_again(desk, stay):
    draft = drafted(desk, stay)
    address = reverse("desk:settings-draft-change", args=[draft.pk])
    hers, mine = Opened(signed_in(builders.user(last_name="古川")), address), Opened(desk, address)
    hers.send(first_day=(day() + AHEAD).isoformat())
    answer = mine.send(**{cell(stay.pk, "base", "taxed"): "5300"})
    assert answer.status_code == 422
    assert "古川" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.first_day == day() + AHEAD
    mine.send()
    draft.refresh_from_db()
    assert draft.first_day == day()


@pytest.mark.parametrize("amount", ["10000001", "2147483648", "9" * 20])
def test_an_amount_that_nobody_can_mean_is_said_beside_its_cell(desk, stay, amount):
    grid = Opened(desk, page_of(FEES))
    answer = grid.send(**{cell(stay.pk, "base", "taxed"): amount})
    assert answer.status_code == 422
    assert cell(stay.pk, "base", "taxed") in answer.context["form"].errors
    assert "10000000円" in answer.content.decode().replace(",", "")
    assert not SettingsDraft.objects.exists()


def test_a_number_that_the_database_cannot_hold_is_said_beside_its_cell(desk):
    opened = Opened(desk, page_of("enrollment_registrationpolicy"))
    answer = opened.send(**{name: "40000" for name in opened.fields if name.endswith("-decision_days")})
    assert answer.status_code == 422
    assert any(name.endswith("-decision_days") for name in answer.context["form"].errors)


def test_where_two_are_needed_a_colleague_finds_it_on_her_home_and_enters_it(desk, staff, stay):
    SettingsPolicy.objects.create(period=(builders.LONG_AGO, None), second_person=True)
    draft = drafted(desk, stay)
    confirm(desk, draft)
    colleague = builders.user()
    graded, _nothing = due_for(colleague, timezone.now())
    (due,) = [row for grade in graded for row in grade.rows if row.url.endswith("#settings")]
    assert due.count == 1
    other = signed_in(colleague)
    address = reverse("desk:settings-draft", args=[draft.pk])
    assert address in other.get(reverse("desk:second-person")).content.decode()
    assert address not in desk.get(reverse("desk:second-person")).content.decode()
    Opened(other, address, form=0).send(enter="1")
    draft.refresh_from_db()
    assert (draft.state, draft.decided_by) == (DraftState.ENTERED, colleague)


def test_weekdays_are_ticked_by_name(desk, stay):
    answer = desk.get(page_of("facilities_weeklypattern"))
    assert "月曜日" in answer.content.decode()
    sent = Opened(desk, page_of("facilities_weeklypattern"))
    name = cell(stay.pool_id, of="weekdays")
    sent.send(**{name: ["0", "1", "2"]})
    draft = SettingsDraft.objects.get()
    assert draft.changes["cells"][name_of([stay.pool_id])] == {"weekdays": [0, 1, 2]}
    said = desk.get(reverse("desk:settings-draft", args=[draft.pk])).content.decode()
    assert "月曜日、火曜日、水曜日" in said
    assert WeeklyPattern.objects.get().weekdays == builders.EVERY_DAY


def test_a_text_is_seen_in_japanese_and_in_english_side_by_side(desk):
    ConsentText.objects.create(
        code="follow-up", version="1", period=(builders.LONG_AGO, None), text_ja="伝えます。", text_en="We tell."
    )
    opened = Opened(desk, page_of("enrollment_consenttext"))
    opened.send(**{cell("follow-up", of="text_ja"): "お伝えします。", cell("follow-up", of="version"): "2"})
    said = desk.get(reverse("desk:settings-draft", args=[SettingsDraft.objects.get().pk])).content.decode()
    assert '<td lang="ja">お伝えします。</td><td lang="en">We tell.</td>' in said


def test_a_row_is_added_and_another_one_ends(desk):
    for code in ("rest", "milk"):
        ConsentText.objects.create(
            code=code, version="1", period=(builders.LONG_AGO, None), text_ja="あ", text_en="a", position=len(code)
        )
    opened = Opened(desk, page_of("enrollment_consenttext"))
    ends = next(name for name in answer_names(desk, "enrollment_consenttext") if name.startswith("e"))
    added = {"code": "photo", "version": "1", "text_ja": "写真", "text_en": "photo", "required": "True"}
    opened.send(**{ends: "on"}, **{f"added-{name}": value for name, value in added.items()})
    draft = SettingsDraft.objects.get()
    assert draft.changes["ends"] == [name_of(["rest"])]
    confirm(desk, draft)
    holding = ConsentText.objects.filter(period__contains=day())
    assert {row.code for row in holding} == {"milk", "photo"}


def answer_names(desk: Client, table: str) -> list[str]:
    return list(desk.get(page_of(table)).context["form"].fields)


@pytest.mark.parametrize("table", DATED, ids=lambda table: table.code)
def test_every_dated_table_opens_as_a_whole(desk, stay, table):
    assert desk.get(reverse("desk:settings-from", args=[table.code])).status_code == 200


def test_the_grid_asks_as_much_when_there_is_more(desk, stay):
    counts = []
    for pool in ("a", "b"):
        with CaptureQueriesContext(connection) as queries:
            desk.get(page_of(FEES))
        counts.append(len(queries))
        builders.service(in_pool=builders.pool(of=builders.facility(pool, pool)))
    assert counts[0] == counts[1]
    assert counts[0] <= 20


def test_a_row_in_force_is_read_only_in_the_administration_and_leads_to_what_is_new(desk, stay):
    row = Tariff.objects.filter(service=stay).first()
    assert row is not None
    address = reverse("admin:billing_tariff_change", args=[row.pk])
    answer = desk.get(address)
    form = answer.context["adminform"].form
    assert {name for name, field in form.fields.items() if not field.disabled} == {"period"}
    assert reverse("desk:settings-from", args=[FEES]) in answer.content.decode()
    deleted = desk.post(reverse("admin:billing_tariff_delete", args=[row.pk]), {"post": "yes"})
    assert deleted.status_code in (200, 403)
    assert Tariff.objects.filter(pk=row.pk).exists()


def test_an_overlap_names_the_other_row_and_leads_to_it(desk):
    other = CouponPolicy.objects.create(period=(builders.LONG_AGO, None), amount=2500, per_mother=5)
    first = day().isoformat()
    typed = {"period_0": first, "period_1": "", "amount": "3000", "per_mother": "5", "tax_class": "taxed"}
    answer = desk.post(reverse("admin:billing_couponpolicy_add"), typed | {"source": "STAFF"})
    said = answer.content.decode()
    assert "クーポンの設定" in said
    assert "2018年4月1日" in said
    assert f'href="{reverse("admin:billing_couponpolicy_change", args=[other.pk])}"' in said
    assert CouponPolicy.objects.count() == 1
