"""A forgotten password: a link by mail, for staff who have an address. Mothers have no password.

Whether an address has an account shows neither in the answer nor in its time: both write one entry of the outbox,
and the worker finds out. The link is made when the mail is written; no table holds it.
"""

import uuid
from datetime import datetime

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext_noop as _

from sankecare import outbox
from sankecare.email_addresses import same_address
from sankecare.models import OutboxEntry
from sankecare.transactions import in_transaction

from .linked_mail import mail_link
from .models import User
from .roles import Role
from .sign_in import DEMO_PREFIX

FORGOTTEN_MAIL = "forgotten_password_mail"
NOBODY = 0


@in_transaction
def ask_for_link(*, email: str) -> None:
    """Have the link sent to whoever of the staff has this address; the same work where nobody has."""
    people = User.objects.exclude(role=Role.MOTHER).exclude(username__startswith=DEMO_PREFIX)
    found = people.filter(same_address(email), is_active=True).order_by("pk").first()
    person = found.pk if found is not None and found.has_usable_password() else NOBODY
    outbox.enqueue(
        kind=FORGOTTEN_MAIL,
        recipient=f"user:{person}",
        dedupe_key=f"{FORGOTTEN_MAIL}:{uuid.uuid4().hex}",
        payload={"person": person},
        at=timezone.now(),
    )


def mail_new_password(entry: OutboxEntry, _at: datetime) -> None:
    """Write the mail, with a link that is good for ``PASSWORD_RESET_TIMEOUT`` and once.

    The link of a second copy is another one and as good: whichever is used first ends both.
    """
    person = User.objects.filter(pk=entry.payload["person"]).first()
    if person is None:
        return
    uid = urlsafe_base64_encode(force_bytes(person.pk))
    token = default_token_generator.make_token(person)
    mail_link(
        person,
        number=f"password-{entry.pk}",
        subject=_("A new password"),
        body=_(
            "With this link you can choose a new password within %(minutes)d minutes:\n\n%(link)s\n\n"
            "If you did not ask for it, there is nothing to do: your password stays as it is."
        ),
        page=reverse("accounts:password-new", kwargs={"uidb64": uid, "token": token}),
        minutes=settings.PASSWORD_RESET_TIMEOUT // 60,
    )
