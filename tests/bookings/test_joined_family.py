"""名寄せ: facts one by one with their sources, contradictions asked; what is booked and drawn is looked at again."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from bookings.draws.entering import enter_draw
from bookings.models import (
    AllocationPolicy,
    Booking,
    BookingDay,
    BookingState,
    DayStatus,
    DrawEntry,
    DrawRound,
    GivenBack,
    WaitingEntry,
)
from bookings.places.joined_family import against_the_rules
from bookings.places.participants import change_party
from enrollment.applications.duplicates import Agrees, proposed_for
from enrollment.families.merge import merge_families, plan_of
from enrollment.models import Birth, Family, FamilyMerge, Infant, LetterKind, Registration, RegistrationState
from enrollment.queries import verdict_for
from reports.invariants import broken_invariants
from sankecare.errors import NotPossible, Refused
from sankecare.sealing import unseal_values
from tests import builders
from tests.bookings.conftest import ASKED_AT, Ward, days, held

pytestmark = pytest.mark.django_db
TODAY = builders.A_DAY
BORN = TODAY - timedelta(days=40)


def entry(**facts):
    made = builders.family(**facts)
    Family.objects.filter(pk=made.pk).update(mother_name_kana=f"かな {made.pk}")
    made.residences.update(block=100 + made.pk % 800)
    made.refresh_from_db()
    return made


def join(kept, given_up, at=ASKED_AT, **said):
    return merge_families(kept=kept, given_up=given_up, reason="電話で本人に確認", by=builders.user(), at=at, **said)


def twice(born=BORN, due=None, mine=None, theirs=None, **kept_facts):
    """Two entries of one birth: the one kept with an undecided application, the other one approved."""
    kept, given_up = entry(), entry()
    first = builders.registration(kept, born=born, state=RegistrationState.APPLIED)
    second = builders.registration(given_up, born=born)
    for registration, facts in ((first, mine), (second, theirs)):
        facts = dict(facts or {})
        Birth.objects.filter(pk=registration.birth_id).update(due_date=facts.pop("due_date", due))
        registration.birth.infants.update(**{"gestation_days": None} | facts)
    return kept, given_up, first, second


def fresh(registration):
    return Registration.objects.select_related("birth__family").get(pk=registration.pk)


def outcome(merge):
    return unseal_values(bytes(merge.outcome))


# ---- Facts ----------------------------------------------------------------------------------------------------------


def test_of_each_fact_it_is_kept_from_which_entry_it_was_taken(ward: Ward) -> None:
    kept, given_up, _mine, theirs = twice(
        born=date(2027, 5, 20),
        theirs={"due_date": date(2027, 6, 30), "gestation_days": 239, "rolls_over_since": date(2027, 9, 10)},
        mine={"discharged_on": date(2027, 7, 1)},
    )
    merge = join(kept, given_up, at=builders.at(date(2027, 9, 12)))
    taken = {row["fact"]: (row["stands"], row["because"]) for row in outcome(merge)["facts"]}
    from_other = ("given_up", "only_one_knew")
    assert taken == dict.fromkeys(("due_date", "gestation_days", "rolls_over_since"), from_other)
    baby = fresh(theirs).birth.infants.get()
    assert (baby.discharged_on, baby.rolls_over_since) == (date(2027, 7, 1), date(2027, 9, 10))
    october = date(2027, 10, 1)
    assert not verdict_for(fresh(theirs), ward.stay, october, october).eligible


@pytest.mark.parametrize(
    ("name", "mine", "theirs"),
    [
        ("due_date", BORN + timedelta(days=20), BORN + timedelta(days=30)),
        ("gestation_days", 250, 259),
        ("rolls_over_since", BORN + timedelta(days=10), BORN + timedelta(days=20)),
        ("discharged_on", BORN + timedelta(days=10), BORN + timedelta(days=20)),
    ],
)
@pytest.mark.parametrize("right", ["kept", "given_up"])
def test_what_the_rules_ask_and_both_say_otherwise_is_asked_before_anything_is_joined(
    ward: Ward, name: str, mine: object, theirs: object, right: str
) -> None:
    kept, given_up, _mine, second = twice(mine={name: mine}, theirs={name: theirs})
    (asked,) = plan_of(kept, given_up).contradictions
    assert (asked.name, asked.values) == (name, (mine, theirs))
    with pytest.raises(NotPossible, match="facts_unclear"):
        join(kept, given_up)
    assert not FamilyMerge.objects.exists()
    row = asked.kept if right == "kept" else asked.given_up
    merge = join(kept, given_up, chosen={asked.key: row.pk})
    birth = fresh(second).birth
    stands = birth.due_date if name == "due_date" else getattr(birth.infants.get(), name)
    assert stands == (mine if right == "kept" else theirs)
    (told,) = [one for one in outcome(merge)["facts"] if one["fact"] == name]
    plain = [value.isoformat() if isinstance(value, date) else value for value in (mine, theirs)]
    assert [told["of_entry_kept"], told["of_entry_given_up"]] == plain
    assert (told["stands"], told["because"]) == (right, "said")


def test_an_answer_that_names_neither_entry_is_none(ward: Ward) -> None:
    kept, given_up, *_rest = twice(mine={"gestation_days": 250}, theirs={"gestation_days": 259})
    (asked,) = plan_of(kept, given_up).contradictions
    with pytest.raises(NotPossible, match="facts_unclear"):
        join(kept, given_up, chosen={asked.key: 0})


def test_twins_with_due_date_keep_their_window_and_their_party(ward: Ward) -> None:
    """The entry kept knows one baby and no due date: usable until 29 October, two babies, a party of two."""
    born, today = date(2027, 5, 20), builders.at(date(2027, 9, 12))
    kept, given_up = entry(), entry()
    builders.registration(kept, born=born, state=RegistrationState.APPLIED)
    Birth.objects.filter(family=kept).update(due_date=None)
    Infant.objects.filter(birth__family=kept).update(gestation_days=None, name="太郎")
    approved = builders.registration(given_up, born=born, infants=2)
    Birth.objects.filter(pk=approved.birth_id).update(due_date=date(2027, 6, 30))
    first, second = approved.birth.infants.order_by("pk")
    Infant.objects.filter(pk=first.pk).update(name="太郎", gestation_days=239)
    Infant.objects.filter(pk=second.pk).update(name="次郎", gestation_days=239)
    booking = Booking.objects.create(registration=approved, service=ward.stay, booked_at=today, infant_count=2)
    for number in (1, 2, 3):
        BookingDay.objects.create(booking=booking, day=date(2027, 10, number))
    join(kept, given_up, at=today)
    verdict = verdict_for(fresh(approved), ward.stay, date(2027, 10, 1), date(2027, 10, 3))
    assert (verdict.eligible, verdict.last_day) == (True, date(2027, 10, 29))
    assert fresh(approved).birth.infants.count() == 2
    booking.refresh_from_db()
    change_party(booking=booking, infant_count=2, sibling=None, coupons=0, by=builders.user(), at=today, food="卵")
    assert against_the_rules(kept, date(2027, 9, 12)) == []


def test_two_babies_that_cannot_be_of_one_birth_are_not_joined_into_one(ward: Ward) -> None:
    kept, given_up, _mine, _theirs = twice(theirs={"birth_date": BORN + timedelta(days=20)})
    (unsure,) = plan_of(kept, given_up).unsure
    with pytest.raises(Refused, match="facts_do_not_fit"):
        join(kept, given_up, answers={unsure.key: False})
    assert not FamilyMerge.objects.exists()


def test_what_the_withdrawn_application_says_of_treatment_is_asked_and_not_lost(ward: Ward) -> None:
    kept, given_up, mine, theirs = twice()
    Registration.objects.filter(pk=mine.pk).update(needs_medical_care=True, infant_health="心臓の治療中")
    (asked,) = plan_of(kept, given_up).contradictions
    assert (asked.name, asked.values) == ("needs_medical_care", (False, True))
    merge = join(kept, given_up, chosen={asked.key: mine.pk})
    (told,) = [row for row in outcome(merge)["facts"] if row["fact"] == "needs_medical_care"]
    assert (told["of_entry_kept"], told["of_entry_given_up"], told["stands"]) == (True, False, "kept")
    assert (fresh(theirs).needs_medical_care, fresh(theirs).infant_health) == (True, "心臓の治療中")
    assert not verdict_for(fresh(theirs), ward.stay, TODAY, TODAY).eligible


@pytest.mark.parametrize("leaves", [True, False])
def test_where_one_entry_leaves_the_ward_and_the_other_stays_a_person_says(ward: Ward, leaves: bool) -> None:
    kept, given_up, _mine, theirs = twice()
    given_up.residences.update(period=(builders.LONG_AGO, days(5)[0]))
    (asked,) = plan_of(kept, given_up).contradictions
    assert asked.values == (None, days(4)[0])
    with pytest.raises(NotPossible, match="facts_unclear"):
        join(kept, given_up)
    join(kept, given_up, chosen={asked.key: given_up.pk if leaves else kept.pk})
    assert fresh(theirs).usable_until == (days(4)[0] if leaves else None)
    assert kept.residences.filter(period__contains=days(5)[0]).exists() is not leaves
    assert broken_invariants(ASKED_AT) == []


def test_the_pregnancy_and_the_newborn_are_one_birth_and_a_letter_follows(ward: Ward) -> None:
    """Due 30 June, born 25 June: nearness proposes one birth."""
    builders.letter_policy()
    kept, given_up = entry(), entry()
    Family.objects.update(mother_name_kana="たかさき よしこ")
    expecting = builders.registration(kept, born=None)
    Birth.objects.filter(pk=expecting.birth_id).update(due_date=date(2027, 6, 30))
    builders.letter(fresh(expecting), builders.user())
    newborn = builders.registration(given_up, born=date(2027, 6, 25), state=RegistrationState.APPLIED)
    Birth.objects.filter(pk=newborn.birth_id).update(due_date=None)
    kept.refresh_from_db()
    found = proposed_for([kept], TODAY)[kept.pk]
    assert [(row.family, row.agrees) for row in found] == [(given_up, (Agrees.KANA, Agrees.BIRTH))]
    join(kept, given_up, at=builders.at(date(2027, 7, 1)))
    assert fresh(expecting).birth.infants.get().birth_date == date(2027, 6, 25)
    assert fresh(newborn).state == RegistrationState.WITHDRAWN
    letter = expecting.letters.order_by("-pk").first()
    assert (letter.kind, letter.snapshot["services"][0][1]) == (LetterKind.CHANGE, "令和9年10月24日まで")


def test_a_namesake_with_a_baby_of_another_month_is_not_proposed(ward: Ward) -> None:
    one, other = entry(), entry()
    Family.objects.update(mother_name_kana="たかさき よしこ")
    builders.registration(one, born=BORN)
    builders.registration(other, born=BORN - timedelta(days=22))
    one.refresh_from_db()
    assert proposed_for([one], TODAY) == {}


# ---- What is booked -------------------------------------------------------------------------------------------------


def test_days_that_a_baby_that_rolls_over_no_longer_allows_are_given_back_at_once(ward: Ward) -> None:
    born, due = days(1)[0] - timedelta(days=130), days(1)[0] - timedelta(days=90)
    kept, given_up, _mine, theirs = twice(
        born=born,
        mine={"rolls_over_since": TODAY - timedelta(days=5)},
        theirs={"due_date": due, "gestation_days": 240},
    )
    booking = ward.reserve(theirs, 3, 4)
    merge = join(kept, given_up)
    booking.refresh_from_db()
    assert (booking.state, held(booking)) == (BookingState.CANCELLED, [])
    assert GivenBack.objects.get().cause == "rolls_over"
    assert any(booking.number in line for _heading, lines in outcome(merge)["done"] for line in lines)
    assert against_the_rules(kept, TODAY) == []


def test_what_no_rule_allows_any_more_is_listed_and_found_every_night(ward: Ward) -> None:
    """The day of birth of the entry kept is right: the baby is older than the booking was made for."""
    kept, given_up, _mine, theirs = twice(
        mine={"birth_date": date(2023, 1, 20)}, theirs={"birth_date": date(2023, 2, 1)}
    )
    booking = ward.reserve(theirs, 3, 8)
    (unsure,) = plan_of(kept, given_up).unsure
    answers = {unsure.key: True}
    (asked,) = plan_of(kept, given_up, answers).contradictions
    assert asked.name == "birth_date"
    join(kept, given_up, answers=answers, chosen={asked.key: asked.kept.pk})
    ((heading, (line,)),) = against_the_rules(kept, TODAY)
    assert heading == "要件に合わなくなった予約"
    assert booking.number in line
    assert held(booking) == days(3, 8)
    (broken,) = broken_invariants(ASKED_AT)
    late = booking.days.get(day=days(8)[0])
    assert (broken.what, broken.rows) == ("booked_day_that_no_rule_allows", [str(late.pk)])


def test_days_of_both_entries_together_are_counted(ward: Ward) -> None:
    kept, given_up = entry(), entry()
    mine = builders.registration(kept, born=BORN)
    theirs = builders.registration(given_up, born=BORN)
    used = ward.reserve(mine, 1, 2, 3, 4)
    BookingDay.objects.filter(booking=used).update(status=DayStatus.USED)
    Registration.objects.filter(pk=mine.pk).update(state=RegistrationState.ENDED)
    ward.reserve(theirs, 8, 9, 10, 11)
    join(kept, given_up)
    ((heading, lines),) = against_the_rules(kept, TODAY)
    assert heading == "一度の出産で利用できる日数を超えるもの"
    assert "利用済み4日、予約4日（上限7日）" in lines[0]


def test_an_entry_is_once_in_a_draw_and_waits_once(ward: Ward) -> None:
    builders.draw_policy()
    lottery = {"period": (builders.LONG_AGO, None), "method": "lottery", "opens_days_before": 180}
    AllocationPolicy.objects.create(service=ward.stay, **lottery)
    first = days(20)[0]
    times = {"opens_at": ASKED_AT, "closes_at": builders.at(days(10)[0])}
    drawn = DrawRound.objects.get(pk=builders.draw_round(ward.stay, first, **times).pk)
    kept, given_up = entry(), entry()
    mine, theirs = builders.registration(kept, born=BORN), builders.registration(given_up, born=BORN)
    for number, registration in enumerate((mine, theirs)):
        enter_draw(
            draw_round=drawn, registration=registration, choices=builders.wished(drawn, [first]), by=ward.staff,
            at=ASKED_AT + timedelta(minutes=number),
        )  # fmt: skip
        WaitingEntry.objects.create(
            registration=registration,
            service=ward.day_care,
            period=(first, first + timedelta(days=1)),
            joined_at=ASKED_AT + timedelta(minutes=number),
            joined_by=ward.staff,
        )
    ward.fill(20, service=ward.day_care)
    Registration.objects.filter(pk=mine.pk).update(state=RegistrationState.ENDED)
    merge = join(kept, given_up)
    standing = DrawEntry.objects.get(withdrawn_at__isnull=True)
    assert standing.registration == theirs
    assert DrawEntry.objects.count() == 2
    assert WaitingEntry.objects.get(ended_at__isnull=True).registration == theirs
    headings = [heading for heading, _lines in outcome(merge)["done"]]
    assert headings == ["取り下げる抽選の申込（一世帯一件）", "終了するキャンセル待ち（同じ日は一件）"]
    assert broken_invariants(ASKED_AT) == []


def test_where_the_entries_are_published_joining_waits_for_the_draw(ward: Ward) -> None:
    drawn = builders.draw_round(ward.stay, days(20)[0])
    kept, given_up = entry(), entry()
    for number, family in enumerate((kept, given_up)):
        state = RegistrationState.ENDED if number else RegistrationState.APPROVED
        registration = builders.registration(family, born=BORN, state=state)
        facts = {"choices": [], "entered_at": ASKED_AT, "entered_by": ward.staff}
        DrawEntry.objects.create(round=drawn, registration=registration, sign=f"AB{number}", **facts)
    with pytest.raises(Refused, match="in_one_draw"):
        join(kept, given_up, at=builders.at(days(19)[0]))
    assert not FamilyMerge.objects.exists()


# ---- The page -------------------------------------------------------------------------------------------------------


def page_of(one, other):
    return f"/admin/enrollment/family/{one.pk}/compare/{other.pk}/"


def test_staff_are_asked_see_what_happens_and_read_afterwards_what_was_taken(ward: Ward, client) -> None:
    today = timezone.localdate()
    born = today - timedelta(days=100)
    kept, given_up, _mine, theirs = twice(
        born=born, mine={"gestation_days": 262}, theirs={"gestation_days": 240, "due_date": born + timedelta(days=40)}
    )
    Birth.objects.filter(family=kept).update(due_date=None)
    booking = Booking.objects.create(registration=theirs, service=ward.stay, booked_at=timezone.now())
    BookingDay.objects.create(booking=booking, day=today + timedelta(days=40))
    client.force_login(builders.user())
    baby = Infant.objects.get(birth__family=kept)
    question = next(name for name in client.get(page_of(kept, given_up)).context["form"].fields if "gestation" in name)
    sent = {"join": "1", "kept": kept.pk, "reason": "電話で確認"}
    assert client.post(page_of(kept, given_up), sent).status_code == 422
    listed = client.post(page_of(kept, given_up), sent | {question: baby.pk})
    assert listed.status_code == 200
    assert booking.number in listed.text
    assert not FamilyMerge.objects.exists()
    typed = dict(listed.context["typed"])
    answer = client.post(page_of(kept, given_up), typed | {"seen": listed.context["seen"]})
    assert FamilyMerge.objects.count() == 1
    joined = reverse("admin:enrollment_family_joined", args=[kept.pk])
    assert answer["Location"] == joined
    page = client.get(joined).text
    for words in (booking.number, "在胎日数", "240", "262", "職員の確認による", "要件に合わなくなった予約"):
        assert words in page, words
    assert joined in client.get(f"/admin/enrollment/family/{kept.pk}/change/").text


def test_nobody_else_reads_what_was_joined(ward: Ward, client) -> None:
    kept, given_up = entry(), entry()
    with transaction.atomic():
        join(kept, given_up)
    joined, given = (reverse("admin:enrollment_family_joined", args=[row.pk]) for row in (kept, given_up))
    client.force_login(builders.user())
    assert (client.get(joined).status_code, client.get(given).status_code) == (200, 404)
    client.force_login(builders.user(district=builders.district("kitazawa")))
    assert client.get(joined).status_code == 404
    client.force_login(builders.user(Role.HEALTH_NURSE))
    assert client.get(joined).status_code in (302, 403, 404)
