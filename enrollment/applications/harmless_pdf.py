"""A PDF's pages written anew: what is drawn stays; what acts, leads away, carries or hides something does not.

Nothing is copied but by name: a page's box, its content, and what the content draws with (fonts, pictures, colours).
Stamps and filled fields are drawn into the page as they look. Each compressed part is unpacked once, in small pieces,
and counted: what swells is refused before it is kept.
"""

import io
import time
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.filters import decode_stream_data
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NullObject,
    NumberObject,
    PdfObject,
    RectangleObject,
    StreamObject,
)

MB = 1024 * 1024
# All own defaults.
MOST_UNPACKED = 120 * MB  # all of a file's parts together: twenty scanned pages
MOST_PIXELS = 40_000_000  # of one picture: A4 at 600 dpi
MOST_OBJECTS = 20_000
DEEPEST = 40
SECONDS = 5.0
PIECE = 256 * 1024
# These unpack at most so many times over; they are unpacked in one go, so only where that stays small.
SWELLS = {"/LZWDecode": 2600, "/LZW": 2600, "/RunLengthDecode": 64, "/RL": 64}
FLATE = {"/FlateDecode", "/Fl"}
SHRINKS = {"/ASCII85Decode", "/A85", "/ASCIIHexDecode", "/AHx"}
# How a picture is packed; the reader unpacks it to the size that it says.
OF_PICTURES = {"/DCTDecode", "/DCT", "/JPXDecode", "/CCITTFaxDecode", "/CCF", "/JBIG2Decode"}
IN_ONE_GO = 20 * MB

# Never taken over from what a page draws with: actions, names, files, pages, other files' parts, layers, hidden notes.
LEFT_OUT = {
    *("/A", "/AA", "/OpenAction", "/Next", "/JS", "/JavaScript", "/URI", "/Launch", "/Win", "/XFA", "/RichMedia"),
    *(
        "/F",
        "/FFilter",
        "/FDecodeParms",
        "/FS",
        "/EF",
        "/RF",
        "/AF",
        "/Ref",
        "/OPI",
        "/Alternates",
        "/Dests",
        "/Names",
    ),
    *("/PieceInfo", "/Metadata", "/StructParent", "/StructParents", "/Parent", "/P", "/Annots", "/OC", "/Thumb"),
    *("/LastModified", "/Measure", "/PtData", "/Trans", "/Tabs", "/B", "/Dur", "/Contents"),
}
# Under these stand names that the file chose itself (a font called /F, a letter called /A): all are taken over.
NAMED_FREELY = {
    *("/Font", "/XObject", "/ExtGState", "/ColorSpace", "/Pattern", "/Shading", "/Properties", "/CharProcs"),
    "/Colorants",
}
ACTIONS = {
    *("/GoTo", "/GoToR", "/GoToE", "/GoToDp", "/Launch", "/Thread", "/URI", "/Sound", "/Movie", "/Hide", "/Named"),
    *("/SubmitForm", "/ResetForm", "/ImportData", "/JavaScript", "/SetOCGState", "/Rendition", "/Trans", "/RichMedia"),
    *("/GoTo3DView", "/RichMediaExecute"),
}
HIDDEN, NO_VIEW = 2, 32


class NotHarmless(Exception):
    """This file cannot be written anew: it swells, has no end, or holds what no page draws with."""


