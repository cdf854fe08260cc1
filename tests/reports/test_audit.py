"""監査: who changed what, when and why, and who looked: by family and by person, and nothing of it can be hidden."""

import csv
import io
from datetime import timedelta

import pghistory
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AccessLogEntry
from accounts.roles import Role
from bookings.models import DrawRound
from bookings.places.move import move_booking
from bookings.places.reserve import reserve_days
from bookings.waiting.waiting_list import join_waiting_list
from enrollment.confidential import Address
from enrollment.decisions.decide import propose_exception
from enrollment.families.life_events import change_address
from enrollment.families.merge import merge_families
from enrollment.models import Family, Infant, RegistrationState, Sibling
from enrollment.protection.protect import protect_family
from reports.audit import changes_by, changes_of_family
from tests.builders import (
    draw_policy,
    draw_round,
    family,
    letter_policy,
    registration,
    service,
    sibling,
    town,
    usage_limits,
    user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor(client):
    client.force_login(user(Role.AUDITOR))
    return client


def waiting():
    service()
    letter_policy()
    born = timezone.localdate() - timedelta(days=40)
    return registration(born=born, state=RegistrationState.APPLIED)


def words(answer):
    return str(answer.content, "utf-8")


def days():
    today = timezone.localdate()
    return today - timedelta(days=1), today


def approve_on_the_page(client, made, staff):
    client.force_login(staff)
    page = f"/admin/enrollment/registration/{made.pk}/decide/"
    client.post(page, {"do": "decide", "decision": "approve", "reason": "要件を満たすため"})


def test_an_approval_says_who_when_where_from_what_to_what_and_why(client):
    made, staff = waiting(), user()
    approve_on_the_page(client, made, staff)
    change = next(
        row for row in changes_of_family(made.birth.family) if row.what == "利用登録" and row.kind == "update"
    )
    said = {field.name: (field.before, field.after) for field in change.fields}
    assert (change.by, change.row, change.family) == (staff.pk, made.pk, made.birth.family_id)
    assert change.page == f"/admin/enrollment/registration/{made.pk}/decide/"
    assert said["状態"] == ("申請中", "承認")
    assert said["理由"] == ("", "要件を満たすため")
    assert timezone.now() - change.at < timedelta(minutes=1)


def test_what_no_person_did_says_so(auditor):
    made = waiting()
    assert {change.by for change in changes_of_family(made.birth.family)} == {None}
    assert "人の操作によらない" in words(auditor.get(f"/audit/families/{made.birth.family_id}/"))


def test_a_deleted_row_still_stands_with_what_it_held():
    kept = family()
    sibling(kept)
    Sibling.objects.filter(family=kept).delete()
    (deleted,) = [change for change in changes_of_family(kept) if change.kind == "delete"]
    assert deleted.what == "きょうだい"
    assert ("髙﨑 花", "") in [(field.before, field.after) for field in deleted.fields]


def test_by_person_each_change_stands_beside_what_was_there_before(client):
    made, staff, other = waiting(), user(), user()
    approve_on_the_page(client, made, staff)
    infant = Infant.objects.get()
    with pghistory.context(user=other.pk, url="/families/1/"):
        infant.name = "𠮷次郎"
        infant.save()
    (change,) = changes_by(other, *days())
    assert [(field.before, field.after) for field in change.fields] == [("𠮷太郎", "𠮷次郎")]
    assert {row.what for row in changes_by(staff, *days())} == {"利用登録"}
    assert changes_by(staff, days()[0] - timedelta(days=9), days()[0] - timedelta(days=8)) == []


def test_days_moved_and_waiting_for_days_stand_in_the_history_with_who_did_it():
    usage_limits()
    draw_policy()
    stay, staff, now = service(slots=1), user(), timezone.now()
    made = registration(born=timezone.localdate() - timedelta(days=40))
    soon = [timezone.localdate() + timedelta(days=number) for number in range(3, 7)]
    with pghistory.context(user=staff.pk, url="/my/"):
        booked = reserve_days(registration=made, service=stay, days=soon[:2], by=staff, at=now)
        move_booking(booking=booked, days=soon[1:3], by=staff, at=now)
        reserve_days(
            registration=registration(born=made.birth.due_date), service=stay, days=soon[3:], by=staff, at=now
        )
        join_waiting_list(registration=made, service=stay, first_day=soon[3], last_day=soon[3], by=staff, at=now)
    changes = [row for row in changes_of_family(made.birth.family) if row.by == staff.pk]
    days = [(row.kind, [(f.before, f.after) for f in row.fields]) for row in changes if row.what == "予約日"]
    assert ("update", [("確保", "取消（空きに戻す）")]) in days
    assert len([kind for kind, _fields in days if kind == "insert"]) == 3
    assert "キャンセル待ち" in {row.what for row in changes}


def test_by_person_rules_and_draws_stand_too_and_never_a_draws_secret(auditor):
    policy, staff = draw_policy(), user()
    first = timezone.localdate() + timedelta(days=14)
    with pghistory.context(user=staff.pk, url="/admin/"):
        policy.answer_hours = 24
        policy.save()
        announced = draw_round(service(), first)
    changes = {row.what: row for row in changes_by(staff, *days())}
    assert [(row.before, row.after) for row in changes["抽選の設定"].fields] == [("48", "24")]
    assert {row.family for row in changes.values()} == {None}
    assert changes["抽選"].row == announced.pk
    assert not hasattr(DrawRound.pgh_event_model, "secret")
    assert auditor.get(f"/audit/people/{staff.pk}/").status_code == 200


def test_a_family_takes_as_many_queries_for_thirty_changes_as_for_one():
    kept = family()

    def queries():
        with CaptureQueriesContext(connection) as captured:
            changes_of_family(kept)
        return len(captured)

    one = queries()
    for number in range(30):
        kept.phone = f"03{number:08}"
        kept.save()
    assert queries() == one <= 29  # one a kind of row that keeps its history, one a kind of place told by name


def test_a_protected_address_never_appears_whatever_the_history_held(auditor):
    kept = family()
    today = timezone.localdate()
    change_address(
        family=kept, address=Address(town(), 9, 9, "カナリア荘"), from_day=today, by=user(), at=timezone.now()
    )
    assert "カナリア荘" in words(auditor.get(f"/audit/families/{kept.pk}/"))
    protect_family(family=kept, reason="支援措置", by=user(), at=timezone.now())
    for page in (f"/audit/families/{kept.pk}/", f"/audit/families/{kept.pk}.csv"):
        assert "カナリア荘" not in words(auditor.get(page))


def test_reasons_of_exceptions_and_joined_entries_are_read_with_the_family(auditor):
    made, twin = waiting(), family("渡邉 さくら")
    propose_exception(
        registration=made,
        rule="support",
        reason="祖父母は高齢",
        last_day=timezone.localdate(),
        by=user(),
        at=timezone.now(),
    )
    kept = made.birth.family
    merge_families(kept=kept, given_up=twin, reason="電話で確認", by=user(), at=timezone.now())
    page = words(auditor.get(f"/audit/families/{kept.pk}/"))
    assert "祖父母は高齢" in page
    assert "電話で確認" in page
    assert f"/audit/families/{kept.pk}/" in words(auditor.get(f"/audit/families/{twin.pk}/"))


def test_the_auditors_own_reading_is_written_down(auditor):
    kept = family()
    person = AccessLogEntry.objects.count()
    auditor.get(f"/audit/families/{kept.pk}/")
    auditor.get(f"/audit/families/{kept.pk}.csv")
    auditor.post("/audit/", {"words": "髙﨑"})
    pages = list(AccessLogEntry.objects.filter(family_id=kept.pk).values_list("page", flat=True))
    assert (person, sorted(pages)) == (0, ["audit:family", "audit:family-file", "audit:home"])


@pytest.mark.parametrize("asked", ["髙﨑", "タカサキ", "たかさき よしこ", "{pk}", "R-{registration:06d}"])
def test_a_family_is_found_by_name_kana_and_number(auditor, asked):
    made = waiting()
    asked = asked.format(pk=made.birth.family_id, registration=made.pk)
    assert f"/audit/families/{made.birth.family_id}/" in words(auditor.post("/audit/", {"words": asked}))


def test_the_file_holds_what_the_page_shows_and_runs_nothing(auditor, client):
    kept = family("=cmd|'/c calc'!A1")
    auditor.get(f"/audit/families/{kept.pk}/")
    rows = list(csv.reader(io.StringIO(words(auditor.get(f"/audit/families/{kept.pk}.csv")).removeprefix("\ufeff"))))
    assert len(rows) == 1 + len(changes_of_family(kept)) + AccessLogEntry.objects.filter(family_id=kept.pk).count()
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "@"))]


