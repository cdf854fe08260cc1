from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "referrals"
    verbose_name = "フォロー依頼"
    default_auto_field = "django.db.models.BigAutoField"
