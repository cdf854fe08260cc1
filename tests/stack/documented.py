"""The command lines that README.md and docs/ print, taken apart."""

import re
import shlex
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
TEXTS = ["README.md", *sorted(str(file.relative_to(PROJECT)) for file in PROJECT.glob("docs/**/*.md"))]
BLOCK = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`([^`\n]+)`")
STARTS = re.compile(r"(?:PORT=\d+ )?(?:make |curl |(?:\S*python3? )?manage\.py )")
FILLED = {"NAME": "somebody", "Y": "2025", "DIGEST": "0" * 64, "N": "1"}


def lines(text: str) -> list[list[str]]:
    """The words of every command in a file's blocks and between its backticks, from its first one to a comment."""
    content = (PROJECT / text).read_text()
    found = [command for block in BLOCK.findall(content) for command in _commands(block)]
    found += INLINE.findall(BLOCK.sub("", content))
    return [shlex.split(each, comments=True) for each in found if STARTS.match(each)]


def _commands(block: str) -> list[str]:
    """A block's commands: one goes on while a quotation is open."""
    found, open_ = [], ""
    for line in block.splitlines():
        open_ += line + "\n"
        if open_.count("'") % 2 == 0:
            found.append(open_.strip())
            open_ = ""
    return found


def manage_lines(text: str) -> list[list[str]]:
    """What follows ``manage.py``: brackets filled in, of choices each once, no line that ends in dots."""
    found = []
    for words in lines(text):
        place = next((number for number, word in enumerate(words) if word.endswith("manage.py")), None)
        if place is None or "…" in words:
            continue
        plain = [FILLED.get(word.strip("[]"), word.strip("[]")) for word in words[place + 1 :]]
        most = max(len(word.split("|")) for word in plain)
        found += [[word.split("|")[turn % len(word.split("|"))] for word in plain] for turn in range(most)]
    return found
