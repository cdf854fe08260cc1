"""The one shape of a refusal: what operations raise and every edge (page, admin, API) can show."""

from collections.abc import Mapping

from django.utils.translation import gettext as _


class Refused(Exception):
    """An operation that cannot be done now, with words that a person can act on.

    ``code`` is stable and for programs; ``detail`` is a sentence in the reader's language; ``fields`` maps a
    form's field to its sentence. ``status`` is the HTTP status that an API answers with: 409 where another
    write came first or the state does not allow it, 422 where what was asked cannot be. ``stands_above``: its
    sentence is shown above a form also where fields of it have their own.
    """

    status = 409
    stands_above = False

    def __init__(self, code: str, detail: str, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.fields = dict(fields or {})


class NotPossible(Refused):
    """What was asked can never be done as asked: no tariff published, days out of order, not offered."""

    status = 422


def refuse_without_reason(reason: str, *, field: str = "reason") -> None:
    """Refuse a reason that says nothing; the sentence stands beside ``field``. Errors: NotPossible ``no_reason``."""
    if not reason.strip():
        sentence = _("Please give the reason.")
        raise NotPossible("no_reason", sentence, {field: sentence})
