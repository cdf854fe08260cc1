"""``manage.py collectstatic``: Django's, without what sheets are built from and the whole fonts of letters."""

from typing import Any

from django.contrib.staticfiles.management.commands import collectstatic

# Not for browsers; ``root`` is served by names of its own (settings.WHITENOISE_ROOT).
LEFT_OUT = ["src", "*.src.css", "root", "*_?00*.ttf"]


class Command(collectstatic.Command):
    def set_options(self, **options: Any) -> None:
        super().set_options(**options | {"ignore_patterns": [*options["ignore_patterns"], *LEFT_OUT]})
