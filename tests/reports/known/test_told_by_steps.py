"""Requests, claims, watch lists, wishes, unmet demand, answers: told of each day again as they stood at its end.

Forty days go by on the database's clock; every day some of what can happen happens, in an order drawn once. What was
counted on each day is kept, and so are the rows; at the end each day is told again.
"""

from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import partial
from random import Random

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.roles import Role
from billing.models import Claim, ClaimState, ClaimStep
from bookings.models import UnmetCount, UnmetKind, UnmetSign, Wish, WishEnd, WishService
from bookings.unmet.closing import close_weeks
from bookings.unmet.counting import count_check
from bookings.unmet.weeks import monday_of, sign_of
from care.models import SurveyAnswer, SurveyCount, SurveyQuestion
from care.survey.counting import count_answers
from enrollment.families.merge import merge_families
from facilities.fiscal_year import fiscal_year
from referrals.acknowledge import acknowledge_referral
from referrals.close import close_referral, reopen_referral, withdraw_referral
from referrals.contact import plan_next_contact
from referrals.hand_over import hand_over_referral
from referrals.models import (
    Concern,
    MarkKind,
    Outcome,
    PlaceRequest,
    RecipientKind,
    Referral,
    ReferralState,
    Wanted,
    WatchList,
    WatchMark,
    WatchRow,
)
from referrals.redirect import redirect_referral
from reports.catalogue.contents import by_slug
from reports.formats import as_json
from reports.known.at import known_on
from sankecare.errors import NotPossible, Refused
from tests import builders
from tests.as_owner import as_owner
from tests.builders import at
from tests.moved_clock import it_is
from tests.referrals.factories_referrals import scene

pytestmark = pytest.mark.django_db
FIRST, DAYS = date(2026, 3, 9), 40
TABLES = (
    *("follow-up-concerns", "follow-up-outcomes", "follow-up-responses", "watch-lists"),
    *(
        "claims",
        "paid-a-day",
        "unmet",
        "unmet-weeks",
        "full-days",
        "full-days-weeks",
        "refusals",
        "after-stay",
        "national-refusals",
    ),
)
# What no step tells is told as it stands: how urgent a request became, its times, whom staff chose; a claim's words.
LEFT_OUT = {
    Referral: {"urgency", "due_at", "red_at", "sent_to_id"},
    Claim: {"snapshot"},
    PlaceRequest: {"family_id"},  # into which it may have been joined since
}
ROWS = (Referral, Claim, WatchRow, PlaceRequest, Wish, WishService, SurveyCount)
A_DAY = timedelta(days=1)


