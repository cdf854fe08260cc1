"""An address on one line, whatever of it is known: a town without chome has its block alone. Pure."""


def address_in_words(town: str, chome: int | None, block: int | None, rest: str = "") -> str:
    """Return town, chome and block, and the number with the house: 太子堂2-17 3号; 砧公園1 2号."""
    numbers = "-".join(str(part) for part in (chome, block) if part is not None)
    return f"{town}{numbers} {rest}".strip()
