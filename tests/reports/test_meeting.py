"""合同会議資料: the year's counts from the rows themselves, small ones masked, in every format."""

import csv
import hashlib
import io
import json
import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from accounts.models import FileTaken
from accounts.roles import Role
from care.models import Incident, IncidentKind, SafetyChapter, Severity
from facilities.models import District, PublicHoliday
from referrals.acknowledge import acknowledge_referral
from referrals.close import withdraw_referral
from referrals.models import Concern, ContactWay, Ground, Met, Outcome, RecipientKind, ReferralPolicy, Urgency
from reports.meeting import as_table, meeting_pack
from reports.meeting_queries import meeting_figures
from reports.models import PracticeNote, PracticeState
from tests import builders
from tests.builders import TOKYO
from tests.referrals.factories_referrals import CANARIES, scene
from tests.referrals.steps import close_referral, record_contact, reopen_referral

pytestmark = pytest.mark.django_db(transaction=True)
YEAR, TODAY = 2023, date(2024, 6, 1)
ROW_KEYS = {
    *("fiscal_year", "section", "item", "figure", "value"),
    *("section_name", "item_name", "figure_name", "shown"),
}


@pytest.fixture
def here():
    return scene()


def moment(text):
    return datetime.fromisoformat(text).replace(tzinfo=TOKYO)


def raised(here, *texts, **given):
    return [here.raised(at=moment(text), **given) for text in texts]


def figures(today=TODAY):
    return meeting_figures(YEAR, today=today)


def shown(section, item, figure="count", today=TODAY):
    rows = as_table(meeting_pack(YEAR, today=today)).rows
    return next(
        row["shown"] for row in rows if (row["section"], row["item"], row["figure"]) == (section, item, figure)
    )


def test_referrals_raised_in_the_year_are_counted_to_its_last_moment(here):
    inside = ("2023-04-01 00:00", "2023-05-10 10:00", "2024-03-31 23:59:59")
    raised(here, *inside, "2023-03-31 23:59:59", "2024-04-01 00:00")
    assert figures().by_district == {"setagaya": 3}
    assert figures(today=date(2023, 5, 9)).by_district == {"setagaya": 1}
    assert meeting_figures(2030, today=TODAY).by_district == {}


def test_each_is_counted_by_recipient_concern_ground_and_urgency(here):
    raised(here, "2023-05-10 10:00", "2023-05-11 10:00", concerns=[Concern.MOOD, Concern.GROWTH])
    raised(
        here,
        "2023-05-12 10:00",
        recipient=RecipientKind.CASEWORKER,
        concerns=[Concern.VIOLENCE],
        ground=Ground.ABUSE,
        urgency=Urgency.TODAY,
    )
    transaction.atomic(withdraw_referral)(
        referral=raised(here, "2023-05-12 11:00")[0], by=here.operator, at=moment("2023-05-12 11:30")
    )
    found = figures()
    assert found.by_recipient == {RecipientKind.HEALTH_NURSE: 2, RecipientKind.CASEWORKER: 1}
    assert {key: count for key, count in found.by_concern.items() if count} == {
        Concern.MOOD: 2,
        Concern.GROWTH: 2,
        Concern.VIOLENCE: 1,
    }
    assert {key: count for key, count in found.by_ground.items() if count} == {Ground.CONSENT: 2, Ground.ABUSE: 1}
    assert found.by_urgency == {Urgency.TODAY: 1, Urgency.SOON: 0, Urgency.NORMAL: 2}
    assert found.not_received == 3


def test_how_soon_they_were_received_in_working_hours_by_the_policy_of_the_day(here):
    ReferralPolicy.objects.create(period=(date(2023, 6, 1), None), acknowledge_hours=8)
    PublicHoliday.objects.create(day=date(2023, 5, 15), name="休日")
    for begins, ends in (
        ("2023-05-10 10:00", "2023-05-10 12:00"),  # 2 hours
        ("2023-05-12 16:15", "2023-05-16 09:30"),  # Friday to Tuesday over a holiday: 2 hours
        ("2023-05-17 09:00", "2023-05-17 14:00"),  # 5 hours: later than the 4 of that time
        ("2023-06-07 09:00", "2023-06-07 14:00"),  # 5 hours: within the 8 of that time
    ):
        transaction.atomic(acknowledge_referral)(referral=raised(here, begins)[0], by=here.nurse, at=moment(ends))
    times = figures().responses
    assert (times.received, times.within) == (4, 3)
    assert (times.within_percent, times.median_hours, times.p90_hours) == (
        Decimal("75.0"),
        Decimal("2.0"),
        Decimal("5.0"),
    )


