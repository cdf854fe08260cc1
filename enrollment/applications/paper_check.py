"""Papers that families send: what they are by their content, never by their name; refused before they cost anything.

A photograph is drawn again, so that neither where it was taken (EXIF) nor anything hidden behind it is kept; the
pages of a PDF are written anew (harmless_pdf). A name ends as what the file is.
"""

import hashlib
import io
import re
import time
import unicodedata
import warnings
from dataclasses import dataclass

import pi_heif
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps
from pypdf import Configuration, PdfReader, apply_configuration
from pypdf.errors import LimitReachedError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from sankecare.errors import NotPossible

from .harmless_pdf import NotHarmless, harmless
from .jpeg_scans import scans_of

MB = 1024 * 1024
# All own defaults.
MOST_BYTES = 10 * MB
# A telephone without our script sends a photograph as it took it; what is kept is drawn smaller.
MOST_BYTES_PHOTOGRAPH = 30 * MB
MOST_PAGES = 20
MOST_PIXELS_PNG = 16_000_000
MOST_PIXELS_JPEG = 120_000_000  # decoded smaller, so a large one costs no more memory
# In several scans (progressive) it is held whole until the last one: six bytes a pixel, and each scan goes over all.
MOST_PIXELS_IN_SCANS = 16_000_000
MOST_SCANS = 40  # cameras and programs write 1 to 16
MOST_PIXELS_HEIC = 50_000_000  # 48 megapixels, decoded whole: 150 MB for a second
LONGEST_SIDE = 3000
MOST_OBJECTS = 20_000
SECONDS = 3.0
MOST_PIXELS = {
    "JPEG": MOST_PIXELS_JPEG,
    "MPO": MOST_PIXELS_JPEG,
    "PNG": MOST_PIXELS_PNG,
    "HEIF": MOST_PIXELS_HEIC,
}
NAME_LENGTH = 80

# What a certificate never has: it runs, opens or carries something.
ACTIVE = {"/JavaScript", "/JS", "/Launch", "/EmbeddedFile", "/EmbeddedFiles", "/RichMedia", "/XFA", "/SubmitForm"}
_NOT_IN_A_NAME = re.compile(r"[/\\:*?\"<>|]")
# What no name shows: controls, what turns the writing, what has no width.
_UNSEEN = ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp")
_EXTENSION = re.compile(r"\.(?=[^.]*[a-z])[a-z0-9_-]{1,12}\s*$", re.IGNORECASE)
EXTENSIONS = {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}
PHOTOGRAPHS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
HEIC = (b"ftypheic", b"ftypheix", b"ftyphevc", b"ftypheim", b"ftypheis", b"ftypmif1", b"ftypmsf1", b"ftypheif")

pi_heif.register_heif_opener()

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
    head = upload.read(12)
    upload.seek(0)
    is_photograph = head.startswith(PHOTOGRAPHS) or head[4:12] in HEIC
    most = MOST_BYTES_PHOTOGRAPH if is_photograph else MOST_BYTES
    if upload.size > most:
        sentence = _("This file is too large. Please send one of at most %(most)d MB.") % {"most": most // MB}
        raise _refused("paper_too_large", sentence)
    content = upload.read()
    name = upload.name or ""
    if is_photograph:
        return Paper(name_of(name, "image/jpeg"), "image/jpeg", _drawn_again(content))
    if content.startswith(b"%PDF-"):
        return Paper(name_of(name, "application/pdf"), "application/pdf", _written_anew(content))
    raise _refused("paper_type", _("Please send a photograph (JPEG, PNG, HEIC) or a PDF."))


def name_of(name: str, content_type: str) -> str:
    """Return the file's name for showing: its last part, what can be seen of it, ending as what the file is."""
    last = re.split(r"[/\\]", name)[-1]
    seen = "".join(sign for sign in last if unicodedata.category(sign) not in _UNSEEN)
    stem = _NOT_IN_A_NAME.sub("", seen).strip(". ")
    while (shorter := _EXTENSION.sub("", stem).strip(". ")) != stem and shorter:
        stem = shorter
    return (stem[:NAME_LENGTH].strip(". ") or _("unnamed")) + EXTENSIONS[content_type]


def _written_anew(content: bytes) -> bytes:
    unreadable = _refused("paper_broken", _("We cannot read this PDF. Please send it again, or a photograph of it."))
    try:
        with apply_configuration(BOUNDED):
            reader = PdfReader(io.BytesIO(content))
            if reader.is_encrypted:
                raise _refused("paper_locked", _("This PDF is locked with a password. Please send one without."))
            _refuse_active(reader)
            pages = reader.get_num_pages()
            if not 1 <= pages <= MOST_PAGES:
                raise _refused("paper_pages", _("Please send a PDF of at most %(most)d pages.") % {"most": MOST_PAGES})
            return harmless(reader)
    except NotPossible:
        raise
    except (NotHarmless, LimitReachedError) as swells:
        sentence = _("This PDF is too complicated. Please send a photograph of the paper.")
        raise _refused("paper_pages", sentence) from swells
    except Exception as broken:
        raise unreadable from broken


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


def _drawn_again(content: bytes) -> bytes:
    broken = _refused("paper_broken", _("We cannot read this photograph. Please take it again."))
    too_large = _refused("paper_pixels", _("This photograph is too large. Please send a smaller one."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # bounded by the sizes below
            image = Image.open(io.BytesIO(content), formats=["JPEG", "PNG", "HEIF"])
        most = MOST_PIXELS[image.format or ""]
        if image.format in ("JPEG", "MPO") and (scans := scans_of(content, MOST_SCANS)) != 1:
            most = MOST_PIXELS_IN_SCANS if scans <= MOST_SCANS else 0
        if image.width * image.height > most:
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
    return out.getvalue()


def _refused(code: str, sentence: str) -> NotPossible:
    return NotPossible(code, sentence, {"file": sentence})