@dataclass
class Pages:
    """The pages of a file, written anew."""

    reader: PdfReader
    writer: PdfWriter = field(default_factory=PdfWriter)
    made: dict[tuple[int, int], Any] = field(default_factory=dict)
    unpacked: int = 0
    objects: int = 0
    until: float = field(default_factory=lambda: time.monotonic() + SECONDS)

    def write(self) -> bytes:
        """Return the new file. Raises NotHarmless, or what pypdf raises for a file that is broken."""
        for page in self.reader.pages:
            self._add(page)
        out = io.BytesIO()
        self.writer.write(out)
        return out.getvalue()

    def _add(self, page: Any) -> None:
        box = page.mediabox
        blank = self.writer.add_blank_page(float(box.width) or 1, float(box.height) or 1)
        for name in ("/MediaBox", "/CropBox", "/Rotate", "/UserUnit"):
            value = _inherited(page, name)
            if value is not None:
                blank[NameObject(name)] = self.copy(value)
        if "/Group" in page:
            blank[NameObject("/Group")] = self.copy(page["/Group"])
        resources = self.copy(_inherited(page, "/Resources") or DictionaryObject())
        drawn = [self._content(page), *self._stamps(page, resources)]
        content = DecodedStreamObject()
        content.set_data(b"q\n" + drawn[0] + b"\nQ\n" + b"\n".join(drawn[1:]))
        blank[NameObject("/Resources")] = resources
        blank[NameObject("/Contents")] = self._kept(content.flate_encode())

    def _content(self, page: Any) -> bytes:
        found = page.get("/Contents")
        found = found.get_object() if found is not None else None
        parts = [part.get_object() for part in found] if isinstance(found, ArrayObject) else [found]
        return b"\n".join(self._unpacked(part) for part in parts if isinstance(part, StreamObject))

    def _unpacked(self, part: StreamObject) -> bytes:
        self._count(part)
        data: bytes = decode_stream_data(part)
        return data

    def _stamps(self, page: Any, resources: Any) -> Iterator[bytes]:
        """Draw what lies on the page (filled fields, stamps, notes) into it, as it looks."""
        for number, found in enumerate(_objects(page.get("/Annots"))):
            look = _appearance(found)
            if look is None:
                continue
            forms = resources.setdefault(NameObject("/XObject"), DictionaryObject()).get_object()
            name = NameObject(f"/Stamp{number}")
            forms[name] = self.copy(look)
            yield b"q %s cm %s Do Q" % (_placed(found, look.get_object()), name.encode())

    def copy(self, value: Any, depth: int = 0) -> Any:
        """Return a value of the new file, without what is left out. One object of the old file is one of the new."""
        self._within_bounds(depth)
        if isinstance(value, IndirectObject):
            return self._copy_once(value, depth)
        if isinstance(value, StreamObject):
            return self._kept(self._stream(value, depth))
        if isinstance(value, DictionaryObject):
            return self._dictionary(value, depth)
        if isinstance(value, ArrayObject):
            return ArrayObject([self.copy(item, depth + 1) for item in list.__iter__(value)])
        if isinstance(value, PdfObject):
            return value.clone(self.writer, force_duplicate=True)
        raise NotHarmless

    def _copy_once(self, reference: IndirectObject, depth: int) -> Any:
        key = (reference.idnum, reference.generation)
        if key not in self.made:
            self.made[key] = NullObject()  # a circle ends here
            self.made[key] = self.copy(reference.get_object(), depth + 1)
            if isinstance(self.made[key], DictionaryObject | ArrayObject):
                self.made[key] = self._kept(self.made[key])
        return self.made[key]

    def _dictionary(self, value: Any, depth: int) -> DictionaryObject:
        if value.get("/Type") in ("/Filespec", "/Action", "/Annot", "/Page", "/EmbeddedFile") or _acts(value):
            return DictionaryObject()
        taken = DictionaryObject()
        for name in value:
            if name in NAMED_FREELY and type(value[name]) is DictionaryObject:
                named = value[name]
                kept = {one: self.copy(named.raw_get(one), depth + 2) for one in named}
                taken[NameObject(name)] = DictionaryObject({NameObject(one): each for one, each in kept.items()})
            elif name not in LEFT_OUT:
                taken[NameObject(name)] = self.copy(value.raw_get(name), depth + 1)
        return taken

    def _stream(self, value: Any, depth: int) -> StreamObject:
        if value.get("/Subtype") == "/PS" or "/F" in value:
            raise NotHarmless
        self._count(value)
        taken = StreamObject()
        taken.update(self._dictionary(value, depth))
        taken._data = value._data  # noqa: SLF001 - packed as it was: nothing is drawn otherwise than before
        taken.pop("/Length", None)
        return taken

    def _kept(self, value: Any) -> IndirectObject:
        self.objects += 1
        return self.writer._add_object(value)  # noqa: SLF001 - pypdf's own way to add one object

    # ---- Bounds -----------------------------------------------------------------------------------------------------

    def _within_bounds(self, depth: int) -> None:
        if depth > DEEPEST or self.objects > MOST_OBJECTS or time.monotonic() > self.until:
            raise NotHarmless

    def _count(self, part: Any) -> None:
        """Unpack a part in small pieces and count them; nothing of it is kept."""
        pieces: Iterable[bytes] = [part._data]  # noqa: SLF001 - as it stands in the file
        for name in _filters(part):
            if name in OF_PICTURES:
                _look_at_picture(part, name, pieces)
                return
            pieces = _through(name, pieces)
        if part.get("/Subtype") == "/Image" and _pixels(part) > MOST_PIXELS:
            raise NotHarmless
        for piece in pieces:
            self.unpacked += len(piece)
            if self.unpacked > MOST_UNPACKED:
                raise NotHarmless
            self._within_bounds(0)


