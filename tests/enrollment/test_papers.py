"""Papers: what a file is stands in its content; what is wrong is refused with its sentence, and nothing is left."""

import io
import resource
import subprocess
import sys
import zipfile
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from accounts.roles import Role
from enrollment.applications.evidence import MOST_PAPERS, attach_papers, content_of, keep_paper, take_back_paper
from enrollment.applications.jpeg_scans import scans_of
from enrollment.applications.paper_check import MOST_BYTES, MOST_BYTES_PHOTOGRAPH, MOST_SCANS, checked, name_of
from enrollment.models import EvidenceFile, EvidenceKind, TimelineEntry
from enrollment.protection.protect import protect_family
from sankecare.errors import NotPossible, Refused
from tests.builders import A_DAY, at, family, user


def file(content, name="課税証明書.pdf"):
    return SimpleUploadedFile(name, content)


def pdf(pages=1, change=lambda writer: None):
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def photograph(size=(40, 30), form="JPEG", **kept):
    out = io.BytesIO()
    Image.new("RGB", size, "white").save(out, form, **kept)
    return out.getvalue()


def with_position():
    exif = Image.Exif()
    exif[0x010F] = "カナリア電話"
    exif.get_ifd(0x8825)[2] = (35.0, 38.0, 46.0)
    return photograph(exif=exif)


def tall_when_turned():
    exif = Image.Exif()
    exif[0x0112] = 6
    return photograph((40, 30), exif=exif)


