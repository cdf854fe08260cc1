"""What goes over the wire: compressed where nobody else asks, kept where its name holds a digest, closed to others."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client, RequestFactory, override_settings
from whitenoise.middleware import WhiteNoiseMiddleware

from accounts.roles import Role
from sankecare.compression import may_compress
from tests import builders

pytestmark = pytest.mark.django_db

GZIP = {"Accept-Encoding": "gzip, br"}


@pytest.mark.parametrize(
    ("asked_by", "cookie", "compressed"),
    [
        ("same-origin", True, True),
        ("none", True, True),
        # Another site made the browser ask: what is a person's, and how long it is, stays its own.
        ("cross-site", True, False),
        ("same-site", True, False),
        # She follows a link of the ward's page for the first time: nothing of a person is in what she gets.
        ("cross-site", False, True),
        # Browsers before 2023 and programs say nothing: only what holds nothing of a person.
        (None, True, False),
        (None, False, True),
        ("", True, False),
        ("nonsense", True, False),
    ],
)
def test_only_what_the_person_or_our_page_asked_for_is_compressed(
    asked_by: str | None, cookie: bool, compressed: bool
) -> None:
    headers = {} if asked_by is None else {"Sec-Fetch-Site": asked_by}
    request = RequestFactory(headers=headers).get("/")
    if cookie:
        request.COOKIES["sessionid"] = "x"
    assert may_compress(request) is compressed


def test_a_long_list_is_a_tenth_of_its_size_for_her_and_whole_for_a_site_that_asks_in_her_name() -> None:
    client = Client()
    client.force_login(builders.user(Role.WARD_STAFF))
    hers = client.get("/admin/facilities/town/", headers=GZIP | {"Sec-Fetch-Site": "same-origin"})
    assert hers["Content-Encoding"] == "gzip"
    whole = gzip.decompress(hers.content)
    assert len(hers.content) < len(whole) / 4
    other = client.get("/admin/facilities/town/", headers=GZIP | {"Sec-Fetch-Site": "cross-site"})
    assert "Content-Encoding" not in other
    assert "Sec-Fetch-Site" in hers["Vary"]
    assert "Sec-Fetch-Site" in other["Vary"]


def test_two_answers_of_one_page_are_not_of_one_length() -> None:
    """Django's random bytes, and the masked token: the length of one answer says little."""
    asked = GZIP | {"Sec-Fetch-Site": "none"}
    lengths = {len(Client().get("/check/", headers=asked).content) for _time in range(12)}
    assert len(lengths) > 3


def test_files_that_are_packed_already_are_left_as_they_are() -> None:
    answer = Client().get("/apple-touch-icon.png", headers=GZIP)
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer


@pytest.mark.parametrize(
    "address", ["/", "/check/", "/healthz", "/api/v1/facilities/", "/robots.txt", "/favicon.ico", "/no/"]
)
def test_no_answer_may_use_a_device_or_be_taken_in_by_another_site(address: str) -> None:
    answer = Client().get(address)
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    for device in ("camera", "microphone", "geolocation", "payment", "usb"):
        assert f"{device}=()" in answer["Permissions-Policy"]
    assert "publickey-credentials-get=(self)" in answer["Permissions-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"


def test_what_browsers_ask_for_by_name_is_there() -> None:
    client = Client()
    assert b"".join(client.get("/favicon.ico").streaming_content)[:4] == b"\0\0\1\0"  # type: ignore[attr-defined]
    assert b"".join(client.get("/apple-touch-icon.png").streaming_content)[1:4] == b"PNG"  # type: ignore[attr-defined]
    robots = b"".join(client.get("/robots.txt").streaming_content).decode()  # type: ignore[attr-defined]
    assert "Disallow: /\n" in robots
    assert "admin" not in robots
    app: dict[str, Any] = json.loads(client.get("/manifest.webmanifest").content)
    assert app["start_url"] == "/"
    for icon in app["icons"]:
        assert (Path(settings.BASE_DIR) / "static" / icon["src"].removeprefix("/static/")).exists()
    head = client.get("/").text
    for linked in ("/manifest.webmanifest", "/apple-touch-icon.png"):
        assert f'href="{linked}"' in head


def test_whom_to_tell_of_a_hole_stands_there_once_somebody_is_named() -> None:
    address = "/.well-known/security.txt"
    assert Client().get(address).status_code == 404
    with override_settings(SECURITY_CONTACT="mailto:security@ward.example", PUBLIC_BASE_URL="https://care.example"):
        answer = Client().get(address)
    fields = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert fields["Contact"] == "mailto:security@ward.example"
    assert fields["Canonical"] == "https://care.example/.well-known/security.txt"
    assert fields["Expires"].endswith("T00:00:00Z")


def test_a_file_whose_name_holds_a_digest_is_kept_for_ever_and_comes_compressed(tmp_path: Path) -> None:
    hashed = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    with override_settings(STORAGES=hashed, STATIC_ROOT=str(tmp_path), WHITENOISE_USE_FINDERS=False):
        call_command("collectstatic", interactive=False, verbosity=0)
        named = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
        sheet = named["css/site.css"]
        assert sheet != "css/site.css"
        served = WhiteNoiseMiddleware(lambda _request: None)
        answer = served(RequestFactory(headers=GZIP).get(f"/static/{sheet}"))
        assert "immutable" in answer["Cache-Control"]
        assert answer["Content-Encoding"] == "gzip"
        # What sheets are built from, and the whole fonts of letters, are for nobody's browser.
        assert not [name for name in named if name.endswith(".src.css") or "Gothic_400Regular" in name]
        # Of a name without digest nobody keeps an old one.
        plain = served(RequestFactory().get("/static/css/site.css"))
        assert "immutable" not in plain["Cache-Control"]
