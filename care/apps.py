from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CareConfig(AppConfig):
    name = "care"
    verbose_name = _("Care in house and on visits")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Models are there only now.
        from enrollment.family_search import know_number  # noqa: PLC0415
        from sankecare import outbox  # noqa: PLC0415

        from . import incident_mails, session_mails, sessions  # noqa: PLC0415
        from .telling import mails as telling_mails  # noqa: PLC0415

        know_number("I", "births__registrations__bookings__stay__incidents")
        outbox.handle(incident_mails.REMINDER, incident_mails.mail_reminder)
        outbox.handle(incident_mails.OVERDUE, incident_mails.mail_overdue)
        outbox.handle(telling_mails.TOLD, telling_mails.mail_told, urgent=True)
        outbox.handle(sessions.CHANGED_MAIL, session_mails.mail_session_changed)
        outbox.handle(sessions.CALLED_OFF_MAIL, session_mails.mail_session_called_off)
