"""One answer for one request: a retry with the same key is answered, not done again."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from .errors import NotPossible
from .models import AnsweredRequest
from .together import ask_together

LONGEST_KEY = 200
TAKE_KEY = """
    INSERT INTO sankecare_answeredrequest (user_id, key, body_digest, status, answer, answered_at)
    VALUES (%s, %s, %s, 0, '{}', now())
"""
KEEP_ANSWER = "UPDATE sankecare_answeredrequest SET status = %s, answer = %s WHERE user_id = %s AND key = %s"


@dataclass(frozen=True)
class Answer:
    """What was answered: HTTP status and a body of plain values."""

    status: int
    body: dict[str, Any]
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
            ask_together((TAKE_KEY, [user.pk, key, digest]))
            answer = write()
            ask_together((KEEP_ANSWER, [answer.status, json.dumps(answer.body), user.pk, key]))
            return answer
    except IntegrityError:
        first = AnsweredRequest.objects.filter(user_id=user.pk, key=key).first()
        if first is None:
            raise  # not the key's own refusal: the write's
    if first.body_digest != digest:
        raise NotPossible("idempotency_key_reused", _("This key was used for another request. Please send a new one."))
    return Answer(first.status, first.answer, repeated=True)


def _refuse_malformed(key: str) -> None:
    if not key or len(key) > LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise NotPossible(
            "idempotency_key_malformed", _("The Idempotency-Key must be 1 to 200 printable ASCII characters.")
        )
