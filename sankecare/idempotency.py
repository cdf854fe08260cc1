"""One answer for one request: a retry with the same key is answered, not done again.

What was answered (a referral's words, a charge) is sealed and forgotten after ``KEPT_FOR``; in the open stands
only which record was written.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from .db import run_batch
from .errors import NotPossible
from .models import AnsweredRequest
from .sealing import seal_values, unseal_values

LONGEST_KEY = 200
# Longer than any entry waits on a tablet that is out of reach; after it the same key is a new request.
KEPT_FOR = timedelta(days=30)
TAKE_KEY = """
    INSERT INTO sankecare_answeredrequest (user_id, key, body_digest, status, answer, answered_at)
    VALUES (%s, %s, %s, 0, '{}', now())
"""
KEEP_ANSWER = (
    "UPDATE sankecare_answeredrequest SET status = %s, answer = %s, sealed = %s WHERE user_id = %s AND key = %s"
)


@dataclass(frozen=True)
class Answer:
    """What was answered: HTTP status and a body of plain values. ``written``: the record that it is about, by ids."""

    status: int
    body: dict[str, Any]
    written: Mapping[str, int] = field(default_factory=dict)
    repeated: bool = False


def once(*, user: AbstractBaseUser, key: str | None, request: Any, write: Callable[[], Answer]) -> Answer:
    """Do ``write`` and keep its answer under the key, all in one durable transaction; or give the kept answer.

    Without a key (None) it is done, in one durable transaction, and nothing is kept.

    ``request`` is what was asked, as plain values: the same key with another request is refused. Of requests
    with one key at once the second waits for the first. A refusal keeps nothing: it may be tried again.

    Errors: NotPossible ``idempotency_key_reused``, ``idempotency_key_malformed``; whatever ``write`` raises.
    """
    if key is None:
        with transaction.atomic(durable=True):
            return write()
    _refuse_malformed(key)
    digest = hashlib.sha256(json.dumps(request, sort_keys=True, default=str).encode()).hexdigest()
    try:
        with transaction.atomic(durable=True):
            run_batch((TAKE_KEY, [user.pk, key, digest]))
            answer = write()
            ids = json.dumps({name: int(pk) for name, pk in answer.written.items()})
            run_batch((KEEP_ANSWER, [answer.status, ids, seal_values(answer.body), user.pk, key]))
            return answer
    except IntegrityError:
        first = AnsweredRequest.objects.filter(user_id=user.pk, key=key).first()
        if first is None:
            raise  # not the key's own refusal: the write's
    if first.body_digest != digest:
        raise NotPossible("idempotency_key_reused", _("This key was used for another request. Please send a new one."))
    assert first.sealed is not None  # written in the transaction that took the key
    return Answer(first.status, unseal_values(first.sealed), first.answer, repeated=True)


def forget_answers(*, at: datetime) -> int:
    """Delete the answers that are older than ``KEPT_FOR``, with their keys; return how many."""
    forgotten, _by_model = AnsweredRequest.objects.filter(answered_at__lt=at - KEPT_FOR).delete()
    return forgotten


def _refuse_malformed(key: str) -> None:
    if not key or len(key) > LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise NotPossible(
            "idempotency_key_malformed", _("The Idempotency-Key must be 1 to 200 printable ASCII characters.")
        )
