"""Her account: signed out everywhere, everything about her to see and take along, deletion asked for and decided."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core import mail
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from bookings.places.end_participation import end_registration
from enrollment.families.deletion import ask_for_deletion, decide_deletion, take_back_deletion
from enrollment.models import ApplicationDraft, DeletionRequest, DeletionState, Family, RegistrationState
from reports.disclosure import ASKED_FOR, HERS, LEFT_OUT, OF_OTHERS, bundle_of, fields_of
from sankecare import outbox
from sankecare.errors import NotPossible, Refused
from tests import builders
from tests.accounts.fixtures_sign_in import give_passkey
from tests.factories_two_families import World, two_worlds
from tests.sankecare.field_privacy import FIELDS, WHOLE_MODELS, Privacy
from tests.sankecare.test_privacy import OURS

pytestmark = pytest.mark.django_db
OF_A_PERSON = {Privacy.PERSONAL, Privacy.SENSITIVE}


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def worlds() -> tuple[World, World]:
    return two_worlds()


def test_signing_out_everywhere_ends_every_other_session_and_keeps_this_one() -> None:
    mother = builders.user(Role.MOTHER)
    here, lost = signed_in(mother), signed_in(mother)
    assert here.post(reverse("family:sign-out-everywhere")).url == reverse("family:account")
    assert here.get(reverse("family:account")).status_code == 200
    assert lost.get(reverse("family:account")).status_code == 302
    assert signed_in(User.objects.get(pk=mother.pk)).get(reverse("family:account")).status_code == 200
    assert here.get(reverse("family:sign-out-everywhere")).status_code == 405


def test_her_account_says_how_she_gets_in_again_without_her_telephone() -> None:
    mother = builders.user(Role.MOTHER, email="yoshiko@example.jp")
    give_passkey(mother)
    for name in ("family:account", "mfa_index"):
        page = signed_in(mother).get(reverse(name)).text
        assert "スマートフォンをなくしたとき" in page
        assert "パスキーがなくてもサインインできます" in page
    assert reverse("mfa_list_webauthn") in signed_in(mother).get(reverse("mfa_index")).text


def test_every_personal_field_is_in_her_bundle_or_it_is_said_why_not() -> None:
    labels = {model: dict(fields) for model, fields in FIELDS.items()}
    missing = []
    for app in OURS:
        for model in apps.get_app_config(app).get_models():
            table = model._meta.label
            whole = WHOLE_MODELS.get(table)
            if hasattr(model, "pgh_tracked_model") or table in ASKED_FOR or table in OF_OTHERS:
                continue
            given = {one.name for one in fields_of(model)} if table in HERS else set()
            for one in model._meta.concrete_fields:
                private = (whole or labels.get(table, {}).get(one.name)) in OF_A_PERSON
                by_whom = one.related_model in (User, Family) or one.primary_key
                if private and not by_whom and one.name not in given and f"{table}.{one.name}" not in LEFT_OUT:
                    missing.append(f"{table}.{one.name}")
    assert missing == []


def test_what_is_said_of_the_bundle_is_said_once_and_of_what_there_is() -> None:
    named = [*HERS, *ASKED_FOR, *OF_OTHERS]
    assert len(named) == len(set(named))
    assert [table for table in named if not apps.get_model(table)] == []
    for name in LEFT_OUT:
        app, model, field = name.split(".")
        assert apps.get_model(app, model)._meta.get_field(field)
        assert f"{app}.{model}" in HERS


def test_the_file_holds_what_is_hers_and_nothing_of_another_family(worlds: tuple[World, World]) -> None:
    mine, other = worlds
    hers = mine.objects["enrollment.Family"]
    answer = signed_in(mine.people[Role.MOTHER]).get(reverse("family:my-data-file"))
    assert answer["Content-Disposition"] == 'attachment; filename="my-data.json"'
    assert "no-store" in answer["Cache-Control"]
    bundle = json.loads(answer.content)
    tables: dict[str, Any] = {part["table"]: part["rows"] for part in bundle["parts"]}
    assert tables["enrollment.Family"][0]["mother_name"] == hers.mother_name  # type: ignore[attr-defined]
    assert tables["care.Assessment"][0]["total"] == 12
    assert tables["billing.Payment"][0]["amount"] == 1000
    assert {"enrollment.Infant", "bookings.BookingDay", "enrollment.Letter", "care.StayPhoto"} <= tables.keys()
    assert not {*tables} & {*ASKED_FOR, *OF_OTHERS}
    ids = {part.table: len(part.rows) for part in bundle_of(mine.people[Role.MOTHER])}
    assert ids["enrollment.Family"] == ids["bookings.Stay"] == 1
    whole = answer.content.decode()
    assert mine.people[Role.MOTHER].username in whole
    assert other.people[Role.MOTHER].username not in whole
    assert "sealed" not in whole


def test_all_of_it_can_be_read_in_words(worlds: tuple[World, World]) -> None:
    mine, _other = worlds
    client = signed_in(mine.people[Role.MOTHER])
    page = client.get(reverse("family:my-data-read")).text
    assert mine.objects["enrollment.Family"].mother_name in page  # type: ignore[attr-defined]
    assert "保健師・ケースワーカーの支援の記録" in page
    assert "夜に眠れていない" not in page
    assert "件" in client.get(reverse("family:my-data")).text


def test_an_application_not_sent_yet_is_hers_too() -> None:
    mother = builders.user(Role.MOTHER)
    client = signed_in(mother)
    client.post(reverse("family:apply-step", args=["mother"]), {"mother_name": "髙﨑 𠮷子", "later": "1"})
    assert ApplicationDraft.objects.filter(account=mother).exists()
    assert "髙﨑 𠮷子" in client.get(reverse("family:my-data-file")).content.decode()


class TestDeletion:
    @pytest.fixture
    def mother(self) -> User:
        mother = builders.user(Role.MOTHER, email="yoshiko@example.jp")
        builders.registration(builders.family(account=mother), born=timezone.localdate() - timedelta(days=40))
        return mother

    @pytest.fixture
    def asked(self, mother: User) -> DeletionRequest:
        return ask_for_deletion(words="", by=mother, at=timezone.now())

    def test_she_asks_once_reads_how_it_stands_and_takes_it_back(self, mother: User) -> None:
        client, page = signed_in(mother), reverse("family:deletion")
        for _time in range(2):
            assert client.post(page, {"words": "もう使わない"}).url == page
        made = DeletionRequest.objects.get()
        assert (made.account, made.words, made.state) == (mother, "もう使わない", DeletionState.ASKED)
        assert made.family is not None
        assert made.family.account == mother
        assert "もう使わない" in client.get(page).text
        client.post(page, {"take_back": "1"})
        made.refresh_from_db()
        assert made.state == DeletionState.TAKEN_BACK
        client.post(page, {"words": ""})
        assert DeletionRequest.objects.count() == 2

    def test_staff_refuse_with_an_answer_that_she_reads(self, mother: User, asked: DeletionRequest) -> None:
        staff = signed_in(builders.user(Role.WARD_STAFF))
        assert reverse("deletion:decide", args=[asked.pk]) in staff.get(reverse("deletion:list")).text
        page = reverse("deletion:decide", args=[asked.pk])
        assert staff.post(page, {"grant": "no", "answer": ""}).status_code == 422
        answer = "料金の記録は2031年3月まで保存します。"
        assert staff.post(page, {"grant": "no", "answer": answer}).url == reverse("deletion:list")
        outbox.take_all(at=timezone.now())
        assert answer in signed_in(mother).get(reverse("family:deletion")).text
        assert mother.is_active
        (sent,) = mail.outbox
        assert (sent.to, answer in str(sent.body)) == (["yoshiko@example.jp"], False)
        assert reverse("family:deletion") in str(sent.body)
        assert staff.post(page, {"grant": "yes", "answer": "x"}).status_code == 422

    def test_nothing_is_deleted_while_she_can_still_book(self, mother: User, asked: DeletionRequest) -> None:
        staff = builders.user(Role.WARD_STAFF)
        with pytest.raises(Refused, match="registration_stands"):
            decide_deletion(asked=asked, grant=True, answer="削除します。", by=staff, at=timezone.now())
        mother.refresh_from_db()
        assert mother.is_active

    def test_granted_her_sign_in_ends_with_what_only_she_needed(self, mother: User, asked: DeletionRequest) -> None:
        staff, client = builders.user(Role.WARD_STAFF), signed_in(mother)
        give_passkey(mother)
        registered = asked.family.births.get().registrations.get()  # type: ignore[union-attr]
        end_registration(registration=registered, reason="本人の希望", by=staff, at=timezone.now())
        assert registered.state in (RegistrationState.ENDED, RegistrationState.APPROVED)
        decide_deletion(asked=asked, grant=True, answer="削除します。", by=staff, at=timezone.now())
        mother.refresh_from_db()
        assert not mother.is_active
        assert not mother.authenticator_set.exists()
        assert client.get(reverse("family:home")).status_code == 302
        with pytest.raises(Refused, match="decided_already"):
            take_back_deletion(asked=asked)

    def test_a_decision_without_an_answer_is_refused(self, asked: DeletionRequest) -> None:
        with pytest.raises(NotPossible, match="no_reason"):
            decide_deletion(asked=asked, grant=False, answer=" ", by=builders.user(), at=timezone.now())

    @pytest.mark.parametrize("sql", ["DELETE FROM {}", "UPDATE {} SET words = 'x'", "UPDATE {} SET state = 'granted'"])
    def test_the_database_keeps_what_was_asked(self, asked: DeletionRequest, sql: str) -> None:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql.format(DeletionRequest._meta.db_table))

    def test_another_mother_and_the_facility_do_not_see_it(self, asked: DeletionRequest) -> None:
        other = signed_in(builders.user(Role.MOTHER, email="other@example.jp"))
        assert 'class="card"' not in other.get(reverse("family:deletion")).text.split("<main")[1].split("</main>")[0]
        operator = builders.user(Role.OPERATOR, facility=builders.facility())
        assert signed_in(operator).get(reverse("deletion:list")).status_code == 404


def test_days_are_plain_dates_in_the_file() -> None:
    mother = builders.user(Role.MOTHER)
    builders.registration(builders.family(account=mother), born=date(2026, 3, 1))
    bundle = json.loads(signed_in(mother).get(reverse("family:my-data-file")).content)
    (infant,) = next(part for part in bundle["parts"] if part["table"] == "enrollment.Infant")["rows"]
    assert infant["birth_date"] == "2026-03-01"
