from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EnrollmentConfig(AppConfig):
    name = "enrollment"
    verbose_name = _("Applications and registrations")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Models are there only now.
        from accounts import linked_mail  # noqa: PLC0415
        from sankecare import mails, outbox  # noqa: PLC0415
        from sankecare.administration import menu  # noqa: PLC0415

        from . import around_messages, despair_notes, helpers  # noqa: PLC0415
        from .applications import sent_mail  # noqa: PLC0415
        from .decisions import second_step  # noqa: PLC0415
        from .families import deletion  # noqa: PLC0415
        from .hard_news import note as hard_news  # noqa: PLC0415
        from .letters import letters  # noqa: PLC0415

        outbox.handle(despair_notes.DESPAIR_WRITTEN, despair_notes.tell_section, urgent=True)
        outbox.handle(despair_notes.DESPAIR_MAIL, despair_notes.mail_section)
        outbox.handle(helpers.HELPER_MAIL, helpers.mail_invitation)
        outbox.handle(letters.LETTER_MAIL, letters.mail_letter)
        outbox.handle(deletion.DELETION_MAIL, deletion.mail_decision)
        outbox.handle(hard_news.HARD_NEWS, hard_news.tell_callers, urgent=True)
        outbox.handle(hard_news.HARD_NEWS_MAIL, hard_news.mail_caller)
        if around_messages.around not in linked_mail.around_message:
            linked_mail.around_message.append(around_messages.around)
        if around_messages.asked_together not in outbox.around_several:
            outbox.around_several.append(around_messages.asked_together)
        outbox.handle(sent_mail.SENT_MAIL, sent_mail.mail_sent)
        menu.only_while["admin:enrollment_registration_drafted"] = second_step.second_step_now
        mails.ask_for_desk(letters.desk_of_today)
