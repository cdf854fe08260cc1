"""審査: a word on each open point, a rejection that names its rule, standard reasons, a decision taken back."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from bookings.models import Booking
from enrollment.decisions.decide import approve_application, reject_application, return_application
from enrollment.decisions.undo import take_back_decision
from enrollment.letters.letters import note_opened
from enrollment.letters.posting import print_together
from enrollment.models import LookedAt, RegistrationState, StandardReason, TaxClass
from sankecare.errors import NotPossible, Refused
from tests.builders import LONG_AGO, letter_policy, registration, service, user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def offered():
    letter_policy()
    return service()


@pytest.fixture
def desk(client):
    client.force_login(user(Role.WARD_STAFF))
    return client


def waiting(**facts):
    return registration(state=RegistrationState.APPLIED, born=timezone.localdate() - timedelta(days=30), **facts)


def page_of(made):
    return reverse("admin:enrollment_registration_decide", args=[made.pk])


def words(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def decided(decide=approve_application, made=None, **given):
    return decide(registration=made or waiting(), by=user(), at=timezone.now(), **given)


def standard(used_for="reject", rule="medical_care", text="治療が終わってからご申請ください。", code="medical"):
    return StandardReason.objects.create(code=code, used_for=used_for, rule=rule, text=text, period=(LONG_AGO, None))


@pytest.mark.parametrize("word", ["", "   "])
def test_an_open_point_without_a_word_blocks_the_approval_and_nothing_typed_is_lost(desk, word):
    made = waiting(mother_health="ぜんそく", worries="夜眠れない")
    answer = desk.post(page_of(made), {"do": "decide", "decision": "approve", "word_health": word, "reason": "覚え"})
    assert "先に確認して、確認したことを書いてください" in words(answer)
    assert "覚え" in words(answer)
    made.refresh_from_db()
    assert made.state == RegistrationState.APPLIED


def test_the_word_on_each_open_point_is_kept_with_who_and_when(desk):
    made = waiting(mother_health="ぜんそく")
    desk.post(page_of(made), {"do": "decide", "decision": "approve", "word_health": "発作は1年なし"})
    row = LookedAt.objects.get()
    assert (row.registration, row.point, row.word, row.by.role) == (made, "health", "発作は1年なし", Role.WARD_STAFF)
    assert "発作は1年なし" in words(desk.get(page_of(made)))


def test_a_rejection_names_at_least_one_rule_that_is_not_met(desk):
    made = waiting(needs_medical_care=True)
    post = {"do": "decide", "decision": "reject", "reason": "治療中のため"}
    assert "1つ以上選んでください" in words(desk.post(page_of(made), post))
    desk.post(page_of(made), post | {"rules": ["medical_care"]})
    made.refresh_from_db()
    assert (made.state, made.verdict["named"]) == (RegistrationState.REJECTED, ["medical_care"])
    first, second = made.letters.get().snapshot["reasons"]
    assert first == "治療中のため"
    assert second.startswith("治療の必要：")


def test_who_meets_every_condition_is_not_rejected_before_the_facts_are_put_right(desk):
    made = waiting()
    answer = desk.post(page_of(made), {"do": "decide", "decision": "reject", "reason": "要件を満たさないため"})
    assert "先に事実を訂正してください" in words(answer) or "先に事実を訂正してから" in words(answer)
    made.refresh_from_db()
    assert made.state == RegistrationState.APPLIED


@pytest.mark.parametrize(("rules", "code"), [([], "no_rule"), (["support"], "rule_is_met")])
def test_a_rule_that_is_met_is_not_named(rules, code):
    with pytest.raises(Refused) as refused:
        decided(reject_application, waiting(needs_medical_care=True), reason="治療中", rules=rules)
    assert refused.value.code == code


def test_a_standard_reason_is_chosen_with_its_rule_and_stands_in_the_letter(desk):
    row, made = standard(), waiting(needs_medical_care=True)
    assert row.text in words(desk.get(page_of(made)))
    desk.post(page_of(made), {"do": "decide", "decision": "reject", "standard": [row.code], "reason": "お大事に"})
    made.refresh_from_db()
    assert made.decision_reason == f"{row.text}\nお大事に"
    assert made.verdict["named"] == ["medical_care"]
    assert row.text in made.letters.get().snapshot["reasons"][0]


def test_standard_reasons_stand_with_the_decision_that_each_is_for(desk):
    standard()
    standard(used_for="return", rule="", code="due-date", text="予定日をご確認ください。")
    shown = words(desk.get(page_of(waiting())))
    of_return, of_reject = shown.index('class="ward-with-return"'), shown.index('id="standard-reject"')
    assert of_return < shown.index("予定日をご確認ください。") < of_reject or of_reject < of_return
    assert "すべての要件を満たしています" in shown
    assert "すべての要件を満たしています" not in words(desk.get(page_of(waiting(needs_medical_care=True))))


def test_the_word_at_a_point_is_shown_with_its_point_after_the_decision(desk):
    made = waiting(mother_health="ぜんそく")
    desk.post(page_of(made), {"do": "decide", "decision": "approve", "word_health": "発作は1年なし"})
    assert "健康についての申告あり：<bdi>発作は1年なし</bdi>" in words(desk.get(page_of(made)))


def test_a_standard_reason_is_for_its_own_decision(desk):
    row, made = standard(used_for="return", rule="", code="due-date"), waiting(needs_medical_care=True)
    post = {"do": "decide", "decision": "reject", "standard": [row.code], "rules": ["medical_care"]}
    assert "別の決定に使う" in words(desk.post(page_of(made), post))
    made.refresh_from_db()
    assert made.state == RegistrationState.APPLIED


@pytest.mark.parametrize(
    ("decide", "given"),
    [(approve_application, {}), (return_application, {"reason": "確認"}), (reject_application, {"reason": "要件"})],
)
def test_a_decision_is_taken_back_before_its_letter_goes_out(desk, decide, given):
    made = decided(decide, **given)
    assert "決定を取り消す" in words(desk.get(page_of(made)))
    desk.post(page_of(made), {"do": "take_back", "why": "押し間違い"})
    made.refresh_from_db()
    assert (made.state, made.decided_at, made.decided_by, made.decision_reason, made.verdict) == (
        RegistrationState.APPLIED,
        None,
        None,
        "",
        None,
    )
    letter = made.letters.get()
    assert (letter.voided_at is not None, letter.voided_reason) == (True, "押し間違い")
    assert made.timeline.filter(happening="taken_back").count() == 1
    decided(approve_application, made)
    assert made.letters.count() == 2


@pytest.mark.parametrize("gone", ["opened", "printed"])
def test_a_decision_whose_letter_was_opened_or_printed_stands(desk, gone):
    made = decided()
    letter = made.letters.get()
    if gone == "opened":
        note_opened(letter=letter, at=timezone.now())
    else:
        print_together(letters=[letter], by=user(), at=timezone.now())
    assert "決定を取り消す" not in words(desk.get(page_of(made)))
    with pytest.raises(Refused) as refused:
        take_back_decision(registration=made, reason="押し間違い", by=user(), at=timezone.now())
    assert refused.value.code == "letter_gone_out"
    made.refresh_from_db()
    made.state = RegistrationState.APPLIED
    with pytest.raises(IntegrityError, match="its letter has gone out"):
        made.save()


def test_a_decision_stands_once_the_family_has_booked(offered):
    made = decided()
    Booking.objects.create(registration=made, service=offered, booked_at=timezone.now())
    with pytest.raises(Refused) as refused:
        take_back_decision(registration=made, reason="押し間違い", by=user(), at=timezone.now())
    assert refused.value.code == "used_since"


def test_it_is_taken_back_with_a_reason_and_once():
    made = decided()
    with pytest.raises(NotPossible):
        take_back_decision(registration=made, reason=" ", by=user(), at=timezone.now())
    take_back_decision(registration=made, reason="誤り", by=user(), at=timezone.now())
    with pytest.raises(Refused) as refused:
        take_back_decision(registration=made, reason="誤り", by=user(), at=timezone.now())
    assert refused.value.code == "not_decided"


def test_the_tax_class_accepted_with_it_goes_with_it():
    made = waiting(stated_tax_class=TaxClass.NON_TAXED)
    family = made.birth.family
    family.tax_classes.all().delete()
    family.tax_classes.create(period=(LONG_AGO, None), tax_class=TaxClass.TAXED)
    decided(approve_application, made)
    assert family.tax_classes.count() == 2
    take_back_decision(registration=made, reason="誤り", by=user(), at=timezone.now())
    (row,) = family.tax_classes.all()
    assert (row.tax_class, row.period.lower, row.period.upper) == (TaxClass.TAXED, LONG_AGO, None)
