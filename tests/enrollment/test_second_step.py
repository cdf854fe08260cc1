"""起案・決裁: where the day's policy asks for it one person drafts, another one decides; the letter is issued then."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccountPolicy
from accounts.roles import Role
from enrollment.applications.apply import withdraw_application
from enrollment.decisions.bulk import approve_plain, decide_plain
from enrollment.decisions.decide import approve_application, reject_application, return_application
from enrollment.decisions.drafting import approve_drafted, draft_decision, return_drafted, take_back_drafted
from enrollment.decisions.second_step import drafts_to_decide, second_step_now
from enrollment.models import (
    Decider,
    DecisionPolicy,
    DraftedDecision,
    LookedAt,
    Registration,
    RegistrationState,
    TaxClass,
)
from pages.ward.desk.home import due_for
from sankecare.errors import NotPossible, Refused
from tests.builders import LONG_AGO, letter_policy, registration, service, user

pytestmark = pytest.mark.django_db
LISTED = reverse("admin:enrollment_registration_drafted")


@pytest.fixture(autouse=True)
def two_people():
    """The policy is in force; who drafts and who decides are colleagues of long."""
    service()
    letter_policy()
    DecisionPolicy.objects.create(period=(LONG_AGO, None), second_step=True)
    second_step_now.forget()


def colleague(**facts):
    return user(Role.WARD_STAFF, date_joined=timezone.now() - timedelta(days=400), **facts)


@pytest.fixture
def drafting():
    return colleague(first_name="亮", last_name="大西")


@pytest.fixture
def deciding():
    person = colleague(first_name="薫", last_name="森")
    decides(person)
    return person


def decides(person, stands_in_for=None, period=(LONG_AGO, None)):
    return Decider.objects.create(person=person, period=period, stands_in_for=stands_in_for, named_by=colleague())


def waiting(**facts):
    return registration(state=RegistrationState.APPLIED, born=timezone.localdate() - timedelta(days=30), **facts)


def page_of(made):
    return reverse("admin:enrollment_registration_decide", args=[made.pk])


def words(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def drafted(by, made=None, decision="approve", **given):
    return draft_decision(registration=made or waiting(), decision=decision, by=by, at=timezone.now(), **given)


def refusal(operation, **given):
    with pytest.raises(Refused) as refused, transaction.atomic():
        operation(at=timezone.now(), **given)
    return refused.value.code


def as_if_committed(made, **facts):
    """What speaks only at a transaction's end speaks now."""
    with transaction.atomic(), connection.cursor() as cursor:
        Registration.objects.filter(pk=made.pk).update(**facts)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def now(row):
    row.refresh_from_db()
    return row


def test_a_draft_decides_nothing_and_the_letter_is_issued_with_the_decision(client, drafting, deciding):
    made = waiting(mother_health="ぜんそく")
    client.force_login(drafting)
    said = client.post(
        page_of(made),
        {"do": "decide", "decision": "approve", "word_health": "発作なし", "reason": "良い日を"},
        follow=True,
    )
    assert "起案しました（承認）" in words(said)
    assert (now(made).state, made.letters.count(), LookedAt.objects.count()) == (RegistrationState.APPLIED, 0, 0)
    draft = DraftedDecision.objects.get()
    assert "ご自分の起案" not in words(client.get(page_of(made)))
    client.force_login(deciding)
    shown = words(client.get(page_of(made)))
    assert "起案：大西 亮" in shown
    assert "発作なし" in shown
    assert "良い日を" in shown
    client.post(page_of(made), {"do": "approve_drafted", "draft": draft.pk})
    assert (now(made).state, made.decided_by, made.decision_reason) == (
        RegistrationState.APPROVED,
        deciding,
        "良い日を",
    )
    letter = made.letters.get()
    assert letter.issued_by == deciding
    look = LookedAt.objects.get()
    assert (look.word, look.by, look.at) == ("発作なし", drafting, draft.drafted_at)
    assert [row.happening for row in made.timeline.order_by("pk")] == ["drafted", "approved", "letter_issued"]
    assert "起案：大西 亮" in words(client.get(page_of(made)))


