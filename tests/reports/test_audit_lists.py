"""監査の一覧: sign-ins that failed, files, rights, looks behind a protection, and looks that nothing explains."""

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessLogEntry, FileTaken, SignInFailure, User
from accounts.roles import Role
from enrollment.families.call_notes import note_call
from enrollment.models import Family, Protection
from enrollment.protection.break_glass import ask_to_look, name_person, open_for_look
from enrollment.protection.protect import put_under_protection
from reports.audit_lists.nearby import is_explained
from reports.audit_lists.unexplained import HAPPENED, STANDS_OPEN, unexplained_on
from tests import builders
from tests.as_owner import as_owner
from tests.factories_two_families import two_worlds

pytestmark = pytest.mark.django_db
LISTS = ["sign-ins", "behind-protection", "files", "rights", "unexplained"]
MOST_QUERIES = 75
DAY = date(2026, 11, 20)


@pytest.fixture
def auditor() -> Client:
    client = Client()
    client.force_login(builders.user(Role.AUDITOR))
    return client


def sentences(client: Client, which: str, **days: str) -> list[str]:
    answer = client.get(reverse(f"audit:{which}"), days)
    assert answer.status_code == 200
    return [sentence for _row, sentence, _person in answer.context["rows"]]


# ---- Failed sign-ins ------------------------------------------------------------------------------------------------


def fail(name: str, times: int = 1) -> None:
    client = Client()
    for _time in range(times):
        client.post(reverse("accounts:login"), {"username": name, "password": "x"})


def test_a_wrong_password_is_told_with_whose_it_was_and_how_often(auditor):
    staff = builders.user(last_name="大西", first_name="亮")
    fail(staff.username, 3)
    rows = SignInFailure.objects.filter(person=staff)
    assert sum(row.times for row in rows) == 3
    assert set(sentences(auditor, "sign-ins")) == {"大西 亮としてのサインインに失敗（パスワードの誤り）"}


def test_a_name_that_nobody_has_is_told_and_never_kept(auditor):
    fail("Correct-Horse-Battery")
    (row,) = SignInFailure.objects.all()
    assert row.person is None
    assert "Correct-Horse" not in auditor.get(reverse("audit:sign-ins")).text
    assert sentences(auditor, "sign-ins") == ["サインインに失敗（だれのものでもない名前）"]


def test_from_when_on_sign_in_waits_is_marked(auditor):
    fail(builders.user().username, 10)
    assert [row.closed for row in SignInFailure.objects.order_by("minute")][-1]
    assert "要確認" in auditor.get(reverse("audit:sign-ins")).text


def test_failures_are_neither_deleted_nor_counted_down():
    fail(builders.user().username, 2)
    for change in (
        lambda: SignInFailure.objects.all().delete(),
        lambda: SignInFailure.objects.update(times=1),
        lambda: SignInFailure.objects.update(person=None),
    ):
        with pytest.raises(Exception, match="Cannot"), transaction.atomic(), as_owner():
            change()


def test_who_has_the_same_name_is_told_apart(auditor):
    namesakes = [builders.user(last_name="大西", first_name="亮") for _number in range(2)]
    for person in namesakes:
        fail(person.username)
    assert len({*sentences(auditor, "sign-ins")}) == 2
    first_page = auditor.get(reverse("audit:home")).text
    assert all(person.username in first_page for person in namesakes)


# ---- Files ----------------------------------------------------------------------------------------------------------


def test_a_file_says_who_took_it_and_how_many_families_were_in_it(auditor):
    own, _others = two_worlds()
    family = own.objects["enrollment.Family"]
    auditor.get(reverse("audit:family-file", args=[family.pk]))
    (taken,) = FileTaken.objects.all()
    assert (taken.families, taken.file_format, taken.page) == (1, "CSV", "audit:family-file")
    (row,) = auditor.get(reverse("audit:files")).context["rows"]
    assert "ファイルを取り出した" in row[1]
    assert row[0].details == ("CSV、1世帯を含む", f"SHA-256：{taken.digest}")


