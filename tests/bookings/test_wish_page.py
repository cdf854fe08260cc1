"""The wish page: the question that helps most comes first; what she says is kept and shown again."""

from datetime import date, timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from accounts.roles import Role
from bookings.draws.announcing import announce_round
from bookings.models import DrawEntry, DrawRound
from enrollment.models import Registration
from facilities.models import Closure, ServiceKind
from sankecare.periods import period
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def announced() -> DrawRound:
    builders.usage_limits()
    builders.draw_policy()
    stay, now, today = builders.service(slots=2, sibling_rooms=1), timezone.now(), timezone.localdate()
    builders.service(ServiceKind.DAY_CARE, stay.pool, takes_siblings=False)
    return announce_round(
        pool=stay.pool,
        first_day=today + timedelta(days=14),
        last_day=today + timedelta(days=20),
        opens_at=now - timedelta(days=1),
        closes_at=now + timedelta(days=2),
        draw_at=now + timedelta(days=3),
        by=None,
        at=now,
    )


@pytest.fixture
def made() -> Registration:
    mother = builders.user(Role.MOTHER, email="yoshiko@example.jp")
    registered = builders.registration(builders.family(account=mother), born=timezone.localdate() - timedelta(days=40))
    builders.sibling(registered.birth.family)
    return registered


@pytest.fixture
def mother(made: Registration) -> Client:
    client = Client()
    client.force_login(made.birth.family.account)
    return client


def slugs(announced: DrawRound) -> list[str]:
    return [service.slug for service in announced.pool.services.order_by("position", "pk")]


def address(made: Registration, announced: DrawRound) -> str:
    return reverse("family:draw", args=[made.pk, announced.pk])


def seen(client: Client, made: Registration, announced: DrawRound) -> str:
    return str(client.get(address(made, announced)).content, "utf-8")


def wish(announced: DrawRound, **changed: object) -> dict[str, object]:
    typed = {
        "shorter": "all",
        "service_1": slugs(announced)[0],
        "first_1": announced.period.lower.isoformat(),
        "length_1": "3",
        "stays_in_line": "on",
    }
    return typed | changed


def test_whether_fewer_days_would_do_is_asked_first_and_must_be_answered(
    mother: Client, made: Registration, announced: DrawRound
) -> None:
    page = seen(mother, made, announced)
    assert page.index("何日以上なら利用しますか") < page.index("第1希望") < page.index("外れたときは、順番待ちに入る")
    answer = mother.post(address(made, announced), wish(announced, shorter=""))
    assert answer.status_code == 422
    assert not DrawEntry.objects.exists()


def test_how_many_days_she_has_left_stands_above_her_wishes(
    mother: Client, made: Registration, announced: DrawRound
) -> None:
    assert "あと7日です" in seen(mother, made, announced)


def test_what_she_says_is_kept_and_shown_again(mother: Client, made: Registration, announced: DrawRound) -> None:
    child = made.birth.family.siblings.get()
    second = (announced.period.lower + timedelta(days=3)).isoformat()
    typed = wish(
        announced,
        shorter="2",
        sibling=child.pk,
        or_without="on",
        service_2=slugs(announced)[1],
        first_2=second,
        length_2="2",
    )
    answer = mother.post(
        address(made, announced), {name: value for name, value in typed.items() if name != "stays_in_line"}
    )
    assert answer.status_code == 302, str(answer.content, "utf-8")
    entry = DrawEntry.objects.get()
    assert (entry.least_days, entry.sibling, entry.or_without, entry.stays_in_line) == (2, child, True, False)
    assert [choice["service"] for choice in entry.choices] == slugs(announced)
    assert mother.get(address(made, announced)).context["form"].initial["shorter"] == "2"


def test_the_second_choice_stands_open_once_it_holds_something(
    mother: Client, made: Registration, announced: DrawRound
) -> None:
    assert seen(mother, made, announced).count('<details class="fold" open>') == 0
    second = (announced.period.lower + timedelta(days=3)).isoformat()
    both = wish(announced, service_2=slugs(announced)[1], first_2=second, length_2="1")
    mother.post(address(made, announced), both)
    assert seen(mother, made, announced).count('<details class="fold" open>') == 1


def test_the_same_choice_twice_is_refused_beside_the_wishes(
    mother: Client, made: Registration, announced: DrawRound
) -> None:
    twice = wish(announced, service_2=slugs(announced)[0], first_2=announced.period.lower.isoformat(), length_2="3")
    assert mother.post(address(made, announced), twice).status_code == 422
    assert not DrawEntry.objects.exists()


BAD = ("NaN", "-1", "0", "1e9", "\x00", "2026-13-45", "9" * 30, "あ" * 2000, "٣", "<b>")


@pytest.mark.parametrize("field", ["shorter", "service_1", "first_1", "length_1", "first_2", "sibling"])
def test_whatever_is_sent_for_a_wish_is_answered_and_nothing_is_entered(
    mother: Client, made: Registration, announced: DrawRound, field: str
) -> None:
    for sent in BAD:
        answer = mother.post(address(made, announced), wish(announced, **{field: sent}))
        assert answer.status_code == 422, (field, sent)
    assert not DrawEntry.objects.exists()


def test_days_on_which_a_service_is_closed_are_not_offered_as_wishes(
    mother: Client, made: Registration, announced: DrawRound
) -> None:
    first = announced.period.lower
    Closure.objects.create(pool=announced.pool, period=period(first + timedelta(days=1), first + timedelta(days=3)))
    form = mother.get(address(made, announced)).context["form"]
    open_days = [(first + timedelta(days=number)).isoformat() for number in (0, 4, 5, 6)]
    assert [value for value, _ in form.fields["first_1"].choices] == ["", *open_days]
    # No more days than follow each other open, and fewer of these.
    assert [value for value, _ in form.fields["length_1"].choices] == ["1", "2", "3"]
    assert [value for value, _ in form.fields["shorter"].choices] == ["", "1", "2", "all"]


def test_a_day_on_which_one_service_of_several_is_not_given_says_so(
    mother: Client, made: Registration, announced: DrawRound
) -> None:
    first = announced.period.lower
    day_care = announced.pool.services.get(kind=ServiceKind.DAY_CARE)
    day_care.offered = DateRange(date(2018, 4, 1), first + timedelta(days=1))
    day_care.save(update_fields=["offered"])
    words = [str(shown) for _, shown in mother.get(address(made, announced)).context["form"].fields["first_1"].choices]
    assert len(words) == 8
    assert [shown.endswith("・デイケアは休み") for shown in words[1:]] == [False] + [True] * 6


def test_her_own_page_says_until_which_day_a_draw_is(mother: Client, made: Registration, announced: DrawRound) -> None:
    mother.post(address(made, announced), wish(announced))
    page = str(mother.get(reverse("family:home")).content, "utf-8")
    first, last = announced.period.lower, announced.period.lower + timedelta(days=6)
    assert f'{date_format(first)} –</span> <span class="nowrap">{date_format(last)}</span>' in page
