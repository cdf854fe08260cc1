"""What was answered in the check, taken along into the application: sealed in the session, forgotten once sent."""

from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Mapping
from typing import Any

from django.contrib.sessions.backends.base import SessionBase

from sankecare.sealing import CannotOpen, seal_values, unseal_values

KEY = "check_answers"


def carry(session: SessionBase, answers: Mapping[str, Any]) -> None:
    """Take the answers along, until she has applied or the session ends. Days are written as ISO 8601."""
    session[KEY] = b64encode(seal_values(dict(answers))).decode()


def carried(session: SessionBase) -> dict[str, Any]:
    """Return what was taken along; nothing where nothing was, or where its key is gone."""
    try:
        return dict(unseal_values(b64decode(session[KEY])))
    except (KeyError, CannotOpen, Error):
        return {}


def forget(session: SessionBase) -> None:
    """Forget it: the application is sent."""
    session.pop(KEY, None)
