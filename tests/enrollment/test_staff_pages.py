"""Staff at one application: facts, papers and rules beside the decision; exceptions by two."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from enrollment.decisions import letter_preview
from enrollment.decisions.decide import reject_application
from enrollment.models import (
    Family,
    LetterPolicy,
    LetterSerial,
    Registration,
    RegistrationException,
    RegistrationPolicy,
    RegistrationState,
)
from enrollment.protection.protect import put_under_protection
from sankecare.models import OutboxEntry
from tests.builders import LONG_AGO, family, letter_policy, registration, service, user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ward():
    service()
    letter_policy()
    RegistrationPolicy.objects.create(period=(LONG_AGO, None), from_pregnancy_week=28)


@pytest.fixture
def desk(client):
    client.force_login(user())
    return client


def waiting(**facts):
    born = timezone.localdate() - timedelta(days=40)
    return registration(born=born, state=RegistrationState.APPLIED, **facts)


def page_of(made):
    return f"/admin/enrollment/registration/{made.pk}/decide/"


def words(answer):
    return str(answer.content, "utf-8")


def test_the_page_shows_what_was_stated_the_rules_and_what_to_look_at(desk):
    made = waiting(worries="夜に眠れません", mother_health="ぜんそく", worry_topics=["sleep"])
    shown = words(desk.get(page_of(made)))
    for said in (
        "髙﨑 𠮷子",
        "夜に眠れません",
        "ぜんそく",
        "太子堂",
        "健康についての申告あり",
        "書類は届いていません",
        "要件の判定",
    ):
        assert said in shown
    assert shown.count("<option") >= 7  # the rules an exception can be proposed on


def test_the_address_of_a_protected_family_is_not_on_the_page(desk):
    made = waiting()
    put_under_protection(family=made.birth.family, reason="支援措置", by=user(), at=timezone.now())
    shown = words(desk.get(page_of(made)))
    assert "太子堂" not in shown
    assert "住所非開示" in shown


def test_an_exception_is_proposed_by_one_and_granted_by_another(client):
    made, proposing, granting = waiting(lacks_support=False), user(), user()
    client.force_login(proposing)
    proposal = {
        "do": "propose",
        "exception-rule": "support",
        "exception-last_day": (timezone.localdate() + timedelta(days=60)).isoformat(),
        "exception-reason": "母の体調のため",
    }
    client.post(page_of(made), proposal)
    row = RegistrationException.objects.get()
    grant = {"do": "grant", "exception": row.pk}
    assert "もう一人の職員" in words(client.post(page_of(made), grant))
    assert "approve" in words(client.get(page_of(made)))
    refused = client.post(page_of(made), {"do": "decide", "decision": "approve"})
    assert "例外" in words(refused)
    client.force_login(granting)
    client.post(page_of(made), grant)
    row.refresh_from_db()
    assert (row.proposed_by, row.granted_by) == (proposing, granting)
    unseen = client.post(page_of(made), {"do": "decide", "decision": "approve"})
    assert "先に確認して、確認したことを書いてください：例外あり" in words(unseen)
    client.post(page_of(made), {"do": "decide", "decision": "approve", "word_exception": "母の体調を聞いた"})
    made.refresh_from_db()
    assert made.state == RegistrationState.APPROVED
    assert made.letters.count() == 1
    assert made.timeline.get(happening="approved").facts["looked_at"] == "exception"


@pytest.mark.parametrize(
    "posted", [{}, {"do": "grant", "exception": "x"}, {"do": "grant"}, {"do": "?"}, {"do": "decide"}]
)
def test_what_is_not_asked_for_changes_nothing(desk, posted):
    made = waiting()
    assert desk.post(page_of(made), posted).status_code == 200
    made.refresh_from_db()
    assert made.state == RegistrationState.APPLIED


def test_a_second_decision_says_what_the_first_was_and_keeps_the_words(desk):
    made = waiting()
    desk.post(page_of(made), {"do": "decide", "decision": "approve"})
    second = desk.post(
        page_of(made), {"do": "decide", "decision": "reject", "reason": "要件を満たさないため"}, follow=True
    )
    assert "承認" in words(second)
    assert made.letters.count() == 1


@pytest.mark.parametrize("decision", ["approve", "return", "reject"])
def test_the_letter_is_seen_before_it_is_issued_and_nothing_is_kept_of_it(desk, decision):
    made = waiting(mother_health="ぜんそく", needs_medical_care=decision == "reject")  # a look asks for no word
    rules = ["medical_care"] if decision == "reject" else []
    entries, mails = made.birth.family.timeline.count(), OutboxEntry.objects.count()
    seen = desk.post(page_of(made), {"do": "preview", "decision": decision, "reason": "予定日の確認", "rules": rules})
    assert (seen.status_code, seen["Content-Type"]) == (200, "application/pdf")
    assert "no-store" in seen["Cache-Control"]
    assert seen.content.startswith(b"%PDF")
    made.refresh_from_db()
    assert (made.state, made.decided_at, made.decision_reason) == (RegistrationState.APPLIED, None, "")
    assert not made.letters.exists()
    assert (made.birth.family.timeline.count(), OutboxEntry.objects.count()) == (entries, mails)
    assert not LetterSerial.objects.filter(last__gt=0).exists()


def test_a_letter_that_could_not_be_issued_is_refused_before_too_and_no_word_is_lost(desk):
    made = waiting()
    without = desk.post(page_of(made), {"do": "preview", "decision": "reject"})
    assert without["Content-Type"].startswith("text/html")
    LetterPolicy.objects.all().delete()
    unsigned = desk.post(page_of(made), {"do": "preview", "decision": "return", "reason": "要件を満たさない"})
    assert "だれが署名するか" in words(unsigned)
    assert "要件を満たさない" in words(unsigned)


def test_what_the_draft_of_a_letter_says_is_what_the_letter_says_but_for_its_number(monkeypatch):
    set_by = []
    made = waiting()
    monkeypatch.setattr(letter_preview, "rendered", lambda snapshot, _at: set_by.append(snapshot) or b"")
    facts = {"registration": made, "reason": "要件を満たさないため", "by": user(), "at": timezone.now()}
    letter_preview.letter_to_be(decision="reject", **facts)
    with transaction.atomic():
        reject_application(**facts)
    (draft,) = set_by
    issued = made.letters.get().snapshot
    assert draft["number"] == "（案）"
    assert draft | {"number": issued["number"]} == issued


def test_after_a_decision_the_next_one_is_open_and_after_the_last_the_list(desk):
    first = waiting()
    second = waiting()
    to_next = {"do": "decide_next", "decision": "return", "reason": "予定日の確認"}
    assert desk.post(page_of(first), to_next)["Location"] == page_of(second)
    assert desk.post(page_of(second), to_next)["Location"] == "/admin/enrollment/registration/queue/"
    assert set(Registration.objects.values_list("state", flat=True)) == {RegistrationState.RETURNED}


def test_a_letter_that_nobody_could_sign_is_issued_once_it_is_laid_down_who_does(desk):
    LetterPolicy.objects.all().delete()
    made = waiting()
    desk.post(page_of(made), {"do": "decide", "decision": "approve"})
    assert made.letters.count() == 0
    assert "だれが署名するか" in words(desk.post(page_of(made), {"do": "letter"}))
    letter_policy()
    desk.post(page_of(made), {"do": "letter"})
    assert made.letters.count() == 1
    assert "すでに発行" in words(desk.post(page_of(made), {"do": "letter"}))
    assert made.letters.count() == 1


@pytest.mark.parametrize("typed", ["タカサキ", "ﾀｶｻｷ", "たかさき", "高崎", "090-1234-5678", "０９０１２３４５６７８"])
def test_a_family_is_found_however_its_kana_or_number_is_typed(client, typed):
    family(mother_name="高崎 良子")
    Family.objects.update(mother_name_kana="たかさき よしこ", phone="09012345678")
    client.force_login(user())
    assert "高崎 良子" in client.get("/admin/enrollment/family/", {"q": typed}).text
    assert "高崎 良子" not in client.get("/admin/enrollment/family/", {"q": "さとう"}).text
