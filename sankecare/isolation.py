"""Work done one thing at a time by the clock: what goes wrong with one keeps no other from its turn."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from sankecare.errors import Refused

logger = logging.getLogger(__name__)


@contextmanager
def isolated(event: str, entry: int) -> Iterator[None]:
    """Log what goes wrong inside, by the id and the error's name alone, and go on; it is tried again the next time."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - whatever it is, the next one has no part in it
        name = error.code if isinstance(error, Refused) else type(error).__name__
        logger.error(event, extra={"entry": entry, "error": name})
