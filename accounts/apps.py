from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People and rights")
    default_auto_field = "django.db.models.BigAutoField"
    default = True

    def ready(self) -> None:
        # Models are there only now.
        from sankecare import outbox  # noqa: PLC0415
        from sankecare.history_seals.sealing import after_sealing  # noqa: PLC0415
        from sankecare.outside import nightly  # noqa: PLC0415

        from . import access_log_chain, account_mails, linked_mail, password_reset, second_factor, sessions  # noqa: PLC0415
        from .auditors import sealed_mails  # noqa: PLC0415
        from .messages import choosing, line_answers  # noqa: PLC0415

        outbox.handle(password_reset.FORGOTTEN_MAIL, password_reset.mail_new_password)
        outbox.handle(account_mails.INVITATION_MAIL, account_mails.mail_invitation)
        outbox.handle(account_mails.NOTICE_MAIL, account_mails.mail_notice)
        outbox.handle(account_mails.GIVEN_UP_MAIL, account_mails.mail_given_up)
        outbox.handle(linked_mail.BY_WAY, linked_mail.send_on_way)
        outbox.handle(choosing.PHONE_CODE, choosing.send_phone_code)
        outbox.handle(line_answers.LINE_ANSWER, line_answers.send_line_answer)
        outbox.handle(sealed_mails.SEALED_MAIL, sealed_mails.mail_head)
        after_sealing[:] = [sealed_mails.tell_auditors]
        nightly.CHECKS["access_log"] = access_log_chain.last_access_log_check
        second_factor.listen()
        sessions.listen()


class WardAdminConfig(admin_apps.AdminConfig):
    """The admin, with our site in the place of Django's."""

    default_site = "accounts.admin_site.WardAdminSite"
    default = False
