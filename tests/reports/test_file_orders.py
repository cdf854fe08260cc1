"""頼んだファイル: the annual report and the workbook of all tables, made in the background, for who asked alone."""

import hashlib
import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from pypdf import PdfReader

from accounts.models import FileTaken
from accounts.roles import Role
from bookings.models import Booking, BookingDay, BookingState, DayStatus
from facilities.models import ServiceKind
from reports.catalogue.contents import contents
from reports.files import making
from reports.files.making import make_files
from reports.files.ordering import DAYS_KEPT, MOST_AT_ONCE, content_of, forget_files
from reports.models import FileOrder, OrderState
from reports.tasks import forget_the_files, make_the_files
from tests import builders
from tests.as_owner import as_owner

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def supervisor() -> Client:
    client = Client()
    client.force_login(builders.user(Role.SUPERVISOR))
    return client


@pytest.fixture
def two_years() -> None:
    for slug in ("setagaya", "kitazawa", "tamagawa", "kinuta", "karasuyama"):
        builders.district(slug)
    service = builders.service(ServiceKind.SHORT_STAY, builders.pool(15))
    for first, days in ((date(2022, 5, 1), 5), (date(2023, 5, 1), 3)):
        registration = builders.registration(builders.family(), born=first - timedelta(days=20))
        booking = Booking.objects.create(
            registration=registration, service=service, state=BookingState.DEPARTED, booked_at=builders.at(first)
        )
        BookingDay.objects.bulk_create(
            BookingDay(booking=booking, day=first + timedelta(days=number), status=DayStatus.USED)
            for number in range(days)
        )


def ordered(client: Client, kind: str = "annual", **changes: Any) -> FileOrder:
    sent = {
        "kind": kind,
        "first_year": "2022",
        "last_year": "2023",
        "key": f"k-{FileOrder.objects.count()}",
        **changes,
    }
    answer = client.post(reverse("supervisor:files"), sent)
    assert answer.status_code == 302
    return FileOrder.objects.latest("pk")


def taken(client: Client, order: FileOrder) -> Any:
    return client.get(reverse("supervisor:file-take", args=[order.pk]))


def test_a_report_is_ordered_made_and_taken_and_it_is_written_down(supervisor, two_years):
    order = ordered(supervisor)
    assert taken(supervisor, order).status_code == 404
    assert "作成待ち" in supervisor.get(reverse("supervisor:files")).text
    make_the_files()
    order.refresh_from_db()
    assert (order.state, order.done, order.tables) == (OrderState.READY, len(contents()), len(contents()))
    answer = taken(supervisor, order)
    assert answer["Content-Type"] == "application/pdf"
    assert hashlib.sha256(answer.content).hexdigest() == order.digest
    assert len(answer.content) == order.size
    (row,) = FileTaken.objects.all()
    assert (row.digest, row.families_counted, row.what) == (order.digest, 2, "年次報告書（PDF） 2022–2023")
    assert order.digest in supervisor.get(reverse("supervisor:files")).text


def test_the_annual_report_has_contents_all_tables_numbered_charts_notes_and_its_digest(supervisor, two_years):
    order = ordered(supervisor)
    make_the_files()
    order.refresh_from_db()
    reader = PdfReader(io.BytesIO(content_of(order)))
    words = "".join(page.extract_text() for page in reader.pages).replace("\n", "").replace(" ", "")
    for table in contents():
        assert words.count(f"表{table.number}") >= 2, table.number  # in the contents and at its place
    assert order.rows_digest in words
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()
    assert len(reader.outline) > 0
    assert not any(page.images for page in reader.pages)


def test_the_workbook_has_a_sheet_a_table_with_links_from_its_contents(supervisor, two_years):
    order = ordered(supervisor, "workbook")
    make_the_files()
    order.refresh_from_db()
    book = load_workbook(io.BytesIO(content_of(order)))
    assert book.sheetnames[0] == "目次"
    assert book.sheetnames[-1] == "注"
    for table in contents():
        assert any(name.startswith(f"{table.number} ") for name in book.sheetnames), table.number
    links = [cell.hyperlink.location for row in book["目次"].iter_rows() for cell in row if cell.hyperlink]
    sheets = {link.split("!")[0].strip("'") for link in links}
    assert sheets <= {*book.sheetnames}
    assert len(links) == 2 * len(contents())


