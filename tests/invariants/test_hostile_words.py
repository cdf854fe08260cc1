"""What no form of ours reads is read as a form would: signs that no table holds are refused, no error of ours."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from bookings.models import DrawRound
from tests.factories_two_families import two_worlds

pytestmark = pytest.mark.django_db
HOSTILE = ("a\0b", "\0", "\u202e逆", "x" * 5000, "9" * 5000, "%", "\\")


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize(
    ("role", "page", "name"),
    [
        (Role.AUDITOR, "audit:home", "words"),
        (Role.ACCOUNT_ADMIN, "people:list", "words"),
        (Role.WARD_STAFF, "admin:billing_charge_differences", "reason"),
        (Role.WARD_STAFF, "admin:billing_charge_differences", "year"),
        (Role.WARD_STAFF, "admin:bookings_drawround_call-off", "reason"),
    ],
)
def test_whatever_is_sent_is_answered(role: Role, page: str, name: str, words: str) -> None:
    own, _others = two_worlds()
    drawn = own.objects["bookings.DrawRound"].pk
    client = Client()
    client.force_login(own.people[role])
    sent: dict[str, Any] = {"charge": own.objects["billing.Charge"].pk, "amount": 1, name: words}
    sent[f"amount_{sent['charge']}"] = "-100"
    answer = client.post(reverse(page, args=[drawn] if "call-off" in page else []), sent)
    assert answer.status_code in {200, 302, 422}
    reason = DrawRound.objects.get(pk=drawn).called_off_reason
    assert len(reason) <= 200
    assert not {"\0", "\u202e"} & {*reason}
