"""A row whose transaction ends late never falls behind a seal."""

import os
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import connection

from sankecare.history_seals.bounds import StillWriting, bounds_that_stand
from sankecare.history_seals.sealing import seal_what_is_over
from sankecare.history_seals.tables import sealed_tables
from sankecare.history_seals.verifying import verify_history
from tests.sankecare.fixtures_sealed_history import newest_numbers, night, use_key

pytestmark = pytest.mark.django_db(transaction=True)
WRITE = (
    "INSERT INTO sankecare_historycheck (at, days, rows, seconds, head, problems) VALUES (now(), 0, 0, 0, '', '[]')"
)


@pytest.fixture(autouse=True)
def key(settings):
    use_key(settings)


@pytest.fixture
def slow():
    """Somebody who writes and has not ended yet."""
    with psycopg.connect(address()) as own:
        own.execute(WRITE)
        yield own
        own.rollback()


def address():
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()


def write_at_once():
    with psycopg.connect(address()) as own:
        own.execute(WRITE)


def test_sealing_waits_for_who_writes_and_the_late_row_is_sealed_too(slow):
    write_at_once()
    slept = []

    def sleep(seconds):
        slept.append(seconds)
        if len(slept) == 3:
            slow.commit()

    (day,) = seal_what_is_over(at=night(), bounds=lambda: bounds_that_stand(sealed_tables(), settles=0, sleep=sleep))
    assert len(slept) >= 3
    assert day.rows == 2
    assert verify_history(at=night()).problems == []


def test_without_waiting_the_late_row_would_stand_behind_the_seal(slow):
    write_at_once()
    (day,) = seal_what_is_over(at=night(), bounds=newest_numbers)
    assert day.rows == 1
    slow.commit()
    assert len(verify_history(at=night()).problems) == 1


def test_nothing_is_sealed_while_somebody_never_ends(slow):
    with pytest.raises(StillWriting):
        bounds_that_stand(sealed_tables(), patience=-1, settles=0, sleep=lambda _seconds: None)
    slow.rollback()
    assert bounds_that_stand(sealed_tables(), patience=-1, settles=0, sleep=lambda _seconds: None) == {}


def test_who_only_reads_is_not_waited_for():
    with psycopg.connect(address()) as reading:
        reading.execute("SELECT count(*) FROM sankecare_historycheck")
        bounds_that_stand(sealed_tables(), patience=-1, settles=0, sleep=lambda _seconds: None)
