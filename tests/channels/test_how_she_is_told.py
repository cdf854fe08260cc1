"""How a mother is told: the way that she chose, once; her language; quiet hours; one touch stops."""

import base64
import hashlib
import hmac
import json
import re
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.linked_mail import mail_link
from accounts.messages.choosing import MOST_CODES_A_DAY, ask_line_word, ask_phone_code, preference_of
from accounts.messages.matters import Matter, waits_until
from accounts.messages.stop_links import stop_link
from accounts.models import MessagePreference, MessageWay, User
from accounts.roles import Role
from enrollment.help_queries import kept_words
from enrollment.models import DespairNote, WrittenWhere
from sankecare import outbox
from sankecare.errors import Refused
from sankecare.models import OutboxEntry
from tests import builders
from tests.channels.fixtures_stand_in import StandIn

NOON = builders.at(builders.A_DAY, 12)
NIGHT = builders.at(builders.A_DAY, 23)
HER_LINE = f"U{'0' * 32}"
KIND = "test_word"


@pytest.fixture
def mother(db: None) -> User:
    return builders.user(Role.MOTHER, email="yoshiko@example.jp")


@pytest.fixture(autouse=True)
def _a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    """An announcement of this test's own, as every app writes them."""

    def handler(entry: OutboxEntry, _at: datetime) -> None:
        mail_link(
            User.objects.get(pk=entry.payload["person"]),
            number=f"word-{entry.pk}",
            subject="Your booking stands",
            body="Your booking has been made. Days, fee and changes are on your page:\n\n%(link)s",
            page="/my/",
            matter=MATTER[entry.payload.get("matter", 0)],
        )

    monkeypatch.setitem(outbox._handlers, KIND, handler)


MATTER = [Matter.HAPPENED, Matter.REMINDER, Matter.ANSWER]


def announce(person: User, at: datetime = NOON, matter: int = 0) -> OutboxEntry:
    key = f"{KIND}:{OutboxEntry.objects.count()}"
    payload = {"person": person.pk, "matter": matter}
    with transaction.atomic():
        outbox.enqueue(kind=KIND, recipient=f"user:{person.pk}", dedupe_key=key, payload=payload, at=at)
    outbox.take_all(at=at)
    return OutboxEntry.objects.get(dedupe_key=key)


def prefers(person: User, **how: Any) -> MessagePreference:
    return MessagePreference.objects.create(account=person, **how)


def test_she_is_told_on_the_way_that_she_chose_and_on_no_other_and_once(mother: User, outside: StandIn) -> None:
    prefers(mother, way="line", line_user=HER_LINE)
    outside.breaks = 1
    announce(mother)
    assert (len(outside.line), mail.outbox) == (1, [])
    assert OutboxEntry.objects.filter(done_at__isnull=True).count() == 1  # nobody knows yet that it was taken
    for _again in range(3):
        outbox.take_all(at=NOON + timedelta(minutes=5))
    assert (len(outside.line), mail.outbox) == (1, [])
    assert not OutboxEntry.objects.filter(done_at__isnull=True).exists()
    (text,) = [one["text"] for one in outside.line[0]["messages"]]
    assert re.fullmatch(r"【産後ケア】ご予約が決まりました\nhttp\S+/my/\nいまつらいとき：http\S+/help-now/", text)


def test_a_way_that_leads_nowhere_any_more_gives_way_to_mail(mother: User, outside: StandIn) -> None:
    kept = prefers(mother, way="sms", phone="08099999999")
    announce(mother)
    kept.refresh_from_db()
    assert (kept.way, len(outside.sms), len(mail.outbox)) == ("mail", 0, 1)


@pytest.mark.parametrize("way", ["mail", "sms", "line"])
def test_after_words_of_despair_the_next_message_says_whom_to_call_and_only_that(
    mother: User, outside: StandIn, way: str
) -> None:
    prefers(mother, way=way, phone="09012345678", line_user=HER_LINE)
    family = builders.family(account=mother)
    DespairNote.objects.create(family=family, written=WrittenWhere.PAGE, written_at=NOON)
    announce(mother)
    announce(mother)
    told = [one.body for one in mail.outbox] + [one["Body"] for one in outside.sms]
    told += [one["messages"][0]["text"] for one in outside.line]
    assert ["/help-now/" in text for text in told] == [True, way != "sms"]
    assert ["119" in text for text in told] == [way != "sms", False]


