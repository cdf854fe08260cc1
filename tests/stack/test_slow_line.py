"""Sixty lines at a byte in two seconds: before the proxy nobody waits, at the bare web server everybody does."""

import os
import socket
import ssl
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.utils import timezone

from sankecare.stack import demo, proxy
from sankecare.stack.home import Home
from sankecare.stack.ports import LOOPBACK, free_port, is_free
from sankecare.stack.processes import Child
from tests.stack.documented import PROJECT
from tests.stack.looks import eventually

SLOW_LINES = 60
PAGE = "/.well-known/security.txt"
HEADER = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
BODY = b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n\r\n"


def answer(port: int, path: str = PAGE, timeout: float = 30.0) -> tuple[int, float]:
    """The status, and the seconds that it took."""
    began = time.monotonic()
    try:
        with urllib.request.urlopen(f"http://{LOOPBACK}:{port}{path}", timeout=timeout) as response:
            response.read()
            status = response.status
    except urllib.error.HTTPError as error:
        status = error.code
    return status, time.monotonic() - began


@contextmanager
def slow_lines(port: int) -> Iterator[None]:
    """Half of them in their header, half in their body; who is cut off comes again."""
    over = threading.Event()

    def dribble(begin: bytes) -> None:
        while not over.is_set():
            try:
                with socket.create_connection((LOOPBACK, port), timeout=5) as line:
                    line.sendall(begin)
                    while not over.wait(2):
                        line.sendall(b"x")
            except OSError:
                continue

    threads = [
        threading.Thread(target=dribble, args=(BODY if number % 2 else HEADER,), daemon=True)
        for number in range(SLOW_LINES)
    ]
    for thread in threads:
        thread.start()
    time.sleep(1)
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join(10)


@pytest.fixture
def web(home: Path) -> Iterator[Child]:
    """The demo's web server, on a port of its own."""
    place = Home(PROJECT, home)
    place.logs.mkdir()
    port = free_port()
    env = os.environ | {
        "SECRET_KEY": "for-this-test",
        "SECURITY_CONTACT": "mailto:a@ward.example",
        "PYTHONPATH": str(PROJECT),
    }
    child = demo._web(place, env, port)
    child.port = port  # type: ignore[attr-defined]
    child.start()
    try:
        child.wait_until(lambda: not is_free(port), 60)
        assert answer(port)[0] == 200, child.last_words()
        with ThreadPoolExecutor(4) as many:  # both processes have loaded what a first request loads
            list(many.map(answer, [port] * 24))
        yield child
    finally:
        child.stop()


@pytest.fixture
def before(web: Child, home: Path) -> Iterator[proxy.EmbeddedProxy]:
    nginx = proxy.server()
    if nginx is None:
        pytest.skip("no nginx for this platform")
    before = proxy.EmbeddedProxy(nginx, PROJECT, home / "proxy", free_port(), web.port)
    before.start()
    yield before
    before.stop()


def test_sixty_slow_lines_delay_nobody_behind_the_proxy_and_everybody_without_it(web, before):
    took = []
    with slow_lines(before.port):
        end = time.monotonic() + 20
        while time.monotonic() < end:
            status, seconds = answer(before.port)
            assert status == 200
            took.append(seconds)
            if seconds > 1:
                print(f"{seconds:.1f} s, {end - time.monotonic():.1f} s before the end")
            time.sleep(0.05)
    print(f"\nwith the proxy: {len(took)} requests, the slowest {max(took):.3f} s")
    assert len(took) > 100
    assert [seconds for seconds in took if seconds > 1] == []

    with slow_lines(web.port), pytest.raises(TimeoutError):
        ask_often(web.port)
    print("without: a request waited 4 s in vain")


def ask_often(port: int) -> None:
    for _ in range(8):
        answer(port, timeout=4)


def test_a_header_that_does_not_come_is_cut_off(before):
    with socket.create_connection((LOOPBACK, before.port), timeout=20) as line:
        line.sendall(HEADER)
        began = time.monotonic()
        try:
            came = line.recv(1)
        except ConnectionResetError:
            came = b""
        assert came == b""
        assert 8 < time.monotonic() - began < 15


