"""A mother has one address: changed by her with a code to each, or by staff with proof, in one operation."""

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from accounts.email_codes import mother_of
from accounts.models import EmailChange, User, Way
from accounts.roles import Role
from enrollment.families.email_address import change_by_codes, change_with_proof
from enrollment.models import ApplicationDraft, Family, TimelineEvent
from sankecare import outbox
from sankecare.errors import NotPossible, Refused
from tests.accounts.fixtures_sign_in import by_code, give_passkey
from tests.as_owner import as_owner
from tests.builders import district, family, user
from tests.fixtures_concurrency import together

pytestmark = pytest.mark.django_db(transaction=True)

OLD, NEW = "old@example.jp", "new@example.jp"


@pytest.fixture(autouse=True)
def nothing_counted_yet() -> None:
    cache.clear()


def mother_with_family(email: str = OLD) -> tuple[User, Family]:
    mother = user(Role.MOTHER, email=email)
    return mother, family(account=mother)


def done(operation: Any, **values: Any) -> EmailChange:
    with transaction.atomic(durable=True):
        change: EmailChange = operation(at=timezone.now(), **values)
    return change


def codes() -> dict[str, str]:
    return {sent.to[0]: re.search(r"\d{4} \d{4}", str(sent.body))[0] for sent in mail.outbox}  # type: ignore[index]


def told() -> list[str]:
    mail.outbox.clear()
    outbox.take_all(at=timezone.now())
    return sorted(sent.to[0] for sent in mail.outbox)


def test_she_changes_it_with_both_codes_and_signs_in_with_the_new_one() -> None:
    mother, hers = mother_with_family()
    here, elsewhere = Client(), Client()
    here.force_login(mother)
    elsewhere.force_login(mother)
    assert here.post("/my/email/", {"address": "Ｎew@example.jp"}).url == "/my/email/codes/"
    sent = codes()
    assert set(sent) == {OLD, NEW}
    assert sent[OLD] != sent[NEW]
    assert here.post("/my/email/codes/", {"old": sent[OLD], "new": sent[NEW]}).url == "/my/"
    mother.refresh_from_db()
    assert (mother.email, hers.timeline.get().happening) == (NEW, TimelineEvent.EMAIL_CHANGED)
    assert told() == [NEW, OLD]
    assert here.get("/my/").status_code == 200
    assert elsewhere.get("/my/").status_code == 302, "whoever else is signed in as her no longer is"
    mail.outbox.clear()
    again = Client()
    by_code(NEW, again)
    assert again.get("/my/").wsgi_request.user == mother
    assert User.objects.filter(role=Role.MOTHER).count() == 1


@pytest.mark.parametrize("known", ["old", "new"])
def test_one_code_alone_changes_nothing_and_five_attempts_end_it(known: str) -> None:
    mother, _hers = mother_with_family()
    client = Client()
    client.force_login(mother)
    client.post("/my/email/", {"address": NEW})
    right = {"old": codes()[OLD], "new": codes()[NEW]}
    for _ in range(5):
        answer = client.post("/my/email/codes/", {"old": "00000000", "new": "00000000", known: right[known]})
        assert answer.status_code == 422
    assert client.post("/my/email/codes/", right).url == "/my/email/"
    mother.refresh_from_db()
    assert mother.email == OLD
    assert not EmailChange.objects.exists()


def test_a_code_of_another_asking_is_not_good() -> None:
    mother, _hers = mother_with_family()
    client = Client()
    client.force_login(mother)
    client.post("/my/email/", {"address": "third@example.jp"})
    first = codes()
    mail.outbox.clear()
    client.post("/my/email/", {"address": NEW})
    assert client.post("/my/email/codes/", {"old": first[OLD], "new": codes()[NEW]}).status_code == 422
    kept = str(dict(client.session))
    assert not [code for code in codes().values() if code in kept or code.replace(" ", "") in kept]


def test_whether_the_new_address_has_an_account_shows_to_nobody_who_cannot_read_its_mails() -> None:
    mother, _hers = mother_with_family()
    mother_with_family("taken@example.jp")
    answers = []
    for address in ("taken@example.jp", "free@example.jp"):
        client = Client()
        client.force_login(mother)
        answer = client.post("/my/email/", {"address": address})
        page = client.get(answer.url).text.replace(address, "ADDRESS")
        answers.append((answer.status_code, answer.url, re.sub(r'value="\w+"|nonce="[^"]+"', "", page)))
    assert answers[0] == answers[1]


def test_the_empty_account_that_she_made_with_the_new_address_is_closed_and_its_beginnings_go_along() -> None:
    mother, hers = mother_with_family()
    empty = Client()
    by_code(NEW, empty)
    made = User.objects.get(email=NEW)
    ApplicationDraft.objects.create(account=made, answers=b"sealed", saved_at=timezone.now())
    staff = user()
    done(change_with_proof, family=hers, address=NEW, proof="窓口、運転免許証", by=staff)
    made.refresh_from_db()
    mother.refresh_from_db()
    assert (made.email, made.is_active, mother.email) == ("", False, NEW)
    assert ApplicationDraft.objects.get().account == mother
    assert empty.get("/my/").status_code == 302
    again = Client()
    mail.outbox.clear()
    cache.clear()
    by_code(NEW, again)
    assert again.get("/my/").wsgi_request.user == mother


def test_an_address_that_looks_alike_takes_over_no_account_and_nothing_begun_in_it() -> None:
    victim = user(Role.MOTHER, email="aiko@gmail.com")
    ApplicationDraft.objects.create(account=victim, answers=b"sealed", saved_at=timezone.now())
    mother, hers = mother_with_family()
    done(change_by_codes, address="aiko@gmaıl.com", by=mother)
    other = family()
    done(change_with_proof, family=other, address="aiko@gma\u0131l.jp", proof="窓口、運転免許証", by=user())
    victim.refresh_from_db()
    assert (victim.email, victim.is_active) == ("aiko@gmail.com", True)
    assert ApplicationDraft.objects.get().account == victim
    assert hers.account_id != victim.pk


