"""All that one command needs, with nothing installed: PostgreSQL and Valkey out of wheels, and who keeps them up.

Nothing here imports Django: this package runs before the settings can be read, and starts what they point at.
"""


class StackError(Exception):
    """A start that cannot go on, in words that say what to do about it."""
