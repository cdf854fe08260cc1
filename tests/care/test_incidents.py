"""ヒヤリハット・事故: written once, corrected without losing a word, reported in order and once; bad input refused."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessLogEntry
from accounts.roles import Role
from care.incident_queries import (
    counts_by_chapter,
    earlier_versions,
    incidents_shown,
    listed,
    reports_due,
    reports_waiting,
    serious_incidents,
)
from care.incident_rules import Standing
from care.models import Incident, IncidentKind, IncidentPolicy, IncidentReport, Severity
from facilities.fiscal_year import fiscal_year
from facilities.models import ServiceKind
from sankecare.errors import Refused
from tests import builders

from .factories_incidents import House

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def house(transactional_db: None) -> House:
    return House()


def elsewhere(house: House) -> Any:
    """Another facility's day care."""
    place = builders.facility("mamas-room", "ママズルーム")
    return builders.service(ServiceKind.DAY_CARE, builders.pool(3, place, slug="other"))


def test_the_form_sent_twice_writes_once_whom_it_concerns_where_and_when(house: House) -> None:
    for _ in range(2):
        answer = house.post("incident-new", **house.typed())
    kept = Incident.objects.get()
    assert (kept.stay, kept.infant, kept.facility, kept.recorded_by) == (
        house.stay,
        house.infant,
        house.facility,
        house.midwife,
    )
    assert kept.happened_at == house.happened_at
    assert (kept.first_due_on, kept.second_due_on) == (None, None)
    assert kept.number in answer.content.decode()


def test_one_of_the_house_concerns_no_family(house: House) -> None:
    house.post("incident-new", **house.typed(concerned="", kind="near_miss", severity="no_harm"))
    assert (Incident.objects.get().stay, Incident.objects.get().kind) == (None, IncidentKind.NEAR_MISS)


def test_from_the_page_of_a_stay_its_family_is_chosen(house: House) -> None:
    page = house.client().get(reverse("operator:incident-of-stay", args=[house.stay.pk])).content.decode()
    assert f'value="{house.stay.pk}" selected' in page
    house.post("incident-of-stay", house.stay.pk, **house.typed(concerned=str(house.stay.pk)))
    assert (Incident.objects.get().stay, Incident.objects.get().infant) == (house.stay, None)
    assert (
        Incident.objects.get().number
        in house.client().get(reverse("operator:stay", args=[house.stay.booking_id])).content.decode()
    )


BAD = {
    "happened ahead": ({"happened_on": "2099-01-01"}, "まだ来ていない日です"),
    "before arrival": ({"happened_on": "2020-01-01"}, "入所したのは"),
    "a near miss with harm": ({"kind": "near_miss", "severity": "treated"}, "「事故」を選んでください"),
    "another's stay": ({"concerned": "999999"}, "正しく選択"),
    "nothing happened": ({"what_happened": "  "}, "id_what_happened_error"),
    "no place": ({"place": ""}, "id_place_error"),
    "no such day": ({"happened_on": "2023-02-30"}, "日付"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_refused_in_words_and_nothing_typed_is_lost(house: House, case: str) -> None:
    given, words = BAD[case]
    answer = house.post("incident-new", **house.typed(done_at_once="泣き止むまで抱いた") | given)
    page = answer.content.decode()
    assert (answer.status_code, Incident.objects.count()) == (422, 0)
    assert words in page
    assert "泣き止むまで抱いた" in page


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"happened_at": timedelta(minutes=1)}, "happened_ahead"),
        ({"happened_at": timedelta(days=-2), "stay": "own"}, "before_arrival"),
        ({"stay": "other"}, "stay_of_another"),
        ({"stay": "own", "infant": "other"}, "infant_of_another"),
        ({"infant": "own"}, "infant_of_another"),
        ({"kind": IncidentKind.NEAR_MISS}, "near_miss_with_harm"),
        ({"place": " "}, "no_text"),
    ],
)
def test_the_operation_refuses_what_cannot_be(house: House, given: dict[str, Any], code: str) -> None:
    other = house.family_at(elsewhere(house))
    things = {
        "stay": {"own": house.stay, "other": other},
        "infant": {"own": house.infant, "other": other.booking.registration.birth.infants.get()},
    }
    facts = {name: things[name][value] if name in things else value for name, value in given.items()}
    if "happened_at" in facts:
        facts["happened_at"] = house.now + facts["happened_at"]
    with pytest.raises(Refused) as refused:
        house.record(**facts)
    assert (refused.value.code, Incident.objects.count()) == (code, 0)


