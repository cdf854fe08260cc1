"""``make demo``: everything on one machine, from nothing to a page that answers, and all of it gone at the end."""

import http.client
import os
import secrets
import signal
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sankecare.history_seals.curve import public_key
from sankecare.postgresql.roles import APPLICATION, OWNER, REPORTS

from . import StackError
from .home import Home
from .ports import LOOPBACK, free_port, is_free
from .postgres import EmbeddedPostgres
from .processes import Account, Child
from .proxy import EmbeddedProxy
from .proxy import server as proxy_server
from .valkey import EmbeddedValkey

TICK_SECONDS = 5.0
# A demo that was killed a moment ago still lets go of its port.
PORT_PATIENCE_SECONDS = 8.0
READY_SECONDS = 60.0
LAST_OF_ALL = 65535
START_HEADER = "Demo-Start"  # what /healthz answers our DEMO_START in
# What manage.py takes beside the demo.
TOLD = (
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "SEALING_KEYS",
    "HISTORY_PUBLIC_KEYS",
    "DEMO",
    "DEMO_MAILS",
    "EMAIL_URL",
    "PUBLIC_BASE_URL",
    "STATIC_ROOT",
    "STATIC_HASHED",
)
# So many answers alike that are not 200 will not get better by waiting.
PATIENT_ANSWERS = 20
# A server that ends this soon after its start did not work; this many in a row and we give up.
SHORT_LIFE_SECONDS = 10.0
SHORT_LIVES = 5
PREPARE = (
    ("tables of the database", ["migrate", "--verbosity", "1"]),
    ("the ward's data", ["load_ward", "setagaya"]),
    ("the made-up history", ["load_history"]),
)
SHOW = (
    ("facilities by fiscal year, beside the ward's published table", ["report", "facility-year", "--format", "table"]),
    ("families by district, beside the ward's published table", ["report", "districts", "--format", "table"]),
)


class Stopped(BaseException):
    """Ctrl-C, or somebody asked us to end."""


@dataclass
class Kept:
    """A server that is started again when it ends."""

    child: Child
    start: Callable[[], None]
    started: float
    short_lives: int = 0


def run(home: Home, port: int) -> None:
    """Serve the demo on loopback until stopped. Raises ``StackError`` when it cannot start or go on."""
    with _ends_on_signals(), home.held(), ExitStack() as at_end:
        _require_port(port, PORT_PATIENCE_SECONDS if home.was_killed() else 0.0)
        keys = home.secrets()
        env = os.environ | {
            "SECRET_KEY": os.environ.get("SECRET_KEY", keys["SECRET_KEY"]),
            "SEALING_KEYS": os.environ.get("SEALING_KEYS", keys["SEALING_KEYS"]),
            "HISTORY_PUBLIC_KEYS": public_key(keys["HISTORY_KEY"]),
            "HISTORY_SETTLES_SECONDS": "1",
            "DEMO": "1",
            "DEMO_START": secrets.token_urlsafe(16),
            "PUBLIC_BASE_URL": f"http://{LOOPBACK}:{port}",
            "STATIC_ROOT": str(home.static),
            "STATIC_HASHED": "1",
            "SECURITY_CONTACT": os.environ.get("SECURITY_CONTACT", "mailto:security@ward.example"),
            "DEMO_MAILS": str(home.folder / "mails"),
            # One machine asks for everyone here: its address may ask more often than one family's.
            "PUBLIC_RATE": os.environ.get("PUBLIC_RATE", "6000/min"),
            "PYTHONUNBUFFERED": "1",
        }
        kept: list[Kept] = []
        _start_postgres(home, keys, env, kept, at_end)
        _start_valkey(home, env, kept, at_end)
        _gather(home, env)
        _prepare(home, env)
        _require_port(port)  # minutes may have passed
        home.tell({name: env[name] for name in TOLD if name in env})
        with_key = env | {"HISTORY_KEY": keys["HISTORY_KEY"]}
        _step("seal of the history", _manage(["seal_history"]), with_key, home.project)
        behind = _start_proxy(home, env, port, kept, at_end)
        for child in (_web(home, env, behind), _worker(home, with_key)):
            at_end.callback(child.stop)
            child.start()
            kept.append(Kept(child, child.start, time.monotonic()))
        for what, command in SHOW:
            _step(what, _manage(command), env, home.project)
        _wait_until_ready(port, kept, env["DEMO_START"])
        print(f"\nREADY http://{LOOPBACK}:{port}\n", flush=True)
        _step("sign-ins", _manage(["demo_signins"]), env, home.project, quiet=True)
        print(f"Mails (nothing is sent): http://{LOOPBACK}:{port}/demo/mails/", flush=True)
        print(f"Logs: {home.logs}. Ctrl-C stops everything.", flush=True)
        _keep_running(kept)