def test_a_rejection_is_drafted_with_its_rules_and_they_stand_in_the_letter(client, drafting, deciding):
    made = waiting(needs_medical_care=True)
    client.force_login(drafting)
    post = {"do": "decide", "decision": "reject", "reason": "治療中のため"}
    assert "1つ以上選んでください" in words(client.post(page_of(made), post))
    client.post(page_of(made), post | {"rules": ["medical_care"]})
    approve_drafted(drafted=DraftedDecision.objects.get(), by=deciding, at=timezone.now())
    assert (now(made).state, made.verdict["named"]) == (RegistrationState.REJECTED, ["medical_care"])
    assert made.letters.get().snapshot["reasons"][1].startswith("治療の必要：")


def test_nobody_decides_alone_and_nobody_her_own_draft(client, drafting):
    decides(drafting)
    made = waiting()
    assert refusal(approve_application, registration=made, by=drafting) == "second_step_needed"
    assert (
        refusal(reject_application, registration=waiting(needs_medical_care=True), by=drafting, reason="x")
        == "second_step_needed"
    )
    draft = drafted(drafting, made)
    assert refusal(approve_drafted, drafted=draft, by=drafting) == "second_person_needed"
    client.force_login(drafting)
    shown = words(client.get(page_of(made)))
    assert "approve_drafted" not in shown
    refused = words(client.post(page_of(made), {"do": "approve_drafted", "draft": draft.pk}))
    assert "ご自分の起案です" in refused
    assert now(made).state == RegistrationState.APPLIED


def test_the_database_refuses_a_decision_that_no_second_person_made(drafting, deciding):
    made, at = waiting(), timezone.now()
    with pytest.raises(IntegrityError, match="a second person decides"):
        as_if_committed(made, state=RegistrationState.APPROVED, decided_at=at, decided_by=drafting)
    draft = drafted(drafting, made)
    for by, code in ((drafting, "drafted_decision_by_a_second_person"), (colleague(), "not among those who decide")):
        if by == drafting:
            decides(drafting)
        with pytest.raises(IntegrityError, match=code), transaction.atomic():
            DraftedDecision.objects.filter(pk=draft.pk).update(outcome="approved", settled_by=by, settled_at=at)
    approve_drafted(drafted=draft, by=deciding, at=at)
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        DraftedDecision.objects.filter(pk=draft.pk).update(outcome="waits", settled_by=None, settled_at=None)


def test_who_is_not_named_does_not_decide(client, drafting):
    draft = drafted(drafting)
    assert refusal(approve_drafted, drafted=draft, by=colleague()) == "not_a_decider"
    client.force_login(colleague())
    assert "今日の決裁者が登録されていません" in words(client.get(LISTED))
    assert "あなたは今日の決裁者ではありません" in words(client.get(page_of(draft.registration)))


def test_a_deputy_stands_in_for_her_days_and_is_named(client, drafting, deciding):
    deputy, today = colleague(first_name="杏", last_name="林"), timezone.localdate()
    row = decides(deputy, stands_in_for=deciding, period=(today + timedelta(days=1), None))
    draft = drafted(drafting)
    assert refusal(approve_drafted, drafted=draft, by=deputy) == "not_a_decider"
    row.period = (today, today + timedelta(days=3))
    row.save()
    client.force_login(deputy)
    assert "森 薫の代決として決裁します" in words(client.get(page_of(draft.registration)))
    client.post(page_of(draft.registration), {"do": "approve_drafted", "draft": draft.pk})
    assert (now(draft).settled_by, draft.stands_in_for, now(draft.registration).decided_by) == (
        deputy,
        deciding,
        deputy,
    )
    assert "森 薫の代決" in words(client.get(page_of(draft.registration)))


def test_a_deputy_counts_only_while_the_other_decides_herself(drafting, deciding):
    deputy = colleague()
    decides(deputy, stands_in_for=deciding)
    Decider.objects.filter(person=deciding).update(period=(LONG_AGO, timezone.localdate()))
    assert refusal(approve_drafted, drafted=drafted(drafting), by=deputy) == "not_a_decider"


def test_nobody_names_herself(client, drafting):
    with pytest.raises(IntegrityError, match="decider_is_named_by_another"), transaction.atomic():
        Decider.objects.create(person=drafting, period=(LONG_AGO, None), named_by=drafting)
    client.force_login(drafting)
    other = colleague()
    form = {"person": other.pk, "stands_in_for": "", "period_0": "2023-04-01", "period_1": ""}
    add = reverse("admin:enrollment_decider_add")
    assert client.post(add, form | {"person": drafting.pk}).status_code == 200
    assert client.post(add, form).status_code == 302
    assert [(row.person, row.named_by) for row in Decider.objects.all()] == [(other, drafting)]


