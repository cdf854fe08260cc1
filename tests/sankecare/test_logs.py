"""A log line: JSON with its level and time, ids and error names; whatever else a record carries stays out."""

import json
import logging

import pytest
import structlog
from django.db import IntegrityError
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from tests import builders


def of_ours():
    handlers = logging.getLogger().handlers
    return next(handler.formatter for handler in handlers if type(handler.formatter).__module__ == "structlog.stdlib")


def line(caplog, record_of):
    """What our formatter makes of the record."""
    caplog.clear()
    with caplog.at_level(logging.INFO):
        record_of()
    return json.loads(of_ours().format(caplog.records[-1]))


def test_a_line_of_another_library_has_level_and_time_and_no_request(caplog):
    written = line(
        caplog,
        lambda: logging.getLogger("django.request").warning(
            "Conflict: %s", "/api/v1/bookings/", extra={"request": "髙﨑 𠮷子", "status_code": 409}
        ),
    )
    assert (written["event"], written["level"]) == ("Conflict: /api/v1/bookings/", "warning")
    assert "timestamp" in written
    assert "髙﨑" not in json.dumps(written, ensure_ascii=False)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("/calendar/geheim-123.ics", "Not Found: public:calendar"),
        ("/calendar/geheim-123", "Not Found: no such address"),
        ("/accounts/password/new/MQ/geheim-123/.", "Not Found: no such address"),
        ("/admin/髙﨑/geheim-123/", None),
        ("/families/7/", None),
    ],
)
def test_a_line_says_the_pages_name_and_never_its_address(caplog, asked, said):
    client = Client()
    client.force_login(builders.user(Role.AUDITOR))
    line(caplog, lambda: client.get(asked))
    lines = [json.loads(of_ours().format(record)) for record in caplog.records]
    assert not [word for word in ("geheim", "髙﨑", "/7/") if word in json.dumps(lines, ensure_ascii=False)]
    assert said is None or said in [one["event"] for one in lines]


def test_an_entry_that_fails_is_named_by_its_id_and_its_errors_name(caplog):
    logger = logging.getLogger("sankecare.outbox")
    written = line(caplog, lambda: logger.error("outbox_delivery_failed", extra={"entry": 7, "error": "OSError"}))
    assert (written["entry"], written["error"]) == (7, "OSError")


def fails(**_options):
    try:
        raise ValueError("Key (email)=(hana@example.jp) already exists")
    except ValueError as cause:
        raise IntegrityError("髙﨑 𠮷子") from cause


def log_of(logger, *words, **options):
    try:
        fails()
    except IntegrityError as error:
        logger.exception(*words, **{name: error if given == "error" else given for name, given in options.items()})


@pytest.mark.parametrize(
    ("logger", "options"),
    [(logging.getLogger("django.request"), {}), (structlog.get_logger("x"), {"exception": "error", "error": "髙﨑"})],
)
def test_of_an_error_stand_its_kind_and_where_it_arose_never_its_words(caplog, logger, options):
    written = line(caplog, lambda: log_of(logger, "request_failed", **options))
    assert (written["error"], written["caused_by"]) == ("IntegrityError", ["ValueError"])
    assert written["at"][-1].endswith(" fails")
    assert not [said for said in ("髙﨑", "hana@") if said in json.dumps(written, ensure_ascii=False)]


def test_a_task_that_fails_is_named_without_the_words_of_its_error(caplog):
    task = {"name": "sweep_outbox", "id": "7", "exc": "IntegrityError('髙﨑 𠮷子')"}
    written = line(
        caplog,
        lambda: log_of(logging.getLogger("celery.app.trace"), "Task raised: %(exc)s", task, extra={"data": task}),
    )
    assert (written["event"], written["error"]) == ("task_failed sweep_outbox 7", "IntegrityError")
    assert "髙﨑" not in json.dumps(written, ensure_ascii=False)


def test_our_own_lines_name_no_address_of_a_person(caplog):
    written = line(caplog, lambda: structlog.get_logger("x").info("looked", ip="192.0.2.1", user_agent="x", user_id=3))
    assert set(written) == {"event", "user_id", "level", "timestamp"}


@pytest.mark.django_db
def test_a_request_is_logged_with_the_id_of_whose_session_it_is_and_nothing_else_of_her(caplog):
    mother, client = builders.user(Role.MOTHER), Client()
    client.force_login(mother)
    with caplog.at_level(logging.INFO):
        client.get("/availability/", {"month": "2026-11"}, headers={"User-Agent": "her telephone"})
    lines = [record.msg for record in caplog.records if isinstance(record.msg, dict)]
    assert [line["user_id"] for line in lines] == [mother.pk] * 2
    assert {key for line in lines for key in line} == {"event", "code", "user_id", "request_id", "level", "timestamp"}


def test_a_name_is_written_with_the_family_first():
    assert str(User(username="u1", last_name="髙﨑", first_name="𠮷子")) == "髙﨑 𠮷子"
    assert str(User(username="u1")) == "u1"