class Days:
    """Forty days of a district and a house, each with what happens on it."""

    def __init__(self) -> None:
        self.random = Random(18)
        self.today = FIRST
        it_is(at(FIRST, 8))
        self.here = scene()
        self.staff = builders.user(Role.WARD_STAFF)
        self.second = builders.user(Role.HEALTH_NURSE, district=builders.district())
        self.question = SurveyQuestion.objects.create(
            code="rested", text="休めた", text_en="rested", period=(builders.LONG_AGO, None)
        )
        self.service = self.here.booking.service
        self.families = [builders.family() for _number in range(24)]
        self.numbers = iter(range(10_000))
        self.kept: dict[date, dict[str, object]] = {}

    def go(self) -> None:
        for number in range(DAYS):
            self.today = FIRST + number * A_DAY
            for hour in (9, 11, 14, 16):
                it_is(at(self.today, hour))
                self.now = at(self.today, hour)
                what = self.random.choice(self.happenings())
                what()
            self.every_day()
            it_is(at(self.today, 23))
            self.kept[self.today] = {name: ask() for name, ask in everything(self.today).items()}

    def happenings(self) -> list:
        steps = [self.asks, self.asks, self.looks, self.looks, self.answers, self.answers, self.answers]
        steps += [self.wishes, self.wishes, self.requests, self.claims, self.claims, self.checks, self.joins]
        return [*steps, *[self.goes_on] * 5]

    # ---- Requests of facilities ------------------------------------------------------------------------------

    def asks(self) -> None:
        with transaction.atomic():
            self.here.raised(at=self.now, concerns=self.random.sample(list(Concern), 2))

    def goes_on(self) -> None:
        referrals = list(Referral.objects.exclude(state=ReferralState.WITHDRAWN).order_by("pk"))
        if not referrals:
            return
        one = self.random.choice(referrals)
        nurse, now = self.here.nurse, self.now
        steps = {
            ReferralState.RAISED: [
                partial(acknowledge_referral, referral=one, by=nurse, at=now),
                partial(acknowledge_referral, referral=one, by=nurse, at=now),
                partial(withdraw_referral, referral=one, by=self.here.operator, at=now),
            ],
            ReferralState.ACKNOWLEDGED: [
                partial(plan_next_contact, referral=one, on=self.today + A_DAY, by=nurse, at=now),
                partial(
                    close_referral,
                    referral=one,
                    kind=self.random.choice(list(Outcome)),
                    outcome="落ち着いた",
                    by=nurse,
                    at=now,
                    plan_called_off=True,
                ),
                partial(
                    redirect_referral,
                    referral=one,
                    recipient=RecipientKind.CASEWORKER,
                    district=None,
                    reason="児童福祉へ",
                    by=self.staff,
                    at=now,
                    plan_called_off=True,
                ),
                partial(hand_over_referral, referral=one, to=self.second, by=nurse, at=now),
            ],
            ReferralState.CLOSED: [partial(reopen_referral, referral=one, reason="また相談", by=nurse, at=now)],
        }
        step = self.random.choice(steps[ReferralState(one.state)])
        # Another section has it, or another one is open of the same cause: then nothing happens.
        with suppress(Refused, NotPossible, IntegrityError), transaction.atomic():
            step()

    def requests(self) -> None:
        asked = PlaceRequest.objects.filter(state="asked").first()
        if asked:
            PlaceRequest.objects.filter(pk=asked.pk).update(
                state="declined", decided_at=self.now, decided_by=self.staff, answer="他の家庭が先"
            )
        else:
            PlaceRequest.objects.create(
                family=self.random.choice(self.families),
                district=builders.district(),
                concerns=[Concern.EXHAUSTION],
                details="手伝う家族がいない",
                wanted=Wanted.NEXT,
                asked_at=self.now,
                asked_by=self.here.nurse,
                expires_on=self.today + timedelta(days=30),
            )

    # ---- Watch lists, and families that were entered twice ---------------------------------------------------

    def every_day(self) -> None:
        it_is(at(self.today, 20))
        self.now = at(self.today, 20)
        if self.today.weekday() == 0:
            for slug in ("setagaya", "kitazawa"):
                made = WatchList.objects.create(
                    week=self.today, district=builders.district(slug), made_at=self.now, limits={}
                )
                for number, family in enumerate(self.random.sample(self.families, 7), start=1):
                    why = [{"sign": "no_show", "days": [self.today.isoformat()]}]
                    WatchRow.objects.create(watch_list=made, family=family, position=number, reasons=why)
        rows = list(WatchRow.objects.filter(joined_into__isnull=True).order_by("pk"))
        if rows:
            WatchMark.objects.create(
                row=self.random.choice(rows),
                kind=self.random.choice([MarkKind.LOOKED_AT, MarkKind.NO_NEED]),
                at=self.now,
                by=self.here.nurse,
            )
        if self.random.random() < 0.6:  # some nights the worker is away
            with transaction.atomic():
                close_weeks(at=self.now)
        if self.today.day in (1, 2, 3, 15):
            with transaction.atomic():
                count_answers(at=self.now)

    def joins(self) -> None:
        if len(self.families) < 10:
            return
        kept, given_up = self.random.sample(self.families, 2)
        with transaction.atomic():
            merge_families(kept=kept, given_up=given_up, reason="同じ母", by=self.staff, at=self.now)
        self.families.remove(given_up)
        self.families = [type(kept).objects.get(pk=family.pk) for family in self.families]

    # ---- What could not be given, what was wished, what was answered -----------------------------------------

    def looks(self) -> None:
        week = monday_of(self.today)
        for family in self.random.sample(self.families, 3):
            kind = self.random.choice([UnmetKind.LOOKED_FOR, UnmetKind.REFUSED])
            UnmetSign.objects.get_or_create(
                week=week,
                kind=kind,
                code="full" if kind == UnmetKind.LOOKED_FOR else "too_many_days",
                service=self.service,
                day=self.today + timedelta(days=20) if kind == UnmetKind.LOOKED_FOR else None,
                sign=sign_of(family.pk, week),
                defaults={"district": builders.district(self.random.choice(("setagaya", "kitazawa")))},
            )

    def checks(self) -> None:
        count_check(["infant_age"], self.now)

    def wishes(self) -> None:
        open_ones = list(Wish.objects.filter(ended_at__isnull=True).order_by("pk"))
        if open_ones and self.random.random() < 0.6:
            one = self.random.choice(open_ones)
            if one.left > 1:
                Wish.objects.filter(pk=one.pk).update(left=one.left - 1)
                one.services.all().delete()
                WishService.objects.create(wish=one, service=self.service, position=2)
            else:
                Wish.objects.filter(pk=one.pk).update(ended_at=self.now, ended_as=WishEnd.WITHDRAWN)
            return
        registration = builders.registration(builders.family(), born=self.today - timedelta(days=20))
        wish = Wish.objects.create(
            registration=registration,
            days=3,
            left=3,
            until=self.today + timedelta(days=60),
            made_at=self.now,
            made_by=self.staff,
        )
        WishService.objects.create(wish=wish, service=self.service, position=1)

    def answers(self) -> None:
        for _number in range(self.random.randint(1, 3)):
            SurveyAnswer.objects.create(
                question=self.question,
                service=self.service,
                fiscal_year=fiscal_year(self.today),
                agreement=self.random.randint(1, 4),
            )

    def claims(self) -> None:
        month = self.random.choice([date(2025, number, 1) for number in (10, 11, 12)])
        place = self.service.facility
        claim = Claim.objects.filter(facility=place, month=month).first()
        number = next(self.numbers)
        amounts = {"contract": number * 1000, "fees_taken_off": 0, "transport": 0, "total": number * 1000}
        rates = [{"amount": 1000, "days": number}]
        services = [{"kind": "short_stay", "days": number, "rates": rates, "fees_taken_off": 0}]
        record = {"amounts": amounts, "services": services}
        if claim is None:
            claim = Claim.objects.create(
                facility=place, month=month, snapshot={"record": record}, digest=f"{number:064}"
            )
        elif claim.state == ClaimState.SUBMITTED:
            claim.state = self.random.choice([ClaimState.RETURNED, ClaimState.ACCEPTED])
            claim.save(update_fields=["state"])
        elif claim.state == ClaimState.RETURNED:
            claim.state, claim.snapshot, claim.digest = ClaimState.SUBMITTED, {"record": record}, f"{number:064}"
            claim.save(update_fields=["state", "snapshot", "digest"])
        else:
            return
        ClaimStep.objects.create(
            claim=claim, state=claim.state, at=self.now, by=self.staff, words="確認", digest=claim.digest
        )