def test_a_paper_of_the_house_and_a_letter_are_files_and_a_mothers_own_are_none():
    own, _others = two_worlds()
    for role, page, args in (
        (Role.OPERATOR, "operator:evacuation-paper", []),
        (Role.WARD_STAFF, "letters:pdf", [own.objects["enrollment.Letter"].pk]),
        (Role.MOTHER, "letters:pdf", [own.objects["enrollment.Letter"].pk]),
    ):
        client = Client()
        client.force_login(own.people[role])
        assert client.get(reverse(page, args=args)).status_code == 200
    assert {row.role for row in FileTaken.objects.all()} == {Role.OPERATOR, Role.WARD_STAFF}


def test_a_page_is_no_file_and_what_was_taken_stays_written(auditor):
    auditor.get(reverse("audit:home"))
    assert not FileTaken.objects.exists()
    staff = builders.user()
    FileTaken.objects.create(
        at=timezone.now(), user=staff, role=staff.role, page="claims:pdf", file_format="PDF", families=4
    )
    with pytest.raises(Exception, match="Cannot"), transaction.atomic(), as_owner():
        FileTaken.objects.all().delete()


# ---- Rights ---------------------------------------------------------------------------------------------------------


def test_a_role_given_and_an_account_closed_are_told_with_before_and_after(auditor):
    staff = builders.user(last_name="大西", first_name="亮")
    User.objects.filter(pk=staff.pk).update(role=Role.SUPERVISOR)
    User.objects.filter(pk=staff.pk).update(is_active=False)
    told = [row for row in auditor.get(reverse("audit:rights")).context["rows"] if row[0].about == staff.pk]
    assert {sentence: row.details for row, sentence, _person in told}.keys() == {
        "自動処理が大西 亮のアカウントを停止した",
        "自動処理が大西 亮の権限を変えた",
        "自動処理が大西 亮のアカウントを作った",
    }
    changed = next(row for row, sentence, _person in told if "権限を変えた" in sentence)
    assert "→" in changed.details[0]


def test_a_changed_address_or_a_new_password_is_no_right(auditor):
    staff = builders.user()
    before = len(sentences(auditor, "rights"))
    User.objects.filter(pk=staff.pk).update(email="other@example.jp", password_set_at=timezone.now())
    assert len(sentences(auditor, "rights")) == before


def test_who_may_see_a_protected_address_is_a_right(auditor):
    protection, staff, other = protected(), builders.user(), builders.user(last_name="森", first_name="一")
    name_person(protection=protection, person=other, by=staff, at=timezone.now())
    assert any("森 一を、保護された住所を見られる職員に指定した" in one for one in sentences(auditor, "rights"))


# ---- Behind a protection --------------------------------------------------------------------------------------------


def protected() -> Protection:
    return put_under_protection(family=builders.family(), reason="裁判所の命令", by=builders.user(), at=timezone.now())


def test_a_look_behind_a_protection_says_why_who_opened_it_and_whether_it_was_looked_at(auditor):
    asks, opens, now = builders.user(), builders.user(), timezone.now()
    protection = protected()
    asked = ask_to_look(protection=protection, reason="訪問の約束", by=asks, at=now)
    first = auditor.get(reverse("audit:behind-protection")).context["rows"]
    assert "だれも開いていない" in first[0][1]
    open_for_look(ask=asked, by=opens, at=now)
    (row,) = auditor.get(reverse("audit:behind-protection")).context["rows"]
    assert "住所は見られていない" in row[0].details
    AccessLogEntry.objects.create(
        at=now + timedelta(minutes=1),
        user=asks,
        role=asks.role,
        family_id=protection.family_id,
        page="protection:address",
        sensitive=True,
    )
    (row,) = auditor.get(reverse("audit:behind-protection")).context["rows"]
    assert row[0].details[0] == "理由：訪問の約束"
    assert row[0].details[-1].startswith("住所を見た日時：")


# ---- Looks without a reason nearby ----------------------------------------------------------------------------------


def look(family: Family, person: User, *, with_others: int = 0, days_ago: int = 0) -> None:
    now = timezone.now() - timedelta(days=days_ago)
    AccessLogEntry.objects.bulk_create(
        AccessLogEntry(at=now, user=person, role=person.role, family=one, page="ward_family")
        for one in [family, *(builders.family() for _other in range(with_others))]
    )


