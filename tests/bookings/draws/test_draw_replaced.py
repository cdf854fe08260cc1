"""Who runs the database replaces promise, secret and result of a draw, triggers disabled, so that all fits together.

He knows the program and every row, but not the sealing key, which no database holds. Each test finds it by one means
alone: the mother's mail, the published file, the nightly look.
"""

import json
import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from accounts.roles import Role
from bookings.draws.announcing import announce_round
from bookings.draws.closing import close_round
from bookings.draws.draw import award_as_published, from_published, rooms_from_published, serve, usable_from_published
from bookings.draws.drawing import run_draw
from bookings.draws.entering import enter_draw
from bookings.draws.proof import commitment, digest, failed_checks, link_of, place_of, seed_of, stages_of, ticket_of
from bookings.draws.public_number import Typed, confirm_number, enter_number
from bookings.draws.published_draw import problems_of, published
from bookings.models import DrawEntry, DrawPolicy, DrawRound
from reports.invariants import broken_invariants
from sankecare import outbox
from sankecare.errors import Refused
from tests.as_owner import as_owner
from tests.builders import A_DAY, at, draw_policy, family, registration, service, usage_limits, user, wished

pytestmark = pytest.mark.django_db
FIRST = A_DAY + timedelta(days=14)
OPENS, CLOSES, DRAWN = at(A_DAY), at(A_DAY + timedelta(days=3), 17), at(A_DAY + timedelta(days=4), 10)
READ = Typed.of("0427", A_DAY + timedelta(days=3))
TABLES = ("bookings_drawround", "bookings_drawlink", "bookings_drawentry", "bookings_drawnumber")


@pytest.fixture
def drawn():
    """A draw of six families for one place, as it was."""
    usage_limits()
    draw_policy()
    DrawPolicy.objects.update(number_source="ナンバーズ4")
    made = transaction.atomic(announce_round)(
        pool=service(slots=1).pool,
        first_day=FIRST,
        last_day=FIRST + timedelta(days=6),
        opens_at=OPENS,
        closes_at=CLOSES,
        draw_at=DRAWN,
        by=None,
        at=OPENS,
    )
    for number in range(6):
        mother = user(Role.MOTHER, email=f"m{number}@example.jp")
        mothers = registration(family(account=mother))
        choices = wished(made, [FIRST, FIRST + timedelta(days=1)])
        enter_draw(draw_round=made, registration=mothers, choices=choices, by=mother, at=OPENS)
    return made


def finish(made):
    close_round(draw_round=made, at=CLOSES)
    outbox.take_all(at=CLOSES)
    enter_number(draw_round=made, typed=READ, by=user(), at=CLOSES + timedelta(hours=3))
    confirm_number(draw_round=made, typed=READ, by=user(), at=CLOSES + timedelta(hours=3))
    return run_draw(draw_round=made, at=DRAWN)


