"""What a page weighs on a slow line, and what it brings along: the sheet inside the first, a font only for a name."""

import gzip
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.urls import NoReverseMatch, reverse

from accounts.permissions import may
from accounts.roles import Role
from accounts.url_permissions import action_of_page
from enrollment.letters.font_coverage import code_points_of
from sankecare.look import sheet
from sankecare.templatetags.sheets import everyday_kanji, shows_rare_kanji
from tests import builders
from tests.factories_two_families import two_worlds
from tests.invariants.test_permissions import ALL_PAGES

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parent.parent.parent
STATIC = ROOT / "static"
FIRST_VIEW, LATER_PAGE = 80_000, 25_000
# The head of an answer, and of the packets that carry it.
HEAD = 1_200
OPENED = {"Accept-Encoding": "gzip", "Sec-Fetch-Site": "none", "Sec-Fetch-Dest": "document"}
LATER = OPENED | {"Cookie": f"{sheet.COOKIE}={sheet.VERSION}"}
LINKED = re.compile(r'(?:src|href)="/static/((?:css|js|mfa|account|images|fonts)/[^"]+)"')


def _weight(answer: Any) -> int:
    body = answer.content
    packed = body if answer.headers.get("Content-Encoding") == "gzip" else gzip.compress(body)
    return len(packed) + HEAD


def _text(answer: Any) -> str:
    body = answer.content
    return (gzip.decompress(body) if answer.headers.get("Content-Encoding") == "gzip" else body).decode()


def _files(text: str) -> int:
    """The weight of what the page links, each once; what no file of ours is comes with a package and counts whole."""
    found = {STATIC / name for name in LINKED.findall(text)}
    return sum(len(gzip.compress(file.read_bytes())) + HEAD if file.exists() else 3_000 for file in found)


@pytest.mark.parametrize("page", ["public:home", "public:check", "public:availability", "accounts:login"])
def test_a_first_view_with_everything_that_it_brings_is_under_80_kilobytes(page: str) -> None:
    answer = Client().get(reverse(page), headers=OPENED)
    assert answer.status_code == 200
    assert _weight(answer) + _files(_text(answer)) <= FIRST_VIEW
    # No font and no sheet stands between the answer and the first paint.
    head = _text(answer).split("</head>")[0]
    assert f"<style>{sheet.TEXT}</style>" in head
    assert "fonts/" not in head
    assert 'rel="stylesheet"' not in head


def test_every_later_page_of_a_mother_is_under_25_kilobytes() -> None:
    mine, _other = two_worlds()
    client = Client()
    client.force_login(mine.people[Role.MOTHER])
    client.cookies[sheet.COOKIE] = sheet.VERSION
    shown = {}
    for page in ALL_PAGES:
        action = action_of_page(page.name)
        if action is None or not may(mine.people[Role.MOTHER], action) or page.name.startswith(("api", "admin:")):
            continue
        try:
            address = reverse(page.name, kwargs=mine.parameters(page.name, page.parameters, action, Role.MOTHER))
        except NoReverseMatch:
            continue
        answer = client.get(address, headers=OPENED)
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            shown[page.name] = _weight(answer)
            assert "css/staff.css" not in _text(answer), page.name
    assert len(shown) > 20
    assert {name: weight for name, weight in shown.items() if weight > LATER_PAGE} == {}


def test_the_sheet_stands_in_the_first_page_and_is_linked_by_the_next() -> None:
    client = Client()
    first = client.get("/", headers=OPENED)
    assert "<style>" in _text(first)
    assert '<link rel="stylesheet" media="print" href="/static/css/site.css">' in _text(first)
    assert first.cookies[sheet.COOKIE]["httponly"]
    assert sheet.POLICY_SOURCE in first["Content-Security-Policy"]
    assert "unsafe" not in first["Content-Security-Policy"]
    later = client.get("/", headers=OPENED)
    assert "<style>" not in _text(later)
    assert '<link rel="stylesheet" href="/static/css/site.css">' in _text(later)
    assert sheet.COOKIE not in later.cookies


@pytest.mark.parametrize(
    ("headers", "inside"),
    [
        ({"Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "cross-site"}, True),
        # An older version of the sheet is no use.
        ({"Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "same-origin", "Cookie": "sheet=0"}, True),
        # Another site leads her here while she is signed in: the answer is not compressed, and would weigh 33 KB more.
        ({"Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "cross-site", "Cookie": "sessionid=x"}, False),
        ({"Sec-Fetch-Dest": "empty", "Sec-Fetch-Site": "same-origin"}, False),
        ({}, False),
    ],
)
def test_the_sheet_stands_in_a_page_that_a_person_opens_and_that_is_compressed(
    headers: dict[str, str], inside: bool
) -> None:
    assert sheet.stands_in_the_page(RequestFactory(headers=headers).get("/")) is inside


@pytest.mark.parametrize(
    ("words", "rare"),
    [("山田 花子さん、3日あります①", False), ("髙橋", True), ("山﨑", True), ("𠮷田", True), ("齋藤 渡邉 邊", False)],
)
def test_a_page_brings_the_font_of_names_where_a_kanji_of_names_stands(words: str, rare: bool) -> None:
    assert shows_rare_kanji(words) is rare


def test_her_own_name_brings_it_and_a_page_without_a_name_does_not() -> None:
    client = Client()
    staff = builders.user(Role.WARD_STAFF, first_name="𠮷子")
    client.force_login(staff)
    assert "css/names.css" in _text(client.get(reverse("claims:list")))
    assert "css/names.css" not in _text(Client().get("/"))


def test_every_rare_kanji_of_the_font_is_in_exactly_one_slice_and_every_slice_is_small() -> None:
    ranges = re.findall(r"unicode-range: ([^;]+);", (STATIC / "css" / "names.css").read_text())
    covered: list[int] = []
    for one in ranges:
        for part in one.replace("U+", "").split(","):
            first, _dash, last = part.partition("-")
            covered += range(int(first, 16), int(last or first, 16) + 1)
    whole = code_points_of(STATIC / "fonts" / "BIZUDPGothic_400Regular.ttf")
    assert sorted(covered) == sorted(code for code in whole if shows_rare_kanji(chr(code)))
    assert len(everyday_kanji()) == 6_356
    slices = sorted((STATIC / "fonts").glob("*.woff2"))
    assert len(slices) == len(ranges)
    assert max(file.stat().st_size for file in slices) < 36_000


def test_the_sheet_of_the_staff_uses_no_value_that_the_sheet_of_every_page_does_not_set() -> None:
    site, staff = ((STATIC / "css" / name).read_text() for name in ("site.css", "staff.css"))
    named = set(re.findall(r"(--[\w-]+):", site + staff))
    assert set(re.findall(r"var\((--[\w-]+)\)", staff)) <= named
