"""見た記録: whatever page of one family is opened by whomever but herself, it is written down who saw her."""

import pytest
from django.urls import reverse

from accounts.access_log import FAMILY_OF
from accounts.models import AccessLogEntry
from accounts.permissions import may
from accounts.roles import Role
from accounts.url_permissions import action_of_page
from tests.accounts.fixtures_sign_in import SignIns
from tests.factories_two_families import two_worlds
from tests.subjects_of_actions import SUBJECTS

from .test_permissions import ALL_PAGES

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", [role for role in Role if role != Role.MOTHER])
def test_every_page_of_a_family_that_is_shown_is_written_down(role: Role) -> None:
    own, _others = two_worlds()
    person, family = own.people[role], own.objects["enrollment.Family"]
    browsers, silent, opened = SignIns(person), [], 0
    for page in ALL_PAGES:
        action = action_of_page(page.name)
        of_a_family = SUBJECTS.get(action or "") in FAMILY_OF or page.name.startswith("admin:enrollment_family_")
        if not page.parameters or not of_a_family or action is None or not may(person, action):
            continue
        client = browsers.browser()
        before = AccessLogEntry.objects.count()
        answer = client.get(reverse(page.name, kwargs=own.parameters(page.name, page.parameters, action, role)))
        if answer.status_code != 200:
            continue
        opened += 1
        written = AccessLogEntry.objects.order_by("pk")[before:]
        if not any(look.user_id == person.pk and look.family_id == family.pk for look in written):
            silent.append(page.name)
    assert silent == []
    assert opened >= PAGES_OF_A_FAMILY[role]
    assert opened == 0 or role != Role.ACCOUNT_ADMIN, "she sees no family"


# So that the test cannot pass by opening nothing.
PAGES_OF_A_FAMILY = {
    Role.OPERATOR: 5,
    Role.FACILITY_MANAGER: 5,
    Role.WARD_STAFF: 15,
    Role.SUPERVISOR: 8,
    Role.HEALTH_NURSE: 3,
    Role.CASEWORKER: 3,
    Role.AUDITOR: 8,
    Role.ACCOUNT_ADMIN: 0,
}
