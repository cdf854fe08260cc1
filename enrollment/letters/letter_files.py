"""A letter's PDF: set once by typst, kept sealed as it was issued, set anew only to be compared."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import typst
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from enrollment.models import Letter, LetterFile
from sankecare.errors import Refused
from sankecare.sealing import CannotOpen, seal, unseal

TEMPLATES = settings.BASE_DIR / "templates" / "letters"
FONTS = settings.BASE_DIR / "static" / "fonts"


@dataclass
class Verified:
    """What became of every letter (ids). ``kept_now``: had no file yet, and is set as it was issued.

    ``set_otherwise``: the file is whole; typst, a font or the template would set it otherwise today. ``broken``: the
    file is not what was issued, or no key here opens it. ``lost``: what is set today is not what was issued either.
    """

    letters: int = 0
    kept_now: list[int] = field(default_factory=list)
    set_otherwise: list[int] = field(default_factory=list)
    broken: list[int] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)


def keep_file(letter: Letter, made: bytes) -> None:
    """Keep the PDF beside its letter, sealed; it is never replaced."""
    LetterFile.objects.create(letter=letter, sealed=seal(made))


def file_of(letter: Letter) -> bytes:
    """Return the PDF that was issued, byte for byte: the one kept; of a letter from before files were kept, set anew.

    Errors: Refused ``letter_not_as_issued`` where neither is what was issued.
    """
    for made in (_kept, set_anew):
        content = made(letter)
        if content is not None and digest(content) == letter.digest:
            return content
    raise Refused(
        "letter_not_as_issued",
        _("It cannot be shown just now as it was issued. Please ask the ward's postpartum care desk."),
    )


def verify_letters() -> Verified:
    """Compare every letter's file with its digest and with what is set today; keep it where there is none yet."""
    found = Verified()
    for letter in Letter.objects.order_by("pk").iterator(chunk_size=100):
        found.letters += 1
        has_file, kept, made = LetterFile.objects.filter(letter=letter).exists(), _kept(letter), set_anew(letter)
        whole, same = kept is not None and digest(kept) == letter.digest, digest(made) == letter.digest
        if has_file and not whole:
            found.broken.append(letter.pk)
        if not whole and not same:
            found.lost.append(letter.pk)
        elif whole and not same:
            found.set_otherwise.append(letter.pk)
        elif not has_file:
            keep_file(letter, made)
            found.kept_now.append(letter.pk)
    return found


def set_anew(letter: Letter) -> bytes:
    """Set the letter from its snapshot, with the compiler, fonts and template of today."""
    return rendered(letter.snapshot, letter.issued_at)


def rendered(snapshot: dict[str, object], at: datetime) -> bytes:
    """PDF/UA by typst; data goes in as JSON, never into the source, and the day is the letter's own.

    A character that no font of ours has would end it: such a letter is made all the same, without the UA mark.
    """
    day = timezone.localdate(at)
    data = {"letter": snapshot, "year": day.year, "month": day.month, "day": day.day}
    template = TEMPLATES / f"notice-{snapshot['version']}.typ"
    try:
        return _compiled(template, data, accessible=True)
    except typst.TypstError as refused:
        if "could not be displayed" not in str(refused):
            raise
        return _compiled(template, data, accessible=False)


def digest(made: bytes) -> str:
    """Return the SHA-256 that the letter keeps of its PDF."""
    return hashlib.sha256(made).hexdigest()


def _kept(letter: Letter) -> bytes | None:
    file = LetterFile.objects.filter(letter=letter).first()
    if file is None:
        return None
    try:
        return unseal(file.sealed)
    except CannotOpen:
        return None


def _compiled(template: Path, data: dict[str, object], *, accessible: bool) -> bytes:
    made = typst.compile(
        str(template),
        format="pdf",
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards=["ua-1"] if accessible else [],
    )
    assert isinstance(made, bytes), "one document is one file"
    return made
