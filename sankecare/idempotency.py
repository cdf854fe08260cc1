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

LONGEST_KEY = 200


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
            kept = AnsweredRequest.objects.create(user_id=user.pk, key=key, body_digest=digest, status=0, answer={})
            answer = write()
            kept.status, kept.answer = answer.status, answer.body
            kept.save(update_fields=["status", "answer"])
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
