"""The stack's command line: ``demo`` serves, ``with`` runs one command on servers of its own, ``clean`` tidies up.

``keep`` is for the test suite's plugin.
"""

import argparse
import errno
import os
import signal
import sys
from pathlib import Path

from . import StackError, demo, test_servers
from .home import Home
from .processes import die_with_parent

SERVERS = ("postgres", "valkey")
PROJECT = Path(__file__).resolve().parent.parent.parent


def main() -> int:
    """Run one of them. Returns the exit code; what went wrong is one message, never a traceback."""
    parser = argparse.ArgumentParser(prog="python -m sankecare.stack", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("demo", help="serve the demo until stopped")
    serve.add_argument("--port", type=_port, default=os.environ.get("PORT", "8000"))
    serve.add_argument(
        "--die-with-parent", action="store_true", help="stop when the process that started this one dies"
    )
    keep = commands.add_parser("keep", help="run servers until standard input ends")
    keep.add_argument("servers", nargs="+", choices=SERVERS)
    one = commands.add_parser("with", help="run one command on servers of its own")
    one.add_argument("--durable", action="store_true", help="a PostgreSQL that keeps its promises to the disk")
    one.add_argument("argv", nargs="+", metavar="COMMAND")
    clean = commands.add_parser("clean", help="remove the demo's data")
    folder = Path(os.environ.get("DEMO_HOME") or PROJECT / ".demo")
    for command in (serve, clean):
        command.add_argument("--home", type=Path, default=folder, help="the demo's folder")
    chosen = parser.parse_args()
    try:
        if chosen.command == "demo":
            if chosen.die_with_parent:
                die_with_parent(signal.SIGTERM)
            demo.run(Home(PROJECT, chosen.home.resolve()), chosen.port)
        elif chosen.command == "keep":
            test_servers.keep(chosen.servers)
        elif chosen.command == "with":
            return test_servers.run_with(SERVERS, chosen.argv, durable=chosen.durable)
        else:
            Home(PROJECT, chosen.home.resolve()).remove()
    except StackError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EROFS):
            raise
        print(f"\nCannot write {error.filename or 'to the disk'}: {error.strerror}.", file=sys.stderr)
        return 1
    return 0


def _port(text: str) -> int:
    """A port that anybody may listen on."""
    if not text.isdigit() or not 1024 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"PORT must be a number from 1024 to 65535, not {text!r}")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
