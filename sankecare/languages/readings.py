"""Readings (ふりがな) for the kanji of easy Japanese, from ``readings.tsv``.

A word gets its reading only where all kanji around it are known: a name that is no word of ours stays as it is.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).with_name("readings.tsv")
_KANJI = re.compile(r"[一-鿿々]+")
_KANA = re.compile(r"[ぁ-んー]+$")
# Behind a number; what is read otherwise with each number (日, 人, 分) has no reading.
_COUNTERS = {
    "年": "ねん",
    "円": "えん",
    "回": "かい",
    "枚": "まい",
    "番": "ばん",
    "週": "しゅう",
    "歳": "さい",
    "時": "じ",
    "組": "くみ",
    "件": "けん",
    "か月": "げつ",
    "月": "がつ",
    "日": "",
    "人": "",
    "分": "",
}
_WEEKDAYS = {
    "（日）": "にち",
    "（月）": "げつ",
    "（火）": "か",
    "（水）": "すい",
    "（木）": "もく",
    "（金）": "きん",
    "（土）": "ど",
}
_TAG = re.compile(r"(<[^>]*>)")
# Where no ruby may stand, or the words are somebody's own.
_LEFT_ALONE = frozenset({"script", "style", "title", "textarea", "option", "bdi", "svg", "ruby", "template", "select"})

Part = tuple[str, str]


@cache
def readings() -> dict[str, str]:
    """Return each word with its reading."""
    lines = _TABLE.read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines if line and not line.startswith("#"))


def parts_of(text: str) -> Iterator[Part]:
    """Split a text into (words, reading); the reading is "" where there is none."""
    at = 0
    for run in _KANJI.finditer(text):
        if found := _read(text, run.start(), run.end()):
            yield text[at : run.start()], ""
            yield from found
            at = run.end()
    yield text[at:], ""


def _read(text: str, start: int, end: int) -> list[Part]:
    """Return the words of a run of kanji; nothing where one of them is not known."""
    if text[start - 1 : end + 1] in _WEEKDAYS:
        return [(text[start], _WEEKDAYS[text[start - 1 : end + 1]])]
    if start and text[start - 1].isdecimal() and (counted := _COUNTERS.get(text[start])) is not None:
        return _counted(text, start, end, counted)
    if start > 1 and text[start] == "月" and text[start - 1] in "かヶ" and text[start - 2].isdecimal():
        return _counted(text, start, end, _COUNTERS["か月"])
    return _words(text, start, end) or []


def _counted(text: str, start: int, end: int, counted: str) -> list[Part]:
    """A number's counter and what follows. 間 behind one is a length of time (24時間), never what lies between."""
    is_length = start + 1 < end and text[start + 1] == "間"
    after = _words(text, start + 1 + is_length, end)
    if after is None:
        return []
    if not is_length:
        return [(text[start], counted), *after]
    return [(f"{text[start]}間", f"{counted}かん"), *after] if counted else [(text[start], ""), ("間", "かん"), *after]


def _words(text: str, start: int, end: int) -> list[Part] | None:
    if start == end:
        return []
    for length in range(end - start, 0, -1):
        for word, reading in _candidates(text, start, start + length, end):
            rest = _words(text, start + length, end)
            if rest is not None:
                return [(word, reading), *rest]
    return None


def _candidates(text: str, start: int, upto: int, end: int) -> Iterator[Part]:
    word = text[start:upto]
    # What follows tells words apart: 行く, 行を. Longer is surer.
    for kana in (2, 1, 0) if upto == end else (0,):
        key = text[start : upto + kana]
        if len(key) == len(word) + kana and key in readings():
            tail = _KANA.search(key[len(word) :])
            reading = readings()[key]
            yield word, reading[: len(reading) - len(tail.group())] if tail else reading


def unread(text: str) -> list[str]:
    """Return the runs of kanji for which a reading is missing."""
    known = {part for part, reading in parts_of(text) if reading or part in ("日", "人", "分")}
    return [
        run.group() for run in _KANJI.finditer("".join("　" if part in known else part for part, _ in parts_of(text)))
    ]


def in_text(text: str) -> str:
    """Return a text, such as a mail, with each word's reading behind it where it stands first."""
    seen: set[Part] = set()
    written = []
    for part, reading in parts_of(text):
        written.append(f"{part}（{reading}）" if reading and (part, reading) not in seen else part)
        seen.add((part, reading))
    return "".join(written)


def in_page(page: str) -> str:
    """Return a page of HTML with the readings above its words."""
    within: list[str] = []
    written = []
    for piece in _TAG.split(page):
        if piece.startswith("<"):
            _follow(piece, within)
            written.append(piece)
        else:
            written.append(piece if within else _with_ruby(piece))
    return "".join(written)


def _follow(tag: str, within: list[str]) -> None:
    """Note which of the elements that are left alone begins or ends."""
    name = re.split(r"[\s/>]", tag.lstrip("</"), maxsplit=1)[0].lower()
    if name not in _LEFT_ALONE:
        return
    if not tag.startswith("</"):
        within.append(name)
    elif name in within:
        within.remove(name)


def _with_ruby(words: str) -> str:
    """In one element: in a row of boxes (a button, a choice) a text with readings stays one box."""
    read = "".join(map(_ruby, parts_of(words)))
    return f"<span>{read}</span>" if read != words else words


def _ruby(part: Part) -> str:
    word, reading = part
    return f"<ruby>{word}<rp>（</rp><rt>{reading}</rt><rp>）</rp></ruby>" if reading else word
