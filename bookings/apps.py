from django.apps import AppConfig


class BookingsConfig(AppConfig):
    name = "bookings"
    verbose_name = "予約と利用"
    default_auto_field = "django.db.models.BigAutoField"
