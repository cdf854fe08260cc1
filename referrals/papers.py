"""添付: what a facility sends along, checked by its content and sealed as families' papers are."""

from collections.abc import Sequence

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from enrollment.applications.paper_check import checked
from sankecare.errors import NotPossible
from sankecare.sealing import seal, unseal

from .models import Referral, ReferralPaper

# Own default: what is needed to understand a worry, not a file of the family.
MOST_PAPERS = 5


def keep_papers(referral: Referral, uploads: "Sequence[UploadedFile[bytes]]") -> list[ReferralPaper]:
    """Check and seal what came with a referral, in the transaction that raises it: all of it or nothing.

    Errors: NotPossible ``paper_…`` (enrollment.applications.paper_check), ``too_many_papers``, beside ``papers``.
    """
    if len(uploads) > MOST_PAPERS:
        words = _("At most %(most)d papers with one request.") % {"most": MOST_PAPERS}
        raise NotPossible("too_many_papers", words, {"papers": words})
    return [_keep(referral, upload) for upload in uploads]


def content_of(paper: ReferralPaper) -> bytes:
    """Open a paper; the caller has made sure that the person may see it. Errors: sankecare.sealing.CannotOpen."""
    return unseal(paper.content)


def _keep(referral: Referral, upload: "UploadedFile[bytes]") -> ReferralPaper:
    try:
        paper = checked(upload)
    except NotPossible as refused:
        words = f"{upload.name}: {refused.detail}"
        raise NotPossible(refused.code, words, {"papers": words}) from refused
    return ReferralPaper.objects.create(
        referral=referral,
        name=paper.name,
        content_type=paper.content_type,
        size=len(paper.content),
        digest=paper.digest,
        content=seal(paper.content),
    )
