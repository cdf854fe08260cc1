from django.apps import AppConfig


class EnrollmentConfig(AppConfig):
    name = "enrollment"
    verbose_name = "利用登録"
    default_auto_field = "django.db.models.BigAutoField"
