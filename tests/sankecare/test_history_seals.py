"""Whoever rewrites the history is found, the owner of the database too, and nothing is found where nobody did."""

import hashlib
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pghistory
import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import translation

from sankecare.apps import _key_of_the_history_is_elsewhere
from sankecare.history_seals.chain import BEFORE_ALL, Part, digest_of_day
from sankecare.history_seals.curve import public_key
from sankecare.history_seals.heads import write_heads
from sankecare.history_seals.nightly import check_history, seal_and_verify
from sankecare.history_seals.sealing import seal_what_is_over
from sankecare.history_seals.standing import standing
from sankecare.history_seals.tables import CHAIN, WHO, is_sealed, sealed_tables
from sankecare.history_seals.verifying import keep_check, verify_history
from sankecare.models import HistoryCheck, HistoryDay, HistoryPart
from sankecare.postgresql.rights import kept_from
from tests.builders import registration
from tests.sankecare.fixtures_sealed_history import (
    ANOTHER_KEY,
    DAYS,
    KEY,
    LOOKS_TABLE,
    OTHER_SPOILS,
    PARTS,
    SPOILS,
    newest_numbers,
    night,
    numbers,
    rewriting,
    seal,
    seal_three_nights,
    use_key,
    write_looks,
)

pytestmark = pytest.mark.django_db
MOST_SECONDS = 10.0


@pytest.fixture(autouse=True)
def in_english(settings):
    use_key(settings)
    with translation.override("en"):
        yield


@pytest.fixture
def now():
    return night().replace(hour=9)


def test_seven_of_seven_are_found_in_ten_thousand_rows_and_nothing_where_nobody_did_it(now):
    with pghistory.context(user=7):
        write_looks()
    seal_three_nights()
    middle = numbers()[5000]
    found, seconds = {}, []
    for name, (spoil, said) in {**SPOILS, **OTHER_SPOILS}.items():
        control = verify_history(at=now)
        assert (control.problems, control.days) == ([], 3), name
        assert control.rows > 10_000
        with rewriting(LOOKS_TABLE, DAYS, PARTS, "pghistory_context") as cursor:
            spoil(cursor, middle)
            after = verify_history(at=now)
        found[name] = any(said in words for words in after.problems)
        seconds += [control.seconds, after.seconds]
    assert found == dict.fromkeys([*SPOILS, *OTHER_SPOILS], True)
    assert len(SPOILS) == 7
    assert max(seconds) < MOST_SECONDS


def test_what_was_cut_off_is_found_by_a_head_that_is_kept_elsewhere(now):
    write_looks(30)
    seal(night(1))
    kept = seal(night()).digest
    assert verify_history(at=now, known=[kept]).problems == []
    assert "kept elsewhere" in verify_history(at=now, known=["0" * 64]).problems[0]
    call_command("verify_audit", known=[kept])
    with pytest.raises(CommandError, match="kept elsewhere"):
        call_command("verify_audit", known=["0" * 64])


def test_every_head_goes_to_the_second_place_and_one_that_is_cut_off_is_found_by_it(settings, tmp_path, now):
    settings.HISTORY_HEADS_FILE = str(tmp_path / "heads.txt")
    write_looks(30)
    days = [seal(night(1)), seal(night())]
    write_heads()  # what is there is not written twice
    lines = (tmp_path / "heads.txt").read_text().splitlines()
    assert lines == [f"{day.day.isoformat()} {day.digest} {day.signature}" for day in days]
    early = night().replace(hour=1)
    assert verify_history(at=early).problems == []
    with rewriting(DAYS, PARTS) as cursor:
        SPOILS["truncation"][0](cursor, 0)
        (words,) = verify_history(at=early).problems
    assert words.startswith("1 digests that are kept elsewhere are not in the chain")


def test_no_table_that_nobody_changes_is_left_out():
    sealed = {each.table for each in sealed_tables()}
    models = apps.get_models(include_auto_created=True)
    kept = {model._meta.db_table for model in models if {"UPDATE", "DELETE"} <= kept_from(model)}
    assert kept - sealed == {model._meta.db_table for model in CHAIN}
    assert sealed <= kept
    assert {"bookings_drawlink", "bookings_drawroundevent", "billing_charge", "enrollment_letterfile"} <= sealed


def test_each_is_sealed_by_a_number_that_grows_and_with_every_column_but_an_address_that_is_taken_out():
    left_out = {}
    by_table = {model._meta.db_table: model for model in apps.get_models() if is_sealed(model)}
    for each in sealed_tables():
        meta = by_table[each.table]._meta
        assert meta.pk.get_internal_type() in ("AutoField", "BigAutoField"), each.table
        columns = {field.column for field in meta.concrete_fields}
        if gone := columns - {*each.columns}:
            left_out[each.table] = gone
        assert {*each.columns} - columns <= {WHO}
        assert (WHO in each.columns) == ("pgh_context_id" in columns)
    assert left_out == {"enrollment_residenceevent": {"town_id", "postcode", "chome", "block", "rest"}}


def test_a_night_that_was_missed_is_closed_by_the_next_one(now):
    write_looks(5)
    seal(night(4))
    write_looks(5)
    assert seal_what_is_over(at=night(), bounds=dict) != []
    rows = list(HistoryDay.objects.values_list("rows", flat=True))
    assert (len(rows), rows[1:]) == (5, [0, 0, 0, 0])
    assert verify_history(at=now).problems == []
    assert seal_what_is_over(at=night(), bounds=dict) == []


