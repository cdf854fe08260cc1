"""Files for people: days and figures are days and figures, pages print, columns are told apart, notes come along."""

import csv
import io
from datetime import date, datetime
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from accounts.roles import Role
from billing.claim_files import claim_pdf, claim_xlsx
from billing.models import Charge, Claim
from billing.receipt import receipt_pdf
from enrollment.letters.letter_files import file_of as file_of_letter
from facilities.models import ServiceKind
from reports.catalogue.consultations import CHAPTER
from reports.files.meeting import as_meeting_pdf, pack_file
from reports.files.paper import as_pdf
from reports.files.text_files import as_csv
from reports.files.workbook import as_xlsx
from reports.formats import flat
from reports.meeting import as_table, meeting_pack
from reports.tables import Table, coverage_table, district_table, facility_year_table
from tests import builders
from tests.factories_two_families import two_worlds

from .factories_files import file_of

pytestmark = pytest.mark.django_db
TODAY = date(2023, 9, 15)
NOTES = ["区立産後ケアセンター 2022: 公表されていない休みを推定した枠：−67", "=SUM(A1)"]


@pytest.fixture
def tables() -> list[Table]:
    for kind in (ServiceKind.SHORT_STAY, ServiceKind.OUTREACH):
        builders.service(kind, builders.pool(slug=f"rooms-{kind}"))
    for slug in ("setagaya", "kitazawa", "tamagawa", "kinuta", "karasuyama"):
        builders.district(slug)
    made = [entry.build([2022, 2023], today=TODAY) for entry in CHAPTER.tables]
    made += [table([2022, 2023], today=TODAY) for table in (facility_year_table, district_table, coverage_table)]
    return [*made, as_table(meeting_pack(2022, today=TODAY))]


def test_no_two_columns_of_a_file_have_one_name(tables):
    for table in tables:
        head = flat(table)[0]
        assert len(set(head)) == len(head), (table.title, head)


def test_facilities_and_kinds_are_called_by_their_names_and_codes_stay_for_programs(tables):
    of_facility = next(table for table in tables if "facility" in table.keys and table.rows)
    assert {line[0] for line in flat(of_facility)[1:]} == {"区立産後ケアセンター"}
    assert {row["facility"] for row in of_facility.rows} == {"ward-centre"}
    topics = next(table for table in tables if "topic" in table.keys)
    assert "topic" not in topics.columns


def test_a_month_is_a_month_to_a_spreadsheet_and_text_to_programs(tables):
    months = next(table for table in tables if "month" in table.keys)
    sheet = load_workbook(io.BytesIO(as_xlsx(file_of(months)))).active
    place = months.columns.index("month")
    cell = sheet.cell(row=2, column=place + 1)
    assert cell.value == datetime(2022, 4, 1)  # noqa: DTZ001 - as a spreadsheet has it
    assert cell.number_format == 'yyyy"年"m"月"'
    assert months.rows[0]["month"] == "2022-04"


def test_every_sheet_prints_as_wide_as_a_page_with_its_head_on_each(tables):
    for table in tables:
        sheet = load_workbook(io.BytesIO(as_xlsx(file_of(table)))).active
        _is_set_up(sheet, wide=len(flat(table)[0]) > 6)


def test_what_must_be_known_of_a_table_stands_in_its_csv_and_runs_nothing():
    table = Table("表", ("fiscal_year", "families"), (), [{"fiscal_year": 2022, "families": 5}], NOTES)
    rows = list(csv.reader(io.StringIO(as_csv(file_of(table)).decode("utf-8-sig"))))
    assert rows[:5] == [["年度", "実数（組）"], ["2022", "5"], [], [NOTES[0]], ["'=SUM(A1)"]]


def test_figures_are_figures(tables):
    of_facility = next(table for table in tables if "facility" in table.keys and table.rows)
    sheet = load_workbook(io.BytesIO(as_xlsx(file_of(of_facility)))).active
    head = [cell.value for cell in sheet[1]]
    row = dict(zip(head, (cell.value for cell in sheet[2]), strict=True))
    assert isinstance(row["延べ枠数（枠）"], int)


