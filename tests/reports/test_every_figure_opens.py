"""Figures of districts, coverage, waiting, draws, follow-up and money open: their rows make the figure."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AccessLogEntry
from accounts.roles import Role
from billing.adjust import adjust_charge
from billing.models import AdjustmentKind, HandedCoupon, PaymentMethod, Ride, RideDirection, TransportPolicy
from billing.pay import refund_payment
from bookings.draws.announcing import announce_round
from bookings.draws.closing import close_round
from bookings.draws.drawing import run_draw
from bookings.draws.entering import enter_draw
from bookings.models import DrawEntry, WaitingEnd, WaitingEntry
from bookings.places.offers import decline_offer
from enrollment.models import Protection
from facilities.models import Service, ServiceKind
from referrals.acknowledge import acknowledge_referral
from referrals.models import Concern
from reports.catalogue.contents import by_slug
from reports.catalogue.openers import openers, with_openers
from reports.models import BirthsOfYear
from tests import builders
from tests.billing.factories_claims import settled
from tests.referrals.factories_referrals import scene

from .factories_use import DISTRICTS, used
from .opened_cells import compare, slugs_opened

pytestmark = pytest.mark.django_db
TODAY = date(2024, 6, 10)
DAY = builders.A_DAY
A_DAY = timedelta(days=1)


def some_use() -> tuple[Service, Service]:
    """Use of two years in three districts and two towns, one family that moved, one that lives elsewhere."""
    for slug in DISTRICTS:
        builders.district(slug)
    stay = builders.service(
        ServiceKind.SHORT_STAY, builders.pool(40, builders.facility("shiseikai", "至誠会"), "rooms-s")
    )
    mamas = builders.facility("mamas-room", "ママズルーム")
    day_care = builders.service(ServiceKind.DAY_CARE, builders.pool(3, mamas, "rooms-m"))
    for number in range(5):
        used(stay, date(2022, 5, 1) + number * A_DAY, 3, builders.family(lives_in=builders.town("太子堂")))
        used(day_care, date(2022, 6, 1) + number * A_DAY, 1, builders.family(district_slug="kitazawa"))
    again = builders.family(district_slug="kinuta")
    for first in (date(2022, 7, 1), date(2023, 5, 1), date(2023, 9, 1)):
        used(stay, first, 2, again)
    moved = builders.family(district_slug="tamagawa")
    moved.residences.update(period=(builders.LONG_AGO, date(2023, 6, 1)))
    moved.residences.create(period=(date(2023, 6, 1), None), district=builders.district("karasuyama"))
    used(stay, date(2023, 5, 28), 7, moved)
    gone = builders.family()
    gone.residences.update(period=(builders.LONG_AGO, date(2023, 1, 1)))
    used(stay, date(2023, 5, 20), 1, gone)
    used(stay, date(2024, 4, 20), 2)
    BirthsOfYear.objects.create(year=2022, births=40)
    return stay, day_care


def some_waits(of: Service) -> None:
    for number, ended in enumerate((*WaitingEnd, WaitingEnd.PLACED, WaitingEnd.PLACED, None, None)):
        WaitingEntry.objects.create(
            registration=builders.registration(),
            service=of,
            period=(DAY + number * A_DAY, DAY + (number + 1) * A_DAY),
            joined_at=builders.at(DAY),
            joined_by=builders.user(),
            ended_at=ended and builders.at(DAY + (number + 1) * A_DAY),
            ended_as=ended or "",
        )


def a_draw(of: Service) -> None:
    builders.usage_limits()
    builders.draw_policy()
    first = DAY + 14 * A_DAY
    announced = transaction.atomic(announce_round)(
        pool=of.pool,
        first_day=first,
        last_day=first,
        opens_at=builders.at(DAY),
        closes_at=builders.at(DAY + A_DAY),
        draw_at=builders.at(DAY + 2 * A_DAY),
        by=None,
        at=builders.at(DAY),
    )
    entries = [
        transaction.atomic(enter_draw)(
            draw_round=announced,
            registration=builders.registration(),
            choices=builders.wished(announced, [first]),
            by=builders.user(),
            at=builders.at(DAY),
        )
        for _number in range(6)
    ]
    DrawEntry.objects.filter(pk=entries[0].pk).update(withdrawn_at=builders.at(DAY, 12))
    DrawEntry.objects.update(odds_told=60)
    transaction.atomic(close_round)(draw_round=announced, at=announced.closes_at)
    transaction.atomic(run_draw)(draw_round=announced, at=announced.draw_at)
    won = DrawEntry.objects.filter(booking__isnull=False).first()
    assert won is not None
    transaction.atomic(decline_offer)(booking=won.booking, by=builders.user(), at=builders.at(DAY + 3 * A_DAY))


def some_requests() -> None:
    here = scene()
    for day in range(8, 17):
        referral = here.raised(at=builders.at(date(2023, 5, day)), concerns=[Concern.MOOD])
        if day < 13:
            with transaction.atomic():
                acknowledge_referral(referral=referral, by=here.nurse, at=builders.at(date(2023, 5, day), 15))


def some_money(of: Service) -> None:
    manager = builders.user(Role.FACILITY_MANAGER, facility=of.facility)
    staff = builders.user(Role.WARD_STAFF)
    charges = [
        settled(DAY + n * A_DAY, by=manager, family=builders.family(tax_class="non_taxed"), service=of)
        for n in range(4)
    ]
    for charge, amount, kind in zip(
        charges, (300, -500, -200), (AdjustmentKind.CORRECTION, *[AdjustmentKind.GOODWILL] * 2), strict=False
    ):
        with transaction.atomic():
            adjust_charge(
                charge=charge, amount=amount, kind=kind, reason="確認", by=staff, at=builders.at(DAY + 5 * A_DAY)
            )
    with transaction.atomic():
        refund_payment(
            charge=charges[0],
            amount=100,
            method=PaymentMethod.CASH,
            reason="返金",
            by=manager,
            at=builders.at(DAY + 5 * A_DAY),
        )
    policy = TransportPolicy.objects.create(tax_class="non_taxed", period=(builders.LONG_AGO, None), most_yen=2000)
    for number, charge in enumerate(charges):
        HandedCoupon.objects.create(
            booking=charge.booking,
            family=charge.booking.registration.birth.family,
            number=1,
            handed_at=builders.at(DAY),
            taken_by=manager,
        )
        for direction in RideDirection:
            Ride.objects.create(
                booking=charge.booking,
                direction=direction,
                day=DAY + number * A_DAY,
                fare=1500,
                borne=1500,
                policy=policy,
                recorded_at=builders.at(DAY + number * A_DAY),
                recorded_by=manager,
            )


@pytest.fixture
def ward() -> Service:
    stay, day_care = some_use()
    some_waits(stay)
    some_requests()
    some_money(stay)
    a_draw(day_care)
    return stay


@pytest.mark.usefixtures("ward")
@pytest.mark.parametrize("slug", slugs_opened())
def test_the_rows_behind_each_cell_make_the_cell(slug: str) -> None:
    found = compare(slug, [2022, 2023, 2024], TODAY)
    assert found.otherwise == []
    assert found.counted
    assert found.rows


@pytest.mark.usefixtures("ward")
def test_figures_without_rows_are_the_sum_of_their_parts() -> None:
    for slug, figures in (("draws", ("rounds", "draw_places", "draw_given")), ("fees", ("fee_total",))):
        entry = by_slug()[slug].entry
        assert entry.opened is not None
        for row in entry.build([2023], today=TODAY).rows:
            asked = {key: str(row[key]) for key in entry.opened.keys}
            for figure in figures:
                explained = openers()[slug](asked | {"figure": figure}, TODAY)
                parts = [int(value.replace(",", "")) for _words, value in explained.parts]
                assert sum(parts) == row[figure], (slug, figure)


@pytest.mark.parametrize("slug", slugs_opened())
def test_every_figure_that_opens_is_a_column_of_its_table(slug: str) -> None:
    entry = by_slug()[slug].entry
    columns = set(entry.build([2023], today=TODAY).keys)
    assert entry.opened is not None
    assert {*entry.opened.cells, *entry.opened.keys} <= columns
    for cell in entry.opened.cells.values():
        assert {*cell.over, *([cell.makes_up] if cell.makes_up else [])} <= columns


def signed_in(role: Role, **of: Any) -> Client:
    client = Client()
    client.force_login(builders.user(role, **of))
    return client


def opened(client: Client, slug: str, page: str = "supervisor:figure", **asked: str) -> Any:
    return client.get(reverse(page, args=[slug]), asked)


@pytest.mark.usefixtures("ward")
def test_coverage_shows_families_births_and_who_said_how_many_were_born() -> None:
    asked = {"fiscal_year": "2022", "figure": "coverage_percent"}
    words = opened(signed_in(Role.SUPERVISOR), "coverage", **asked).text
    for told in ("27.5", "分子：", "分母：", "40", "2022年", "区の資料", "四捨五入"):
        assert told in words, told
    missing = opened(signed_in(Role.SUPERVISOR), "coverage", fiscal_year="2023", figure="births").text
    assert "公表" in missing


@pytest.mark.usefixtures("ward")
def test_a_figure_of_the_table_leads_to_its_rows_and_each_family_is_written_down() -> None:
    client = signed_in(Role.SUPERVISOR)
    page = client.get(reverse("supervisor:table", args=["districts"]), {"from": "2022", "to": "2022"}).text
    assert "/supervisor/figures/districts/?fiscal_year=2022&amp;figure=kinuta" in page
    answer = opened(client, "districts", "supervisor:figure-rows", fiscal_year="2022", figure="kitazawa")
    assert "5件のうち5件" in answer.text
    assert AccessLogEntry.objects.filter(page="supervisor:figure-rows").count() == 5


@pytest.mark.usefixtures("ward")
def test_staff_of_a_district_see_the_rows_of_its_families_alone() -> None:
    staff = signed_in(Role.WARD_STAFF, district=builders.district("kitazawa"))
    answer = opened(staff, "coverage", "supervisor:figure-rows", fiscal_year="2022", figure="families")
    assert "11件のうち5件" in answer.text


def test_a_protected_family_counts_and_stands_in_no_row_but_of_who_is_named(ward: Service) -> None:
    hidden = builders.family("守られた人", district_slug="kinuta")
    used(ward, date(2022, 8, 1), 1, hidden)
    protection = Protection.objects.create(
        family=hidden, set_at=builders.at(date(2022, 8, 1)), set_by=builders.user(), reason="支援措置"
    )
    asked = {"fiscal_year": "2022", "figure": "kinuta"}
    person = builders.user(Role.SUPERVISOR)
    client = Client()
    client.force_login(person)
    answer = opened(client, "districts", "supervisor:figure-rows", **asked)
    assert "2件のうち1件" in answer.text
    assert "守られた人" not in answer.text
    in_use = opened(client, "use", "supervisor:figure-rows", fiscal_year="2022", figure="families")
    assert "守られた人" not in in_use.text
    protection.named.add(person)
    assert "守られた人" in opened(client, "districts", "supervisor:figure-rows", **asked).text


@pytest.mark.usefixtures("ward")
def test_of_a_table_as_known_on_a_day_figures_open_as_known_on_it_and_without_rows() -> None:
    client, asked = signed_in(Role.SUPERVISOR), {"from": "2023", "to": "2023", "known": "2024-01-01"}
    it_was = client.get(reverse("supervisor:table", args=["districts"]), asked)
    assert it_was.status_code == 422  # what this test entered, it entered now
    answer = opened(client, "districts", fiscal_year="2023", figure="total", known="2024-01-01")
    assert answer.status_code == 422
    entry = by_slug()["districts"].entry
    table = with_openers(entry, entry.build([2023], today=TODAY), "2024-01-01")
    assert {opener.known for opener in table.openers.values()} == {"2024-01-01"}


@pytest.mark.usefixtures("ward")
def test_requests_are_shown_to_who_may_read_them() -> None:
    asked = {"fiscal_year": "2023", "district": "ward", "figure": "requests"}
    answer = opened(signed_in(Role.SUPERVISOR), "follow-up-responses", "supervisor:figure-rows", **asked)
    assert "9件のうち9件" in answer.text
    answer = opened(signed_in(Role.WARD_STAFF), "follow-up-responses", "supervisor:figure-rows", **asked)
    assert "9件のうち0件" in answer.text


@pytest.mark.usefixtures("ward")
def test_what_is_hidden_or_rounded_opens_without_rows() -> None:
    client = signed_in(Role.SUPERVISOR)
    hidden = {"fiscal_year": "2023", "district": "karasuyama", "town": "", "figure": "families"}
    rows = by_slug()["towns"].entry.build([2023], today=TODAY).rows
    hidden["town"] = next(row["town"] for row in rows if row["families"] == "x")
    hidden["district"] = next(row["district"] for row in rows if row["families"] == "x")
    answer = opened(client, "towns", **hidden)
    assert '<p class="lead">x</p>' in answer.text
    assert "内訳の行は表示しません" in answer.text
    assert opened(client, "towns", "supervisor:figure-rows", **hidden).status_code == 404
    explained = openers()["follow-up-responses"](
        {"fiscal_year": "2023", "district": "ward", "figure": "requests"}, date(2023, 6, 10)
    )
    assert (explained.value, explained.rows) == ("10", None)


@pytest.mark.usefixtures("ward")
@pytest.mark.parametrize(
    ("slug", "asked", "words"),
    [
        ("waiting", {"fiscal_year": "2999", "figure": "waiting_joined"}, "まだ始まっていません"),
        ("waiting", {"fiscal_year": "20x2", "figure": "waiting_joined"}, "2022-04"),
        ("waiting", {"figure": "waiting_joined"}, "2022-04"),
        ("waiting", {"fiscal_year": "2023", "service": "none", "figure": "waiting_joined"}, "その行はありません"),
        ("waiting", {"fiscal_year": "2023", "figure": "secrets"}, "その数字はありません"),
        ("draw-rounds", {"drawn_on": "2023-13-01", "figure": "draw_entered"}, "2022-04"),
        ("districts", {"fiscal_year": "2023", "figure": "total", "known": "31日"}, "ありません"),
    ],
)
def test_what_cannot_be_opened_is_answered_in_words(slug: str, asked: dict[str, str], words: str) -> None:
    for page in ("supervisor:figure", "supervisor:figure-rows"):
        answer = opened(signed_in(Role.SUPERVISOR), slug, page, **asked)
        assert answer.status_code == 422
        assert words in answer.text


@pytest.mark.usefixtures("ward")
@pytest.mark.parametrize("slug", slugs_opened())
def test_opening_takes_a_fixed_number_of_queries(slug: str) -> None:
    entry, explain = by_slug()[slug].entry, openers()[slug]
    assert entry.opened is not None
    row = entry.build([2022, 2023], today=TODAY).rows[-1]
    for figure in entry.opened.cells:
        asked = {key: str(row[key]) for key in entry.opened.keys} | {"figure": figure}
        with CaptureQueriesContext(connection) as caught:
            explain(asked, TODAY)
        assert len(caught) <= 12, figure
