"""Files of the catalogue's tables: opened as their readers do; every one written down, with its digest."""

import csv
import hashlib
import io
import json
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook, load_workbook
from pypdf import PdfReader

from accounts.models import FileTaken
from accounts.roles import Role
from bookings.models import Booking, BookingDay, BookingState, DayStatus
from facilities.models import Facility, ServiceKind
from reports.catalogue.contents import contents
from reports.files import cp932
from tests import builders

pytestmark = pytest.mark.django_db
FORMATS = ("xlsx", "pdf", "csv", "cp932", "json")


@pytest.fixture
def supervisor() -> Client:
    client = Client()
    client.force_login(builders.user(Role.SUPERVISOR))
    return client


@pytest.fixture
def two_years() -> None:
    """Two fiscal years of a facility, three families, one of them in both years."""
    for slug in ("setagaya", "kitazawa", "tamagawa", "kinuta", "karasuyama"):
        builders.district(slug)
    service = builders.service(ServiceKind.SHORT_STAY, builders.pool(15))
    for first, days in ((date(2022, 5, 1), 5), (date(2022, 6, 1), 2), (date(2023, 5, 1), 3)):
        registration = builders.registration(builders.family(), born=first - timedelta(days=20))
        booking = Booking.objects.create(
            registration=registration, service=service, state=BookingState.DEPARTED, booked_at=builders.at(first)
        )
        BookingDay.objects.bulk_create(
            BookingDay(booking=booking, day=first + timedelta(days=number), status=DayStatus.USED)
            for number in range(days)
        )


def taken(client: Client, slug: str, file_format: str, **years: Any) -> Any:
    answer = client.get(reverse("supervisor:table-file", args=[slug, file_format]), years)
    assert answer.status_code == 200, (slug, file_format)
    return answer


def book_of(client: Client, slug: str) -> Workbook:
    return load_workbook(io.BytesIO(taken(client, slug, "xlsx").content))


def csv_of(content: bytes, code: str = "utf-8-sig") -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(code))))


# ---- Every table, every kind ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("file_format", FORMATS)
def test_each_table_is_a_file_of_each_kind_with_records_and_without(supervisor, two_years, file_format):
    for table in contents():
        taken(supervisor, table.entry.slug, file_format)
    BookingDay.objects.all().delete()
    for table in contents():
        taken(supervisor, table.entry.slug, file_format)
    assert FileTaken.objects.count() == 2 * len(contents())


