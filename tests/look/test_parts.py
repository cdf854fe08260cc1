"""The parts of a page: form, date, month, navigation."""

from datetime import date, timedelta

import pytest
from django import forms
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation
from django.utils.html import strip_tags

from accounts.admin_site import WardAdminSite
from accounts.models import User
from accounts.roles import Role
from sankecare.context import Navigation
from sankecare.forms import DatePartsField, DayInput
from sankecare.month_page import Day, Stretch, stretch_from, weeks_of
from sankecare.templatetags.design import days_in_words, keeping_numbers_whole


class Enquiry(forms.Form):
    born = DatePartsField(label="誕生日", help_text="例：2023年4月1日")
    first = forms.DateField(label="はじめの日", widget=DayInput())
    tax = forms.ChoiceField(label="税", choices=[("t", "課税")], widget=forms.RadioSelect)
    memo = forms.CharField(label="メモ", required=False)
    agree = forms.BooleanField(label="区内に住んでいます")


def sent(**changed):
    return Enquiry({"born_0": "2023", "born_1": "4", "born_2": "1", "first": "2023-05-01", "tax": "t", **changed})


def test_a_wrong_field_says_why_beside_it_keeps_what_was_typed_and_is_linked_from_the_top():
    page = str(sent(memo="<b>", first="あした", agree="on"))
    assert 'value="あした"' in page
    assert 'aria-invalid="true"' in page
    assert 'aria-describedby="id_first_error"' in page
    assert 'id="id_first_error"' in page
    assert 'href="#id_first"' in page
    assert 'value="&lt;b&gt;"' in page


def test_the_summary_names_a_field_once():
    form = Enquiry({})
    page = str(form)
    assert "誕生日：" not in page
    assert page.count("「税」を選んでください。</a>") == 1
    assert "税：「税」" not in page
    assert "はじめの日：" in str(sent(first="あした", agree="on"))


def test_a_question_that_was_not_answered_asks_for_an_answer_and_is_not_what_is_chosen():
    class Question(forms.Form):
        here = forms.ChoiceField(
            label="区内に住んでいますか（これから住みますか）", choices=[("y", "はい")], widget=forms.RadioSelect
        )

    page = str(Question({}))
    assert "区内に住んでいますか（これから住みますか）：答えを1つ選んでください。" in page
    assert "」を選んでください" not in page


def test_a_group_is_a_fieldset_that_the_summary_leads_to():
    page = str(sent(born_2="31", agree="on"))
    assert 'href="#id_born_field"' in page
    assert 'id="id_born_field"' in page
    assert '<fieldset aria-describedby="id_born_helptext id_born_error">' in page


def test_required_and_optional_are_said_in_words():
    with translation.override("ja"):
        page = str(Enquiry())
    assert page.count("必須") == 4
    assert page.count("任意") == 1
    assert "errors" not in page


@pytest.mark.parametrize(
    ("parts", "day"),
    [
        (("2023", "4", "1"), date(2023, 4, 1)),
        (("２０２３", "０４", "３０"), date(2023, 4, 30)),
        ((" 2024", "2 ", "29"), date(2024, 2, 29)),
    ],
)
def test_a_date_is_read_from_its_parts_in_full_width_digits_too(parts, day):
    assert DatePartsField().clean(list(parts)) == day


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        (("", "", ""), "required"),
        (("2023", "", "1"), "incomplete"),
        (("2023", "2", "29"), "invalid"),
        (("0", "1", "1"), "era_missing"),
        (("平成", "1", "1"), "invalid"),
        (("2023", "-4", "1"), "invalid"),
    ],
)
def test_a_date_that_is_none_is_refused(parts, code):
    with pytest.raises(forms.ValidationError) as refusal:
        DatePartsField().clean(list(parts))
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("given", "first", "last", "earlier", "later"),
    [
        ("", date(2026, 11, 29), date(2027, 1, 2), None, date(2027, 1, 3)),
        ("2026-11", date(2026, 11, 29), date(2027, 1, 2), None, date(2027, 1, 3)),
        ("2026-12", date(2026, 11, 29), date(2027, 1, 2), None, date(2027, 1, 3)),
        ("2027-01-03", date(2027, 1, 3), date(2027, 2, 6), date(2026, 11, 29), date(2027, 2, 7)),
        ("2027-01-20", date(2027, 1, 17), date(2027, 2, 20), date(2026, 12, 13), date(2027, 2, 21)),
        ("9999-12-31", date(2027, 5, 23), date(2027, 6, 26), date(2027, 4, 18), None),
        ("0001-01-01", date(2026, 11, 29), date(2027, 1, 2), None, date(2027, 1, 3)),
        ("../x", date(2026, 11, 29), date(2027, 1, 2), None, date(2027, 1, 3)),
    ],
)
def test_weeks_are_shown_from_today_on_and_never_what_has_passed(given, first, last, earlier, later):
    """On Sunday, 29 November 2026: a month's page had two days left to show."""
    assert stretch_from(given, date(2026, 11, 29)) == Stretch(first, last, earlier, later)