def test_what_happened_in_the_minute_of_the_arrival_is_of_the_stay(house: House) -> None:
    house.stay.arrived_at = house.happened_at + timedelta(seconds=40)
    house.stay.save()
    assert house.record(stay=house.stay).stay == house.stay


def test_a_correction_keeps_what_stood_there_and_says_who_wrote_it(house: House) -> None:
    kept = house.record(stay=house.stay)
    house.correct(kept, stay=house.stay, what_happened="手もすべらせた", prevention="マットを敷く")
    kept = incidents_shown().get()
    assert (kept.what_happened, kept.prevention, kept.corrected_by, kept.recorded_by) == (
        "手もすべらせた",
        "マットを敷く",
        house.manager,
        house.midwife,
    )
    (corrected,) = earlier_versions(kept)
    said = [(before, after) for _words, before, after in corrected.said]
    assert (said[0], corrected.by) == (("足をすべらせた", "手もすべらせた"), house.manager)
    page = house.client().get(reverse("operator:incident", args=[kept.pk])).content.decode()
    assert "足をすべらせた" in page


def test_a_correction_that_changes_nothing_writes_nothing(house: House) -> None:
    kept = house.record()
    assert house.correct(kept).corrected_at is None
    assert earlier_versions(kept) == []


def test_what_proves_serious_later_gets_its_days_from_the_day_it_happened(house: House) -> None:
    kept = house.record(happened_at=house.now - timedelta(days=3), at=house.now - timedelta(days=3))
    house.correct(kept, happened_at=house.now - timedelta(days=3), severity=Severity.TREATED_30_DAYS)
    kept.refresh_from_db()
    assert kept.first_due_on == timezone.localdate(house.now - timedelta(days=2))
    assert reports_due(kept, house.today)[0].standing == Standing.RED


def test_the_days_that_were_told_stand_while_the_policy_changes(house: House) -> None:
    kept = house.serious()
    told = (kept.first_due_on, kept.second_due_on)
    IncidentPolicy.objects.create(period=(builders.LONG_AGO, None), first_report_days=5, second_report_months=2)
    kept = house.correct(kept, severity=Severity.DEATH)
    assert (kept.first_due_on, kept.second_due_on) == told
    assert house.serious().first_due_on == timezone.localdate(house.happened_at) + timedelta(days=5)


def test_reports_are_made_in_their_order_and_each_once(house: House) -> None:
    kept = house.serious()
    with pytest.raises(Refused) as early:
        house.report(kept, 2)
    house.report(kept, 1)
    with pytest.raises(Refused) as again:
        house.report(kept, 1)
    house.report(kept, 2)
    assert (early.value.code, again.value.code) == ("not_its_turn", "reported_already")
    assert "管理" in again.value.detail
    assert [report.number for report in IncidentReport.objects.all()] == [1, 2]
    assert all(not report.missing for report in reports_due(kept, house.today))


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"text": " "}, "no_text"),
        ({"reported_at": timedelta(minutes=1)}, "reported_ahead"),
        ({"reported_at": timedelta(days=-1)}, "reported_too_early"),
    ],
)
def test_a_report_that_cannot_be_is_refused(house: House, given: dict[str, Any], code: str) -> None:
    kept = house.serious()
    if "reported_at" in given:
        given = given | {"reported_at": house.now + given["reported_at"]}
    with pytest.raises(Refused) as refused:
        house.report(kept, **given)
    assert (refused.value.code, IncidentReport.objects.count()) == (code, 0)


def test_nothing_is_reported_of_what_is_not_serious(house: House) -> None:
    with pytest.raises(Refused) as refused:
        house.report(house.record())
    assert refused.value.code == "not_serious"


def test_it_cannot_be_moved_after_its_report(house: House) -> None:
    kept = house.serious(days_ago=1)
    house.report(kept, reported_at=house.now - timedelta(hours=5))
    with pytest.raises(Refused) as refused:
        house.correct(kept, severity=Severity.TREATED_30_DAYS)
    assert refused.value.code == "reported_before"


