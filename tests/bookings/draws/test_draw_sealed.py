"""A draw in the sealed history: what was published is found changed even where everything else was made to agree."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import translation

from accounts.roles import Role
from bookings.draws.announcing import announce_round
from bookings.draws.closing import close_round
from bookings.draws.drawing import run_draw
from bookings.draws.entering import enter_draw
from tests.builders import A_DAY, at, draw_policy, family, registration, service, usage_limits, user, wished
from tests.sankecare.fixtures_sealed_history import night, rewriting, seal, use_key

pytestmark = pytest.mark.django_db
FIRST = A_DAY + timedelta(days=14)
OPENS, CLOSES, DRAWN = at(A_DAY), at(A_DAY + timedelta(days=3), 17), at(A_DAY + timedelta(days=4), 10)


@pytest.fixture(autouse=True)
def in_english(settings):
    use_key(settings)
    with translation.override("en"):
        yield


def announce(pool):
    return transaction.atomic(announce_round)(
        pool=pool,
        first_day=FIRST,
        last_day=FIRST + timedelta(days=6),
        opens_at=OPENS,
        closes_at=CLOSES,
        draw_at=DRAWN,
        by=None,
        at=OPENS,
    )


@pytest.fixture
def announced():
    usage_limits()
    draw_policy()
    return announce(service(slots=1).pool)


@pytest.fixture
def drawn(announced):
    mother = user(Role.MOTHER)
    choices = wished(announced, [FIRST])
    enter_draw(
        draw_round=announced, registration=registration(family(account=mother)), choices=choices, by=mother, at=OPENS
    )
    close_round(draw_round=announced, at=CLOSES)
    return run_draw(draw_round=announced, at=DRAWN)


def verified(draw_round):
    said = StringIO()
    call_command("verify_draw", str(draw_round.pk), stdout=said)
    return said.getvalue()


def test_the_check_of_a_draw_says_whether_each_stage_stands_in_the_sealed_history(drawn):
    assert verified(drawn).count("not sealed yet") == 3
    day = seal(night())
    said = verified(drawn)
    assert said.count(f"stands in the history that was sealed for {day.day.isoformat()} ({day.digest})") == 3


def test_a_promise_is_sealed_in_the_night_after_its_announcement_and_the_rest_later(announced):
    first = seal(night(1))
    close_round(draw_round=announced, at=CLOSES)
    assert verified(announced).count("not sealed yet") == 1
    second = seal(night())
    said = verified(announced)
    assert (first.digest in said, second.digest in said) == (True, True)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE bookings_drawlink SET at = at + interval '0.000001 s' WHERE stage = 'announced'",
        "UPDATE bookings_drawroundevent SET promise = '{}'",
        "DELETE FROM bookings_drawroundevent",
        "DELETE FROM bookings_drawlink",
        "UPDATE sankecare_historyday SET signature = repeat('0', 128)",
        "UPDATE sankecare_historypart SET digest = repeat('0', 64)",
    ],
)
def test_it_fails_where_what_was_sealed_of_the_draw_was_changed(drawn, statement):
    seal(night())
    verified(drawn)
    tables = ("bookings_drawlink", "bookings_drawroundevent", "sankecare_historyday", "sankecare_historypart")
    with rewriting(*tables) as cursor:
        cursor.execute(statement)
        assert cursor.rowcount
        with pytest.raises(CommandError, match="was changed"):
            verified(drawn)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE bookings_drawround SET promise = '{}'",
        "UPDATE bookings_drawround SET commitment = repeat('0', 64)",
        "UPDATE bookings_drawround SET entries = '[]'",
        "UPDATE bookings_drawround SET result = '[]'",
        "UPDATE bookings_drawround SET revealed = repeat('0', 64)",
        "DELETE FROM bookings_drawround",
        "DELETE FROM bookings_drawentry",
        "UPDATE bookings_drawlink SET content = repeat('0', 64)",
        "DELETE FROM bookings_drawlink",
        "UPDATE bookings_drawroundevent SET result = '[]'",
        "UPDATE bookings_drawentryevent SET tickets = 99",
        "DELETE FROM bookings_drawentryevent",
        "ALTER TABLE bookings_drawround DISABLE TRIGGER USER",
    ],
)
def test_the_role_of_the_application_changes_nothing_of_a_drawn_round(drawn, statement):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, count(*) FROM bookings_drawround GROUP BY 1")
        assert cursor.fetchone() == ("sankecare", 1)
        with pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute(statement)


def test_the_owner_could_change_each_which_is_why_it_is_sealed(drawn):
    with rewriting("bookings_drawround", "bookings_drawlink", "bookings_drawentryevent") as cursor:
        for statement in (
            "UPDATE bookings_drawround SET result = '[]'",
            "UPDATE bookings_drawlink SET content = repeat('0', 64) WHERE stage = 'drawn'",
            "UPDATE bookings_drawentryevent SET tickets = 99",
        ):
            cursor.execute(statement)
            assert cursor.rowcount
