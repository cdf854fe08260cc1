"""A local stand-in of two published interfaces: LINE's Messaging API (push) and Twilio's Messages resource.

It refuses what they refuse: a wrong token, a body of another shape, a retry key that is no UUID, no number.
It can fall silent after it has taken a message, as a line that breaks does.
"""

import json
import re
import threading
import uuid
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN, ACCOUNT, SMS_TOKEN = "line-token", "AC0123456789abcdef0123456789abcdef", "sms-token"
NOBODY = "+818099999999"


@dataclass
class StandIn:
    """What was taken, by whose interface; ``breaks``: so often it takes a message and answers nothing good."""

    address: str = ""
    line: list[dict[str, Any]] = field(default_factory=list)
    line_keys: set[str] = field(default_factory=set)
    sms: list[dict[str, str]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    breaks: int = 0
    gone: bool = False

    def settings(self) -> dict[str, str]:
        return {
            "LINE_URL": self.address,
            "LINE_TOKEN": TOKEN,
            "LINE_SECRET": "line-secret",
            "LINE_ACCOUNT": "@ward",
            "SMS_URL": self.address,
            "SMS_ACCOUNT": ACCOUNT,
            "SMS_TOKEN": SMS_TOKEN,
            "SMS_SENDER": "+815012345678",
        }


class Handler(BaseHTTPRequestHandler):
    """Each answer as the interfaces publish it; ``standing`` is set where the server starts."""

    standing: StandIn

    def log_message(self, *_said: Any) -> None:
        pass

    def do_GET(self) -> None:
        self._answer(*self._listed())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.standing.asked.append(urlsplit(self.path).path)
        status, said = self._push(body) if self.path == "/v2/bot/message/push" else self._message(body)
        if status in {200, 201} and self.standing.breaks:
            self.standing.breaks -= 1
            status, said = 500, {"message": "internal"}
        self._answer(status, said)

    def _push(self, body: bytes) -> tuple[int, dict[str, Any]]:
        if self.headers["Authorization"] != f"Bearer {TOKEN}":
            return 401, {"message": "Authentication failed"}
        told = json.loads(body)
        key = str(uuid.UUID(self.headers["X-Line-Retry-Key"]))
        texts = [one["text"] for one in told["messages"] if one["type"] == "text"]
        if not re.fullmatch(r"U[0-9a-f]{32}", told["to"]) or len(texts) != len(told["messages"]) or self.standing.gone:
            return 400, {"message": "The property, 'to', in the request body is invalid (line: -, column: -)"}
        if key in self.standing.line_keys:
            return 409, {"message": "The retry key is already accepted"}
        self.standing.line_keys.add(key)
        self.standing.line.append(told)
        return 200, {"sentMessages": [{"id": str(len(self.standing.line))}]}

    def _message(self, body: bytes) -> tuple[int, dict[str, Any]]:
        if not self._is_known():
            return 401, {"code": 20003, "message": "Authenticate"}
        told = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        if not re.fullmatch(r"\+[1-9]\d{6,14}", told["To"]):
            return 400, {"code": 21211, "message": "Invalid 'To' Phone Number"}
        if told["To"] == NOBODY:
            return 400, {"code": 21610, "message": "Attempt to send to unsubscribed recipient"}
        self.standing.sms.append(told)
        return 201, {"sid": f"SM{len(self.standing.sms)}", "status": "queued"}

    def _listed(self) -> tuple[int, dict[str, Any]]:
        if not self._is_known():
            return 401, {"code": 20003, "message": "Authenticate"}
        wanted = parse_qs(urlsplit(self.path).query)
        found = [one for one in self.standing.sms if one["To"] == wanted["To"][0]]
        return 200, {"messages": [{"body": one["Body"], "to": one["To"], "status": "sent"} for one in found]}

    def _is_known(self) -> bool:
        kind, _space, given = self.headers.get("Authorization", "").partition(" ")
        path = urlsplit(self.path).path
        right = path == f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
        return right and kind == "Basic" and b64decode(given).decode() == f"{ACCOUNT}:{SMS_TOKEN}"

    def _answer(self, status: int, said: dict[str, Any]) -> None:
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def stand_in() -> Iterator[StandIn]:
    standing = StandIn()

    bound = type("Bound", (Handler,), {"standing": standing})
    server = ThreadingHTTPServer(("127.0.0.1", 0), bound)
    standing.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield standing
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
