from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BookingsConfig(AppConfig):
    name = "bookings"
    verbose_name = _("Bookings and use")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Models are there only now.
        from sankecare import outbox  # noqa: PLC0415

        from . import (  # noqa: PLC0415
            draws,
            incident_mails,
            notices,
            place_mails,
            release,
            reserve,
            sessions,
            waiting_list,
        )

        outbox.handle(reserve.BOOKED_MAIL, place_mails.mail_booked)
        outbox.handle(notices.CHANGED_MAIL, place_mails.mail_changed)
        outbox.handle(notices.FACILITY_MAIL, place_mails.mail_facility)
        outbox.handle(draws.RESULT_MAIL, place_mails.mail_result)
        outbox.handle(draws.CALLED_OFF_MAIL, place_mails.mail_draw_called_off)
        outbox.handle(waiting_list.OFFER_MAIL, place_mails.mail_offer)
        outbox.handle(incident_mails.REMINDER, incident_mails.mail_reminder)
        outbox.handle(incident_mails.OVERDUE, incident_mails.mail_overdue)
        outbox.handle(sessions.CHANGED_MAIL, place_mails.mail_session_changed)
        outbox.handle(sessions.CALLED_OFF_MAIL, place_mails.mail_session_called_off)
        if waiting_list.pass_on not in release.after_release:
            release.after_release.append(waiting_list.pass_on)
