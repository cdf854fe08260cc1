"""やさしい日本語: whatever a mother can meet is there, in short sentences, and every kanji can be read aloud.

The rules: docs/easy_japanese.md. What she can meet is worked out by tools/mothers_words.py.
"""

import re
import sys
from pathlib import Path

import pytest

from sankecare.languages import readings

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tools"))
import build_messages  # noqa: E402 - a tool beside the package
import mothers_words  # noqa: E402

# DEFAULT: the guideline says “short” without a number.
LONGEST_SENTENCE = 40
# The guide of Hirosaki University for what is not an emergency (category II).
MOST_KANJI = 13
# Names of letters, as they are printed on them.
OFFICIAL = ("産後ケア事業利用登録不承認決定通知書", "産後ケア事業利用登録変更決定通知書")

EASY = {
    key: text for key, text in build_messages.entries(ROOT / "locale/ja_Easy/LC_MESSAGES/django.po").items() if key
}
PLACES = re.compile(r"%\(\w+\)[sd]|\{\w+\}|%\w+%")


def sentences(text: str) -> list[str]:
    """What is read in one breath: to the full stop, the colon, the end of the line; brackets count by themselves."""
    plain = re.sub(r"<[^>]*>", "", PLACES.sub("", text))
    return [part.strip() for part in re.split(r"[。！？：（）\n]", plain) if part.strip()]


def test_every_word_that_a_mother_can_meet_is_there_in_easy_japanese():
    missing = [f"{where}: {key!r}" for key, where in mothers_words.missing_in("ja_Easy").items()]
    assert not missing, "\n".join(missing)


def test_her_words_are_found_from_her_pages_to_the_last_of_them():
    """The search itself: a page, a form's hint, a refusal deep below, a mail, a word renamed at its import."""
    hers = mothers_words.words()
    for found in (
        "My page",
        "The day you leave counts as well.",
        "On %(days)s there is no room left that takes a sibling.",
        "A place has come free for you",
        "Baby's name in kana",
    ):
        assert found in hers
    assert not {"Monthly claims", "New PIN", "Who was told by telephone"} & hers.keys()


def test_what_the_ward_says_in_its_rows_is_among_them():
    rows = mothers_words.rows_of_the_ward()
    assert {rows["話しやすい静かな場所"], rows["助産師がご自宅を訪ねます。1回2時間ほどです。"]} == {
        "visit_preparations.csv",
        "services.csv",
    }


def test_no_sentence_is_longer_than_the_rule_allows():
    too_long = [part for text in EASY.values() for part in sentences(text) if len(part) > LONGEST_SENTENCE]
    assert not too_long, "\n".join(too_long)


def test_no_sentence_has_more_kanji_than_the_rule_allows():
    assert not [
        part
        for text in EASY.values()
        for part in sentences(text)
        if len(re.findall(r"[一-鿿々]", part)) > MOST_KANJI and part not in OFFICIAL
    ]


def test_every_kanji_has_its_reading():
    unread = {
        word: text for text in EASY.values() for word in readings.unread(re.sub(r"<[^>]*>", "", PLACES.sub("3", text)))
    }
    assert not unread


def test_what_is_filled_in_is_the_same_as_in_english():
    def places(text: str) -> set[str]:
        return set(PLACES.findall(text))

    differ = {key: text for key, text in EASY.items() if places(key.split("\0")[0].split("\4")[-1]) != places(text)}
    assert not differ


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("予約する", "予約（よやく）する"),
        ("学校に行く。行を", "学校（がっこう）に行（い）く。行（ぎょう）を"),
        ("空いている空です", "空（あ）いている空（から）です"),
        ("2026年4月1日、4か月、2人目", "2026年（ねん）4月（がつ）1日、4か月（げつ）、2人目（め）"),
        ("世田谷区 髙﨑さん 3日髙", "世田谷区 髙﨑さん 3日髙"),
        ("予約、予約", "予約（よやく）、予約"),
        ("3日（金）のお金", "3日（金（きん））のお金（かね）"),
        ("24時間、あと10週間、3日間", "24時間（じかん）、あと10週間（しゅうかん）、3日間（かん）"),
    ],
)
def test_a_word_is_read_by_what_stands_around_it_and_a_name_is_left_alone(text, read):
    assert readings.in_text(text) == read


def test_readings_stand_above_words_and_never_in_names_titles_choices_or_attributes():
    page = '<title>予約</title><a title="予約">予約</a><bdi>予約</bdi><option>予約</option><p>日本</p></option>'
    ruby = "<span><ruby>予約<rp>（</rp><rt>よやく</rt><rp>）</rp></ruby></span>"
    assert readings.in_page(page) == page.replace('">予約</a>', f'">{ruby}</a>')