def everything(day: date) -> dict:
    years = [fiscal_year(day) - 1, fiscal_year(day)]
    tables = {slug: partial(figures, slug, years, day) for slug in TABLES}
    return tables | {model.__name__: partial(rows, model) for model in ROWS}


def figures(slug: str, years: list[int], day: date) -> bytes:
    return as_json(by_slug()[slug].entry.build(years, today=day))


def rows(model) -> list:
    left_out = LEFT_OUT.get(model, set())
    names = [f'"{column.column}"' for column in model._meta.concrete_fields if column.column not in left_out]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(names)} FROM {model._meta.db_table} ORDER BY id")
        return [names, *cursor.fetchall()]


def test_each_of_forty_days_is_told_again_as_it_stood() -> None:
    days = Days()
    days.go()
    last, compared, otherwise = FIRST + DAYS * A_DAY, 0, dict.fromkeys(everything(FIRST), 0)
    now = {name: ask() for name, ask in everything(days.today).items()}
    for day, kept in days.kept.items():
        with known_on(day, today=last):
            for name, ask in everything(day).items():
                told = ask()
                assert told == kept[name], f"{name} as known on {day}"
                compared += 1
                otherwise[name] += told != now[name]
    assert compared == DAYS * (len(TABLES) + len(ROWS))
    assert [name for name, count in otherwise.items() if count < DAYS / 4] == [], otherwise
    made = {"requests": Referral, "claims": Claim, "counts": UnmetCount, "wishes": Wish, "answers": SurveyCount}
    assert all(model.objects.count() >= 3 for model in made.values())
    assert WatchRow.objects.filter(joined_into__isnull=False).exists()


