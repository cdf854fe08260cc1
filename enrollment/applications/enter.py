"""代行入力: what came on paper or by telephone, typed in by staff: the application and its papers in one go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile

from accounts.models import User
from enrollment.models import EvidenceKind, Family, Registration
from sankecare.errors import Refused
from sankecare.transactions import in_transaction

from .application_data import StatedApplication
from .apply import apply_for_registration, correct_application
from .evidence import keep_paper


@dataclass(frozen=True)
class Scan:
    """A paper that came with it. ``field``: what a refusal of it names."""

    kind: EvidenceKind
    upload: "UploadedFile[bytes]"
    field: str


@dataclass(frozen=True)
class Entered:
    """What staff typed in and scanned."""

    application: StatedApplication
    scans: Sequence[Scan] = ()


@in_transaction
def enter_application(*, entered: Entered, family: Family | None, by: User, at: datetime) -> Registration:
    """Enter family, birth, registration and papers; nothing where anything of it is refused.

    ``family``: a known family's further birth. Errors: as ``apply_for_registration``, and as ``keep_paper``,
    naming the paper's field.
    """
    made = apply_for_registration(application=entered.application, family=family, by=by, at=at)
    _keep_scans(entered.scans, made.birth.family, by, at)
    return made


@in_transaction
def enter_correction(*, entered: Entered, registration: Registration, by: User, at: datetime) -> Registration:
    """Enter what a family corrected on paper or by telephone, with the papers that came along.

    Errors: as ``correct_application``, and as ``keep_paper``, naming the paper's field.
    """
    made = correct_application(registration=registration, application=entered.application, by=by, at=at)
    _keep_scans(entered.scans, made.birth.family, by, at)
    return made


def _keep_scans(scans: Sequence[Scan], family: Family, by: User, at: datetime) -> None:
    for scan in scans:
        try:
            keep_paper(family=family, kind=scan.kind, upload=scan.upload, by=by, at=at)
        except Refused as refused:
            sentence = f"{scan.upload.name}：{refused.detail}" if scan.upload.name else refused.detail
            raise type(refused)(refused.code, sentence, {scan.field: sentence}) from refused
