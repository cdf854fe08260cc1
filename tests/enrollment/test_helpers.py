"""手伝う家族: invited with a code that no mail holds, bound to what the mother gave, gone when she takes it back."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from enrollment.helpers import MOST_INVITED_A_DAY, OPEN_FOR, TRIES, accept_help
from enrollment.models import Family, FamilyHelper, HelperRight
from enrollment.protection.protect import protect_family
from sankecare import outbox
from tests import builders

pytestmark = pytest.mark.django_db
HELPERS, ACCEPT = reverse("family:helpers"), reverse("family:helping-accept")
INVITED = {"kind": "partner", "right": "see", "email": "papa@example.jp"}


@pytest.fixture
def mother() -> User:
    return builders.user(Role.MOTHER, email="hana@example.jp")


@pytest.fixture
def family(mother: User) -> Family:
    return builders.family(account=mother)


@pytest.fixture
def partner() -> User:
    return builders.user(Role.MOTHER, email="papa@example.jp")


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def invited(mother: User, **changed: str) -> str:
    """Invite, and return the code that is shown."""
    page = client_of(mother).post(HELPERS, INVITED | changed).content.decode()
    found = re.search(r"stat-value\">(\d{6})<", page)
    assert found is not None
    return found[1]


def test_the_mail_holds_a_link_and_the_code_is_told_in_person(mother: User, family: Family, partner: User) -> None:
    code = invited(mother)
    outbox.take_all(at=timezone.now())
    (letter,) = mail.outbox
    assert (letter.to, code in letter.body, ACCEPT in letter.body) == (["papa@example.jp"], False, True)
    assert family.mother_name not in letter.body + letter.subject
    helper = client_of(partner)
    assert "招待が届いています" in helper.get(reverse("family:home")).content.decode()
    assert helper.get(reverse("family:helping", args=[family.pk])).status_code == 404
    answer = helper.post(ACCEPT, {"code": code})
    assert answer["Location"] == reverse("family:helping", args=[family.pk])
    assert helper.get(answer["Location"]).status_code == 200


def test_who_signs_in_with_another_address_has_no_invitation(mother: User, family: Family) -> None:
    code = invited(mother)
    stranger = client_of(builders.user(Role.MOTHER, email="other@example.jp"))
    assert stranger.post(ACCEPT, {"code": code}).status_code == 422
    assert not FamilyHelper.objects.filter(account__isnull=False).exists()


def test_five_wrong_codes_end_an_invitation_and_so_do_seven_days(mother: User, family: Family, partner: User) -> None:
    code, helper = invited(mother), client_of(partner)
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for _try in range(TRIES):
        assert helper.post(ACCEPT, {"code": wrong}).status_code == 422
    assert helper.post(ACCEPT, {"code": code}).status_code == 422
    FamilyHelper.objects.update(tries_left=TRIES, invited_at=timezone.now() - OPEN_FOR)
    assert helper.post(ACCEPT, {"code": code}).status_code == 422
    FamilyHelper.objects.update(invited_at=timezone.now() - OPEN_FOR + timedelta(minutes=1))
    assert helper.post(ACCEPT, {"code": f"{code[:3]} {code[3:]}"}).status_code == 302


def test_taken_back_it_ends_with_the_next_page(mother: User, family: Family, partner: User) -> None:
    row = builders.helper(family, partner)
    helper, page = client_of(partner), reverse("family:helping", args=[family.pk])
    registration = builders.registration(family, born=timezone.localdate() - timedelta(days=20))
    book = reverse("family:book", args=[registration.pk])
    assert (helper.get(page).status_code, helper.get(book).status_code) == (200, 200)
    shown = client_of(mother).get(HELPERS).content.decode()
    assert "papa@example.jp" in shown
    client_of(mother).post(reverse("family:helper-end", args=[row.pk]))
    assert (helper.get(page).status_code, helper.get(book).status_code) == (404, 404)
    assert "papa@example.jp" not in client_of(mother).get(HELPERS).content.decode()


def test_who_may_only_see_neither_books_nor_cancels(family: Family, partner: User) -> None:
    builders.helper(family, partner, HelperRight.SEE)
    registration = builders.registration(family, born=timezone.localdate() - timedelta(days=20))
    helper = client_of(partner)
    page = helper.get(reverse("family:helping", args=[family.pk])).content.decode()
    assert reverse("family:book", args=[registration.pk]) not in page
    for closed in ("book", "draws", "waiting", "verdict"):
        assert helper.get(reverse(f"family:{closed}", args=[registration.pk])).status_code == 404


def test_a_protected_family_has_no_helpers_and_invites_none(mother: User, family: Family, partner: User) -> None:
    builders.helper(family, partner)
    with transaction.atomic():
        protect_family(family=family, reason="支援措置", by=builders.user(), at=timezone.now())
    assert client_of(partner).get(reverse("family:helping", args=[family.pk])).status_code == 404
    assert client_of(mother).post(HELPERS, INVITED).status_code == 422
    assert not FamilyHelper.objects.filter(ended_at__isnull=True).exists()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"email": "HANA@example.jp"}, "ご自分のメールアドレスです"),
        ({"email": "papa@example.jp"}, "すでに招待しています"),
        ({"email": "papa"}, "メールアドレスを最後まで入力してください"),
        ({"kind": ""}, "どなたですか：答えを1つ選んでください"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(
    mother: User, family: Family, changed: dict[str, str], said: str
) -> None:
    invited(mother)
    answer = client_of(mother).post(HELPERS, INVITED | changed)
    assert (answer.status_code, said in answer.content.decode()) == (422, True)
    assert FamilyHelper.objects.count() == 1


def test_three_helpers_are_enough(mother: User, family: Family) -> None:
    for name in ("one", "two", "three"):
        invited(mother, email=f"{name}@example.jp")
    answer = client_of(mother).post(HELPERS, INVITED | {"email": "four@example.jp"})
    assert (answer.status_code, "招待できるのは3人までです" in answer.content.decode()) == (422, True)


def test_the_code_may_be_typed_in_full_width_digits(mother: User, family: Family, partner: User) -> None:
    code = invited(mother).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    assert client_of(partner).post(ACCEPT, {"code": code}).status_code == 302
    assert FamilyHelper.objects.get().account == partner


def test_strangers_are_not_written_to_again_and_again(mother: User, family: Family) -> None:
    for number in range(MOST_INVITED_A_DAY):
        invited(mother, email=f"stranger{number % 2}@example.jp")
        FamilyHelper.objects.update(ended_at=timezone.now())
    answer = client_of(mother).post(HELPERS, INVITED | {"email": "stranger@example.jp"})
    assert (answer.status_code, "また明日" in answer.content.decode()) == (422, True)
    FamilyHelper.objects.update(invited_at=timezone.now() - timedelta(days=1))
    invited(mother, email="stranger@example.jp")


@pytest.mark.parametrize("changed", [{"tries_left": 0}, {"ended_at": timezone.now()}])
def test_what_changed_while_a_code_waited_for_the_lock_counts(
    mother: User, family: Family, partner: User, changed: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many codes sent at once each read five tries left: what stands under the lock decides."""
    code = invited(mother)
    read_before = list(FamilyHelper.objects.all())
    FamilyHelper.objects.update(**changed)
    monkeypatch.setattr("enrollment.helpers.open_invitations", lambda _person, _at: read_before)
    with transaction.atomic():
        assert accept_help(code=code, by=partner, at=timezone.now()) is None
    assert not FamilyHelper.objects.filter(account__isnull=False).exists()


def test_who_helps_already_and_is_invited_under_another_address_has_what_is_given_now(
    mother: User, family: Family, partner: User
) -> None:
    builders.helper(family, partner, HelperRight.SEE)
    partner.email = "papa.new@example.jp"
    partner.save()
    code = invited(mother, email="papa.new@example.jp", right="book")
    assert client_of(partner).post(ACCEPT, {"code": code}).status_code == 302
    assert FamilyHelper.objects.get(ended_at__isnull=True).right == HelperRight.BOOK
