"""確認番号を前と新しいアドレスへ: a mother who changes her address shows that both are hers.

The session holds keyed digests of the two codes, for ten minutes and five attempts together; no table or log does.
Both mails go out within the request, whatever the new address is: nobody learns whether it has an account.
"""

import unicodedata
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare, get_random_string, salted_hmac
from django.utils.translation import gettext as _

from .email_codes import DIGITS, send_code
from .models import User

WAITING = "address_codes"
OLD, NEW = "old", "new"


@dataclass(frozen=True)
class Asked:
    """The change that a session waits for; of the old address and the new one the codes' digests."""

    address: str
    digests: dict[str, str]
    ends_at: int
    attempts: int

    def right(self, person: User, typed: dict[str, str]) -> dict[str, bool]:
        """Tell of each code whether it is right; spaces, dashes and full-width digits are read as meant."""
        return {
            which: constant_time_compare(digest, _digest(person, self.address, which, _digits(typed.get(which, ""))))
            for which, digest in self.digests.items()
        }


def ask_codes(request: HttpRequest, *, person: User, address: str) -> None:
    """Mail a code to each address and remember in the session that both are waited for. Raises NotSent.

    Who has no old address confirms the new one alone.
    """
    digests = {}
    for which, to in ((OLD, person.email), (NEW, address)):
        if not to:
            continue
        code = get_random_string(DIGITS, "0123456789")
        send_code(to=to, code=code, subject=_subject(), words=_words(which))
        digests[which] = _digest(person, address, which, code)
    ends_at = int(timezone.now().timestamp()) + settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT
    request.session[WAITING] = {"address": address, "digests": digests, "ends_at": ends_at, "attempts": 0}


def asked_codes(request: HttpRequest) -> Asked | None:
    """Return what the session waits for; None where it waits for nothing, or no longer."""
    kept: dict[str, Any] | None = request.session.get(WAITING)
    if kept is None:
        return None
    asked = Asked(**kept)
    over = asked.ends_at < timezone.now().timestamp() or asked.attempts >= settings.ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS
    if over:
        forget_codes(request)
    return None if over else asked


def note_wrong_code(request: HttpRequest) -> None:
    """Count one more wrong attempt."""
    kept = request.session[WAITING]
    request.session[WAITING] = kept | {"attempts": kept["attempts"] + 1}


def forget_codes(request: HttpRequest) -> None:
    """Nothing is waited for any longer."""
    request.session.pop(WAITING, None)


def _subject() -> str:
    return _("Your code to change your address")


def _words(which: str) -> str:
    if which == OLD:
        return _(
            "Somebody who is signed in as you asks to change your e-mail address. Enter this code only if it was you. "
            "If it was not, tell nobody the code, and tell the ward's postpartum care desk."
        )
    return _("Enter this code on the page where you asked to change your e-mail address. Never tell it to anybody.")


def _digits(typed: str) -> str:
    return "".join(mark for mark in unicodedata.normalize("NFKC", typed) if mark.isdecimal())


def _digest(person: User, address: str, which: str, code: str) -> str:
    return salted_hmac(
        "accounts.address_codes", f"{person.pk}|{address}|{which}|{code}", algorithm="sha256"
    ).hexdigest()
