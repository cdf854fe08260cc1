"""Words of dated rows in the reader's language: a row has them in Japanese and English."""

from django.utils.translation import get_language, gettext

from . import EASY, is_japanese


def in_her_words(japanese: str, english: str) -> str:
    """Return the words in the active language; the Japanese ones where no others are known.

    Easy Japanese of a row stands in its catalogue under the row's Japanese words: once staff change the row, the row
    as they wrote it is shown.
    """
    language = get_language()
    if language == EASY:
        return gettext(japanese) if japanese else ""
    return japanese if is_japanese(language) else english or japanese