def test_an_address_of_another_family_is_refused_to_both_and_nothing_is_changed() -> None:
    mother, hers = mother_with_family()
    mother_with_family(NEW)
    for operation, values in (
        (change_with_proof, {"family": hers, "proof": "窓口", "by": user()}),
        (change_by_codes, {"by": mother}),
    ):
        with pytest.raises(Refused, match="address_of_another_family"):
            done(operation, address=NEW, **values)
    mother.refresh_from_db()
    assert mother.email == OLD


def test_staff_change_it_with_proof_and_every_session_and_passkey_ends() -> None:
    mother, hers = mother_with_family()
    give_passkey(mother)
    phone = Client()
    phone.force_login(mother)
    browser = Client()
    browser.force_login(user())
    page = f"/families/{hers.pk}/email/"
    given = {"address": NEW, "again": "nwe@example.jp", "proof": "窓口、運転免許証"}
    assert "2つのアドレスが違います" in browser.post(page, given).text
    assert browser.post(page, given | {"again": NEW, "proof": ""}).status_code == 422
    assert browser.post(page, given | {"again": NEW}).status_code == 302
    mother.refresh_from_db()
    change = EmailChange.objects.get()
    assert (mother.email, change.way, change.before, change.proof) == (NEW, Way.PROOF, OLD, "窓口、運転免許証")
    assert phone.get("/my/").status_code == 302
    assert not Authenticator.objects.filter(user=mother).exists()
    assert told() == [NEW, OLD]


def test_a_family_that_came_on_paper_gets_a_sign_in_by_its_address() -> None:
    known = family()
    Family.objects.filter(pk=known.pk).update(email=OLD)
    change = done(change_with_proof, family=known, address=NEW, proof="電話で折り返し", by=user())
    known.refresh_from_db()
    assert (known.account, known.email, known.mail_address, change.before) == (change.person, "", NEW, OLD)
    client = Client()
    by_code(NEW, client)
    assert client.get("/my/").wsgi_request.user == known.account


def test_the_database_knows_one_address_of_a_family_that_signs_in() -> None:
    _mother, hers = mother_with_family()
    with pytest.raises(IntegrityError, match="family_with_sign_in_has_its_address"), transaction.atomic():
        Family.objects.filter(pk=hers.pk).update(email="other@example.jp")


def test_the_change_is_kept_and_never_rewritten() -> None:
    _mother, hers = mother_with_family()
    done(change_with_proof, family=hers, address=NEW, proof="窓口", by=user())
    for statement in ("DELETE FROM accounts_emailchange", "UPDATE accounts_emailchange SET proof = 'x'"):
        with pytest.raises(DatabaseError, match="Cannot"), as_owner(), connection.cursor() as cursor:
            cursor.execute(statement)
    auditor = Client()
    auditor.force_login(user(Role.AUDITOR))
    page = auditor.get(f"/audit/families/{hers.pk}/").text
    assert OLD in page
    assert NEW in page


def test_the_address_of_now_and_a_change_without_proof_are_refused() -> None:
    _mother, hers = mother_with_family()
    with pytest.raises(NotPossible, match="nothing_changed"):
        done(change_with_proof, family=hers, address="OLD@example.jp", proof="窓口", by=user())
    with pytest.raises(NotPossible, match="no_reason"):
        done(change_with_proof, family=hers, address=NEW, proof=" ", by=user())


def test_staff_of_another_district_do_not_change_it_and_nobody_else_does() -> None:
    _mother, hers = mother_with_family()
    page = f"/families/{hers.pk}/email/"
    for person in (user(district=district("kitazawa")), user(Role.SUPERVISOR), user(Role.ACCOUNT_ADMIN), _mother):
        client = Client()
        client.force_login(person)
        assert client.get(page).status_code == 404, person.role
        assert client.post(page, {"address": NEW, "again": NEW, "proof": "x"}).status_code == 404


def test_staff_find_a_family_by_its_address_and_read_it_on_its_page_without_changing_it_there() -> None:
    mother, hers = mother_with_family()
    browser = Client()
    browser.force_login(user())
    listed = browser.get("/admin/enrollment/family/", {"q": "Old@example.jp"})
    assert [row.pk for row in listed.context["cl"].result_list] == [hers.pk]
    page = browser.get(f"/admin/enrollment/family/{hers.pk}/change/").text
    assert OLD in page
    assert f"/families/{hers.pk}/email/" in page
    assert 'name="email"' not in page
    browser.post(f"/admin/enrollment/family/{hers.pk}/change/", {"mother_name": "x", "email": NEW})
    mother.refresh_from_db()
    assert mother.email == OLD


def test_whoever_signs_in_with_the_new_address_at_that_moment_is_she() -> None:
    """Her first code with the new address, staff's change, and her own change, at once and again and again."""
    for number in range(6):
        mother, hers = mother_with_family(f"old{number}@example.jp")
        new, staff = f"new{number}@example.jp", user()
        together(
            lambda new=new: mother_of(new),
            lambda new=new, hers=hers, staff=staff: done(
                change_with_proof, family=hers, address=new, proof="窓口", by=staff
            ),
            lambda new=new, mother=mother: done(change_by_codes, address=new, by=mother),
        )
        mother.refresh_from_db()
        assert mother.email == new
        assert User.objects.filter(role=Role.MOTHER, email__iexact=new).count() == 1
        assert mother_of(new) == mother
        assert EmailChange.objects.filter(person=mother).count() == 1
