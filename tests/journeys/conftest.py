"""Browser tests: Debian's Chromium, as a mother in Setagaya has it set up, against pytest-django's live server."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from accounts.models import User
from accounts.roles import Role
from enrollment.models import ConsentText
from tests.builders import LONG_AGO, service, town, user

from .steps import PATIENCE

expect.set_options(timeout=PATIENCE)

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    *(
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-sync",
        "--disable-dev-shm-usage",
    ),
    *("--disable-background-networking", "--disable-component-update", "--disable-default-apps"),
    # A page that asks any other host finds none: the staff's network may have no internet.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)


def chromium() -> str | None:
    """The Chromium to use: ``CHROMIUM``, or the first that is installed."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named if Path(named).exists() else None
    return next((found for found in map(shutil.which, CHROMIUM_NAMES) if found), None)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Our Chromium instead of one that Playwright would download."""
    found = chromium()
    if found is None:
        pytest.skip("no Chromium here: apt-get install chromium fonts-noto-cjk, or name one in CHROMIUM")
    return browser_type_launch_args | {"executable_path": found, "args": list(FLAGS)}


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Japanese, on Japanese time."""
    return browser_context_args | {"locale": "ja-JP", "timezone_id": "Asia/Tokyo"}


@pytest.fixture(scope="session", autouse=True)
def _database_beside_playwright() -> Iterator[None]:
    """Playwright's synchronous API keeps an event loop running in our thread; Django would refuse its database there.

    Nothing runs at the same time: the test waits for the browser, or the browser for the test. These tests
    come last (sankecare.stack.pytest_plugin), so no other one runs beside that loop.
    """
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    yield
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(autouse=True)
def nothing_counted_yet() -> None:
    """What other tests asked for from this address must not make a page say 429 here."""
    cache.clear()


@pytest.fixture
def ward() -> None:
    service()
    town()
    kitazawa = town("北沢", "kitazawa")
    kitazawa.name_kana = "きたざわ"
    kitazawa.save()
    words = {
        "text_ja": "施設が、続けて支援が必要と考えたときに、総合支所の保健師に伝えることに同意します。",
        "text_en": "I agree.",
    }
    ConsentText.objects.create(code="follow-up", version="1", period=(LONG_AGO, None), **words)


@pytest.fixture
def mother(ward: None) -> User:
    return user(Role.MOTHER, email="yoshiko@example.jp")
