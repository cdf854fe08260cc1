"""Words of despair are known however they are spelled; whom to call stands there before she goes on."""

import csv
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from django.contrib.messages import get_messages
from django.core import mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from bookings.models import Booking, BookingState, Stay
from enrollment.applications.queue import places_in_queue, urgency_words
from enrollment.bulk_approvable import Unclear
from enrollment.despair import folded, says_despair
from enrollment.help_hours import Hours, answers
from enrollment.help_queries import kept_lines, kept_words
from enrollment.models import DespairNote, DespairWord, HelpLine, Registration, RegistrationState, WrittenWhere
from enrollment.urgency import Level
from sankecare import outbox
from tests.builders import LONG_AGO, TOKYO, district, family, registration, service, user
from tests.factories_application_steps import answers as steps
from tests.factories_application_steps import fill_in

A_DAY = timedelta(days=1)
WARD = Path(__file__).resolve().parent.parent.parent / "wards" / "setagaya"


def of_the_ward(file):
    with (WARD / file).open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


WORDS = [row["text"] for row in of_the_ward("despair_words.csv")]

WRITTEN = [
    "もう消えてしまいたい",
    "もうきえてしまいたいです",
    "消 え て し ま い た い",
    "キエテシマイタイ",
    "ｷｴﾀｲ",
    "死にたい",
    "しにたい。",
    "シニターイ",
    "しにたーーーい",
    "毎晩、死にたいと思う",
    "死んだほうがましかな",
    "しんだほうがいい",
    "いなくなりたい",
    "私なんて居なくなった方がいい",
    "生きているのがつらい。生きてる意味がわからない",
    "生きるのが辛いです",
    "いきるのがつらいです",
    "朝が来なければいいのに",
    "自殺を考えてしまう",
    "首をつりたい",
    "ベランダから飛び降りてしまいそう",
    "この子と心中したい",
    "赤ちゃんと一緒に死のうと思った",
    "赤ちゃんを殺してしまいそう",
    "子どもをころしてしまいそうで怖い",
    "泣き止まなくて口をふさぎそうになった",
    "揺さぶってしまいそう",
    "叩いてしまった",
    "リスカしました",
    "もう限界です",
    "I want to die.",
    "I  WANT  TO  DISAPPEAR",
    "sometimes i want to kill myself",
    "I'm afraid I will hurt my baby",
    "can’t go on",
]
ORDINARY = [
    "夜に眠れません🙇",
    "夫は夜勤です",
    "母乳が足りているか心配です",
    "赤ちゃんが泣き止まず、抱っこしています",
    "疲れています。実家が遠いです",
    "卵アレルギー。花粉症の薬を飲んでいます",
    "腰が痛く、長く座れません",
    "上の子が赤ちゃん返りをしています",
    "乳腺炎を二度しました",
    "消毒の仕方を教えてほしい",
    "沐浴が不安",
    "体重が増えない",
    "帝王切開の傷が痛む",
    "産後うつが心配です",
    "寝不足でつらい",
    "My husband works at night",
    "Egg allergy. I am tired and cannot sleep",
    "世田谷区太子堂1-2-3 コーポ心",
    "髙﨑 𠮷子",
]


@pytest.mark.parametrize("text", WRITTEN)
def test_despair_is_known_in_kana_kanji_and_english(text):
    assert says_despair([text], WORDS)


@pytest.mark.parametrize("text", ORDINARY)
def test_what_tired_mothers_write_is_no_alarm(text):
    assert not says_despair([text], WORDS)


def test_each_word_of_the_ward_is_found_as_it_stands_and_none_twice():
    assert all(says_despair([f"…{word}…"], [word]) for word in WORDS)
    assert len({folded(word) for word in WORDS}) > 150
    assert min(len(folded(word)) for word in WORDS) >= 2


def test_a_word_that_is_only_marks_finds_nothing():
    assert not says_despair(["何でも"], ["ー", "…", ""])


def moment(*when):
    return datetime(*when, tzinfo=TOKYO)


NIGHT = Hours(range(7), opens=time(12), closes=time(5, 30))
OFFICE = Hours(range(5), on_holidays=False, opens=time(8, 30), closes=time(17))
A_HOLIDAY = date(2026, 11, 23)  # 勤労感謝の日, a Monday


@pytest.mark.parametrize(
    ("hours", "now", "answered"),
    [
        (Hours(range(7)), moment(2026, 1, 1, 3), True),
        (NIGHT, moment(2026, 11, 29, 11, 59), False),
        (NIGHT, moment(2026, 11, 29, 12), True),
        (NIGHT, moment(2026, 11, 30, 5, 29), True),
        (NIGHT, moment(2026, 11, 30, 5, 30), False),
        (OFFICE, moment(2026, 11, 24, 8, 30), True),
        (OFFICE, moment(2026, 11, 24, 17), False),
        (OFFICE, moment(2026, 11, 23, 9), False),
        (OFFICE, moment(2026, 11, 28, 9), False),
        # Friday night's line answers on Saturday morning, Sunday night's is Monday's not.
        (Hours([4], opens=time(22), closes=time(6)), moment(2026, 11, 28, 5), True),
        (Hours([4], opens=time(22), closes=time(6)), moment(2026, 11, 28, 22), False),
    ],
)
def test_a_line_answers_by_day_by_night_and_on_holidays_as_it_says(hours, now, answered):
    assert answers(hours, now, {A_HOLIDAY}) is answered


