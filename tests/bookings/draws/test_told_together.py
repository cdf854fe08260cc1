"""The results of a draw go out by the thousand: what each mail says is read for many at once, and says the same."""

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.models import DrawEntry
from enrollment.models import DespairNote, HardNews, WrittenWhere
from facilities.models import Service
from sankecare import outbox
from sankecare.models import OutboxEntry
from tests import builders

from .factories_line import DRAWN, announce, days, drawn, enter

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def rules(transactional_db: None) -> None:
    builders.usage_limits()
    builders.draw_policy()


@pytest.fixture
def results() -> list[int]:
    stay: Service = builders.service(slots=2)
    announced = announce(stay)
    for _family in range(8):
        enter(announced, days(0))
    drawn(announced)
    return list(OutboxEntry.objects.filter(kind="draw_result").order_by("pk").values_list("pk", flat=True))


def sent() -> list[tuple[str, str, list[str]]]:
    found = sorted((str(one.subject), str(one.body), one.to) for one in mail.outbox)
    mail.outbox.clear()
    return found


def test_mails_read_together_are_the_same_as_those_read_alone_and_ask_half_as_much(results: list[int]) -> None:
    mail.outbox.clear()
    with CaptureQueriesContext(connection) as alone:
        assert all(outbox.take(pk, at=DRAWN) for pk in results)
    said = sent()
    OutboxEntry.objects.filter(pk__in=results).update(done_at=None)
    with CaptureQueriesContext(connection) as together:
        assert outbox.take_several(results, at=DRAWN) == []
    assert len(said) == len(results) == 8
    assert sent() == said
    assert len(together) <= len(alone) - 3 * len(results)


def test_of_many_who_are_told_at_once_each_has_around_her_message_what_is_hers(results: list[int]) -> None:
    lost, despairs, *others = DrawEntry.objects.order_by("pk")
    family = lost.registration.birth.family
    HardNews.objects.create(family=family, kind="lost", told_at=DRAWN, told_by=family.account)
    DespairNote.objects.create(
        registration=despairs.registration,
        family=despairs.registration.birth.family,
        written=WrittenWhere.PAGE,
        written_at=DRAWN,
    )
    mail.outbox.clear()
    outbox.take_several(results, at=DRAWN)
    bodies = {one.to[0]: str(one.body) for one in mail.outbox}
    assert set(bodies) == {one.registration.birth.family.account.email for one in (despairs, *others)}
    listed = bodies.pop(despairs.registration.birth.family.account.email)
    assert "119" in listed
    assert not any("119" in body for body in bodies.values())
    OutboxEntry.objects.filter(pk__in=results).update(done_at=None)
    mail.outbox.clear()
    outbox.take_several(results, at=DRAWN)
    assert not any("119" in str(one.body) for one in mail.outbox), "whom to call is mailed once"


def test_what_stands_around_messages_and_cannot_be_asked_together_is_asked_alone(
    results: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_recipients: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(outbox, "around_several", [broken])
    family = DrawEntry.objects.order_by("pk")[0].registration.birth.family
    HardNews.objects.create(family=family, kind="lost", told_at=DRAWN, told_by=family.account)
    mail.outbox.clear()
    outbox.take_several(results, at=DRAWN)
    assert len(sent()) == len(results) - 1


def test_what_cannot_be_read_ahead_is_read_alone(results: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    mail.outbox.clear()

    def broken(_entries: object) -> dict[int, object]:
        raise RuntimeError

    monkeypatch.setitem(outbox._read_ahead, "draw_result", broken)
    outbox.take_several(results, at=DRAWN)
    assert len(sent()) == len(results)
    assert not OutboxEntry.objects.filter(pk__in=results, done_at=None).exists()
