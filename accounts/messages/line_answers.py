"""What is answered in LINE to who wrote there: that it is connected, or whom to call now."""

from datetime import datetime
from enum import IntEnum

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import MessagePreference, MessageWay
from sankecare import outbox
from sankecare.channels.port import NotThere
from sankecare.channels.set_up import channel
from sankecare.mails import link_to
from sankecare.models import OutboxEntry

from .choosing import is_again
from .language import language_of

LINE_ANSWER = "line_answer"


class LineAnswer(IntEnum):
    CONNECTED = 1
    WHOM_TO_CALL = 2


def answer_in_line(kept: MessagePreference, answer: LineAnswer, at: datetime) -> None:
    """Have it answered, in the caller's transaction."""
    outbox.enqueue(
        kind=LINE_ANSWER,
        recipient=f"user:{kept.account_id}",
        dedupe_key=f"{LINE_ANSWER}:{kept.pk}/{int(at.timestamp() * 1_000_000)}",
        payload={"preference": kept.pk, "answer": answer.value},
        at=at,
    )


def send_line_answer(entry: OutboxEntry, _at: datetime) -> None:
    """Send it; nothing where her LINE is not connected any more. Errors: NotReached."""
    kept = MessagePreference.objects.select_related("account").get(pk=entry.payload["preference"])
    line = channel(MessageWay.LINE)
    if line is None or not kept.line_user:
        return
    with translation.override(language_of(kept.account)):
        text = _words(LineAnswer(entry.payload["answer"]))
    try:
        line.send(to=kept.line_user, text=text, number=entry.dedupe_key, again=is_again(entry))
    except NotThere:
        return


def _words(answer: LineAnswer) -> str:
    if answer == LineAnswer.CONNECTED:
        return _("Connected. From now on we tell you here. Everything else is on your page:\n%(link)s") % {
            "link": link_to(reverse("family:home"))
        }
    return _("Thank you for writing this. You do not have to bear it alone. These people listen, now:\n%(link)s") % {
        "link": link_to(reverse("public:help-now"))
    }
