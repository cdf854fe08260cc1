"""A family's pages in three languages: the page says which it is, and in English nothing Japanese stands unmarked."""

import re

import pytest
from django.core.management import call_command
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation

JAPANESE = re.compile(r"[ぁ-んァ-ヴ一-鿿]")
# What says that it is Japanese, or is somebody's own words; what is not read.
MARKED = re.compile(
    r"<(\w+)[^>]*\blang=\"ja\"[^>]*>.*?</\1>|<bdi>.*?</bdi>|<(script|style|datalist)\b.*?</\2>", re.DOTALL
)
PUBLIC = ("home", "check", "fees", "facilities", "availability", "draws", "help-now")


def japanese_left(page: str) -> set[str]:
    """Return the lines that are Japanese and do not say so."""
    body = MARKED.sub("", page[page.index("<body") :])
    return {line.strip() for line in re.sub(r"<[^>]*>", "\n", body).splitlines() if JAPANESE.search(line)}


def speaking(language: str, client: Client | None = None) -> Client:
    client = client or Client()
    client.cookies["django_language"] = language
    return client


@pytest.mark.django_db
def test_public_pages_are_wholly_english_and_easy_japanese_has_its_readings():
    call_command("load_ward", "setagaya", verbosity=0)
    english, easy = speaking("en"), speaking("ja-easy")
    for name in PUBLIC:
        address = reverse(f"public:{name}")
        page = english.get(address).content.decode()
        assert '<html lang="en" dir="ltr">' in page
        assert (name, japanese_left(page)) == (name, set())
        page = easy.get(address).content.decode()
        assert '<html lang="ja" dir="ltr">' in page
        assert "<rt>よやく</rt>" in page or "<rt>さんご</rt>" in page
        assert 'value="ja-easy" lang="ja" aria-current="true"' in page


@pytest.mark.django_db
def test_the_language_is_changed_on_every_page_and_the_page_stays():
    client, address = Client(), "/check/?service=ward-centre%2Fday-care"
    answer = client.post(reverse("set_language"), {"language": "ja-easy", "next": address})
    assert answer["Location"] == address
    assert answer.cookies["django_language"]["max-age"] == 365 * 24 * 60 * 60
    assert f'name="next" value="{address}"' in client.get(address).content.decode()


@pytest.mark.parametrize(("language", "way"), [("ja", "ltr"), ("ja-easy", "ltr"), ("en", "ltr"), ("ar", "rtl")])
def test_a_page_says_from_where_its_language_is_read(language, way):
    with translation.override(language):
        page = render_to_string("503.html", request=RequestFactory().get("/"))
    assert f'dir="{way}"' in page.split("<head>")[0]
