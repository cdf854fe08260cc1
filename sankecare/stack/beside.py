"""What ``manage.py`` is told where nobody set a variable: the settings of the demo that runs from this clone.

A server in production sets its variables, and never comes here.
"""

import fcntl
import json
import os
import stat
from collections.abc import Mapping
from pathlib import Path

from . import StackError

NEEDED = ("SECRET_KEY", "DATABASE_URL")
FILE = "running.json"
LOCK = "lock"
START_IT = "start the demo (make demo) and try again, or set the variables of docs/operations.md"


def settings_beside(project: Path, env: Mapping[str, str]) -> dict[str, str]:
    """The variables that a running demo wrote down; none where ``env`` has what the settings need.

    ``DEMO_HOME`` names the demo's folder where it is another than ``.demo``. Raises ``StackError`` in one sentence
    where something is missing: a variable, or a demo of ours that runs.
    """
    missing = [name for name in NEEDED if not env.get(name)]
    if not missing:
        return {}
    if len(missing) < len(NEEDED):
        raise StackError(f"{missing[0]} is not set: {' and '.join(NEEDED)} go together (docs/operations.md).")
    folder = Path(env.get("DEMO_HOME") or project / ".demo")
    try:
        with (folder / FILE).open() as file:
            state = os.fstat(file.fileno())
            if state.st_uid != os.geteuid() or stat.S_IMODE(state.st_mode) & 0o077:
                raise StackError(f"The demo's settings in {folder / FILE} are not yours alone: they are not used.")
            told: dict[str, str] = json.load(file)
        if _is_held(folder / LOCK):
            return told
    except PermissionError:
        raise StackError(f"The demo's settings in {folder / FILE} belong to somebody else.") from None
    except (FileNotFoundError, ValueError):
        pass
    raise StackError(f"{' and '.join(NEEDED)} are not set, and no demo is ready here: {START_IT}.")


def _is_held(lock: Path) -> bool:
    """Whether a demo lives: the kernel holds its lock for it, and lets go however it ends."""
    with lock.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
