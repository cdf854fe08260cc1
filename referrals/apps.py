from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReferralsConfig(AppConfig):
    name = "referrals"
    verbose_name = _("Follow-up")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Models are there only now.
        from enrollment.families import merge  # noqa: PLC0415
        from enrollment.family_search import know_number  # noqa: PLC0415
        from sankecare import outbox  # noqa: PLC0415
        from sankecare.outside.nightly import CHECKS  # noqa: PLC0415

        from . import announce, announce_place, announce_watch, chase, joined_family, nightly, sending  # noqa: PLC0415

        if joined_family.settle_requests not in merge.after_joining:
            merge.after_joining.append(joined_family.settle_requests)
        CHECKS["referrals"] = nightly.last_reconciliation
        know_number("F", "referrals")
        know_number("P", "place_requests")
        outbox.handle(announce.REFERRAL_RAISED, announce.announce_referral, urgent=True)
        outbox.handle(sending.REFERRAL_SENT, announce.announce_referral, urgent=True)
        outbox.handle(announce.REFERRAL_MAIL, announce.mail_referral)
        outbox.handle(announce.REFERRAL_ADDED, announce.mail_added)
        outbox.handle(announce.REFERRAL_HANDED, announce.mail_handed_over)
        outbox.handle(chase.REFERRAL_OVERDUE, chase.tell_supervisors, urgent=True)
        outbox.handle(chase.REFERRAL_OVERDUE_MAIL, chase.mail_supervisor)
        outbox.handle(announce_place.PLACE_ASKED, announce_place.announce_place_request)
        outbox.handle(announce_place.PLACE_ASKED_MAIL, announce_place.mail_place_request)
        outbox.handle(announce_place.PLACE_ANSWERED, announce_place.mail_place_answer)
        outbox.handle(announce_watch.WATCH_MADE, announce_watch.announce_watch_list)
        outbox.handle(announce_watch.WATCH_MAIL, announce_watch.mail_watch_list)
