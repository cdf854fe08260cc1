"""A PDF's pages are written anew: what is drawn stays, what acts or leads away is gone, what swells is refused."""

import base64
import io
import tracemalloc
import zlib

import pi_heif
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

from enrollment.applications.harmless_pdf import MOST_UNPACKED
from enrollment.applications.paper_check import checked
from sankecare.errors import NotPossible

MB = 1024 * 1024


def name(words):
    return NameObject(words)


def dictionary(**entries):
    return DictionaryObject({name(f"/{key}"): value for key, value in entries.items()})


def text(words):
    return TextStringObject(words)


def written(change, drawing=b"BT /F 12 Tf 20 100 Td (Certificate) Tj ET"):
    """A page that says 'Certificate' in a font called /F, changed."""
    writer = PdfWriter()
    page = writer.add_blank_page(200, 200)
    font = writer._add_object(dictionary(Type=name("/Font"), Subtype=name("/Type1"), BaseFont=name("/Helvetica")))
    page[name("/Resources")] = dictionary(Font=dictionary(F=font))
    content = DecodedStreamObject()
    content.set_data(drawing)
    page[name("/Contents")] = writer._add_object(content.flate_encode())
    change(writer, page)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def kept(content):
    return checked(SimpleUploadedFile("課税証明書.pdf", content)).content


def action(kind, **more):
    return dictionary(S=name(f"/{kind}"), **more)


def opens(kind, **more):
    def change(writer, page):
        writer.root_object[name("/OpenAction")] = writer._add_object(action(kind, **more))

    return change


def on_page(kind, **more):
    def change(writer, page):
        page[name("/AA")] = dictionary(O=writer._add_object(action(kind, **more)))

    return change


def link(kind, **more):
    def change(writer, page):
        note = dictionary(
            Type=name("/Annot"),
            Subtype=name("/Link"),
            Rect=ArrayObject([NumberObject(number) for number in (0, 0, 200, 200)]),
            A=action(kind, **more),
        )
        page[name("/Annots")] = ArrayObject([writer._add_object(note)])

    return change


def hidden_in_the_font(writer, page):
    font = page["/Resources"]["/Font"]["/F"].get_object()
    font[name("/PieceInfo")] = writer._add_object(action("URI", URI=text("https://evil.example/")))


REMOVED = [
    ("opens another file", opens("GoToR", F=text("\\\\evil.example\\share\\x.pdf"))),
    ("opens an address", opens("URI", URI=text("https://evil.example/"))),
    ("imports data", opens("ImportData", F=text("https://evil.example/x.fdf"))),
    ("imports data with the page", on_page("ImportData", F=text("\\\\evil.example\\x.fdf"))),
    ("a link over the whole page", link("URI", URI=text("https://evil.example/"))),
    ("a link to a file in another", link("GoToE", F=text("evil.example"))),
    ("plays a film", link("Movie", T=text("evil.example"))),
    ("hidden in a font", hidden_in_the_font),
]


@pytest.mark.parametrize("change", [row[1] for row in REMOVED], ids=[row[0] for row in REMOVED])
def test_what_acts_or_leads_away_is_not_in_the_file_that_is_kept(change):
    sent = written(change)
    assert b"evil" in sent
    made = kept(sent)
    assert b"evil" not in made
    for sign in (b"/OpenAction", b"/AA", b"/Annots", b"/GoToR", b"/GoToE", b"/URI", b"/ImportData", b"/Movie"):
        assert sign not in made
    assert PdfReader(io.BytesIO(made)).pages[0].extract_text() == "Certificate"


@pytest.mark.parametrize("kind", ["JavaScript", "Launch", "SubmitForm"])
def test_a_file_that_carries_a_program_is_refused(kind):
    with pytest.raises(NotPossible, match="paper_active"):
        kept(written(opens(kind, JS=text("app.alert(1)"))))


