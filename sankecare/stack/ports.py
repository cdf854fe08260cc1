"""Loopback ports."""

import random
import socket

LOOPBACK = "127.0.0.1"
# Below Linux's ephemeral range (32768–60999): a port in it may be taken by anyone's outgoing connection
# between our look and the server's bind.
FIRST_PORT, LAST_PORT = 20_000, 32_000
ATTEMPTS = 100


def is_free(port: int) -> bool:
    """Whether a server could listen on this loopback port now; one in TIME_WAIT is free, as servers reuse it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A loopback port that is free now and outside the ephemeral range.

    Raises ``OSError`` when a hundred random ones are all taken.
    """
    for _ in range(ATTEMPTS):
        port = random.randint(FIRST_PORT, LAST_PORT)
        if is_free(port):
            return port
    raise OSError(f"no free port between {FIRST_PORT} and {LAST_PORT} on {LOOPBACK}")
