"""Every URL, as every role and as nobody, on an own object and on another's, against accounts/policy.py.

The URLs come from the resolver, so that a page nobody thought of fails here before it leaks.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib import admin
from django.http import HttpResponseNotFound
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from accounts.actions import Action
from accounts.models import User
from accounts.permissions import may, scope_of, visible
from accounts.policy import ALL, POLICY
from accounts.roles import Role
from accounts.url_permissions import ADMIN_MODELS, PAGES, action_of_page
from tests.accounts.fixtures_sign_in import SignIns
from tests.factories_two_families import OF_ONES_OWN_SIGN_IN, World, two_worlds
from tests.subjects_of_actions import SUBJECTS

NOBODY, HELPER = "nobody", "helper"
WHO = [NOBODY, *Role.values]
REFUSED, FORBIDDEN = 404, 403
# Not there at all outside the demo, which this is.
OF_THE_DEMO = {"demo-mails"}
# Not there for any role: who has the token is no person (tests/outside).
BY_TOKEN = {"metrics"}
# Answers of a page that was reached: shown, moved on, asked for a body it did not get, or not this method.
REACHED = {200, 201, 204, 302, 303, 400, 405, 406, 409, 415, 422}
# Pages of the admin that refuse (403) also who has the right of the file, and why: no other 403 counts as reached, but
# of who may only look (``_only_looks``).
REFUSE_ALL = {
    "admin:autocomplete": "does not say for which field it asks",
    "admin:bookings_drawentry_add": "families enter a draw, on their pages",
    "admin:bookings_drawentry_delete": "families withdraw; nothing is deleted",
    "admin:bookings_drawround_change": "an announced round stays as promised",
    "admin:bookings_drawround_delete": "a round is called off, not deleted",
    "admin:bookings_freeddays_change": "freed days stay as they were freed",
    "admin:bookings_freeddays_delete": "freed days are closed again by a draw, not deleted",
    "admin:bookings_highneed_add": "comes of a district's request",
    "admin:bookings_highneed_delete": "is ended, not deleted",
    "admin:enrollment_family_add": "a family is entered with its application",
    "admin:enrollment_family_delete": "nothing of a family is deleted",
    "admin:enrollment_letter_add": "comes of a decision",
    "admin:enrollment_letter_change": "stays the same for ever",
    "admin:enrollment_letter_delete": "stays the same for ever",
}
# Of a family of one's own: a helper has none.
OF_ONES_OWN_FAMILY = {"family:hard-news"}
# Parameters that name no object.
NO_OBJECT = {"step", "month"}


@dataclass(frozen=True)
class Page:
    name: str
    parameters: tuple[str, ...]


def pages_of(resolver: URLResolver, prefix: str = "", outer: tuple[str, ...] = ()) -> Iterator[Page]:
    for pattern in resolver.url_patterns:
        parameters = (*outer, *pattern.pattern.regex.groupindex)
        if isinstance(pattern, URLResolver):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from pages_of(pattern, inner, parameters)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield Page(f"{prefix}{pattern.name}", parameters)


ALL_PAGES = sorted({page.name: page for page in pages_of(get_resolver())}.values(), key=lambda page: page.name)


@pytest.mark.parametrize("page", ALL_PAGES, ids=lambda page: page.name)
def test_every_url_is_named_in_the_permission_file(page: Page) -> None:
    if page.name.startswith("admin:") and page.name not in PAGES:
        model = page.name.removeprefix("admin:").rpartition("_")[0]
        assert model in ADMIN_MODELS, f"{page.name}: say in ADMIN_MODELS who may open it"
        return
    assert page.name in PAGES, f"{page.name}: say in PAGES who may open it"


def test_the_permission_file_names_no_url_that_is_gone() -> None:
    assert set(PAGES) - {page.name for page in ALL_PAGES} == set()


def test_every_action_of_a_page_is_in_the_policy() -> None:
    actions = set(PAGES.values()) | {action for pair in ADMIN_MODELS.values() for action in pair if action}
    assert actions - {Action.ANYONE} - set(POLICY) == set()


def test_every_admin_page_belongs_to_a_model_of_the_file() -> None:
    registered = {model._meta.label_lower.replace(".", "_") for model in admin.site._registry}
    assert registered - set(ADMIN_MODELS) == set()


@pytest.mark.django_db
def test_a_url_that_the_file_does_not_name_is_not_served(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client.get(reverse("public:home")).status_code == 200
    monkeypatch.delitem(PAGES, "public:home")
    assert client.get("/").status_code == REFUSED


@pytest.mark.django_db
@pytest.mark.parametrize("who", WHO)
def test_who_is_refused_sees_the_page_that_says_so(who: str) -> None:
    own, _others = two_worlds()
    answer = SignIns(own.people.get(who)).browser().get("/nothing/")
    assert (answer.status_code, "ページが見つかりません" in answer.text) == (REFUSED, True)


@pytest.fixture
def refusals_without_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nine of ten answers below are refusals: that each is one is asked there, what it says in the test above."""
    monkeypatch.setattr("sankecare.error_handlers.defaults.page_not_found", lambda *_asked: HttpResponseNotFound())