def test_neither_who_made_it_nor_what_was_there_before_is_kept():
    def change(writer, page):
        writer.add_metadata({"/Author": "山田花子", "/Title": "C:\\Users\\hanako"})

    assert b"hanako" not in kept(written(change))


def test_a_font_called_as_an_action_is_a_font():
    """Names that a file chose itself are no words of ours: a font /F, a picture /A, a letter /P."""
    made = PdfReader(io.BytesIO(kept(written(lambda writer, page: None)))).pages[0]
    assert made["/Resources"]["/Font"]["/F"]["/BaseFont"] == "/Helvetica"


def field_or_stamp(flags=0, subtype="/Widget"):
    def change(writer, page):
        look = DecodedStreamObject()
        look.set_data(b"BT /F 12 Tf 0 0 Td (4500) Tj ET")
        look.update(
            dictionary(
                Type=name("/XObject"),
                Subtype=name("/Form"),
                BBox=ArrayObject([NumberObject(number) for number in (0, 0, 50, 20)]),
                Resources=dictionary(Font=page["/Resources"]["/Font"]),
            )
        )
        note = dictionary(
            Type=name("/Annot"),
            Subtype=name(subtype),
            F=NumberObject(flags),
            Rect=ArrayObject([FloatObject(number) for number in (100, 50, 200, 90)]),
            AP=dictionary(N=writer._add_object(look)),
            A=action("URI", URI=text("https://evil.example/")),
        )
        page[name("/Annots")] = ArrayObject([writer._add_object(note)])

    return change


@pytest.mark.parametrize("subtype", ["/Widget", "/Stamp", "/FreeText"])
def test_a_filled_field_and_a_stamp_stay_to_be_seen(subtype):
    page = PdfReader(io.BytesIO(kept(written(field_or_stamp(subtype=subtype))))).pages[0]
    assert "4500" in page.extract_text()
    # The box of 50 × 20 is drawn on the place of 100 × 40: twice as large, from its lower left corner.
    assert b"q 2.00000 0 0 2.00000 100.00000 50.00000 cm /Stamp0 Do Q" in page["/Contents"].get_data()


def test_a_hidden_field_stays_hidden():
    page = PdfReader(io.BytesIO(kept(written(field_or_stamp(flags=2))))).pages[0]
    assert "4500" not in page.extract_text()


# ---- Bombs ----------------------------------------------------------------------------------------------------------


