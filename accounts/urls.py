"""Signing in and out, and looking after how one does.

Of allauth only the pages that stand here are served. ``shared`` has allauth's own names, by which it finds them.
"""

from allauth.account.views import ReauthenticateView
from allauth.mfa.base.views import ReauthenticateView as SecondFactorAgain
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.contrib.auth.views import PasswordResetDoneView
from django.urls import path

from .security_views import (
    AddPasskey,
    ChangePassword,
    Forgotten,
    Invitation,
    NewPassword,
    Overview,
    RemovePasskey,
    SecondFactor,
)
from .shift_views import SignOut, change, pin
from .views import EnterCode, Landing, SignIn

app_name = "accounts"

urlpatterns = [
    path("login/", SignIn.as_view(), name="login"),
    path("logout/", SignOut.as_view(), name="logout"),
    path("shift/", change, name="shift"),
    path("pin/", pin, name="pin"),
    path("landing/", Landing.as_view(), name="landing"),
    path("password/", ChangePassword.as_view(), name="password"),
    path("password/forgotten/", Forgotten.as_view(), name="password-forgotten"),
    path(
        "password/sent/",
        PasswordResetDoneView.as_view(template_name="account/password_reset_done.html"),
        name="password-sent",
    ),
    path("password/new/<uidb64>/<token>/", NewPassword.as_view(), name="password-new"),
    path("invitation/<uidb64>/<token>/", Invitation.as_view(), name="invitation"),
]

shared = [
    path("login/", SignIn.as_view(), name="account_login"),
    path("login/code/", EnterCode.as_view(), name="account_confirm_login_code"),
    path("login/check/", SecondFactor.as_view(), name="mfa_authenticate"),
    path("login/passkey/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("confirm/password/", ReauthenticateView.as_view(), name="account_reauthenticate"),
    path("confirm/code/", SecondFactorAgain.as_view(), name="mfa_reauthenticate"),
    path("confirm/passkey/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("security/", Overview.as_view(), name="mfa_index"),
    path("security/app/", totp.activate_totp, name="mfa_activate_totp"),
    path("security/app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("security/recovery-codes/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("security/recovery-codes/new/", recovery_codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("security/recovery-codes/file/", recovery_codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("security/passkeys/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("security/passkeys/new/", AddPasskey.as_view(), name="mfa_add_webauthn"),
    path("security/passkeys/<int:pk>/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
    path("security/passkeys/<int:pk>/remove/", RemovePasskey.as_view(), name="mfa_remove_webauthn"),
]