@pytest.mark.django_db
@pytest.mark.parametrize("who", [*WHO, HELPER])
@pytest.mark.usefixtures("refusals_without_words")
def test_every_url_answers_each_role_as_the_file_says(
    who: str, django_capture_on_commit_callbacks: Any, settings: Any
) -> None:
    settings.METRICS_TOKEN = "a token that no person has"
    settings.SECURITY_CONTACT = "mailto:security@city.example"
    own, others = two_worlds()
    person = own.helper if who == HELPER else own.people.get(who)
    browsers = SignIns(person)
    wrong = []
    for page in ALL_PAGES:
        action = action_of_page(page.name)
        for world, whose in ((own, "own"), (others, "another's")) if page.parameters else ((own, "own"),):
            try:
                address = reverse(page.name, kwargs=world.parameters(page.name, page.parameters, action, who))
            except NoReverseMatch:  # pragma: no cover - the next assertion names the page
                wrong.append(f"{page.name}: no address with {page.parameters}")
                continue
            for method in ("get", "post"):
                client = browsers.browser()
                answer = getattr(client, method)(address)
                # The admin says with a way back to its first page that there is no such object.
                back = answer.status_code == 302 and answer["Location"] == reverse("admin:index")
                not_there = back and page.parameters and world.subject(action) is not None
                status = REFUSED if not_there else answer.status_code
                if status == FORBIDDEN and whose == "another's" and _is_forbidden_without_object(client, page, method):
                    continue
                if problem := _problem(person, page, action, world, status):
                    wrong.append(f"{method.upper()} {address} ({page.name}) {whose}: {problem}, got {status}")
    assert not wrong, "\n".join(wrong)


def _is_forbidden_without_object(client: Client, page: Page, method: str) -> bool:
    """Tell whether nobody may do it: an object that is not there is answered in the same way."""
    nothing = reverse(page.name, kwargs=dict.fromkeys(page.parameters, 2**31 - 1))
    return bool(getattr(client, method)(nothing).status_code == FORBIDDEN)


def _problem(person: User | None, page: Page, action: str | None, world: World, status: int) -> str:
    if page.name in OF_THE_DEMO:
        return "" if status == REFUSED else "there is no such page outside the demo"
    if page.name in BY_TOKEN:
        return "" if status == REFUSED else "a person must get 404"
    return _problem_of_ours(person, page, action, world, status)


def _problem_of_ours(person: User | None, page: Page, action: str | None, world: World, status: int) -> str:
    if action == Action.ANYONE:
        return "" if status in REACHED else "public page not reached"
    if person is None:
        named = status in {302, 401} if action else status == REFUSED
        return "" if named else "nobody must be sent to the sign-in"
    if action is None or not may(person, action):
        return "" if status == REFUSED else "a role without the right must get 404"
    if page.name.startswith("admin:") and not may(person, "admin.open"):
        return "" if status == REFUSED else "the admin is closed to this role"
    return _problem_with_object(person, page, action, world, status)


def _problem_with_object(person: User, page: Page, action: str, world: World, status: int) -> str:
    if page.name in OF_ONES_OWN_FAMILY and person == world.helper:
        return "" if status == REFUSED else "a helper has no family of her own"
    if page.name in OF_ONES_OWN_SIGN_IN:
        is_own = world.people[person.role] == person
        return "" if (status in REACHED) == is_own else "each one's own and nobody else's"
    subject = world.subject(action, person.role) if set(page.parameters) - NO_OBJECT else None
    if (
        subject is not None
        and not visible(person, action, type(subject)._default_manager.all()).filter(pk=subject.pk).exists()
    ):
        # A method that the page has for nobody is refused before any object is looked for.
        return "" if status in {REFUSED, 405} else "an object out of scope must get 404"
    refused = status == FORBIDDEN and (page.name in REFUSE_ALL or _only_looks(person, page))
    return "" if status in REACHED or refused else "must be reached"


def _only_looks(person: User, page: Page) -> bool:
    """Tell whether the file lets the person see the objects of the admin's page and not change them."""
    model, _, verb = page.name.removeprefix("admin:").rpartition("_")
    changing = ADMIN_MODELS[model][1] if verb == "change" and model in ADMIN_MODELS else Action.ANYONE
    return changing is None or (changing != Action.ANYONE and not may(person, changing))


def test_every_action_that_is_not_everywhere_says_on_what_it_is_done() -> None:
    scoped = {action for action, roles in POLICY.items() if any(scope != ALL for scope in roles.values())}
    assert scoped - set(SUBJECTS) == set()


@pytest.mark.django_db
@pytest.mark.parametrize("action", sorted(SUBJECTS))
def test_lists_hold_nothing_out_of_scope(action: str) -> None:
    own, others = two_worlds()
    for role, person in own.people.items():
        scope = scope_of(person, action)
        mine, theirs = own.subject(action, role), others.subject(action, role)
        seen = set(visible(person, action, type(mine)._default_manager.all()))
        if scope is None:
            assert seen == set(), f"{role} may not {action}"
        elif scope.kind == "all":
            assert {mine, theirs} <= seen
        else:
            assert mine in seen, f"{role} {action}: own is missing"
            assert theirs not in seen, f"{role} {action}: sees another's"


@pytest.mark.django_db
@pytest.mark.parametrize("action", sorted(SUBJECTS))
def test_a_helper_has_of_the_family_what_the_file_says_and_of_no_other_anything(action: str) -> None:
    own, others = two_worlds()
    assert own.helper is not None
    scope = POLICY[Action(action)].get(Role.MOTHER)
    mine, theirs = own.subject(action, Role.MOTHER), others.subject(action, Role.MOTHER)
    seen = set(visible(own.helper, Action(action), type(mine)._default_manager.all()))
    assert (mine in seen, theirs in seen) == (scope is not None and "book" in scope.helper, False)
