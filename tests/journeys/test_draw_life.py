"""The whole life of a round, on the families' phones and the staff's desk: entering, leaving the ward, the deadline,
the draw, a part, a no taken back and given on, the line, a closure, and a round that stands still.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import transaction
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from accounts.roles import Role
from bookings.draws.announcing import announce_round, call_off
from bookings.draws.closing import close_round
from bookings.draws.draw import Choice
from bookings.draws.drawing import run_draw
from bookings.draws.entering import enter_draw
from bookings.models import Booking, BookingState, DrawEntry, DrawPolicy, DrawRound, Outcome
from bookings.places.capacity import Cut, CutKind, Decision, Fate, apply_cut
from bookings.places.end_participation import leave_ward
from bookings.places.offers import lapse_offers, remind_of_offers
from bookings.waiting.counting import look_at_family_again
from enrollment.models import Registration
from facilities.models import Service
from sankecare import outbox
from tests import builders

from .steps import DESKTOP, is_fit_for_everybody, screen

pytestmark = pytest.mark.django_db(transaction=True)

PHONE = {"width": 390, "height": 844}
# A Wednesday morning.
OPENS = datetime(2026, 6, 10, 9, 0, tzinfo=builders.TOKYO)
CLOSES, DRAWN = OPENS + timedelta(days=2), OPENS + timedelta(days=3)
FIRST = date(2026, 6, 22)
MINUTE = timedelta(minutes=1)


def day(number: int) -> date:
    """Counted from the first day of the round, which is 1."""
    return FIRST + timedelta(days=number - 1)


@pytest.fixture
def stay() -> Service:
    builders.usage_limits()
    builders.draw_policy()
    DrawPolicy.objects.update(undo_minutes=10, remind_hours=12)
    return builders.service(slots=1)


@pytest.fixture
def clock(stay: Service) -> Iterator[Any]:
    with time_machine.travel(OPENS, tick=True) as moving:
        yield moving


@pytest.fixture
def announced(stay: Service, clock: Any) -> DrawRound:
    # Another family is there on the fourth day already: who wishes it can only be given a part.
    taken = Booking.objects.create(registration=family("earlier"), service=stay, booked_at=OPENS)
    taken.days.create(day=day(4))
    return transaction.atomic(announce_round)(
        pool=stay.pool,
        first_day=day(1),
        last_day=day(7),
        opens_at=OPENS,
        closes_at=CLOSES,
        draw_at=DRAWN,
        by=None,
        at=OPENS,
    )


def family(name: str) -> Registration:
    mother = builders.user(Role.MOTHER, email=f"{name}@example.jp")
    return builders.registration(builders.family(account=mother), born=date(2026, 5, 20))


class Life:
    """One round, with a browser for who looks at it."""

    def __init__(self, announced: DrawRound, clock: Any, page: Page, site: str) -> None:
        self.announced, self.clock, self.page, self.site = announced, clock, page, site

    def at(self, moment: datetime) -> None:
        """It is so late now; what is due by the clock has been done, and the mails are sent."""
        self.clock.move_to(moment)
        if moment >= CLOSES:
            transaction.atomic(close_round)(draw_round=self.announced, at=moment)
        if moment >= DRAWN:
            transaction.atomic(run_draw)(draw_round=self.announced, at=moment)
            lapse_offers(at=moment)
            remind_of_offers(at=moment)
        outbox.take_all(at=moment)

    def sees(self, who: User, path: str, *words: str, never: tuple[str, ...] = ()) -> None:
        """Open a page as somebody; it says these words and not those, and is fit for everybody."""
        client = Client()
        client.force_login(who)
        self.page.context.clear_cookies()
        for cookie in client.cookies.values():
            self.page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": self.site}])
        self.page.goto(f"{self.site}{path}")
        shown = self.page.locator("body" if path.startswith("/admin/") else "main")
        for said in words:
            expect(shown).to_contain_text(said)
        for said in never:
            expect(shown).not_to_contain_text(said)
        is_fit_for_everybody(self.page)

    def sees_entry(self, of: Registration, *words: str, never: tuple[str, ...] = ()) -> None:
        """Her own page of the round, and the same headline on her list and her first page."""
        self.sees(mother_of(of), f"/my/registrations/{of.pk}/draws/", words[0], never=never)
        self.sees(mother_of(of), "/my/", words[0], never=never)
        self.sees(mother_of(of), f"/my/registrations/{of.pk}/draws/{self.announced.pk}/", *words, never=never)

    def wishes(self, of: Registration, first: int, length: int, fewer: str) -> None:
        """She enters on her phone; without an answer to the first question nothing is sent."""
        self.sees(mother_of(of), f"/my/registrations/{of.pk}/draws/{self.announced.pk}/", "何日以上なら利用しますか")
        self.page.select_option("[name=first_1]", day(first).isoformat())
        self.page.select_option("[name=length_1]", str(length))
        self.page.click("main form .button >> nth=0")
        expect(self.page.locator("main [role=alert]:not([hidden])").first).to_be_visible()
        self.page.select_option("[name=shorter]", fewer)
        self.page.click("main form .button >> nth=0")
        expect(self.page.locator("main")).to_contain_text("申込み済みです")
        is_fit_for_everybody(self.page)


@pytest.fixture
def life(
    announced: DrawRound, clock: Any, live_server: Any, browser: Browser, browser_context_args: dict[str, Any]
) -> Iterator[Life]:
    with screen(browser, browser_context_args, PHONE) as page:
        yield Life(announced, clock, page, live_server.url)


def mother_of(registration: Registration) -> User:
    found = registration.birth.family.account
    assert found is not None
    return found


def enter(life: Life, of: Registration, first: int, length: int, least: int | None = None) -> None:
    days = tuple(day(number) for number in range(first, first + length))
    transaction.atomic(enter_draw)(
        draw_round=life.announced,
        registration=of,
        choices=[Choice(life.announced.pool.services.get().slug, days)],
        by=mother_of(of),
        at=OPENS,
        least_days=least,
    )


def mails_to(of: Registration) -> list[Any]:
    return [one for one in mail.outbox if one.to == [mother_of(of).email]]


def test_from_the_wish_to_the_stay(life: Life) -> None:
    one, two, part, mover = (family(name) for name in ("one", "two", "part", "mover"))
    life.wishes(one, 1, 2, "all")
    enter(life, two, 1, 2)
    life.wishes(part, 3, 2, "1")
    enter(life, mover, 1, 2)
    transaction.atomic(leave_ward)(
        family=mover.birth.family, last_day=OPENS.date() + timedelta(days=1), by=mother_of(mover), at=OPENS
    )
    look_at_family_again(mover.birth.family_id, OPENS)
    life.sees_entry(one, "申込み済みです", never=("当選",))
    life.sees(mother_of(mover), f"/my/registrations/{mover.pk}/draws/", "今のままでは、抽選の対象になりません")

    life.at(CLOSES + MINUTE)
    life.sees_entry(one, "受付が終わりました", "記号", never=("当選",))
    life.sees_entry(mover, "今回の抽選の対象になりませんでした", "外れた回には数えません")

    life.at(DRAWN + MINUTE)
    outcomes = dict(DrawEntry.objects.values_list("registration", "outcome"))
    winner, loser = (one, two) if outcomes[one.pk] == Outcome.WON else (two, one)
    assert (outcomes[loser.pk], outcomes[part.pk]) == (Outcome.LOST, Outcome.PARTLY)
    subjects = {name: mails_to(of)[-1].subject for name, of in (("won", winner), ("part", part), ("lost", loser))}
    assert "当選しました" in subjects["won"]
    assert "一部が当選しました" in subjects["part"]
    assert "外れました" in subjects["lost"]
    life.sees_entry(loser, "今回は外れました。順番待ちに入っています", "1番目", "まだ空いている日", never=("当選",))
    life.sees_entry(winner, "当選しました。お返事をお願いします", "6月22日")

    # The part: which wish, which part, who comes, what it costs, until when.
    life.sees_entry(part, "希望の一部が当選しました", "第1希望の2日のうち1日")
    life.page.click("text=内容を見て返事をする")
    for said in ("第1希望の2日のうち1日", "お母さん", "4,500", "お返事の期限", "2026年6月15日"):
        expect(life.page.locator("main")).to_contain_text(said)
    is_fit_for_everybody(life.page)
    life.page.click("[name=accept]")
    life.sees_entry(part, "ご予約が決まりました", never=("当選",))

    declines_thinks_again_and_declines(life, winner, loser)
    is_taken_by_the_next_in_line(life, winner, loser)
    staff_see_it_all(life)


def declines_thinks_again_and_declines(life: Life, winner: Registration, loser: Registration) -> None:
    held = DrawEntry.objects.get(registration=winner).booking
    assert held is not None
    life.sees(mother_of(winner), f"/my/bookings/{held.pk}/offer/", "空きが出ました")
    life.page.click("[name=decline]")
    expect(life.page.locator("main")).to_contain_text("取り消せます")
    is_fit_for_everybody(life.page)
    life.page.click("[name=undo]")
    expect(life.page.locator("main")).to_contain_text("枠は引き続き確保しています")
    life.page.click("[name=decline]")
    life.sees_entry(winner, "辞退されました。まだ取り消せます", never=("当選",))
    life.at(DRAWN + 5 * MINUTE)
    assert not Booking.objects.filter(registration=loser).exists()
    life.at(DRAWN + 15 * MINUTE)
    life.sees_entry(winner, "枠を辞退されました", never=("当選", "取り消せます"))
    life.sees(mother_of(winner), f"/my/bookings/{held.pk}/offer/", "この枠は辞退されました")


def is_taken_by_the_next_in_line(life: Life, winner: Registration, loser: Registration) -> None:
    life.at(DRAWN + 16 * MINUTE)
    offer = Booking.objects.get(registration=loser, state=BookingState.OFFERED)
    assert f"/my/bookings/{offer.pk}/offer/" in mails_to(loser)[-1].body
    life.sees_entry(loser, "順番がきました", never=("当選",))
    assert offer.offered_until is not None
    life.at(offer.offered_until - timedelta(hours=6))
    assert "期限" in mails_to(loser)[-1].subject
    life.page.goto(f"{life.site}/my/bookings/{offer.pk}/offer/")
    expect(life.page.locator("main")).to_contain_text("9,000")
    life.page.click("[name=accept]")
    life.sees_entry(loser, "ご予約が決まりました", offer.number, never=("当選", "外れました"))


def staff_see_it_all(life: Life) -> None:
    life.page.set_viewport_size(DESKTOP)
    entries = f"/admin/bookings/drawround/{life.announced.pk}/entries/"
    life.sees(builders.user(), entries, "承諾", "辞退", "対象外", "第1希望", "申込みのあった家庭")
    signs = DrawEntry.objects.values_list("sign", flat=True)
    for sign in signs:
        expect(life.page.locator("table")).to_contain_text(sign)


def test_an_offer_that_nobody_answers_goes_on_and_says_so(life: Life) -> None:
    silent = family("silent")
    enter(life, silent, 1, 1)
    life.at(DRAWN + MINUTE)
    life.sees_entry(silent, "当選しました。お返事をお願いします")
    life.at(DRAWN + timedelta(hours=36) + 2 * MINUTE)
    assert "期限" in mails_to(silent)[-1].subject
    life.at(DRAWN + timedelta(hours=48) + 3 * MINUTE)
    life.sees_entry(silent, "お返事の期限が過ぎました", "区にお電話ください", "まだ空いている日", never=("当選",))


def test_a_round_that_stands_still_is_red_on_the_staffs_home_and_told_to_who_waits(life: Life) -> None:
    waits = family("waits")
    enter(life, waits, 1, 1)
    life.at(CLOSES + MINUTE)
    life.clock.move_to(DRAWN + 20 * MINUTE)
    life.sees_entry(waits, "抽選が予定より遅れています", "何もしなくて大丈夫です")
    life.page.set_viewport_size(DESKTOP)
    life.sees(builders.user(), "/admin/")
    late = life.page.get_by_role("region", name="遅れているもの・止まっているもの")
    expect(late).to_contain_text("止まっている抽選")
    late.locator(f"a[href$='/ward/draws/{life.announced.pk}/']").click()
    expect(life.page).to_have_url(re.compile(rf"/ward/draws/{life.announced.pk}/$"))
    expect(life.page.locator("main")).to_contain_text("抽選が遅れています")
    expect(life.page.locator("main")).to_contain_text("システムの運用担当に連絡してください")
    life.at(DRAWN + 21 * MINUTE)
    life.page.goto(f"{life.site}/admin/")
    expect(late).to_have_count(0)


def test_a_round_called_off_says_why_and_costs_nobody_a_turn(life: Life) -> None:
    waits = family("waits")
    enter(life, waits, 1, 1)
    transaction.atomic(call_off)(
        draw_round=life.announced, reason="改修のためお休みします", by=builders.user(), at=OPENS + MINUTE
    )
    life.at(OPENS + 2 * MINUTE)
    assert "中止" in mails_to(waits)[-1].subject
    life.sees_entry(waits, "この抽選は中止になりました", "改修のためお休みします", "外れた回には数えません")


def test_a_family_whose_place_the_ward_closes_reads_why(life: Life, stay: Service) -> None:
    hit = family("hit")
    enter(life, hit, 2, 1)
    life.at(DRAWN + MINUTE)
    held = DrawEntry.objects.get(registration=hit).booking
    assert held is not None
    closes(stay, held, day(2))
    life.sees_entry(
        hit,
        "区や施設の都合で、利用できなくなりました",
        "工事のため",
        "順番はそのままです",
        never=("当選しました", "外れました"),
    )


def closes(stay: Service, booking: Booking, of: date) -> None:
    """The ward closes the house that day; the family's booking is cancelled, with words to it."""
    cut = Cut(stay.pool, CutKind.CLOSURE, of, of, 0, "工事のため")
    decisions = {booking.pk: Decision(Fate.CANCEL, "工事のため、この日はお休みします。申し訳ありません。")}
    transaction.atomic(apply_cut)(cut=cut, decisions=decisions, by=builders.user(), at=DRAWN + 2 * MINUTE)
