"""The work on a referral: contacts, plans, outcomes, taken up again, sent on, handed over; each step kept."""

from datetime import date, datetime, timedelta

import pytest
from django.core import mail
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from accounts.permissions import visible
from accounts.roles import Role
from referrals.acknowledge import acknowledge_referral
from referrals.close import close_referral, reopen_within_transaction, withdraw_referral
from referrals.contact import plan_next_contact, record_contact
from referrals.hand_over import hand_over_all_within_transaction, hand_over_within_transaction
from referrals.models import (
    ContactWay,
    EventKind,
    Met,
    Outcome,
    RecipientKind,
    Referral,
    ReferralContact,
    ReferralEvent,
    ReferralNotice,
    ReferralState,
)
from referrals.queries import inbox, left_behind
from referrals.redirect import redirect_within_transaction
from referrals.sending import follow_moves
from referrals.share import share_within_transaction
from referrals.working_hours import working_days_late
from sankecare import outbox
from sankecare.errors import Refused
from sankecare.models import OutboxEntry
from tests import builders

from .scene import Scene, scene
from .test_working_hours import WARD

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> Scene:
    monkeypatch.setattr(outbox, "publish", lambda _entry: True)
    return scene()


def received(here: Scene) -> Referral:
    return acknowledge_referral(referral=here.raised(), by=here.nurse, at=timezone.now())


def visited(here: Scene, referral: Referral, **given: object) -> ReferralContact:
    now = timezone.now()
    asked = {"made_at": now, "way": ContactWay.HOME_VISIT, "met": Met.MOTHER, "text": "顔色がよかった"}
    return record_contact(referral=referral, **(asked | {"by": here.nurse, "at": now} | given))


def sent_on(referral: Referral, by: object, **given: object) -> Referral:
    asked = {"recipient": RecipientKind.CASEWORKER, "district": None, "reason": "児童福祉の支援が要る"}
    with transaction.atomic():
        return redirect_within_transaction(referral=referral, **(asked | {"by": by, "at": timezone.now()} | given))


def kinds(referral: Referral) -> list[str]:
    return list(referral.events.order_by("pk").values_list("kind", flat=True))


def seen_by(person: object) -> set[int]:
    return set(visible(person, "referral.work", Referral.objects.all()).values_list("pk", flat=True))


def mailed() -> list[str]:
    outbox.take_all(at=timezone.now())
    return sorted(message.to[0] for message in mail.outbox)


def moved(here: Scene, referral: Referral, on: date, to: str = "kitazawa") -> None:
    """The family lives in another district from the day on."""
    lived = referral.family.residences.get()
    lived.period = (lived.period.lower, on)
    lived.save()
    town = builders.town("北沢", to)
    referral.family.residences.create(period=(on, None), town=town, district=builders.district(to))


# ---- Contacts and plans ---------------------------------------------------------------------------------------------


def test_a_contact_is_kept_with_who_how_and_what_and_plans_the_next_one(here: Scene) -> None:
    referral, next_one = received(here), timezone.localdate() + timedelta(days=7)
    contact = visited(here, referral, next_contact_on=next_one)
    referral.refresh_from_db()
    assert (contact.by, contact.met, referral.next_contact_on) == (here.nurse, "mother", next_one)
    assert kinds(referral) == ["raised", "acknowledged", "contact"]
    visited(here, referral, way=ContactWay.NOT_REACHED, met=None, text="")
    referral.refresh_from_db()
    assert referral.next_contact_on is None
    plan_next_contact(referral=referral, on=next_one, by=here.colleague, at=timezone.now())
    assert kinds(referral)[-2:] == ["contact", "planned"]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"made_at": timezone.now() + timedelta(days=2)}, "day_ahead"),
        ({"made_at": timezone.now() - timedelta(days=400)}, "before_raised"),
        ({"next_contact_on": date(2020, 1, 1)}, "day_past"),
        ({"met": None}, "no_words"),
        ({"text": " "}, "no_words"),
        ({"way": ContactWay.NOT_REACHED}, "not_met"),
    ],
)
def test_an_impossible_contact_is_refused(here: Scene, given: dict[str, object], code: str) -> None:
    referral = received(here)
    with pytest.raises(Refused) as refused:
        visited(here, referral, **given)
    assert refused.value.code == code
    assert not ReferralContact.objects.exists()


