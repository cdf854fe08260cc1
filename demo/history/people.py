"""Invented people: names with their kana, none of a real family. Some hold characters that systems alter."""

from dataclasses import dataclass
from random import Random

SURNAMES = (
    ("青木", "あおき"), ("石川", "いしかわ"), ("上田", "うえだ"), ("遠藤", "えんどう"), ("大野", "おおの"),
    ("岡﨑", "おかざき"), ("加藤", "かとう"), ("神谷", "かみや"), ("菊地", "きくち"), ("小林", "こばやし"),
    ("斉藤", "さいとう"), ("坂本", "さかもと"), ("柴田", "しばた"), ("杉山", "すぎやま"), ("髙橋", "たかはし"),
    ("髙﨑", "たかさき"), ("田中", "たなか"), ("塚本", "つかもと"), ("中村", "なかむら"), ("西村", "にしむら"),
    ("野口", "のぐち"), ("橋本", "はしもと"), ("浜田", "はまだ"), ("福田", "ふくだ"), ("藤井", "ふじい"),
    ("松本", "まつもと"), ("三浦", "みうら"), ("宮﨑", "みやざき"), ("村上", "むらかみ"), ("森", "もり"),
    ("矢野", "やの"), ("山﨑", "やまざき"), ("𠮷田", "よしだ"), ("和田", "わだ"), ("渡邉", "わたなべ"),
)  # fmt: skip
MOTHERS = (
    ("彩", "あや"), ("愛", "あい"), ("恵", "めぐみ"), ("香織", "かおり"), ("佳奈", "かな"), ("早紀", "さき"),
    ("里美", "さとみ"), ("詩織", "しおり"), ("千尋", "ちひろ"), ("智子", "ともこ"), ("奈々", "なな"),
    ("春香", "はるか"),
    ("久美", "くみ"), ("真由美", "まゆみ"), ("美咲", "みさき"), ("由紀", "ゆき"), ("優子", "ゆうこ"),
    ("綾乃", "あやの"),
    ("理恵", "りえ"), ("若菜", "わかな"), ("𠮷乃", "よしの"), ("麻衣", "まい"), ("純子", "じゅんこ"), ("瞳", "ひとみ"),
)  # fmt: skip
CHILDREN = (
    ("葵", "あおい"), ("樹", "いつき"), ("詩", "うた"), ("律", "りつ"), ("凪", "なぎ"), ("紬", "つむぎ"),
    ("湊", "みなと"),
    ("陽菜", "ひな"), ("蓮", "れん"), ("結月", "ゆづき"), ("颯太", "そうた"), ("芽依", "めい"), ("悠真", "ゆうま"),
    ("咲良", "さくら"), ("朝陽", "あさひ"), ("莉子", "りこ"), ("大和", "やまと"), ("花", "はな"), ("新", "あらた"),
    ("杏", "あん"),
)  # fmt: skip


@dataclass(frozen=True)
class Name:
    """A name as it is written, and its kana."""

    written: str
    kana: str


def mother(random: Random) -> tuple[Name, Name]:
    """Return an invented mother's full name, and her surname for the children."""
    surname, given = random.choice(SURNAMES), random.choice(MOTHERS)
    return Name(f"{surname[0]} {given[0]}", f"{surname[1]} {given[1]}"), Name(*surname)


def children(random: Random, surname: Name, number: int = 1) -> list[Name]:
    """Return the full names of so many invented children of a birth, no two alike."""
    drawn: list[int] = []
    for _number in range(number):
        place = random.randrange(len(CHILDREN))
        while place in drawn:
            place = (place + 1) % len(CHILDREN)
        drawn.append(place)
    return [Name(f"{surname.written} {CHILDREN[one][0]}", f"{surname.kana} {CHILDREN[one][1]}") for one in drawn]
