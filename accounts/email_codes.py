"""確認番号: a mother signs in, and the first time signs up, by a code sent to her e-mail address.

Any address gets the same mail and the same page, whether it has an account or not: nothing is looked up before
the code was right, so that there is nothing to find out. The code itself is kept nowhere: the session holds a
keyed digest of it, for ten minutes and five attempts (settings ACCOUNT_LOGIN_BY_CODE_…).
"""

import logging
import smtplib
import unicodedata
from collections.abc import Mapping

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.models import Login
from allauth.account.stages import LoginByCodeStage, LoginStageController
from django.conf import settings
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, get_random_string, salted_hmac
from django.utils.translation import gettext as _

from sankecare.email_addresses import same_address
from sankecare.mails import written_mail

from .models import User
from .roles import Role

logger = logging.getLogger(__name__)

DIGITS = 8


class NotSent(Exception):
    """The mail server did not take the mail."""


class CodeSignIn(LoginCodeVerificationProcess):
    """One code asked for, from the mail to the session that it opens."""

    @classmethod
    def ask(cls, request: HttpRequest, *, email: str, redirect_url: str | None) -> "CodeSignIn":
        """Send a code and remember in the session that it is waited for. Raises NotSent."""
        login = Login(email=email, redirect_url=redirect_url)
        login.state["stages"] = {"current": LoginByCodeStage.key}
        stage = LoginByCodeStage(LoginStageController(request, login), request, login)
        stage.state.update(cls.initial_state(user=None, email=email), initiated_by_user=True)
        waiting = cls(stage)
        # The typed address is in this session: it ends with the code, where nobody signs in with it.
        request.session.set_expiry(settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT)
        waiting.send()
        waiting.persist()
        return waiting

    @property
    def email(self) -> str:
        return str(self.state["email"])

    def send(self, skip_enumeration_mails: bool = False) -> None:
        code = get_random_string(DIGITS, "0123456789")
        self.state["code"] = _digest(self.email, code)
        words = _(
            "If you did not ask for it, somebody may have mistyped an address: there is nothing to do. Never tell "
            "anybody this code."
        )
        send_code(to=self.email, code=code, subject=_("Your code to sign in"), words=words)

    def resend(self) -> None:
        """Send another code; the one before opens nothing any more. Raises NotSent."""
        self.send()
        self.record_resend()
        self.persist()

    def is_right(self, code: str) -> bool:
        """Tell whether this is the code; spaces, dashes and full-width digits are read as meant."""
        digits = "".join(mark for mark in unicodedata.normalize("NFKC", code) if mark.isdecimal())
        return constant_time_compare(self.state["code"], _digest(self.email, digits))

    def take_attempt(self) -> bool:
        """Count an attempt before the code is looked at; False where there were too many."""
        return take_attempt(self.state["code"])

    def enter(self) -> HttpResponse:
        """The code was right: sign in, as the mother of this address or as a new one."""
        mother = mother_of(self.email)
        record_authentication(self.request, mother, method="code")
        return perform_login(self.request, Login(user=mother, redirect_url=self.stage.login.redirect_url))


def send_code(*, to: str, code: str, subject: str, words: str) -> None:
    """Send a code's mail within the request, with what to do with it. Raises NotSent."""
    mail = written_mail(
        to=to,
        subject=subject,
        body=_(
            "Your code:\n\n%(code)s\n\nEnter it on the page where you asked for it, within %(minutes)d minutes. "
            "%(words)s"
        )
        % {
            "code": f"{code[: DIGITS // 2]} {code[DIGITS // 2 :]}",
            "minutes": settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60,
            "words": words,
        },
    )
    try:
        mail.send()
    except (smtplib.SMTPException, OSError) as error:
        # The error's name only: its text may hold the address.
        logger.error("sign_in_code_not_sent", extra={"error": type(error).__name__})
        raise NotSent from error


def take_attempt(digest: str) -> bool:
    """Count an attempt at a code (by its digest) in the shared cache; False where there were too many.

    The session counts, too; but of many requests at once each reads what stood there before.
    """
    key = f"code-attempts:{digest}"
    cache.add(key, 0, settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT)
    try:
        return int(cache.incr(key)) <= settings.ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS
    except ValueError:  # ended between the two, and the code with it
        return False


def mother_of(email: str) -> User:
    """Return the mother who signs in with this address, made now if there is none. Staff may have the same address."""
    mothers = User.objects.filter(role=Role.MOTHER)
    found = mothers.filter(same_address(email)).first()
    if found is not None:
        return found
    new = User(username=f"mother-{get_random_string(12).lower()}", email=email, role=Role.MOTHER)
    new.set_unusable_password()
    try:
        with transaction.atomic():
            new.save()
    except IntegrityError:  # two codes of one address at once: the other one was first
        return mothers.get(same_address(email))
    return new


def waiting(request: HttpRequest) -> CodeSignIn | None:
    """Return the code that this session waits for, None where it waits for none or no longer."""
    stage = LoginStageController.enter(request, LoginByCodeStage.key)
    state: Mapping[str, object] = stage.state if stage else {}
    if "code" not in state:
        return None
    found = CodeSignIn(stage)
    if not found.is_valid():
        found.abort()
        return None
    return found


def _digest(email: str, code: str) -> str:
    return salted_hmac("accounts.email_codes", f"{email}|{code}", algorithm="sha256").hexdigest()
