"""公開の番号: known to nobody before the list, typed by two, never changed; the draw waits for it."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import DatabaseError, transaction

from accounts.roles import Role
from bookings.draws.announcing import announce_round, call_off
from bookings.draws.closing import close_round
from bookings.draws.drawing import run_draw
from bookings.draws.entering import enter_draw
from bookings.draws.opened_tickets import own_nonces
from bookings.draws.proof import is_passed_over
from bookings.draws.public_number import Typed, confirm_number, enter_number, rounds_without_number
from bookings.draws.published_draw import problems_of, published
from bookings.models import DrawEntry, DrawNumber, DrawPolicy, DrawRound
from bookings.tasks import advance_draws
from sankecare import outbox
from sankecare.errors import NotPossible, Refused
from tests.builders import A_DAY, at, draw_policy, family, registration, service, usage_limits, user, wished

pytestmark = pytest.mark.django_db
FIRST = A_DAY + timedelta(days=14)
OPENS, CLOSES, DRAWN = at(A_DAY), at(A_DAY + timedelta(days=3), 17), at(A_DAY + timedelta(days=4), 10)
EVENING = at(A_DAY + timedelta(days=3), 20)
READ = Typed.of("0427", A_DAY + timedelta(days=3))


@pytest.fixture(autouse=True)
def rules():
    usage_limits()
    draw_policy()
    DrawPolicy.objects.update(number_source="ナンバーズ4", number_fallback="日経平均株価の終値")


@pytest.fixture
def announced():
    return announce()


def announce(of=None, first=FIRST):
    return transaction.atomic(announce_round)(
        pool=(of or service(slots=1)).pool,
        first_day=first,
        last_day=first + timedelta(days=6),
        opens_at=OPENS,
        closes_at=CLOSES,
        draw_at=DRAWN,
        by=None,
        at=OPENS,
    )


def enter(announced):
    mother = user(Role.MOTHER, email=f"m{DrawEntry.objects.count()}@example.jp")
    return enter_draw(
        draw_round=announced,
        registration=registration(family(account=mother)),
        choices=wished(announced, [FIRST, FIRST + timedelta(days=1)]),
        by=mother,
        at=OPENS,
    )


def closed(announced, entries=3):
    made = [enter(announced) for _ in range(entries)]
    close_round(draw_round=announced, at=CLOSES)
    return made


def entered_by_two(announced, typed=READ):
    enter_number(draw_round=announced, typed=typed, by=user(), at=EVENING)
    return confirm_number(draw_round=announced, typed=typed, by=user(), at=EVENING)


def test_the_round_keeps_the_source_that_it_was_announced_with(announced):
    DrawPolicy.objects.update(number_source="別の出どころ")
    announced.refresh_from_db()
    assert announced.number_source == "ナンバーズ4"
    assert published(announced)["promise"]["number_source"] == "ナンバーズ4"
    assert published(announced)["promise"]["number_fallback"] == "日経平均株価の終値"
    with pytest.raises(DatabaseError), transaction.atomic():
        DrawRound.objects.update(number_source="")


def test_the_draw_waits_for_the_number_and_takes_it_into_the_seed(announced):
    closed(announced)
    with pytest.raises(Refused, match="number_missing"):
        run_draw(draw_round=announced, at=DRAWN)
    entered_by_two(announced)
    done = run_draw(draw_round=announced, at=DRAWN)
    shown = published(done)
    assert shown["number"] == {"value": "0427", "of_day": "2026-04-04", "is_fallback": False} | {
        "of_day": READ.of_day.isoformat()
    }
    assert problems_of(shown) == []
    shown["number"]["value"] = "0428"
    assert problems_of(shown)


def test_late_is_told_by_the_time_of_the_draw(announced):
    assert rounds_without_number(CLOSES) == []
    closed(announced)
    (waits,) = rounds_without_number(EVENING)
    assert (waits.round, waits.is_late) == (announced, False)
    enter_number(draw_round=announced, typed=READ, by=user(), at=EVENING)
    (late,) = rounds_without_number(DRAWN)
    assert late.is_late
    confirm_number(draw_round=announced, typed=READ, by=user(), at=DRAWN)
    assert rounds_without_number(DRAWN) == []


def test_the_task_lets_a_draw_wait_without_a_failure_and_draws_once_the_number_is_there(
    announced, time_machine, caplog
):
    enter(announced)
    time_machine.move_to(DRAWN, tick=False)
    advance_draws()
    assert not [record for record in caplog.records if record.message == "draw_not_possible"]
    announced.refresh_from_db()
    assert announced.closed_at is not None
    assert announced.drawn_at is None
    late = Typed.of("0427", A_DAY + timedelta(days=4))  # drawn after the list, which came late
    enter_number(draw_round=announced, typed=late, by=user(), at=DRAWN)
    confirm_number(draw_round=announced, typed=late, by=user(), at=DRAWN)
    advance_draws()
    announced.refresh_from_db()
    assert announced.drawn_at is not None


def test_without_a_source_no_number_is_asked_for():
    DrawPolicy.objects.update(number_source="", number_fallback="")
    made = announce()
    closed(made)
    with pytest.raises(Refused, match="no_number_promised"):
        enter_number(draw_round=made, typed=READ, by=user(), at=EVENING)
    shown = published(run_draw(draw_round=made, at=DRAWN))
    assert problems_of(shown) == []
    assert shown["promise"]["number_source"] == ""


# ---- Two people -----------------------------------------------------------------------------------------------------


def test_nobody_confirms_her_own_number_nor_somebody_whom_she_made_up(announced):
    closed(announced)
    first, newcomer = user(), user()
    newcomer.date_joined = EVENING - timedelta(days=3)
    newcomer.save()
    enter_number(draw_round=announced, typed=READ, by=first, at=EVENING)
    with pytest.raises(Refused, match="second_person_needed"):
        confirm_number(draw_round=announced, typed=READ, by=first, at=EVENING)
    with pytest.raises(Refused, match="second_person_too_new"):
        confirm_number(draw_round=announced, typed=READ, by=newcomer, at=EVENING)
    with pytest.raises(DatabaseError), transaction.atomic():
        DrawNumber.objects.update(confirmed_by=first, confirmed_at=EVENING)
    assert confirm_number(draw_round=announced, typed=READ, by=user(), at=EVENING).confirmed_at == EVENING


@pytest.mark.parametrize(
    "other",
    [
        Typed.of("0472", READ.of_day),
        Typed.of("0427", READ.of_day, is_fallback=True),
        Typed.of("0427", READ.of_day + timedelta(days=1)),
    ],
)
def test_where_the_two_read_otherwise_it_does_not_count(announced, other):
    closed(announced)
    enter_number(draw_round=announced, typed=READ, by=user(), at=EVENING)
    with pytest.raises(NotPossible, match="number_differs"):
        confirm_number(draw_round=announced, typed=other, by=user(), at=EVENING + timedelta(days=1))
    assert not DrawNumber.objects.filter(confirmed_at__isnull=False).exists()


def test_a_wrong_number_is_entered_anew_until_two_agree_and_never_again(announced):
    closed(announced)
    enter_number(draw_round=announced, typed=Typed.of("0472", READ.of_day), by=user(), at=EVENING)
    entered_by_two(announced)
    with pytest.raises(Refused, match="number_confirmed"):
        enter_number(draw_round=announced, typed=READ, by=user(), at=EVENING)
    for change in ({"value": "9999"}, {"of_day": FIRST}, {"confirmed_at": None, "confirmed_by": None}):
        with pytest.raises(DatabaseError), transaction.atomic():
            DrawNumber.objects.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        DrawNumber.objects.all().delete()


def test_no_number_stands_before_the_list_is_published(announced):
    with pytest.raises(Refused, match="list_not_published"):
        enter_number(draw_round=announced, typed=READ, by=user(), at=OPENS)
    with pytest.raises(DatabaseError), transaction.atomic():
        DrawNumber.objects.create(round=announced, value="1", of_day=READ.of_day, entered_by=user(), entered_at=OPENS)
    closed(announced)
    with pytest.raises(NotPossible, match="number_before_list"):
        enter_number(draw_round=announced, typed=Typed.of("1", A_DAY), by=user(), at=EVENING)
    with pytest.raises(NotPossible, match="day_ahead"):
        enter_number(draw_round=announced, typed=Typed.of("1", FIRST), by=user(), at=EVENING)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("0427", "0427"), (" ０４２７ ", "0427"), ("38,915.87", "38915.87"), ("3  14 15", "3 14 15"), ("1", "1")],
)
def test_a_number_is_kept_as_its_digits(typed, kept):
    assert Typed.of(typed, A_DAY).value == kept


@pytest.mark.parametrize(
    "typed", ["", "  ", "四二七", "-1", "0427 ", "4:27", "1.", ".5", "1" * 41, "\x00", "٠٤٢٧", "०४२७"]
)
def test_what_is_no_number_is_refused(typed):
    if typed == "0427 ":
        assert Typed.of(typed, A_DAY).value == "0427"
        return
    with pytest.raises(NotPossible, match="no_number"):
        Typed.of(typed, A_DAY)


# ---- What the families are given ------------------------------------------------------------------------------------


def test_every_family_on_the_list_is_mailed_its_digest_and_nothing_of_herself(announced):
    entries = closed(announced)
    outbox.take_all(at=EVENING)
    announced.refresh_from_db()
    digest = published(announced)["list_digest"]
    assert sorted(message.to[0] for message in mail.outbox) == sorted(
        entry.registration.birth.family.account.email for entry in entries
    )
    for message in mail.outbox:
        assert digest in message.body
        assert not [entry.sign for entry in entries if entry.sign in message.subject + message.body]


def test_her_nonces_show_that_none_of_her_tickets_was_held_back(announced):
    entries = closed(announced)
    assert own_nonces(enter_later := DrawEntry.objects.get(pk=entries[0].pk)) != []
    entered_by_two(announced)
    shown = published(run_draw(draw_round=announced, at=DRAWN))
    for entry in DrawEntry.objects.select_related("round"):
        nonces = own_nonces(entry)
        assert len(nonces) == entry.tickets
        assert not is_passed_over(shown, entry.sign, nonces)
    assert enter_later.sign


def test_before_the_deadline_she_has_no_ticket_yet(announced):
    assert own_nonces(enter(announced)) == []


# ---- Called off -----------------------------------------------------------------------------------------------------


def test_before_its_deadline_a_draw_that_is_called_off_reveals_nothing(announced):
    enter(announced)
    call_off(draw_round=announced, reason="施設の休業", by=user(), at=OPENS)
    announced.refresh_from_db()
    shown = published(announced)
    assert set(shown) == {"round", "promise", "called_off", "history"}
    assert problems_of(shown) == []


@pytest.mark.parametrize("is_number_first", [True, False])
def test_after_its_deadline_it_stands_in_public_with_the_order_that_it_would_have_had(announced, is_number_first):
    entries = closed(announced)
    if is_number_first:
        entered_by_two(announced)
    call_off(draw_round=announced, reason="施設の休業", by=user(), at=EVENING)
    announced.refresh_from_db()
    if not is_number_first:
        shown = published(announced)
        assert "secret" in shown
        assert "result" not in shown
        assert problems_of(shown) == []
        assert [row.round for row in rounds_without_number(EVENING)] == [announced]
        entered_by_two(announced)
        announced.refresh_from_db()
    shown = published(announced)
    assert problems_of(shown) == []
    assert shown["called_off"]["reason"] == "施設の休業"
    assert sorted(row["sign"] for row in shown["result"]) == sorted(entry.sign for entry in entries)
    assert "rooms" not in shown
    assert not DrawEntry.objects.exclude(outcome="").exists()


def test_called_off_past_a_deadline_that_nobody_has_worked_off_its_list_is_published_first(announced):
    entry = enter(announced)
    call_off(draw_round=announced, reason="施設の休業", by=user(), at=EVENING)
    announced.refresh_from_db()
    assert [row["sign"] for row in published(announced)["list"]["entries"]] == [entry.sign]