def test_the_same_figures_have_the_same_digest_in_every_file_and_others_another(supervisor, two_years):
    told = json.loads(taken(supervisor, "facility-year", "json").content)
    digest = told["sha256_of_rows"]
    written = json.dumps(told["rows"], ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    assert hashlib.sha256(written).hexdigest() == digest
    assert digest in taken(supervisor, "facility-year", "csv").content.decode("utf-8-sig")
    assert digest in taken(supervisor, "facility-year", "cp932").content.decode("cp932")
    notes = book_of(supervisor, "facility-year")["注"]
    assert digest in [cell.value for row in notes.iter_rows() for cell in row]
    pages = PdfReader(io.BytesIO(taken(supervisor, "facility-year", "pdf").content)).pages
    assert digest in re.sub(r"\s", "", "".join(page.extract_text() for page in pages))
    of_one_year = json.loads(taken(supervisor, "facility-year", "json", **{"from": 2023}).content)
    assert of_one_year["sha256_of_rows"] != digest


# ---- Excel ----------------------------------------------------------------------------------------------------------


def test_a_workbook_has_numbers_names_a_head_that_stays_a_chart_and_notes(supervisor, two_years):
    book = book_of(supervisor, "facility-year")
    assert [sheet.title for sheet in book] == ["1-1 施設別・年度別の利用実績", "1-1 グラフ", "注"]
    sheet = book.worksheets[0]
    head = [cell.value for cell in sheet[1]]
    row = dict(zip(head, sheet[2], strict=True))
    assert (row["施設"].value, row["合計（延べ日数）"].value) == ("区立産後ケアセンター", 7)
    assert (row["稼働率（%）"].data_type, row["稼働率（%）"].number_format) == ("n", "0.0")
    assert sheet.freeze_panes == "A2"
    names = book.defined_names
    assert names["t_facility_year"].attr_text == f"'{sheet.title}'!$A$1:${_last_column(sheet)}$3"
    assert names["t_facility_year.total_days"].attr_text.endswith("!$E$2:$E$3")
    chart = book.worksheets[1]
    assert len(chart._charts) == 1
    assert [cell.value for cell in chart[1]][:2] == ["年度", "区立産後ケアセンター"]


def test_the_notes_say_what_is_counted_how_from_where_when_and_by_whom(supervisor, two_years):
    notes = book_of(supervisor, "facility-year")["注"]
    told = {row[0].value: row[1].value for row in notes.iter_rows(min_row=2)}
    whence = ("もとの記録", "いつ現在", "作った人", "この表のURL（引用用）", "行のSHA-256")
    for label in ("数えたもの", "数え方と端数", *whence):
        assert told[label], label


def test_what_was_typed_by_a_person_is_no_formula(supervisor, two_years):
    Facility.objects.update(name="=SUM(A1)")
    sheet = book_of(supervisor, "facility-year").worksheets[0]
    assert (sheet["A2"].value, sheet["A2"].data_type) == ("=SUM(A1)", "s")
    assert csv_of(taken(supervisor, "facility-year", "csv").content)[1][0] == "'=SUM(A1)"


# ---- CSV ------------------------------------------------------------------------------------------------------------


def test_a_csv_in_utf_8_says_so_by_its_mark_and_keeps_every_character(supervisor, two_years):
    Facility.objects.update(name="𠮷田の家 髙－﨑")
    content = taken(supervisor, "facility-year", "csv").content
    assert content.startswith(b"\xef\xbb\xbf")
    assert csv_of(content)[1][0] == "𠮷田の家 髙－﨑"


def test_a_csv_in_cp932_lists_what_it_cannot_write_and_changes_nothing_else(supervisor, two_years):
    Facility.objects.update(name="𠮷田の家 髙﨑 −5")
    rows = csv_of(taken(supervisor, "facility-year", "cp932").content, "cp932")
    assert rows[1][0] == "〓田の家 髙﨑 －5"
    start = next(number for number, row in enumerate(rows) if row == ["CP932で書けない文字"])
    listed = {row[0]: row[1] for row in rows[start + 2 :]}
    assert listed["U+20BB7"] == "〓"
    assert listed["U+2212"].lstrip("'") == "－"


def test_where_cp932_has_every_character_nothing_is_listed():
    content, replaced = cp932.encoded("世田谷 髙﨑①㈱ ～－ 82.4%\r\n")
    assert replaced == []
    assert content.decode("cp932") == "世田谷 髙﨑①㈱ ～－ 82.4%\r\n"


@pytest.mark.parametrize(
    ("character", "by"),
    [("−", "－"), ("〜", "～"), ("𠮷", "〓"), ("é", "〓"), ("—", "―"), ("😀", "〓"), ("葛󠄀"[1], "〓"), ("¥", "￥")],
)
def test_a_character_that_cp932_does_not_have_is_told(character, by):
    content, (one,) = cp932.encoded(f"a{character}b{character}")
    assert content.decode("cp932") == f"a{by}b{by}"
    assert (one.character, one.by, one.times) == (character, by, 2)
    assert chr(int(one.code_point.removeprefix("U+"), 16)) == character


# ---- Paper ----------------------------------------------------------------------------------------------------------


def test_the_paper_is_tagged_names_its_language_and_tells_its_chart_in_words(supervisor, two_years):
    reader = PdfReader(io.BytesIO(taken(supervisor, "facility-year", "pdf").content))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "ja"
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()
    kinds = list(_nodes(root["/StructTreeRoot"]))
    names = [str(node["/S"]) for node in kinds]
    assert {"/Table", "/TH", "/TD", "/H1", "/Figure"} <= set(names)
    assert all(node.get("/Alt") for node in kinds if node["/S"] == "/Figure")
    images = [image for page in reader.pages for image in page.images]
    assert images == []  # the chart is drawn, not a picture of points


# ---- Who takes what is written down ---------------------------------------------------------------------------------


def test_a_file_of_figures_says_which_table_how_many_families_and_its_digest(supervisor, two_years):
    answer = taken(supervisor, "facility-year", "csv", **{"from": 2022, "to": 2022})
    (row,) = FileTaken.objects.all()
    assert (row.what, row.families, row.families_counted) == ("表1-1　施設別・年度別の利用実績 2022-2022", 0, 2)
    assert row.digest == hashlib.sha256(answer.content).hexdigest()
    auditor = Client()
    auditor.force_login(builders.user(Role.AUDITOR))
    (told,) = auditor.get(reverse("audit:files")).context["rows"]
    assert told[0].details == (
        "表1-1　施設別・年度別の利用実績 2022-2022",
        "CSV、2世帯を数えた",
        f"SHA-256：{row.digest}",
    )


def test_the_name_of_a_file_is_one_for_people(supervisor, two_years):
    name = taken(supervisor, "facility-year", "xlsx")["Content-Disposition"]
    assert name.startswith("attachment; filename*=utf-8''%E8%A1%A81-1_")
    assert name.endswith("_2022-2023.xlsx")


@pytest.mark.parametrize("years", [{"from": "1850"}, {"to": "2021"}, {"from": "abcd"}, {"from": "2024", "to": "2022"}])
def test_years_without_records_and_what_is_no_year_have_no_file_and_it_says_why(supervisor, two_years, years):
    answer = supervisor.get(reverse("supervisor:table-file", args=["districts", "csv"]), years)
    assert answer.status_code == 422
    assert "年度" in answer.text
    assert not FileTaken.objects.exists()


def test_an_unknown_table_and_an_unknown_kind_have_no_file(supervisor):
    assert supervisor.get(reverse("supervisor:table-file", args=["no-such", "csv"])).status_code == 404
    assert supervisor.get(reverse("supervisor:table-file", args=["districts", "exe"])).status_code == 404


# ---- What is behind -------------------------------------------------------------------------------------------------


def _last_column(sheet: Any) -> str:
    return str(sheet.cell(row=1, column=len([cell for cell in sheet[1] if cell.value])).column_letter)


def _nodes(node: Any) -> Any:
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        for child in node:
            yield from _nodes(child)
    elif isinstance(node, dict):
        if "/S" in node:
            yield node
        yield from _nodes(node.get("/K", []))
