from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "referrals"
    verbose_name = "フォロー依頼"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Models are there only now.
        from sankecare import outbox  # noqa: PLC0415

        from . import announce, chase, sending  # noqa: PLC0415

        outbox.handle(announce.REFERRAL_RAISED, announce.announce_referral)
        outbox.handle(sending.REFERRAL_SENT, announce.announce_referral)
        outbox.handle(announce.REFERRAL_MAIL, announce.mail_referral)
        outbox.handle(announce.REFERRAL_HANDED, announce.mail_handed_over)
        outbox.handle(chase.REFERRAL_OVERDUE, chase.tell_supervisors)
        outbox.handle(chase.REFERRAL_OVERDUE_MAIL, chase.mail_supervisor)
