from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EnrollmentConfig(AppConfig):
    name = "enrollment"
    verbose_name = _("Applications and registrations")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Models are there only now.
        from sankecare import mails, outbox  # noqa: PLC0415

        from . import despair_notes  # noqa: PLC0415
        from .letters import letters  # noqa: PLC0415

        outbox.handle(despair_notes.DESPAIR_WRITTEN, despair_notes.tell_section, urgent=True)
        outbox.handle(despair_notes.DESPAIR_MAIL, despair_notes.mail_section)
        outbox.handle(letters.LETTER_MAIL, letters.mail_letter)
        mails.ask_for_desk(letters.desk_of_today)