def test_a_ward_without_the_way_tells_her_by_mail(mother: User) -> None:
    prefers(mother, way="line", line_user=HER_LINE)
    announce(mother)
    assert len(mail.outbox) == 1


def test_she_reads_in_her_language_and_staff_in_the_wards(mother: User) -> None:
    User.objects.filter(pk=mother.pk).update(language="en")
    announce(mother)
    announce(builders.user(Role.HEALTH_NURSE, email="nurse@city.example", language="en", district=builders.district()))
    assert "Your booking stands" in mail.outbox[0].subject
    assert "/my/" in mail.outbox[0].body


@pytest.mark.parametrize(
    ("matter", "hour", "deadline", "waits"),
    [
        (Matter.HAPPENED, 23, None, 32),
        (Matter.HAPPENED, 3, None, 8),
        (Matter.HAPPENED, 12, None, None),
        (Matter.HAPPENED, 8, None, None),
        (Matter.REMINDER, 21, None, 32),
        (Matter.ANSWER, 3, None, None),
        (Matter.HAPPENED, 3, 10, None),
        (Matter.HAPPENED, 3, 12, 8),
    ],
)
def test_quiet_hours(matter: Matter, hour: int, deadline: int | None, waits: int | None) -> None:
    def moment(of: int) -> datetime:
        return builders.at(builders.A_DAY, 0) + timedelta(hours=of)

    until = None if deadline is None else moment(deadline)
    found = waits_until(matter, moment(hour), time(21), time(8), until)
    assert found == (None if waits is None else moment(waits))
    assert waits_until(matter, moment(hour), None, None, until) is None
    assert waits_until(Matter.HAPPENED, moment(13), time(12), time(14)) == moment(14)


def test_what_waits_for_the_morning_has_not_failed_and_comes_then(mother: User) -> None:
    prefers(mother, quiet_from=time(21), quiet_until=time(7))
    entry = announce(mother, NIGHT)
    assert (mail.outbox, entry.done_at, entry.last_error) == ([], None, "NotNow")
    assert timezone.localtime(entry.next_attempt_at).hour == 7
    assert outbox.standing(NIGHT + timedelta(hours=3)).oldest_seconds == 0
    announce(mother, NIGHT, matter=2)
    assert len(mail.outbox) == 1  # what she does herself is answered
    outbox.take_all(at=NIGHT + timedelta(hours=9))
    assert len(mail.outbox) == 2


def test_a_mail_program_stops_reminders_by_itself_and_what_happens_still_comes(mother: User, client: Client) -> None:
    announce(mother, matter=1)
    announce(mother)
    reminder, happened = mail.outbox
    assert "List-Unsubscribe" not in happened.extra_headers
    assert reminder.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = reminder.extra_headers["List-Unsubscribe"].strip("<>")
    assert address in reminder.body
    path = address.partition("8000")[2]
    assert "止める" in client.get(path).text
    assert not MessagePreference.objects.exists()  # opening it is no answer
    strict = Client(enforce_csrf_checks=True)
    for _twice in range(2):
        assert strict.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    announce(mother, matter=1)
    announce(mother)
    assert len(mail.outbox) == 3
    assert client.post(f"{path[:-3]}xx/").status_code == 404


def test_a_stopped_text_message_goes_back_to_mail_with_its_reminders(mother: User, outside: StandIn) -> None:
    prefers(mother, way="sms", phone="09012345678")
    announce(mother)
    (told,) = outside.sms
    assert told["To"] == "+819012345678"
    stop = stop_link(mother, MessageWay.SMS)
    assert stop in told["Body"]
    Client().post(stop.partition("8000")[2])
    announce(mother, matter=1)
    assert (len(outside.sms), len(mail.outbox)) == (1, 1)


def signed(body: dict[str, Any], secret: str = "line-secret") -> dict[str, Any]:
    raw = json.dumps(body).encode()
    signature = base64.b64encode(hmac.new(secret.encode(), raw, hashlib.sha256).digest()).decode()
    return {"data": raw, "content_type": "application/json", "headers": {"X-Line-Signature": signature}}


def event(kind: str, text: str = "") -> dict[str, Any]:
    said = {"type": kind, "source": {"type": "user", "userId": HER_LINE}}
    return {"events": [said | ({"message": {"type": "text", "text": text}} if text else {})]}


