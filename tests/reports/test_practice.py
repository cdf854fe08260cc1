"""よい取組み: written by those who have one, read by staff before the meeting's pack prints it."""

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from facilities.fiscal_year import fiscal_year
from reports.models import PracticeNote, PracticeState
from reports.practice import enter_note, leave_note_out, take_note
from sankecare.errors import NotPossible
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)
TITLE, TEXT = "夜の授乳を代わる", "髙﨑さんは5時間眠れた。"
WITHOUT_NAME = "5時間眠れた方がいた。"


def as_person(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def written(by):
    with transaction.atomic():
        return enter_note(title=TITLE, text=TEXT, by=by, at=timezone.now())


@pytest.mark.parametrize(
    "role", [Role.OPERATOR, Role.FACILITY_MANAGER, Role.HEALTH_NURSE, Role.CASEWORKER, Role.WARD_STAFF]
)
def test_each_of_those_who_work_with_families_writes_and_reads_her_own(role):
    mine, other = builders.user(role), builders.user(role)
    client, address = as_person(mine), reverse("meeting:notes")
    assert "名前は書かないで" in client.get(address).content.decode()
    typed = {"key": "k" * 32, "title": TITLE, "text": TEXT}
    for _ in range(2):
        client.post(address, typed)
    note = PracticeNote.objects.get()
    assert (note.facility, note.district, note.fiscal_year) == (
        mine.facility,
        mine.district,
        fiscal_year(timezone.localdate()),
    )
    assert TITLE in client.get(address).content.decode()
    assert TITLE not in as_person(other).get(address).content.decode()


@pytest.mark.parametrize("lacking", ["title", "text"])
def test_an_empty_note_is_refused_and_keeps_what_was_typed(lacking):
    client = as_person(builders.user(Role.OPERATOR))
    answer = client.post(reverse("meeting:notes"), {"key": "k", "title": TITLE, "text": TEXT, lacking: " "})
    assert answer.status_code == 422
    assert (TEXT if lacking == "title" else TITLE) in answer.content.decode()
    assert not PracticeNote.objects.exists()


def test_the_pack_prints_the_wording_of_staff_and_nothing_unread():
    note, staff = written(builders.user(Role.OPERATOR)), builders.user(Role.WARD_STAFF)
    pack = reverse("meeting:pack")
    client = as_person(staff)
    assert TITLE not in client.get(pack).content.decode()
    address = reverse("meeting:review", args=[note.pk])
    assert client.post(address, {"do": "take", "wording": " "}).status_code == 422
    key = client.get(address).context["key"]
    taking = {"key": key, "do": "take", "wording": WITHOUT_NAME}
    answers = [client.post(address, taking).headers["Location"] for _ in range(2)]
    assert answers == [reverse("meeting:review-list")] * 2
    page = as_person(builders.user(Role.SUPERVISOR)).get(pack).content.decode()
    assert WITHOUT_NAME in page
    assert "髙﨑" not in page
    client.post(address, {"do": "leave_out", "wording": ""})
    assert WITHOUT_NAME not in client.get(pack).content.decode()


def test_what_was_written_stays_as_it_was_written():
    note, staff = written(builders.user(Role.OPERATOR)), builders.user(Role.WARD_STAFF)
    with pytest.raises(NotPossible, match="no_text"):
        transaction.atomic(take_note)(note=note, wording="", by=staff, at=timezone.now())
    transaction.atomic(take_note)(note=note, wording=WITHOUT_NAME, by=staff, at=timezone.now())
    transaction.atomic(leave_note_out)(note=note, by=staff, at=timezone.now())
    rows = PracticeNote.objects.filter(pk=note.pk)
    for change in ({"text": "別"}, {"written_by": staff}, {"state": PracticeState.TAKEN, "wording": ""}):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.delete()
    assert rows.get().text == TEXT
