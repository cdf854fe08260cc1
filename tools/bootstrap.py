"""Make ``.venv`` hold what a lock file pins, and say what is wrong when it cannot.

    python3 tools/bootstrap.py requirements.txt [--port 8000]

With a port it installs nothing where another program listens there: what is installed for could not start.
Runs on the system's own Python, standard library only. Does nothing when the lock is installed already.
"""

import sys

OLDEST = (3, 11)
if sys.version_info < OLDEST:
    sys.exit(
        f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed; this is {sys.version.split()[0]} ({sys.executable}). "
        "Name another one: make PYTHON=python3.11 …"
    )

import hashlib  # noqa: E402 (an old Python must reach the message above)
import importlib.util  # noqa: E402
import json  # noqa: E402
import shutil  # noqa: E402
import signal  # noqa: E402
import socket  # noqa: E402
import subprocess  # noqa: E402
import tempfile  # noqa: E402
import time  # noqa: E402
from pathlib import Path  # noqa: E402

PROJECT = Path(__file__).resolve().parent.parent
VENV = PROJECT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.json"
# The test tools' lock holds everything of the first one, at the same versions (tools/check_locks.py).
INCLUDES = {"requirements-dev.txt": ["requirements.txt"]}
NEEDED_BYTES = 900_000_000
TICK_SECONDS = 10.0


def main(lock: str, port: int | None = None) -> None:
    """Install ``lock`` into ``.venv``, made where there is none or where its Python is gone."""
    wanted = {name: _digest(name) for name in [lock, *INCLUDES.get(lock, [])]}
    usable = _venv_works()
    installed = _installed() if usable else {}
    if installed.get(lock) == wanted[lock]:
        return
    if port is not None and not _is_free(port):
        another = next((each for each in range(port + 1, 65536) if _is_free(each)), port - 1)
        sys.exit(f"Port {port} is taken by another program; choose another one: PORT={another} make demo")
    free = shutil.disk_usage(PROJECT).free
    if free < NEEDED_BYTES:
        sys.exit(f"The disk that holds {PROJECT} has {free // 10**6} MB free; {NEEDED_BYTES // 10**6} MB are needed.")
    if not usable:
        _make_venv()
    what = "what the tests and checks need, too" if lock in INCLUDES else "what Sanke Care needs"
    print(f"Installing {what} (about a minute) …", flush=True)
    _run(
        [
            *(PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--progress-bar", "off"),
            *("--require-hashes", "--only-binary=:all:", "-r", lock),
        ],
        f"{lock} could not be installed; pip's own words stand above. It needs a package index (or PIP_FIND_LINKS "
        "with the wheels), and every package as a wheel for this Python and platform.",
    )
    _put_project_on_path()
    STAMP.write_text(json.dumps(installed | wanted))


def _is_free(port: int) -> bool:
    """Whether a server could listen on this loopback port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _port(words: list[str]) -> int | None:
    """The port of ``--port``; nothing where it is left out."""
    if words[:1] != ["--port"]:
        return None
    if len(words) < 2 or not words[1].isdigit() or not 1024 <= int(words[1]) <= 65535:
        sys.exit(f"PORT must be a number from 1024 to 65535, not {' '.join(words[1:])!r}")
    return int(words[1])


def _digest(name: str) -> str:
    return hashlib.sha256((PROJECT / name).read_bytes()).hexdigest()


def _installed() -> dict[str, str]:
    try:
        stamp: dict[str, str] = json.loads(STAMP.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return stamp


def _venv_works() -> bool:
    """Whether it runs, with its pip: a moved clone or an upgraded Python leaves one that does not."""
    if not PYTHON.exists():
        return False
    say = "import sys, pip; print(sys.prefix)"
    said = subprocess.run([PYTHON, "-c", say], capture_output=True, text=True, check=False)
    return said.returncode == 0 and Path(said.stdout.strip()).resolve() == VENV.resolve()


def _make_venv() -> None:
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        sys.exit("This Python has no venv. On Debian and Ubuntu: apt-get install python3-venv")
    print(f"Making .venv with {sys.executable} ({sys.version.split()[0]})", flush=True)
    _run([sys.executable, "-m", "venv", "--clear", VENV], "The virtual environment .venv could not be made.")


def _put_project_on_path() -> None:
    """So that pytest finds its plugin and every tool our packages, from whatever folder they are called."""
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    folder = subprocess.run([PYTHON, "-c", ask], capture_output=True, text=True, check=True).stdout.strip()
    (Path(folder) / "sankecare-project.pth").write_text(f"{PROJECT}\n")


def _run(argv: list[object], complaint: str) -> None:
    """Run it, showing what it says only when it fails; say every while that it goes on."""
    began = time.monotonic()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen([str(part) for part in argv], cwd=PROJECT, stdout=said, stderr=subprocess.STDOUT)
        try:
            while True:
                try:
                    failed = process.wait(TICK_SECONDS)
                    break
                except subprocess.TimeoutExpired:
                    print(f"  … {time.monotonic() - began:.0f} s", flush=True)
        except BaseException:
            process.send_signal(signal.SIGTERM)
            process.wait()
            raise
        if failed:
            said.seek(0)
            sys.stdout.buffer.write(said.read())
            sys.stdout.buffer.flush()
            sys.exit(complaint)


if __name__ == "__main__":
    try:
        main(sys.argv[1], _port(sys.argv[2:]))
    except KeyboardInterrupt:
        sys.exit(130)
