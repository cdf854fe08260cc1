from django.apps import AppConfig


class SankecareConfig(AppConfig):
    name = "sankecare"
    verbose_name = "産後ケア 基盤"
    default_auto_field = "django.db.models.BigAutoField"
