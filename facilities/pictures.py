"""Pictures of a house, as the ward's staff upload them: drawn anew, smaller, bare of what a camera writes."""

import io
from dataclasses import dataclass

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from sankecare.errors import NotPossible

MOST_BYTES = 20 * 1024 * 1024
MOST_PIXELS = 50_000_000
LONGEST_SIDE = 960  # twice the width of a phone
QUALITY = 72
FORMATS = ("JPEG", "PNG", "WEBP")


@dataclass(frozen=True)
class DrawnPicture:
    """A picture as it is kept: JPEG, and its size in pixels."""

    content: bytes
    width: int
    height: int


def drawn_anew(content: bytes) -> DrawnPicture:
    """Return the picture as it is kept. Errors: NotPossible ``not_a_picture``, ``picture_too_large``, at ``file``."""
    if len(content) > MOST_BYTES:
        raise _too_large()
    try:
        image = Image.open(io.BytesIO(content), formats=FORMATS)
        if image.width * image.height > MOST_PIXELS:
            raise _too_large()
        image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        turned = ImageOps.exif_transpose(image).convert("RGB")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError) as error:
        sentence = _("This is not a picture that can be shown: JPEG, PNG or WebP.")
        raise NotPossible("not_a_picture", sentence, {"file": sentence}) from error
    turned.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    out = io.BytesIO()
    turned.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return DrawnPicture(out.getvalue(), turned.width, turned.height)


def _too_large() -> NotPossible:
    sentence = _("The picture is too large: 20 MB and 50 megapixels at most.")
    return NotPossible("picture_too_large", sentence, {"file": sentence})
