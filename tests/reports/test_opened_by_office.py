"""The files for people as LibreOffice opens them: days are days, nothing is cut, names keep their signs."""

import csv
import io
import shutil
import subprocess
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from accounts.roles import Role
from billing.claim_files import claim_xlsx
from billing.models import Claim
from facilities.models import ServiceKind
from reports.files.text_files import as_csv
from reports.files.workbook import as_xlsx
from reports.tables import Table, coverage_table, facility_year_table
from tests import builders
from tests.factories_two_families import World, two_worlds

from .factories_files import file_of

pytestmark = pytest.mark.django_db
TODAY = date(2023, 9, 15)
# UTF-8 with commas, the columns as they are, Japanese.
READ_CSV = "CSV:44,34,76,1,,1041,false,true"
# UTF-8 with commas, every cell as it is shown.
WRITE_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,1041,false,true"

Opened = Callable[[str, bytes, str], bytes]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    """Open a file of a name in LibreOffice and return it as the other kind."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("no LibreOffice here: apt-get install libreoffice-calc-nogui")
    profile = tmp_path_factory.mktemp("profile")

    def convert(name: str, content: bytes, to: str) -> bytes:
        folder: Path = tmp_path_factory.mktemp("opened")
        (folder / name).write_bytes(content)
        reading = [f"--infilter={READ_CSV}"] if name.endswith(".csv") else []
        command = [office, f"-env:UserInstallation=file://{profile}", "--headless", *reading]
        command += ["--convert-to", to, "--outdir", str(folder / "out"), str(folder / name)]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        (made,) = (folder / "out").iterdir()
        return made.read_bytes()

    return convert


@pytest.fixture
def worlds() -> tuple[World, World]:
    return two_worlds()


def test_a_claim_prints_a_page_a_sheet_and_shows_its_days_as_days(opened, worlds):
    claim = worlds[0].objects["billing.Claim"]
    booking = worlds[0].objects["bookings.Booking"].pk
    claim.snapshot["record"]["coupons"] = [{"booking": booking, "day": "2023-05-10", "number": 3}]
    content = claim_xlsx(Claim(pk=claim.pk, snapshot=claim.snapshot))
    sheets = len(load_workbook(io.BytesIO(content)).sheetnames)
    pages = PdfReader(io.BytesIO(opened("claim.xlsx", content, "pdf"))).pages
    assert 1 <= len(pages) <= sheets
    assert all(float(page.mediabox.width) > float(page.mediabox.height) for page in pages)
    printed = "".join(page.extract_text() for page in pages)
    assert "###" not in printed
    for words in ("区立産後ケアセンター", "2023年6月1日", "2023年5月10日", "課税区分", "クーポンの番号"):
        assert words in printed, words


def test_a_report_is_as_wide_as_its_page_and_its_figures_are_figures(opened):
    builders.service(ServiceKind.SHORT_STAY, builders.pool(slug="rooms"))
    for slug in ("setagaya", "kitazawa", "tamagawa", "kinuta", "karasuyama"):
        builders.district(slug)
    for made in (facility_year_table([2022, 2023], today=TODAY), coverage_table([2022, 2023], today=TODAY)):
        content = as_xlsx(file_of(made))
        pages = PdfReader(io.BytesIO(opened("report.xlsx", content, "pdf"))).pages
        assert not any("###" in page.extract_text() for page in pages)
        shown = list(csv.reader(io.StringIO(opened("report.xlsx", content, WRITE_CSV).decode("utf-8-sig"))))
        head = [str(cell.value) for cell in load_workbook(io.BytesIO(content)).active[1]]
        assert shown[0] == head
        figures = [cell for row in shown[1:3] for cell in row[1:] if cell.replace(",", "").isdigit()]
        assert figures, shown[1:3]


def test_a_csv_opens_with_its_names_whole_and_runs_nothing(opened):
    name = "髙﨑 𠮷子"
    table = Table("表", ("fiscal_year", "families"), (), [{"fiscal_year": 2022, "families": 5}], [name, "=SUM(A1)"])
    sheet = load_workbook(io.BytesIO(opened("table.csv", as_csv(file_of(table)), "xlsx"))).active
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert [cell.value for cell in cells[:6]] == ["年度", "実数（組）", 2022, 5, name, "'=SUM(A1)"]
    assert cells[6].value == "表"  # what the table is, below its rows
    assert not [cell.value for cell in cells if cell.data_type == "f"]


def test_the_audits_moments_are_moments_in_a_spreadsheet(opened, worlds, client):
    client.force_login(worlds[0].people[Role.AUDITOR])
    family = worlds[0].objects["enrollment.Family"].pk
    client.get(reverse("audit:family", args=[family]))
    content = client.get(reverse("audit:family-file", args=[family])).content
    sheet = load_workbook(io.BytesIO(opened("audit.csv", content, "xlsx"))).active
    moments = [row[0].value for row in sheet.iter_rows(min_row=2) if row[0].value is not None]
    assert len(moments) > 3
    assert all(isinstance(moment, datetime) for moment in moments)
