"""What LINE tells our webhook: a word that connects, somebody who took us off, and words of despair."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.messages.choosing import account_of_line, connect_line, end_line
from accounts.messages.line_answers import LineAnswer, answer_in_line
from accounts.models import MessagePreference
from enrollment.despair_notes import note_despair
from enrollment.help_queries import writes_despair
from enrollment.models import Family, WrittenWhere
from sankecare.channels.line import LineEvent, events_in, is_from_line


@csrf_exempt  # signed by LINE
@require_POST
def webhook(request: HttpRequest) -> HttpResponse:
    """Do what each event says, each by itself; 400 for what LINE has not signed. Nothing that is written is kept."""
    if request.content_type != "application/json":  # a form was read already, and LINE sends none
        return HttpResponse(status=400)
    if not is_from_line(request.body, request.headers.get("X-Line-Signature", ""), settings.LINE_SECRET):
        return HttpResponse(status=400)
    for event in events_in(request.body):
        with transaction.atomic(durable=True):
            _take(event, timezone.now())
    return HttpResponse()


def _take(event: LineEvent, at: datetime) -> None:
    if event.kind == "unfollow":
        end_line(line_user=event.user)
    elif event.text:
        if kept := connect_line(word=event.text, line_user=event.user, at=at):
            answer_in_line(kept, LineAnswer.CONNECTED, at)
        elif writes_despair(event.text):
            _stand_by(event.user, at)


def _stand_by(line_user: str, at: datetime) -> None:
    """Whom to call now comes at once, and the section hears of it, as on any page of hers."""
    account = account_of_line(line_user)
    if account is None:
        return
    answer_in_line(MessagePreference.objects.get(account=account), LineAnswer.WHOM_TO_CALL, at)
    family = Family.objects.filter(account=account).first()
    if family is not None:
        note_despair(family=family, written=WrittenWhere.PAGE, at=at)
