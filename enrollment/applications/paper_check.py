"""Papers that families send: what they are by their content, never by their name; refused before they cost anything.

A photograph is drawn again, so that neither where it was taken (EXIF) nor anything hidden behind it is kept.
"""

import hashlib
import io
import re
import time
import warnings
from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps
from pypdf import Configuration, PdfReader, apply_configuration
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from sankecare.errors import NotPossible

MB = 1024 * 1024
# All own defaults.
MOST_BYTES = 10 * MB
MOST_PAGES = 20
MOST_PIXELS_PNG = 16_000_000
MOST_PIXELS_JPEG = 120_000_000  # decoded smaller, so a large one costs no more memory
LONGEST_SIDE = 3000
MOST_OBJECTS = 20_000
SECONDS = 3.0
NAME_LENGTH = 80

# What a certificate never has: it runs, opens or carries something.
ACTIVE = {"/JavaScript", "/JS", "/Launch", "/EmbeddedFile", "/EmbeddedFiles", "/RichMedia", "/XFA", "/SubmitForm"}
_NOT_IN_A_NAME = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|\u202a-\u202e\u2066-\u2069]")

# How much a compressed part may swell.
BOUNDED = Configuration(
    zlib_maximum_output_length=20 * MB,
    lzw_maximum_output_length=20 * MB,
    run_length_maximum_output_length=20 * MB,
)


@dataclass(frozen=True)
class Paper:
    """A paper that was found to be one. ``digest`` is the SHA-256 of what is kept."""

    name: str
    content_type: str
    content: bytes

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def checked(upload: "UploadedFile[bytes]") -> Paper:
    """Return the paper as it is kept. Errors: NotPossible ``paper_…`` with a sentence beside ``file``."""
    if not upload.size:
        raise _refused("paper_empty", _("This file is empty."))
    if upload.size > MOST_BYTES:
        sentence = _("This file is too large. Please send one of at most %(most)d MB.") % {"most": MOST_BYTES // MB}
        raise _refused("paper_too_large", sentence)
    content = upload.read()
    name = cleaned_name(upload.name or "")
    if content.startswith(b"%PDF-"):
        _check_pdf(content)
        return Paper(name, "application/pdf", content)
    if content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")):
        return _drawn_again(name, content)
    if content[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypheif"):
        raise _refused("paper_heic", _("This photograph is in a form (HEIC) that we cannot read. Please send a JPEG."))
    raise _refused("paper_type", _("Please send a photograph (JPEG, PNG) or a PDF."))


def cleaned_name(name: str) -> str:
    """Return the file's name for showing: its last part, nothing that turns the writing or leaves the folder."""
    last = re.split(r"[/\\]", name)[-1]
    return _NOT_IN_A_NAME.sub("", last).strip(". ")[-NAME_LENGTH:] or _("unnamed")


def _check_pdf(content: bytes) -> None:
    unreadable = _refused("paper_broken", _("We cannot read this PDF. Please send it again, or a photograph of it."))
    try:
        with apply_configuration(BOUNDED):
            reader = PdfReader(io.BytesIO(content))
            if reader.is_encrypted:
                raise _refused("paper_locked", _("This PDF is locked with a password. Please send one without."))
            _refuse_active(reader)
            pages = reader.get_num_pages()
    except NotPossible:
        raise
    except Exception as broken:
        raise unreadable from broken
    if not 1 <= pages <= MOST_PAGES:
        raise _refused("paper_pages", _("Please send a PDF of at most %(most)d pages.") % {"most": MOST_PAGES})


def _refuse_active(reader: PdfReader) -> None:
    """Walk every object of the file once, within a budget of objects and seconds."""
    until = time.monotonic() + SECONDS
    numbers = {(number, generation) for generation, table in reader.xref.items() for number in table}
    numbers |= {(number, 0) for number in reader.xref_objStm}
    if len(numbers) > MOST_OBJECTS:
        raise _refused("paper_pages", _("This PDF is too complicated. Please send a photograph of the paper."))
    for number, generation in numbers:
        if time.monotonic() > until:
            raise _refused("paper_pages", _("This PDF is too complicated. Please send a photograph of the paper."))
        if _is_active(reader.get_object(IndirectObject(number, generation, reader))):
            raise _refused("paper_active", _("This PDF contains a program. Please send a photograph of the paper."))


def _is_active(value: object, depth: int = 0) -> bool:
    if depth > 30:
        return True
    if isinstance(value, DictionaryObject):
        if ACTIVE & set(value) or (value.raw_get("/S") if "/S" in value else "") in ACTIVE:
            return True
        return any(_is_active(value.raw_get(key), depth + 1) for key in value)
    if isinstance(value, ArrayObject):
        return any(_is_active(item, depth + 1) for item in list.__iter__(value))
    return False


def _drawn_again(name: str, content: bytes) -> Paper:
    broken = _refused("paper_broken", _("We cannot read this photograph. Please take it again."))
    too_large = _refused("paper_pixels", _("This photograph is too large. Please send a smaller one."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # bounded by the sizes below
            image = Image.open(io.BytesIO(content), formats=["JPEG", "PNG"])
        if image.width * image.height > (MOST_PIXELS_JPEG if image.format == "JPEG" else MOST_PIXELS_PNG):
            raise too_large
        image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        upright = ImageOps.exif_transpose(image).convert("RGB")
        out = io.BytesIO()
        upright.save(out, "JPEG", quality=85)
    except NotPossible:
        raise
    except Image.DecompressionBombError as bomb:
        raise too_large from bomb
    except Exception as unreadable:
        raise broken from unreadable
    return Paper(name, "image/jpeg", out.getvalue())


def _refused(code: str, sentence: str) -> NotPossible:
    return NotPossible(code, sentence, {"file": sentence})
