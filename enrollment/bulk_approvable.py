"""Which applications may be approved together, without each one's page being opened. Pure; DEFAULT, docs/rules.md."""

from dataclasses import dataclass
from enum import StrEnum


class Unclear(StrEnum):
    """Why a person must look at an application before it is decided."""

    DRAFTED = "drafted"
    HARD_NEWS = "hard_news"
    DESPAIR = "despair"
    NOT_ELIGIBLE = "not_eligible"
    EXCEPTION = "exception"
    DUPLICATE = "duplicate"
    PROTECTED = "protected"
    PAPERS = "papers"
    HEALTH = "health"
    SENT_AGAIN = "sent_again"
    NOT_PRINTABLE = "not_printable"
    REGISTERED_BEFORE = "registered_before"


@dataclass(frozen=True)
class Judged:
    """What is known of an application that waits.

    ``eligible``: at least one service takes the family. ``reduced_fee``: a tax class below taxed is stated or in
    force, and papers must show it. ``health_told``: an illness, medicine or allergy is written down.
    ``not_printable``: a name has a character that no font of the letters has.
    ``hard_news``: the family told that its baby died or is in hospital: a letter would reach it.
    ``registered_before``: another registration of the same birth was decided: its days count on.
    ``drafted``: somebody has drafted its decision, which waits for who decides.
    """

    eligible: bool
    excepted: bool = False
    duplicates: bool = False
    protected: bool = False
    reduced_fee: bool = False
    health_told: bool = False
    sent_again: bool = False
    not_printable: bool = False
    registered_before: bool = False
    despair: bool = False
    hard_news: bool = False
    drafted: bool = False


def reasons_to_review(judged: Judged) -> tuple[Unclear, ...]:
    """Return why a person must look; nothing where the application is plain."""
    found = {
        Unclear.DRAFTED: judged.drafted,
        Unclear.HARD_NEWS: judged.hard_news,
        Unclear.DESPAIR: judged.despair,
        Unclear.NOT_ELIGIBLE: not judged.eligible,
        Unclear.EXCEPTION: judged.excepted,
        Unclear.DUPLICATE: judged.duplicates,
        Unclear.PROTECTED: judged.protected,
        Unclear.PAPERS: judged.reduced_fee,
        Unclear.HEALTH: judged.health_told,
        Unclear.SENT_AGAIN: judged.sent_again,
        Unclear.NOT_PRINTABLE: judged.not_printable,
        Unclear.REGISTERED_BEFORE: judged.registered_before,
    }
    return tuple(reason for reason, holds in found.items() if holds)
