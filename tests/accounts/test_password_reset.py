"""A forgotten password of the staff: a link by mail, once, for an hour; the second factor stays."""

from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from sankecare import outbox
from sankecare.models import OutboxEntry
from tests.accounts.fixtures_sign_in import CHECK, by_password, give_app
from tests.builders import user

pytestmark = pytest.mark.django_db(transaction=True)

FORGOTTEN = "/accounts/password/forgotten/"
NEW = "もっと長い新しい合言葉"


@pytest.fixture(autouse=True)
def nothing_counted_yet() -> None:
    cache.clear()


def link_of(email: str) -> str | None:
    """Ask, let the worker write the mail; return the link's path, None where no mail was written."""
    Client().post(FORGOTTEN, {"email": email})
    outbox.take(OutboxEntry.objects.get().pk, at=timezone.now())
    if not mail.outbox:
        return None
    line = next(line for line in str(mail.outbox[-1].body).splitlines() if line.startswith("http"))
    return "/" + line.split("/", 3)[3]


def test_the_link_sets_a_new_password_once_and_the_second_factor_is_still_asked_for() -> None:
    person, client = user(email="staff@example.jp"), Client()
    give_app(person)
    link = link_of("Staff@example.jp")
    assert link
    form = client.get(link)
    assert person.username not in form.url
    assert client.post(form.url, {"new_password1": NEW, "new_password2": NEW}).url == "/accounts/login/"
    assert by_password(person.username, NEW).url == CHECK
    assert not Client().get(link, follow=True).context["validlink"]


def test_the_mail_carries_the_same_message_id_when_it_is_sent_again() -> None:
    user(email="staff@example.jp")
    link_of("staff@example.jp")
    OutboxEntry.objects.update(done_at=None)
    outbox.take_all(at=timezone.now())
    first, second = (message.extra_headers["Message-ID"] for message in mail.outbox)
    assert first == second


@pytest.mark.parametrize("which", ["nobody", "mother", "closed", "demo"])
def test_who_has_no_password_to_forget_gets_no_mail(which: str) -> None:
    made: dict[str, Any] = {
        "mother": {"role": Role.MOTHER},
        "closed": {"is_active": False},
        "demo": {"username": "demo-staff"},
    }
    if which in made:
        User.objects.filter(pk=user(email="a@example.jp").pk).update(**made[which])
    assert link_of("a@example.jp") is None
    assert OutboxEntry.objects.get().done_at is not None


def test_the_entry_holds_ids_alone() -> None:
    person = user(email="staff@example.jp")
    link_of("staff@example.jp")
    entry = OutboxEntry.objects.get()
    assert entry.payload == {"person": person.pk}
    assert "staff@example.jp" not in f"{entry.recipient}{entry.dedupe_key}"


def test_one_address_is_sent_five_links_a_quarter_of_an_hour() -> None:
    answers = [Client().post(FORGOTTEN, {"email": "a@example.jp"}).status_code for _ in range(6)]
    assert answers == [302, 302, 302, 302, 302, 429]