def looked_at() -> set[int | None]:
    today = timezone.localdate()
    return {row.family for row in unexplained_on(today - timedelta(days=1), today)}


def test_a_look_at_one_family_with_nothing_around_it_is_told():
    quiet, person = builders.family(), builders.user()
    look(quiet, person)
    assert looked_at() == {quiet.pk}


def test_a_list_chose_nobody():
    look(builders.family(), builders.user(), with_others=1)
    assert looked_at() == set()


def test_a_note_of_a_call_explains_a_look():
    family, person = builders.family(), builders.user()
    look(family, person)
    note_call(family=family, text="電話があった", by=person, at=timezone.now())
    assert looked_at() == set()


def test_what_stands_open_explains_a_look_however_long_ago_it_began():
    family = builders.family()
    builders.registration(family, state="applied", applied_at=timezone.now() - timedelta(days=90))
    look(family, builders.user())
    assert looked_at() == set()


def test_what_began_long_after_a_look_does_not_explain_it():
    family, today = builders.family(), timezone.localdate()
    look(family, builders.user(), days_ago=20)
    builders.registration(family, state="applied", applied_at=timezone.now())
    assert {row.family for row in unexplained_on(today - timedelta(days=25), today)} == {family.pk}


def test_an_auditors_own_looks_are_not_told():
    look(builders.family(), builders.user(Role.AUDITOR))
    assert looked_at() == set()


@pytest.mark.parametrize(
    ("happened", "explained"),
    [([], False), ([-14], True), ([-15], False), ([7], True), ([8], False), ([-40, 30], False), ([-40, 0, 30], True)],
)
def test_so_near_a_happening_explains_a_look(happened, explained):
    days = [DAY + timedelta(days=number) for number in happened]
    assert is_explained(DAY, days, open_since=None) is explained
    assert is_explained(DAY, days, open_since=DAY - timedelta(days=400))
    assert is_explained(DAY, days, open_since=DAY + timedelta(days=7))
    assert is_explained(DAY, days, open_since=DAY + timedelta(days=8)) is explained


def test_every_kind_of_happening_can_be_asked_for():
    own, _others = two_worlds()
    look(own.objects["enrollment.Family"], builders.user())
    assert looked_at() == set()
    assert len(HAPPENED) > len(STANDS_OPEN) > 3


# ---- All of them ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("which", LISTS)
def test_a_list_asks_as_much_when_more_happened(which, auditor):
    asked = []
    for _more in range(2):
        for number in range(3):
            person, family = builders.user(), builders.family()
            look(family, person)
            fail(person.username)
            FileTaken.objects.create(
                at=timezone.now(), user=person, role=person.role, page="claims:pdf", file_format="PDF", families=number
            )
            protection = protected()
            ask_to_look(protection=protection, reason="訪問", by=person, at=timezone.now())
        auditor.get(reverse(f"audit:{which}"))
        with CaptureQueriesContext(connection) as queries:
            assert auditor.get(reverse(f"audit:{which}")).status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1] <= MOST_QUERIES


@pytest.mark.parametrize("which", LISTS)
def test_the_days_are_optional_and_narrow_what_is_shown(which, auditor):
    long_ago = {"first": "2020-01-01", "last": "2020-01-31"}
    assert sentences(auditor, which, **long_ago) == []
    assert auditor.get(reverse(f"audit:{which}"), {"first": "", "last": ""}).status_code == 200
    assert reverse(f"audit:{which}") in auditor.get(reverse("audit:home")).text


@pytest.mark.parametrize("which", ["unexplained", "behind-protection", "files", "rights", "sign-ins"])
def test_days_the_wrong_way_round_are_said_to_be_so(auditor, which):
    answer = auditor.get(reverse(f"audit:{which}"), {"first": "2026-11-30", "last": "2026-11-01"})
    assert "last" in answer.context["form"].errors


@pytest.mark.parametrize("days", [{"last": "9999-12-31"}, {"first": "2026-11-30", "last": "2026-11-01"}])
def test_no_file_of_other_days_than_those_asked_for_is_handed_out(auditor, days):
    person = builders.user()
    answer = auditor.get(reverse("audit:person-file", args=[person.pk]), days)
    assert answer.status_code == 302
    assert "last" in auditor.get(answer["Location"]).context["form"].errors
