"""Every page as who hears it: nothing without a name, and its accessibility tree as it was looked at (the picture).

The pictures stand in ``tests/journeys/read_aloud/``: what a screen reader is given of each page, each kind of line
once, numbers as 0. ``make read-aloud`` compares; a page that was changed on purpose is looked at and
drawn anew with ``make read-aloud DRAW=1``. What nobody may stumble over is asked whenever the tests run.
"""

import os
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse
from playwright.sync_api import Browser, Page

from accounts.roles import Role
from accounts.url_permissions import action_of_page
from tests.builders import TOKYO
from tests.factories_two_families import World, two_worlds
from tests.invariants.test_permissions import ALL_PAGES

from .steps import DESKTOP, PHONE, TABLET, screen

pytestmark = pytest.mark.django_db(transaction=True)

HERE = Path(__file__).parent
FAULTS = (HERE / "read_aloud.js").read_text()
# A Wednesday, so that the same days are over and to come whenever the tests run.
NOW = datetime(2026, 6, 10, 10, 0, tzinfo=TOKYO)
SCREENS = {
    **dict.fromkeys(("nobody", Role.MOTHER), PHONE),
    **dict.fromkeys((Role.OPERATOR, Role.FACILITY_MANAGER, Role.HEALTH_NURSE), TABLET),
}
# What changes something by being opened, or is asked in the middle of signing in.
NOT_OPENED = ("accounts:", "account_", "mfa_", "api", "admin:logout", "demo-mails", "set_language")
WHO = ("nobody", *Role.values)


@pytest.fixture
def world() -> Iterator[World]:
    with time_machine.travel(NOW, tick=True):
        with transaction.atomic():
            mine, _other = two_worlds()
        yield mine


@pytest.mark.parametrize("who", WHO)
def test_every_page_can_be_heard_and_is_as_it_was_looked_at(
    who: str, world: World, live_server: Any, browser: Browser, browser_context_args: dict[str, Any]
) -> None:
    drawn: list[str] = []
    faults: list[str] = []
    client = Client()
    if who in world.people:
        client.force_login(world.people[who])
    with screen(browser, browser_context_args, SCREENS.get(who, DESKTOP)) as page:
        for cookie in client.cookies.values():
            page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        for name, address in _addresses(world, who):
            answer = client.get(address)
            if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
                continue
            page.goto(f"{live_server.url}{address}")
            _let_the_sound_be_drawn(page)
            faults += [f"{name}: {fault}" for fault in page.evaluate(FAULTS)]
            page.evaluate(
                "document.querySelectorAll('.month tbody, .marks tbody, .month-key').forEach(n => n.remove())"
            )
            # The frame around a page is the same on all: drawn once.
            part = page.locator("#main").first if drawn and page.locator("#main").count() else page.locator("body")
            drawn += [f"# {name}", *_picture(part.aria_snapshot()), ""]
    assert not faults, "\n".join(dict.fromkeys(faults))
    assert len(drawn) > 30 or "READ_ALOUD_PAGES" in os.environ
    kept, asked = HERE / "read_aloud" / f"{who}.txt", os.environ.get("READ_ALOUD", "")
    if asked == "draw":
        kept.parent.mkdir(exist_ok=True)
        kept.write_text("\n".join(drawn) + "\n")
    if asked == "draw" or (kept.exists() and asked):
        changed = _changed(kept.read_text().splitlines(), drawn)
        assert not changed, f"{kept.name}: look at these pages, then make read-aloud DRAW=1\n" + "\n".join(changed)


def _let_the_sound_be_drawn(page: Page) -> None:
    """Wait until the script of the looks has the moments and has said whether the sound is on; hidden until then."""
    if page.locator("[data-sound]").count():
        page.wait_for_load_state("networkidle")
        page.wait_for_function("document.querySelector('[data-sound]:not([data-sound=off], [hidden])')")


def _addresses(world: World, who: str) -> Iterator[tuple[str, str]]:
    for page in ALL_PAGES:
        if page.name.startswith(NOT_OPENED) or os.environ.get("READ_ALOUD_PAGES", "") not in page.name:
            continue
        # A hundred pages of the administration take minutes: ``make read-aloud`` opens them.
        if page.name.startswith("admin:") and not os.environ.keys() & {"READ_ALOUD", "READ_ALOUD_PAGES"}:
            continue
        try:
            named = world.parameters(page.name, page.parameters, action_of_page(page.name), who)
            yield page.name, reverse(page.name, kwargs=named)
        except NoReverseMatch:  # another installation's page
            continue


def _picture(snapshot: str) -> list[str]:
    """The tree with each kind of line once among its neighbours, numbers as 0, and no address."""
    root: list[Any] = []
    path: list[tuple[int, list[Any]]] = [(-1, root)]
    for line in snapshot.splitlines():
        deep = len(line) - len(line.lstrip())
        words = re.sub(r"[0-9０-９]+", "0", line.strip())
        if words.startswith("- /url:"):
            continue
        while path[-1][0] >= deep:
            path.pop()
        children: list[Any] = []
        path[-1][1].append((words, children))
        path.append((deep, children))
    return _lines(root, 0)


def _lines(nodes: list[Any], deep: int) -> list[str]:
    seen: dict[tuple[str, ...], None] = {}
    for words, children in nodes:
        seen[(f"{'  ' * deep}{words}", *_lines(children, deep + 1))] = None
    return [line for block in seen for line in block]


def _changed(before: list[str], now: list[str]) -> list[str]:
    """The pages whose picture differs, each with its first other line."""
    old, new = _by_page(before), _by_page(now)
    return [
        f"{page}: {next((line for line in new.get(page, []) if line not in old.get(page, [])), 'lines are gone')}"
        for page in sorted(old.keys() | new.keys())
        if old.get(page) != new.get(page)
    ]


def _by_page(lines: list[str]) -> dict[str, list[str]]:
    pages: dict[str, list[str]] = {}
    name = ""
    for line in lines:
        if line.startswith("# "):
            name = line[2:]
        elif line:
            pages.setdefault(name, []).append(line)
    return pages


def test_a_picture_says_each_kind_of_line_once() -> None:
    rows = '- list:\n  - listitem: 12 円\n  - listitem: 3 円\n- link "次":\n  - /url: /x/\n- button "次"'
    assert _picture(rows) == ["- list:", "  - listitem: 0 円", '- link "次":', '- button "次"']