def test_the_report_is_written_on_the_tablet_once(house: House) -> None:
    kept = house.serious()
    now = timezone.localtime(house.now)
    typed = {
        "key": "report-1",
        "number": "1",
        "reported_on": now.date().isoformat(),
        "reported_time": now.strftime("%H:%M"),
        "text": "所管課に電話で報告",
    }
    for _ in range(2):
        answer = house.post("incident-report", kept.pk, by=house.manager, **typed)
    assert IncidentReport.objects.get().text == "所管課に電話で報告"
    assert "所管課に電話で報告" in answer.content.decode()
    somebody_else = house.post("incident-report", kept.pk, **typed | {"key": "report-2"})
    assert (somebody_else.status_code, IncidentReport.objects.count()) == (422, 1)
    assert "記録済み" in somebody_else.content.decode()


class TestTheDatabase:
    """Whoever writes: nothing is deleted or rewritten, nothing is out of order, nothing of another's family."""

    def refuses(self, write: Any) -> None:
        with pytest.raises(DatabaseError), transaction.atomic():
            write()

    def test_keeps_incidents_and_reports(self, house: House) -> None:
        kept = house.serious()
        report = house.report(kept)
        self.refuses(Incident.objects.all().delete)
        self.refuses(report.delete)
        self.refuses(lambda: IncidentReport.objects.update(text="別の文"))
        self.refuses(lambda: Incident.objects.update(recorded_by=house.manager))

    @pytest.mark.parametrize(
        ("number", "hours"), [(2, 0), (1, -3), (1, 1)], ids=["the second first", "before it", "ahead"]
    )
    def test_takes_reports_in_order_and_after_what_they_report(self, house: House, number: int, hours: int) -> None:
        kept = house.serious()
        row = {"incident": kept, "text": "報告", "recorded_at": house.now, "recorded_by": house.manager}
        moment = house.now + timedelta(hours=hours)
        with pytest.raises(IntegrityError), transaction.atomic():
            IncidentReport.objects.create(**row, number=number, reported_at=moment)
        IncidentReport.objects.create(**row, number=1, reported_at=house.now)

    def test_takes_a_report_of_a_serious_one_alone(self, house: House) -> None:
        row = {"text": "報告", "recorded_at": house.now, "recorded_by": house.manager, "reported_at": house.now}
        self.refuses(lambda: IncidentReport.objects.create(incident=house.record(), number=1, **row))

    def test_knows_no_stay_or_infant_of_another(self, house: House) -> None:
        other = house.family_at(elsewhere(house))
        kept = house.record(stay=house.stay)
        mine = Incident.objects.filter(pk=kept.pk)
        self.refuses(lambda: mine.update(stay=other))
        self.refuses(lambda: mine.update(infant=other.booking.registration.birth.infants.get()))
        self.refuses(lambda: mine.update(stay=None, infant=house.infant))

    def test_knows_no_harmful_near_miss_and_no_serious_one_without_days(self, house: House) -> None:
        kept = Incident.objects.filter(pk=house.record().pk)
        self.refuses(lambda: kept.update(kind="near_miss"))
        self.refuses(lambda: kept.update(severity="death"))
        self.refuses(lambda: kept.update(happened_at=house.now + timedelta(days=1)))


def test_two_people_who_report_at_once_make_one_report(house: House) -> None:
    """The trigger counts under the incident's lock: an insert past the operation is refused as well."""
    kept = house.serious()
    house.report(kept)
    row = {"incident": kept, "text": "報告", "recorded_at": house.now, "recorded_by": house.midwife}
    with pytest.raises(IntegrityError), transaction.atomic():
        IncidentReport.objects.create(**row, number=1, reported_at=house.now)


def test_the_board_filters_shows_what_is_red_and_writes_down_who_looked(house: House) -> None:
    house.record(kind=IncidentKind.NEAR_MISS, severity=Severity.NO_HARM, chapter=house.chapters[0])
    late = house.serious(days_ago=4)
    mine = house.record(stay=house.stay)
    client = house.client()
    board = client.get(reverse("operator:incidents"))
    page = board.content.decode()
    assert all(number in page for number in (late.number, mine.number))
    assert "期限超過" in page
    assert "区への報告が済んでいない" in client.get(reverse("operator:day")).content.decode()
    assert AccessLogEntry.objects.filter(
        user=house.midwife, family=house.stay.booking.registration.birth.family
    ).exists()
    near = client.get(reverse("operator:incidents"), {"kind": "near_miss"}).content.decode()
    assert (mine.number in near, late.number in near) == (False, False)
    second = client.get(reverse("operator:incidents"), {"chapter": "2"}).content.decode()
    assert (mine.number in second, second.count("I-0")) >= (True, 2)
    assert client.get(reverse("operator:incidents"), {"chapter": "zwei"}).status_code == 200


