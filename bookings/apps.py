from django.apps import AppConfig
from django.db.models.signals import post_delete, post_save
from django.utils.translation import gettext_lazy as _


class BookingsConfig(AppConfig):
    name = "bookings"
    verbose_name = _("Bookings and use")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Models are there only now.
        from enrollment.decisions import earlier, undo  # noqa: PLC0415
        from enrollment.families import merge  # noqa: PLC0415
        from enrollment.family_search import know_number  # noqa: PLC0415
        from enrollment.letters import told_by_others  # noqa: PLC0415
        from sankecare import outbox  # noqa: PLC0415

        from .draws import announcing, closing, drawing, entering  # noqa: PLC0415
        from .draws import mails as draw_mails  # noqa: PLC0415
        from .places import birth_use, joined_family, mails, notices, offers, release, reserve, who_may  # noqa: PLC0415
        from .reminders import mails as reminder_mails  # noqa: PLC0415
        from .reminders import remind  # noqa: PLC0415
        from .waiting import counting, offering, passing_on, waiting_list, widened  # noqa: PLC0415

        outbox.handle(reserve.BOOKED_MAIL, mails.mail_booked)
        outbox.handle(notices.CHANGED_MAIL, mails.mail_changed)
        outbox.handle(notices.UPDATED_MAIL, mails.mail_updated)
        outbox.handle(notices.FACILITY_MAIL, mails.mail_facility)
        outbox.handle(notices.COUNTING_MAIL, mails.mail_who_counts)
        outbox.handle(drawing.RESULT_MAIL, draw_mails.mail_result, together=draw_mails.wishes_of)
        outbox.handle(closing.LIST_MAIL, draw_mails.mail_draw_closed, together=draw_mails.wishes_of)
        outbox.handle(announcing.CALLED_OFF_MAIL, draw_mails.mail_draw_called_off, together=draw_mails.wishes_of)
        outbox.handle(offering.OFFER_MAIL, mails.mail_offer)
        outbox.handle(offers.REMINDER_MAIL, mails.mail_reminder)
        outbox.handle(offers.LAPSED_MAIL, mails.mail_lapsed)
        outbox.handle(entering.ENTERED_MAIL, draw_mails.mail_entered)
        outbox.handle(waiting_list.JOINED_MAIL, mails.mail_joined)
        outbox.handle(remind.STAY_REMINDER, reminder_mails.mail_stay_reminder)
        outbox.handle(remind.GIVE_BACK_REMINDER, reminder_mails.mail_give_back_reminder)
        outbox.handle(remind.STAY_OVER, reminder_mails.mail_stay_over)
        for calendar in widened.CALENDARS:
            for written in (post_save, post_delete):
                written.connect(widened.calendar_changed, sender=calendar, dispatch_uid=f"opened/{calendar.__name__}")
        know_number("B", "births__registrations__bookings")
        if passing_on.pass_on not in release.after_release:
            release.after_release.append(passing_on.pass_on)
        if counting.look_at_family_again not in who_may.after_change:
            who_may.after_change.append(counting.look_at_family_again)
        if birth_use.days_of_birth not in earlier.days_of_births:
            earlier.days_of_births.append(birth_use.days_of_birth)
        if birth_use.is_used not in undo.used_by_family:
            undo.used_by_family.append(birth_use.is_used)
        if birth_use.limits_on_letter not in told_by_others.limits_of_birth:
            told_by_others.limits_of_birth.append(birth_use.limits_on_letter)
        if joined_family.settle_bookings not in merge.after_joining:
            merge.after_joining.append(joined_family.settle_bookings)
            merge.against_rules.append(joined_family.against_the_rules)
