"""Unpaid fees at the ward's desk: by age, and letters of reminder where the ward sends them; never after hard news."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from accounts.models import User
from accounts.roles import Role
from billing.adjust import adjust_charge
from billing.check_out import check_out
from billing.desk.remind import remind_by_letter
from billing.desk.reminder_rules import LetterRules, LetterStands, band_of, letter_stands
from billing.models import AdjustmentKind, Charge, PaymentMethod, ReminderLetter, UnpaidPolicy
from billing.pay import receive_payment
from enrollment.letters.letter_files import file_of
from enrollment.letters.letter_in_words import in_words
from enrollment.letters.posting import letters_to_send, print_together
from enrollment.models import HardNews, Letter, LetterKind
from enrollment.protection.protect import put_under_protection
from sankecare.errors import NotPossible, Refused
from tests import builders
from tests.as_owner import as_owner
from tests.billing.test_pay import in_house

pytestmark = pytest.mark.django_db(transaction=True)
ON = {
    "letters": True,
    "letter_after_days": 30,
    "again_after_days": 30,
    "pay_within_days": 14,
    "how_to_pay": "施設の窓口で、現金またはカードでお支払いください。",
}


@pytest.fixture
def staff(transactional_db: None) -> User:
    builders.letter_policy()
    return builders.user()


def policy(**given: Any) -> UnpaidPolicy:
    UnpaidPolicy.objects.all().delete()
    return UnpaidPolicy.objects.create(period=(builders.LONG_AGO, None), **{"ages": [30, 60, 90], **given})


def charged(staff: User, *, days_ago: int = 0) -> Charge:
    """9,000 yen for two days, issued so many days ago."""
    made = transaction.atomic(check_out)(booking=in_house(), by=staff, at=timezone.now()).charge
    assert made is not None
    if days_ago:
        with as_owner(), connection.cursor() as cursor:
            cursor.execute("ALTER TABLE billing_charge DISABLE TRIGGER USER")
            cursor.execute(
                "UPDATE billing_charge SET issued_at = issued_at - make_interval(days => %s) WHERE id = %s",
                [days_ago, made.pk],
            )
            cursor.execute("ALTER TABLE billing_charge ENABLE TRIGGER USER")
        made.refresh_from_db()
    return made


def remind(charge: Charge, staff: User) -> ReminderLetter:
    with transaction.atomic():
        return remind_by_letter(charge=charge, by=staff, at=timezone.now())


def family_of(charge: Charge) -> Any:
    return charge.booking.registration.birth.family


def page_of(staff: User, **asked: Any) -> Any:
    client = Client()
    client.force_login(staff)
    return client.get(reverse("money:unpaid"), asked)


@pytest.mark.parametrize(("days", "band"), [(0, 0), (30, 0), (31, 1), (60, 1), (61, 2), (90, 2), (91, 3), (900, 3)])
def test_a_fee_stands_in_the_band_of_its_days(days: int, band: int) -> None:
    assert band_of(days, (30, 60, 90)) == band


@pytest.mark.parametrize(
    ("given", "stands"),
    [
        ({}, LetterStands.MAY),
        ({"rules": None}, LetterStands.OFF),
        ({"in_person": True}, LetterStands.IN_PERSON),
        ({"in_person": True, "rules": None}, LetterStands.IN_PERSON),
        ({"issued": 29}, LetterStands.TOO_EARLY),
        ({"letter": 29}, LetterStands.WAITS),
        ({"letter": 30}, LetterStands.MAY),
    ],
)
def test_when_a_letter_may_go_out(given: dict[str, Any], stands: LetterStands) -> None:
    today = timezone.localdate()
    letter = given.get("letter")
    found = letter_stands(
        rules=given.get("rules", LetterRules(after=30, again_after=30)),
        issued_on=today - timedelta(days=given.get("issued", 90)),
        last_letter_on=today - timedelta(days=letter) if letter else None,
        in_person=given.get("in_person", False),
        today=today,
    )
    assert found == stands


def test_what_is_open_stands_by_its_age_with_its_yen_and_what_is_paid_does_not(staff: User) -> None:
    young, old = charged(staff, days_ago=10), charged(staff, days_ago=70)
    settled = charged(staff)
    pay(settled, 9_000, staff)
    pay(old, 1_000, staff)
    page = page_of(staff)
    assert [(band["count"], band["left"]) for band in page.context["bands"]] == [
        (1, 9_000),
        (0, 0),
        (1, 8_000),
        (0, 0),
    ]
    assert [row["charge"].pk for row in page.context["rows"]] == [old.pk, young.pk]
    narrowed = page_of(staff, band="2")
    assert [row["charge"].pk for row in narrowed.context["rows"]] == [old.pk]
    assert narrowed.context["left"] == 8_000
    assert page_of(staff, facility="nowhere").status_code == 404  # none of that name: never “nothing is open”


def pay(charge: Charge, amount: int, by: User) -> None:
    with transaction.atomic():
        receive_payment(charge=charge, amount=amount, method=PaymentMethod.CASH, by=by, at=timezone.now())


def test_without_a_rule_of_the_ward_no_letter_goes_out_and_the_page_says_so(staff: User) -> None:
    charge = charged(staff, days_ago=100)
    for made in (lambda: UnpaidPolicy.objects.all().delete(), policy):
        made()
        with pytest.raises(Refused) as refused:
            remind(charge, staff)
        assert refused.value.code == "letters_off"
    page = page_of(staff)
    assert "督促状は出さない設定です" in page.text
    assert 'name="chosen"' not in page.text
    assert not Letter.objects.exists()


def test_a_policy_that_sends_letters_says_when_and_how_to_pay(staff: User) -> None:
    with pytest.raises(IntegrityError, match="unpaid_policy_letters_have_days"), transaction.atomic():
        policy(**{**ON, "how_to_pay": ""})


def test_a_letter_says_what_is_open_until_when_and_how_in_the_form_of_the_other_letters(staff: User) -> None:
    policy(**ON)
    charge = charged(staff, days_ago=40)
    pay(charge, 2_000, staff)
    reminder = remind(charge, staff)
    letter = reminder.letter
    assert (reminder.left, reminder.pay_by) == (7_000, timezone.localdate() + timedelta(days=14))
    assert (letter.kind, letter.snapshot["title"]) == (LetterKind.REMINDER, "産後ケア事業利用料督促状")
    facts = dict(letter.snapshot["facts"])
    assert (facts["利用料の番号"], facts["お支払いいただく額"]) == (charge.number, "7,000円")
    assert (facts["支払済みの額"], facts["お支払いの方法"]) == ("2,000円", ON["how_to_pay"])
    assert not letter.snapshot["reasons"]
    assert not letter.snapshot["services"]
    assert "お子さん" not in facts
    printed = "".join(page.extract_text() for page in PdfReader(io.BytesIO(file_of(letter))).pages)
    assert "7,000円" in printed
    assert "督促状" in printed
    words = dict(in_words(letter).facts)
    assert "7,000円" in words.values()
    assert [row.pk for row in letters_to_send(Letter.objects.all())] == [letter.pk]


def test_a_letter_goes_out_neither_too_early_nor_twice_nor_for_what_is_paid(staff: User) -> None:
    policy(**ON)
    early, late = charged(staff, days_ago=20), charged(staff, days_ago=40)
    remind(late, staff)
    for charge, code in ((early, "too_early"), (late, "too_early")):
        with pytest.raises(Refused) as refused:
            remind(charge, staff)
        assert refused.value.code == code
    pay(late, 9_000, staff)
    with pytest.raises(Refused) as refused:
        remind(late, staff)
    assert refused.value.code == "nothing_open"


def test_without_who_signs_no_letter_is_made(staff: User) -> None:
    policy(**ON)
    charge = charged(staff, days_ago=40)
    builders.letter_policy().delete()
    with pytest.raises(NotPossible) as refused:
        remind(charge, staff)
    assert (refused.value.code, ReminderLetter.objects.count()) == ("no_letter_policy", 0)


@pytest.mark.parametrize(("kind", "ended"), [("lost", False), ("lost", True), ("hospital", False)])
def test_a_family_after_hard_news_is_never_written_to_whoever_writes(staff: User, kind: str, ended: bool) -> None:
    policy(**ON)
    charge = charged(staff, days_ago=100)
    now = timezone.now()
    HardNews.objects.create(
        family=family_of(charge),
        kind=kind,
        told_at=now,
        told_by=staff,
        **({"ended_at": now, "ended_by": staff} if ended else {}),
    )
    with pytest.raises(Refused) as refused:
        remind(charge, staff)
    assert refused.value.code == "in_person"
    page = page_of(staff)
    assert "文書は出しません" in page.text
    assert 'name="chosen"' not in page.text
    with transaction.atomic():
        letter = builders.letter(charge.booking.registration, by=staff)
    with pytest.raises(IntegrityError, match="no letter after hard news"), transaction.atomic():
        ReminderLetter.objects.create(charge=charge, letter=letter, left=1, pay_by=timezone.localdate())


def test_once_the_baby_is_home_again_it_is_as_before(staff: User) -> None:
    policy(**ON)
    charge = charged(staff, days_ago=100)
    now = timezone.now()
    HardNews.objects.create(
        family=family_of(charge), kind="hospital", told_at=now, told_by=staff, ended_at=now, ended_by=staff
    )
    assert remind(charge, staff).left == 9_000


def test_the_letter_of_a_protected_family_never_goes_out_with_the_others(staff: User) -> None:
    policy(**ON)
    charge = charged(staff, days_ago=100)
    with transaction.atomic():
        put_under_protection(family=family_of(charge), reason="裁判所の命令", by=staff, at=timezone.now())
    reminder = remind(charge, staff)
    with pytest.raises(Refused), transaction.atomic():
        print_together(letters=[reminder.letter], by=staff, at=timezone.now())


@pytest.mark.parametrize("settled_by", ["payment", "goodwill"])
def test_what_is_settled_before_the_letter_was_printed_is_reminded_of_no_more(staff: User, settled_by: str) -> None:
    policy(**ON)
    charge, other = charged(staff, days_ago=100), charged(staff, days_ago=100)
    reminder, kept = remind(charge, staff), remind(other, staff)
    if settled_by == "payment":
        pay(charge, 9_000, staff)
    else:
        transaction.atomic(adjust_charge)(
            charge=charge,
            kind=AdjustmentKind.GOODWILL,
            amount=-9_000,
            reason="配慮",
            by=staff,
            at=timezone.now(),
            day=timezone.localdate(),
        )
    pay(other, 1_000, staff)
    for row in (reminder, kept):
        row.letter.refresh_from_db()
    assert reminder.letter.voided_reason == "利用料の精算が済んだため"
    assert kept.letter.voided_at is None


def test_a_printed_letter_stays_what_it_is_when_it_is_paid(staff: User) -> None:
    policy(**ON)
    charge = charged(staff, days_ago=100)
    reminder = remind(charge, staff)
    with transaction.atomic():
        print_together(letters=[reminder.letter], by=staff, at=timezone.now())
    pay(charge, 9_000, staff)
    reminder.letter.refresh_from_db()
    assert reminder.letter.voided_at is None


def test_what_is_ticked_is_written_to_each_by_itself_and_stands_on_the_familys_page(staff: User) -> None:
    policy(**ON)
    old, young = charged(staff, days_ago=100), charged(staff, days_ago=3)
    client = Client()
    client.force_login(staff)
    answer = client.post(reverse("money:unpaid"), {"chosen": [old.pk, young.pk]}, follow=True)
    assert "督促状を1件発行しました" in answer.text
    assert f"{young.number}：まだ督促状を出す時期ではありません。" in answer.text
    number = ReminderLetter.objects.get().letter.snapshot["number"]
    page = client.get(reverse("ward_family", args=[family_of(old).pk])).text
    assert f"督促状 {number}" in page
    assert number in client.get(reverse("money:unpaid")).text


def test_the_list_asks_as_much_when_more_is_open(staff: User) -> None:
    client = Client()
    client.force_login(staff)
    asked = []
    for _more in range(2):
        for _one in range(3):
            charged(staff, days_ago=40)
        client.get(reverse("money:unpaid"))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("money:unpaid")).status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 25


def test_a_reminder_is_never_rewritten(staff: User) -> None:
    policy(**ON)
    reminder = remind(charged(staff, days_ago=100), staff)
    for wrong in (lambda: ReminderLetter.objects.update(left=1), lambda: reminder.delete()):
        with pytest.raises(Exception, match="Cannot"), transaction.atomic(), as_owner():
            wrong()


def test_who_has_no_desk_has_no_list(staff: User) -> None:
    client = Client()
    client.force_login(builders.user(Role.SUPERVISOR))
    assert client.get(reverse("money:unpaid")).status_code == 404