def test_what_is_larger_than_a_photograph_is_refused_before_the_web_server(before):
    with socket.create_connection((LOOPBACK, before.port), timeout=5) as line:
        line.sendall(b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 70000000\r\n\r\n")
        assert line.recv(12) == b"HTTP/1.1 413"


def test_an_address_that_a_client_claims_is_thrown_away_and_no_path_is_logged(home):
    nginx, port, behind = proxy.server(), free_port(), free_port()
    if nginx is None:
        pytest.skip("no nginx for this platform")
    before = proxy.EmbeddedProxy(nginx, PROJECT, home / "proxy", port, behind)
    with socket.create_server((LOOPBACK, behind)) as web:
        before.start()
        try:
            with socket.create_connection((LOOPBACK, port), timeout=5) as line:
                line.sendall(
                    b"GET /calendar/secret.ics HTTP/1.1\r\nHost: a.example:81\r\nX-Forwarded-For: 1.2.3.4\r\n"
                    b"X-Forwarded-Proto: https\r\nX-Forwarded-Host: b.example\r\nForwarded: for=1.2.3.4\r\n\r\n"
                )
                came, _ = web.accept()
                asked = came.recv(65536).decode().lower()
                came.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
                came.close()
                assert line.recv(15) == b"HTTP/1.1 200 OK"
        finally:
            before.stop()
    assert "x-forwarded-for: 127.0.0.1\r\n" in asked
    assert "x-forwarded-proto: http\r\n" in asked
    assert "host: a.example:81\r\n" in asked
    assert "1.2.3.4" not in asked
    assert "b.example" not in asked
    logged = "".join(file.read_text() for file in (home / "proxy").glob("*.log"))
    assert "200" in logged
    assert "secret" not in logged


def certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = timezone.now()
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


def negotiated(port: int, *, most: ssl.TLSVersion, ciphers: str = "ALL:@SECLEVEL=0") -> tuple[str | None, str | None]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers(ciphers)
    context.minimum_version, context.maximum_version = ssl.TLSVersion.MINIMUM_SUPPORTED, most
    context.set_alpn_protocols(["h2", "http/1.1"])
    with socket.create_connection((LOOPBACK, port), timeout=5) as line, context.wrap_socket(line) as sealed:
        return sealed.version(), sealed.selected_alpn_protocol()


@contextmanager
def of_production(home: Path, behind: int) -> Iterator[tuple[int, int]]:
    """The proxy by its own file, with this machine's ports, paths and names for Docker's: https's port, and http's."""
    nginx, port, plain = proxy.server(), free_port(), free_port()
    if nginx is None:
        pytest.skip("no nginx for this platform")
    certificate(home)
    text = (PROJECT / "deploy" / "proxy" / "nginx.conf").read_text()
    for theirs, ours in (
        ("/tmp/", f"{home}/"),  # first: this home may lie below it
        ("include /etc/nginx/mime.types;\n", ""),
        ("include line.conf", f"include {PROJECT / proxy.LINE}"),
        ("include busy.conf", f"include {PROJECT / proxy.BUSY}"),
        ("/certificates/", f"{home}/"),
        ("/dev/stdout", f"{home}/requests.log"),
        ("/dev/stderr", "stderr"),
        ("listen 8443", f"listen {LOOPBACK}:{port}"),
        ("listen 8080", f"listen {LOOPBACK}:{plain}"),
        ("web:8000 resolve", f"{LOOPBACK}:{behind}"),
        ("worker_processes auto;", f"worker_processes 1; {proxy._same_account()}"),
    ):
        assert theirs in text, theirs
        text = text.replace(theirs, ours)
    (home / "nginx.conf").write_text(text)
    argv = [nginx, "-p", home, "-e", "stderr", "-c", home / "nginx.conf", "-g", "daemon off;"]
    child = Child("The proxy", argv, log=home / "proxy.log")
    try:
        child.start()
        child.wait_until(lambda: not is_free(port), 10)
        yield port, plain
    finally:
        child.stop()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_proxy_of_production_speaks_modern_tls_and_http_2_alone(home):
    with of_production(home, free_port()) as (port, plain):
        assert negotiated(port, most=ssl.TLSVersion.TLSv1_3) == ("TLSv1.3", "h2")
        assert negotiated(port, most=ssl.TLSVersion.TLSv1_2) == ("TLSv1.2", "h2")
        with pytest.raises(ssl.SSLError):
            negotiated(port, most=ssl.TLSVersion.TLSv1_1)
        with pytest.raises(ssl.SSLError):
            negotiated(port, most=ssl.TLSVersion.TLSv1_2, ciphers="AES128-SHA:AES128-GCM-SHA256:@SECLEVEL=0")
        with socket.create_connection((LOOPBACK, plain), timeout=5) as line:
            line.sendall(b"GET /a?b=c HTTP/1.1\r\nHost: ward.example\r\n\r\n")
            said = line.recv(4096).decode()
        assert said.startswith("HTTP/1.1 308")
        assert "\r\nLocation: https://ward.example/a?b=c\r\n" in said


def test_the_web_server_of_production_hears_of_tls_and_the_true_address(home):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with socket.create_server((LOOPBACK, 0)) as web, of_production(home, web.getsockname()[1]) as (port, _):
        line = socket.create_connection((LOOPBACK, port), timeout=5)
        with context.wrap_socket(line) as sealed:
            sealed.sendall(
                b"GET / HTTP/1.1\r\nHost: ward.example\r\nX-Forwarded-Proto: http\r\nX-Forwarded-For: 1.2.3.4\r\n\r\n"
            )
            came, _address = web.accept()
            asked = came.recv(65536).decode().lower()
            came.close()
    assert "x-forwarded-proto: https\r\n" in asked
    assert "x-forwarded-for: 127.0.0.1\r\n" in asked
    assert "host: ward.example\r\n" in asked
    assert "1.2.3.4" not in asked


def test_without_a_build_for_the_platform_the_demo_goes_on_without_it(home, monkeypatch, capsys):
    monkeypatch.setattr(demo, "proxy_server", lambda: None)
    env: dict[str, str] = {}
    with ExitStack() as at_end:
        kept: list[demo.Kept] = []
        assert demo._start_proxy(Home(PROJECT, home), env, 8000, kept, at_end) == 8000
    assert (kept, env) == ([], {})
    assert "none for this platform" in capsys.readouterr().out


def test_a_proxy_that_was_killed_is_started_again_on_its_port(before):
    before.child.process.kill()
    assert eventually(lambda: not before.child.running, 5)
    before.child.stop()  # as the demo does: its group goes, then
    before.child.start()

    def answers() -> bool:
        try:
            return answer(before.port)[0] == 200
        except OSError:
            return False

    assert eventually(answers, 15)