def harmless(reader: PdfReader) -> bytes:
    """Return the reader's pages as a new file. Raises NotHarmless, or what pypdf raises for a broken file."""
    return Pages(reader).write()


def _inherited(page: Any, name: str) -> Any:
    """A page's value, or that of the nearest node above it."""
    for _level in range(DEEPEST):
        if name in page:
            return page.raw_get(name)
        page = page.get("/Parent")
        if page is None:
            return None
        page = page.get_object()
    raise NotHarmless


def _acts(value: Any) -> bool:
    """Whether a dictionary is an action: /S names what it does."""
    return "/S" in value and value.get("/S") in ACTIONS


def _objects(found: Any) -> list[Any]:
    found = found.get_object() if found is not None else None
    items = [item.get_object() for item in found] if isinstance(found, ArrayObject) else []
    return [item for item in items if isinstance(item, DictionaryObject)]


def _appearance(note: Any) -> Any:
    """How a note, a stamp or a field looks (a reference to its drawing), or None where it is not seen."""
    flags = note.get("/F", 0)
    if note.get("/Subtype") in ("/Link", "/Popup") or int(flags) & (HIDDEN | NO_VIEW) or "/Rect" not in note:
        return None
    look = note["/AP"].raw_get("/N") if "/AP" in note and "/N" in note["/AP"] else None
    state = note.get("/AS")
    if look is not None and not isinstance(look.get_object(), StreamObject):
        look = look.get_object().raw_get(state) if state in look.get_object() else None
    is_drawn = look is not None and isinstance(look, IndirectObject) and isinstance(look.get_object(), StreamObject)
    return look if is_drawn else None


def _placed(note: Any, look: Any) -> bytes:
    """The matrix that brings a drawing's box onto the note's place (ISO 32000, 12.5.5)."""
    place = RectangleObject([float(number) for number in note["/Rect"]])
    left, low, right, high = (float(number) for number in look["/BBox"])
    turn = [float(number) for number in look.get("/Matrix", (1, 0, 0, 1, 0, 0))]
    corners = [_turned(turn, x, y) for x in (left, right) for y in (low, high)]
    left, low = (min(corner[axis] for corner in corners) for axis in (0, 1))
    right, high = (max(corner[axis] for corner in corners) for axis in (0, 1))
    wide = float(place.width) / (right - left) if right > left else 1.0
    tall = float(place.height) / (high - low) if high > low else 1.0
    to_x, to_y = float(place.left) - left * wide, float(place.bottom) - low * tall
    return b"%.5f 0 0 %.5f %.5f %.5f" % (wide, tall, to_x, to_y)


def _turned(matrix: list[float], x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _filters(part: Any) -> list[str]:
    named = part.get("/Filter", ArrayObject())
    named = named.get_object()
    return [str(one.get_object()) for one in named] if isinstance(named, ArrayObject) else [str(named)]


def _through(name: str, pieces: Iterable[bytes]) -> Iterable[bytes]:
    if name in FLATE:
        return _inflated(pieces)
    whole = _bounded(pieces)
    if (name in SWELLS and len(whole) * SWELLS[name] > IN_ONE_GO) or name not in SWELLS | dict.fromkeys(SHRINKS, 1):
        raise NotHarmless
    packed = StreamObject()
    packed._data = whole  # noqa: SLF001
    packed[NameObject("/Filter")] = NameObject(name)
    packed[NameObject("/Length")] = NumberObject(len(whole))
    return [decode_stream_data(packed)]


def _bounded(pieces: Iterable[bytes]) -> bytes:
    whole = b""
    for piece in pieces:
        whole += piece
        if len(whole) > IN_ONE_GO:
            raise NotHarmless
    return whole


def _inflated(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Unpack piece by piece, no piece larger than PIECE. What is broken ends there: readers show what came before."""
    unpack = zlib.decompressobj()
    for piece in pieces:
        rest = piece
        while rest and not unpack.eof:
            try:
                yield unpack.decompress(rest, PIECE)
            except zlib.error:
                return
            rest = unpack.unconsumed_tail


def _pixels(part: Any) -> int:
    return int(part.get("/Width", 0)) * int(part.get("/Height", 0))


def _look_at_picture(part: Any, name: str, pieces: Iterable[bytes]) -> None:
    """A picture's own head may say another size than the file does."""
    pixels = _pixels(part)
    if name in ("/DCTDecode", "/DCT", "/JPXDecode"):
        with Image.open(io.BytesIO(_bounded(pieces)), formats=["JPEG", "JPEG2000"]) as picture:
            pixels = max(pixels, picture.width * picture.height)
    if pixels > MOST_PIXELS:
        raise NotHarmless