def test_weeks_start_on_sunday_and_hold_each_of_their_days_once():
    shown = weeks_of(stretch_from("", date(2026, 11, 25)), Day, caption="")
    days = [day for week in shown.weeks for day in week if day]
    assert [day.date for day in days] == [date(2026, 11, 25) + timedelta(days=number) for number in range(32)]
    assert all(week[0] is None or week[0].date.weekday() == 6 for week in shown.weeks)
    assert [day.number for day in days[:8]] == ["11/25", "26", "27", "28", "29", "30", "12/1", "2"]


def test_a_day_says_its_state_in_words_and_only_an_open_one_can_be_chosen():
    def day(one):
        if one.day == 4:
            return Day(one, "few", choosable=True, left=2, price="4,500")
        return Day(one, "open" if one.day == 2 else "full", choosable=one.day == 2)

    with translation.override("ja"):
        shown = weeks_of(Stretch(date(2026, 11, 1), date(2026, 11, 7)), day, caption="空き", input_name="days")
        page = render_to_string("partials/calendar.html", {"weeks": shown})
    assert page.count('type="checkbox"') == 2
    assert 'value="2026-11-02"' in page
    assert "11月2日" in page
    assert "満員です" in page
    assert "あと2" in page
    assert "4,500円" in page


PEOPLE = [AnonymousUser(), *(User(username=role, role=role, is_active=True) for role in Role)]


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: getattr(person, "role", "nobody"))
def test_the_navigation_offers_only_what_the_person_may_open(person):
    request = RequestFactory().get("/")
    request.user, request.resolver_match = person, None
    groups = Navigation(request).groups
    names = {str(item.url) for item in (*Navigation(request).items, *(row for group in groups for row in group.items))}
    assert ("/admin/" in names) == (getattr(person, "role", "") in {Role.WARD_STAFF, Role.SUPERVISOR, Role.AUDITOR})
    assert (Navigation(request).logout_url is None) or person.is_authenticated


def test_a_request_that_never_met_the_sign_in_still_gets_a_page():
    request = RequestFactory().get("/")
    request.resolver_match = None
    assert Navigation(request).items == []


@pytest.mark.parametrize("code", [500, 503])
def test_the_page_of_a_breakdown_needs_neither_session_nor_database(code):
    assert f"{code}" in render_to_string(f"{code}.html")


def test_the_admin_site_is_ours_and_not_unfolds_own():
    assert admin.site.admin_view.__func__ is WardAdminSite.admin_view


def test_no_line_ends_inside_a_date_or_a_number_with_its_unit():
    words = keeping_numbers_whole("2023年8月31日までで4か月未満<です>")
    assert words == (
        '<span class="nowrap">2023年8月31日</span>までで<span class="nowrap">4か月未満</span>&lt;です&gt;'
    )


def test_days_apart_are_never_written_as_a_run():
    apart, run = [date(2026, 11, 28), date(2026, 11, 30)], [date(2026, 11, 30), date(2026, 12, 1)]
    assert strip_tags(days_in_words(apart)) == "2026年11月28日、11月30日"
    assert strip_tags(days_in_words(run, "short")) == "11月30日 ～ 12月1日"
    assert strip_tags(days_in_words([*run, date(2027, 1, 2)])) == "2026年11月30日から12月1日まで、2027年1月2日"
    assert days_in_words([]) == ""
