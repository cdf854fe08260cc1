"""Names of towns in letters: how their kana is written in Hepburn, and whether somebody means it by what was typed.

Pure. Long vowels are typed in many ways (Kyodo, Kyoudou, Kyōdō): they are all one.
"""

import re
import unicodedata

_MORAS = {
    **dict(zip("あいうえお", ("a", "i", "u", "e", "o"), strict=True)),
    **dict(zip("かきくけこ", ("ka", "ki", "ku", "ke", "ko"), strict=True)),
    **dict(zip("さしすせそ", ("sa", "shi", "su", "se", "so"), strict=True)),
    **dict(zip("たちつてと", ("ta", "chi", "tsu", "te", "to"), strict=True)),
    **dict(zip("なにぬねの", ("na", "ni", "nu", "ne", "no"), strict=True)),
    **dict(zip("はひふへほ", ("ha", "hi", "fu", "he", "ho"), strict=True)),
    **dict(zip("まみむめも", ("ma", "mi", "mu", "me", "mo"), strict=True)),
    **dict(zip("やゆよ", ("ya", "yu", "yo"), strict=True)),
    **dict(zip("らりるれろ", ("ra", "ri", "ru", "re", "ro"), strict=True)),
    **dict(zip("わをん", ("wa", "o", "n"), strict=True)),
    **dict(zip("がぎぐげご", ("ga", "gi", "gu", "ge", "go"), strict=True)),
    **dict(zip("ざじずぜぞ", ("za", "ji", "zu", "ze", "zo"), strict=True)),
    **dict(zip("だぢづでど", ("da", "ji", "zu", "de", "do"), strict=True)),
    **dict(zip("ばびぶべぼ", ("ba", "bi", "bu", "be", "bo"), strict=True)),
    **dict(zip("ぱぴぷぺぽ", ("pa", "pi", "pu", "pe", "po"), strict=True)),
}
_SMALL = {"ゃ": "a", "ゅ": "u", "ょ": "o"}
_HISSED = ("sh", "ch", "j")
# A word begins within these: what looks like a long vowel is none.
_APART = {"しもうま": "shimouma", "かみうま": "kamiuma"}


def hepburn(kana: str) -> str:
    """Write hiragana in letters, long vowels short, with a capital: きょうどう is Kyodo."""
    return _APART.get(kana, _short(_letters(kana))).capitalize()


def means(typed: str, kana: str) -> bool:
    """Tell whether letters that somebody typed mean this name."""
    return _short(_plain(typed)) == _short(_letters(kana))


def _letters(kana: str) -> str:
    written = ""
    doubled = False
    for sign in kana:
        if sign == "っ":
            doubled = True
            continue
        if sign in _SMALL and written:
            stem = written[:-1]  # き and ょ: ki, then kyo
            written = stem + ("" if stem.endswith(_HISSED) else "y") + _SMALL[sign]
            continue
        mora = _MORAS.get(sign, "")
        written += (("t" if mora.startswith("ch") else mora[:1]) if doubled else "") + mora
        doubled = False
    return written


def _plain(typed: str) -> str:
    """Small letters without marks above them, spaces and hyphens; n before b, m, p however it is written."""
    decomposed = unicodedata.normalize("NFKD", typed.lower())
    return re.sub(r"m(?=[bmp])", "n", re.sub(r"[^a-z]", "", decomposed))


def _short(letters: str) -> str:
    nasal = re.sub(r"m(?=[bmp])", "n", letters)
    return re.sub(r"(?<=u)u", "", re.sub(r"(?<=o)[ou]", "", nasal))
