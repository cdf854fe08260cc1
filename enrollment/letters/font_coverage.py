"""字形: which characters the fonts of letters can set, read from the fonts themselves.

Only what a letter needs of a font file: its ``cmap`` table (OpenType), in the two formats that fonts for Japanese use.
"""

import struct
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from django.conf import settings

FONTS = settings.BASE_DIR / "static" / "fonts"
_FONTS = (b"\x00\x01\x00\x00", b"OTTO")
# Chooses a form of the character before it; a font without that form sets the usual one.
_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))


def missing_in(texts: Iterable[str]) -> list[str]:
    """Return the characters that no font of ours has, each once, in the order in which they stand."""
    found: dict[str, None] = {}
    for text in texts:
        for character in text:
            if not _is_set(character):
                found.setdefault(character)
    return list(found)


def _is_set(character: str) -> bool:
    code = ord(character)
    if character.isspace() or any(code in selectors for selectors in _SELECTORS):
        return True
    return code in covered()


@cache
def covered() -> frozenset[int]:
    """Return every code point that a font of ours has."""
    return frozenset(code for font in sorted(FONTS.glob("*.[to]tf")) for code in code_points_of(font))


def code_points_of(font: Path) -> set[int]:
    """Return the code points of one font. Errors: ValueError where it has no table that we read."""
    data = font.read_bytes()
    if data[:4] not in _FONTS:
        raise ValueError(font.name)
    (tables,) = struct.unpack_from(">H", data, 4)
    for place in range(tables):
        tag, _check, start, _length = struct.unpack_from(">4sIII", data, 12 + 16 * place)
        if tag == b"cmap":
            return _of_cmap(data, start)
    raise ValueError(font.name)


def _of_cmap(data: bytes, start: int) -> set[int]:
    found: set[int] = set()
    (subtables,) = struct.unpack_from(">H", data, start + 2)
    for place in range(subtables):
        _platform, _encoding, offset = struct.unpack_from(">HHI", data, start + 4 + 8 * place)
        (kind,) = struct.unpack_from(">H", data, start + offset)
        if kind == 4:
            found |= _of_segments(data, start + offset)
        elif kind == 12:
            found |= _of_groups(data, start + offset)
    return found


def _of_groups(data: bytes, at: int) -> set[int]:
    """Format 12: groups of (first, last, first glyph)."""
    (groups,) = struct.unpack_from(">I", data, at + 12)
    found: set[int] = set()
    for place in range(groups):
        first, last, _glyph = struct.unpack_from(">III", data, at + 16 + 12 * place)
        found.update(range(first, last + 1))
    return found


def _of_segments(data: bytes, at: int) -> set[int]:
    """Format 4: ends, starts, deltas and offsets of segments of the first plane; glyph 0 is an empty box."""
    (twice,) = struct.unpack_from(">H", data, at + 6)
    count = twice // 2
    ends, starts, deltas, offsets = (
        struct.unpack_from(f">{count}H", data, at + 14 + gap + twice * place)
        for place, gap in ((0, 0), (1, 2), (2, 2), (3, 2))
    )
    found = set()
    for place in range(count):
        for code in range(starts[place], min(ends[place], 0xFFFE) + 1):
            glyph = code
            if offsets[place]:
                where = at + 16 + twice * 3 + 2 * place + offsets[place] + 2 * (code - starts[place])
                (glyph,) = struct.unpack_from(">H", data, where)
                if not glyph:
                    continue
            if (glyph + deltas[place]) & 0xFFFF:
                found.add(code)
    return found


def in_words(character: str) -> str:
    """Write a character that cannot be set so that it can be looked up: its number, and its name where it has one."""
    name = unicodedata.name(character, "")
    return f"U+{ord(character):04X}" + (f" {name}" if name and not name.startswith("CJK") else "")
