"""The demo's mail, without a mail server: each mail a file, and a page that shows them. In the demo alone."""

import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage as ParsedMail
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage  # noqa: TID251 - the other end of it
from django.core.mail.backends.base import BaseEmailBackend
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import get_current_timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

SHOWN = 50


class Backend(BaseEmailBackend):
    """Writes each message to a file of ``DEMO_MAILS``; web and worker share the folder."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.DEMO_MAILS)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for message in email_messages:
            name = f"{time.time_ns():020d}-{uuid.uuid4().hex}"
            unfinished = folder / f"{name}.part"
            unfinished.write_bytes(message.message().as_bytes())
            unfinished.rename(folder / f"{name}.eml")
        return len(email_messages)


@dataclass(frozen=True)
class Mail:
    """A mail as the page shows it."""

    at: datetime
    sender: str
    to: str
    subject: str
    text: str


@never_cache
def mails(request: HttpRequest) -> HttpResponse:
    """Show the newest mails, each with its text. Raises Http404 outside the demo."""
    if not settings.DEMO:
        raise Http404
    return _page(request)


@require_safe
def _page(request: HttpRequest) -> HttpResponse:
    return render(request, "demo/mails.html", {"mails": list(_newest(Path(settings.DEMO_MAILS)))})


def _newest(folder: Path) -> Iterator[Mail]:
    for path in sorted(folder.glob("*.eml"), reverse=True)[:SHOWN]:
        mail = message_from_bytes(path.read_bytes(), _class=ParsedMail, policy=policy.default)
        body = mail.get_body(("plain",))
        yield Mail(
            at=datetime.fromtimestamp(int(path.name[:20]) / 1e9, get_current_timezone()),
            sender=str(mail["From"]),
            to=str(mail["To"]),
            subject=str(mail["Subject"]),
            text=body.get_content() if body else "",
        )