@pytest.mark.django_db(transaction=True)
def test_her_line_is_connected_by_a_word_told_whom_to_call_and_taken_off(outside: StandIn) -> None:
    mother, client, hook = builders.user(Role.MOTHER, email="y@example.jp"), Client(), reverse("public:line-webhook")
    builders.family(account=mother)
    word = transaction.atomic(ask_line_word)(account=mother, at=timezone.now())
    assert client.post(hook, **signed(event("message", word), "another")).status_code == 400
    assert not preference_of(mother).line_user
    assert client.post(hook, **signed(event("message", f" {word.lower()}"))).status_code == 200
    kept = MessagePreference.objects.get()
    assert (kept.way, kept.line_user, kept.line_word_digest) == ("line", HER_LINE, "")
    kept_words.keep(("消えたい",), seconds=60)
    client.post(hook, **signed(event("message", "もう消えたいです")))
    outbox.take_all(at=timezone.now())
    texts = [one["messages"][0]["text"] for one in outside.line]
    assert ("つながりました" in texts[0], "/help-now/" in texts[1]) == (True, True)
    assert DespairNote.objects.count() == 1
    client.post(hook, **signed(event("unfollow")))
    kept.refresh_from_db()
    assert (kept.way, kept.line_user) == ("mail", "")


@pytest.mark.django_db(transaction=True)
def test_a_telephone_is_used_once_she_has_shown_that_it_is_hers(outside: StandIn, client: Client) -> None:
    mother = builders.user(Role.MOTHER, email="y@example.jp")
    client.force_login(mother)
    page = reverse("family:messages")
    assert "070・080・090" in client.post(page, {"do": "phone", "phone": "03-1234-5678"}).text
    client.post(page, {"do": "phone", "phone": "090-1234-5678"})
    outbox.take_all(at=timezone.now())
    code = re.search(r"\d{6}", outside.sms[0]["Body"])
    assert code
    wrong = "000000" if code[0] != "000000" else "111111"
    assert client.post(page, {"do": "code", "code": wrong}).status_code == 422
    assert client.post(page, {"do": "code", "code": code[0]}).status_code == 302
    kept = MessagePreference.objects.get()
    assert (kept.way, kept.phone, kept.phone_tries) == ("sms", "09012345678", 2)
    for _more in range(5):
        answer = client.post(page, {"do": "phone", "phone": "090-1234-5678"})
    assert "今日はこれ以上" in answer.text


def test_she_chooses_on_her_page_and_half_an_hour_is_refused_beside_its_field(mother: User, client: Client) -> None:
    client.force_login(mother)
    page, sent = reverse("family:messages"), {"do": "save", "way": "mail", "quiet_from": "21:00"}
    assert "両方" in client.post(page, sent).text
    assert client.post(page, sent | {"way": "line"}).status_code == 422
    assert client.post(page, sent | {"quiet_until": "07:00"}).status_code == 302
    kept = MessagePreference.objects.get()
    assert (kept.quiet_from, kept.quiet_until, kept.wants_reminders) == (time(21), time(7), False)
    client.post(reverse("set_language"), {"language": "en"})
    mother.refresh_from_db()
    assert mother.language == "en"


def test_a_mobile_number_may_be_typed_in_full_width_digits(outside: StandIn, client: Client, mother: User) -> None:
    client.force_login(mother)
    answer = client.post(reverse("family:messages"), {"do": "phone", "phone": "０９０－１２３４－５６７８"})
    assert answer.status_code == 302
    assert preference_of(User.objects.get(pk=mother.pk)).new_phone == "09012345678"


def test_one_telephone_is_sent_no_more_codes_a_day_than_one_mother_may_ask_for(outside: StandIn, mother: User) -> None:
    """Whoever makes account after account cannot ring a stranger's telephone all night."""
    for number in range(MOST_CODES_A_DAY):
        stranger = builders.user(Role.MOTHER, email=f"stranger{number}@example.jp")
        with transaction.atomic():
            ask_phone_code(account=stranger, phone="090-1234-5678", at=NOON)
    with pytest.raises(Refused, match="too_many_codes"), transaction.atomic():
        ask_phone_code(account=mother, phone="090-1234-5678", at=NOON)
    with transaction.atomic():
        ask_phone_code(account=mother, phone="090-1234-5678", at=NOON + timedelta(days=1))
