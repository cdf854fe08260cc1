"""What a phone waits for and fetches: a first view with nothing kept, later pages with everything kept.

    python -m tools.benchmarks.first_view http://127.0.0.1:8000 [--mother demo-mother --password sango-care-demo]

A running demo, Chromium on the path. Slow 3G with a CPU four times slower: 500 kbit/s, 400 ms to an answer.
First paint is counted from the touch (milliseconds), bytes as they go over the wire, heads of answers included.
"""

import argparse
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any
from urllib.request import urlopen

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

PHONE = {"width": 360, "height": 740}
BYTES_PER_SECOND = 500_000 / 8
LATENCY_MS = 400
SLOWER = 4
# The goals: first view and later page in bytes, first paint in milliseconds.
FIRST_BYTES, LATER_BYTES, PAINT_MS = 80_000, 25_000, 1_000
FIRST = ("/", "/check/", "/availability/", "/facilities/", "/help-now/", "/accounts/login/")
LATER = ("/check/", "/fees/", "/availability/", "/facilities/")
HERS = ("/my/", "/my/calendar/", "/my/email/")
PAINTED = "performance.getEntriesByName('first-contentful-paint').map(entry => entry.startTime)[0] || 0"


@dataclass
class Seen:
    """One view: its address, bytes over the wire, milliseconds to the first paint, what was fetched."""

    address: str
    size: int = 0
    paint: float = 0
    files: list[str] = field(default_factory=list)

    def line(self, most: int) -> str:
        """A row of the table, with a word where a goal is missed."""
        missed = "" if self.size <= most and self.paint <= PAINT_MS else "  missed"
        return f"{self.address:<28}{self.size:>9,} B{self.paint:>7.0f} ms{len(self.files):>4} files{missed}"


def look(page: Page, address: str) -> Seen:
    """Open the address as such a phone would, and count."""
    seen, of = Seen(address), {}
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    network = {"offline": False, "latency": LATENCY_MS, "downloadThroughput": BYTES_PER_SECOND}
    wire.send("Network.emulateNetworkConditions", {**network, "uploadThroughput": BYTES_PER_SECOND})
    wire.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})

    def answered(event: dict[str, Any]) -> None:
        of[event["requestId"]] = event["response"]["url"]

    def done(event: dict[str, Any]) -> None:
        if size := int(event["encodedDataLength"]):
            seen.size += size
            seen.files.append(f"{size:,} {of.get(event['requestId'], '')}")

    wire.on("Network.responseReceived", answered)
    wire.on("Network.loadingFinished", done)
    page.goto(address, wait_until="networkidle", timeout=120_000)
    seen.paint = page.evaluate(PAINTED)
    seen.address = address.split("/", 3)[-1].join(["/", ""])
    wire.detach()
    return seen


@contextmanager
def phone(browser: Browser) -> Iterator[BrowserContext]:
    """A phone that has never been here."""
    context = browser.new_context(locale="ja-JP", timezone_id="Asia/Tokyo", viewport=PHONE)  # type: ignore[arg-type]
    try:
        yield context
    finally:
        context.close()


def sign_in(page: Page, site: str, name: str, password: str) -> None:
    """As one of the demo's people."""
    page.goto(f"{site}/accounts/login/")
    page.fill("[name=username]", name)
    page.fill("[name=password]", password)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda address: "/accounts/login" not in address)


def main() -> int:
    """Print the table; return 1 where a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("site")
    parser.add_argument("--mother", default="demo-mother")
    parser.add_argument("--password", default="sango-care-demo")
    parser.add_argument("--files", action="store_true", help="say what was fetched")
    asked = parser.parse_args()
    rows: list[tuple[Seen, int]] = []

    def note(seen: Seen, most: int) -> None:
        rows.append((seen, most))
        print(seen.line(most), flush=True)
        if asked.files:
            print(*(f"    {one}" for one in seen.files), sep="\n")

    with sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        print("First view, nothing kept; of three looks the middle one:")
        for path in FIRST:
            with urlopen(asked.site + path) as warm:  # a server that has just started reads its templates
                warm.read()
            three = []
            for _time in range(3):
                with phone(browser) as context:
                    three.append(look(context.new_page(), asked.site + path))
            note(sorted(three, key=attrgetter("paint"))[1], FIRST_BYTES)
        print("Later pages:")
        with phone(browser) as context:
            page = context.new_page()
            page.goto(asked.site, wait_until="networkidle")
            for path in LATER:
                note(look(page, asked.site + path), LATER_BYTES)
            sign_in(page, asked.site, asked.mother, asked.password)
            page.wait_for_load_state("networkidle")
            for path in HERS:
                note(look(page, asked.site + path), LATER_BYTES)
        browser.close()
    return int(any(seen.size > most or seen.paint > PAINT_MS for seen, most in rows))


if __name__ == "__main__":
    sys.exit(main())
