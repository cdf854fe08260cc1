from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BookingsConfig(AppConfig):
    name = "bookings"
    verbose_name = _("Bookings and use")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Models are there only now.
        from enrollment.decisions import earlier  # noqa: PLC0415
        from enrollment.families import merge  # noqa: PLC0415
        from enrollment.family_search import know_number  # noqa: PLC0415
        from sankecare import outbox  # noqa: PLC0415

        from .draws import rounds  # noqa: PLC0415
        from .places import birth_use, joined_family, mails, notices, release, reserve, who_may  # noqa: PLC0415
        from .waiting import counting, waiting_list  # noqa: PLC0415

        outbox.handle(reserve.BOOKED_MAIL, mails.mail_booked)
        outbox.handle(notices.CHANGED_MAIL, mails.mail_changed)
        outbox.handle(notices.UPDATED_MAIL, mails.mail_updated)
        outbox.handle(notices.FACILITY_MAIL, mails.mail_facility)
        outbox.handle(notices.COUNTING_MAIL, mails.mail_who_counts)
        outbox.handle(rounds.RESULT_MAIL, mails.mail_result)
        outbox.handle(rounds.CALLED_OFF_MAIL, mails.mail_draw_called_off)
        outbox.handle(waiting_list.OFFER_MAIL, mails.mail_offer)
        know_number("B", "births__registrations__bookings")
        if waiting_list.pass_on not in release.after_release:
            release.after_release.append(waiting_list.pass_on)
        if counting.look_at_family_again not in who_may.after_change:
            who_may.after_change.append(counting.look_at_family_again)
        if birth_use.days_of_birth not in earlier.days_of_births:
            earlier.days_of_births.append(birth_use.days_of_birth)
        if joined_family.settle_bookings not in merge.after_joining:
            merge.after_joining.append(joined_family.settle_bookings)
            merge.against_rules.append(joined_family.against_the_rules)
