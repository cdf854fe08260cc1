"""One question first: until when, how soon, for how much; then only what is open; taken along, not asked again."""

from dataclasses import fields
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.actions import Action
from accounts.policy import POLICY
from accounts.roles import Role
from bookings.models import AllocationPolicy, Booking
from enrollment.models import NOT_KNOWN, Registration, RegistrationPolicy
from enrollment.queries import verdict_for, verdicts_on_application
from enrollment.stated import Stated
from facilities.models import DayOverride, ServiceKind, ServiceTermsRow
from sankecare.context import ward_name
from tests.builders import LONG_AGO, draw_round, registration, service, town, user
from tests.factories_application_steps import agreed, answers, parts

pytestmark = pytest.mark.django_db


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def short_stay(today):
    RegistrationPolicy.objects.create(period=(LONG_AGO, None), from_pregnancy_week=28, decision_days=5)
    offered = service(slots=1)
    AllocationPolicy.objects.create(
        service=offered, period=(LONG_AGO, None), method="first_come", notice_hours=24, opens_days_before=180
    )
    return offered


def soon_of(answer):
    return {row.service.slug: row for row in answer.context["soon"].rows}


def ask(day, address="/soonest/", **more):
    return Client().post(address, parts("baby_day", day) | more)


def test_the_home_page_asks_for_one_day_alone(short_stay):
    page = Client().get("/").content.decode()
    form = page.partition('action="/soonest/"')[2].partition("</form>")[0]
    assert form.count("<fieldset") == 1
    assert "いちばん早い日と料金を見る" in form


def test_one_day_gives_until_when_how_soon_and_the_price(short_stay, today):
    full = Booking.objects.create(registration=registration(), service=short_stay, booked_at=timezone.now())
    full.days.create(day=today + timedelta(days=2))
    DayOverride.objects.create(pool=short_stay.pool, day=today + timedelta(days=3), slots=0, reason="休み")
    answer = ask(today - timedelta(days=40))
    row = soon_of(answer)[short_stay.slug]
    expected = [today + timedelta(days=number) for number in (4, 5, 6)]
    assert (answer.status_code, row.found.days, row.price) == (200, expected, 4500)
    assert row.last_day == answer.context["soon"].rows[0].last_day
    assert row.first_time == answer.context["soon"].decided_by + timedelta(days=1)
    assert "1日<strong>4,500円</strong>" in answer.content.decode()


def test_days_given_by_lot_are_said_and_not_promised(short_stay, today):
    draw_round(short_stay, today + timedelta(days=2), 200)
    row = soon_of(ask(today - timedelta(days=20)))[short_stay.slug]
    assert (row.first, row.found.draw_day) == (None, today + timedelta(days=2))


def test_a_day_to_come_is_a_due_date_and_so_is_a_day_of_which_she_says_it(short_stay, today):
    due = today + timedelta(days=30)
    assert soon_of(ask(due))[short_stay.slug].first == due
    late = ask(today - timedelta(days=3), unborn="on")
    assert late.context["due_date"] == today - timedelta(days=3)


@pytest.mark.parametrize("typed", [{}, {"baby_day_0": "1901", "baby_day_1": "1", "baby_day_2": "1"}])
def test_a_day_that_cannot_be_is_said_beside_the_question(short_stay, typed):
    answer = Client().post("/soonest/", typed)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["baby_day"])


WHOLE = {"early": "no", "home": "both", "worry": "yes", "lacks_support": "yes", "needs_medical_care": "no"}


def test_only_what_is_open_is_asked_one_idea_a_screen(short_stay, today):
    told = parts("baby_day", today - timedelta(days=40))
    asked = []
    for _screen in range(9):
        answer = Client().post("/check/", told)
        if "question" not in answer.context:
            break
        question = answer.context["question"].slug
        asked.append(question)
        assert answer.content.decode().count("<h1>") == 1
        told |= {question: WHOLE[question], "at": question}
    assert asked == list(WHOLE)
    text = answer.content.decode()
    assert ("ご利用いただけます" in text, "4,500" in text) == (True, False)
    assert "4,500" in Client().post("/check/", told | {"tax_class": "taxed"}).content.decode()


@pytest.mark.parametrize(
    ("changes", "rule", "asked_after"),
    [
        ({"home": "mother"}, "residency", "worry"),
        ({"worry": "no"}, "worry", "lacks_support"),
        ({"lacks_support": "no"}, "support", "needs_medical_care"),
        ({"needs_medical_care": "yes"}, "medical_care", ""),
    ],
)
def test_a_no_names_the_one_thing_against_it_and_what_to_do_and_asks_no_more(
    short_stay, today, changes, rule, asked_after
):
    told = parts("baby_day", today - timedelta(days=40)) | WHOLE | changes
    told.pop(asked_after, None)
    answer = Client().post("/check/", told)
    text = answer.content.decode()
    assert (answer.context["eligible"], text.count('class="notice-title"')) == (False, 1)
    assert (bool(answer.context["against"]), bool(answer.context["advice"])) == (True, True)
    assert "できること" in text


def test_too_old_for_a_stay_is_said_with_what_is_left(short_stay, today):
    visits = service(ServiceKind.OUTREACH, short_stay.pool)
    ServiceTermsRow.objects.filter(service=visits).update(age_limit_months=12)
    answer = ask(today - timedelta(days=200))
    assert list(soon_of(answer)) == [visits.slug]
    assert [row.service for row in answer.context["soon"].others] == [short_stay]


