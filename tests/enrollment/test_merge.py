"""名寄せ: two entries of one family are proposed, joined without losing a row, or said to be two families."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessLogEntry
from accounts.roles import Role
from billing.models import HandedCoupon
from bookings.models import BookingDay
from enrollment.applications.duplicates import Agrees, proposed_for, proposed_while_typing, say_two_families
from enrollment.confidential import Address, is_protected
from enrollment.families.life_events import change_address
from enrollment.families.merge import merge_families, rows_of
from enrollment.models import (
    ConfidentialAddress,
    Family,
    FamilyMerge,
    Infant,
    Registration,
    RegistrationState,
    Residence,
    TaxClass,
    TaxClassPeriod,
    TimelineEntry,
)
from enrollment.protection.protect import protect_family, put_under_protection
from referrals.models import Referral
from sankecare.errors import NotPossible, Refused
from sankecare.sealing import seal_values, unseal_values
from tests.builders import A_DAY, LONG_AGO, at, district, family, registration, service, sibling, town, user
from tests.factories_two_families import two_worlds

pytestmark = pytest.mark.django_db
A_WEEK = timedelta(days=7)


def entry(**facts):
    """An entry that agrees with no other one."""
    made = family(**{"mother_name": "髙﨑 𠮷子"} | {"account": facts.pop("account", None)})
    Residence.objects.filter(family=made).update(block=100 + made.pk % 800)
    made.mother_name_kana = f"かな {made.pk}"
    for name, value in facts.items():
        setattr(made, name, value)
    made.save()
    return made


def join(kept, given_up, by=None, reason="電話で本人に確認"):
    return merge_families(kept=kept, given_up=given_up, reason=reason, by=by or user(), at=at(A_DAY))


def sealed_address(of):
    ConfidentialAddress.objects.create(
        family=of, period=(None, LONG_AGO), sealed=seal_values({}), entered_at=at(A_DAY), entered_by=user()
    )


def coupon_handed_over(world, of, number=1):
    return HandedCoupon.objects.create(
        booking=world.objects["bookings.Booking"],
        family=of,
        number=number,
        handed_at=timezone.now(),
        taken_by=world.people[Role.OPERATOR],
    )


# ---- Proposed -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "agrees"),
    [
        ({}, None),
        # One alone is chance
        ({"phone": "03-1234-5678"}, None),
        ({"mother_name_kana": "タカサキ　ヨシコ"}, None),
        ({"mother_name_kana": "たかさき よしこ", "phone": "０３（１２３４）５６７８"}, (Agrees.KANA, Agrees.PHONE)),
        (
            {"mother_name_kana": "たかさきよしこ", "mother_birth_date": A_DAY - timedelta(days=11000)},
            (Agrees.KANA, Agrees.BIRTH_DATE),
        ),
        (
            {"phone": "0312345678", "mother_birth_date": A_DAY - timedelta(days=11000)},
            (Agrees.BIRTH_DATE, Agrees.PHONE),
        ),
    ],
)
def test_two_facts_that_agree_propose_an_entry_however_they_were_typed(facts, agrees):
    known = entry(
        mother_name_kana="たかさき よしこ", phone="0312345678", mother_birth_date=A_DAY - timedelta(days=11000)
    )
    second = entry(**facts)
    found = proposed_for([second], A_DAY).get(second.pk, [])
    assert [(row.family, row.agrees) for row in found] == ([(known, agrees)] if agrees else [])


def test_the_address_of_a_protected_family_takes_no_part():
    one, other = entry(phone="0312345678"), entry(phone="0312345678")
    Residence.objects.filter(family__in=[one, other]).update(block=7)
    assert proposed_for([one], A_DAY)[one.pk][0].agrees == (Agrees.PHONE, Agrees.ADDRESS)
    put_under_protection(family=other, reason="支援措置", by=user(), at=at(A_DAY))
    assert proposed_for([one], A_DAY) == {}


def test_what_was_said_to_be_two_families_is_not_proposed_again():
    one, other = entry(phone="031", mother_birth_date=A_DAY), entry(phone="031", mother_birth_date=A_DAY)
    assert proposed_for([one], A_DAY)
    for _ in range(2):
        say_two_families(one=other, other=one, by=user(), at=at(A_DAY))
    assert proposed_for([one, other], A_DAY) == {}


def test_an_application_not_yet_entered_is_compared_too():
    known = entry(mother_name_kana="たかさき よしこ", phone="0312345678", mother_birth_date=date(1994, 5, 6))
    typed = {"kana": "", "birth_date": None, "phone": "", "place": None, "births": [], "today": A_DAY}
    for so_far in (
        {"kana": "タカサキ ヨシコ", "phone": "03-1234-5678"},
        {"kana": "タカサキ ヨシコ", "birth_date": date(1994, 5, 6)},
        {"phone": "03-1234-5678"},  # alone it is enough for who can ask
    ):
        assert [row.family for row in proposed_while_typing(**typed | so_far)] == [known]
    for too_little in ({"kana": "タカサキ ヨシコ"}, {"birth_date": date(1994, 5, 6)}, {"phone": "03-1234"}, {}):
        assert proposed_while_typing(**typed | too_little) == []


# ---- Joined ---------------------------------------------------------------------------------------------------------


def test_every_row_of_the_entry_given_up_is_found_with_the_entry_kept():
    own, others = two_worlds()
    kept, given_up = (world.objects["enrollment.Family"] for world in (own, others))
    Infant.objects.filter(birth__family=given_up).update(birth_date=timezone.localdate() - timedelta(days=400))
    BookingDay.objects.filter(booking=others.objects["bookings.Booking"]).update(day=timezone.localdate() - A_WEEK)
    others.people[Role.MOTHER].is_active = False
    others.people[Role.MOTHER].save()
    sealed_address(given_up)
    coupon_handed_over(others, given_up)
    before = {rows.model: rows.count() for _field, rows in rows_of(kept)}
    theirs = {rows.model: rows.count() for _field, rows in rows_of(given_up)}
    without = {model for model, count in theirs.items() if count == 0}
    assert without == {Family}, (
        "every table that has a family takes part, with a row"
    )  # Family: what was joined before
    join(kept, given_up)
    after = {rows.model: rows.count() for _field, rows in rows_of(kept)}
    dated = {Residence, TaxClassPeriod}  # of these one holds on a day, and both knew every day
    for model, count in theirs.items():
        if model not in dated and model is not TimelineEntry:
            assert after[model] >= before[model] + count - 1, model
    assert Registration.objects.filter(birth__family=kept).count() == 2
    assert Referral.objects.filter(family=kept).count() == before[Referral] + theirs[Referral]
    given_up.refresh_from_db()
    assert (given_up.merged_into, given_up.account) == (kept, others.people[Role.MOTHER])
    sealed = unseal_values(FamilyMerge.objects.get().before)["rows"]
    assert {"enrollment.residence", "enrollment.family", "referrals.referral"} <= {row["model"] for row in sealed}
    assert "北沢" not in str(bytes(FamilyMerge.objects.get().before), "utf-8")


def test_a_coupon_handed_over_goes_along_and_one_number_on_both_entries_joins_nothing():
    own, others = two_worlds()
    kept, given_up = (world.objects["enrollment.Family"] for world in (own, others))
    Infant.objects.filter(birth__family=given_up).update(birth_date=timezone.localdate() - timedelta(days=400))
    others.people[Role.MOTHER].is_active = False
    others.people[Role.MOTHER].save()
    BookingDay.objects.filter(family=given_up).update(day=timezone.localdate() - A_WEEK)
    mine, theirs = coupon_handed_over(own, kept), coupon_handed_over(others, given_up)
    with pytest.raises(Refused, match="cannot_be_joined"):
        join(kept, given_up)
    assert FamilyMerge.objects.count() == 0
    for change in ({"family": kept}, {"number": 4}, {"booking": mine.booking}):
        with pytest.raises(DatabaseError), transaction.atomic():
            HandedCoupon.objects.filter(pk=theirs.pk).update(**change)


def test_what_the_entry_kept_does_not_know_comes_from_the_other():
    kept, given_up = entry(phone=""), entry(phone="0312345678", email="a@example.jp")
    TaxClassPeriod.objects.filter(family=kept).update(period=(A_DAY, None), tax_class=TaxClass.WELFARE)
    join(kept, given_up)
    kept.refresh_from_db()
    assert (kept.phone, kept.email) == ("0312345678", "a@example.jp")
    classes = {row.period.lower: row.tax_class for row in kept.tax_classes.all()}
    assert list(classes.values()) == ["taxed", "welfare"]
    assert list(classes)[1] == A_DAY


def test_the_same_birth_is_counted_once_and_its_undecided_application_is_withdrawn():
    service()
    born = A_DAY - timedelta(days=30)
    kept, given_up = entry(), entry()
    approved = registration(kept, born=born)
    second = registration(given_up, born=born, state=RegistrationState.APPLIED)
    join(kept, given_up)
    second.refresh_from_db()
    assert (second.state, second.birth) == (RegistrationState.WITHDRAWN, approved.birth)
    assert approved.birth.infants.count() == 1


def test_protection_of_one_holds_for_both_and_no_address_comes_into_the_open():
    staff, named = user(), user()
    kept, given_up = entry(), entry()
    put_under_protection(family=given_up, reason="支援措置", by=staff, at=at(A_DAY)).named.add(named)
    join(kept, given_up)
    assert [is_protected(one) for one in (kept, given_up)] == [True, True]
    assert list(kept.protection.named.all()) == [named]
    assert not Residence.objects.filter(family__in=[kept, given_up], town__isnull=False).exists()


def test_the_sign_in_of_either_is_kept_and_two_live_ones_are_a_question():
    mother = user(Role.MOTHER)
    kept, given_up = entry(), entry(account=mother)
    join(kept, given_up)
    kept.refresh_from_db()
    assert kept.account == mother
    with pytest.raises(Refused, match="two_sign_ins"):
        join(entry(account=user(Role.MOTHER)), kept)


@pytest.mark.parametrize("reason", ["", " 　"])
def test_no_reason_joins_nothing(reason):
    with pytest.raises(NotPossible, match="no_reason"):
        join(entry(), entry(), reason=reason)


def test_an_entry_is_joined_once_and_never_with_itself():
    kept, given_up = entry(), entry()
    join(kept, given_up)
    with pytest.raises(Refused, match="already_joined"):
        join(kept, given_up)
    with pytest.raises(Refused, match="already_joined"):
        join(given_up, entry())
    with pytest.raises(NotPossible, match="same_entry"):
        join(kept, kept)


def test_two_approved_registrations_of_one_birth_are_left_to_staff():
    service()
    born = A_DAY - timedelta(days=30)
    kept, given_up = entry(), entry()
    registration(kept, born=born)
    registration(given_up, born=born)
    with pytest.raises(Refused, match="both_approved"):
        join(kept, given_up)
    assert FamilyMerge.objects.count() == 0


def test_life_goes_on_with_the_entry_kept():
    kept, given_up = entry(), entry()
    join(kept, given_up)
    change_address(family=kept, address=Address(town(), 2, 2), from_day=A_DAY, by=user(), at=at(A_DAY))
    assert kept.residences.filter(period__contains=A_DAY).get().chome == 2


# ---- The page -------------------------------------------------------------------------------------------------------


def page_of(one, other):
    return f"/admin/enrollment/family/{one.pk}/compare/{other.pk}/"


def test_days_that_are_near_are_not_said_to_agree(client):
    client.force_login(user())
    one, other = entry(), entry()
    registration(one, born=A_DAY)
    registration(other, born=A_DAY + timedelta(days=1))
    text = str(client.get(page_of(one, other)).content, "utf-8")
    assert "同じ出産の可能性" in text


def test_the_page_afterwards_says_whose_last_day_in_the_ward_stands(client):
    client.force_login(user())
    kept, given_up = entry(), entry()
    given_up.residences.update(period=(LONG_AGO, A_DAY + timedelta(days=30)))
    leaves = ("family", *sorted((kept.pk, given_up.pk)), "leaves")
    merge_families(
        kept=kept, given_up=given_up, reason="電話で確認", by=user(), at=at(A_DAY), chosen={leaves: given_up.pk}
    )
    text = str(client.get(f"/admin/enrollment/family/{kept.pk}/joined/").content, "utf-8")
    assert "区内に住む最後の日" in text
    assert "区内に住んでいる" in text


def test_staff_compare_join_and_find_the_given_up_entry_no_longer_in_the_list(client):
    staff = user()
    client.force_login(staff)
    kept, given_up = entry(phone="031", mother_birth_date=A_DAY), entry(phone="031", mother_birth_date=A_DAY)
    text = str(client.get(page_of(kept, given_up)).content, "utf-8")
    assert text.count("一致") >= 2
    assert "同じ出産の可能性" not in text
    assert set(AccessLogEntry.objects.filter(user=staff).values_list("family", flat=True)) == {kept.pk, given_up.pk}
    refused = client.post(page_of(kept, given_up), {"join": "1", "kept": kept.pk, "reason": " "})
    assert refused.status_code == 422
    answer = client.post(page_of(kept, given_up), {"join": "1", "kept": kept.pk, "reason": "電話で確認"}, follow=True)
    assert answer.status_code == 200
    assert Family.objects.get(pk=given_up.pk).merged_into == kept
    assert f"/{given_up.pk}/change/" not in str(client.get("/admin/enrollment/family/").content, "utf-8")
    assert client.get(f"/admin/enrollment/family/{given_up.pk}/change/").status_code == 302


def test_staff_say_that_they_are_two_families(client):
    client.force_login(user())
    one, other = entry(phone="031", mother_birth_date=A_DAY), entry(phone="031", mother_birth_date=A_DAY)
    client.post(page_of(one, other), {"apart": "1"})
    assert proposed_for([one], timezone.localdate()) == {}


def test_a_family_of_another_district_is_not_there_to_be_compared(client):
    client.force_login(user(district=district("setagaya")))
    foreign = family(lives_in=town("北沢", "kitazawa"), district_slug="kitazawa")
    assert client.get(page_of(entry(), foreign)).status_code == 404
    assert client.get(page_of(foreign, entry())).status_code == 404


def test_a_sibling_known_to_both_is_kept_once():
    kept, given_up = entry(), entry()
    sibling(kept)
    sibling(given_up)
    join(kept, given_up)
    assert kept.siblings.count() == 1


def test_an_entry_that_was_joined_takes_no_report_and_no_protection_any_more(client):
    """Else the address of the entry that is kept would stay open behind a flag on the one that nobody reads."""
    kept, given_up = entry(), entry()
    join(kept, given_up)
    with pytest.raises(Refused, match="joined"):
        protect_family(family=given_up, reason="支援措置", by=user(), at=at(A_DAY))
    client.force_login(user())
    pages = (
        "life:overview",
        "life:address",
        "life:move-out",
        "life:tax-class",
        "protection:state",
        "papers:for-family",
    )
    answers = {
        row.pk: [client.get(reverse(page, args=[row.pk])).status_code for page in pages] for row in (kept, given_up)
    }
    assert answers == {kept.pk: [200] * len(pages), given_up.pk: [404] * len(pages)}
    assert client.post(reverse("protection:change", args=[given_up.pk]), {"do": "protect"}).status_code == 404
    assert not is_protected(given_up)
