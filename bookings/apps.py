from django.apps import AppConfig


class BookingsConfig(AppConfig):
    name = "bookings"
    verbose_name = "予約と利用"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Models are there only now.
        from sankecare import outbox  # noqa: PLC0415

        from . import draw_mail, draws  # noqa: PLC0415

        outbox.handle(draws.RESULT_MAIL, draw_mail.mail_result)
