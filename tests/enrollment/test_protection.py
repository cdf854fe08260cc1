"""支援措置: set for good; the address for named persons, or for minutes by two people; each look written down.

Renewed and ended: test_measure.py.
"""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from accounts.models import AccessLogEntry
from accounts.roles import Role
from enrollment.models import BreakGlass, Family, Protection, Residence
from enrollment.protection.break_glass import (
    ASK_LASTS,
    OPEN_FOR,
    ask_to_look,
    confidential_address_for,
    name_person,
    open_for_look,
    unname_person,
)
from enrollment.protection.protect import protect_family
from facilities.models import Town
from sankecare.errors import NotPossible, Refused
from tests.builders import A_DAY, at, district, family, letter, registration, user

pytestmark = pytest.mark.django_db
NOW = at(A_DAY)


def protected(**facts):
    made = family()
    return protect_family(family=made, reason="支援措置 第5号", by=user(), at=NOW, **facts)


def see(protection, person, moment=NOW):
    return confidential_address_for(person=person, family=protection.family, day=A_DAY, at=moment)


def opened(protection, person, moment=NOW):
    asked = ask_to_look(protection=protection, reason="電話で住所の確認", by=person, at=moment)
    return open_for_look(ask=asked, by=user(), at=moment)


def test_the_address_leaves_the_open_tables_and_unopened_letters_are_void():
    made = registration()
    unopened = letter(made, by=user())
    protection = protect_family(family=made.birth.family, reason="支援措置", by=user(), at=NOW)
    assert Residence.objects.get(family=protection.family).town is None
    unopened.refresh_from_db()
    assert unopened.voided_at == NOW


@pytest.mark.parametrize(("reason", "code"), [("", "no_reason"), (" 　", "no_reason")])
def test_no_reason_protects_nothing(reason, code):
    with pytest.raises(NotPossible, match=code):
        protect_family(family=family(), reason=reason, by=user(), at=NOW)
    assert not Protection.objects.exists()


def test_twice_is_told():
    with pytest.raises(Refused, match="already_protected"):
        protect_family(family=protected().family, reason="支援措置", by=user(), at=NOW)


def test_one_alone_switches_it_off_not_even_in_the_database():
    protection = protected()
    for change in (
        lambda: protection.delete(),
        lambda: Protection.objects.filter(pk=protection.pk).update(family=family()),
        lambda: Protection.objects.filter(pk=protection.pk).update(set_at=at(date(2020, 1, 1))),
        lambda: Protection.objects.filter(pk=protection.pk).update(ended_at=NOW),
        lambda: Residence.objects.filter(family=protection.family).update(town=Town.objects.first()),
    ):
        with pytest.raises((DatabaseError, IntegrityError)), transaction.atomic():
            change()
    assert Protection.objects.get().family == protection.family


def test_when_the_measure_is_due_the_address_stays_sealed():
    protection = protected(review_by=A_DAY)
    with pytest.raises(Refused, match="not_named"):
        see(protection, user(), NOW + timedelta(days=400))
    assert Protection.in_force.get() == protection


def test_a_named_person_sees_it_until_she_is_no_longer_named():
    protection, nurse = protected(), user(Role.HEALTH_NURSE)
    with pytest.raises(Refused, match="not_named"):
        see(protection, nurse)
    for _ in range(2):
        name_person(protection=protection, person=nurse, by=user(), at=NOW)
    assert (see(protection, nurse).town.name, see(protection, nurse).block) == ("太子堂", 1)
    unname_person(protection=protection, person=nurse, by=user(), at=NOW)
    with pytest.raises(Refused, match="not_named"):
        see(protection, nurse)


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.SUPERVISOR, Role.AUDITOR, Role.MOTHER])
def test_who_has_no_business_with_the_address_cannot_be_named(role):
    with pytest.raises(NotPossible, match="cannot_be_named"):
        name_person(protection=protected(), person=user(role), by=user(), at=NOW)


def test_a_nurse_of_another_district_cannot_be_named():
    nurse = user(Role.HEALTH_NURSE, district=district("kitazawa"))
    with pytest.raises(NotPossible, match="cannot_be_named"):
        name_person(protection=protected(), person=nurse, by=user(), at=NOW)


def test_nobody_names_herself_neither_here_nor_on_the_page(client):
    protection, staff = protected(), user()
    with pytest.raises(Refused, match="second_person_needed"):
        name_person(protection=protection, person=staff, by=staff, at=NOW)
    client.force_login(staff)
    named = client.post(page_of(protection.family, "change/"), {"do": "name", "person": staff.pk})
    assert (named.status_code, "もう一人" in words(named)) == (422, True)
    assert not Protection.objects.get().named.exists()


def test_a_look_is_opened_by_a_second_person_for_who_asked_alone_and_closes_by_itself():
    protection, asking = protected(), user()
    glass = opened(protection, asking)
    assert see(protection, asking).town.name == "太子堂"
    with pytest.raises(Refused, match="not_named"):
        see(protection, glass.opened_by)
    assert see(protection, asking, NOW + OPEN_FOR - timedelta(seconds=1))
    with pytest.raises(Refused, match="not_named"):
        see(protection, asking, NOW + OPEN_FOR)


