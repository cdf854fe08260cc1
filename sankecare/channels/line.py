"""LINE: messages to who has added the ward's official account (LINE Messaging API, developers.line.biz).

A message carries a retry key: LINE takes it once, and answers 409 to the same again. What a person does in LINE comes
to our webhook, signed with the channel's secret.
"""

import base64
import binascii
import hashlib
import hmac
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from .asking import ask
from .port import NotReached, NotThere

TAKEN, TAKEN_BEFORE, NOT_POSSIBLE = 200, 409, 400
# The key's own name space: the same number gives the same key for ever.
NAME_SPACE = uuid.UUID("5d3f2f0e-6a0b-4e0c-9a9b-3c8e6f1d7b52")
MOST_SIGNS = 5000


@dataclass(frozen=True)
class LineChannel:
    """``address``: of the interface; ``token``: the channel access token."""

    address: str
    token: str

    def send(self, *, to: str, text: str, number: str, again: bool) -> None:
        """Push a text to a user id. Errors: NotReached, NotThere."""
        body = {"to": to, "messages": [{"type": "text", "text": text[:MOST_SIGNS]}]}
        answer = ask(
            f"{self.address.rstrip('/')}/v2/bot/message/push",
            headers={
                "Authorization": f"Bearer {self.token}",
                "Content-Type": "application/json",
                "X-Line-Retry-Key": str(uuid.uuid5(NAME_SPACE, number)),
            },
            body=json.dumps(body).encode(),
        )
        if answer.status == NOT_POSSIBLE:
            raise NotThere
        if answer.status not in {TAKEN, TAKEN_BEFORE}:
            raise NotReached


@dataclass(frozen=True)
class LineEvent:
    """What somebody did in LINE: ``kind`` as LINE names it, ``user`` its id of her, ``text`` what she wrote."""

    kind: str
    user: str
    text: str = ""
    number: str = ""


def is_from_line(body: bytes, signature: str, secret: str) -> bool:
    """Whether the webhook's body was signed with the channel's secret (HMAC-SHA256, Base64)."""
    try:
        given = base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError):
        return False
    return bool(secret) and hmac.compare_digest(given, hmac.new(secret.encode(), body, hashlib.sha256).digest())


def events_in(body: bytes) -> Iterator[LineEvent]:
    """Return what a webhook tells of single people; everything else is left out."""
    try:
        told = json.loads(body).get("events", [])
    except (ValueError, AttributeError):
        return
    for event in told if isinstance(told, list) else []:
        source = event.get("source") or {}
        if source.get("type") == "user" and source.get("userId"):
            message = event.get("message") or {}
            text = str(message.get("text", "")) if message.get("type") == "text" else ""
            yield LineEvent(
                str(event.get("type", "")), str(source["userId"]), text, str(event.get("webhookEventId", ""))
            )


def link_to_chat(account: str, text: str) -> str:
    """Return the address that opens the chat with the official account (@…), the text typed in already."""
    return f"https://line.me/R/oaMessage/{quote(account, safe='')}/?{quote(text, safe='')}"
