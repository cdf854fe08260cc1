"""CP932 for programs that read nothing newer. What it cannot write is marked and told, never changed unseen. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

CODE = "cp932"
# 〓 stands in Japanese print for a character that the printer does not have.
NO_SUCH_CHARACTER = "〓"
# The same sign at another place of the code table, as both are used for one character of JIS X 0208.
SAME_SIGN: Mapping[str, str] = MappingProxyType(
    {
        "−": "－",
        "〜": "～",
        "—": "―",
        "‖": "∥",
        "–": "－",
        "‐": "－",
        "¢": "￠",
        "£": "￡",
        "¬": "￢",
        "¥": "￥",
        "‾": "￣",
    }
)


@dataclass(frozen=True)
class Replaced:
    """A character that CP932 does not have, what stands in its place, and in how many places."""

    character: str
    by: str
    times: int

    @property
    def code_point(self) -> str:
        """Such as U+20BB7."""
        return f"U+{ord(self.character):04X}"


def encoded(text: str) -> tuple[bytes, list[Replaced]]:
    """Return the text in CP932 and each character that another stands for, in the order of their first places."""
    counted: dict[str, int] = {}
    for character in text:
        if not _is_known(character):
            counted[character] = counted.get(character, 0) + 1
    by = {character: SAME_SIGN.get(character, NO_SUCH_CHARACTER) for character in counted}
    written = "".join(by.get(character, character) for character in text)
    replaced = [Replaced(character, by[character], times) for character, times in counted.items()]
    return written.encode(CODE), replaced


def _is_known(character: str) -> bool:
    """Tell whether it comes back as it went in: the codec writes − as －, and ¥ as a backslash, without a word."""
    try:
        return character.encode(CODE).decode(CODE) == character
    except UnicodeEncodeError:
        return False