def test_a_draft_is_returned_with_a_word_and_drafted_anew(client, drafting, deciding):
    made = waiting(mother_health="ぜんそく")
    draft = drafted(drafting, made, seen={"health": "発作なし"}, reason="覚え")
    client.force_login(deciding)
    assert "差し戻す理由" in words(
        client.post(page_of(made), {"do": "return_drafted", "draft": draft.pk, "word": " "})
    )
    assert now(draft).outcome == "waits"
    client.post(page_of(made), {"do": "return_drafted", "draft": draft.pk, "word": "主治医の意見を"})
    assert (now(draft).outcome, draft.word, now(made).state) == (
        "returned",
        "主治医の意見を",
        RegistrationState.APPLIED,
    )
    client.force_login(drafting)
    assert "主治医の意見を" in words(client.get(LISTED))
    shown = words(client.get(page_of(made)))
    assert "主治医の意見を" in shown
    assert 'value="発作なし"' in shown
    assert "覚え" in shown
    drafted(drafting, made, seen={"health": "主治医に電話"})
    assert not list(client.get(LISTED).context["returned"])
    with pytest.raises(NotPossible):
        return_drafted(drafted=made.drafted.last(), word="", by=deciding, at=timezone.now())


@pytest.mark.parametrize("part", ["stated", "papers", "tax", "baby"])
def test_what_changed_since_it_was_drafted_is_said_and_blocks(client, drafting, deciding, part):
    made = waiting()
    draft = drafted(drafting, made)
    family = made.birth.family
    said = {"stated": "申請の内容", "papers": "書類", "tax": "課税区分", "baby": "出産・お子さんの内容"}[part]
    if part == "stated":
        Registration.objects.filter(pk=made.pk).update(support="祖母が来る")
    elif part == "papers":
        family.evidence.create(
            uploaded_by=drafting, uploaded_at=timezone.now(), kind="tax", name="a", content_type="image/png",
            size=1, digest="0" * 64, content=b"x",
        )  # fmt: skip
    elif part == "tax":
        family.tax_classes.update(tax_class=TaxClass.NON_TAXED)
    else:
        made.birth.infants.update(birth_date=timezone.localdate() - timedelta(days=31))
    client.force_login(deciding)
    shown = words(client.get(page_of(made)))
    assert f"起案のあとに変わりました：{said}" in shown
    assert 'value="approve_drafted"' not in shown
    assert "起案のあとに変わりました" in words(
        client.post(page_of(made), {"do": "approve_drafted", "draft": draft.pk})
    )
    assert (now(made).state, now(draft).outcome) == (RegistrationState.APPLIED, "waits")


def test_a_draft_is_taken_back_by_who_wrote_it_alone(client, drafting, deciding):
    draft = drafted(drafting)
    assert refusal(take_back_drafted, drafted=draft, by=deciding) == "drafted_by_another"
    client.force_login(drafting)
    client.post(page_of(draft.registration), {"do": "take_back_drafted", "draft": draft.pk})
    assert now(draft).outcome == "taken_back"
    assert refusal(approve_drafted, drafted=draft, by=deciding) == "draft_settled"


def test_an_application_has_one_draft_at_a_time(client, drafting):
    draft = drafted(drafting)
    assert refusal(draft_decision, registration=draft.registration, decision="approve", by=colleague()) == (
        "already_drafted"
    )
    client.force_login(colleague())
    late = client.post(page_of(draft.registration), {"do": "decide", "decision": "approve", "reason": "わたしの言葉"})
    assert "すでに起案されています" in words(late)
    assert "わたしの言葉" in words(late)


@pytest.mark.parametrize("how", ["withdrawn", "returned"])
def test_an_application_that_no_longer_waits_takes_its_draft_along(drafting, deciding, how):
    draft = drafted(drafting)
    if how == "withdrawn":
        withdraw_application(registration=draft.registration, by=drafting, at=timezone.now())
    else:
        return_application(registration=draft.registration, reason="確認", by=drafting, at=timezone.now())
    assert (now(draft).outcome, draft.settled_by) == ("overtaken", None)
    assert refusal(approve_drafted, drafted=draft, by=deciding) == "already_decided"


