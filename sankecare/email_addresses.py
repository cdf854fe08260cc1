"""E-mail addresses as people in Japan have them, and as they are typed, kept and compared.

Until 2009 docomo and au gave addresses with dots side by side and before the @ (``hana..u.@docomo.ne.jp``). RFC 5321
does not know them without quotes, but they are in use and mails reach them. Of other domains two dots are a slip.
"""

import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Lower
from django.db.models.lookups import Exact
from django.utils.deconstruct import deconstructible
from django.utils.translation import gettext_lazy as _

from .readable import unreadable

# Carriers that gave such addresses: docomo, au, Vodafone and SoftBank, Willcom.
LOOSE_DOMAINS = re.compile(
    r"(docomo\.ne\.jp|ezweb\.ne\.jp|([a-z]+\.)?vodafone\.ne\.jp|softbank\.ne\.jp|(([a-z]+\.)?)pdx\.ne\.jp)\Z"
)
LOOSE_NAME = re.compile(r"[-!#$%&'*+/=?^_`{}|~0-9A-Z.]+\Z", re.IGNORECASE)
# RFC 5321, 4.5.3.1.1: the longest name before the @.
LONGEST_NAME = 64


def plain_address(typed: str) -> str:
    """Return an e-mail address as it is kept and compared: half-width, lower case."""
    return unicodedata.normalize("NFKC", typed).strip().lower()


def same_address(address: str, column: str = "email") -> Q:
    """Return the condition that the column holds this address, as the database tells addresses apart.

    Never ``iexact``: it compares capitals, and the capital of the Turkish ı is I: who owns gmaıl.com would be whoever
    has the same name at gmail.com.
    """
    return Q(Exact(Lower(column), Lower(Value(address))))


@deconstructible
class ReachableAddress(EmailValidator):
    """An address that a mail server of the world delivers to: at a named domain, never at a number or this machine."""

    message = _("Enter a whole e-mail address, such as hana@example.jp.")

    def __init__(self) -> None:
        super().__init__(allowlist=[])

    def __call__(self, value: Any) -> None:
        if unreadable(str(value)):  # a sign of no width is left out by who delivers: another address than is seen
            raise ValidationError(self.message, code=self.code)
        name, _at, domain = str(value).rpartition("@")
        if LOOSE_DOMAINS.match(domain.lower()) and LOOSE_NAME.match(name) and len(name) <= LONGEST_NAME:
            return
        if len(name) > LONGEST_NAME or not name.isascii():  # ı passes for a letter where capitals are not told apart
            raise ValidationError(self.message, code=self.code)
        super().__call__(value)

    def validate_domain_part(self, domain_part: str) -> bool:
        """Whether it is a domain as a mail server is told it: by letters that the rules of names know (IDNA)."""
        try:
            domain_part.encode("idna")
        except UnicodeError:
            return False
        return bool(self.domain_regex.match(domain_part))


reachable_address = ReachableAddress()


class EmailAddressField(models.EmailField):  # type: ignore[type-arg]  # not subscriptable at run time
    """An address in a table. Half-width and lower case where a form or ``full_clean`` fills it."""

    default_validators = [reachable_address]

    def to_python(self, value: Any) -> Any:
        plain = super().to_python(value)
        return plain_address(plain) if isinstance(plain, str) else plain

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        return super().formfield(**{"form_class": PlainEmailField, **kwargs})


class PlainEmailField(forms.EmailField):
    """A form's address: full-width letters, as a Japanese keyboard gives them, are read as meant."""

    default_validators = [reachable_address]

    def to_python(self, value: Any) -> str | None:
        return super().to_python(plain_address(value) if isinstance(value, str) else value)
