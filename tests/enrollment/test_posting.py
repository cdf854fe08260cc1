"""発送: a day's letters are printed with the address in the window, marked as sent, noted where they come back."""

import io
import re
from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from accounts.models import AccessLogEntry
from accounts.roles import Role
from enrollment.confidential import Address
from enrollment.decisions.decide import approve_application
from enrollment.letters.letter_files import file_of
from enrollment.letters.letters import void_letter
from enrollment.letters.posting import has_gone_out, letters_to_send, mark_sent, note_returned, print_together
from enrollment.letters.posting_file import NOT_ENTERED, lines_of
from enrollment.models import Letter, LetterForm, LetterPolicy, Posting, PostingRun, RegistrationState, Residence
from enrollment.protection.protect import put_under_protection
from sankecare.errors import NotPossible, Refused
from tests.builders import LONG_AGO, district, family, letter_policy, registration, service, town, user

pytestmark = pytest.mark.django_db
PAGE = "admin:enrollment_letter_to-send"


@pytest.fixture(autouse=True)
def policy():
    service()
    return letter_policy()


@pytest.fixture
def desk(client):
    client.force_login(user(Role.WARD_STAFF))
    return client


def issued(name="髙﨑 𠮷子"):
    born = timezone.localdate() - timedelta(days=30)
    made = registration(state=RegistrationState.APPLIED, of=family(mother_name=name), born=born)
    Residence.objects.filter(family=made.birth.family).update(
        town=town(), chome=4, block=21, rest="3号 コーポ302", postcode="1540004"
    )
    approve_application(registration=made, by=user(), at=timezone.now())
    return made.letters.get()


def text_of(pdf):
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def printed(desk, *letters):
    desk.post(reverse(PAGE), {"do": "print", "chosen": [letter.pk for letter in letters]})
    return PostingRun.objects.get()