def test_what_is_ticked_together_is_drafted_and_drafts_are_decided_together(client, drafting, deciding):
    plain, noted = waiting(), waiting(mother_health="ぜんそく")
    type(noted.birth.family).objects.filter(pk=noted.birth.family_id).update(mother_name_kana="べつ はな")
    noted.birth.family.residences.update(block=9)  # no duplicate
    client.force_login(drafting)
    queue = reverse("admin:enrollment_registration_queue")
    assert "選んだ申請を承認として起案する" in words(client.get(queue))
    client.post(queue, {"chosen": [plain.pk, noted.pk]})
    assert [row.registration for row in DraftedDecision.objects.all()] == [plain]
    assert "起案済み（決裁待ち）" in words(client.get(queue))
    again = approve_plain(applications=Registration.objects.all(), chosen={plain.pk}, by=drafting, at=timezone.now())
    assert (again.drafted, [why for _row, why in again.left]) == ([], ["起案済み（決裁待ち）"])
    open_point = drafted(drafting, noted, seen={"health": "発作なし"})
    client.force_login(deciding)
    draft = DraftedDecision.objects.get(registration=plain)
    client.post(LISTED, {"chosen": [draft.pk, open_point.pk]})
    assert (now(plain).state, plain.decided_by, plain.letters.count()) == (RegistrationState.APPROVED, deciding, 1)
    assert now(noted).state == RegistrationState.APPLIED
    drafts = drafts_to_decide(drafting, timezone.now())
    assert decide_plain(drafts=drafts, chosen={open_point.pk}, by=drafting, at=timezone.now()).approved == []


def test_drafts_that_wait_stand_on_the_home_of_who_decides_and_in_the_menu(client, drafting, deciding):
    drafted(drafting)
    second_step_now.forget()

    def counts(person):
        graded, nothing = due_for(person, timezone.now())
        return {str(row.label): row.count for row in [*nothing, *(row for group in graded for row in group.rows)]}

    assert counts(deciding)["あなたの決裁を待つ起案"] == 1
    assert counts(drafting)["あなたの決裁を待つ起案"] == 0
    return_drafted(drafted=DraftedDecision.objects.get(), word="見直し", by=deciding, at=timezone.now())
    assert counts(drafting)["あなたに差し戻された起案"] == 1
    client.force_login(deciding)
    assert f'href="{LISTED}"' in words(client.get(reverse("desk:second-person")))


def test_the_letter_is_seen_before_it_is_drafted_and_before_it_is_decided(client, drafting, deciding):
    made = waiting()
    client.force_login(drafting)
    seen = client.post(page_of(made), {"do": "preview", "decision": "approve"})
    assert seen["Content-Type"] == "application/pdf"
    draft = drafted(drafting, made)
    client.force_login(deciding)
    seen = client.post(page_of(made), {"do": "preview_drafted", "draft": draft.pk})
    assert seen["Content-Type"] == "application/pdf"
    assert (now(made).state, made.letters.count(), now(draft).outcome) == (RegistrationState.APPLIED, 0, "waits")


def test_a_second_person_is_one_that_the_first_could_not_make_up(drafting):
    AccountPolicy.objects.all().delete()
    new = user(Role.WARD_STAFF, date_joined=timezone.now())
    decides(new)
    assert refusal(approve_drafted, drafted=drafted(drafting), by=new) == "second_person_too_new"


def test_from_the_day_the_policy_ends_everything_is_as_before(client, drafting):
    made = waiting()
    DecisionPolicy.objects.update(period=(LONG_AGO, timezone.localdate()))
    second_step_now.forget()
    client.force_login(drafting)
    shown = words(client.get(page_of(made)))
    assert "起案" not in shown
    assert "起案" not in words(client.get(reverse("admin:enrollment_registration_queue")))
    assert "起案" not in words(client.get(reverse("desk:second-person")))
    _graded, nothing = due_for(drafting, timezone.now())
    assert not [row for row in nothing if "起案" in str(row.label)]
    client.post(page_of(made), {"do": "decide", "decision": "approve"})
    assert (now(made).state, made.letters.count()) == (RegistrationState.APPROVED, 1)
    assert refusal(draft_decision, registration=waiting(), decision="approve", by=drafting) == "not_drafted_today"
