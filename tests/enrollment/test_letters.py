"""通知書: with each decision one letter, numbered without a gap, the same bytes for ever, and never an address."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pgtrigger
import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils.translation import override
from pypdf import PdfReader

from accounts.roles import Role
from enrollment.decisions.decide import approve_application, reject_application, return_application
from enrollment.families.life_events import change_tax_class
from enrollment.letters import letter_files
from enrollment.letters.letter_files import digest, file_of, keep_file, set_anew, verify_letters
from enrollment.letters.letter_text import appeal
from enrollment.letters.letters import desk_of_today, issue_letter, open_letter, void_letter
from enrollment.models import (
    Letter,
    LetterFile,
    LetterKind,
    LetterPolicy,
    LetterSerial,
    RegistrationState,
    TaxClass,
)
from enrollment.protection.protect import put_under_protection
from sankecare import outbox
from sankecare.errors import NotPossible, Refused
from tests.as_owner import as_owner
from tests.builders import A_DAY, at, family, letter_policy, registration, service, user

pytestmark = pytest.mark.django_db
BAD_NAMES = ["髙﨑 𠮷子", "#eval(1) *b* $x$", "<script>_ @x", "\\ ] } ) 葛󠄀城", "\U0003ffff"]


@pytest.fixture(autouse=True)
def policy():
    service()
    return letter_policy()


def applied(**facts):
    return registration(state=RegistrationState.APPLIED, **facts)


def decided(decide, made=None, **given):
    made = made or applied()
    decide(registration=made, by=user(), at=at(A_DAY), **given)
    return made.letters.get()


def text_of(pdf):
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).replace("\n", "")


@pytest.mark.parametrize(
    ("decide", "given", "title", "appeals"),
    [
        (approve_application, {}, "産後ケア事業利用登録決定通知書", False),
        (reject_application, {"reason": "医療行為が必要なため"}, "産後ケア事業利用登録不承認決定通知書", True),
        (return_application, {"reason": "予定日の確認"}, "産後ケア事業利用登録申請の補正について（お願い）", False),
    ],
)
def test_each_decision_has_its_letter_and_an_unfavourable_one_says_how_to_appeal(decide, given, title, appeals):
    letter = decided(decide, **given)
    assert (letter.snapshot["title"], letter.snapshot["number"]) == (title, "5産ケ第1号")
    assert letter.snapshot["date"] == "令和5年5月10日"
    assert (letter.snapshot["appeal"] != []) == appeals
    assert letter.snapshot["reasons"] == list(given.values())
    printed = text_of(file_of(letter))
    assert ("３か月以内に、世田谷区長に対して審査請求" in printed) == appeals
    assert ("６か月以内に、世田谷区を被告として" in printed) == appeals


def test_a_refusal_names_the_rules_that_are_not_met():
    letter = decided(reject_application, applied(needs_medical_care=True), reason="要件を満たさないため")
    assert len(letter.snapshot["reasons"]) == 2
    assert "医療" in letter.snapshot["reasons"][1]


def test_an_approval_names_each_service_with_its_last_day_by_age():
    letter = decided(approve_application, applied(born=A_DAY - timedelta(days=30)))
    assert letter.snapshot["services"] == [["区立産後ケアセンター　ショートステイ", "令和5年8月9日まで"]]


def test_the_same_letter_is_the_same_bytes_and_a_changed_snapshot_is_seen():
    letter = decided(approve_application)
    assert digest(set_anew(letter)) == digest(set_anew(Letter.objects.get(pk=letter.pk))) == letter.digest
    letter.snapshot["recipient"]["name"] = "別の名前"
    assert digest(set_anew(letter)) != letter.digest


@pytest.mark.parametrize("name", BAD_NAMES)
def test_a_name_is_printed_as_it_is_and_never_run(name):
    made = applied(of=family(mother_name=name))
    letter = decided(approve_application, made)
    assert letter.snapshot["recipient"]["name"] == name
    assert file_of(letter).startswith(b"%PDF-")


def test_furigana_stand_where_a_name_needs_them():
    made = applied(of=family(mother_name="サクラ ヨシコ"))
    home = made.birth.family
    home.mother_name_kana = "さくら よしこ"
    home.save()
    made.birth.infants.update(name="𠮷太郎", name_kana="よしたろう")
    letter = decided(approve_application, made)
    assert letter.snapshot["recipient"] == {"name": "サクラ ヨシコ", "kana": ""}
    assert ["お子さん", "𠮷太郎（よしたろう）　令和5年4月10日生"] in letter.snapshot["facts"]
    assert decided(approve_application).snapshot["recipient"]["kana"] == "たかさき よしこ"


# What version 1 made of the snapshot below on the day it was written.
MADE_ONCE = "faaad2aa9020d1a82c63bfb711a660a04eaa823da66f4b931f68ad62a3c0bd69"


def test_what_was_issued_long_ago_is_still_the_same_bytes():
    """Fails where the template, a font or typst changed: then letters need another version, not another look."""
    snapshot = {
        "version": 1,
        "title": "産後ケア事業利用登録不承認決定通知書",
        "number": "5産ケ第1号",
        "date": "令和5年5月10日",
        "recipient": {"name": "髙﨑 𠮷子", "kana": "たかさき よしこ"},
        "signed_by": "世田谷区長",
        "opening": "申請のありました産後ケア事業の利用について、次の理由により承認しないことを決定しました。",
        "facts": [["登録番号", "R-000001"], ["お子さん", "𠮷太郎（よしたろう）　令和5年4月10日生"]],
        "reasons": ["医療行為が必要なため"],
        "services": [["区立産後ケアセンター　ショートステイ", "令和5年8月9日まで"]],
        "notes": ["ご利用の日は、あらかじめ予約してください。"],
        "appeal": appeal("世田谷区"),
        "office": ["世田谷区子ども・若者部児童相談支援課"],
    }
    issued = Letter(snapshot=snapshot, issued_at=at(A_DAY), digest=MADE_ONCE)
    assert digest(set_anew(issued)) == MADE_ONCE


def test_it_is_tagged_for_those_who_hear_it_and_has_its_title():
    document = PdfReader(io.BytesIO(file_of(decided(approve_application))))
    assert document.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert document.metadata.title == "産後ケア事業利用登録決定通知書"


def test_no_letter_holds_an_address():
    made = applied()
    residence = made.birth.family.residences.get()
    residence.rest, residence.postcode = "カナリア荘 404", "1540017"
    residence.save()
    letter = decided(approve_application, made)
    for told in (str(letter.snapshot), text_of(file_of(letter))):
        assert not [word for word in ("太子堂", "カナリア荘", "1540017") if word in told]


def test_numbers_have_no_gap_even_where_a_decision_fails_after_its_letter():
    first = decided(approve_application)
    with pytest.raises(ZeroDivisionError), transaction.atomic():  # noqa: PT012 - the letter stands, then it fails
        issue_letter(kind=LetterKind.APPROVAL, registration=applied(), by=user(), at=at(A_DAY))
        raise ZeroDivisionError
    second = decided(approve_application)
    assert [first.serial, second.serial] == [1, 2]


def test_the_number_begins_anew_with_the_fiscal_year():
    decided(approve_application)
    made = applied(born=date(2024, 3, 20))
    approve_application(registration=made, by=user(), at=at(date(2024, 4, 1)))
    assert made.letters.get().snapshot["number"] == "6産ケ第1号"


@pytest.mark.django_db(transaction=True)
def test_letters_issued_at_once_have_different_numbers():
    waiting = [applied() for _ in range(8)]
    people = [user() for _ in waiting]

    def approve(pair):
        try:
            transaction.atomic(approve_application)(registration=pair[0], by=pair[1], at=at(A_DAY))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(approve, zip(waiting, people, strict=True)))
    assert sorted(Letter.objects.values_list("serial", flat=True)) == list(range(1, 9))
    assert LetterSerial.objects.get().last == 8


def test_a_letter_is_neither_rewritten_nor_deleted_whoever_tries():
    letter = decided(approve_application)
    for write in (lambda: Letter.objects.update(serial=7), lambda: Letter.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            write()
    assert Letter.objects.get().serial == letter.serial


def test_the_family_gets_a_mail_with_a_link_and_nothing_about_itself():
    mother = user(Role.MOTHER, email="mother@example.jp")
    decided(approve_application, applied(of=family(account=mother)))
    outbox.take_all(at=at(A_DAY, 11))
    outbox.take_all(at=at(A_DAY, 12))
    (sent,) = mail.outbox
    assert sent.to == ["mother@example.jp"]
    assert "/my/" in sent.body
    assert not any(word in sent.subject + sent.body for word in ("髙﨑", "承認", "決定", "R-0"))


def test_a_family_that_wrote_on_paper_gets_no_mail_and_a_void_letter_none_either():
    decided(approve_application)
    mother = user(Role.MOTHER, email="mother@example.jp")
    letter = decided(approve_application, applied(of=family(account=mother)))
    void_letter(letter=letter, reason="誤り", by=user(), at=at(A_DAY))
    outbox.take_all(at=at(A_DAY, 11))
    assert mail.outbox == []


def test_voiding_takes_a_reason_and_is_done_once():
    letter = decided(approve_application)
    with pytest.raises(NotPossible, match="no_reason"):
        void_letter(letter=letter, reason=" ", by=user(), at=at(A_DAY))
    void_letter(letter=letter, reason="誤り", by=user(), at=at(A_DAY))
    with pytest.raises(Refused, match="already_void"):
        void_letter(letter=letter, reason="誤り", by=user(), at=at(A_DAY))


def test_protection_voids_what_is_not_opened_yet_and_leaves_what_is():
    home = family()
    opened, waiting = (
        decided(approve_application, applied(of=home, born=A_DAY - timedelta(days=n))) for n in (30, 40)
    )
    open_letter(letter=opened, at=at(A_DAY))
    put_under_protection(family=home, reason="支援措置", by=user(), at=at(A_DAY))
    assert list(Letter.objects.filter(voided_at__isnull=False)) == [waiting]


def test_another_tax_class_is_told_by_a_letter():
    made = registration()
    change_tax_class(
        family=made.birth.family,
        tax_class=TaxClass.NON_TAXED,
        from_day=A_DAY,
        evidence="証明書",
        by=user(),
        at=at(A_DAY),
    )
    letter = made.letters.get()
    assert letter.snapshot["title"] == "産後ケア事業利用登録変更決定通知書"
    assert ["適用する日", "令和5年5月10日"] in letter.snapshot["facts"]
    assert letter.snapshot["appeal"]


def test_without_a_policy_no_letter_is_invented(policy):
    policy.delete()
    made = applied()
    approve_application(registration=made, by=user(), at=at(A_DAY))
    assert not made.letters.exists()


def test_the_family_opens_its_letter_and_nobody_elses_and_no_void_one(client):
    mother = user(Role.MOTHER)
    letter = decided(approve_application, applied(of=family(account=mother)))
    other = decided(approve_application)
    client.force_login(mother)
    answer = client.get(f"/letters/{letter.pk}.pdf")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer["Cache-Control"] == "no-store"
    letter.refresh_from_db()
    assert letter.first_opened_at is not None
    assert client.get(f"/letters/{other.pk}.pdf").status_code == 404
    void_letter(letter=letter, reason="誤り", by=user(), at=at(A_DAY))
    assert client.get(f"/letters/{letter.pk}.pdf").status_code == 404


def test_staff_find_a_letter_by_its_number_in_the_administration(client):
    letter = decided(approve_application)
    client.force_login(user())
    for page in ("/admin/enrollment/letter/", f"/admin/enrollment/letter/{letter.pk}/change/"):
        answer = client.get(page)
        assert (answer.status_code, "5産ケ第1号" in answer.content.decode()) == (200, True)


# ---- The file that is kept ------------------------------------------------------------------------------------------


@pytest.fixture
def newer_typst(monkeypatch):
    """An upgrade that sets every letter a little otherwise."""
    compiled = letter_files.typst.compile
    monkeypatch.setattr(letter_files.typst, "compile", lambda *args, **how: compiled(*args, **how) + b"\n% newer")


def without_file(letter):
    """A letter from before files were kept."""
    with as_owner(), pgtrigger.ignore("enrollment.LetterFile:letter_file_kept"):
        LetterFile.objects.filter(letter=letter).delete()


def test_a_letter_is_handed_out_as_it_was_issued_after_an_upgrade_too(client, request):
    mother = user(Role.MOTHER)
    letter = decided(approve_application, applied(of=family(account=mother)))
    issued = file_of(letter)
    request.getfixturevalue("newer_typst")
    for person in (mother, user()):
        client.force_login(person)
        answer = client.get(f"/letters/{letter.pk}.pdf")
        assert (answer.status_code, answer.content) == (200, issued)
    assert verify_letters().set_otherwise == [letter.pk]
    call_command("verify_letters")


def test_the_file_is_sealed_and_never_replaced():
    letter = decided(approve_application)
    assert not bytes(letter.file.sealed).startswith(b"%PDF-")
    for change in (lambda: letter.file.delete(), lambda: LetterFile.objects.update(sealed=b"x")):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_letter_from_before_is_set_anew_and_its_file_kept_when_the_letters_are_verified():
    letter = decided(approve_application)
    issued = file_of(letter)
    without_file(letter)
    assert file_of(letter) == issued
    assert verify_letters().kept_now == [letter.pk]
    assert (verify_letters().kept_now, letter_files.unseal(LetterFile.objects.get().sealed)) == ([], issued)


def test_what_is_neither_kept_nor_set_anew_as_issued_is_said_in_words_and_never_handed_out(client, request):
    letter = decided(approve_application)
    without_file(letter)
    request.getfixturevalue("newer_typst")
    client.force_login(user())
    answer = client.get(f"/letters/{letter.pk}.pdf")
    assert answer.status_code == 409
    assert "産後ケア担当" in str(answer.content, "utf-8")
    with pytest.raises(CommandError, match=f"set anew it is not either: {letter.pk}"):
        call_command("verify_letters")


def test_a_file_that_is_not_what_was_issued_is_found(client):
    letter = decided(approve_application)
    without_file(letter)
    keep_file(letter, b"%PDF- another")
    assert file_of(letter) != b"%PDF- another"
    with pytest.raises(CommandError, match=f"the file is not what was issued: {letter.pk}"):
        call_command("verify_letters")


@pytest.mark.parametrize(("language", "named"), [("ja", "世田谷区"), ("ja-easy", "世田谷区"), ("en", "Setagaya City")])
def test_who_writes_is_named_in_the_language_of_the_page(language: str, named: str) -> None:
    LetterPolicy.objects.update(municipality_en="Setagaya City")
    with override(language):
        assert desk_of_today().municipality == named


def test_a_ward_without_an_english_name_keeps_its_own_on_english_pages() -> None:
    with override("en"):
        assert desk_of_today().municipality == "世田谷区"