def test_what_came_of_them_contacts_and_those_taken_up_again(here):
    first, second = raised(here, "2023-05-10 10:00", "2023-05-10 11:00")
    raised(here, "2023-05-11 10:00")
    for referral in (first, second):
        transaction.atomic(acknowledge_referral)(referral=referral, by=here.nurse, at=moment("2023-05-10 13:00"))
    said = {"made_at": moment("2023-05-11 10:00"), "by": here.nurse, "at": moment("2023-05-11 11:00")}
    record_contact(referral=first, way=ContactWay.NOT_REACHED, **said)
    record_contact(referral=first, way=ContactWay.PHONE, met=Met.MOTHER, text="話した", **said)
    for referral in (first, second):
        close_referral(
            referral=referral, kind=Outcome.SETTLED, outcome="落ち着いた", by=here.nurse, at=moment("2023-05-12 10:00")
        )
    reopen_referral(referral=second, reason="再び", by=here.nurse, at=moment("2023-05-15 10:00"))
    found = figures()
    assert {str(key): count for key, count in found.by_outcome.items() if count} == {
        "settled": 1,
        "raised": 1,
        "acknowledged": 1,
    }
    assert {str(key): count for key, count in found.happenings.items() if count} == {"reopened": 1}
    assert {str(key): count for key, count in found.contacts.items() if count} == {"not_reached": 1, "phone": 1}


def test_near_misses_and_incidents_are_counted_by_chapter(here):
    period = (builders.LONG_AGO, None)
    sleep, falls = (
        SafetyChapter.objects.create(number=number, name=name, name_en=name, period=period)
        for number, name in ((1, "睡眠"), (2, "転落"))
    )
    for day, chapter, kind, severity in (
        ("2023-05-10", sleep, IncidentKind.NEAR_MISS, Severity.NO_HARM),
        ("2023-05-11", sleep, IncidentKind.INCIDENT, Severity.UNCONSCIOUS),
        ("2022-05-11", falls, IncidentKind.INCIDENT, Severity.SLIGHT),
    ):
        Incident.objects.create(
            facility=here.operator.facility,
            kind=kind,
            chapter=chapter,
            happened_at=moment(f"{day} 10:00"),
            place="居室",
            what_happened="カナリア",
            done_at_once="見守った",
            severity=severity,
            first_due_on=date(2023, 5, 12) if severity == Severity.UNCONSCIOUS else None,
            second_due_on=date(2023, 6, 11) if severity == Severity.UNCONSCIOUS else None,
            recorded_at=moment(f"{day} 11:00"),
            recorded_by=here.operator,
        )
    nothing = {"near_miss": 0, "incident": 0, "serious": 0}
    assert [(number, counts) for number, _name, counts in figures().incidents] == [
        ("1", {"near_miss": 1, "incident": 1, "serious": 1}),
        ("2", nothing),
    ]
    assert shown("incidents", "1", "serious") == "x"


def test_small_counts_are_masked_and_none_follows_from_a_total(here):
    raised(here, *(f"2023-05-{day} 10:00" for day in range(10, 16)))
    raised(here, "2023-05-16 10:00", ground=Ground.NOTICE)
    assert [shown("referrals_by_ground", ground) for ground in (Ground.NOTICE, Ground.CONSENT)] == ["x", "x"]
    assert shown("referrals_by_ground", "total") == 7
    assert shown("referrals_by_district", "setagaya") == 7
    row = next(row for row in as_table(meeting_pack(YEAR, today=TODAY)).rows if row["shown"] == "x")
    assert row["value"] is None


def test_two_two_and_five_of_nine_are_not_to_be_solved_for(here):
    """Were only the small ones hidden, 9 less 5 would say that both are 2."""
    for ground, days in ((Ground.NOTICE, (10, 11)), (Ground.ABUSE, (12, 15)), (Ground.CONSENT, (16, 17, 18, 19, 22))):
        raised(here, *(f"2023-05-{day} 10:00" for day in days), ground=ground)
    assert {shown("referrals_by_ground", ground) for ground in (Ground.NOTICE, Ground.ABUSE, Ground.CONSENT)} == {"x"}
    assert shown("referrals_by_ground", "total") == 9


