"""Which addresses are addresses: carriers' of the old kind are, a number or this machine is none; mails reach them."""

import socketserver
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, get_connection  # noqa: TID251 - what goes over the wire is looked at

from accounts.forms import EmailForm
from sankecare.email_addresses import PlainEmailField, plain_address, reachable_address

REACHED = [
    "hana@example.jp",
    "a..b.@docomo.ne.jp",  # public bug reports of comparable systems
    "hana.@docomo.ne.jp",
    ".hana@ezweb.ne.jp",
    "hana..u@ezweb.ne.jp",
    "hana-_u.@softbank.ne.jp",
    "a..@t.vodafone.ne.jp",
    "hana+baby@example.co.jp",
    "花@例え.jp".replace("花", "hana"),
]
NOT_REACHED = [
    "a@[127.0.0.1]",
    "a@[IPv6:::1]",
    "a@127.0.0.1",
    "a@localhost",
    "a@docomo",
    "a..b@gmail.com",
    "a.@example.jp",
    "a@@docomo.ne.jp",
    "a b@docomo.ne.jp",
    "a<b@docomo.ne.jp",
    "@docomo.ne.jp",
    "a..b.@docomo.ne.jp.example",
    "a..b.@evil-docomo.ne.jp",
    "a\n@docomo.ne.jp",
    "x" * 65 + "@docomo.ne.jp",
    "x" * 65 + "@example.jp",
    "a@\u202eb.jp",
    "a@\u200bb.jp",
    "a@" + "例" * 60 + ".jp",
    "",
]


@pytest.mark.parametrize("address", REACHED)
def test_an_address_that_mails_reach_signs_in(address: str) -> None:
    reachable_address(address)
    assert EmailForm({"email": address}).is_valid()


@pytest.mark.parametrize("address", NOT_REACHED)
def test_what_no_mail_reaches_is_said(address: str) -> None:
    with pytest.raises(ValidationError):
        reachable_address(address)
    if "\n" not in address:
        assert not EmailForm({"email": address}).is_valid()


def test_full_width_letters_and_capitals_are_one_address() -> None:
    assert plain_address(" Ｈａｎａ＠Example.JP ") == "hana@example.jp"
    assert PlainEmailField().clean("Ａ..ｂ.@docomo.ne.jp") == "a..b.@docomo.ne.jp"


class Heard(socketserver.StreamRequestHandler):
    """As much of a mail server as a client needs; what it is told is kept in ``server.heard``."""

    server: Any

    def handle(self) -> None:
        self.wfile.write(b"220 test\r\n")
        in_data = False
        for raw in self.rfile:
            line = raw.decode().rstrip("\r\n")
            self.server.heard.append(line)
            if in_data:
                in_data = line != "."
                answer = b"" if in_data else b"250 ok\r\n"
            elif line.upper() == "DATA":
                in_data, answer = True, b"354 go on\r\n"
            elif line.upper() == "QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                answer = b"250 ok\r\n"
            self.wfile.write(answer)


@pytest.fixture
def server() -> Iterator[Any]:
    with socketserver.TCPServer(("127.0.0.1", 0), Heard) as listening:
        listening.heard = []  # type: ignore[attr-defined]
        thread = threading.Thread(target=listening.handle_request, daemon=True)
        thread.start()
        yield listening
        thread.join(5)


def test_a_mail_to_an_old_carrier_address_leaves_with_the_address_whole(server: Any) -> None:
    wire = get_connection(
        "django.core.mail.backends.smtp.EmailBackend", host="127.0.0.1", port=server.server_address[1], timeout=5
    )
    mail = EmailMessage("件名", "本文", "sango@city.example.jp", ["a..b.@docomo.ne.jp"], connection=wire)
    assert mail.send() == 1
    told = [line.lower() for line in server.heard]
    assert any(line.startswith("rcpt to:<") and "a..b." in line and "@docomo.ne.jp>" in line for line in told), told
    assert any(line.startswith("to:") and "a..b." in line for line in told)
