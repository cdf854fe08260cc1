"""代行入力: what came on paper or by telephone is typed in on one page, with its day, its papers, its words."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AccessLogEntry
from accounts.roles import Role
from enrollment.applications.queue import places_in_queue
from enrollment.letters.letter_text import snapshot_of
from enrollment.models import (
    Channel,
    ConsentText,
    EvidenceFile,
    EvidenceKind,
    Family,
    LetterKind,
    LetterPolicy,
    Registration,
    RegistrationPolicy,
    RegistrationState,
    Residence,
    TimelineEvent,
    WordsFrom,
)
from enrollment.wareki import wareki
from sankecare.models import AnsweredRequest
from tests.builders import LONG_AGO, family, letter_policy, registration, service, town, user
from tests.enrollment.test_papers import pdf, photograph

pytestmark = pytest.mark.django_db
NEW, CHECK = "/applications/new/", "/applications/new/check/"
A_DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def ward():
    service()
    letter_policy()
    town()
    RegistrationPolicy.objects.create(period=(LONG_AGO, None), from_pregnancy_week=28)


@pytest.fixture
def desk(client):
    client.force_login(user())
    return client


def words(answer):
    return str(answer.content, "utf-8")


def born(days=30):
    return timezone.localdate() - days * A_DAY


def typed(**changed):
    """An application as it is typed from a paper."""
    fields = {
        "key": "typed-once",
        "channel": "paper",
        "received_on": wareki(timezone.localdate()),
        "mother_name": "渡邉 さくら",
        "mother_name_kana": "ワタナベ サクラ",
        "mother_birth_date": "H6.5.6",
        "phone": "03-9876-5432",
        "mother_in_ward": "yes",
        "infant_in_ward": "yes",
        "town": "太子堂",
        "chome": "2",
        "block": "17",
        "infant_0_birth_date": born().strftime("%Y%m%d"),
        "worry": "yes",
        "lacks_support": "yes",
        "needs_medical_care": "no",
        "tax_class": "taxed",
    }
    fields |= {f"consent_{text.pk}": "on" for text in ConsentText.objects.all()} | changed
    return {name: value for name, value in fields.items() if value is not None}


def known_family():
    made = family("渡邉 さくら")
    made.mother_name_kana, made.phone, made.mother_birth_date = "わたなべ さくら", "0398765432", date(1994, 5, 6)
    made.save()
    return made


def test_one_submit_makes_family_birth_registration_and_papers_and_leads_to_the_family(desk):
    papers = {
        "scan_form": [SimpleUploadedFile("申請書1.jpg", photograph()), SimpleUploadedFile("申請書2.pdf", pdf())],
        "scan_tax": [SimpleUploadedFile("証明.jpg", photograph())],
    }
    assert desk.get(NEW).status_code == 200
    answer = desk.post(NEW, typed(tax_class="welfare") | papers)
    made = Registration.objects.select_related("birth__family").get()
    mother = made.birth.family
    assert answer.url == f"/ward/families/{mother.pk}/"
    assert (made.channel, made.entered_by.role, mother.account) == (Channel.PAPER, Role.WARD_STAFF, None)
    assert (mother.mother_name_kana, mother.mother_birth_date) == ("わたなべ さくら", date(1994, 5, 6))
    assert [baby.birth_date for baby in made.birth.infants.all()] == [born()]
    kinds = EvidenceFile.objects.filter(family=mother).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == [EvidenceKind.FORM, EvidenceKind.FORM, EvidenceKind.WELFARE]
    assert "渡邉 さくら" in words(desk.get(answer.url))


def test_sent_twice_it_is_entered_once(desk):
    first, second = (desk.post(NEW, typed()) for _time in range(2))
    assert Registration.objects.count() == Family.objects.count() == AnsweredRequest.objects.count() == 1
    assert first.url == second.url


def test_twins_are_two_rows_and_an_empty_row_is_no_child(desk):
    day = born().strftime("%Y/%m/%d")
    desk.post(NEW, typed(infant_1_birth_date=day, infant_1_name="みどり"))
    assert [baby.name for baby in Registration.objects.get().birth.infants.order_by("pk")] == ["", "みどり"]


def test_before_birth_no_row_is_filled_in_and_the_due_date_is_asked_for(desk):
    unborn = typed(infant_0_birth_date=None)
    assert "出産前は" in words(desk.post(NEW, unborn))
    due = timezone.localdate() + 30 * A_DAY
    desk.post(NEW, unborn | {"due_date": due.strftime("%Y-%m-%d")})
    assert Registration.objects.get().birth.due_date == due


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"town": "銀座"}, "町名"),
        ({"infant_0_birth_date": "2099-1-1"}, "日"),
        ({"infant_0_discharged_on": "2020-01-01"}, "退院"),
        ({"mother_birth_date": "令和8年13月1日"}, "日"),
        ({"tax_class": None}, "選んでください"),
        ({"channel": None}, "選んでください"),
        ({"received_on": "2999-1-1"}, "日"),
        ({"mother_name": "  "}, "母の氏名"),
        ({"worry": None}, "選んでください"),
        ({"infant_1_name": "みどり"}, "2人目：生年月日"),
    ],
)
def test_bad_input_is_answered_in_words_beside_the_field_loses_nothing_and_enters_nothing(desk, changed, said):
    answer = desk.post(NEW, typed(worries="  夜に眠れません", **changed))
    assert answer.status_code == 422
    assert said in words(answer)
    for kept in ("03-9876-5432", "  夜に眠れません", "ワタナベ サクラ"):
        assert kept in words(answer)
    assert not Family.objects.exists()


def test_a_paper_that_cannot_be_kept_stops_all_of_it_and_is_named(desk):
    broken = {"scan_other": [SimpleUploadedFile("壊れた.jpg", b"\xff\xd8\xff no photograph")]}
    answer = desk.post(NEW, typed() | broken)
    assert answer.status_code == 422
    assert "壊れた.jpg" in words(answer)
    assert not Family.objects.exists()
    assert not EvidenceFile.objects.exists()


# ---- The day of receipt ---------------------------------------------------------------------------------------------


def test_the_day_of_receipt_is_the_day_of_the_application(desk):
    received = born(10)
    desk.post(NEW, typed(received_on=wareki(received)))
    made = Registration.objects.get()
    assert (made.received_on, made.applied_on) == (received, received)
    assert made.timeline.get(happening=TimelineEvent.APPLIED).on_day == received
    assert Residence.objects.get().period.lower == received
    (place,) = places_in_queue(Registration.objects.all(), timezone.localdate())
    assert place.waited >= 5
    policy = LetterPolicy.objects.get()
    letter = snapshot_of(kind=LetterKind.RETURN, registration=made, policy=policy, serial=1, at=timezone.now())
    assert ("申請日", wareki(received)) in letter["facts"]


def test_of_two_that_wait_the_paper_that_came_first_stands_first(desk):
    waiting = registration(born=born(), state=RegistrationState.APPLIED)
    Registration.objects.filter(pk=waiting.pk).update(applied_at=timezone.now() - A_DAY)
    desk.post(NEW, typed(received_on=wareki(born(2))))
    paper = Registration.objects.get(channel=Channel.PAPER)
    places = places_in_queue(Registration.objects.all(), timezone.localdate())
    assert len({place.urgency.level for place in places}) == 1
    assert [place.registration for place in places] == [paper, waiting]


def test_whether_it_is_too_early_goes_by_the_day_of_receipt(desk):
    """Week 28 begins 84 days before the due date (280 days less 196)."""
    due = timezone.localdate() + 84 * A_DAY
    unborn = typed(infant_0_birth_date=None, due_date=wareki(due))
    refused = desk.post(NEW, unborn | {"received_on": wareki(born(1))})
    assert refused.status_code == 422
    assert "から申請できます" in words(refused) or "申請" in words(refused)
    assert not Registration.objects.exists()
    desk.post(NEW, unborn)
    assert Registration.objects.exists()


# ---- Whose words ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "whose"),
    [
        ({"channel": "paper"}, WordsFrom.OWN),
        ({"channel": "counter"}, WordsFrom.OWN),
        ({"channel": "phone"}, WordsFrom.HEARD),
        ({"channel": "paper", "words_from": "heard"}, WordsFrom.HEARD),
    ],
)
def test_her_words_are_kept_as_she_wrote_them_and_marked(desk, sent, whose):
    written = "　助産師さんへ\r\n夜が　こわいです。 "
    desk.post(NEW, typed(worries=written, **sent))
    made = Registration.objects.get()
    assert (made.worries, made.words_from) == (written, whose)
    decide = words(desk.get(f"/admin/enrollment/registration/{made.pk}/decide/"))
    assert str(whose.label) in decide
    assert "夜が　こわいです。" in decide


# ---- Families that are known already --------------------------------------------------------------------------------


def test_a_family_that_may_be_known_is_asked_about_and_chosen(desk):
    known = known_family()
    asked = desk.post(NEW, typed())
    assert asked.status_code == 422
    assert "すでに登録のあるご家庭" in words(asked)
    assert not Registration.objects.exists()
    desk.post(NEW, typed(family=str(known.pk)))
    assert Registration.objects.get().birth.family == known


def test_another_family_with_the_same_facts_is_entered_as_a_new_one(desk):
    known = known_family()
    desk.post(NEW, typed(family="new"))
    assert Registration.objects.get().birth.family != known


def test_a_family_that_was_not_proposed_cannot_be_chosen(desk):
    foreign = family("大西 花")
    Residence.objects.filter(family=foreign).update(block=99)
    desk.post(NEW, typed(family=str(foreign.pk)))
    assert Registration.objects.get().birth.family != foreign  # nothing is proposed: the choice is not read


@pytest.mark.parametrize(
    ("so_far", "is_shown"),
    [
        ({"mother_name_kana": "わたなべ さくら", "mother_birth_date": "6/5/6"}, True),
        ({"phone": "０３－９８７６－５４３２"}, True),
        ({"mother_name_kana": "わたなべ さくら"}, False),
        ({"mother_birth_date": "19940506"}, False),
        ({"phone": "03-9876"}, False),
    ],
)
def test_while_one_types_a_known_family_is_shown_and_that_she_was_shown_is_written_down(desk, so_far, is_shown):
    known = known_family()
    answer = desk.post(CHECK, so_far | {"changed": next(iter(so_far))})
    assert answer["Cache-Control"].count("no-store") == 1
    assert (f"/ward/families/{known.pk}/" in answer.json()["known"]) == is_shown
    assert AccessLogEntry.objects.filter(family_id=known.pk, page="entry:check").exists() == is_shown
    assert Registration.objects.count() == 0


def test_nobody_is_looked_for_by_other_fields_nor_where_it_is_known_whose_it_is(desk):
    known_family()
    for more in ({"changed": "block"}, {"changed": "phone", "is_known": "1"}):
        assert "known" not in desk.post(CHECK, {"phone": "03-9876-5432"} | more).json()
    assert not AccessLogEntry.objects.exists()


def test_nothing_that_is_typed_stands_in_an_address(desk):
    assert desk.get(CHECK).status_code == 405


# ---- What is said beside the fields ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "written", "understood"),
    [
        ("mother_birth_date", "8/10/3", "1996年10月3日"),  # of the eras the newest in which a mother can be born
        ("mother_birth_date", "63.4.1", "1988年4月1日"),
        ("mother_birth_date", "H8.10.3", "1996年10月3日"),
        ("mother_birth_date", "平成８年１０月３日", "1996年10月3日"),
        ("mother_birth_date", "19961003", "1996年10月3日"),
        ("mother_birth_date", "8", ""),
        ("mother_birth_date", "8/13/3", ""),
        ("mother_birth_date", "", ""),
        ("due_date", "1500-1-1", ""),
    ],
)
def test_a_day_is_said_back_as_it_was_understood(desk, field, written, understood):
    told = desk.post(CHECK, {field: written, "changed": field}).json()
    assert told["understood"][field].startswith(understood)
    assert bool(told["understood"][field]) == bool(understood)


def test_the_year_8_of_a_baby_is_of_the_era_of_today(desk):
    today = timezone.localdate()
    short = f"{today.year - 2018}/{today.month}/{today.day}"
    told = desk.post(CHECK, {"infant_0_birth_date": short, "changed": "infant_0_birth_date"}).json()
    assert told["understood"]["infant_0_birth_date"].startswith(f"{today.year}年{today.month}月{today.day}日")
    assert "infant_0_birth_date" not in told["errors"]


def test_the_post_code_brings_the_town_and_the_town_its_district(desk):
    made = town()
    made.postcode = "1540004"
    made.save()
    told = desk.post(CHECK, {"postcode": "154-0004", "chome": "1", "block": "1", "changed": "postcode"}).json()
    assert (told["filled"], told["district"]) == ({"town": "太子堂"}, "世田谷総合支所")
    assert desk.post(CHECK, {"postcode": "100", "changed": "postcode"}).json()["filled"] == {}


def test_a_doubt_is_asked_once_and_taken_with_a_tick(desk):
    rolls = {"infant_0_rolls_over_since": wareki(born(20))}
    told = desk.post(CHECK, typed(**rolls) | {"changed": "all"}).json()
    assert told["doubts"]
    assert "infant_0_rolls_over_since" in told["errors"]
    assert desk.post(NEW, typed(**rolls)).status_code == 422
    assert desk.post(NEW, typed(**rolls, checked=told["doubts"])).status_code == 302


# ---- A second birth, and a correction -------------------------------------------------------------------------------


def test_a_known_family_begins_with_what_is_known_and_nobody_else_is_asked_about(desk):
    earlier = registration(born=born(800), state=RegistrationState.ENDED)
    known = earlier.birth.family
    known.mother_name_kana, known.phone, known.mother_birth_date = "たかさき よしこ", "0398765432", date(1994, 5, 6)
    known.save()
    page = f"/applications/family/{known.pk}/"
    shown = words(desk.get(page))
    for said in ("髙﨑 𠮷子", "平成6年5月6日", "1994年5月6日（金）平成6年", "0398765432", "太子堂"):
        assert said in shown
    assert page in words(desk.get(f"/ward/families/{known.pk}/"))
    answer = desk.post(page, typed(mother_name="髙﨑 𠮷子", mother_name_kana="たかさき よしこ"))
    assert answer.url == f"/ward/families/{known.pk}/"
    newer = Registration.objects.get(state=RegistrationState.APPLIED)
    assert (newer.birth.family, newer.birth == earlier.birth) == (known, False)


def test_a_mother_cannot_open_it(client):
    client.force_login(user(Role.MOTHER))
    for page in (NEW, f"/applications/family/{family().pk}/"):
        assert client.get(page).status_code in (403, 404)
    assert client.post(CHECK, {}).status_code in (403, 404)


def test_staff_type_in_what_the_family_corrected(desk):
    desk.post(NEW, typed())
    made = Registration.objects.get()
    decide = f"/admin/enrollment/registration/{made.pk}/decide/"
    desk.post(decide, {"do": "decide", "decision": "return", "reason": "電話番号の確認"})
    page = f"/applications/{made.pk}/correct/"
    shown = words(desk.get(page))
    for said in ("電話番号の確認", "渡邉 さくら", wareki(born())):
        assert said in shown
    received = born(1)
    corrected = typed(phone="03-1111-2222", channel=None, key="corrected", received_on=wareki(received))
    assert desk.post(page, corrected).status_code == 302
    made.refresh_from_db()
    assert (made.state, made.channel, made.received_on) == (RegistrationState.APPLIED, Channel.PAPER, received)
    assert Family.objects.get().phone == "0311112222"
    again = desk.post(page, typed(channel=None, key="again"))
    assert again.status_code == 422
    assert "この申請に、いま直していただくところはありません。" in words(again)


def asked_of(desk, address, sent=None):
    with CaptureQueriesContext(connection) as queries:
        answer = desk.get(address) if sent is None else desk.post(address, sent)
    assert answer.status_code == 200
    return len(queries)


def test_the_page_and_what_it_asks_while_one_types_ask_as_much_when_more_is_known(desk):
    opened, checked = [], []
    for _more in range(2):
        for number in range(3):
            known_family()
            town(f"町{number}")
        desk.get(NEW)
        opened.append(asked_of(desk, NEW))
        checked.append(asked_of(desk, CHECK, typed() | {"changed": "all"}))
    assert opened[0] == opened[1] <= 20
    assert checked[0] == checked[1] <= 30