def huge_png(width=30_000, height=30_000):
    """A PNG that says it is 30,000 × 30,000: a few bytes that would be 2.7 GB."""

    def chunk(kind, data):
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\x00\x00\x00"
    rows = zlib.compress(b"\0" * 1_000_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def zip_file():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("x", b"0" * 10_000_000)
    return out.getvalue()


def opens_a_script(writer):
    script = DictionaryObject({NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("x")})
    writer.root_object[NameObject("/OpenAction")] = writer._add_object(script)


BAD = [
    ("an empty file", b"", "paper_empty"),
    ("20 MB named .pdf", b"%PDF-1.7" + b"0" * (20 * 1024 * 1024), "paper_too_large"),
    ("a PDF one byte too large", b"%PDF-1.7" + b"0" * (MOST_BYTES - 7), "paper_too_large"),
    ("a photograph one byte too large", b"\xff\xd8\xff" + b"0" * (MOST_BYTES_PHOTOGRAPH - 2), "paper_too_large"),
    ("a text named .pdf", "課税証明書".encode(), "paper_type"),
    ("a drawing that runs", b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "paper_type"),
    ("a page", b"<!doctype html><script>1</script>", "paper_type"),
    ("a zip bomb", zip_file(), "paper_type"),
    ("a PDF behind something else", b"GIF89a" + pdf(), "paper_type"),
    ("a program", b"MZ\x90\x00", "paper_type"),
    ("a telephone's HEIC cut off", b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "paper_broken"),
    ("a PDF cut off", pdf()[:60], "paper_broken"),
    ("a PDF of nothing but a head", b"%PDF-1.7\n%%EOF", "paper_broken"),
    ("a locked PDF", pdf(change=lambda writer: writer.encrypt("x")), "paper_locked"),
    ("21 pages", pdf(21), "paper_pages"),
    ("a PDF that runs a script", pdf(change=opens_a_script), "paper_active"),
    ("a PDF that carries a file", pdf(change=lambda w: w.add_attachment("x.exe", b"MZ")), "paper_active"),
    ("a photograph cut off", photograph((400, 400))[:200], "paper_broken"),
    ("a PNG of 30,000 × 30,000", huge_png(), "paper_pixels"),
]


@pytest.mark.parametrize(("content", "code"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_what_is_no_paper_is_refused_with_a_sentence_beside_the_file(content, code):
    with pytest.raises(NotPossible, match=code) as refusal:
        checked(file(content))
    assert list(refusal.value.fields) == ["file"]


@pytest.mark.parametrize(
    ("content", "kept_as"),
    [
        (pdf(), "application/pdf"),
        (pdf(20), "application/pdf"),
        (photograph(), "image/jpeg"),
        (photograph(form="PNG"), "image/jpeg"),
        (photograph((5000, 4000)), "image/jpeg"),
    ],
    ids=["a PDF", "20 pages", "a JPEG", "a PNG", "20 megapixels"],
)
def test_a_paper_is_what_its_content_is_whatever_its_name(content, kept_as):
    assert checked(file(content, "x.exe")).content_type == kept_as


def test_a_photograph_keeps_neither_where_it_was_taken_nor_with_what():
    content = checked(file(with_position())).content
    assert "カナリア電話".encode() not in content
    assert not dict(Image.open(io.BytesIO(content)).getexif())


def test_a_photograph_taken_upright_is_kept_upright_and_no_larger_than_needed():
    turned = Image.open(io.BytesIO(checked(file(tall_when_turned())).content))
    assert turned.size == (30, 40)
    large = Image.open(io.BytesIO(checked(file(photograph((6000, 4000)))).content))
    assert max(large.size) <= 3000


def test_what_hides_behind_a_photograph_is_gone():
    content = checked(file(photograph() + b"<script>alert(1)</script>" + zip_file())).content
    assert b"<script>" not in content
    assert b"PK" not in content[-200:]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("課税証明書.pdf.hta", "課税証明書.pdf"),
        ("課税証明書.pdf .exe", "課税証明書.pdf"),
        ("課税証明書.PDF.lnk", "課税証明書.pdf"),
        ("photo.jpg", "photo.pdf"),
        ("R5.4.1 課税.pdf", "R5.4.1 課税.pdf"),
        ("課税\u200b\u3164.pdf", "課税\u3164.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\x\\課税.pdf", "課税.pdf"),
        ("a\u202efdp.exe", "afdp.pdf"),
        ("...", "名前なし.pdf"),
        (".pdf", "pdf.pdf"),
        ("髙﨑\x00.pdf", "髙﨑.pdf"),
        ("x" * 300 + ".pdf", "x" * 80 + ".pdf"),
    ],
)
def test_a_files_name_is_only_shown(name, shown):
    assert name_of(name, "application/pdf") == shown


def test_a_photograph_called_pdf_is_handed_on_as_a_photograph():
    assert checked(file(photograph(), "photo.pdf")).name == "photo.jpg"
    assert checked(file(pdf(), "photo.jpg")).name == "photo.pdf"


def test_a_large_photograph_costs_little_memory():
    code = (
        "import io,resource,sys;from PIL import Image;sys.path.insert(0,'.');"
        "import os;os.environ['DJANGO_SETTINGS_MODULE']='sankecare.settings';import django;django.setup();"
        "from enrollment.applications.paper_check import checked;"
        "from django.core.files.uploadedfile import SimpleUploadedFile as S;"
        "content=open(sys.argv[1],'rb').read();before=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss;"
        "checked(S('x.jpg',content));print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss-before)//1024)"
    )
    assert resource.getpagesize()
    import tempfile

    with tempfile.NamedTemporaryFile(suffix=".jpg") as kept:
        Image.new("RGB", (10_000, 10_000), "white").save(kept, "JPEG")
        kept.flush()
        used = subprocess.run([sys.executable, "-c", code, kept.name], capture_output=True, text=True, check=True)
    assert int(used.stdout) <= 100


def gone_over(times):
    """A progressive photograph whose last scan comes again and again, each a few bytes."""
    content = photograph((64, 64), progressive=True)
    last = content.rindex(b"\xff\xda")
    return content[:last] + content[last:-2] * times + b"\xff\xd9"


def test_a_photograph_in_several_scans_is_held_whole_by_the_decoder_and_must_be_smaller():
    assert checked(file(photograph((4000, 3000), progressive=True))).content_type == "image/jpeg"
    with pytest.raises(NotPossible, match="paper_pixels"):
        checked(file(photograph((6000, 4000), progressive=True)))


def test_a_photograph_that_is_gone_over_without_end_is_refused():
    assert checked(file(gone_over(5))).content_type == "image/jpeg"
    with pytest.raises(NotPossible, match="paper_pixels"):
        checked(file(gone_over(500)))


def test_scans_are_counted_by_their_markers_not_by_bytes_that_look_like_one():
    hides_one = b"\xff\xe1\x00\x06\xff\xda\x00\x00"
    whole, part = b"\xff\xda\x00\x0c\x03" + b"\0" * 9, b"\xff\xda\x00\x08\x01" + b"\0" * 5
    frame = b"\xff\xc0\x00\x11\x08\x00\x08\x00\x08\x03" + b"\0" * 9
    picture = b"\x12\xff\x00\xda\xff\xd0\x34"
    end = b"\xff\xd9"
    assert scans_of(b"\xff\xd8" + hides_one + frame + whole + picture + end, MOST_SCANS) == 1
    assert scans_of(b"\xff\xd8" + frame + whole + picture + end + whole + picture, MOST_SCANS) == 1
    assert scans_of(b"\xff\xd8" + frame + part + picture + part + picture + part + picture + end, MOST_SCANS) == 3
    assert scans_of(b"\xff\xd8" + frame + part + picture, MOST_SCANS) == 2  # the others must come
    assert scans_of(b"\xff\xd8" + frame.replace(b"\xc0", b"\xc2") + whole + picture + end, MOST_SCANS) == 2
    assert scans_of(b"\xff\xd8" + frame + (part + picture) * 100 + end, MOST_SCANS) == MOST_SCANS + 1
    assert scans_of(photograph(), MOST_SCANS) == 1


# ---- Kept beside the family


def kept(by, home=None, content=None):
    upload = file(content or pdf())
    return keep_paper(family=home, kind=EvidenceKind.TAX, upload=upload, by=by, at=at(A_DAY))


@pytest.mark.django_db
def test_a_paper_is_sealed_in_the_database_and_opens_as_it_was():
    content = pdf()
    row = EvidenceFile.objects.get(pk=kept(user(Role.MOTHER), content=content).pk)
    assert b"%PDF" not in bytes(row.content)
    assert content_of(row) == checked(file(content)).content
    assert PdfReader(io.BytesIO(content_of(row))).get_num_pages() == 1


@pytest.mark.django_db
def test_what_waits_goes_with_the_application_and_can_be_taken_back_before():
    mother, other = user(Role.MOTHER), user(Role.MOTHER)
    home = family(account=mother)
    first, second, others = kept(mother), kept(mother), kept(other)
    take_back_paper(paper=first, by=mother)
    assert attach_papers(family=home, by=mother, at=at(A_DAY)) == 1
    assert list(home.evidence.all()) == [second]
    assert list(TimelineEntry.objects.values_list("happening", flat=True)) == ["evidence_sent"]
    with pytest.raises(Refused, match="paper_sent"):
        take_back_paper(paper=second, by=mother)
    with pytest.raises(Refused, match="paper_sent"):
        take_back_paper(paper=others, by=mother)


@pytest.mark.django_db
def test_nobody_sends_papers_without_end():
    mother = user(Role.MOTHER)
    for _ in range(MOST_PAPERS):
        kept(mother)
    with pytest.raises(Refused, match="too_many_papers"):
        kept(mother)


@pytest.mark.django_db
def test_a_mother_adds_looks_at_and_deletes_her_papers_and_reads_nobody_elses(client):
    mother, other = user(Role.MOTHER), user(Role.MOTHER)
    others = kept(other)
    client.force_login(mother)
    assert client.post("/my/papers/", {"kind": "tax", "file": file(photograph(), "証明書.jpg")}).status_code == 302
    paper = EvidenceFile.objects.get(uploaded_by=mother)
    answer = client.get(f"/papers/{paper.pk}/")
    assert answer["Content-Disposition"].startswith("attachment")
    assert (answer["Cache-Control"], answer["X-Content-Type-Options"]) == ("no-store", "nosniff")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "証明書.jpg" in client.get("/my/papers/").text
    assert client.get(f"/papers/{others.pk}/").status_code == 404
    assert client.post(f"/my/papers/{others.pk}/take-back/").status_code == 404
    client.post(f"/my/papers/{paper.pk}/take-back/")
    assert not EvidenceFile.objects.filter(uploaded_by=mother).exists()


@pytest.mark.django_db
@pytest.mark.parametrize(("content", "code"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_the_page_says_what_is_wrong_beside_the_file_and_keeps_nothing(client, content, code):
    client.force_login(user(Role.MOTHER))
    answer = client.post("/my/papers/", {"kind": "tax", "file": file(content)})
    assert answer.status_code == 422
    assert 'id="id_file_field"' in answer.text
    assert "field-wrong" in answer.text
    assert not EvidenceFile.objects.exists()


@pytest.mark.django_db
def test_staff_open_a_paper_once_it_is_sent_and_it_is_written_down_that_they_looked(client):
    mother, staff = user(Role.MOTHER), user()
    paper = kept(mother)
    client.force_login(staff)
    assert client.get(f"/papers/{paper.pk}/").status_code == 404
    home = family(account=mother)
    attach_papers(family=home, by=mother, at=at(A_DAY))
    assert client.get(f"/papers/{paper.pk}/").status_code == 200
    assert list(home.looks.values_list("user", "page")) == [(staff.pk, "papers:paper")]
    protect_family(family=home, reason="支援措置", by=staff, at=at(A_DAY))
    assert client.get(f"/papers/{paper.pk}/").status_code == 200
    assert list(home.looks.order_by("pk").values_list("sensitive", flat=True)) == [False, True]
    brought = client.post(f"/papers/family/{home.pk}/", {"kind": "tax", "file": file(pdf())})
    assert (brought.status_code, home.evidence.count()) == (302, 2)