def test_nobody_opens_what_she_asked_for_herself():
    protection, asking = protected(), user()
    asked = ask_to_look(protection=protection, reason="確認", by=asking, at=NOW)
    with pytest.raises(Refused, match="second_person_needed"):
        open_for_look(ask=asked, by=asking, at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        BreakGlass.objects.filter(pk=asked.pk).update(opened_by=asking, opened_at=NOW, closes_at=NOW + OPEN_FOR)


def test_an_ask_is_opened_once_and_lapses_after_a_day():
    protection = protected()
    first = opened(protection, user())
    with pytest.raises(Refused, match="already_opened"):
        open_for_look(ask=first, by=user(), at=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        BreakGlass.objects.filter(pk=first.pk).update(closes_at=NOW + timedelta(days=9))
    late = ask_to_look(protection=protection, reason="確認", by=user(), at=NOW)
    with pytest.raises(Refused, match="ask_lapsed"):
        open_for_look(ask=late, by=user(), at=NOW + ASK_LASTS + timedelta(seconds=1))


def test_asking_twice_is_one_ask_and_without_a_reason_none():
    protection, asking = protected(), user()
    assert len({ask_to_look(protection=protection, reason="確認", by=asking, at=NOW).pk for _ in range(2)}) == 1
    with pytest.raises(NotPossible, match="no_reason"):
        ask_to_look(protection=protection, reason=" ", by=user(), at=NOW)


# ---- Pages ----------------------------------------------------------------------------------------------------------


def page_of(made: Family, what: str = "") -> str:
    return f"/families/{made.pk}/protection/{what}"


def words(answer):
    return str(answer.content, "utf-8")


def test_staff_protect_name_ask_open_and_see_and_each_look_is_a_sensitive_one(client):
    made, staff, second = family(), user(), user()
    client.force_login(staff)
    assert "終了するには職員2人が必要です" in words(client.get(page_of(made)))
    assert client.post(page_of(made, "change/"), {"do": "protect", "reason": ""}).status_code == 422
    asked = {"do": "protect", "reason": "支援措置 第5号", "paper_on": timezone.localdate().isoformat()}
    client.post(page_of(made, "change/"), asked)
    assert "太子堂" not in words(client.get(page_of(made)))
    assert "許可がありません" in words(client.post(page_of(made, "address/"), follow=True))
    client.post(page_of(made, "ask/"), {"reason": "訪問の前の確認"})
    asked = BreakGlass.objects.get()
    assert "もう一人" in words(client.post(page_of(made, "open/"), {"ask": asked.pk}, follow=True))
    client.force_login(second)
    client.post(page_of(made, "open/"), {"ask": asked.pk})
    client.force_login(staff)
    shown = client.post(page_of(made, "address/"))
    assert "太子堂" in words(shown)
    assert "no-store" in shown["Cache-Control"]
    assert [look.user for look in AccessLogEntry.objects.filter(sensitive=True)] == [staff]
    assert client.get(page_of(made, "address/")).status_code == 405


def test_named_and_no_longer_named_on_the_page(client):
    made, nurse = protected().family, user(Role.HEALTH_NURSE)
    client.force_login(user())
    client.post(page_of(made, "change/"), {"do": "name", "person": nurse.pk})
    assert Protection.objects.get().named.get() == nurse
    foreign = user(Role.HEALTH_NURSE, district=district("kitazawa"))
    assert client.post(page_of(made, "change/"), {"do": "name", "person": foreign.pk}).status_code == 422
    client.post(page_of(made, "change/"), {"do": "unname", "person": nurse.pk})
    assert not Protection.objects.get().named.exists()


@pytest.mark.parametrize(
    "posted",
    [{}, {"do": "x"}, {"do": "renew"}, {"do": "name", "person": "x"}, {"do": "renew", "review_by": "2000-01-01"}],
)
def test_what_cannot_be_is_answered_and_changes_nothing(client, posted):
    made = protected().family
    before = Protection.objects.get().review_by
    client.force_login(user())
    assert client.post(page_of(made, "change/"), posted).status_code in (200, 422)
    for number in ("9" * 30, "x", ""):
        assert client.post(page_of(made, "open/"), {"ask": number}).status_code == 302
        assert client.post(page_of(made, "end/"), {"proposal": number, "decision": "end"}).status_code == 302
    assert Protection.in_force.get().review_by == before


@pytest.mark.parametrize("who", [Role.MOTHER, Role.WARD_STAFF])
def test_nobody_learns_by_trying_where_a_protected_family_lives(client, who):
    """A right guess and a wrong one are answered alike; in the open a right one is said."""
    mother = user(Role.MOTHER)
    made = family(account=mother)
    lives = Residence.objects.get(family=made)
    right = {"town": lives.town_id, "chome": lives.chome or "", "block": lives.block or "", "rest": lives.rest}
    guesses = [right | {"from_day": timezone.localdate()}, right | {"from_day": timezone.localdate(), "rest": "2"}]
    client.force_login(mother if who == Role.MOTHER else user(who))
    assert client.post(f"/families/{made.pk}/address/", guesses[0]).status_code == 422
    protect_family(family=made, reason="支援措置", by=user(), at=timezone.now())
    answers = [client.post(f"/families/{made.pk}/address/", guess) for guess in guesses]
    back = f"/families/{made.pk}/" if who == Role.MOTHER else f"/ward/families/{made.pk}/"
    assert [(answer.status_code, answer.url) for answer in answers] == [(302, back)] * 2
    assert not Residence.objects.filter(family=made, town__isnull=False).exists()


def test_the_mother_reads_nothing_of_it_on_her_pages(client):
    mother = user(Role.MOTHER)
    made = family(account=mother)
    protect_family(family=made, reason="支援措置", by=user(), at=timezone.now())
    client.force_login(mother)
    shown = words(client.get(f"/families/{made.pk}/"))
    for word in ("保護", "支援措置", "非開示", "太子堂"):
        assert word not in shown
    assert client.get(page_of(made)).status_code == 404
