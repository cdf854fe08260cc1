"""The languages in which a family reads: which there are, how a page says which it is, readings for easy Japanese."""

# やさしい日本語: Japanese in short sentences of plain words, with readings (docs/easy_japanese.md).
EASY = "ja-easy"


def code_of_page(language: str | None) -> str:
    """Return the language as HTML names it: easy Japanese is Japanese, and read aloud as such."""
    code = language or "ja"
    return "ja" if code == EASY else code


def is_japanese(language: str | None) -> bool:
    """Tell whether the Japanese words of a dated row are to be shown: in Japanese, easy or not."""
    return (language or "ja").startswith("ja")
