"""通知書: issued in the transaction of the decision, numbered without a gap, its PDF kept as it was issued."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from accounts.linked_mail import mail_link
from accounts.messages.matters import Matter
from accounts.models import User
from enrollment.models import Family, Letter, LetterKind, LetterPolicy, LetterSerial, Registration, TimelineEvent
from enrollment.timeline import Fact, add_entry
from facilities.fiscal_year import fiscal_year
from sankecare import outbox
from sankecare.errors import Refused, refuse_without_reason
from sankecare.mails import Desk
from sankecare.models import OutboxEntry
from sankecare.transactions import in_transaction

from .letter_files import digest, file_of, keep_file, rendered
from .letter_text import snapshot_of

LETTER_MAIL = "letter_mail"


def issue_letter(
    *,
    kind: LetterKind,
    registration: Registration,
    by: User,
    at: datetime,
    changes: list[tuple[str, str]] | None = None,
) -> Letter | None:
    """Issue a letter in the caller's transaction, and mail the family a link where it signs in.

    Returns None while no letter policy is in force: who signs is not ours to guess. Staff issue it once there is one.
    """
    policy = LetterPolicy.objects.filter(period__contains=timezone.localdate(at)).first()
    if policy is None:
        return None
    year, serial = _next_number(at)
    snapshot = snapshot_of(kind=kind, registration=registration, policy=policy, serial=serial, at=at, changes=changes)
    made = rendered(snapshot, at)
    letter = Letter.objects.create(
        registration=registration,
        kind=kind,
        fiscal_year=year,
        serial=serial,
        issued_at=at,
        issued_by=by,
        snapshot=snapshot,
        digest=digest(made),
    )
    keep_file(letter, made)
    family = registration.birth.family
    facts: dict[str, Fact] = {"letter": letter.pk, "kind": kind.value}
    add_entry(TimelineEvent.LETTER_ISSUED, family=family, registration=registration, by=by, at=at, facts=facts)
    if family.account_id is not None:
        outbox.enqueue(
            kind=LETTER_MAIL,
            recipient=f"user:{family.account_id}",
            dedupe_key=f"{LETTER_MAIL}:{letter.pk}",
            payload={"letter": letter.pk},
            at=at,
        )
    return letter


def open_letter(*, letter: Letter, at: datetime) -> bytes:
    """The family opens its letter: the first time is kept. Errors: as ``letter_files.file_of``."""
    made = file_of(letter)
    note_opened(letter=letter, at=at)
    return made


def note_opened(*, letter: Letter, at: datetime) -> None:
    """The family has read its letter, as it was issued or in its own language: the first time is kept."""
    Letter.objects.filter(pk=letter.pk, first_opened_at__isnull=True).update(first_opened_at=at)


@in_transaction
def void_letter(*, letter: Letter, reason: str, by: User, at: datetime) -> Letter:
    """Void one letter: it is no longer handed out. Errors: NotPossible ``no_reason``; Refused ``already_void``."""
    refuse_without_reason(reason)
    locked = Letter.objects.select_for_update(no_key=True).get(pk=letter.pk)
    if locked.voided_at is not None:
        raise Refused("already_void", _("This letter is void already."))
    _void([locked], reason, by, at)
    return locked


def void_unopened_letters(*, family: Family, reason: str, by: User, at: datetime) -> int:
    """Void what the family has not opened yet, in the caller's transaction; returns how many."""
    waiting = list(
        Letter.objects.select_for_update(no_key=True, of=("self",))
        .filter(registration__birth__family=family, first_opened_at__isnull=True, voided_at__isnull=True)
        .select_related("registration__birth__family")
    )
    _void(waiting, reason, by, at)
    return len(waiting)


def void_letters(*, letters: Iterable[Letter], reason: str, by: User, at: datetime) -> None:
    """Void letters that the caller has locked, in its transaction."""
    _void(letters, reason, by, at)


def mail_letter(entry: OutboxEntry, _at: datetime) -> None:
    """Send the family a link to its page: no name, no decision, no file. The Message-ID makes a second copy one."""
    letter = Letter.objects.select_related("registration__birth__family__account").get(pk=entry.payload["letter"])
    if letter.voided_at is None:
        mail_link(
            letter.registration.birth.family.account,
            number=f"letter-{letter.pk}",
            subject=gettext_noop("A letter from the ward has arrived"),
            body=gettext_noop(
                "A letter about your registration has arrived. Please sign in to read it:\n\n%(link)s\n\n"
                "If you have read it already, there is nothing to do."
            ),
            page=reverse("family:home"),
            matter=Matter.BY_A_PERSON,
        )


def desk_of_today() -> Desk:
    """Return who writes mails: the municipality, named in the active language, and the office of today's letters."""
    policy = LetterPolicy.objects.filter(period__contains=timezone.localdate()).first()
    if policy is None:
        return Desk()
    in_english = policy.municipality_en if get_language() == "en" else ""
    return Desk(in_english or policy.municipality, policy.office, policy.contact, policy.email)


def _next_number(at: datetime) -> tuple[int, int]:
    """Take the next number of the fiscal year; its row is locked until the letter stands or is given up."""
    year = fiscal_year(timezone.localdate(at))
    LetterSerial.objects.get_or_create(fiscal_year=year)
    serial = LetterSerial.objects.select_for_update().get(fiscal_year=year)
    serial.last += 1
    serial.save(update_fields=["last"])
    return year, serial.last


def _void(letters: Iterable[Letter], reason: str, by: User, at: datetime) -> None:
    for letter in letters:
        letter.voided_at, letter.voided_reason = at, reason
        letter.save(update_fields=["voided_at", "voided_reason"])
        registration = letter.registration
        facts = {"letter": letter.pk}
        family = registration.birth.family
        add_entry(TimelineEvent.LETTER_VOIDED, family=family, registration=registration, by=by, at=at, facts=facts)
