"""書類: papers sent in, kept sealed beside the family; taken back while nobody has judged by them."""

from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from enrollment.models import EvidenceFile, EvidenceKind, Family, TimelineEvent
from enrollment.timeline import add_entry
from sankecare.errors import Refused
from sankecare.sealing import seal, unseal
from sankecare.transactions import in_transaction

from .paper_check import checked

# A family that sends more has lost its way (own default).
MOST_PAPERS = 20


@in_transaction
def keep_paper(
    *, family: Family | None, kind: EvidenceKind, upload: "UploadedFile[bytes]", by: User, at: datetime
) -> EvidenceFile:
    """Check a paper and keep it, sealed. Before a mother has applied it waits for her family (``family=None``).

    Errors: NotPossible ``paper_…`` (enrollment.applications.paper_check); Refused ``too_many_papers``.
    """
    paper = checked(upload)
    theirs = EvidenceFile.objects.filter(family=family) if family else _waiting(by)
    if theirs.count() >= MOST_PAPERS:
        sentence = _("At most %(most)d papers. Please take one back first.") % {"most": MOST_PAPERS}
        raise Refused("too_many_papers", sentence, {"file": sentence})
    row = EvidenceFile.objects.create(
        family=family,
        uploaded_by=by,
        uploaded_at=at,
        kind=kind,
        name=paper.name,
        content_type=paper.content_type,
        size=len(paper.content),
        digest=paper.digest,
        content=seal(paper.content),
    )
    if family is not None:
        add_entry(
            TimelineEvent.EVIDENCE_SENT, family=family, by=by, at=at, facts={"paper": row.pk, "kind": kind.value}
        )
    return row


@in_transaction
def take_back_paper(*, paper: EvidenceFile, by: User) -> None:
    """Delete a paper that was not sent with an application yet. Errors: Refused ``paper_sent``."""
    locked = EvidenceFile.objects.select_for_update(of=("self",)).defer("content").get(pk=paper.pk)
    if locked.family_id is not None or locked.uploaded_by_id != by.pk:
        raise Refused("paper_sent", _("This paper has been sent to the ward and stays there."))
    locked.delete()


def attach_papers(*, family: Family, by: User, at: datetime) -> int:
    """Give a mother's waiting papers to her family, in the transaction of her application; returns how many."""
    if by.role != Role.MOTHER:
        return 0
    waiting = list(_waiting(by).select_for_update().values_list("pk", "kind"))
    EvidenceFile.objects.filter(pk__in=[pk for pk, _kind in waiting]).update(family=family)
    for pk, kind in waiting:
        add_entry(TimelineEvent.EVIDENCE_SENT, family=family, by=by, at=at, facts={"paper": pk, "kind": kind})
    return len(waiting)


def content_of(paper: EvidenceFile) -> bytes:
    """Open a paper; the caller has made sure that the person may see it. Errors: sankecare.sealing.CannotOpen."""
    return unseal(paper.content)


def _waiting(person: User) -> QuerySet[EvidenceFile]:
    return EvidenceFile.objects.filter(uploaded_by=person, family=None)