def test_a_wrong_record_stays_beside_its_one_correction(here: Scene) -> None:
    referral = received(here)
    wrong = visited(here, referral)
    right = visited(here, referral, text="顔色は悪かった", corrects=wrong, by=here.colleague)
    assert (right.by, right.recorded_by, wrong.correction) == (here.nurse, here.colleague, right)
    with pytest.raises(Refused, match="already_corrected"):
        visited(here, referral, corrects=wrong)
    with pytest.raises(DatabaseError), transaction.atomic():
        ReferralContact.objects.update(text="x")


def test_nobody_records_a_contact_before_she_has_received_it_or_after_the_end(here: Scene) -> None:
    referral = here.raised()
    with pytest.raises(Refused, match="not_in_hand"):
        visited(here, referral)


@pytest.mark.parametrize(
    ("due", "today", "days"),
    [
        ("2023-05-10", "2023-05-10", 0),
        ("2023-05-10", "2023-05-11", 1),
        ("2023-05-12", "2023-05-14", 0),  # a weekend
        ("2023-05-12", "2023-05-15", 1),
        ("2023-05-02", "2023-05-08", 1),  # three public holidays and a weekend
        ("2022-12-28", "2023-01-05", 2),  # the offices rest from 29 December to 3 January
        ("2023-05-11", "2023-05-10", 0),
    ],
)
def test_lateness_counts_working_days_alone(due: str, today: str, days: int) -> None:
    assert working_days_late(date.fromisoformat(due), date.fromisoformat(today), WARD) == days


def test_the_inbox_shows_what_is_new_what_is_late_and_by_how_many_working_days(here: Scene) -> None:
    ago = timezone.now() - timedelta(days=30)
    late, planned, unplanned = here.raised(at=ago), here.raised(at=ago), here.raised()
    for referral in (planned, unplanned):
        acknowledge_referral(referral=referral, by=here.nurse, at=timezone.now() - timedelta(days=29))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE referrals_referral SET next_contact_on = current_date - 10 WHERE id = %s", [planned.pk])
    found = inbox(here.nurse, timezone.now())
    assert [row.referral for row in found.new] == [late]
    assert found.new[0].is_late
    assert found.new[0].days_late >= 15
    assert [(row.referral, row.is_late) for row in found.in_hand] == [(planned, True), (unplanned, False)]
    assert 6 <= found.in_hand[0].days_late <= 9
    assert inbox(here.colleague, timezone.now(), hers=True).in_hand == []


def test_the_inbox_takes_the_same_queries_for_one_and_for_three(
    here: Scene, django_assert_num_queries: object
) -> None:
    for _number in range(3):
        received(here)
        with django_assert_num_queries(3):  # type: ignore[operator]
            inbox(here.nurse, timezone.now())


# ---- The end, and again ---------------------------------------------------------------------------------------------


def test_closed_with_a_coded_outcome_taken_up_again_with_a_reason_and_closed_anew(here: Scene) -> None:
    referral, now = received(here), timezone.now()
    visited(here, referral, next_contact_on=timezone.localdate() + timedelta(days=3))
    close_referral(referral=referral, kind=Outcome.SETTLED, outcome="落ち着いた", by=here.nurse, at=now)
    referral.refresh_from_db()
    assert (referral.state, referral.outcome_kind, referral.next_contact_on) == ("closed", "settled", None)
    with transaction.atomic():
        reopen_within_transaction(referral=referral, reason="再び不眠", by=here.colleague, at=now)
    referral.refresh_from_db()
    assert (referral.state, referral.in_charge, referral.acknowledged_by) == (
        "acknowledged",
        here.colleague,
        here.nurse,
    )
    assert (referral.ended_at, referral.outcome) == (None, "")
    close_referral(referral=referral, kind=Outcome.MEDICAL, outcome="医療へ", by=here.colleague, at=now)
    ends = referral.events.filter(kind=EventKind.CLOSED).order_by("pk")
    assert [(end.outcome_kind, end.text) for end in ends] == [("settled", "落ち着いた"), ("medical", "医療へ")]
    assert kinds(referral) == ["raised", "acknowledged", "contact", "closed", "reopened", "closed"]