def test_every_table_of_a_pdf_has_head_cells():
    own, _others = two_worlds()
    made = {
        "report": as_pdf(file_of(facility_year_table([2023], today=TODAY))),
        "meeting": _meeting(),
        "letter": file_of_letter(own.objects["enrollment.Letter"]),
        "claim": claim_pdf(own.objects["billing.Claim"]),
        "receipt": receipt_pdf(own.objects["billing.Payment"]),
    }
    for name, content in made.items():
        tables_of = list(_tables(content))
        assert tables_of, name
        for kinds in tables_of:
            assert "/TH" in kinds, name
            assert kinds.index("/TH") < kinds.index("/TD"), name


def test_the_claims_workbook_has_days_sums_and_a_page(client):
    own, _others = two_worlds()
    claim = own.objects["billing.Claim"]
    booking = own.objects["bookings.Booking"].pk
    record = claim.snapshot["record"]
    record["coupons"] = [{"booking": booking, "day": "2023-05-10", "number": 3}]
    record["adjustments"] = [{"booking": booking, "day": "2023-05-11", "reason": "訂正", "amount": -1500}]
    book = load_workbook(io.BytesIO(claim_xlsx(Claim(pk=claim.pk, snapshot=claim.snapshot))))
    days = [cell for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, datetime)]
    assert {cell.value.date() for cell in days} == {date(2023, 6, 1), date(2023, 5, 10), date(2023, 5, 11)}
    assert {cell.number_format for cell in days} == {'yyyy"年"m"月"d"日"'}
    for sheet in book:
        _is_set_up(sheet, wide=True)
        head = [cell.value for cell in sheet[1]]
        assert len(set(head)) == len(head), head
    (amount,) = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value == -1500]
    assert amount.number_format == "#,##0"


def test_moments_of_the_audits_file_are_moments_to_a_spreadsheet(client):
    own, _others = two_worlds()
    client.force_login(own.people[Role.AUDITOR])
    family = own.objects["enrollment.Family"]
    client.get(reverse("audit:family", args=[family.pk]))
    text = client.get(reverse("audit:family-file", args=[family.pk])).content.decode("utf-8-sig")
    moments = [row[0] for row in csv.reader(io.StringIO(text))][1:]
    assert len(moments) > 3
    # The form that LibreOffice and Excel read as date and time of themselves.
    assert all(datetime.strptime(moment, "%Y-%m-%d %H:%M:%S") for moment in moments)  # noqa: DTZ007
    assert Charge.objects.exists()


# ---- What is behind -------------------------------------------------------------------------------------------------


def _meeting() -> bytes:
    pack = meeting_pack(2022, today=TODAY)
    file = pack_file(pack, counted_to=TODAY, made_at=builders.at(TODAY), made_by="検査", address="http://testserver/")
    return as_meeting_pdf(pack, file)


def _is_set_up(sheet: Any, *, wide: bool) -> None:
    assert str(sheet.page_setup.paperSize) == "9"
    assert (sheet.page_setup.orientation == "landscape") is wide
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (int(sheet.page_setup.fitToWidth or 1), int(sheet.page_setup.fitToHeight)) == (1, 0)
    assert sheet.print_title_rows == "$1:$1"
    assert "&P / &N" in f"&{sheet.oddFooter.right.text}" or "&P" in str(sheet.oddFooter.right.text)
    assert sheet.freeze_panes == "A2"


def _tables(content: bytes) -> Any:
    """For each table of a tagged PDF the kinds of its parts, in order."""

    def kinds_below(node: Any) -> list[str]:
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            return [kind for child in node for kind in kinds_below(child)]
        if not isinstance(node, dict):
            return []
        return [str(node["/S"])] * ("/S" in node) + kinds_below(node.get("/K", []))

    def find(node: Any) -> Any:
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for child in node:
                yield from find(child)
        elif isinstance(node, dict):
            if node.get("/S") == "/Table":
                yield kinds_below(node)
            else:
                yield from find(node.get("/K", []))

    yield from find(PdfReader(io.BytesIO(content)).trailer["/Root"]["/StructTreeRoot"]["/K"])