def _start_postgres(
    home: Home, keys: dict[str, str], env: dict[str, str], kept: list[Kept], at_end: ExitStack
) -> None:
    """``DATABASE_URL`` as it is set, or a server of our own."""
    if env.get("DATABASE_URL"):
        print("PostgreSQL: the server of DATABASE_URL", flush=True)
        return
    account = Account.for_servers()
    passwords = {
        OWNER: keys["DATABASE_OWNER_PASSWORD"],
        APPLICATION: keys["DATABASE_PASSWORD"],
        REPORTS: keys["DATABASE_REPORTS_PASSWORD"],
    }
    server = EmbeddedPostgres(home.postgres(account), passwords, keys["POSTGRES_PASSWORD"], account=account)
    fresh = not server.cluster.exists()
    print(f"PostgreSQL: {'a new cluster' if fresh else 'the data of last time'} in {server.cluster}", flush=True)
    if fresh:
        home.mark_unprepared()
    at_end.callback(server.stop)
    server.start()
    server.ensure_roles()
    env["DATABASE_URL"] = server.url(APPLICATION)
    env["DATABASE_OWNER_URL"] = server.url(OWNER)
    assert server.child is not None
    kept.append(Kept(server.child, server.revive, time.monotonic()))


def _start_valkey(home: Home, env: dict[str, str], kept: list[Kept], at_end: ExitStack) -> None:
    """``REDIS_URL`` as it is set, or a server of our own."""
    if env.get("REDIS_URL"):
        print("Valkey: the server of REDIS_URL", flush=True)
        return
    server = EmbeddedValkey(home.folder)
    at_end.callback(server.stop)
    server.start()
    print("Valkey: started", flush=True)
    env["REDIS_URL"] = server.url
    assert server.child is not None
    kept.append(Kept(server.child, server.child.start, time.monotonic()))


def _start_proxy(home: Home, env: dict[str, str], port: int, kept: list[Kept], at_end: ExitStack) -> int:
    """Put a buffering proxy on the demo's port. Returns the port of the web server: the demo's own without a proxy."""
    nginx = proxy_server()
    if nginx is None:
        print("Proxy: none for this platform; slow lines reach the web server itself", flush=True)
        return port
    server = EmbeddedProxy(nginx, home.project, home.folder / "proxy", port, behind=free_port())
    at_end.callback(server.stop)
    try:
        server.start()
    except StackError as error:
        if not is_free(port):  # minutes have passed since we looked
            raise StackError(_taken(port)) from error
        raise
    print("Proxy: nginx, whole requests only", flush=True)
    env["NUM_PROXIES"] = "1"
    kept.append(Kept(server.child, server.child.start, time.monotonic()))
    return server.behind


def _gather(home: Home, env: dict[str, str]) -> None:
    """Gather the static files under names with their digest, where one has changed since last time."""
    if home.has_gathered():
        return
    command = ["collectstatic", "--noinput", "--clear", "--verbosity=0"]
    _step("static files", _manage(command), env, home.project)
    home.mark_gathered()


def _prepare(home: Home, env: dict[str, str]) -> None:
    """Load what is to be loaded: nothing, when our own server holds it already (the commands may all run again)."""
    day = datetime.now(ZoneInfo("Asia/Tokyo")).date().isoformat()  # noqa: TID251 (Django is not here yet)
    ours = "DATABASE_URL" not in os.environ
    if ours and home.is_prepared(day):
        print("Data: loaded already", flush=True)
        return
    home.mark_unprepared()
    for what, command in PREPARE:
        _step(what, _manage(command), env, home.project)
    if ours:
        home.mark_prepared(day)


def _manage(command: list[str]) -> list[str]:
    return [sys.executable, "manage.py", *command]


def _step(what: str, argv: list[str], env: dict[str, str], project: Path, *, quiet: bool = False) -> None:
    """Run one command in front of the user, saying every few seconds that it still runs. Raises ``StackError``."""
    if not quiet:
        print(f"\n— {what}", flush=True)
    began = time.monotonic()
    child = Child(what, argv, log=None, env=env, folder=project)
    child.start()
    try:
        while not child.ended_within(TICK_SECONDS):
            print(f"  … {what}: {time.monotonic() - began:.0f} s", flush=True)
    finally:
        child.stop()
    if child.returncode:
        raise StackError(f"`{' '.join(argv[1:])}` failed (exit {child.returncode}); its own message stands above.")


