from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig
from django.utils.translation import gettext_lazy as _


class SankecareConfig(AppConfig):
    name = "sankecare"
    verbose_name = _("Postpartum care: base")
    default_auto_field = "django.db.models.BigAutoField"


class ServedFiles(StaticFilesConfig):
    """The static files that browsers are given: not what the sheets are built from, nor the whole fonts of letters."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "src", "*.src.css", "root", "*_?00*.ttf"]
