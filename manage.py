#!/usr/bin/env python
"""Django's command line for Sanke Care."""

import os
import sys
from importlib.util import find_spec
from pathlib import Path

PROJECT = Path(__file__).resolve().parent
# They make tables or put right what has begun: the role of the application may not (docs/operations.md).
OF_THE_OWNER = {"migrate", "load_ward", "load_history", "reseal"}


def main() -> None:
    """Run a command with the variables that are set or, where none is, those of the demo that runs from this clone."""
    if find_spec("django") is None:
        sys.exit(f"This Python ({sys.executable}) has no Django; make demo brings one: .venv/bin/python manage.py …")
    # Imported late: the package wants Django, and Django its settings.
    from sankecare.stack import StackError  # noqa: PLC0415 - see above
    from sankecare.stack.beside import settings_beside  # noqa: PLC0415 - see above

    try:
        os.environ.update(settings_beside(PROJECT, os.environ))
    except StackError as error:
        sys.exit(str(error))
    if set(sys.argv[1:2]) & OF_THE_OWNER and os.environ.get("DATABASE_OWNER_URL"):
        os.environ["DATABASE_URL"] = os.environ["DATABASE_OWNER_URL"]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sankecare.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415 - see above

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
