"""She chooses how she is told: the way, quiet hours, reminders; her LINE and her telephone are shown to be hers."""

import hashlib
import secrets
from datetime import date, datetime, time, timedelta
from unicodedata import normalize

from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from accounts.models import MessagePreference, MessageWay, User
from sankecare import outbox
from sankecare.channels.port import NotThere
from sankecare.channels.set_up import channel, ways_set_up
from sankecare.channels.sms import international
from sankecare.errors import NotPossible, Refused
from sankecare.models import OutboxEntry
from sankecare.transactions import in_transaction

PHONE_CODE = "phone_code"
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that is read for another
WORD_LENGTH, CODE_DIGITS = 8, 6
# Own defaults: how long a word or code is good, how often it may be tried, how many codes a day go to telephones.
GOOD_FOR, MOST_TRIES, MOST_CODES_A_DAY = timedelta(minutes=30), 5, 5
MOBILE = ("070", "080", "090")


def preference_of(person: User) -> MessagePreference:
    """Return how the person is told; what holds without a choice where she has made none. One query at most."""
    known = person._state.fields_cache
    if "message_preference" in known:
        found = known["message_preference"]
    else:
        found = MessagePreference.objects.filter(account=person).first()
    return found or MessagePreference(account=person)


@in_transaction
def choose_messages(
    *, account: User, way: str, wants_reminders: bool, quiet_from: time | None, quiet_until: time | None
) -> MessagePreference:
    """Keep how she wants to be told. Errors: NotPossible ``way_not_ready``, ``quiet_hours_half``."""
    kept = _locked(account)
    address = {MessageWay.LINE: kept.line_user, MessageWay.SMS: kept.phone}.get(MessageWay(way), "mail")
    if way != MessageWay.MAIL and (not address or way not in ways_set_up()):
        words = _("This way is not ready yet. Please connect it below first.")
        raise NotPossible("way_not_ready", words, {"way": words})
    if (quiet_from is None) != (quiet_until is None) or (quiet_from is not None and quiet_from == quiet_until):
        words = _("Please enter both hours, or neither.")
        raise NotPossible("quiet_hours_half", words, {"quiet_until" if quiet_from else "quiet_from": words})
    kept.way, kept.wants_reminders = MessageWay(way), wants_reminders
    kept.quiet_from, kept.quiet_until = quiet_from, quiet_until
    kept.save()
    return kept


# ---- LINE -----------------------------------------------------------------------------------------------------------


@in_transaction
def ask_line_word(*, account: User, at: datetime) -> str:
    """Return a word; who sends it to the ward's account in LINE is she. It is good for half an hour, once."""
    kept = _locked(account)
    word = "".join(secrets.choice(LETTERS) for _letter in range(WORD_LENGTH))
    kept.line_word_digest, kept.line_asked_at = _digest(word), at
    kept.save(update_fields=["line_word_digest", "line_asked_at"])
    return word


@in_transaction
def connect_line(*, word: str, line_user: str, at: datetime) -> MessagePreference | None:
    """The word came from this LINE: from now on she is told there. None where it is none of ours, or too old.

    A LINE that was another account's is this one's now: who holds the phone has it.
    """
    asked = MessagePreference.objects.select_for_update().filter(
        line_word_digest=_digest(word.strip().upper()), line_asked_at__gt=at - GOOD_FOR
    )
    kept = asked.first()
    if kept is None:
        return None
    others = MessagePreference.objects.filter(line_user=line_user).exclude(pk=kept.pk)
    others.filter(way=MessageWay.LINE).update(way=MessageWay.MAIL, line_user="")
    others.update(line_user="")
    kept.line_user, kept.way = line_user, MessageWay.LINE
    kept.line_word_digest, kept.line_asked_at = "", None
    kept.save()
    return kept


@in_transaction
def end_line(*, line_user: str) -> None:
    """She has taken the ward's account off in LINE: she is told by mail again."""
    kept = MessagePreference.objects.filter(line_user=line_user)
    kept.filter(way=MessageWay.LINE).update(way=MessageWay.MAIL, line_user="")
    kept.update(line_user="")


def account_of_line(line_user: str) -> User | None:
    """Return whose LINE it is, as far as anybody has shown it."""
    kept = MessagePreference.objects.select_related("account").filter(line_user=line_user).first()
    return kept.account if kept else None


# ---- Telephone ------------------------------------------------------------------------------------------------------


