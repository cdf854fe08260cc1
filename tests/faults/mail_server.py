"""A mail server on loopback that can misbehave in each way that real ones do, and keeps what it took."""

import threading
import time
from dataclasses import dataclass
from email import message_from_bytes
from enum import Enum
from socketserver import StreamRequestHandler, ThreadingTCPServer

from sankecare.stack.ports import LOOPBACK, free_port

SLOW_SECONDS = 1.0


class Mode(Enum):
    FINE = "takes mails"
    REFUSING = "says that it takes none now (421)"
    SLOW = "answers each word a second later"
    DROPPING = "takes the mail and drops the connection before it says so"
    HOLDING = "takes the mail and says nothing until the other side is gone"


@dataclass(frozen=True)
class Taken:
    """A copy of a mail that lies here; ``confirmed`` is whether the sender was told."""

    message_id: str
    confirmed: bool


class MailServer:
    """Runs in threads of the test's own process until stopped."""

    def __init__(self) -> None:
        self.mode = Mode.FINE
        self.taken: list[Taken] = []
        # Set while a sender waits in Mode.HOLDING.
        self.holds = threading.Event()
        self.port = free_port()
        self._server = _Server((LOOPBACK, self.port), _Conversation)
        self._server.of = self
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def copies_of(self, message_id: str) -> int:
        return sum(copy.message_id == message_id for copy in list(self.taken))

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    of: MailServer

    def handle_error(self, request: object, client_address: object) -> None:
        """A sender that was killed is no error of the server's."""


class _Conversation(StreamRequestHandler):
    timeout = 60
    server: _Server

    def handle(self) -> None:
        keeps = self.server.of
        if keeps.mode is Mode.REFUSING:
            self._say("421 not now")
            return
        self._say("220 here")
        while line := self.rfile.readline():
            verb = line[:4].strip().upper()
            if verb == b"DATA":
                self._say("354 go on")
                if not self._take():
                    return
            elif verb == b"QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 fine")

    def _take(self) -> bool:
        """Read a mail and keep it; tell whether the conversation goes on."""
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return False  # the sender died in the middle: there is no mail
            lines.append(line)
        message_id = str(message_from_bytes(b"".join(lines))["Message-ID"])
        keeps = self.server.of
        confirmed = keeps.mode not in {Mode.DROPPING, Mode.HOLDING}
        keeps.taken.append(Taken(message_id, confirmed))
        if keeps.mode is Mode.HOLDING:
            keeps.holds.set()
            self.rfile.readline()
            keeps.holds.clear()
        if confirmed:
            self._say("250 taken")
        return confirmed

    def _say(self, words: str) -> None:
        if self.server.of.mode is Mode.SLOW:
            time.sleep(SLOW_SECONDS)
        self.wfile.write(f"{words}\r\n".encode())