def test_every_table_of_the_pack_has_one_total_and_none_gives_anothers_hidden_count(here):
    """Nine, of which two wait: received, and what came of them, would each give the two by the other."""
    made = raised(here, *(f"2023-05-{day} 10:00" for day in (10, 11, 12, 15, 16, 17, 18, 19, 22)))
    for referral in made[2:]:
        when = referral.raised_at + timedelta(hours=1)
        transaction.atomic(acknowledge_referral)(referral=referral, by=here.nurse, at=when)
    transaction.atomic(withdraw_referral)(
        referral=raised(here, "2023-05-23 10:00")[0], by=here.operator, at=moment("2023-05-23 10:30")
    )
    totals = ("referrals_by_district", "referrals_by_ground", "referrals_by_urgency", "outcomes")
    assert [shown(section, "total") for section in totals] == [9] * 4
    assert [shown("response", "all", figure) for figure in ("received", "not_received", "within_percent")] == [
        *("x", "x", "x")
    ]
    assert [shown("outcomes", item) for item in ("raised", "acknowledged", "withdrawn")] == ["x", "x", "x"]


def test_of_a_running_year_the_pack_changes_once_a_month_and_in_steps(here):
    raised(here, *(f"2023-05-{day:02} 10:00" for day in (1, 2, 8, 9, 10, 11, 12)))
    assert [shown("referrals_by_district", "total", today=date(2023, 6, day)) for day in (1, 15, 30)] == [5] * 3
    assert shown("referrals_by_district", "total", today=date(2023, 5, 31)) == 0
    raised(here, "2023-06-01 10:00")
    assert shown("referrals_by_district", "total", today=date(2023, 6, 30)) == 5
    assert shown("referrals_by_district", "total", today=date(2023, 7, 1)) == 10
    assert shown("referrals_by_district", "total") == 8
    assert shown("response", "all", "within_percent", today=date(2023, 7, 1)) is None
    pack = meeting_pack(YEAR, today=date(2023, 7, 14))
    assert pack.running_until == date(2023, 6, 30)
    assert "2023年6月30日までを" in pack.notes[0]


def test_what_happens_after_the_year_changes_no_pack_of_it(here):
    """Two views of one year would give by their difference what the one hides."""
    made = raised(here, *(f"2023-05-{day} 10:00" for day in (10, 11, 12, 15, 16)))
    for referral in made[:4]:
        transaction.atomic(acknowledge_referral)(referral=referral, by=here.nurse, at=moment("2023-06-10 13:00"))
    before = as_table(meeting_pack(YEAR, today=TODAY)).rows
    transaction.atomic(acknowledge_referral)(referral=made[4], by=here.nurse, at=moment("2024-04-10 13:00"))
    for referral in made:
        close_referral(
            referral=referral, kind=Outcome.SETTLED, outcome="落ち着いた", by=here.nurse, at=moment("2024-04-12 10:00")
        )
    assert as_table(meeting_pack(YEAR, today=date(2025, 6, 1))).rows == before