def words(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def test_the_letters_of_a_day_are_printed_with_two_clicks_in_the_order_of_their_numbers_after_a_list(desk):
    second, first = issued("佐藤 花子"), issued("鈴木 幸子")
    assert words(desk.get(reverse(PAGE))).count('name="chosen"') == 2
    run = printed(desk, first, second)
    paper = desk.get(reverse("admin:enrollment_letter_print", args=[run.pk]))
    assert (paper["Content-Type"], "no-store" in paper["Cache-Control"]) == ("application/pdf", True)
    cover, *pages = text_of(paper.content)
    assert "発送簿" in cover
    assert cover.index("佐藤 花子") < cover.index("鈴木 幸子")
    assert ["佐藤 花子" in pages[0], "鈴木 幸子" in pages[1]] == [True, True]
    assert AccessLogEntry.objects.filter(page="admin:enrollment_letter_print").count() == 2


def test_the_address_stands_on_the_print_and_nowhere_else(desk):
    letter = issued()
    run = printed(desk, letter)
    cover, page = text_of(desk.get(reverse("admin:enrollment_letter_print", args=[run.pk])).content)
    for line in ("〒154-0004", "世田谷区太子堂4丁目21番3号", "コーポ302"):
        assert line in page
        assert line not in cover
    assert "太子堂" not in "".join(text_of(file_of(letter)))
    assert "太子堂" not in str(letter.snapshot)


def test_the_address_is_that_of_the_day_of_printing(desk):
    letter = issued()
    run = printed(desk, letter)
    Residence.objects.update(rest="9号")
    (_cover, page) = text_of(desk.get(reverse("admin:enrollment_letter_print", args=[run.pk])).content)
    assert "4丁目21番9号" in page


def test_a_family_without_an_address_is_named_on_the_list(desk):
    letter = issued()
    Residence.objects.update(town=None, chome=None, block=None, rest="", postcode="")
    run = printed(desk, letter)
    (cover, _page) = text_of(desk.get(reverse("admin:enrollment_letter_print", args=[run.pk])).content)
    assert NOT_ENTERED[:10] in cover.replace("\n", "")


def test_a_protected_family_is_never_printed_with_the_others_and_goes_out_by_hand(desk):
    letter = issued()
    put_under_protection(family=letter.registration.birth.family, reason="支援措置", by=user(), at=timezone.now())
    Letter.objects.filter(pk=letter.pk).update(voided_at=None, voided_reason="")  # one issued since
    desk.post(reverse(PAGE), {"do": "print", "chosen": [letter.pk]})
    assert not PostingRun.objects.exists()
    assert "個別に送る" in words(desk.get(reverse(PAGE)))
    desk.post(reverse(PAGE), {"do": "by_hand", "chosen": [letter.pk], "on_day": timezone.localdate().isoformat()})
    assert letter.postings.get().way == "by_hand"


def test_who_is_protected_after_the_printing_is_not_in_the_paper_any_more(desk):
    letter = issued()
    run = printed(desk, letter)
    put_under_protection(family=letter.registration.birth.family, reason="支援措置", by=user(), at=timezone.now())
    assert desk.get(reverse("admin:enrollment_letter_print", args=[run.pk])).status_code == 409
    assert "抜いてください" in words(desk.get(reverse(PAGE)))


def test_the_page_says_what_comes_next_in_the_words_of_the_post(desk):
    assert "申請を決定すると、通知書がここに並びます" in desk.get(reverse(PAGE)).text
    printed(desk, issued())
    shown = desk.get(reverse(PAGE)).text
    assert "印刷するPDFを開く（発送簿と通知書）" in shown
    assert "発送日" in shown
    assert "転送" not in shown


def test_what_is_printed_is_marked_as_sent_and_what_comes_back_waits_again(desk):
    letter = issued()
    printed(desk, letter)
    assert not letters_to_send(Letter.objects.all()).exists()
    row = letter.postings.get()
    today = timezone.localdate().isoformat()
    desk.post(reverse(PAGE), {"do": "sent", "chosen": [row.pk], "on_day": today})
    row.refresh_from_db()
    assert (row.sent_on, row.sent_by.role) == (timezone.localdate(), Role.WARD_STAFF)
    desk.post(reverse(PAGE), {"do": "returned", "chosen": [row.pk], "on_day": today, "why": "unknown"})
    row.refresh_from_db()
    assert (row.returned_on, row.returned_why) == (timezone.localdate(), "unknown")
    assert list(letters_to_send(Letter.objects.all())) == [letter]
    assert "あて所に尋ねあたらず" in words(desk.get(reverse(PAGE)))


def test_paper_that_was_spoilt_is_printed_again_but_not_what_was_sent(desk):
    spoilt, sent = issued(), issued("佐藤 花子")
    run = printed(desk, spoilt, sent)
    mark_sent(postings=[sent.postings.get()], on_day=timezone.localdate(), by=user(), at=timezone.now())
    rows = [row.pk for row in run.postings.all()]
    desk.post(reverse(PAGE), {"do": "unprint", "chosen": rows})
    assert list(letters_to_send(Letter.objects.all())) == [spoilt]


def test_two_who_print_at_once_do_not_print_twice():
    letter = issued()
    print_together(letters=[letter], by=user(), at=timezone.now())
    with pytest.raises(Refused) as refused:
        print_together(letters=[letter], by=user(), at=timezone.now())
    assert refused.value.code == "letter_not_to_print"
    assert letter.snapshot["number"] in refused.value.detail
    with pytest.raises(IntegrityError, match="letter_on_its_way_once"):
        Posting.objects.create(letter=letter, run=PostingRun.objects.get())


@pytest.mark.parametrize(("days", "code"), [(-1, "day_impossible"), (1, "day_impossible"), (0, None)])
def test_a_letter_goes_out_between_its_printing_and_today(days, code):
    letter = issued()
    print_together(letters=[letter], by=user(), at=timezone.now())
    day = timezone.localdate() + timedelta(days=days)
    if code is None:
        assert mark_sent(postings=list(letter.postings.all()), on_day=day, by=user(), at=timezone.now()) == 1
        return
    with pytest.raises(NotPossible) as refused:
        mark_sent(postings=list(letter.postings.all()), on_day=day, by=user(), at=timezone.now())
    assert refused.value.code == code


def test_what_was_not_sent_cannot_come_back_and_it_comes_back_once():
    letter, today, by = issued(), timezone.localdate(), user()
    print_together(letters=[letter], by=by, at=timezone.now())
    row = letter.postings.get()
    note = {"posting": row, "why": "moved", "on_day": today, "by": by, "at": timezone.now()}
    with pytest.raises(Refused, match="not_sent"):
        note_returned(**note)
    mark_sent(postings=[row], on_day=today, by=by, at=timezone.now())
    note_returned(**note)
    with pytest.raises(Refused) as refused:
        note_returned(**note)
    assert refused.value.code == "already_returned"


def test_a_void_letter_is_not_sent():
    letter = issued()
    void_letter(letter=letter, reason="誤り", by=user(), at=timezone.now())
    assert not letters_to_send(Letter.objects.all()).exists()
    assert not has_gone_out(letter)


def test_who_is_bound_to_a_district_sends_the_letters_of_its_families_alone(client):
    letter = issued()
    client.force_login(user(Role.WARD_STAFF, district=district("tamagawa")))
    assert letter.snapshot["number"] not in words(client.get(reverse(PAGE)))
    client.post(reverse(PAGE), {"do": "print", "chosen": [letter.pk]})
    assert not PostingRun.objects.exists()


def test_a_letter_says_who_signs_what_it_rests_on_what_it_costs_and_how_many_days():
    policy = LetterPolicy.objects.get()
    policy.signer_name, policy.seal, policy.sender_address = "区長　氏名", "omitted", "〒154-8504 世田谷4-21-27"
    policy.save()
    LetterForm.objects.create(
        kind="approval", period=(LONG_AGO, None), form_number="第2号様式", legal_basis="母子保健法第17条の2第1項"
    )
    letter = issued()
    (page,) = text_of(file_of(letter))
    for said in ("世田谷区長　区長　氏名", "公印省略", "第2号様式", "母子保健法第17条の2第1項", "〒154-8504"):
        assert said in page
    assert "課税区分" in page


@pytest.mark.parametrize(("seal", "there"), [("omitted", "公印省略"), ("place", "公印"), ("none", None)])
def test_the_seal_stands_as_the_policy_says(seal, there):
    LetterPolicy.objects.update(seal=seal)
    (page,) = text_of(file_of(issued()))
    assert ("公印" in page) == (there is not None)
    assert ("公印省略" in page) == (seal == "omitted")


@pytest.mark.parametrize(
    ("rest", "lines"),
    [
        ("3号 コーポ302", ["〒154-0004", "世田谷区太子堂4丁目21番3号", "コーポ302"]),
        ("コーポ三〇二", ["〒154-0004", "世田谷区太子堂4丁目21番", "コーポ三〇二"]),
        ("", ["〒154-0004", "世田谷区太子堂4丁目21番"]),
    ],
)
def test_an_address_is_written_as_the_post_reads_it(rest, lines):
    assert lines_of(Address(town(), 4, 21, rest, "1540004"), "世田谷区") == lines