def test_a_referral_is_raised_once_and_its_events_tell_no_reason_less_step(here: Scene) -> None:
    referral = received(here)
    for given in ({"kind": "raised", "by": here.nurse}, {"kind": "shared", "by": here.nurse}, {"kind": "contact"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ReferralEvent.objects.create(referral=referral, at=timezone.now(), **given)


def test_closing_without_a_code_is_refused_by_the_database(here: Scene) -> None:
    referral = received(here)
    with pytest.raises(IntegrityError), transaction.atomic():
        Referral.objects.filter(pk=referral.pk).update(
            state="closed", outcome="x", ended_at=timezone.now(), ended_by=here.nurse
        )


# ---- Sent on --------------------------------------------------------------------------------------------------------


def test_sent_on_to_the_other_section_it_is_new_there_told_once_and_gone_here(here: Scene) -> None:
    referral = received(here)
    sent_on(referral, here.nurse)
    referral.refresh_from_db()
    assert (referral.state, referral.recipient, referral.asked_of) == ("raised", "caseworker", "health_nurse")
    assert referral.in_charge is None
    assert (seen_by(here.nurse), seen_by(here.caseworker)) == (set(), {referral.pk})
    assert mailed() == ["caseworker@ward.test"]
    for entry in OutboxEntry.objects.all():
        outbox.take(entry.pk, at=timezone.now())  # the broker gives everything out once more
    assert mailed() == ["caseworker@ward.test"]
    with pytest.raises(Refused, match="sent_on"):
        acknowledge_referral(referral=referral, by=here.nurse, at=timezone.now())
    acknowledge_referral(referral=referral, by=here.caseworker, at=timezone.now())
    assert kinds(referral) == ["raised", "acknowledged", "redirected", "acknowledged"]


def test_sent_on_before_the_first_announcement_only_the_new_section_is_told(here: Scene) -> None:
    sent_on(here.raised(), here.nurse)
    assert mailed() == ["caseworker@ward.test"]
    assert ReferralNotice.objects.count() == 1


def test_to_another_district_with_a_reason_by_a_supervisor_and_back_to_where_the_family_lives(here: Scene) -> None:
    supervisor, referral = builders.user(Role.SUPERVISOR), here.raised()
    nurse, kitazawa = RecipientKind.HEALTH_NURSE, builders.district("kitazawa")
    with pytest.raises(Refused, match="no_reason"):
        sent_on(referral, supervisor, reason=" ")
    sent_on(referral, supervisor, recipient=nurse, district=kitazawa, reason="里帰り先で支援する")
    assert (seen_by(here.nurse), seen_by(here.nurse_elsewhere)) == (set(), {referral.pk})
    assert mailed() == ["elsewhere@ward.test"]
    with pytest.raises(Refused, match="there_already"):
        sent_on(referral, supervisor, recipient=nurse, district=kitazawa)
    sent_on(referral, here.nurse_elsewhere, recipient=nurse, district=None, reason="自宅に戻った")
    assert seen_by(here.nurse) == {referral.pk}
    assert mailed() == ["colleague@ward.test", "elsewhere@ward.test", "nurse@ward.test"]


def test_whoever_does_not_have_it_cannot_send_it_on(here: Scene) -> None:
    referral = here.raised()
    for person in (here.nurse_elsewhere, here.caseworker, here.operator):
        with pytest.raises(Refused, match="sent_on"):
            sent_on(referral, person)
    withdraw_referral(referral=referral, by=here.operator, at=timezone.now())
    with pytest.raises(Refused, match="ended"):
        sent_on(referral, here.nurse)


def test_once_received_the_facility_cannot_take_it_back_also_when_it_was_sent_on(here: Scene) -> None:
    referral = received(here)
    sent_on(referral, here.nurse)
    with pytest.raises(Refused, match="already_received"):
        withdraw_referral(referral=referral, by=here.operator, at=timezone.now())


# ---- Taken along ----------------------------------------------------------------------------------------------------


def test_a_move_reported_in_advance_tells_the_new_district_on_the_day_and_once(here: Scene) -> None:
    referral, today = received(here), timezone.localdate()
    moved(here, referral, today + timedelta(days=3))
    assert follow_moves(at=timezone.now()) == 0
    then = builders.at(today + timedelta(days=3), 0, 1)
    assert [follow_moves(at=then), follow_moves(at=then)] == [1, 0]
    referral.refresh_from_db()
    assert (referral.state, referral.in_charge) == ("raised", None)
    event = referral.events.get(kind=EventKind.MOVED)
    assert (event.by, event.district.slug) == (None, "kitazawa")
    outbox.take_all(at=then)
    assert [message.to for message in mail.outbox] == [["elsewhere@ward.test"]]


def test_a_family_that_moved_is_new_in_the_new_inbox_before_anybody_was_told(here: Scene) -> None:
    referral = received(here)
    moved(here, referral, timezone.localdate())
    found = inbox(here.nurse_elsewhere, timezone.now())
    assert [row.referral for row in found.new] == [referral]
    acknowledge_referral(referral=referral, by=here.nurse_elsewhere, at=timezone.now())
    assert kinds(referral) == ["raised", "acknowledged", "moved", "acknowledged"]
    assert mailed() == []  # received meanwhile: nobody needs to be told


def test_moved_between_raising_and_telling_the_new_district_alone_is_told_once(here: Scene) -> None:
    referral = here.raised()
    moved(here, referral, timezone.localdate())
    assert mailed() == ["elsewhere@ward.test"]
    assert follow_moves(at=timezone.now()) == 0
    assert mailed() == ["elsewhere@ward.test"]


def test_there_and_back_again_each_district_is_told_of_each_coming(here: Scene) -> None:
    referral = here.raised()
    moved(here, referral, timezone.localdate())
    follow_moves(at=timezone.now())
    assert mailed() == ["elsewhere@ward.test"]
    referral.family.residences.get(district__slug="kitazawa").delete()
    home = referral.family.residences.get()
    home.period = (home.period.lower, None)
    home.save()
    follow_moves(at=timezone.now())
    assert mailed() == ["colleague@ward.test", "elsewhere@ward.test", "nurse@ward.test"]


def test_a_family_that_leaves_the_ward_stays_with_the_district_where_it_lived_last(here: Scene) -> None:
    referral = received(here)
    lived = referral.family.residences.get()
    lived.period = (lived.period.lower, timezone.localdate() - timedelta(days=1))
    lived.save()
    assert follow_moves(at=timezone.now()) == 0
    assert seen_by(here.nurse) == {referral.pk}


def test_a_district_that_was_chosen_keeps_it_when_the_family_moves(here: Scene) -> None:
    referral = here.raised()
    kinuta = builders.district("kinuta")
    sent_on(referral, here.nurse, recipient=RecipientKind.HEALTH_NURSE, district=kinuta)
    moved(here, referral, timezone.localdate())
    assert follow_moves(at=timezone.now()) == 0
    assert seen_by(builders.user(Role.HEALTH_NURSE, district=kinuta)) == {referral.pk}


# ---- Handed over ----------------------------------------------------------------------------------------------------


def handed(referral: Referral, to: object, by: object) -> Referral:
    with transaction.atomic():
        return hand_over_within_transaction(referral=referral, to=to, by=by, at=timezone.now())


def test_who_has_it_hands_it_over_to_a_colleague_who_is_told(here: Scene) -> None:
    referral = received(here)
    handed(referral, here.colleague, here.nurse)
    referral.refresh_from_db()
    assert (referral.in_charge, referral.acknowledged_by) == (here.colleague, here.nurse)
    event = referral.events.get(kind=EventKind.HANDED_OVER)
    assert (event.by, event.person) == (here.nurse, here.colleague)
    mail.outbox.clear()
    assert mailed() == ["colleague@ward.test"]
    assert "/nurse/" in mail.outbox[0].body


@pytest.mark.parametrize(
    ("to", "by", "code"),
    [
        ("caseworker", "nurse", "not_of_section"),
        ("nurse_elsewhere", "nurse", "not_of_section"),
        ("nurse", "nurse", "not_of_section"),
        ("colleague", "colleague", "not_hers"),
        ("colleague", "operator", "not_hers"),
    ],
)
def test_nobody_else_hands_over_and_to_nobody_else(here: Scene, to: str, by: str, code: str) -> None:
    referral = received(here)
    with pytest.raises(Refused, match=code):
        handed(referral, getattr(here, to), getattr(here, by))


def test_a_supervisor_hands_over_what_somebody_who_left_had_all_or_nothing(here: Scene) -> None:
    supervisor, referrals = builders.user(Role.SUPERVISOR), [received(here) for _ in range(3)]
    with pytest.raises(Refused, match="not_hers"):
        handed(referrals[0], here.colleague, supervisor)
    assert list(left_behind()) == []
    here.nurse.is_active = False
    here.nurse.save()
    assert list(left_behind()) == referrals
    with transaction.atomic():
        done = hand_over_all_within_transaction(of=here.nurse, to=here.colleague, by=supervisor, at=timezone.now())
    assert done == referrals
    assert list(left_behind()) == []
    with pytest.raises(Refused, match="nothing_in_hand"), transaction.atomic():
        hand_over_all_within_transaction(of=here.nurse, to=here.colleague, by=supervisor, at=timezone.now())
    mail.outbox.clear()
    outbox.take_all(at=timezone.now())
    assert [message.to for message in mail.outbox if "引継ぎ" in message.subject] == [["colleague@ward.test"]]


def test_who_went_to_another_district_has_left_what_she_had(here: Scene) -> None:
    referral = received(here)
    here.nurse.district = builders.district("kitazawa")
    here.nurse.save()
    assert list(left_behind()) == [referral]


# ---- Told to the facility -------------------------------------------------------------------------------------------


def test_words_for_the_facility_are_kept_one_after_the_other(here: Scene) -> None:
    referral, now = received(here), timezone.now()
    for text in ("お会いできました。", "支援につながりました。"):
        with transaction.atomic():
            share_within_transaction(referral=referral, text=text, by=here.nurse, at=now)
    assert list(referral.events.filter(kind=EventKind.SHARED).values_list("text", flat=True)) == [
        "お会いできました。",
        "支援につながりました。",
    ]
    new = here.raised()
    with pytest.raises(Refused, match="not_in_hand"), transaction.atomic():
        share_within_transaction(referral=new, text="x", by=here.nurse, at=now)


def test_every_state_change_that_no_step_makes_is_refused_by_the_database(here: Scene) -> None:
    referral = received(here)
    close_referral(referral=referral, kind=Outcome.OTHER, outcome="x", by=here.nurse, at=timezone.now())
    for state in ("raised", "withdrawn"):
        with pytest.raises(DatabaseError), transaction.atomic():
            Referral.objects.filter(pk=referral.pk).update(state=state)
    assert Referral.objects.get().state == ReferralState.CLOSED


def test_the_first_time_received_is_what_counts_for_the_answer(here: Scene) -> None:
    raised_at = datetime(2023, 5, 10, 10, tzinfo=builders.TOKYO)
    referral = here.raised(at=raised_at)
    acknowledge_referral(referral=referral, by=here.nurse, at=raised_at + timedelta(hours=1))
    sent_on(referral, here.nurse)
    first = referral.events.filter(kind=EventKind.ACKNOWLEDGED).earliest("at")
    assert first.at - referral.raised_at == timedelta(hours=1)
