from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SankecareConfig(AppConfig):
    name = "sankecare"
    verbose_name = _("Postpartum care: base")
    default_auto_field = "django.db.models.BigAutoField"