def test_at_every_hour_of_a_year_a_line_of_the_foot_answers():
    """Not one hour without somebody: Sunday at four in the morning, New Year, a holiday."""
    foot = [row for row in of_the_ward("help_lines.csv") if row["in_foot"] == "yes"]
    assert any(not row["opens"] and row["on_holidays"] == "yes" for row in foot)
    assert {row["phone"] for row in foot} == {"0120-061-338", "0120-279-338", "03-5432-3333"}
    assert all(row["source"] == "PUBLIC" and row["note"] for row in of_the_ward("help_lines.csv"))


# ---- Pages ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def lines(db):
    HelpLine.objects.create(
        code="sos",
        name="#いのちSOS",
        name_en="SOS",
        phone="0120-061-338",
        about="無料",
        about_en="free",
        weekdays=list(range(7)),
        in_foot=True,
        period=(LONG_AGO, None),
    )
    for word in ("消えてしまいたい", "きえてしまいたい"):
        DespairWord.objects.create(text=word, period=(LONG_AGO, None))
    kept_lines.forget()
    kept_words.forget()


@pytest.fixture
def mother(client, lines):
    person = user(Role.MOTHER)
    client.force_login(person)
    return person


DESPAIR = "もうきえて しまいたい"


def health(today, worries=DESPAIR, **more):
    return steps(today)["health"] | {"worries": worries, "revision": 0} | more


def test_the_page_after_her_words_is_whom_to_call_and_then_the_next_step(client, mother):
    answer = client.post("/my/apply/health/", health(timezone.localdate()))
    assert answer["Location"] == "/help-now/?next=/my/apply/send/"
    page = client.get(answer["Location"]).content.decode()
    assert 'href="tel:0120-061-338"' in page
    assert 'href="tel:119"' in page
    assert 'href="/my/apply/send/">先へ進む<' in page
    # Nothing she wrote is lost, and nothing of it stands in an address.
    assert DESPAIR in client.get("/my/apply/health/").content.decode()


@pytest.mark.parametrize("button", ["back", "later", "papers"])
def test_whatever_button_she_leaves_by(client, mother, button):
    answer = client.post("/my/apply/health/", health(timezone.localdate(), **{button: "1"}))
    assert answer["Location"].startswith("/help-now/?next=")


def test_where_the_step_comes_back_the_lines_stand_on_it(client, mother):
    answer = client.post("/my/apply/health/", health(timezone.localdate(), worry=""))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert page.index('class="help-now"') < page.index("<form id=")
    assert page.count('href="tel:0120-061-338"') == 2  # the notice and the foot


def test_as_she_leaves_the_field_the_lines_come_without_a_page(client, mother):
    told = client.post("/my/apply/health/check/", health(timezone.localdate())).json()
    assert 'href="tel:0120-061-338"' in told["help"]
    assert (
        client.post("/my/apply/health/check/", health(timezone.localdate(), "眠れない") | {"revision": 9}).json()[
            "help"
        ]
        == ""
    )


def test_ticking_low_mood_shows_whom_to_call(client, mother):
    answer = client.post("/my/apply/health/", health(timezone.localdate(), "", worry_topics=["mood"]))
    assert answer["Location"] == "/help-now/?next=/my/apply/send/"


def test_ordinary_words_lead_straight_on(client, mother):
    answer = client.post("/my/apply/health/", health(timezone.localdate(), "夜に眠れません"))
    assert answer["Location"] == "/my/apply/send/"
    assert not DespairNote.objects.exists()


def test_the_page_leads_on_to_no_other_host(client, lines):
    for bad in ("https://evil.example/", "//evil.example", "javascript:alert(1)"):
        page = client.get("/help-now/", {"next": bad}).content.decode()
        assert f'href="{bad}"' not in page
        assert ">先へ進む<" not in page


def test_her_application_is_the_first_of_the_queue_and_the_section_is_told(client, mother):
    today, now = timezone.localdate(), timezone.now()
    here = district()
    staff = [user(Role.WARD_STAFF), user(Role.WARD_STAFF, district=here), user(Role.HEALTH_NURSE, district=here)]
    user(Role.HEALTH_NURSE, district=district("kitazawa"))
    user(Role.WARD_STAFF, district=district("kitazawa"))
    for person in staff:
        person.email = f"{person.pk}@ward.example"
        person.save()
    pressing = registration(family(), born=today - A_DAY * 115, state=RegistrationState.APPLIED)
    fill_in(client, today, health={"worries": DESPAIR})
    client.post("/my/apply/send/")
    hers = Registration.objects.exclude(pk=pressing.pk).get()
    first = places_in_queue(Registration.objects.all(), today)[0]
    assert (first.registration, first.urgency.level) == (hers, Level.AT_ONCE)
    assert "つらい言葉" in urgency_words(first.urgency)
    assert Unclear.DESPAIR in first.unclear
    outbox.take_all(at=now)
    to_staff = [told for told in mail.outbox if told.to != [mother.email]]
    assert {one for told in to_staff for one in told.to} == {person.email for person in staff}
    for told in to_staff:
        assert "/nurse/despair/" in told.body
        assert "消え" not in told.body + told.subject
        assert hers.birth.family.mother_name not in told.body


