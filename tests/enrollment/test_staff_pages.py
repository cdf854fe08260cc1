"""Staff at one application: facts, papers and rules beside the decision; exceptions by two; what came by telephone."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.roles import Role
from enrollment.decisions import letter_preview
from enrollment.decisions.decide import reject_application
from enrollment.models import (
    Channel,
    ConsentText,
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
from tests.builders import LONG_AGO, family, letter_policy, registration, service, town, user

pytestmark = pytest.mark.django_db
NEW = "/applications/new/"


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


# ---- By telephone and on paper --------------------------------------------------------------------------------------


def application(**changed):
    born = timezone.localdate() - timedelta(days=30)
    typed = {
        "channel": "phone",
        "mother_name": "渡邉 さくら",
        "mother_name_kana": "ワタナベ サクラ",
        "mother_birth_date_0": "1994",
        "mother_birth_date_1": "5",
        "mother_birth_date_2": "6",
        "phone": "03-9876-5432",
        "mother_in_ward": "yes",
        "infant_in_ward": "yes",
        "town": "太子堂",
        "chome": "2",
        "block": "17",
        "babies": "1",
        "shown": "1",
        "infant_0_birth_date_0": str(born.year),
        "infant_0_birth_date_1": str(born.month),
        "infant_0_birth_date_2": str(born.day),
        "worry": "yes",
        "lacks_support": "yes",
        "needs_medical_care": "no",
        "tax_class": "taxed",
    }
    return typed | {f"consent_{text.pk}": "on" for text in ConsentText.objects.all()} | changed


@pytest.fixture
def here():
    return town()


def test_an_application_by_telephone_runs_through_the_same_operation(desk, here):
    assert desk.get(NEW).status_code == 200
    answer = desk.post(NEW, application())
    made = Registration.objects.get()
    assert answer.url == page_of(made)
    assert (made.channel, made.entered_by.role, made.birth.family.account) == (Channel.PHONE, Role.WARD_STAFF, None)
    assert made.birth.family.mother_name_kana == "わたなべ さくら"
    assert "入力：" in words(desk.get(page_of(made)))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"town": "銀座"}, "町名"),
        ({"infant_0_birth_date_0": "2099"}, "まだ"),
        ({"infant_0_discharged_on": "2020-01-01"}, "退院"),
        ({"tax_class": ""}, "必須"),
        ({"channel": ""}, "必須"),
        ({"mother_name": "  "}, ""),
    ],
)
def test_bad_input_is_answered_in_words_loses_nothing_and_enters_nothing(desk, here, changed, said):
    answer = desk.post(NEW, application(**changed))
    assert answer.status_code == 422
    assert said in words(answer)
    assert "03-9876-5432" in words(answer)
    assert not Registration.objects.exists()


def test_more_babies_than_shown_bring_their_fields_first(desk, here):
    answer = desk.post(NEW, application(babies="2"))
    assert "infant_1_birth_date_0" in words(answer)
    assert not Registration.objects.exists()


def test_a_family_that_may_be_known_is_asked_about_and_chosen(desk, here):
    known = family("渡邉 さくら")
    known.mother_name_kana, known.phone = "わたなべ さくら", "0398765432"
    known.save()
    asked = desk.post(NEW, application())
    assert "すでに登録のあるご家庭" in words(asked)
    assert not Registration.objects.exists()
    desk.post(NEW, application(family=str(known.pk)))
    assert Registration.objects.get().birth.family == known


def test_another_family_with_the_same_facts_is_entered_as_a_new_one(desk, here):
    known = family("渡邉 さくら")
    known.mother_name_kana, known.phone = "わたなべ さくら", "0398765432"
    known.save()
    desk.post(NEW, application(family="new"))
    assert Registration.objects.get().birth.family != known


def test_a_family_that_was_not_proposed_cannot_be_chosen(desk, here):
    foreign = family()
    answer = desk.post(NEW, application(family=str(foreign.pk)))
    assert answer.status_code == 302  # nothing is proposed, so that the choice is not asked for and not read
    assert Registration.objects.get().birth.family != foreign


def test_staff_type_in_what_the_family_corrected(desk, here):
    desk.post(NEW, application())
    made = Registration.objects.get()
    desk.post(page_of(made), {"do": "decide", "decision": "return", "reason": "電話番号の確認"})
    page = desk.get(f"/applications/{made.pk}/correct/")
    assert "電話番号の確認" in words(page)
    assert "渡邉 さくら" in words(page)
    answer = desk.post(f"/applications/{made.pk}/correct/", application(phone="03-1111-2222"))
    assert answer.url == page_of(made)
    made.refresh_from_db()
    assert (made.state, made.birth.family.phone) == (RegistrationState.APPLIED, "0311112222")
    again = desk.post(f"/applications/{made.pk}/correct/", application())
    assert again.status_code == 422
    assert "この申請に、いま直していただくところはありません。" in words(again)


@pytest.mark.parametrize("typed", ["タカサキ", "ﾀｶｻｷ", "たかさき", "高崎", "090-1234-5678", "０９０１２３４５６７８"])
def test_a_family_is_found_however_its_kana_or_number_is_typed(client, typed):
    family(mother_name="高崎 良子")
    Family.objects.update(mother_name_kana="たかさき よしこ", phone="09012345678")
    client.force_login(user())
    assert "高崎 良子" in client.get("/admin/enrollment/family/", {"q": typed}).text
    assert "高崎 良子" not in client.get("/admin/enrollment/family/", {"q": "さとう"}).text
