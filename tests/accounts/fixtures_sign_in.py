"""How people sign in, as the tests do it: through the pages, with what the mail and the app say."""

import re
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from django.utils import timezone
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from accounts.models import User
from tests.builders import PASSWORD

LOGIN, CODE, CHECK = "/accounts/login/", "/accounts/login/code/", "/accounts/login/check/"


class SignIns:
    """Browsers of one person: each new, all in one session for as long as no page has ended it."""

    def __init__(self, person: User | None) -> None:
        self.person = person
        self.session = ""

    def browser(self) -> Client:
        client = Client()
        if self.person is None:
            return client
        if Session.objects.filter(pk=self.session).exists():
            client.cookies[settings.SESSION_COOKIE_NAME] = self.session
        else:
            self.person.refresh_from_db()  # a page that ends all her sessions changed her
            client.force_login(self.person)
            self.session = client.cookies[settings.SESSION_COOKIE_NAME].value
        return client


def by_password(username: str, password: str = PASSWORD, client: Client | None = None, **extra: Any) -> Any:
    """The staff's first step."""
    return (client or Client()).post(LOGIN, {"username": username, "password": password}, **extra)


def headers_of(answer: Any) -> dict[str, str]:
    """What the headers say, but for the second in which it was asked and the length of the name that was typed."""
    return {name: value for name, value in answer.items() if name not in ("Expires", "Content-Length")}


def give_app(person: User) -> str:
    """Set up an authenticator app for the person, in the place of one she has; return its secret."""
    Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).delete()
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    return secret


def give_passkey(person: User) -> Authenticator:
    """Set up a passkey that nobody holds: listed, renamed and removed like a real one."""
    key = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    number = str(person.pk).zfill(16).encode()
    attested = AttestedCredentialData.create(Aaguid.NONE, number, key)
    flags = AuthenticatorData.FLAG.AT | AuthenticatorData.FLAG.UP
    said = AttestationObject.create("none", AuthenticatorData.create(b"0" * 32, flags, 0, attested), {})
    client_data = CollectedClientData.create("webauthn.create", b"", "http://testserver")
    credential = {
        "id": websafe_encode(number),
        "rawId": websafe_encode(number),
        "type": "public-key",
        "response": {"clientDataJSON": websafe_encode(client_data), "attestationObject": websafe_encode(said)},
    }
    data = {"name": "passkey", "credential": credential}
    return Authenticator.objects.create(user=person, type=Authenticator.Type.WEBAUTHN, data=data)


def app_code(secret: str, steps: int = 0) -> str:
    """What the app shows now, or so many times 30 seconds later."""
    return format_hotp_value(hotp_value(secret, int(timezone.now().timestamp()) // 30 + steps))


def fully(person: User, client: Client) -> Any:
    """Both steps of a staff member; the answer to the second."""
    held = Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).first()
    if held is None:
        give_app(person)
        held = Authenticator.objects.get(user=person, type=Authenticator.Type.TOTP)
    assert by_password(person.username, client=client).url == CHECK
    from allauth.mfa.utils import decrypt

    return client.post(CHECK, {"code": app_code(decrypt(held.data["secret"]))})


def mailed_code() -> str:
    """The code of the newest mail."""
    found = re.search(r"^(\d{4} \d{4})$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found, mail.outbox[-1].body
    return found[1]


def by_code(email: str, client: Client) -> Any:
    """A mother's whole way; the answer to the code."""
    assert client.post(LOGIN, {"email": email}).url == CODE
    return client.post(CODE, {"code": mailed_code()})
