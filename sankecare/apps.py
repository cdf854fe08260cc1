from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SankecareConfig(AppConfig):
    name = "sankecare"
    verbose_name = _("Postpartum care: base")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Every text field of every form, the administration's too: nobody has to think of it.
        from django import forms  # noqa: PLC0415

        from .forms import check_readable  # noqa: PLC0415

        forms.CharField.default_validators = [*forms.CharField.default_validators, check_readable]
