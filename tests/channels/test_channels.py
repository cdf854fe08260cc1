"""LINE and SMS against a stand-in of their published interfaces: one message, or an error that is tried again."""

import pytest

from sankecare.channels.line import LineChannel
from sankecare.channels.port import Channel, NotReached, NotThere
from sankecare.channels.set_up import LINE, SMS, channel, ways_set_up
from sankecare.channels.sms import SmsChannel, international
from tests.channels.fixtures_stand_in import ACCOUNT, NOBODY, SMS_TOKEN, TOKEN, StandIn

HER_LINE, HER_PHONE = f"U{'0' * 32}", "+819012345678"
TEXT = "[世田谷区 産後ケア] ご予約が決まりました\nhttps://example.jp/my/bookings/1/"


def of(way: str) -> Channel:
    found = channel(way)
    assert found is not None
    return found


@pytest.mark.parametrize(("way", "to"), [(LINE, HER_LINE), (SMS, HER_PHONE)])
def test_a_message_that_was_taken_and_not_answered_reaches_her_once(outside: StandIn, way: str, to: str) -> None:
    outside.breaks = 1
    with pytest.raises(NotReached):
        of(way).send(to=to, text=TEXT, number="word:1", again=False)
    of(way).send(to=to, text=TEXT, number="word:1", again=True)
    told = outside.line or outside.sms
    assert len(told) == 1
    assert TEXT in str(told).replace("\\n", "\n")
    of(way).send(to=to, text=f"{TEXT}?2", number="word:2", again=True)
    assert len(told) == 2


def test_who_is_not_there_is_said_for_good_and_what_is_ours_to_mend_is_tried_again(outside: StandIn) -> None:
    for to in (NOBODY, "090"):
        with pytest.raises(NotThere):
            of(SMS).send(to=to, text=TEXT, number="word:1", again=False)
    with pytest.raises(NotThere):
        of(LINE).send(to="yoshiko", text=TEXT, number="word:1", again=False)
    wrong = [LineChannel(outside.address, "x"), SmsChannel(outside.address, ACCOUNT, "x", "+81")]
    away = [LineChannel("http://127.0.0.1:9", TOKEN), SmsChannel("http://127.0.0.1:9", ACCOUNT, SMS_TOKEN, "+81")]
    for way in (*wrong, *away, LineChannel("file:///etc/hosts", TOKEN)):
        with pytest.raises(NotReached):
            way.send(to=HER_LINE, text=TEXT, number="word:1", again=False)
    assert outside.line == outside.sms == []


def test_a_way_is_there_once_all_its_settings_are_filled_in(outside: StandIn, settings: object) -> None:
    assert ways_set_up() == [LINE, SMS]
    settings.LINE_SECRET = settings.SMS_SENDER = ""  # type: ignore[attr-defined]
    assert ways_set_up() == []


def test_a_japanese_number_as_the_world_dials_it() -> None:
    assert [international(number) for number in ("090-1234-5678", "+81 90 1234 5678")] == [HER_PHONE, HER_PHONE]
