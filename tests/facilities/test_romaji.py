"""Towns in letters: how a name is written, and that it is found however somebody types it."""

import pytest

from facilities.romaji import hepburn, means


@pytest.mark.parametrize(
    ("kana", "letters"),
    [
        ("きょうどう", "Kyodo"),
        ("せたがや", "Setagaya"),
        ("しもうま", "Shimouma"),
        ("かみうま", "Kamiuma"),
        ("さっぽろ", "Sapporo"),
        ("まっちゃ", "Matcha"),
        ("じょうし", "Joshi"),
        ("ふうふ", "Fufu"),
        ("おおくら", "Okura"),
    ],
)
def test_a_name_is_written_in_hepburn_with_short_vowels(kana: str, letters: str) -> None:
    assert hepburn(kana) == letters


@pytest.mark.parametrize(
    ("typed", "kana", "same"),
    [
        ("kyodo", "きょうどう", True),
        ("Kyoudou", "きょうどう", True),
        ("Kyōdō", "きょうどう", True),
        ("kami-uma", "かみうま", True),
        ("Sangenjaya", "さんげんぢゃや", True),
        ("shimbashi", "しんばし", True),
        ("Okusawa", "おおくら", False),
        ("", "おおくら", False),
    ],
)
def test_a_town_is_meant_however_long_vowels_and_marks_are_typed(typed: str, kana: str, same: bool) -> None:
    assert means(typed, kana) is same