@in_transaction
def ask_phone_code(*, account: User, phone: str, at: datetime) -> MessagePreference:
    """Have a code sent to the telephone. Errors: NotPossible ``no_mobile``; Refused ``too_many_codes``."""
    digits = "".join(sign for sign in normalize("NFKC", phone) if sign.isdecimal())
    if len(digits) != 11 or not digits.startswith(MOBILE):
        words = _("Please enter a mobile number: 070, 080 or 090, eleven digits.")
        raise NotPossible("no_mobile", words, {"phone": words})
    kept = _locked(account)
    today = timezone.localdate(at)
    asks = kept.phone_asks if kept.phone_asked_at and timezone.localdate(kept.phone_asked_at) == today else 0
    if asks >= MOST_CODES_A_DAY or _asked_for(digits, but=account, today=today) >= MOST_CODES_A_DAY:
        words = _("So many codes were sent today. Please try again tomorrow, or stay with e-mail.")
        raise Refused("too_many_codes", words, {"phone": words})
    kept.new_phone, kept.phone_asked_at, kept.phone_asks, kept.phone_tries = digits, at, asks + 1, 0
    kept.save()
    outbox.enqueue(
        kind=PHONE_CODE,
        recipient=f"user:{account.pk}",
        dedupe_key=f"{PHONE_CODE}:{kept.pk}/{int(at.timestamp() * 1_000_000)}",
        payload={"preference": kept.pk},
        at=at,
    )
    return kept


@in_transaction
def confirm_phone(*, account: User, at: datetime) -> MessagePreference:
    """``is_code`` said yes: from now on she is told there. Errors: Refused ``code_over``."""
    kept = _locked(account)
    if not kept.new_phone or kept.phone_asked_at is None or kept.phone_asked_at < at - GOOD_FOR:
        words = _("The code is no longer good. Please ask for a new one.")
        raise Refused("code_over", words, {"code": words})
    kept.phone, kept.new_phone, kept.way = kept.new_phone, "", MessageWay.SMS
    kept.save()
    return kept


@in_transaction
def is_code(*, account: User, code: str) -> bool:
    """Count a try, and tell whether this is the code that was sent; never after too many tries."""
    kept = _locked(account)
    kept.phone_tries += 1
    kept.save(update_fields=["phone_tries"])
    given = "".join(str(int(sign)) for sign in code if sign.isdecimal())
    return bool(kept.new_phone) and kept.phone_tries <= MOST_TRIES and constant_time_compare(given, _code(kept))


def send_phone_code(entry: OutboxEntry, at: datetime) -> None:
    """Send the code that was asked for last, unless it is no longer good. Errors: NotReached."""
    kept = MessagePreference.objects.get(pk=entry.payload["preference"])
    way = channel(MessageWay.SMS)
    if way is None or not kept.new_phone or kept.phone_asked_at is None or kept.phone_asked_at < at - GOOD_FOR:
        return
    text = _("Postpartum care: your code is %(code)s. Never tell it to anybody.") % {"code": _code(kept)}
    try:
        way.send(to=international(kept.new_phone), text=text, number=entry.dedupe_key, again=is_again(entry))
    except NotThere:
        return  # no code comes: she sees it, and stays with mail


def is_again(entry: OutboxEntry) -> bool:
    """Whether the entry may have been done before, as far as anybody can know."""
    return bool(entry.attempts or entry.last_error)


def _asked_for(digits: str, *, but: User, today: date) -> int:
    """Return how many codes other accounts had sent to the telephone today: nobody is rung out of bed by strangers."""
    others = MessagePreference.objects.filter(new_phone=digits, phone_asked_at__isnull=False).exclude(account=but)
    return sum(
        row.phone_asks for row in others if row.phone_asked_at and timezone.localdate(row.phone_asked_at) == today
    )


def _code(kept: MessagePreference) -> str:
    """The code of what was asked last: worked out, kept nowhere."""
    asked = f"{kept.pk}/{kept.new_phone}/{kept.phone_asked_at.timestamp() if kept.phone_asked_at else 0}"
    number = int(salted_hmac(PHONE_CODE, asked, algorithm="sha256").hexdigest(), 16)
    return f"{number % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


def _digest(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()


def _locked(account: User) -> MessagePreference:
    MessagePreference.objects.get_or_create(account=account)
    return MessagePreference.objects.select_for_update().get(account=account)
