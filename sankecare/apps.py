from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core import checks
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class SankecareConfig(AppConfig):
    name = "sankecare"
    verbose_name = _("Postpartum care: base")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Every text field of every form, the administration's too: nobody has to think of it.
        from django import forms  # noqa: PLC0415

        from .forms import check_readable  # noqa: PLC0415
        from .outside import request_ids  # noqa: PLC0415

        forms.CharField.default_validators = [*forms.CharField.default_validators, check_readable]
        request_ids.listen()
        checks.register(_role_is_no_owner, checks.Tags.database, deploy=True)
        checks.register(_key_of_the_history_is_elsewhere, checks.Tags.security, deploy=True)
        # Of all apps, once: the base's turn comes when every table stands.
        post_migrate.connect(_give_rights, sender=self, dispatch_uid="rights of the roles")


def _give_rights(using: str, **_signal: Any) -> None:
    from .postgresql.rights import give_rights  # noqa: PLC0415

    give_rights(using)


def _key_of_the_history_is_elsewhere(**_options: Any) -> list[checks.CheckMessage]:
    """``check --deploy``: whoever could rewrite the history must not be able to seal it anew."""
    from django.conf import settings  # noqa: PLC0415

    found: list[checks.CheckMessage] = []
    if settings.HISTORY_KEY:
        words = "HISTORY_KEY is set here: only the process that seals the history should have it (docs/operations.md)."
        found.append(checks.Warning(words, id="sankecare.W001"))
    if not settings.HISTORY_PUBLIC_KEYS:
        words = "HISTORY_PUBLIC_KEYS is not set: nobody can verify the sealed history (docs/operations.md)."
        found.append(checks.Warning(words, id="sankecare.W002"))
    return found


def _role_is_no_owner(*, databases: Sequence[str] | None, **_options: Any) -> list[checks.CheckMessage]:
    """``check --deploy --database default``: the application runs as a role that cannot switch off what guards it."""
    from .postgresql.rights import too_much  # noqa: PLC0415

    return [
        checks.Error(
            f"The role of {database} {words}: it could rewrite what was (docs/operations.md).", id="sankecare.E001"
        )
        for database in databases or ()
        for words in too_much(database)
    ]