def test_the_ward_sees_all_facilities_by_days_and_figures_and_no_family(house: House) -> None:
    late = house.serious(days_ago=40)
    house.report(late, at=house.now, reported_at=house.now)
    house.record(kind=IncidentKind.NEAR_MISS, severity=Severity.NO_HARM, stay=house.stay)
    client = house.client(builders.user(Role.SUPERVISOR))
    page = client.get(reverse("supervisor:incidents")).content.decode()
    assert (late.number in page, "期限超過" in page, "期限後に報告" in page) == (True, True, True)
    assert "髙﨑" not in page
    assert "足をすべらせた" in client.get(reverse("supervisor:incident", args=[late.pk])).content.decode()
    assert client.get(reverse("supervisor:incidents"), {"facility": "ward-centre"}).status_code == 200


def test_staff_of_a_district_read_what_concerns_its_families_or_nobody(house: House) -> None:
    mine, nobodys = house.record(stay=house.stay), house.record()
    for slug, sees in (("setagaya", 200), ("kitazawa", 404)):
        client = house.client(builders.user(Role.WARD_STAFF, district=builders.district(slug)))
        assert client.get(reverse("supervisor:incident", args=[mine.pk])).status_code == sees
        assert client.get(reverse("supervisor:incident", args=[nobodys.pk])).status_code == 200
        assert client.get(reverse("supervisor:incidents")).status_code == 200


def test_another_facilitys_incidents_are_not_there(house: House) -> None:
    kept = house.serious()
    place = builders.facility("mamas-room", "ママズルーム")
    client = house.client(builders.user(Role.OPERATOR, facility=place))
    for name in ("incident", "incident-correct", "incident-report"):
        assert client.get(reverse(f"operator:{name}", args=[kept.pk])).status_code == 404
    assert client.get(reverse("operator:incident-of-stay", args=[house.stay.pk])).status_code == 404
    assert kept.number not in client.get(reverse("operator:incidents")).content.decode()


def test_counted_by_chapter_and_fiscal_year_the_serious_among_the_incidents(house: House) -> None:
    this_year = fiscal_year(house.today)
    house.record(kind=IncidentKind.NEAR_MISS, severity=Severity.NO_HARM, chapter=house.chapters[0])
    house.serious()
    long_ago = builders.at(builders.A_DAY.replace(year=this_year - 1))
    house.record(happened_at=long_ago, at=long_ago)
    chapters, together = counts_by_chapter(Incident.objects.all(), [this_year - 1, this_year])
    assert [[year["near_miss"] for year in chapter.years] for chapter in chapters] == [[0, 1], [0, 0], [0, 0]]
    assert [[year["incident"] for year in chapter.years] for chapter in chapters] == [[0, 0], [1, 1], [0, 0]]
    assert together == [
        {"near_miss": 0, "incident": 1, "serious": 0},
        {"near_miss": 1, "incident": 1, "serious": 1},
    ]


def test_lists_run_a_fixed_number_of_queries(house: House, django_assert_num_queries: Any) -> None:
    counts = []
    for _ in range(2):
        house.report(house.serious())
        house.record(stay=house.stay)
        with django_assert_num_queries(2):
            assert listed(incidents_shown(), house.today)
        with django_assert_num_queries(2):
            assert serious_incidents(house.today - timedelta(days=30), house.today)
        with django_assert_num_queries(2):
            counts_by_chapter(Incident.objects.all(), [fiscal_year(house.today)])
        with django_assert_num_queries(1):
            counts.append(reports_waiting(Incident.objects.all(), house.today).open)
    assert counts == [1, 2]


def test_a_missing_policy_stops_nobody_and_the_one_in_force_counts(house: House) -> None:
    assert not IncidentPolicy.objects.exists()
    happened_on = timezone.localdate(house.happened_at)
    assert house.serious().first_due_on == happened_on + timedelta(days=1)
    IncidentPolicy.objects.create(
        period=(builders.LONG_AGO, None), first_report_days=3, second_report_months=1, remind_days_before=0
    )
    assert house.serious().first_due_on == happened_on + timedelta(days=3)
