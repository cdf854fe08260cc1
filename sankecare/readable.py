"""What people typed and others read: nothing that cannot be seen, turns the writing round, or prints over its
neighbours. Pure.

Turning characters (U+202E …) set the ward's own words in another order; zero-width ones hide in an address; letters
that look like nothing (U+3164) make a name empty; marks piled up print over the line above.
"""

import unicodedata
from enum import StrEnum

# Between words a line may end; what is joined by U+200D and U+200C is one sign (families of emoji, Persian).
ALLOWED = {"\n", "\r", "\t", "\u200c", "\u200d"}
# Letters by their kind, and seen by nobody.
BLANK_LETTERS = {"\u115f", "\u1160", "\u3164", "\uffa0", "\u17b4", "\u17b5", "\u2800"}
HIDDEN_MARKS = {"\u034f", "\u180b", "\u180c", "\u180d", "\u180e"}
# A letter carries a variation and its sounds; more than these print over the line above (own default).
MOST_MARKS = 3


class Unreadable(StrEnum):
    """Why a text is not taken."""

    CONTROLS = "controls"
    NOTHING_SEEN = "nothing_seen"
    MARKS = "marks"


def unreadable(text: str) -> Unreadable | None:
    """Return what of the text nobody can read as it is meant; None where all is well, and for nothing."""
    if any(_is_control(sign) for sign in text):
        return Unreadable.CONTROLS
    if text.strip() and not any(is_seen(sign) for sign in text):
        return Unreadable.NOTHING_SEEN
    return Unreadable.MARKS if _piled_up(text) else None


def has_letter(text: str) -> bool:
    """Tell whether a name has a letter that is seen."""
    return any(unicodedata.category(sign)[0] in "LN" and sign not in BLANK_LETTERS for sign in text) or any(
        ord(sign) >= FIRST_RARE and is_seen(sign) for sign in text
    )


# Kanji of planes 2 and 3 may be newer than our tables of Unicode.
FIRST_RARE = 0x20000


def is_seen(sign: str) -> bool:
    """Tell whether the sign leaves anything on the page."""
    return (unicodedata.category(sign)[0] not in "ZCM" and sign not in BLANK_LETTERS) or FIRST_RARE <= ord(
        sign
    ) < 0x40000


def _is_control(sign: str) -> bool:
    return (sign not in ALLOWED and unicodedata.category(sign) in ("Cc", "Cf", "Cs")) or sign in HIDDEN_MARKS


def _piled_up(text: str) -> bool:
    run = 0
    for sign in text:
        run = run + 1 if unicodedata.category(sign) in ("Mn", "Me") else 0
        if run > MOST_MARKS:
            return True
    return False
