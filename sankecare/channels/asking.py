"""One request to somebody else's interface over HTTP, with a time limit. Nothing of it stands in a log or an error."""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from .port import NotReached

SECONDS = 8.0
MOST_BYTES = 1_000_000


@dataclass(frozen=True)
class Answer:
    """What came back: the status, and the body as JSON ({} where it is none)."""

    status: int
    said: Mapping[str, Any]


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """What a person is told goes to the host that is set, and to no other that it names."""

    def redirect_request(self, *_args: Any, **_named: Any) -> None:
        return None


_opener = urllib.request.build_opener(_NoRedirects)


def ask(address: str, *, headers: Mapping[str, str], body: bytes | None = None) -> Answer:
    """Send a request (POST where it has a body). Errors: NotReached where nobody answers."""
    if urlsplit(address).scheme not in {"http", "https"}:
        raise NotReached
    request = urllib.request.Request(address, data=body, headers=dict(headers))  # noqa: S310 - looked at above
    try:
        with _opener.open(request, timeout=SECONDS) as response:
            return Answer(response.status, _read(response.read(MOST_BYTES)))
    except urllib.error.HTTPError as refused:
        with refused:
            return Answer(refused.code, _read(refused.read(MOST_BYTES)))
    except (OSError, ValueError) as away:
        raise NotReached from away


def _read(body: bytes) -> Mapping[str, Any]:
    try:
        said = json.loads(body)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