def test_by_person_the_page_and_the_file_open_for_chosen_days_and_bad_days_are_answered(auditor):
    staff = user()
    for query in ("", "?first=2026-01-01&last=2026-01-31", "?first=x&last=y", "?changes=99&looks=x"):
        assert auditor.get(f"/audit/people/{staff.pk}/{query}").status_code == 200
        handed_out = 302 if "first=x" in query else 200  # no file of other days than those asked for
        assert auditor.get(f"/audit/people/{staff.pk}.csv{query}").status_code == handed_out


@pytest.mark.parametrize("role", [role for role in Role if role != Role.AUDITOR])
def test_nobody_but_the_auditor_reads_it(client, role):
    kept = family()
    client.force_login(user(role))
    for page in ("/audit/", f"/audit/families/{kept.pk}/", f"/audit/people/{user().pk}/"):
        assert client.get(page).status_code == 404


def test_a_change_is_told_as_a_sentence_and_two_of_one_name_are_told_apart(auditor):
    first, other = (user(last_name="大西", first_name="亮") for _number in range(2))
    made = registration(of=family())
    with pghistory.context(user=first.pk, url="/families/1/"):
        Family.objects.filter(pk=made.birth.family_id).update(phone="0312345678")
    page = words(auditor.get(f"/audit/families/{made.birth.family_id}/"))
    assert f"大西 亮（{first.username}）が家庭を変更した" in page
    assert other.username not in page


def test_days_need_not_be_said(auditor):
    assert auditor.get("/audit/settings/", {"first": "", "last": ""}).status_code == 200
    assert "is-invalid" not in words(auditor.get("/audit/settings/", {"first": "", "last": ""}))


def test_a_row_that_people_know_by_no_number_is_told_by_its_own_and_never_as_a_report():
    made = waiting()
    said = [field.after for change in changes_of_family(made.birth.family) for field in change.fields]
    assert f"No.{made.birth.family_id}" in said
    assert not any(words.endswith("報") for words in said)
