"""配信停止: the address under which messages end by one touch, without signing in. It names nobody."""

from dataclasses import dataclass

from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.urls import reverse

from accounts.models import MessagePreference, MessageWay, User
from sankecare.mails import link_to
from sankecare.transactions import in_transaction

_SALT = "accounts.messages.stop"
_LETTERS = {MessageWay.MAIL: "m", MessageWay.LINE: "l", MessageWay.SMS: "s"}


@dataclass(frozen=True)
class Stop:
    """Whose messages end, and on which way they came."""

    account: int
    way: MessageWay


def stop_link(person: User, way: str) -> str:
    """Return the page on which the person's messages of this way end."""
    signed = Signer(salt=_SALT, sep=".").sign(f"{_LETTERS[MessageWay(way)]}{person.pk}")
    return link_to(reverse("public:stop", args=[signed]))


def read_stop(signed: str) -> Stop | None:
    """Return what an address of ``stop_link`` says; None where nobody of ours wrote it."""
    try:
        said = Signer(salt=_SALT, sep=".").unsign(signed)
    except BadSignature:
        return None
    way = next((way for way, letter in _LETTERS.items() if said.startswith(letter)), None)
    return Stop(int(said[1:]), way) if way and said[1:].isdecimal() else None


@in_transaction
def stop(asked: Stop) -> bool:
    """End what can be ended; a way beside mail goes back to mail. Twice is once. False: there is no such account.

    What happened with her application, her places and her money still comes, by mail: without it she would lose them.
    """
    person = User.objects.filter(pk=asked.account, is_active=True).first()
    if person is None:
        return False
    with transaction.atomic():
        MessagePreference.objects.get_or_create(account=person)
    kept = MessagePreference.objects.select_for_update().get(account=person)
    kept.wants_reminders = kept.wants_reminders and asked.way != MessageWay.MAIL
    if kept.way == asked.way:
        kept.way = MessageWay.MAIL
    kept.save(update_fields=["wants_reminders", "way"])
    return True
