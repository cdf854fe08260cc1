"""A mother checks a draw on her phone: from her own page, with her mail, without the internet, and a changed file."""

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from playwright.sync_api import Page, expect

from accounts.roles import Role
from bookings.draws.announcing import announce_round
from bookings.draws.closing import close_round
from bookings.draws.drawing import run_draw
from bookings.draws.entering import enter_draw
from bookings.draws.proof import failed_checks
from bookings.draws.public_number import Typed, confirm_number, enter_number
from bookings.models import DrawEntry, DrawPolicy, DrawRound
from sankecare import outbox
from tests import builders
from tests.fixtures_published_draws import draws

from .steps import PHONE, sign_in, violations

pytestmark = pytest.mark.django_db(transaction=True)
SCRIPT = Path(__file__).resolve().parents[2] / "static" / "js" / "draw-proof.js"


@pytest.fixture
def phone(page: Page) -> Page:
    page.set_viewport_size(PHONE)
    return page


@pytest.fixture
def drawn() -> DrawRound:
    """Four families for one place; the first has more tickets than the others."""
    builders.usage_limits()
    builders.draw_policy()
    DrawPolicy.objects.update(number_source="ナンバーズ4の当せん番号")
    now, today = timezone.now(), timezone.localdate()
    entered = now - timedelta(days=2)
    first = today + timedelta(days=14)
    made = transaction.atomic(announce_round)(
        pool=builders.service(slots=1).pool,
        first_day=first,
        last_day=first + timedelta(days=6),
        opens_at=now - timedelta(days=3),
        closes_at=now - timedelta(minutes=2),
        draw_at=now - timedelta(minutes=1),
        by=None,
        at=entered,
    )
    for number in range(4):
        mother = builders.user(Role.MOTHER, email=f"m{number}@example.jp")
        registration = builders.registration(builders.family(account=mother), born=today - timedelta(days=40))
        choices = builders.wished(made, [first, first + timedelta(days=1)])
        transaction.atomic(enter_draw)(
            draw_round=made, registration=registration, choices=choices, by=mother, at=entered, least_days=1
        )
    DrawEntry.objects.filter(pk=made.wishes.earliest("pk").pk).update(
        high_need_reason="保健師の依頼", high_need_by=builders.user()
    )
    later = now
    transaction.atomic(close_round)(draw_round=made, at=later)
    outbox.take_all(at=later)
    typed = Typed.of("0427", timezone.localdate(later))
    for write in (enter_number, confirm_number):
        transaction.atomic(write)(draw_round=made, typed=typed, by=builders.user(), at=later)
    return transaction.atomic(run_draw)(draw_round=made, at=later)


def said(page: Page) -> str:
    told = page.locator("[data-part=told]")
    expect(told).to_have_attribute("data-found", re.compile("agrees|differs|so-far"))
    return told.get_attribute("data-found") or ""


def verdicts(page: Page) -> dict[str, str]:
    rows = page.locator("[data-check]:not([hidden])")
    return {row.get_attribute("data-check") or "": row.locator("[data-verdict]").inner_text() for row in rows.all()}


def test_she_checks_the_draw_from_her_own_page_and_then_without_the_internet(
    live_server: Any, phone: Page, drawn: DrawRound, tmp_path: Path
) -> None:
    entry = drawn.wishes.earliest("pk")
    mother = entry.registration.birth.family.account
    sign_in(phone, live_server.url, mother)
    phone.goto(f"{live_server.url}/my/registrations/{entry.registration_id}/draws/{drawn.pk}/")
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.url))
    phone.click("text=この抽選を自分で確かめる")
    phone.locator("[data-part=ask]").wait_for()
    # What is hers stands behind the #, is never sent, and is gone from the address at once.
    assert phone.evaluate("location.hash") == f"#sign={entry.sign}"
    assert not [url for url in asked if entry.sign in url]
    asked.clear()
    phone.click("[data-part=ask]")
    assert said(phone) == "agrees"
    assert asked == [f"{live_server.url}/draws/{drawn.pk}.json"]
    assert set(verdicts(phone).values()) == {"一致"}
    assert set(verdicts(phone)) == {
        *("promise", "list", "tickets", "secret", "number", "seed", "opened", "order", "result", "history", "signed")
    }
    place = next(row["order"] for row in drawn.result if row["sign"] == entry.sign)
    expect(phone.locator("[data-part=own-words]")).to_have_text(
        f"あなたの記号 {entry.sign} は、4件のうち{place}番目でした。"
    )
    expect(phone.locator("#own")).to_contain_text(f"{entry.sign} （あなた）")
    expect(phone.locator("[data-part=own-tickets] [data-verdict]")).to_have_text("一致")
    assert [row["id"] for row in violations(phone)] == []
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    (told,) = [message for message in mail.outbox if message.to == [mother.email] and "照合番号" in message.body]
    mailed = re.search(r"\b[0-9a-f]{64}\b", told.body)
    assert mailed is not None
    phone.fill("#mailed-digest", mailed[0])
    expect(phone.locator("[data-part=mailed] [data-verdict]")).to_have_text("一致")
    phone.fill("#mailed-digest", "0" * 64)
    expect(phone.locator("[data-part=mailed] [data-verdict]")).to_have_text("不一致")

    kept = tmp_path / "draw.json"
    kept.write_bytes(phone.request.get(f"{live_server.url}/draws/{drawn.pk}.json").body())
    phone.context.set_offline(True)
    asked.clear()
    phone.set_input_files("#draw-file", kept)
    assert said(phone) == "agrees"
    changed = json.loads(kept.read_text())
    first, last = changed["result"][0], changed["result"][-1]
    first["days"], last["days"] = last["days"], first["days"]
    kept.write_text(json.dumps(changed))
    phone.set_input_files("#draw-file", [])
    phone.set_input_files("#draw-file", kept)
    expect(phone.locator("[data-part=told]")).to_have_attribute("data-found", "differs")
    found = verdicts(phone)
    assert (found["result"], found["history"], found["seed"]) == ("不一致", "不一致", "一致")
    kept.write_text('{"no": "draw"}')
    phone.set_input_files("#draw-file", [])
    phone.set_input_files("#draw-file", kept)
    expect(phone.locator("[data-part=told]")).to_have_text("抽選のファイルではありません。")
    assert asked == []
    phone.context.set_offline(False)


