"""Staff put a mother's name or telephone right in the admin; her tax class is only read there."""

import pytest
from django.urls import reverse
from django.utils import timezone

from enrollment.applications.duplicates import proposed_for
from enrollment.applications.mother_details import correct_person
from enrollment.models import Family, Sibling, TimelineEntry
from sankecare.errors import NotPossible
from tests.builders import A_DAY, at, family, sibling, user

pytestmark = pytest.mark.django_db


@pytest.fixture
def home():
    return family()


def save(client, home, **typed):
    """Save the admin's form of the family as staff would, with what is typed over."""
    page = f"/admin/enrollment/family/{home.pk}/change/"
    form = client.get(page).context["adminform"].form
    data = {name: form[name].value() or "" for name in form.fields}
    for formset in client.get(page).context["inline_admin_formsets"]:
        management = formset.formset.management_form
        data |= {management[name].html_name: management[name].value() for name in management.fields}
        for row in formset.formset.initial_forms:
            data |= {row[name].html_name: row[name].value() or "" for name in row.fields}
    return client.post(page, data | typed)


def test_a_name_is_kept_as_typed_and_kana_and_telephone_are_folded_so_that_they_are_found(client, home):
    staff = user()
    client.force_login(staff)
    answer = save(
        client, home, mother_name=" 葛󠄀城 花", mother_name_kana="カツラギ　ﾊﾅ", phone="０９０−１２３４−５６７８"
    )
    assert answer.status_code == 302
    kept = Family.objects.get(pk=home.pk)
    assert (kept.mother_name, kept.mother_name_kana, kept.phone) == (" 葛󠄀城 花", "かつらぎ はな", "09012345678")
    entry = TimelineEntry.objects.get(family=home)
    assert (entry.happening, entry.entered_by) == ("person_corrected", staff)
    other = family()
    other.phone, other.mother_name_kana = "09012345678", "かつらぎ はな"
    assert [row.family for row in proposed_for([other], timezone.localdate())[other.pk]] == [kept]


def test_what_stood_there_before_is_in_the_history(client, home):
    client.force_login(user())
    save(client, home, mother_name="髙﨑 花")
    events = Family.pgh_event_model.objects.filter(pgh_obj=home).order_by("pgh_id")
    assert [event.mother_name for event in events][-2:] == ["髙﨑 𠮷子", "髙﨑 花"]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"mother_name": "　"}, "mother_name"),
        ({"mother_name_kana": "　 "}, "mother_name_kana"),
        ({"mother_birth_date": "2999-01-01"}, "mother_birth_date"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_nothing_is_written(client, home, typed, field):
    client.force_login(user())
    answer = save(client, home, **typed)
    assert answer.status_code == 200
    assert field in answer.context["adminform"].form.errors
    assert not TimelineEntry.objects.exists()


def test_the_operation_refuses_it_too_whoever_calls():
    home = family()
    with pytest.raises(NotPossible, match="application_impossible"):
        correct_person(
            family=home,
            mother_name="",
            mother_name_kana="かな",
            mother_birth_date=None,
            phone="",
            email="",
            by=user(),
            at=at(A_DAY),
        )


def test_nothing_changed_is_no_entry_on_the_timeline(client, home):
    client.force_login(user())
    assert save(client, home).status_code == 302
    assert not TimelineEntry.objects.exists()


def test_a_childs_kana_is_folded_too(client, home):
    child = sibling(home)
    client.force_login(user())
    save(client, home, **{"siblings-0-name": "花 ", "siblings-0-name_kana": "ﾊﾅ"})
    kept = Sibling.objects.get(pk=child.pk)
    assert (kept.name, kept.name_kana) == ("花 ", "はな")


def test_the_tax_class_is_read_in_the_admin_and_changed_by_its_paper_alone(client, home):
    client.force_login(user())
    row = home.tax_classes.get()
    page = client.get(f"/admin/enrollment/family/{home.pk}/change/")
    assert reverse("life:overview", args=[home.pk]) in str(page.content, "utf-8")
    typed = {
        "tax_classes-TOTAL_FORMS": "2",
        "tax_classes-INITIAL_FORMS": "1",
        "tax_classes-0-id": row.pk,
        "tax_classes-0-family": home.pk,
        "tax_classes-0-tax_class": "welfare",
        "tax_classes-0-DELETE": "on",
        "tax_classes-1-family": home.pk,
        "tax_classes-1-period_0": "2023-01-01",
        "tax_classes-1-tax_class": "welfare",
    }
    save(client, home, **typed)
    assert [(kept.pk, kept.tax_class) for kept in home.tax_classes.all()] == [(row.pk, "taxed")]