def test_a_claim_that_was_submitted_anew_keeps_nothing_of_what_it_said_before() -> None:
    days = Days()
    place = days.service.facility
    it_is(at(FIRST, 9))
    first = {"record": {"amounts": {"total": 1}}}
    claim = Claim.objects.create(facility=place, month=date(2025, 12, 1), snapshot=first, digest="1" * 64)
    step = partial(ClaimStep.objects.create, claim=claim, by=days.staff)
    step(state="submitted", at=at(FIRST, 9), digest="1" * 64)
    it_is(at(FIRST + A_DAY, 9))
    Claim.objects.filter(pk=claim.pk).update(state="returned")
    step(state="returned", at=at(FIRST + A_DAY, 9), words="確認", digest="1" * 64)
    Claim.objects.filter(pk=claim.pk).update(state="submitted", snapshot={"record": {}}, digest="2" * 64)
    step(state="submitted", at=at(FIRST + A_DAY, 10), digest="2" * 64)
    with known_on(FIRST, today=FIRST + 3 * A_DAY):
        told = Claim.objects.get()
        assert (told.state, told.digest, told.snapshot) == ("submitted", "1" * 64, {})
    with known_on(FIRST + A_DAY, today=FIRST + 3 * A_DAY):
        assert Claim.objects.get().snapshot == {"record": {}}


@pytest.mark.parametrize("slug", ["unmet", "unmet-weeks", "full-days", "full-days-weeks", "refusals", "after-stay"])
def test_of_a_day_before_the_history_the_page_says_from_when_it_can_be_told(slug: str) -> None:
    days = Days()
    it_is(at(FIRST + 30 * A_DAY))
    begun = at(FIRST + 30 * A_DAY)
    if slug == "after-stay":
        SurveyCount.objects.create(
            question=days.question,
            service=days.service,
            fiscal_year=2025,
            agreement=4,
            number=5,
            counted_at=begun,
            stood=True,
        )
    else:
        count = UnmetCount.objects.create(
            week=FIRST, kind="looked_for", code="full", service=days.service, day=FIRST, number=1
        )
        with as_owner(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO bookings_unmetcountevent (id, week, kind, code, day, number, service_id, pgh_obj_id,"
                " pgh_label, pgh_created_at) SELECT id, week, kind, code, day, number, service_id, id, 'stood', %s"
                " FROM bookings_unmetcount WHERE id = %s",
                [begun, count.pk],
            )
    last = FIRST + 40 * A_DAY
    with pytest.raises(NotPossible) as refused, known_on(FIRST + 29 * A_DAY, today=last):
        figures(slug, [2025, 2026], FIRST + 29 * A_DAY)
    assert refused.value.code == "before_history"
    assert "2026年4月8日" in refused.value.detail
    with known_on(FIRST + 30 * A_DAY, today=last):
        figures(slug, [2025, 2026], FIRST + 30 * A_DAY)


def test_answers_are_counted_together_and_few_never() -> None:
    days = Days()
    answer = partial(SurveyAnswer.objects.create, question=days.question, service=days.service, fiscal_year=2025)
    moments = iter(datetime(2026, 4, number, 0, 30, tzinfo=builders.TOKYO) for number in range(1, 20))

    def counted() -> int:
        with transaction.atomic():
            return count_answers(at=next(moments))

    for _number in range(4):
        answer(agreement=4)
    assert counted() == 0
    answer(agreement=1)
    assert (counted(), counted()) == (5, 0)
    for _number in range(4):
        answer(agreement=2)
    assert counted() == 0
    answer(agreement=4)
    assert counted() == 5
    assert sorted(SurveyCount.objects.values_list("agreement", "number")) == [(1, 1), (2, 4), (4, 1), (4, 4)]
    (row,) = by_slug()["after-stay"].entry.build([2025], today=date(2026, 4, 3)).rows
    assert (row["answers"], row["very"], row["little"], row["not_at_all"]) == (5, 4, 0, 1)
    (row,) = by_slug()["after-stay"].entry.build([2025], today=date(2026, 4, 30)).rows
    assert (row["answers"], row["very"], row["little"], row["not_at_all"]) == (10, 5, 4, 1)