def test_an_answer_can_be_changed_and_the_others_stay(short_stay, today):
    told = parts("baby_day", today - timedelta(days=40)) | WHOLE
    answer = Client().post("/check/", told | {"change": "worry"})
    assert answer.context["question"].slug == "worry"
    hidden = dict(answer.context["hidden"])
    assert hidden["home"] == "both"
    assert "worry" not in hidden


def test_a_day_that_she_touches_is_filled_in_for_the_fee(short_stay, today):
    told = parts("baby_day", today - timedelta(days=40)) | WHOLE | {"tax_class": "taxed"}
    day = today + timedelta(days=7)
    answer = Client().post("/check/days/", told | {"open": f"{short_stay.slug}@{day.isoformat()}"})
    form = answer.context["form"]
    assert (answer.status_code, form["service"].value(), form["first_day"].value()) == (
        200,
        short_stay.slug,
        day.isoformat(),
    )
    assert form["home"].value() == "both"


def test_what_she_answered_goes_along_and_is_not_asked_again(client, short_stay, today):
    told = parts("baby_day", today - timedelta(days=40)) | WHOLE | {"tax_class": NOT_KNOWN}
    assert client.post("/check/", told | {"apply": "1"})["Location"] == "/my/apply/"
    assert "both" not in str(dict(client.session))  # sealed
    client.force_login(user(Role.MOTHER))
    step = client.get("/my/apply/mother/").context
    assert step["form"]["mother_in_ward"].is_hidden
    assert [answer for _question, answer in step["answered"]] == ["はい", "はい"]
    baby = client.get("/my/apply/babies/").context["form"]
    assert (baby["babies"].is_hidden, baby["infant_0_birth_date"].is_hidden) == (True, True)
    need = client.get("/my/apply/health/").context["form"]
    assert all(need[name].is_hidden for name in ("worry", "lacks_support", "needs_medical_care", "tax_class"))
    assert not client.get("/my/apply/health/?all=1").context["form"]["worry"].is_hidden


def test_who_does_not_know_her_tax_class_says_so_and_nothing_is_priced_by_it(client, today):
    town()
    client.force_login(user(Role.MOTHER))
    for step, typed in answers(today).items():
        if step != "consent":
            changed = {"tax_class": NOT_KNOWN} if step == "health" else {}
            client.post(f"/my/apply/{step}/", typed | changed | {"revision": 9})
    client.post("/my/apply/send/", agreed(today))
    kept = Registration.objects.get()
    assert kept.stated_tax_class == NOT_KNOWN
    assert not kept.birth.family.tax_classes.exists()


def test_the_postcode_fills_in_the_town(client, today):
    home = town()
    home.postcode = "1540004"
    home.save()
    client.force_login(user(Role.MOTHER))
    typed = answers(today)["mother"] | {"town": "", "revision": 0}
    assert client.post("/my/apply/mother/check/", typed).json()["filled"] == {"town": home.name}
    assert client.post("/my/apply/mother/", typed | {"revision": 1})["Location"] == "/my/apply/babies/"


def test_after_it_is_sent_she_reads_by_when_it_is_answered(client, short_stay, today):
    client.force_login(user(Role.MOTHER))
    for step, typed in answers(today).items():
        if step != "consent":
            client.post(f"/my/apply/{step}/", typed | {"revision": 9})
    page = client.post("/my/apply/send/", agreed(today), follow=True).content.decode()
    assert ("区が確認中" in page, "ごろまでに、メールで" in page) == (True, True)


def test_the_ward_is_named_on_every_page(short_stay):
    ward_name.keep("世田谷区", "ja", seconds=60)
    page = Client().get("/fees/").content.decode()
    assert ("｜世田谷区 産後ケア</title>" in page, 'class="site-ward" lang="ja">世田谷区' in page) == (True, True)


def test_who_moves_in_soon_applies_now_and_uses_it_from_that_day_on(client, short_stay, today):
    client.force_login(user(Role.MOTHER))
    day = today + timedelta(days=10)
    for step, typed in answers(today).items():
        moved = {"mother_in_ward": "no", "infant_in_ward": "no", "moves_in_on": day.isoformat()}
        if step != "consent":
            client.post(f"/my/apply/{step}/", typed | (moved if step == "mother" else {}) | {"revision": 9})
    client.post("/my/apply/send/", agreed(today))
    kept = Registration.objects.get()
    assert verdicts_on_application(kept, today)[short_stay.slug].eligible
    before = verdict_for(kept, short_stay, day - timedelta(days=1), day - timedelta(days=1))
    assert [rule.rule for rule in before.rules if not rule.met] == ["residency"]
    assert verdict_for(kept, short_stay, day, day).eligible


def test_what_she_is_told_that_the_facility_reads_is_what_it_reads(client, today):
    town()
    client.force_login(user(Role.MOTHER))
    told = client.get("/my/apply/health/").content.decode().partition("だれが読みますか")[2].partition("</details>")[0]
    words = {
        "worries": "心配なこと",
        "worries_in_words": "心配なこと",
        "lacks_support": "手助け",
        "support": "手助け",
        "needs_medical_care": "体調",
        "mother_health": "お母さんと赤ちゃんの体調",
        "infant_health": "お母さんと赤ちゃんの体調",
        "due_date": "出産のときの様子",
        "infants": "出産のときの様子",
    }
    assert {one.name for one in fields(Stated)} == {*words, "at", "whose_words"}
    assert [word for word in words.values() if word not in told] == []
    assert not {Role.OPERATOR, Role.FACILITY_MANAGER} & set(POLICY[Action.EVIDENCE_VIEW])
