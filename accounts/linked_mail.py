"""A message to one person: a link, and never what it is about. By mail, or on the way that a mother chose.

A way beside mail is an entry of its own (``BY_WAY``): it is tried until it is taken, and the mail is not sent again
for it. Its words are written anew by the handler of the entry that announces them, from the same ids.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone, translation
from django.utils.translation import gettext

from sankecare import outbox
from sankecare.channels.in_hand import NotNow, in_hand
from sankecare.channels.port import NotThere
from sankecare.channels.set_up import channel
from sankecare.channels.sms import international
from sankecare.mails import link_to, send_mail, subject_line
from sankecare.models import OutboxEntry
from sankecare.moments import fact_in_words

from .messages.choosing import is_again, preference_of
from .messages.language import language_of
from .messages.matters import CAN_BE_STOPPED, Matter, waits_until
from .messages.stop_links import stop_link
from .models import MessagePreference, MessageWay, User
from .roles import Role

BY_WAY = "word_by_way"
WAYS = {1: MessageWay.LINE, 2: MessageWay.SMS}


@dataclass(frozen=True)
class Around:
    """What stands around a message to a mother: ``silent``: nothing goes out by itself now; ``more``: words below.

    ``in_short``: what of them stands in a text message too, which has little room.
    """

    silent: bool = False
    more: str = ""
    in_short: str = ""


# Asked before a message of a matter goes to a mother, in its language, by apps that know (``ready()``).
around_message: list[Callable[[User, Matter, datetime], Around]] = []


def mail_link(
    person: User | None,
    *,
    number: str,
    subject: str,
    body: str,
    page: str,
    until: datetime | date | None = None,
    attached: tuple[str, bytes, str] | None = None,
    matter: Matter = Matter.HAPPENED,
    below: str = "",
    **facts: int | str,
) -> None:
    """Send the link of the page, in the person's language; nothing to nobody, who left or who has no address.

    ``subject`` and ``body`` (with ``%(link)s``, and the ``facts`` by name) are msgids; ``number`` makes a second copy
    known as one. ``until``: the deadline, which ``body`` holds as ``%(until)s``. ``attached``: as ``send_mail``.
    ``matter``: whether it waits while a mother wants quiet, and whether she may have stopped it. ``below``: what a
    mail says besides, in the person's language already; on no other way.
    Errors: NotNow while it waits; NotReached of a way beside mail.
    """
    if person is None or not person.is_active:
        return
    held, around, chosen = in_hand(), Around(), None
    at = held.at if held else timezone.now()
    with translation.override(language_of(person)):
        if person.role == Role.MOTHER:
            chosen = preference_of(person)
            _refuse_while_quiet(chosen, matter, at, until)
            if matter in CAN_BE_STOPPED and not chosen.wants_reminders:
                return
        way = _way(chosen)
        if way != MessageWay.MAIL and held is not None and not held.way:
            _enqueue_on_way(person, way, held.entry, held.at)
            return
        if chosen is not None:
            around = _around(person, matter, at)
            if around.silent:
                return
        by_mail = chosen is None or way == MessageWay.MAIL
        if chosen is not None and not by_mail:
            by_mail = not _sent_on_way(chosen, way, gettext(subject), page, around)
        if not by_mail or not person.email:
            return
        written = gettext(body) % {"link": link_to(page), "until": fact_in_words(until), **facts}
        stop = stop_link(person, MessageWay.MAIL) if chosen is not None and matter in CAN_BE_STOPPED else ""
        how_to_stop = gettext("To stop mails of this kind:\n%(link)s") % {"link": stop} if stop else ""
        send_mail(
            to=person.email,
            number=number,
            subject=gettext(subject),
            body="\n\n".join(filter(None, [written.rstrip(), below, around.more, how_to_stop])),
            attached=attached,
            stop=stop,
        )


def send_on_way(entry: OutboxEntry, at: datetime) -> None:
    """Write the words of an entry anew, on the way that the mother chose. Errors: as ``mail_link``."""
    outbox.do_on_way(entry.payload["entry"], way=WAYS[entry.payload["way"]], at=at)


def _refuse_while_quiet(
    chosen: MessagePreference, matter: Matter, at: datetime, until: datetime | date | None
) -> None:
    deadline = until if isinstance(until, datetime) else None
    end = waits_until(matter, timezone.localtime(at), chosen.quiet_from, chosen.quiet_until, deadline)
    if end is not None:
        raise NotNow(end)


def _around(person: User, matter: Matter, at: datetime) -> Around:
    asked = [ask(person, matter, at) for ask in around_message]
    return Around(
        any(one.silent for one in asked),
        "\n\n".join(one.more for one in asked if one.more),
        "\n".join(one.in_short for one in asked if one.in_short),
    )


def _way(chosen: MessagePreference | None) -> MessageWay:
    """The way that she chose, as long as the ward has it and it leads to her; else mail."""
    way = MessageWay(chosen.way) if chosen is not None else MessageWay.MAIL
    return way if way == MessageWay.MAIL or channel(way) is not None else MessageWay.MAIL


def _enqueue_on_way(person: User, way: MessageWay, entry: OutboxEntry, at: datetime) -> None:
    number = next(number for number, known in WAYS.items() if known == way)
    outbox.enqueue(
        kind=BY_WAY,
        recipient=f"user:{person.pk}",
        dedupe_key=f"{BY_WAY}:{entry.pk}",
        payload={"entry": entry.pk, "way": number},
        at=at,
    )


def _sent_on_way(chosen: MessagePreference, way: MessageWay, subject: str, page: str, around: Around) -> bool:
    """Send it; where nobody is there any more she is told by mail from now on, this message too."""
    found, held = channel(way), in_hand()
    assert found is not None
    by_line = way == MessageWay.LINE
    lines = [subject_line(subject), link_to(page), around.more if by_line else around.in_short]
    if not by_line:
        lines.append(gettext("To stop: %(link)s") % {"link": stop_link(chosen.account, way)})
    entry = held.entry if held else None
    try:
        found.send(
            to=chosen.line_user if by_line else international(chosen.phone),
            text="\n".join(filter(None, lines)),
            number=f"{BY_WAY}:{entry.pk}" if entry else subject,
            again=entry is None or _tried_before(entry),
        )
    except NotThere:
        chosen.way = MessageWay.MAIL
        chosen.save(update_fields=["way"])
        return False
    return True


def _tried_before(entry: OutboxEntry) -> bool:
    told = OutboxEntry.objects.filter(dedupe_key=f"{BY_WAY}:{entry.pk}").first()
    return told is None or is_again(told)
