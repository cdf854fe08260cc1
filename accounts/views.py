"""The sign-in page with its two ways, the code's page, and where each role lands."""

from datetime import timedelta
from typing import Any

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView, RedirectView

from .email_codes import CodeSignIn, NotSent, waiting
from .forms import CodeForm, EmailForm, StaffForm
from .roles import Role
from .sign_in_alarm import note_wrong_password, tell_of_wrong_passwords
from .sign_in_limit import Act, count, forget, wait_seconds

LANDING_PAGES = {
    Role.MOTHER: "family:home",
    Role.OPERATOR: "operator:day",
    Role.FACILITY_MANAGER: "operator:due",
    Role.HEALTH_NURSE: "nurse:inbox",
    Role.CASEWORKER: "nurse:inbox",
    Role.SUPERVISOR: "admin:index",
    Role.WARD_STAFF: "admin:index",
    Role.AUDITOR: "audit:home",
    Role.ACCOUNT_ADMIN: "people:list",
}
# The longest of the windows in settings.ACCOUNT_RATE_LIMITS.
LONGEST_WAIT_SECONDS = 900


class SignIn(LoginView):
    """A mother's e-mail address, or a staff member's name and password.

    One answer for a wrong name, a wrong password and a closed account, and one for any e-mail address: nobody
    learns who has an account.
    """

    template_name = "accounts/login.html"
    authentication_form = StaffForm
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "email" in request.POST:
            return self._send_code(request)
        if seconds := wait_seconds(request, Act.PASSWORD, self._typed):
            return self._too_many(request, seconds)
        return super().post(request, *args, **kwargs)

    @property
    def _typed(self) -> str:
        return str(self.request.POST.get("username", ""))

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        forget(self.request, Act.PASSWORD, self._typed)
        person = form.get_user()
        login = Login(user=person, redirect_url=self.get_success_url())
        return perform_password_login(self.request, {"username": person.get_username()}, login)

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """Say how many attempts are left, and from the last one on how long it is closed; the owner is told then."""
        counted = count(self.request, Act.PASSWORD, self._typed)
        note_wrong_password(typed=self._typed, closed=bool(counted.wait_seconds), at=timezone.now())
        if counted.wait_seconds:
            tell_of_wrong_passwords(typed=self._typed, at=timezone.now())
            return self._too_many(self.request, counted.wait_seconds)
        allowed = Act.PASSWORD.value
        form.add_error(
            None,
            _("After %(most)d wrong ones within %(minutes)d minutes sign-in waits %(minutes)d minutes. %(left)d left.")
            % {"most": allowed.here, "minutes": allowed.seconds // 60, "left": counted.left},
        )
        return super().form_invalid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = {"email_form": EmailForm(), "demo": settings.DEMO}
        return super().get_context_data(**{**shown, **kwargs})

    def _send_code(self, request: HttpRequest) -> HttpResponse:
        form = EmailForm(request.POST)
        refused = ""
        if form.is_valid():
            email = form.cleaned_data["email"]
            if seconds := wait_seconds(request, Act.CODE, email):
                return too_many_requests(request, seconds=seconds)
            count(request, Act.CODE, email)
            try:
                CodeSignIn.ask(request, email=email, redirect_url=self.get_success_url())
                return redirect("account_confirm_login_code")
            except NotSent:
                refused = _not_sent()
        return self.render_to_response(
            self.get_context_data(form=self.get_form_class()(request), email_form=form, refused=refused),
            status=503 if refused else 200,
        )

    def _too_many(self, request: HttpRequest, seconds: int) -> HttpResponse:
        form: Form = self.get_form_class()(request)
        words = _(
            "Too many wrong attempts. Please try again in %(minutes)d minutes, at %(time)s. On a device on which you "
            "have signed in before you get in at once."
        )
        refused = words % {"minutes": minutes_of(seconds), "time": time_after(seconds)}
        answer = self.render_to_response(self.get_context_data(form=form, refused=refused), status=429)
        answer["Retry-After"] = str(seconds)
        return answer


@method_decorator([sensitive_post_parameters("code"), never_cache], name="dispatch")
class EnterCode(FormView):  # type: ignore[type-arg]  # not subscriptable at run time
    """The code of the mail, or another mail."""

    form_class = CodeForm
    template_name = "account/confirm_login_code.html"
    waiting: CodeSignIn

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return redirect("accounts:landing")
        found = waiting(request)
        if found is None:
            messages.info(request, _("The code is no longer good. Please ask for a new one."))
            return redirect("accounts:login")
        self.waiting = found
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._send_another() if "again" in request.POST else super().post(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "waiting": self.waiting}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        minutes = settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60
        return super().get_context_data(email=self.waiting.email, minutes=minutes, demo=settings.DEMO, **kwargs)

    def form_valid(self, form: CodeForm) -> HttpResponse:
        return self.waiting.enter()

    def form_invalid(self, form: CodeForm) -> HttpResponse:
        too_often = form.has_error("code", "too_often")
        if too_often:
            self.waiting.abort()
        if too_often or (form.has_error("code", "wrong") and not self.waiting.record_invalid_attempt()):
            messages.error(self.request, _("The code was entered wrongly too often. Please ask for a new one."))
            return redirect("accounts:login")
        if form.has_error("code", "wrong"):
            left = settings.ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS - int(self.waiting.state["failed_attempts"])
            form.add_error(None, _("%(left)d attempts left with this code; then you need a new one.") % {"left": left})
        return super().form_invalid(form)

    def _send_another(self) -> HttpResponse:
        if seconds := wait_seconds(self.request, Act.CODE, self.waiting.email):
            return too_many_requests(self.request, seconds=seconds)
        count(self.request, Act.CODE, self.waiting.email)
        try:
            self.waiting.resend()
        except NotSent:
            messages.error(self.request, _not_sent())
        else:
            messages.success(self.request, _("A new code has been sent. The one before is no longer good."))
        return redirect("account_confirm_login_code")


class Landing(RedirectView):
    """After signing in: each role to its own page."""

    def get_redirect_url(self, *args: Any, **kwargs: Any) -> str:
        role = getattr(self.request.user, "role", "")
        return reverse(LANDING_PAGES.get(Role(role), "public:home") if role else "public:home")


def too_many_requests(
    request: HttpRequest, _exception: Exception | None = None, *, seconds: int = LONGEST_WAIT_SECONDS
) -> HttpResponse:
    """``handler429``: what allauth's limits answer as well. It says until when, at the latest."""
    shown = {"minutes": minutes_of(seconds), "time": time_after(seconds)}
    answer = render(request, "429.html", shown, status=429)
    answer["Retry-After"] = str(seconds)
    return answer


def minutes_of(seconds: int) -> int:
    """Return the seconds as whole minutes, upwards."""
    return -(-seconds // 60)


def time_after(seconds: int) -> str:
    """Return the time of day after so many seconds, in Japan, a minute begun counted whole."""
    return date_format(timezone.localtime(timezone.now() + timedelta(seconds=60 * minutes_of(seconds))), "TIME_FORMAT")


def _not_sent() -> str:
    return _("The mail could not be sent just now. Please try again in a few minutes.")