def test_nobody_takes_or_sees_the_file_of_another(supervisor, two_years):
    order = ordered(supervisor)
    make_the_files()
    for role in (Role.SUPERVISOR, Role.WARD_STAFF, Role.AUDITOR):
        other = Client()
        other.force_login(builders.user(role))
        assert taken(other, order).status_code == 404
        assert other.get(reverse("supervisor:files")).context["orders"] == []


def test_what_is_kept_is_sealed_and_goes_on_its_end_date_and_the_record_of_it_stays(supervisor, two_years):
    order = ordered(supervisor)
    make_the_files()
    order.refresh_from_db()
    assert not bytes(order.content).startswith(b"%PDF")
    with transaction.atomic():
        assert forget_files(at=order.ends_at - timedelta(minutes=1)) == 0
        assert forget_files(at=order.ready_at + DAYS_KEPT) == 1
    order.refresh_from_db()
    assert (order.state, bytes(order.content)) == (OrderState.DELETED, b"")
    assert order.digest
    assert taken(supervisor, order).status_code == 404
    forget_the_files()


def test_the_same_form_sent_twice_is_one_file(supervisor, two_years):
    ordered(supervisor, key="same")
    ordered(supervisor, key="same")
    assert FileOrder.objects.count() == 1


def test_one_person_has_so_many_files_made_at_once_and_is_told(supervisor, two_years):
    for _number in range(MOST_AT_ONCE):
        ordered(supervisor)
    sent = {"kind": "annual", "first_year": "2022", "last_year": "2023", "key": "more"}
    answer = supervisor.post(reverse("supervisor:files"), sent)
    assert answer.status_code == 422
    assert FileOrder.objects.count() == MOST_AT_ONCE


def test_years_in_reverse_and_years_without_records_are_refused_in_words(supervisor, two_years):
    for years in ({"first_year": "2023", "last_year": "2022"}, {"first_year": "1850", "last_year": "2022"}):
        sent = {"kind": "annual", "key": "x", **years}
        assert supervisor.post(reverse("supervisor:files"), sent).status_code == 422
    assert not FileOrder.objects.exists()


def test_what_cannot_be_made_is_said_and_the_next_one_is_made(supervisor, two_years, monkeypatch):
    first, second = ordered(supervisor), ordered(supervisor, "workbook")
    real = making.report_pdf

    def broken(*_files: Any, **_words: Any) -> bytes:
        raise ValueError

    monkeypatch.setattr(making, "report_pdf", broken)
    assert make_files(now=timezone.now) == 0
    monkeypatch.setattr(making, "report_pdf", real)
    assert make_files(now=timezone.now) == 1
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (OrderState.FAILED, OrderState.READY)
    assert "作成できませんでした" in supervisor.get(reverse("supervisor:files")).text


def test_what_a_worker_left_is_made_again_but_not_for_ever(supervisor, two_years):
    order = ordered(supervisor)
    long_ago = timezone.now() - timedelta(hours=1)
    FileOrder.objects.filter(pk=order.pk).update(state=OrderState.MAKING, touched_at=long_ago, tries=1)
    assert make_files(now=timezone.now) == 1
    other = ordered(supervisor)
    FileOrder.objects.filter(pk=other.pk).update(state=OrderState.MAKING, touched_at=long_ago, tries=3)
    assert make_files(now=timezone.now) == 0
    other.refresh_from_db()
    assert other.state == OrderState.FAILED


def test_the_database_keeps_no_half_made_file_and_no_order_is_changed_or_deleted(supervisor, two_years):
    order = ordered(supervisor)
    rows = FileOrder.objects.filter(pk=order.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(state=OrderState.READY)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(content=b"x")
    for change in (lambda: rows.update(first_year=2020), rows.delete):
        with pytest.raises(Exception, match="Cannot"), transaction.atomic(), as_owner():
            change()


def test_a_system_with_nothing_in_it_has_a_report_that_says_so(supervisor):
    this_year = timezone.localdate().year - (timezone.localdate().month < 4)
    order = ordered(supervisor, first_year=str(this_year), last_year=str(this_year))
    make_the_files()
    order.refresh_from_db()
    assert order.state == OrderState.READY
    assert "数えるものがありません" in PdfReader(io.BytesIO(content_of(order))).pages[-1].extract_text().replace(
        "\n", ""
    )
