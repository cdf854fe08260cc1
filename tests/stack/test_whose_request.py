"""Through the proxy, limits count the address that a request came from, whatever its sender claims."""

import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse

from accounts.sign_in_limit import address_of
from sankecare.stack import proxy
from sankecare.stack.ports import LOOPBACK, free_port
from tests.stack.documented import PROJECT

CLAIMS = (
    ("nothing", ""),
    ("an address", "X-Forwarded-For: 1.2.3.4\r\n"),
    ("a chain", "X-Forwarded-For: 1.2.3.4, 5.6.7.8\r\n"),
    ("twice", "X-Forwarded-For: 1.2.3.4\r\nX-Forwarded-For: 5.6.7.8\r\n"),
    ("by other names", "X_Forwarded_For: 1.2.3.4\r\nForwarded: for=1.2.3.4\r\nX-Real-IP: 1.2.3.4\r\n"),
    ("in a header to be dropped", "X-Forwarded-For: 1.2.3.4\r\nConnection: x-forwarded-for\r\n"),
)


class Silent(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def port(home: Path, settings) -> Iterator[int]:
    """The proxy before a server that answers the address that limits count, set as compose and the demo set it."""
    nginx = proxy.server()
    if nginx is None:
        pytest.skip("no nginx for this platform")
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"NUM_PROXIES": 1}

    def tell(environ, start_response):
        answer = HttpResponse(f"<{address_of(WSGIRequest(environ))}>")
        start_response("200 OK", [("Content-Length", str(len(answer.content)))])
        return [answer.content]

    with make_server(LOOPBACK, 0, tell, handler_class=Silent) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        before = proxy.EmbeddedProxy(nginx, PROJECT, home / "proxy", free_port(), server.server_port)
        try:
            before.start()
            yield before.port
        finally:
            before.stop()
            server.shutdown()
            thread.join()


def said(port: int, head: str, *, sender: str = LOOPBACK) -> str:
    with socket.create_connection((LOOPBACK, port), timeout=10, source_address=(sender, 0)) as line:
        line.sendall(head.encode())
        came = b""
        while more := line.recv(65536):
            came += more
    return came.decode()


@pytest.mark.parametrize("claims", [each for _, each in CLAIMS], ids=[name for name, _ in CLAIMS])
def test_who_claims_another_address_is_counted_at_her_own(port, claims):
    head = f"GET / HTTP/1.0\r\nHost: {LOOPBACK}\r\n{claims}\r\n"
    assert said(port, head).endswith(f"<{LOOPBACK}>")


@pytest.mark.skipif(sys.platform != "linux", reason="one loopback address")
def test_two_senders_are_two_addresses(port):
    head = f"GET / HTTP/1.0\r\nHost: {LOOPBACK}\r\nX-Forwarded-For: 1.2.3.4\r\n\r\n"
    for sender in ("127.0.0.2", "127.0.0.3"):
        assert said(port, head, sender=sender).endswith(f"<{sender}>")


@pytest.mark.parametrize(
    "lengths",
    [
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "Content-Length: 5\r\nContent-Length: 6\r\n",
        "Transfer-Encoding: chunked, identity\r\n",
    ],
)
def test_a_request_of_two_lengths_does_not_reach_the_web_server(port, lengths):
    came = said(port, f"POST / HTTP/1.1\r\nHost: {LOOPBACK}\r\n{lengths}\r\n0\r\n\r\n")
    assert came.split()[1] in ("400", "501")
    assert "<" + LOOPBACK not in came