def test_a_column_that_comes_later_leaves_old_days_as_they_are(now):
    write_looks(5)
    seal(night())
    with rewriting() as cursor:
        cursor.execute(f"ALTER TABLE {LOOKS_TABLE} ADD COLUMN later text DEFAULT ''")
        assert verify_history(at=now).problems == []


def test_an_address_under_protection_can_be_taken_out_of_a_sealed_history(now):
    registration()
    seal(night())
    with rewriting("enrollment_residenceevent") as cursor:
        cursor.execute("UPDATE enrollment_residenceevent SET town_id = NULL, chome = NULL, rest = ''")
        assert cursor.rowcount
        assert verify_history(at=now).problems == []
        cursor.execute("UPDATE enrollment_residenceevent SET family_id = 1")
        assert verify_history(at=now).problems != []


def test_nothing_is_sealed_without_the_key_or_with_one_that_nobody_knows(settings):
    settings.HISTORY_KEY = ""
    with pytest.raises(CommandError, match="HISTORY_KEY"):
        call_command("seal_history")
    settings.HISTORY_KEY = ANOTHER_KEY
    with pytest.raises(CommandError, match="HISTORY_PUBLIC_KEYS"):
        call_command("seal_history")
    assert not HistoryDay.objects.exists()


def test_the_command_seals_looks_through_and_does_nothing_twice(monkeypatch, capsys):
    monkeypatch.setattr("sankecare.history_seals.sealing.bounds_that_stand", lambda _tables: newest_numbers())
    write_looks(5)
    call_command("seal_history")
    assert HistoryDay.objects.get().digest in capsys.readouterr().out
    assert HistoryCheck.objects.get().problems == []
    call_command("seal_history")
    assert "Nothing to seal" in capsys.readouterr().out


def test_who_could_rewrite_is_warned_of_the_key(settings):
    assert [found.id for found in _key_of_the_history_is_elsewhere()] == ["sankecare.W001"]
    settings.HISTORY_KEY, settings.HISTORY_PUBLIC_KEYS = "", []
    assert [found.id for found in _key_of_the_history_is_elsewhere()] == ["sankecare.W002"]


def test_a_key_can_be_changed_and_older_days_stand(settings, now):
    write_looks(5)
    seal(night(1))
    settings.HISTORY_KEY = ANOTHER_KEY
    settings.HISTORY_PUBLIC_KEYS = [public_key(ANOTHER_KEY), public_key(KEY)]
    seal(night())
    assert verify_history(at=now).problems == []
    (words,) = verify_history(at=now, keys=[public_key(ANOTHER_KEY)]).problems
    assert "is not signed with the ward's key" in words
    assert HistoryDay.objects.values("key_print").distinct().count() == 2


def test_a_check_is_kept_and_the_page_says_what_it_found(now):
    assert standing(now).problems == ["Nothing is sealed yet."]
    write_looks(5)
    seal(night(1))
    assert "The last night was not sealed." in standing(now).problems
    seal(night())
    assert standing(now).problems == ["The history was not checked last night."]
    check_history(at=now)
    assert standing(now).problems == []
    with rewriting(LOOKS_TABLE) as cursor:
        cursor.execute(f"DELETE FROM {LOOKS_TABLE} WHERE id = {numbers()[0]}")
        keep_check(verify_history(at=now), at=now)
        (words,) = standing(now).problems
    assert words.startswith("look, sealed on")


def test_each_night_seals_and_looks_through_once(monkeypatch, settings):
    monkeypatch.setattr("sankecare.history_seals.sealing.bounds_that_stand", lambda _tables: {})
    seal_and_verify(at=night())
    seal_and_verify(at=night().replace(hour=1))
    assert (HistoryDay.objects.count(), HistoryCheck.objects.count()) == (1, 1)
    settings.HISTORY_KEY = ""
    seal_and_verify(at=night(-1))
    assert (HistoryDay.objects.count(), HistoryCheck.objects.count()) == (1, 2)


def test_a_new_key_is_printed_with_its_public_one(capsys):
    call_command("make_history_key")
    key, public = (line.partition("=")[2] for line in capsys.readouterr().out.splitlines())
    assert public_key(key) == public


def test_the_digest_of_a_day_is_that_of_a_text_that_anybody_can_write():
    part = Part("t", ["id", "name"], BEFORE_ALL, 3, 2, "d" * 64)
    moment = datetime(2026, 11, 30, 0, 50, tzinfo=ZoneInfo("Asia/Tokyo"))
    text = (
        "sanke-care history 1\nday 2026-11-29\nsealed 2026-11-29T15:50:00.000000+00:00\nprevious \n"
        f"t -9223372036854775808 3 2 {'d' * 64} id,name\n"
    )
    assert digest_of_day(date(2026, 11, 29), moment, "", [part]) == hashlib.sha256(text.encode()).hexdigest()


def test_the_role_of_the_application_cannot_rewrite_a_seal():
    with connection.cursor() as cursor:
        for table in (HistoryDay, HistoryPart, HistoryCheck):
            cursor.execute("SELECT has_table_privilege(%s, 'UPDATE, DELETE, TRUNCATE')", [table._meta.db_table])
            assert cursor.fetchone() == (False,)