def _web(home: Home, env: dict[str, str], port: int) -> Child:
    return Child(
        "The web server",
        [
            *(sys.executable, "-m", "gunicorn", "sankecare.wsgi", "--bind", f"{LOOPBACK}:{port}"),
            *("--worker-class", "gthread", "--workers", "2", "--threads", "8"),
            *("--graceful-timeout", "3", "--no-control-socket"),
        ],
        log=_fresh_log(home, "web"),
        death_signal=signal.SIGQUIT,
        env=env,
        folder=home.project,
    )


def _worker(home: Home, env: dict[str, str]) -> Child:
    """Worker, sealer and beat in one, on a leash: a task that it was in when it ended comes again (acks late)."""
    return Child(
        "The worker",
        [
            *(sys.executable, "-m", "sankecare.stack.reaper"),
            *(sys.executable, "-m", "celery", "-A", "sankecare", "worker", "--beat", "--concurrency", "1"),
            *("--queues", "celery,sealer"),
            *("--schedule", home.folder / "beat-schedule", "--loglevel", "INFO"),
        ],
        log=_fresh_log(home, "worker"),
        env=env,
        folder=home.project,
    )


def _fresh_log(home: Home, name: str) -> Path:
    log = home.logs / f"{name}.log"
    log.write_bytes(b"")
    return log


def _require_port(port: int, patience: float = 0.0) -> None:
    """Raise ``StackError`` where another program listens on the port, or still does after so many seconds."""
    deadline = time.monotonic() + patience
    while not is_free(port):
        if time.monotonic() >= deadline:
            raise StackError(_taken(port))
        time.sleep(0.2)


def _taken(port: int) -> str:
    another = next((each for each in range(port + 1, LAST_OF_ALL + 1) if is_free(each)), port - 1)
    return f"Port {port} is taken by another program; choose another one: PORT={another} make demo"


def _wait_until_ready(port: int, kept: list[Kept], start: str) -> None:
    """Return when our own ``/healthz`` answers well, or when it goes on saying 503: up, but something needs a look.

    Our own is the one that knows ``start``. Raises ``StackError`` where it ends, stays silent or answers otherwise.
    """
    named = {each.child.name: each.child for each in kept}
    web = named["The web server"]
    door = named.get("The proxy", web)
    address = f"http://{LOOPBACK}:{port}/healthz"
    answer: list[int] = []
    strangers: list[int] = []
    directly = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def answers() -> bool:
        try:
            with directly.open(address, timeout=5) as response:
                status, by = response.status, response.headers[START_HEADER]
        except urllib.error.HTTPError as error:
            status, by = error.code, error.headers[START_HEADER]
        except (OSError, http.client.HTTPException):
            return False
        if by != start:
            strangers.append(status)
            if not web.running and web is not door:  # the proxy answers for it
                raise StackError(f"The web server ended while starting.\n{web.last_words()}")
            return False
        answer.append(status)
        return status == 200 or answer[-PATIENT_ANSWERS:] == [status] * PATIENT_ANSWERS

    try:
        door.wait_until(answers, READY_SECONDS)
    except StackError as error:
        if strangers and not door.running:  # it gave up, as another program had the port
            raise StackError(_taken(port)) from error
        raise
    if answer[-1] not in (200, 503):
        raise StackError(f"{address} answers {answer[-1]}.\n{web.last_words()}")
    if answer[-1] == 503:
        print(f"\n{address} answers 503: it says what needs a look.", flush=True)


def _keep_running(kept: list[Kept]) -> None:
    """Start again whatever ends. Raises ``StackError`` when one does not stay up."""
    while True:
        for each in kept:
            if each.child.running:
                continue
            now = time.monotonic()
            each.short_lives = each.short_lives + 1 if now - each.started < SHORT_LIFE_SECONDS else 0
            if each.short_lives >= SHORT_LIVES:
                raise StackError(f"{each.child.name} does not stay up.\n{each.child.last_words()}")
            print(f"{each.child.name} ended (exit {each.child.returncode}); it is started again.", flush=True)
            each.child.stop()  # whatever it left of its group
            time.sleep(each.short_lives)
            each.start()
            each.started = time.monotonic()
        time.sleep(0.5)


@contextmanager
def _ends_on_signals() -> Iterator[None]:
    """Turn Ctrl-C, a kill and a hang-up into an orderly end; a second one does not disturb it."""

    def stop(signum: int, _frame: object) -> None:
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(each, signal.SIG_IGN)
        raise Stopped(signum)

    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if each is not signal.SIGHUP or signal.getsignal(each) is not signal.SIG_IGN:  # nohup wants us to stay
            signal.signal(each, stop)
    try:
        yield
    except Stopped:
        print("\nStopped; nothing is left running.", flush=True)
