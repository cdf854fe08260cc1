from django.apps import AppConfig


class FacilitiesConfig(AppConfig):
    name = "facilities"
    verbose_name = "施設と枠"
    default_auto_field = "django.db.models.BigAutoField"
