"""Runs a command whose processes may hang on when they are asked to end, and ends all of them for certain.

    python -m sankecare.stack.reaper COMMAND …

Celery's worker waits for a broker that is gone, and its beat does not notice that the worker died: neither may
outlive the demo, however that ends.
"""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from types import FrameType

from .processes import die_with_parent

PATIENCE_SECONDS = 4.0


def main(command: list[str]) -> int:
    """Run the command in a group of its own; on SIGTERM ask it to end, and then end the group."""
    parent = os.getpid()
    child = subprocess.Popen(command, process_group=0, preexec_fn=lambda: die_with_parent(signal.SIGKILL, parent))

    def end(_signum: int, _frame: FrameType | None) -> None:
        child.terminate()
        with suppress(subprocess.TimeoutExpired):
            child.wait(PATIENCE_SECONDS)
        _end_group(child)
        sys.exit(0)

    signal.signal(signal.SIGTERM, end)
    try:
        return child.wait()
    finally:
        _end_group(child)


def _end_group(child: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
