"""手引き: every page of the staff is explained, in a guide that names only what there is."""

import re
from fnmatch import fnmatchcase

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actions import Action
from accounts.roles import Role
from accounts.url_permissions import ADMIN_MODELS, PAGES
from pages.guide.sections import GUIDE_OF_ROLE, GUIDES, folder, guide, pages_named, section_of
from tests import builders

# What is no page to look at: asked by a page itself, common to everybody, or the guide.
NO_PAGES = ("api", "public", "family", "account", "mfa", "guide", "admin:log", "admin:password", "admin:jsi18n")
NO_PAGES += (
    "admin:autocomplete",
    "admin:view_on_site",
    "healthz",
    "readyz",
    "metrics",
    "set_language",
    "demo-mails",
    "operator:pulse",
)
OF_THE_ADMIN = [
    f"admin:{model}_{verb}" for model in ADMIN_MODELS for verb in ("changelist", "change", "add", "history")
]
OF_THE_STAFF = [
    name
    for name, action in PAGES.items()
    if not name.startswith(NO_PAGES) and action not in (Action.ANYONE, Action.NO_ONE)
] + OF_THE_ADMIN


def test_every_page_of_the_staff_is_explained() -> None:
    said = pages_named()
    assert [name for name in OF_THE_STAFF if not any(fnmatchcase(name, page) for page in said)] == []


def test_what_the_guides_name_is_there() -> None:
    known = [*PAGES, *OF_THE_ADMIN]
    assert [page for page in pages_named() if not any(fnmatchcase(name, page) for name in known)] == []


def test_every_picture_that_is_shown_is_there_and_every_one_there_is_shown() -> None:
    shown = {
        name for slug in GUIDES for name in re.findall(r"\(pictures/(.+?)\)", (folder() / f"{slug}.md").read_text())
    }
    assert shown == {path.name for path in (folder() / "pictures").glob("*.png")}


@pytest.mark.parametrize("slug", GUIDES)
def test_each_section_says_something_and_no_two_bear_one_title(slug: str) -> None:
    found = guide(slug)
    assert found.sections
    assert all(len(section.text) > 20 for section in found.sections)
    assert len({section.title for section in found.sections}) == len(found.sections)
    # No heading was lost for want of its line of pages.
    assert (folder() / f"{slug}.md").read_text().count("\n## ") == len(found.sections)


def test_a_page_is_explained_by_the_guide_of_the_reader_first() -> None:
    by_reader = {role: section_of("supervisor:referrals", role) for role in (Role.WARD_STAFF, Role.SUPERVISOR)}
    assert [section.guide for section in by_reader.values() if section] == ["ward", "supervisor"]
    letters = section_of("admin:enrollment_letter_to-send", Role.WARD_STAFF)
    assert letters is not None
    assert letters.title == "発送する通知書"
    assert section_of("family:home", Role.MOTHER) is None


@pytest.mark.django_db
@pytest.mark.parametrize("role", [role for role in Role if role != Role.MOTHER])
def test_each_role_opens_its_own_guide_and_may_read_the_others(role: Role) -> None:
    client = Client()
    client.force_login(builders.user(role))
    page = client.get(reverse("guide:own"), follow=True)
    assert page.status_code == 200
    assert guide(GUIDE_OF_ROLE[role]).title in page.text
    assert [client.get(reverse("guide:of", args=[slug])).status_code for slug in GUIDES] == [200] * len(GUIDES)
    assert client.get(reverse("guide:of", args=["mothers"])).status_code == 404


@pytest.mark.django_db
def test_a_page_leads_to_what_is_said_of_it() -> None:
    client = Client()
    client.force_login(builders.user(Role.WARD_STAFF))
    section = section_of("admin:enrollment_registration_queue", Role.WARD_STAFF)
    assert section is not None
    page = client.get(reverse("admin:enrollment_registration_queue")).text
    assert f'href="/guide/ward/#{section.anchor}"' in page
    assert f'id="{section.anchor}"' in client.get("/guide/ward/").text


@pytest.mark.django_db
def test_a_mother_has_no_guide_of_the_staff() -> None:
    client = Client()
    client.force_login(builders.user(Role.MOTHER, email="yoshiko@example.jp"))
    assert client.get(reverse("guide:own")).status_code in (403, 404)
    assert "/guide/" not in client.get(reverse("family:home")).text