def rewrite(statement: str, *values: object) -> None:
    """Write as the tables' owner may, who can disable every trigger."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement, values)
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def forged(shown, friend):
    """Another file of the same draw, which agrees with itself, in which the friend is served first."""
    made = json.loads(json.dumps(shown))
    for number in range(10_000):
        secret = f"{number:064x}"
        made["promise"]["commitment"] = commitment(secret)
        made["list"]["promise"] = digest(made["promise"])
        made |= {"secret": secret, "list_digest": digest(made["list"])}
        made["seed"] = seed_of(secret, made["list_digest"], made["number"]["value"])
        rows = sorted(shown["result"], key=lambda row: place_of(ticket_of(row["sign"], row["nonce"]), made["seed"]))
        if rows[0]["sign"] == friend:
            break
    wishes = {row["sign"]: from_published(row) for row in made["list"]["entries"]}
    rooms, usable = rooms_from_published(made["rooms"]), usable_from_published(made["usable"])
    awards = serve([wishes[row["sign"]] for row in rows], rooms, usable)
    made["result"] = [
        award_as_published(award) | {"nonce": row["nonce"]} for award, row in zip(awards, rows, strict=True)
    ]
    before = made["history"][0]["before"]
    stages = stages_of(made)
    for row in made["history"]:
        row |= {"content": stages[row["stage"]], "before": before}
        row["link"] = before = link_of(before, made["round"], row["stage"], row["at"], row["content"])
    return made


def replace(done, made):
    """Put the forged draw into the database, history and all, but for signatures that he cannot make."""
    rewrite(
        "UPDATE bookings_drawround SET commitment = %s, promise = %s, revealed = %s, result = %s WHERE id = %s",
        *(made["promise"]["commitment"], json.dumps(made["promise"]), made["secret"], json.dumps(made["result"])),
        done.pk,
    )
    for row in made["history"]:
        rewrite(
            "UPDATE bookings_drawlink SET content = %s, before = %s, link = %s WHERE round_id = %s AND stage = %s",
            *(row["content"], row["before"], row["link"], done.pk, row["stage"]),
        )


@pytest.fixture
def replaced(drawn):
    """The draw as it was published, and the round after the owner of the database replaced it for a friend."""
    done = finish(drawn)
    was = published(done)
    friend = was["result"][-1]["sign"]
    made = forged(was, friend)
    replace(done, made)
    done = DrawRound.objects.get(pk=done.pk)
    now = published(done)
    # He has done it well: all fits together, and the friend has the place.
    assert now == made
    assert failed_checks(now) == []
    assert now["result"][0]["sign"] == friend
    assert now["result"][0]["days"]
    return was, now


def test_a_mother_finds_it_by_her_mail_alone(replaced, tmp_path):
    was, now = replaced
    mailed = {re.search(r"\b[0-9a-f]{64}\b", message.body)[0] for message in mail.outbox}
    assert mailed == {was["list_digest"]}
    assert now["list_digest"] not in mailed
    file = tmp_path / "draw.json"
    file.write_text(json.dumps(was))
    call_command("verify_draw", str(file), known=mailed.pop())
    with pytest.raises(CommandError, match="digest"):
        call_command("verify_draw", str(file), known="0" * 64)


def test_anybody_finds_it_by_the_file_alone(replaced, tmp_path):
    was, now = replaced
    assert problems_of(was) == []
    assert problems_of(now) == ["区のシステムの署名がない記録があります。"]
    file = tmp_path / "draw.json"
    file.write_text(json.dumps(now))
    with pytest.raises(CommandError, match="署名"):
        call_command("verify_draw", str(file))


def test_the_nightly_look_finds_it_alone(replaced):
    found = {broken.what for broken in broken_invariants(timezone.now())}
    assert {"draw_not_verified", "draw_history_broken"} <= found


def test_what_was_replaced_before_the_draw_stops_it(drawn):
    close_round(draw_round=drawn, at=CLOSES)
    enter_number(draw_round=drawn, typed=READ, by=user(), at=CLOSES)
    confirm_number(draw_round=drawn, typed=READ, by=user(), at=CLOSES)
    listed = DrawRound.objects.get(pk=drawn.pk)
    for statement, values in (
        ("UPDATE bookings_drawentry SET tickets = tickets + 1 WHERE sign = %s", [listed.entries[0]["sign"]]),
        ("UPDATE bookings_drawround SET entries = entries - 0", []),
        ("UPDATE bookings_drawround SET promise = promise || '{\"days\": 9}'", []),
    ):
        with transaction.atomic():
            rewrite(statement, *values)
            with pytest.raises(Refused, match="list_changed"):
                run_draw(draw_round=drawn, at=DRAWN)
            transaction.set_rollback(True)
    assert run_draw(draw_round=drawn, at=DRAWN).drawn_at == DRAWN


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE bookings_drawentry SET tickets = tickets + 1", "draw_tickets_not_as_weighed"),
        ("UPDATE bookings_drawentry SET grounds = '{\"high_need\": 2}'", "draw_tickets_not_as_weighed"),
        (
            "UPDATE bookings_drawentry SET high_need_reason = '' || 'x', high_need_by_id = entered_by_id",
            "draw_tickets_not_as_weighed",
        ),
        ("DELETE FROM bookings_drawlink WHERE stage = 'closed'", "draw_history_broken"),
        ("DELETE FROM bookings_drawlink WHERE stage = 'drawn'", "draw_not_verified"),
        ("UPDATE bookings_drawnumber SET value = '9999'", "draw_not_verified"),
        ("UPDATE bookings_drawlink SET at = at + interval '1 hour' WHERE stage = 'closed'", "draw_history_broken"),
        ("UPDATE bookings_drawround SET drawn_at = NULL, revealed = '', result = NULL", "draw_not_verified"),
    ],
)
def test_each_part_that_is_changed_alone_is_found_at_night(drawn, statement, what):
    finish(drawn)
    assert not {broken.what for broken in broken_invariants(timezone.now())} & {
        *("draw_not_verified", "draw_history_broken", "draw_tickets_not_as_weighed")
    }
    rewrite(statement)
    assert what in {broken.what for broken in broken_invariants(timezone.now())}


def test_with_the_same_key_a_file_is_checked_on_another_machine(drawn, settings, tmp_path):
    shown = published(finish(drawn))
    file = tmp_path / "draw.json"
    file.write_text(json.dumps(shown))
    from sankecare.signing import public_keys

    key = public_keys()[0]
    settings.SEALING_KEYS = ["of the other machine"]
    with pytest.raises(CommandError, match="署名"):
        call_command("verify_draw", str(file))
    call_command("verify_draw", str(file), key=[key])
    assert DrawEntry.objects.count() == 6