def test_nothing_stays_on_the_page_of_a_file_that_is_none(
    live_server: Any, phone: Page, drawn: DrawRound, tmp_path: Path
) -> None:
    """What has a result of which nothing was signed, and what would stop a phone, are refused as well."""
    kept = tmp_path / "draw.json"
    phone.goto(f"{live_server.url}/draws/{drawn.pk}/verify/")
    genuine = json.loads(phone.request.get(f"{live_server.url}/draws/{drawn.pk}.json").body())
    unsigned = {name: genuine[name] for name in ("round", "promise", "result")} | {"history": genuine["history"][:1]}
    for text in (json.dumps(unsigned), "[" * 100_000, "NaN", "[1]" + " " * 20_000_000):
        phone.click("[data-part=ask]")
        expect(phone.locator("[data-part=result]")).to_be_visible()
        kept.write_text(text)
        phone.set_input_files("#draw-file", [])
        phone.set_input_files("#draw-file", kept)
        expect(phone.locator("[data-part=told]")).to_have_text("抽選のファイルではありません。")
        expect(phone.locator("[data-part=result]")).to_be_hidden()


def test_a_file_signed_by_another_is_found_and_so_is_a_ticket_held_back(
    live_server: Any, phone: Page, drawn: DrawRound
) -> None:
    entry = drawn.wishes.earliest("pk")
    own = "&tickets=" + ",".join(["0" * 32] * 3)
    phone.goto(f"{live_server.url}/draws/{drawn.pk}/verify/#sign={entry.sign}{own}")
    phone.click("[data-part=ask]")
    assert said(phone) == "agrees"
    expect(phone.locator("[data-part=own-tickets] [data-verdict]")).to_have_text("不一致")
    base = (  # a point of the curve, and no key of ours
        "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296",
        "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5",
    )
    phone.evaluate("key => { document.getElementById('verify').dataset.keys = key }", "04" + "".join(base))
    phone.click("[data-part=ask]")
    expect(phone.locator("[data-check=signed] [data-verdict]")).to_have_text("不一致")
    expect(phone.locator("[data-part=told]")).to_have_attribute("data-found", "differs")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=draws())
def test_the_browser_computes_what_the_program_computes(page: Page, made: dict[str, Any]) -> None:
    """Of any draw; and of the same draw with one thing changed it says the same as the program."""
    if not page.evaluate("typeof DrawProof !== 'undefined'"):
        page.goto("about:blank")
        page.add_script_tag(content=SCRIPT.read_text() + ";globalThis.DrawProof = DrawProof;")
    for change in (None, "seed", "promise", "rooms", "result", "list", "unsigned"):
        shown = json.loads(json.dumps(made))
        if change == "seed":
            shown["seed"] = "0" * 64
        elif change == "promise":
            shown["promise"]["days"] += 1
        elif change == "rooms":
            shown["rooms"] = {day: row | {"places": row["places"] + 1} for day, row in shown["rooms"].items()}
        elif change == "result" and shown["result"]:
            shown["result"].append(shown["result"].pop(0))
        elif change == "list" and shown["list"]["tickets"]:
            shown["list"]["tickets"].pop()
        elif change == "unsigned":
            shown.pop("rooms")
            shown["history"] = [row for row in shown["history"] if row["stage"] != "drawn"]
        checks = page.evaluate("shown => DrawProof.checks(shown)", shown)
        assert {name for name, agrees in checks.items() if not agrees} == {str(one) for one in failed_checks(shown)}
