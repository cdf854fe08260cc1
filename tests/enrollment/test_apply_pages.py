"""The application in steps: saved as she goes, resumed anywhere, refused beside the field, sent once."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.roles import Role
from enrollment.applications.drafts import load_draft
from enrollment.models import (
    ApplicationDraft,
    Consent,
    ConsentText,
    Family,
    Infant,
    Registration,
    RegistrationPolicy,
    RegistrationState,
)
from tests.builders import LONG_AGO, family, registration, service, town, user
from tests.factories_application_steps import agreed, answers, baby, fill_in, parts, send

pytestmark = pytest.mark.django_db

NAME = "髙﨑\U000e0100 𠮷子"


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def mother(client):
    person = user(Role.MOTHER)
    client.force_login(person)
    return person


@pytest.fixture
def consent():
    texts = {"text_ja": "伝えることに同意します。", "text_en": "I agree."}
    return ConsentText.objects.create(code="share", version="1", period=(LONG_AGO, None), **texts)


def post(client, step, typed, revision=0, **more):
    return client.post(f"/my/apply/{step}/", typed | more | {"revision": revision})


def errors(answer):
    return list(answer.context["form"].errors)


def test_every_step_leads_to_the_next_and_the_application_arrives_as_it_was_stated(client, mother, today, consent):
    fill_in(client, today, mother={"mother_name": NAME})
    assert client.get("/my/apply/")["Location"] == "/my/apply/send/"
    client.post("/my/apply/send/", agreed(today))
    kept = Registration.objects.select_related("birth__family").get()
    lives = kept.birth.family.residences.get()
    assert kept.birth.family.mother_name == NAME
    assert kept.birth.family.mother_name_kana == "たかさき よしこ"
    assert (kept.birth.family.phone, lives.postcode, lives.town.name) == ("09012345678", "1540004", "太子堂")
    assert (kept.worry_topics, kept.worries) == (["tired", "sleep"], "夜に眠れません🙇")
    assert (kept.support, kept.heard_from) == ("夫は夜勤です", "hospital")
    assert Consent.objects.get().text == consent
    assert not ApplicationDraft.objects.exists()


def test_what_she_typed_is_there_on_another_device_right_or_wrong(client, mother, today):
    post(client, "mother", answers(today)["mother"] | {"phone": "090", "mother_name": NAME})
    other = Client()
    other.force_login(mother)
    page = other.get("/my/apply/", follow=True).content.decode()
    assert NAME in page
    assert 'value="090"' in page
    assert "電話番号は、市外局番から" in page


def test_a_draft_cannot_be_read_in_the_database(client, mother, today):
    post(client, "mother", answers(today)["mother"] | {"rest": "ひみつ荘"})
    sealed = bytes(ApplicationDraft.objects.get().answers)
    assert "ひみつ荘".encode() not in sealed
    assert load_draft(mother).typed("mother")["rest"] == ["ひみつ荘"]


def test_an_empty_step_is_opened_without_reproach_and_left_with_it(client, mother):
    assert "errors" not in client.get("/my/apply/mother/").content.decode()
    answer = post(client, "mother", {})
    assert (answer.status_code, "mother_name" in errors(answer)) == (422, True)
    assert "mother_name" not in errors(client.get("/my/apply/mother/"))
    assert "mother_name" in errors(client.get("/my/apply/mother/?look=1"))


@pytest.mark.parametrize(
    ("button", "leads_to"), [("back", "/my/apply/mother/"), ("later", "/my/"), ("next", "/my/apply/health/")]
)
def test_every_button_keeps_what_was_typed(client, mother, today, button, leads_to):
    answer = post(client, "babies", answers(today)["babies"], **{button: "1"})
    assert answer["Location"] == leads_to
    assert load_draft(mother).typed("babies")["babies"] == ["1"]


@pytest.mark.parametrize(
    ("step", "changes", "field", "words"),
    [
        ("mother", {"mother_name": "花子😊"}, "mother_name", "絵文字"),
        ("mother", {"mother_name": "花" * 81}, "mother_name", "80"),
        ("mother", {"mother_name": "花\0子"}, "mother_name", ""),
        ("mother", {"mother_name": "  "}, "mother_name", ""),
        ("mother", {"mother_name_kana": "Hanako"}, "mother_name_kana", "ひらがな"),
        ("mother", {"phone": "12-34"}, "phone", "10けた"),
        ("mother", {"mother_birth_date_0": "2099"}, "mother_birth_date", "まだ来ていない"),
        ("mother", {"mother_birth_date_0": "1023"}, "mother_birth_date", "年を確かめて"),
        ("mother", {"town": "渋谷"}, "town", "区内の町名にありません"),
        ("mother", {"postcode": "154"}, "postcode", "7けた"),
        ("mother", {"chome": "0"}, "chome", ""),
        ("mother", {"rest": "あ" * 121}, "rest", "120"),
        ("babies", {"babies": "7"}, "babies", "6人まで"),
        ("babies", {"infant_0_gestation_weeks": "19"}, "infant_0_gestation_weeks", "20"),
        ("babies", {"infant_0_gestation_weeks": "", "infant_0_gestation_days": "3"}, "infant_0_gestation_weeks", ""),
        ("babies", {"infant_0_birth_weight_grams": "3.1"}, "infant_0_birth_weight_grams", "例：3120"),
        ("babies", {"infant_0_birth_weight_grams": "31200"}, "infant_0_birth_weight_grams", "例：3120"),
        ("babies", {"infant_0_birth_way": "water"}, "infant_0_birth_way", ""),
        ("babies", {"infant_0_birth_date_1": "13"}, "infant_0_birth_date", ""),
        ("babies", {"infant_0_birth_date_0": "2001"}, "infant_0_birth_date", "年を確かめて"),
        ("babies", {"due_date_0": "2001"}, "due_date", "離れすぎ"),
        ("babies", {"sibling_0_name": "花"}, "sibling_0_birth_date", ""),
        ("babies", {"sibling_1_name": "花", **parts("sibling_1_birth_date", date(2099, 1, 1))},
         "sibling_1_birth_date", "まだ来ていない"),
        ("babies", {"sibling_2_name": "花", **parts("sibling_2_birth_date", date(2010, 1, 1))},
         "sibling_2_birth_date", "小学校"),
        ("health", {"worry": "maybe"}, "worry", ""),
        ("health", {"worry": "no"}, "worry", "印"),
        ("health", {"worry_topics": ["money"]}, "worry_topics", ""),
        ("health", {"worries": "あ" * 2001}, "worries", "2000"),
        ("health", {"tax_class": ""}, "tax_class", ""),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_its_field_and_stays_typed(client, *, mother, today, step, changes, field, words):
    answer = post(client, step, answers(today)[step] | changes)
    assert answer.status_code == 422
    assert errors(answer) == [field]
    assert words in str(answer.context["form"].errors[field])
    name, typed = next(iter(changes.items()))
    kept = load_draft(mother).typed(step)[name]
    assert kept == (typed if isinstance(typed, list) else [typed])


@pytest.mark.parametrize(
    ("more", "field", "words"),
    [
        ({"discharged_on": -1}, "discharged_on", "退院"),
        ({"discharged_on": 99}, "discharged_on", "まだ来ていない"),
        ({"rolls_over_since": -1}, "rolls_over_since", ""),
    ],
)
def test_days_of_a_baby_that_cannot_be_are_refused_beside_that_babys_field(
    client, *, mother, today, more, field, words
):
    born = today - timedelta(days=20)
    days = {name: (born + timedelta(days=after)).isoformat() for name, after in more.items()}
    typed = {"babies": "2", "shown": 2, **baby(born), **baby(born, 1, **days)}
    answer = post(client, "babies", typed)
    assert (answer.status_code, errors(answer)) == (422, [f"infant_1_{field}"])
    assert words in str(answer.context["form"].errors)


def test_a_baby_born_tomorrow_is_refused_and_changes_nothing(client, mother, today):
    answer = send(client, today, babies=baby(today + timedelta(days=1)))
    assert answer.status_code == 422
    assert not Family.objects.exists()


def test_fields_come_up_for_as_many_babies_as_were_born_before_anything_is_missing(client, mother, today):
    answer = post(client, "babies", {"babies": "3", "shown": 0})
    assert answer["Location"] == "/my/apply/babies/#baby-1"
    page = client.get("/my/apply/babies/")
    assert errors(page) == []
    assert page.content.decode().count('id="baby-') == 3 * 2


def test_each_baby_is_its_own(client, mother, today):
    born = today - timedelta(days=20)
    first = baby(born, gestation_weeks=33, gestation_days=4, long_hospital_stay="on", name="一𠮷")
    second = baby(born, 1, discharged_on=(born + timedelta(days=6)).isoformat(), name_kana="ジロウ")
    send(
        client,
        today,
        babies={"babies": "2", "shown": 2, **parts("due_date", born + timedelta(days=45)), **first, **second},
    )
    one, two = Infant.objects.order_by("pk")
    assert (one.name, one.gestation_days, one.long_hospital_stay, one.discharged_on) == ("一𠮷", 235, True, None)
    assert (two.name_kana, two.gestation_days, two.discharged_on) == ("じろう", None, born + timedelta(days=6))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ({}, (None, False, "", "", "")),
        ({"birth_weight_grams": "3120", "birth_way": "planned_caesarean"}, (3120, False, "planned_caesarean", "", "")),
        ({"birth_weight_unknown": "on", "birth_way": "unknown", "unusual": "unknown"},
         (None, True, "unknown", "unknown", "")),
        ({"birth_weight_grams": "3120", "birth_weight_unknown": "on"}, (3120, False, "", "", "")),
        ({"unusual": "", "unusual_words": "黄疸で光を当てた"}, (None, False, "", "some", "黄疸で光を当てた")),
    ],
)  # fmt: skip
def test_how_the_baby_was_born_may_be_left_open_or_not_be_known(client, mother, today, typed, kept):
    born = today - timedelta(days=20)
    send(client, today, babies=baby(born, **typed))
    names = ("birth_weight_grams", "birth_weight_unknown", "birth_way", "unusual", "unusual_words")
    assert Infant.objects.values_list(*names).get() == kept


def test_before_birth_the_due_date_is_needed(client, mother, today):
    answer = post(client, "babies", {"babies": "0", "shown": 0})
    assert (answer.status_code, errors(answer)) == (422, ["due_date"])


@pytest.mark.parametrize(("days", "words"), [(400, "離れすぎ"), (-400, "離れすぎ"), (150, "から申請できます")])
def test_a_due_date_far_away_or_too_early_is_refused_beside_it(client, mother, today, days, words):
    RegistrationPolicy.objects.create(period=(LONG_AGO, None), from_pregnancy_week=28)
    due = parts("due_date", today + timedelta(days=days))
    answer = post(client, "babies", {"babies": "0", "shown": 0} | due)
    assert (answer.status_code, errors(answer)) == (422, ["due_date"])
    assert words in str(answer.context["form"].errors)


def test_a_pregnancy_is_applied_for_without_a_baby(client, mother, today):
    RegistrationPolicy.objects.create(period=(LONG_AGO, None), from_pregnancy_week=28)
    service()
    pregnant = {"babies": "0", "shown": 0} | parts("due_date", today + timedelta(days=50))
    fill_in(client, today, babies=pregnant)
    assert "生まれたらマイページから" not in client.get("/my/apply/send/").content.decode()
    client.post("/my/apply/send/")
    kept = Registration.objects.get()
    assert (kept.birth.due_date, kept.birth.infants.count()) == (today + timedelta(days=50), 0)


def test_a_draft_sealed_with_a_key_that_is_gone_is_begun_anew(client, mother, today, settings):
    post(client, "mother", answers(today)["mother"])
    settings.SEALING_KEYS = ["another key"]
    assert load_draft(mother) is None
    assert post(client, "babies", answers(today)["babies"]).status_code == 302
    assert set(load_draft(mother).steps) == {"babies"}


def test_the_district_is_found_from_the_town_as_she_enters(client, mother, today):
    town("北沢", "kitazawa")
    told = client.post("/my/apply/mother/check/", answers(today)["mother"] | {"town": "世田谷区北沢２丁目"}).json()
    assert told["district"] == "北沢総合支所の地域です。"


def test_a_field_that_she_leaves_is_checked_and_kept(client, mother, today):
    told = client.post("/my/apply/mother/check/", {"phone": "12", "revision": 0}).json()
    assert "10けた" in told["errors"]["phone"][0]
    assert told["revision"] == 1
    assert load_draft(mother).typed("mother")["phone"] == ["12"]


def test_a_stale_page_overwrites_nothing_unless_she_says_so(client, mother, today):
    typed = answers(today)["mother"]
    post(client, "mother", typed | {"phone": "03-1111-1111"}, revision=0)
    stale = post(client, "mother", typed | {"phone": "03-2222-2222"}, revision=0)
    page = stale.content.decode()
    assert stale.status_code == 409
    assert "0311111111" in page
    assert "03-2222-2222" in page
    assert load_draft(mother).typed("mother")["phone"] == ["03-1111-1111"]
    assert client.post("/my/apply/mother/check/", typed | {"revision": 0}).status_code == 409
    assert post(client, "mother", typed | {"phone": "03-2222-2222"}, revision=0, anyway="1").status_code == 302
    assert load_draft(mother).typed("mother")["phone"] == ["03-2222-2222"]


def test_another_steps_newer_answers_do_not_make_this_one_stale(client, mother, today):
    post(client, "mother", answers(today)["mother"])
    assert post(client, "babies", answers(today)["babies"], revision=0).status_code == 302


def test_what_is_too_long_to_keep_is_said_and_stays_on_the_page(client, mother):
    answer = post(client, "health", {"worries": "あ" * 40_000})
    assert answer.status_code == 422
    assert "長すぎて保存できません" in answer.content.decode()
    assert not ApplicationDraft.objects.exists()


def test_what_is_missing_is_listed_with_links_and_nothing_is_sent(client, mother, today):
    fill_in(client, today, health={"tax_class": ""})
    answer = client.post("/my/apply/send/")
    assert answer.status_code == 422
    assert "/my/apply/health/?look=1" in answer.content.decode()
    assert not Registration.objects.exists()


def test_a_consent_asked_for_must_be_given_and_an_older_version_does_not_count(client, mother, today, consent):
    fill_in(client, today)
    ConsentText.objects.filter(pk=consent.pk).update(period=(LONG_AGO, today))
    ConsentText.objects.create(
        code="share", version="2", period=(today, None), text_ja="新しい文", text_en="New", required=True
    )
    old = {f"consent_{consent.pk}": "on"}
    answer = client.post("/my/apply/send/", agreed(today) | {f"consent_{consent.pk + 1}": ""} | old)
    assert (answer.status_code, "同意がないと" in answer.content.decode()) == (422, True)
    assert not Registration.objects.exists()


def test_a_slip_that_the_draft_let_through_is_refused_at_the_end_with_the_way_to_its_step(client, mother, today):
    other = registration(family(account=mother), born=today - timedelta(days=20))
    answer = send(client, today)
    assert answer.status_code == 422
    assert other.number in answer.content.decode()
    assert ApplicationDraft.objects.exists()


def test_before_it_is_sent_she_reads_how_it_stands_and_what_she_can_do(client, mother, today):
    service()
    fill_in(client, today, health={"worry": "no", "worry_topics": []})
    page = client.get("/my/apply/send/").content.decode()
    assert "小さな心配や疲れも含みます" in page
    assert "4か月未満</span>です" in page


def test_after_it_is_sent_she_reads_it_too_and_nobody_elses(client, mother, today):
    service()
    send(client, today)
    own = Registration.objects.get()
    page = client.get(f"/my/registrations/{own.pk}/verdict/").content.decode()
    assert ("どのサービスにも共通" in page, "大丈夫です" in page) == (True, True)
    other = registration()
    assert client.get(f"/my/registrations/{other.pk}/verdict/").status_code == 404


def test_while_it_waits_no_second_one_is_begun(client, mother, today):
    send(client, today)
    for answer in (client.get("/my/apply/"), client.get("/my/apply/mother/"), post(client, "mother", {})):
        assert answer["Location"] == "/my/"
    assert client.post("/my/apply/mother/check/", {}).status_code == 409
    assert not ApplicationDraft.objects.exists()


def test_a_returned_application_comes_back_with_everything_that_was_stated(client, mother, today):
    born = today - timedelta(days=20)
    twins = {
        "babies": "2",
        "shown": 2,
        **parts("due_date", born + timedelta(days=27)),
        **baby(born, gestation_weeks=36, gestation_days=1),
        **baby(born, 1, name="二郎"),
    }
    send(
        client,
        today,
        babies=twins | {"sibling_0_name": "花", **parts("sibling_0_birth_date", date(born.year - 3, 1, 2))},
    )
    kept = Registration.objects.get()
    Registration.objects.filter(pk=kept.pk).update(state="returned", decision_reason="予定日をご確認ください")
    assert client.post("/my/apply/send/", agreed(today)).status_code == 302
    kept.refresh_from_db()
    assert kept.state == RegistrationState.APPLIED
    assert [infant.gestation_days for infant in kept.birth.infants.all()] == [253, None]
    assert kept.worry_topics == ["tired", "sleep"]


def test_a_further_birth_begins_with_what_is_known_of_her(client, mother, today):
    home, born = family(account=mother), today - timedelta(days=500)
    registration(home, born=born)
    home.siblings.create(name="学", birth_date=date(today.year - 9, 1, 1))
    page = client.get("/my/apply/mother/").content.decode()
    assert "髙﨑 𠮷子" in page
    # The baby of then is the older child of now; who goes to school is not asked for any more.
    fields = client.get("/my/apply/babies/").context["form"]
    assert (fields["sibling_0_name"].value(), fields["sibling_1_name"].value()) == ("𠮷太郎", None)


def test_to_take_an_application_back_is_asked_once_more(client, mother, today):
    made = registration(family(account=mother), state=RegistrationState.APPLIED)
    address = f"/my/registrations/{made.pk}/withdraw/"
    assert "申請を取り下げる" in client.get(address).content.decode()
    made.refresh_from_db()
    assert made.state == RegistrationState.APPLIED
    client.post(address)
    made.refresh_from_db()
    assert made.state == "withdrawn"


def test_who_moves_away_reads_until_when_she_can_use_it(client, mother, today):
    made = registration(family(account=mother), born=today - timedelta(days=30))
    last = today + timedelta(days=9)
    said = f"{last.year}年{last.month}月{last.day}日</strong>まで使えます"
    service(slots=3)
    assert said not in client.get("/my/").content.decode()
    Registration.objects.filter(pk=made.pk).update(usable_until=last)
    assert said in client.get("/my/").content.decode()


def test_why_it_was_returned_is_shown_until_she_has_sent_it_again(client, mother, today):
    made = registration(family(account=mother), state=RegistrationState.RETURNED, decision_reason="予定日の確認")
    assert "予定日の確認" in client.get("/my/").content.decode()
    Registration.objects.filter(pk=made.pk).update(state=RegistrationState.APPLIED)
    assert "予定日の確認" not in client.get("/my/").content.decode()


def test_an_unknown_step_is_not_there(client, mother):
    assert client.get("/my/apply/nothing/").status_code == 404
    assert client.post("/my/apply/send/check/").status_code == 404
