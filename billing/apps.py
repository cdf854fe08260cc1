from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "billing"
    verbose_name = "料金と請求"
    default_auto_field = "django.db.models.BigAutoField"