def zeros(size):
    pack = zlib.compressobj(9)
    pieces = [pack.compress(b"\0" * MB) for _ in range(size // MB)]
    return b"".join(pieces) + pack.flush()


def packed(data, filters, **more):
    stream = StreamObject()
    stream._data = data
    stream.update(dictionary(Filter=ArrayObject([name(one) for one in filters]), **more))
    return stream


def picture_of(data, filters, width=10, height=10):
    def change(writer, page):
        image = packed(
            data,
            filters,
            Type=name("/XObject"),
            Subtype=name("/Image"),
            Width=NumberObject(width),
            Height=NumberObject(height),
            ColorSpace=name("/DeviceGray"),
            BitsPerComponent=NumberObject(8),
        )
        page["/Resources"][name("/XObject")] = dictionary(P=writer._add_object(image))

    return change


def as_content(data, filters):
    def change(writer, page):
        page[name("/Contents")] = writer._add_object(packed(data, filters))

    return change


def large_jpeg():
    out = io.BytesIO()
    Image.new("L", (9000, 9000)).save(out, "JPEG")
    return out.getvalue()


BOMBS = [
    ("300 MB as a page's content", as_content(zeros(300 * MB), ["/FlateDecode"])),
    ("300 MB as a picture", picture_of(zeros(300 * MB), ["/FlateDecode"])),
    ("300 MB packed twice", picture_of(zlib.compress(zeros(300 * MB), 9), ["/FlateDecode", "/FlateDecode"])),
    ("packed by a way that swells", picture_of(b"\x81\0" * 400_000, ["/RunLengthDecode"])),
    ("packed by a way that nobody knows", picture_of(b"x", ["/Crypt"])),
    ("a picture that says 100,000 × 100,000", picture_of(zeros(MB), ["/FlateDecode"], 100_000, 100_000)),
    ("a photograph larger than it says", picture_of(large_jpeg(), ["/DCTDecode"])),
]


@pytest.mark.parametrize("change", [row[1] for row in BOMBS], ids=[row[0] for row in BOMBS])
def test_what_swells_is_refused_in_little_memory(change):
    sent = written(change)
    assert len(sent) < 2 * MB
    tracemalloc.start()
    try:
        with pytest.raises(NotPossible, match="paper_pages"):
            kept(sent)
        assert tracemalloc.get_traced_memory()[1] < 60 * MB
    finally:
        tracemalloc.stop()


def test_twenty_scanned_pages_are_no_bomb():
    assert MOST_UNPACKED > 20 * 2480 * 3508 // 8  # black and white at 300 dots an inch


def test_a_form_that_draws_itself_ends():
    def change(writer, page):
        look = DecodedStreamObject()
        look.set_data(b"/P Do")
        look.update(dictionary(Subtype=name("/Form"), BBox=ArrayObject([NumberObject(1)] * 4)))
        reference = writer._add_object(look)
        look[name("/Resources")] = dictionary(XObject=dictionary(P=reference))
        page["/Resources"][name("/XObject")] = dictionary(P=reference)

    assert kept(written(change)).startswith(b"%PDF")


# ---- A telephone's photographs --------------------------------------------------------------------------------------


def test_the_library_reads_heic_and_writes_none():
    """Decoders alone: no GPL encoder comes along (LGPL libheif and libde265, BSD the rest)."""
    assert "libde265" in pi_heif.libheif_info()["decoders"]
    assert "x265" not in pi_heif.libheif_info()["encoders"]


# 64 × 48 points of one red, taken by a "CanaryPhone".
A_HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAb5tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAA"
    "ADRpbG9jAAAAAERAAAIAAQAAAAAB4gABAAAAAAAAAB0AAgAAAAAB/wABAAAAAAAAADAAAAA4aWluZgAAAAAAAgAAABVpbmZlAgAA"
    "AAABAABodmMxAAAAABVpbmZlAgAAAQACAABFeGlmAAAAAA5waXRtAAAAAAABAAAA/WlwcnAAAADdaXBjbwAAAHZodmNDAQNwAAAA"
    "kAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq"
    "5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFzwIkAAAATY29scm5jbHgAAQANAAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAAAAAoY2xh"
    "cAAAAEAAAAABAAAAMAAAAAEAAAAAAAAAAv////AAAAACAAAAEHBpeGkAAAAAAwgICAAAABhpcG1hAAAAAAAAAAEAAQWBAgMFhAAA"
    "ABppcmVmAAAAAAAAAA5jZHNjAAIAAQABAAAAVW1kYXQAAAAZKAGvE4D1J4E//9iVH/7c+eH3dnX558tTwAAAAAZFeGlmAABNTQAq"
    "AAAACAABAQ8AAgAAAAwAAAAaAAAAAENhbmFyeVBob25lAA=="
)


def test_a_telephones_heic_is_kept_as_a_photograph_that_everybody_can_open():
    paper = checked(SimpleUploadedFile("IMG_0001.HEIC", A_HEIC))
    assert (paper.name, paper.content_type) == ("IMG_0001.jpg", "image/jpeg")
    picture = Image.open(io.BytesIO(paper.content))
    assert (picture.format, picture.size) == ("JPEG", (64, 48))
    red, green, blue = picture.getpixel((30, 20))
    assert red > 180
    assert max(green, blue) < 70
    assert b"CanaryPhone" in A_HEIC
    assert b"CanaryPhone" not in paper.content
