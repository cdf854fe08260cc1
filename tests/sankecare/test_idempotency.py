"""One request, one answer, however often it is sent."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from facilities.models import PublicHoliday
from sankecare.errors import NotPossible, Refused
from sankecare.idempotency import Answer, once
from sankecare.models import AnsweredRequest
from sankecare.tasks import forget_answers
from tests import builders


class Write:
    """A write that counts how often it was done."""

    def __init__(self) -> None:
        self.done = 0

    def __call__(self) -> Answer:
        self.done += 1
        return Answer(201, {"number": self.done})


@pytest.fixture
def person(db):
    return builders.user()


def test_the_same_key_and_request_get_the_same_answer_and_write_once(person):
    write = Write()
    answers = [once(user=person, key="k", request={"days": [1]}, write=write) for _ in range(3)]
    assert [(answer.status, answer.body, answer.repeated) for answer in answers] == [
        (201, {"number": 1}, False),
        (201, {"number": 1}, True),
        (201, {"number": 1}, True),
    ]
    assert write.done == 1


def test_the_same_key_for_another_request_is_422_and_writes_nothing(person):
    write = Write()
    once(user=person, key="k", request={"days": [1]}, write=write)
    with pytest.raises(NotPossible, match="idempotency_key_reused") as refused:
        once(user=person, key="k", request={"days": [2]}, write=write)
    assert refused.value.status == 422
    assert write.done == 1


def test_of_an_answer_the_database_shows_the_record_alone_and_a_retry_still_gets_all_of_it(person):
    body = {"id": 7, "what_was_seen": "夜間に泣き続けカナリア所見", "number": "F-000007"}
    for _again in range(2):
        given = once(user=person, key="k", request={}, write=lambda: Answer(201, body, {"referral": 7}))
        assert (given.status, given.body, given.written) == (201, body, {"referral": 7})
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(a)::text FROM sankecare_answeredrequest a")
        (row,) = cursor.fetchone()
    assert '"answer":{"referral": 7}' in row
    assert not any(word in row for word in ("カナリア", "what_was_seen", "F-000007"))


def test_the_database_keeps_no_words_beside_the_seal(person):
    once(user=person, key="k", request={}, write=Write())
    with pytest.raises(IntegrityError, match="answered_request_names_ids"), transaction.atomic():
        AnsweredRequest.objects.update(answer={"referral": 7, "outcome": "カナリア"})


def test_an_answer_is_forgotten_after_thirty_days_and_not_before(person):
    for key in ("old", "young"):
        once(user=person, key=key, request={}, write=Write())
    ago = timezone.now() - timedelta(days=30)
    AnsweredRequest.objects.filter(key="old").update(answered_at=ago - timedelta(minutes=1))
    AnsweredRequest.objects.filter(key="young").update(answered_at=ago + timedelta(minutes=1))
    forget_answers()
    assert [row.key for row in AnsweredRequest.objects.all()] == ["young"]


def test_a_key_is_each_persons_own_and_without_one_every_request_counts(person):
    write = Write()
    for user, key in ((person, "k"), (builders.user(), "k"), (person, "other"), (person, None), (person, None)):
        once(user=user, key=key, request={}, write=write)
    assert write.done == 5


def test_a_refusal_keeps_nothing_and_may_be_tried_again(person):
    def refuse() -> Answer:
        PublicHoliday.objects.create(day=builders.A_DAY, name="半分だけ")
        raise Refused("day_full", "…")

    with pytest.raises(Refused, match="day_full"):
        once(user=person, key="k", request={}, write=refuse)
    assert not AnsweredRequest.objects.exists()
    assert not PublicHoliday.objects.exists()
    assert once(user=person, key="k", request={}, write=Write()).body == {"number": 1}


def test_what_the_database_refuses_in_the_write_is_not_taken_for_the_keys_own_refusal(person):
    def twice() -> Answer:
        for _ in range(2):
            PublicHoliday.objects.create(day=builders.A_DAY, name="同じ日")
        return Answer(201, {})

    with pytest.raises(IntegrityError):
        once(user=person, key="k", request={}, write=twice)


@pytest.mark.parametrize("key", ["", "k" * 201, "鍵", "a\nb", "\x00"], ids=["empty", "long", "kanji", "line", "NUL"])
def test_a_key_that_is_none_is_refused_in_words(person, key):
    with pytest.raises(NotPossible, match="idempotency_key_malformed"):
        once(user=person, key=key, request={}, write=Write())