def test_one_of_the_section_has_it_in_hand_and_the_queue_goes_on(client, lines):
    here, today = district(), timezone.localdate()
    nurse, other = user(Role.HEALTH_NURSE, district=here), user(Role.HEALTH_NURSE, district=here)
    hers = family()
    waits = registration(hers, born=today - A_DAY * 20, state=RegistrationState.APPLIED)
    note = DespairNote.objects.create(
        family=hers, registration=waits, written=WrittenWhere.APPLICATION, written_at=timezone.now()
    )
    client.force_login(nurse)
    page = client.get("/nurse/despair/").content.decode()
    assert hers.mother_name in page
    client.post(f"/nurse/despair/{note.pk}/")
    note.refresh_from_db()
    assert note.taken_up_by == nurse
    client.force_login(other)
    answer = client.post(f"/nurse/despair/{note.pk}/", follow=True)
    note.refresh_from_db()
    assert note.taken_up_by == nurse
    assert "対応しています" in answer.content.decode()
    assert places_in_queue(Registration.objects.all(), today)[0].urgency.level != Level.AT_ONCE


def test_words_on_any_other_page_of_hers_are_noted_and_told_once(client, mother):
    hers = family(account=mother)
    registration(hers, born=timezone.localdate() - A_DAY * 20)
    for _twice in range(2):
        answer = client.post(reverse("family:papers"), {"note": DESPAIR})
        assert answer.status_code == 422  # no paper: not sent, nothing noted
    assert not DespairNote.objects.exists()
    for _twice in range(2):
        answer = client.post(reverse("set_language"), {"language": "ja"})
    address, typed = reverse("life:end", args=[Registration.objects.get().pk]), {"reason": DESPAIR}
    listed = client.post(address, typed)  # what ending gives back is listed first
    ended = client.post(address, typed | {"seen": listed.context["seen"]})
    assert ended["Location"].startswith("/help-now/?next=")
    assert DespairNote.objects.get().written == WrittenWhere.PAGE


def test_every_page_s_foot_says_whom_to_call(client, lines):
    for address in ("/", "/check/", "/fees/", "/facilities/", "/accounts/login/", "/nowhere/", "/help-now/"):
        assert 'href="tel:0120-061-338"' in client.get(address).content.decode(), address


def test_the_foot_stands_while_the_database_is_away(client, lines):
    client.get("/")
    assert 'href="tel:0120-061-338"' in render_to_string("503.html")
    kept_lines.forget()
    assert 'href="tel:119"' in render_to_string("503.html")


def arrived_booking():
    """A family in house today."""
    today = timezone.localdate()
    booking = Booking.objects.create(
        registration=registration(born=today - 40 * A_DAY), service=service(), booked_at=timezone.now()
    )
    booking.days.create(day=today)
    Stay.objects.create(booking=booking, arrived_at=timezone.now(), arrival_recorded_by=user(Role.OPERATOR))
    Booking.objects.filter(pk=booking.pk).update(state=BookingState.ARRIVED)
    booking.refresh_from_db()
    return booking


def test_a_mark_on_the_tenth_question_shows_the_midwife_whom_to_call(client, lines):
    booking = arrived_booking()
    client.force_login(user(Role.OPERATOR, facility=booking.service.facility))
    scores = {"assessed_on": timezone.localdate().isoformat(), "total": 5, "item_10": 1, "key": "a" * 24}
    page = client.post(reverse("operator:assessment", args=[booking.pk]), scores, follow=True).content.decode()
    assert "ひとりにしないでください" in page
    assert 'href="tel:0120-061-338"' in page


@pytest.mark.parametrize("item_10", [0])
def test_no_mark_no_warning(client, lines, item_10):
    booking = arrived_booking()
    client.force_login(user(Role.OPERATOR, facility=booking.service.facility))
    scores = {"assessed_on": timezone.localdate().isoformat(), "total": 5, "item_10": item_10, "key": "a" * 24}
    page = client.post(reverse("operator:assessment", args=[booking.pk]), scores, follow=True).content.decode()
    assert "ひとりにしないでください" not in page


def test_staff_who_write_it_down_read_it_on_the_next_page(client, lines):
    booking = arrived_booking()
    client.force_login(user(Role.OPERATOR, facility=booking.service.facility))
    answer = client.post(
        reverse("operator:handover", args=[booking.pk]), {"text": "「消えてしまいたい」と話す", "key": "b" * 24}
    )
    assert answer["Location"] == reverse("operator:stay", args=[booking.pk])
    assert any("119" in str(message) for message in get_messages(answer.wsgi_request))
