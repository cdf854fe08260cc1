"""抽選 on the web: a mother enters, changes, withdraws and answers; staff announce, preview and weigh."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from bookings.draws.announcing import announce_round
from bookings.draws.closing import close_round
from bookings.draws.drawing import run_draw
from bookings.draws.freeing import free_days
from bookings.models import AllocationPolicy, Booking, BookingState, DrawEntry, DrawPolicy, DrawRound
from sankecare.errors import NotPossible
from tests.builders import LONG_AGO, TOKYO, family, registration, service, sibling, usage_limits, user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def rules():
    usage_limits()
    numbers = dict.fromkeys(["high_need_tickets", "lost_before_tickets", "most_lost_counted", "window_tickets"], 1)
    DrawPolicy.objects.create(period=(LONG_AGO, None), window_days=30, answer_hours=48, offer_hours=24, **numbers)


@pytest.fixture
def announced():
    today = timezone.localdate()
    now = timezone.now()
    return announce_round(
        pool=service(slots=2).pool,
        first_day=today + timedelta(days=14),
        last_day=today + timedelta(days=20),
        opens_at=now - timedelta(days=1),
        closes_at=now + timedelta(days=2),
        draw_at=now + timedelta(days=3),
        by=None,
        at=now,
    )


@pytest.fixture
def mother(client):
    person = user(Role.MOTHER, email="yoshiko@example.jp")
    made = registration(family(account=person), born=timezone.localdate() - timedelta(days=40))
    client.force_login(person)
    client.made = made
    return client


def words(answer):
    return str(answer.content, "utf-8")


def wish(announced, **changed):
    first = announced.period.lower
    typed = {"first_1": first.isoformat(), "length_1": "2", "length_2": "1", "length_3": "1", "shorter": "all"}
    return typed | changed


def page_of(client, announced):
    return f"/my/registrations/{client.made.pk}/draws/{announced.pk}/"


def test_she_enters_changes_and_withdraws(mother, announced):
    sibling(mother.made.birth.family)
    assert "抽選に申し込む" in words(mother.get(f"/my/registrations/{mother.made.pk}/draws/"))
    shown = mother.get(page_of(mother, announced))
    assert "きょうだいは行かない" in words(shown)
    mother.post(page_of(mother, announced), wish(announced))
    entry = DrawEntry.objects.get()
    days = [(announced.period.lower + timedelta(days=day)).isoformat() for day in range(2)]
    assert entry.choices == [{"service": "ward-centre/short-stay", "days": days}]
    told = words(mother.get(f"/my/registrations/{mother.made.pk}/draws/"))
    assert "お申し込みを受け付けました" in told
    mother.post(page_of(mother, announced), wish(announced, length_1="3", shorter="1"))
    entry.refresh_from_db()
    assert (len(entry.choices[0]["days"]), entry.least_days) == (3, 1)
    assert '<option value="1" selected>1日以上なら利用する' in words(mother.get(page_of(mother, announced)))
    mother.post(page_of(mother, announced), {"withdraw": "1"})
    entry.refresh_from_db()
    assert entry.withdrawn_at is not None
    again = mother.get(page_of(mother, announced)).context["form"]
    put_in = {name: again[name].value() for name in again.fields if again[name].value() not in (None, False)}
    mother.post(page_of(mother, announced), put_in)
    back = DrawEntry.objects.get(withdrawn_at__isnull=True)
    assert (back.choices, back.least_days) == (entry.choices, 1)


@pytest.mark.parametrize(
    "changed",
    [
        {"first_1": ""},
        {"first_1": "2020-01-01"},
        {"length_1": "99"},
        {"length_1": "x"},
        {"shorter": ""},
        {"shorter": "5"},
        {"shorter": "-1"},
    ],
)
def test_bad_wishes_are_answered_and_enter_nothing(mother, announced, changed):
    answer = mother.post(page_of(mother, announced), wish(announced, **changed))
    assert answer.status_code == 422
    assert 'role="alert"' in words(answer)
    assert not DrawEntry.objects.exists()


def test_days_beyond_the_round_are_said(mother, announced):
    last = announced.period.upper - timedelta(days=1)
    answer = mother.post(page_of(mother, announced), wish(announced, first_1=last.isoformat(), length_1="3"))
    assert "第1希望の日が、抽選の期間" in words(answer)


def test_what_she_won_stands_on_her_page_and_is_taken_in_one_tap(mother, announced):
    mother.post(page_of(mother, announced), wish(announced))
    close_round(draw_round=announced, at=announced.closes_at)
    run_draw(draw_round=announced, at=announced.draw_at)
    held = Booking.objects.get()
    home = words(mother.get("/my/"))
    assert "お返事待ち" in home
    assert f"/my/bookings/{held.pk}/offer/" in home
    mother.post(f"/my/bookings/{held.pk}/offer/", {"accept": "1"})
    held.refresh_from_db()
    assert held.state == BookingState.BOOKED
    assert "お返事待ちではありません" in words(
        mother.post(f"/my/bookings/{held.pk}/offer/", {"decline": "1"}, follow=True)
    )


def test_another_familys_offer_and_draws_are_not_there(mother, announced):
    foreign = registration()
    assert mother.get(f"/my/registrations/{foreign.pk}/draws/").status_code == 404
    assert mother.post(f"/my/registrations/{foreign.pk}/draws/{announced.pk}/", wish(announced)).status_code == 404


def test_the_public_reads_the_promise_and_the_file_and_no_name(client, announced):
    page = words(client.get("/draws/"))
    assert announced.commitment in page
    shown = client.get(f"/draws/{announced.pk}.json").json()
    assert shown["promise"]["commitment"] == announced.commitment
    assert "secret" not in shown


# ---- Staff ----------------------------------------------------------------------------------------------------------


def form_for(made, **changed):
    today = timezone.localdate()
    days = {"opens_at": 1, "closes_at": 5, "draw_at": 6}
    typed = {"pool": made.pool_id}
    for name, number in days.items():
        typed |= {f"{name}_0": (today + timedelta(days=number)).isoformat(), f"{name}_1": "09:00"}
    typed |= {
        "period_0": (today + timedelta(days=14)).isoformat(),
        "period_1": (today + timedelta(days=20)).isoformat(),
    }
    return typed | changed


def test_staff_announce_a_draw_and_its_promise_is_made_by_itself(client):
    client.force_login(user())
    made = service()
    answer = client.post("/admin/bookings/drawround/add/", form_for(made))
    assert answer.status_code == 302, words(answer)
    announced = DrawRound.objects.get()
    assert len(announced.commitment) == 64
    assert (announced.period.upper - announced.period.lower).days == 7
    assert timezone.localtime(announced.draw_at).hour == 9


def test_no_round_is_open_so_shortly_that_only_a_friend_who_was_told_can_enter(client):
    client.force_login(user())
    the_same_day = (timezone.localdate() + timedelta(days=5)).isoformat()
    made = service()
    typed = form_for(made, opens_at_0=the_same_day, opens_at_1="08:55")
    answer = client.post("/admin/bookings/drawround/add/", typed)
    assert "少なくとも24時間が必要です" in words(answer)
    assert not DrawRound.objects.exists()
    # Opened long ago, and announced on the eve: nobody could enter before it was announced.
    now = timezone.now()
    with pytest.raises(NotPossible) as refused:
        announce_round(
            pool=made.pool,
            first_day=timezone.localdate() + timedelta(days=14),
            last_day=timezone.localdate() + timedelta(days=20),
            opens_at=now - timedelta(days=9),
            closes_at=now + timedelta(minutes=10),
            draw_at=now + timedelta(minutes=10),
            by=user(),
            at=now,
        )
    assert refused.value.code == "too_short_to_enter"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"closes_at_0": "2020-01-01"}, "この順に"),
        ({"period_1": "2099-01-01"}, "31日まで"),
        ({"period_0": "", "period_1": ""}, "最初の日と最後の日"),
        ({"period_1": ""}, "最初の日と最後の日"),
        ({"opens_at_0": "", "pool": ""}, "必須"),
    ],
)
def test_a_round_that_cannot_be_is_answered_beside_its_field_and_nothing_is_lost(client, changed, said):
    client.force_login(user())
    answer = client.post("/admin/bookings/drawround/add/", form_for(service(), **changed))
    assert answer.status_code == 200
    assert said in words(answer)
    assert "09:00" in words(answer)
    assert not DrawRound.objects.exists()


def test_two_rounds_of_the_same_days_are_refused(client, announced):
    client.force_login(user())
    answer = client.post("/admin/bookings/drawround/add/", form_for(announced))
    assert "重なっています" in words(answer)


def test_staff_preview_call_off_and_weigh(client, mother, announced):
    mother.post(page_of(mother, announced), wish(announced))
    entry, staff = DrawEntry.objects.get(), user()
    client.force_login(staff)
    assert entry.sign in words(client.get(f"/admin/bookings/drawround/{announced.pk}/preview/"))
    client.post(f"/admin/bookings/drawentry/{entry.pk}/change/", {"high_need_reason": "保健師の依頼"})
    entry.refresh_from_db()
    assert (entry.high_need_reason, entry.high_need_by) == ("保健師の依頼", staff)
    client.post(f"/admin/bookings/drawround/{announced.pk}/call-off/", {"reason": " "})
    announced.refresh_from_db()
    assert announced.called_off_at is None
    client.post(f"/admin/bookings/drawround/{announced.pk}/call-off/", {"reason": "施設の休業"})
    announced.refresh_from_db()
    assert announced.called_off_reason == "施設の休業"


def test_without_a_rule_of_what_counts_a_preview_says_so_and_guesses_nothing(client, mother, announced):
    DrawPolicy.objects.all().delete()
    client.force_login(user())
    shown = client.get(f"/admin/bookings/drawround/{announced.pk}/preview/", follow=True)
    assert shown.status_code == 200
    assert "抽選の設定が登録されていません" in words(shown)


def test_after_the_deadline_nobody_is_weighed(client, mother, announced, time_machine):
    mother.post(page_of(mother, announced), wish(announced))
    entry = DrawEntry.objects.get()
    client.force_login(user())
    time_machine.move_to(announced.closes_at, tick=False)
    client.post(f"/admin/bookings/drawentry/{entry.pk}/change/", {"high_need_reason": "遅い"})
    entry.refresh_from_db()
    assert entry.high_need_reason == ""


def test_without_a_policy_the_next_round_is_proposed_as_the_last_one_a_stretch_later(client, announced):
    client.force_login(user())
    add = reverse("admin:bookings_drawround_add")
    listed = client.get(reverse("admin:bookings_drawround_changelist")).content.decode()
    assert f"{add}?pool={announced.pool_id}" in listed
    proposed = client.get(add, {"pool": announced.pool_id}).context["adminform"].form.initial
    length = announced.period.upper - announced.period.lower
    assert proposed["period"].lower == announced.period.upper
    assert proposed["period"].upper == announced.period.upper + length
    assert proposed["draw_at"] == announced.draw_at + length
    assert proposed["closes_at"] == announced.closes_at + length
    assert client.get(add, {"pool": "x"}).status_code == 200


def test_the_next_round_is_proposed_by_the_policy_and_can_be_announced_as_it_stands(client):
    stay = service(slots=2)
    AllocationPolicy.objects.create(
        service=stay,
        period=(LONG_AGO, None),
        method="lottery",
        stretch_days=10,
        draw_weekday=4,
        opens_days_before=30,
        closes_days_before=9,
    )
    now, today = timezone.now(), timezone.localdate()
    free_days(pool=stay.pool, first_day=today, last_day=today + timedelta(days=20), reason="前", by=None, at=now)
    client.force_login(user())
    add = reverse("admin:bookings_drawround_add")
    proposed = client.get(add, {"pool": stay.pool_id}).context["adminform"].form.initial
    assert proposed["draw_at"].astimezone(TOKYO).weekday() == 4
    client.post(
        add,
        {
            "pool": stay.pool_id,
            "period_0": f"{proposed['period'].lower:%Y-%m-%d}",
            "period_1": f"{proposed['period'].upper - timedelta(days=1):%Y-%m-%d}",
            **{
                f"{name}_{number}": f"{proposed[name].astimezone(TOKYO):{form}}"
                for name in ("opens_at", "closes_at", "draw_at")
                for number, form in enumerate(("%Y-%m-%d", "%H:%M:%S"))
            },
        },
    )
    made = DrawRound.objects.get()
    assert (made.period.upper - made.period.lower, made.draw_at) == (timedelta(days=10), proposed["draw_at"])
    following = client.get(add, {"pool": stay.pool_id}).context["adminform"].form.initial
    assert following["period"].lower == made.period.upper


def test_staff_are_warned_where_a_service_given_by_lot_has_no_draw_to_come_and_nobody_else_is(client, announced):
    AllocationPolicy.objects.create(service=announced.pool.services.get(), period=(LONG_AGO, None), method="lottery")
    client.force_login(user())
    pages = [reverse("desk:settings"), reverse("public:home")]
    warning = "次の抽選が公表されていません"
    assert [warning in words(client.get(page)) for page in pages] == [False, False]
    close_round(draw_round=announced, at=announced.closes_at)
    run_draw(draw_round=announced, at=announced.draw_at)
    assert [warning in words(client.get(page)) for page in pages] == [True, True]
    client.force_login(user(Role.OPERATOR))
    assert warning not in words(client.get(reverse("public:home")))
