"""Compile locale/*/LC_MESSAGES/django.po into django.mo, or check that the committed ones agree.

    python tools/build_messages.py [--check]

Written here so that a machine without gettext can do it, and so that the same catalogue always gives the same bytes.
An entry marked fuzzy or not translated is an error: nobody should meet English in the middle of a Japanese page.
"""

import ast
import struct
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MAGIC = 0x950412DE


class BadCatalogue(Exception):
    """A catalogue that cannot be compiled; its words name the file and the line."""


def entries(catalogue: Path) -> dict[str, str]:
    """Return key to translation as a .mo holds them: context and plural joined in, the head under ""."""
    found: dict[str, str] = {}
    for number, block in _blocks(catalogue):
        if any(line.startswith("#,") and "fuzzy" in line for line in block):
            raise BadCatalogue(f"{catalogue}:{number}: fuzzy: look at the translation and remove the mark")
        parts = _parts(catalogue, number, block)
        if "msgid" not in parts:
            continue
        key = parts["msgid"]
        if "msgid_plural" in parts:
            key += "\0" + parts["msgid_plural"]
        if "msgctxt" in parts:
            key = parts["msgctxt"] + "\4" + key
        texts = [text for name, text in parts.items() if name.startswith("msgstr")]
        if not texts or not all(texts):
            raise BadCatalogue(f"{catalogue}:{number}: not translated: {parts['msgid']!r}")
        if key in found:
            raise BadCatalogue(f"{catalogue}:{number}: a second time: {parts['msgid']!r}")
        found[key] = "\0".join(texts)
    return found


def _blocks(catalogue: Path) -> list[tuple[int, list[str]]]:
    blocks: list[tuple[int, list[str]]] = []
    inside = False
    for number, line in enumerate(catalogue.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            inside = False
        elif line.startswith("#~"):
            continue
        elif inside:
            blocks[-1][1].append(line)
        else:
            inside = True
            blocks.append((number, [line]))
    return blocks


def _parts(catalogue: Path, number: int, block: list[str]) -> dict[str, str]:
    parts: dict[str, str] = {}
    name = ""
    for offset, line in enumerate(block):
        if line.startswith("#"):
            continue
        word, _, rest = line.partition(" ")
        if not line.startswith('"'):
            name, line = word, rest
            if name in parts:
                raise BadCatalogue(f"{catalogue}:{number + offset}: an empty line is missing before {name}")
            parts[name] = ""
        try:
            parts[name] += ast.literal_eval(line.strip())
        except (SyntaxError, ValueError, KeyError) as wrong:
            raise BadCatalogue(f"{catalogue}:{number + offset}: cannot be read: {line}") from wrong
    return parts


def compiled(catalogue: Path) -> bytes:
    """Return the catalogue as GNU gettext's binary form (the format is in its manual, "MO Files")."""
    pairs = sorted((key.encode(), text.encode()) for key, text in entries(catalogue).items())
    keys_at, texts_at = 28, 28 + 8 * len(pairs)
    at = texts_at + 8 * len(pairs)
    tables: list[bytes] = []
    blob = b""
    for column in (0, 1):
        for pair in pairs:
            tables.append(struct.pack("<II", len(pair[column]), at + len(blob)))
            blob += pair[column] + b"\0"
    head = struct.pack("<7I", MAGIC, 0, len(pairs), keys_at, texts_at, 0, at)
    return head + b"".join(tables) + blob


def main(arguments: list[str]) -> int:
    for catalogue in sorted((ROOT / "locale").glob("*/LC_MESSAGES/django.po")):
        binary = catalogue.with_suffix(".mo")
        try:
            fresh = compiled(catalogue)
        except BadCatalogue as wrong:
            print(wrong)
            return 1
        if "--check" not in arguments:
            binary.write_bytes(fresh)
        elif not binary.exists() or binary.read_bytes() != fresh:
            print(f"{binary} is not what its .po gives: run python tools/build_messages.py and commit it.")
            return 1
    print("messages: ok")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
