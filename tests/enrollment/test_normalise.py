"""What a family types, brought to one form; names byte for byte."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from enrollment.normalise import kana_kept, name_kept, phone_kept, postcode_kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("タカサキ　ヨシコ", "たかさき よしこ"),
        ("ﾀｶｻｷ ﾖｼｺ", "たかさき よしこ"),
        ("ｶﾞﾝﾊﾞﾙ", "がんばる"),
        ("マリー・アン", "まりー・あん"),
        ("ヴィオラ", "ゔぃおら"),
        ("", ""),
    ],
)
def test_kana_of_every_kind_is_one(typed, kept):
    assert kana_kept(typed) == kept


@pytest.mark.parametrize("typed", ["Hanako", "高崎", "たかさき1", "たかさき😊", "た\0か"])
def test_what_is_no_kana_is_refused(typed):
    with pytest.raises(ValidationError):
        kana_kept(typed)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("090-1234-5678", "09012345678"),
        ("０９０ー１２３４ー５６７８", "09012345678"),
        ("03(1234)5678", "0312345678"),
        ("+81 90 1234 5678", "09012345678"),
        ("+81 (0)3-1234-5678", "0312345678"),
        ("+1 415 555 2671", "+14155552671"),
        ("", ""),
    ],
)
def test_a_telephone_number_is_its_digits(typed, kept):
    assert phone_kept(typed) == kept


@pytest.mark.parametrize("typed", ["110", "090-1234-567", "なし", "123456789012", "1234567890"])
def test_what_cannot_be_called_is_refused(typed):
    with pytest.raises(ValidationError):
        phone_kept(typed)


@pytest.mark.parametrize(
    ("typed", "kept"), [("154-0017", "1540017"), ("〒１５４ー００１７", "1540017"), ("1540017", "1540017"), ("", "")]
)
def test_a_postcode_is_its_seven_digits(typed, kept):
    assert postcode_kept(typed) == kept


@pytest.mark.parametrize("typed", ["154", "15400171", "太子堂"])
def test_what_is_no_postcode_is_refused(typed):
    with pytest.raises(ValidationError):
        postcode_kept(typed)


@pytest.mark.parametrize(
    "name",
    [
        "髙﨑 𠮷子",
        "\ufa10田",
        "葛\U000e0100城",
        "辻\U000e0101　󠄀",
        "O’Brien-Nguyễn Thị",
        "佐々木〆",
        "\U000323af\U00031350",
        "é",
        "e\u0301",
    ],
)
def test_a_name_stays_byte_for_byte(name):
    assert name_kept(name) == name


@pytest.mark.parametrize("name", ["花子😊", "花\u200d子", "花\0子", "花\ue000子", "花\n子", "♥花"])
def test_emoji_and_what_only_one_device_shows_is_no_name(name):
    with pytest.raises(ValidationError):
        name_kept(name)


@given(st.text(), st.sampled_from([kana_kept, phone_kept, postcode_kept, name_kept]))
def test_what_is_kept_is_kept_again_as_it_stands(typed, keep):
    try:
        kept = keep(typed)
    except ValidationError:
        return
    assert keep(kept) == kept
