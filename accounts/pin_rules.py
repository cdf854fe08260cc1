"""Which PIN is one: digits that nobody guesses first. Pure; own default (DEFAULT)."""

import itertools

SHORTEST, LONGEST = 4, 8


def is_pin(typed: str) -> bool:
    """Tell whether it is 4 to 8 digits, neither one digit again and again nor digits that run up or down."""
    if not (SHORTEST <= len(typed) <= LONGEST and typed.isascii() and typed.isdigit()):
        return False
    steps = {(int(after) - int(before)) % 10 for before, after in itertools.pairwise(typed)}
    return steps not in ({0}, {1}, {9})