def test_every_format_holds_the_same_rows_and_no_ones_name(here, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    raised(here, *(f"2023-05-{day} 10:00" for day in range(10, 14)))
    PracticeNote.objects.create(
        fiscal_year=YEAR,
        title="=夜の授乳",
        text="カナリアさんの授乳を代わった",
        wording="授乳を代わった",
        written_by=here.operator,
        written_at=moment("2023-06-01 10:00"),
        state=PracticeState.TAKEN,
        reviewed_by=here.nurse,
        reviewed_at=moment("2023-06-02 10:00"),
    )
    rows = as_table(meeting_pack(YEAR, today=TODAY)).rows
    said = ""
    for file_format in ("table", "json", "csv"):
        call_command("report", "meeting", f"--fiscal-year={YEAR}", f"--format={file_format}")
        out = capsys.readouterr().out
        said += out
        if file_format == "json":
            printed = json.loads(out)
            assert {frozenset(row) for row in printed} == {frozenset(ROW_KEYS)}
            assert [row["shown"] for row in printed] == [
                float(row["shown"]) if isinstance(row["shown"], Decimal) else row["shown"] for row in rows
            ]
        if file_format == "csv":
            written = list(csv.reader(io.StringIO(out)))
            assert [row for row in written if len(row) == len(written[0])] == written[: len(rows) + 1]
    sheet, paper = tmp_path / "pack.xlsx", tmp_path / "pack.pdf"
    for file_format, path in (("xlsx", sheet), ("pdf", paper)):
        call_command("report", "meeting", f"--fiscal-year={YEAR}", f"--format={file_format}", f"--output={path}")
    cells = [[str(cell) for cell in row] for row in load_workbook(sheet).active.iter_rows(values_only=True)]
    text = "".join(page.extract_text() for page in PdfReader(paper).pages)
    said += text + str(cells)
    assert "授乳を代わった" in text
    assert "合同会議資料" in text.replace("\n", "")
    assert not [canary for canary in CANARIES if canary in said]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["meeting"], "--fiscal-year"),
        (["meeting", "--fiscal-year=99"], "--fiscal-year"),
        (["meeting", "--fiscal-year=2023", "--facility=ward-centre"], "--facility"),
        (["meeting", "--fiscal-year=2023", "--format=pdf"], "--output"),
    ],
)
def test_what_the_command_cannot_do_it_says(arguments, words):
    with pytest.raises(CommandError, match=words):
        call_command("report", *arguments)


def test_the_pack_takes_a_fixed_number_of_queries(here):
    for slug in ("setagaya", "kitazawa", "tamagawa", "kinuta", "karasuyama"):
        builders.district(slug)
    counts = []
    for texts in (("2023-05-10 10:00",), ("2023-05-11 10:00", "2023-05-12 10:00", "2023-05-15 10:00")):
        for referral in raised(here, *texts):
            transaction.atomic(acknowledge_referral)(
                referral=referral, by=here.nurse, at=referral.raised_at + timedelta(hours=1)
            )
        with CaptureQueriesContext(connection) as seen:
            meeting_pack(YEAR, today=TODAY)
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert District.objects.count() == 5


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.WARD_STAFF, Role.AUDITOR])
def test_those_who_read_reports_see_the_pack_and_take_it_along(here, role):
    raised(here, "2023-05-10 10:00")
    client = Client()
    client.force_login(builders.user(role))
    page = client.get(reverse("meeting:pack"))
    assert page.status_code == 200
    assert not [canary for canary in CANARIES if canary in page.content.decode()]
    for file_format in ("pdf", "xlsx", "csv", "cp932", "json"):
        answer = client.get(reverse("meeting:file", args=[YEAR, file_format]))
        assert answer.status_code == 200
        assert quote(f"合同会議資料　{YEAR}年度") in answer["Content-Disposition"]
        assert FileTaken.objects.latest("pk").digest == hashlib.sha256(answer.content).hexdigest()
    assert {taken.what for taken in FileTaken.objects.all()} == {f"合同会議資料　{YEAR}年度"}


def test_each_file_of_the_pack_has_its_moment_the_digest_of_its_rows_and_numbers_as_numbers(here):
    raised(here, "2023-05-10 10:00")
    client = Client()
    client.force_login(builders.user(Role.SUPERVISOR))

    def file(file_format):
        return client.get(reverse("meeting:file", args=[YEAR, file_format])).content

    digest = json.loads(file("json"))["sha256_of_rows"]
    pages = PdfReader(io.BytesIO(file("pdf"))).pages
    assert all(digest in re.sub(r"\s", "", page.extract_text()) for page in pages)
    assert digest in file("csv").decode("utf-8-sig")
    book = load_workbook(io.BytesIO(file("xlsx")))
    assert digest in [cell.value for row in book["注"].iter_rows() for cell in row]
    head = [cell.value for cell in book.worksheets[0][1]]
    shown = [row[head.index("集計")] for row in book.worksheets[0].iter_rows(min_row=2, values_only=True)]
    assert any(isinstance(value, int) for value in shown)
    assert "x" in shown  # one request: it is hidden in the file as on the page


def test_a_file_of_no_year_or_no_kind_is_not_there():
    client = Client()
    client.force_login(builders.user(Role.SUPERVISOR))
    assert client.get(reverse("meeting:file", args=[99, "pdf"])).status_code == 404
    assert client.get(reverse("meeting:file", args=[YEAR, "docx"])).status_code == 404
