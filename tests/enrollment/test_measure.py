"""支援措置: a year, renewed on a paper with its day, ended by two people with a reason; no day ends it by itself."""

from datetime import date, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from accounts.roles import Role
from enrollment.addresses import address_to_visit
from enrollment.confidential import Address, is_protected
from enrollment.families.life_events import change_address
from enrollment.families.merge import merge_families
from enrollment.letters.posting_file import lines_of
from enrollment.models import (
    ConfidentialAddress,
    EndOutcome,
    Protection,
    ProtectionEnd,
    ProtectionPeriod,
    Residence,
    TimelineEvent,
)
from enrollment.protection.break_glass import ask_to_look, confidential_address_for, name_person
from enrollment.protection.ending import decline_end, end_protection, propose_end
from enrollment.protection.measure import (
    first_day_of_renewal,
    first_day_to_renew,
    last_day_of_measure,
    renewable_until,
)
from enrollment.protection.protect import protect_family
from enrollment.protection.renewing import renew_protection
from enrollment.queries import standing_families
from enrollment.timeline import add_entry
from pages.ward.desk.second_person import ends_waiting, renewals_due
from sankecare.errors import NotPossible, Refused
from tests.builders import A_DAY, at, family, town, user

pytestmark = pytest.mark.django_db
NOW = at(A_DAY)
A_YEAR_ON = date(2024, 5, 9)  # of 2023-05-10
# In the last month of that year.
IN_TIME = date(2024, 4, 20)


def protected(**facts):
    return protect_family(family=family(), reason="支援措置 第5号", by=user(), at=NOW, **facts)


def proposed(protection, by=None, moment=NOW):
    return propose_end(protection=protection, reason="本人の申出", by=by or user(), at=moment)


def ended(protection, moment=NOW):
    return end_protection(proposal=proposed(protection, moment=moment), by=user(), at=moment)


def periods_of(protection):
    rows = ProtectionPeriod.objects.filter(protection=protection).order_by("period")
    return [(row.period.lower, row.period.upper - timedelta(days=1)) for row in rows]


# ---- Its days -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 10, 3), date(2027, 10, 2)),
        (date(2026, 1, 1), date(2026, 12, 31)),
        (date(2024, 2, 29), date(2025, 2, 28)),  # Civil Code art. 143: no such day, so its last one
        (date(2023, 3, 1), date(2024, 2, 29)),
    ],
)
def test_a_measure_lasts_a_year(first, last):
    assert last_day_of_measure(first) == last


@pytest.mark.parametrize(
    ("last", "paper", "first"),
    [
        (date(2027, 10, 2), date(2027, 9, 10), date(2027, 10, 3)),
        (date(2027, 10, 2), date(2027, 10, 2), date(2027, 10, 3)),
        (date(2027, 10, 2), date(2027, 11, 20), date(2027, 11, 20)),  # asked for late
        (None, date(2027, 11, 20), date(2027, 11, 20)),
    ],
)
def test_a_renewal_counts_from_the_day_after_the_last_or_from_its_paper(last, paper, first):
    assert first_day_of_renewal(last, paper) == first


def test_a_family_is_protected_for_a_year_unless_a_nearer_day_is_said():
    assert periods_of(protected()) == [(A_DAY, A_YEAR_ON)]
    assert protected(review_by=date(2023, 8, 1)).review_by == date(2023, 8, 1)
    with pytest.raises(NotPossible, match="too_long"):
        protected(review_by=A_YEAR_ON + timedelta(days=1))
    with pytest.raises(NotPossible, match="not_come"):
        protected(paper_on=A_DAY + timedelta(days=1))


# ---- Renewed --------------------------------------------------------------------------------------------------------


def test_it_is_renewed_by_a_person_with_the_papers_day_and_both_years_are_kept():
    protection, renewing = protected(), user()
    paper, moment = date(2024, 4, 20), at(date(2024, 4, 22))
    renew_protection(protection=protection, paper_on=paper, review_by=date(2025, 5, 9), by=renewing, at=moment)
    assert periods_of(protection) == [(A_DAY, A_YEAR_ON), (date(2024, 5, 10), date(2025, 5, 9))]
    newest = ProtectionPeriod.objects.order_by("-period").first()
    assert (newest.paper_on, newest.entered_by) == (paper, renewing)
    assert Protection.objects.get().review_by == date(2025, 5, 9)
    entry = protection.family.timeline.get(happening=TimelineEvent.PROTECTION_RENEWED)
    assert (entry.entered_by, entry.on_day) == (renewing, paper)


@pytest.mark.parametrize(
    ("last", "opens"),
    [
        (date(2024, 5, 9), date(2024, 4, 9)),
        (date(2024, 3, 31), date(2024, 2, 29)),
        (date(2023, 3, 29), date(2023, 2, 28)),
        (date(2024, 2, 29), date(2024, 1, 29)),
        (date(2025, 1, 5), date(2024, 12, 5)),
        (date(2024, 12, 31), date(2024, 11, 30)),
    ],
)
def test_a_renewal_is_asked_for_from_a_month_before_the_last_day(last, opens):
    assert first_day_to_renew(last) == opens
    assert renewable_until(opens) >= last > renewable_until(opens - timedelta(days=1))


@pytest.mark.parametrize(
    ("paper", "until", "code"),
    [
        (IN_TIME + timedelta(days=1), A_YEAR_ON, "not_come"),
        (IN_TIME, IN_TIME, "day_passed"),
        (IN_TIME, A_YEAR_ON, "too_long"),  # no day more than now
        (IN_TIME, date(2025, 5, 10), "too_long"),
        (date(2024, 4, 8), date(2025, 5, 9), "too_early"),
        (A_DAY, date(2025, 5, 9), "too_early"),
    ],
)
def test_what_is_no_renewal_is_refused(paper, until, code):
    protection = protected()
    with pytest.raises(NotPossible, match=code):
        renew_protection(protection=protection, paper_on=paper, review_by=until, by=user(), at=at(IN_TIME))
    assert periods_of(protection) == [(A_DAY, A_YEAR_ON)]


def test_a_period_is_never_rewritten_whoever_writes():
    protected()
    for change in (
        lambda: ProtectionPeriod.objects.update(paper_on=date(2020, 1, 1)),
        lambda: ProtectionPeriod.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


# ---- Ended by two ---------------------------------------------------------------------------------------------------


def test_two_people_end_it_and_from_that_day_on_the_address_is_in_the_open():
    protection = protected()
    made, lived = protection.family, Residence.objects.get()
    moment = at(date(2023, 9, 1))
    name_person(protection=protection, person=user(Role.HEALTH_NURSE), by=user(), at=NOW)
    assert address_to_visit(made, date(2023, 9, 1)) is None
    ended(protection, moment)
    assert not is_protected(made)
    shown = address_to_visit(made, date(2023, 9, 1))
    assert (shown.town.name, shown.block) == ("太子堂", 1)
    past, now = Residence.objects.order_by("period")
    assert (past.town, past.period.lower, past.period.upper) == (None, lived.period.lower, date(2023, 9, 1))
    assert (now.town.name, now.period.lower, now.district) == ("太子堂", date(2023, 9, 1), past.district)
    assert ConfidentialAddress.objects.get().period.upper == date(2023, 9, 1)
    assert not Protection.objects.get().named.exists()
    assert made.timeline.filter(happening=TimelineEvent.PROTECTION_ENDED).count() == 1


def test_who_proposed_it_does_not_end_it_nor_does_the_database_let_her():
    protection, proposing = protected(), user()
    proposal = proposed(protection, proposing)
    with pytest.raises(Refused, match="second_person_needed"):
        end_protection(proposal=proposal, by=proposing, at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        ProtectionEnd.objects.update(outcome="ended", decided_by=proposing, decided_at=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        Protection.objects.update(ended_at=NOW)
    assert is_protected(protection.family)


def test_an_end_is_proposed_once_with_a_reason_and_decided_once():
    protection = protected()
    with pytest.raises(NotPossible, match="no_reason"):
        propose_end(protection=protection, reason=" ", by=user(), at=NOW)
    proposal = proposed(protection)
    with pytest.raises(Refused, match="already_proposed"):
        proposed(protection)
    decline_end(proposal=proposal, by=user(), at=NOW)
    for decide in (end_protection, decline_end):
        with pytest.raises(Refused, match="decided_already"):
            decide(proposal=proposal, by=user(), at=NOW)
    assert is_protected(protection.family)
    with pytest.raises(DatabaseError), transaction.atomic():
        ProtectionEnd.objects.update(reason="x")


def test_who_proposed_it_takes_it_back():
    protection, proposing = protected(), user()
    decline_end(proposal=proposed(protection, proposing), by=proposing, at=NOW)
    assert ProtectionEnd.objects.get().outcome == EndOutcome.DECLINED


def test_a_renewal_leaves_a_proposed_end_undone():
    protection = protected()
    proposal = proposed(protection)
    moment = at(IN_TIME)
    renew_protection(protection=protection, paper_on=IN_TIME, review_by=date(2025, 5, 9), by=user(), at=moment)
    with pytest.raises(Refused, match="decided_already"):
        end_protection(proposal=proposal, by=user(), at=NOW)


def test_what_has_ended_is_neither_renewed_nor_looked_behind():
    protection, nurse = protected(), user(Role.HEALTH_NURSE)
    ended(protection)
    for refused in (
        lambda: renew_protection(protection=protection, paper_on=A_DAY, review_by=A_YEAR_ON, by=user(), at=NOW),
        lambda: proposed(protection),
        lambda: ask_to_look(protection=protection, reason="確認", by=user(), at=NOW),
        lambda: name_person(protection=protection, person=nurse, by=user(), at=NOW),
        lambda: confidential_address_for(person=user(), family=protection.family, day=A_DAY, at=NOW),
    ):
        with pytest.raises(Refused, match="not_protected"):
            refused()


def test_a_family_is_protected_anew_and_all_that_was_in_the_open_is_sealed_again():
    protection = protected()
    made = protection.family
    ended(protection, at(date(2023, 9, 1)))
    again = protect_family(family=made, reason="支援措置 第9号", by=user(), at=at(date(2023, 11, 1)))
    assert (again.pk, is_protected(made)) == (protection.pk, True)
    assert not Residence.objects.filter(town__isnull=False).exists()
    history = Residence.pgh_event_model.objects.filter(family=made)
    assert not history.filter(town__isnull=False).exists()
    assert again.review_by == date(2024, 10, 31)
    assert periods_of(protection)[-1][1] == date(2024, 10, 31)


def test_an_address_that_is_to_come_stays_as_it_was_told():
    protection = protected()
    made = protection.family
    moves_on = date(2023, 12, 1)
    new = Address(town("三軒茶屋"), None, 7, "メゾン 203")
    change_address(family=made, address=new, from_day=moves_on, by=user(), at=NOW)
    ended(protection, at(date(2023, 9, 1)))
    assert address_to_visit(made, date(2023, 11, 30)).town.name == "太子堂"
    assert address_to_visit(made, moves_on) == new


def test_it_ends_of_the_joined_entries_too_and_their_addresses_stay_sealed():
    kept, given_up = family(), family()
    protect_family(family=given_up, reason="支援措置", by=user(), at=NOW)
    merge_families(kept=kept, given_up=given_up, reason="二重登録", by=user(), at=NOW)
    ended(Protection.objects.get(family=kept))
    assert [is_protected(one) for one in (kept, given_up)] == [False, False]
    assert not Residence.objects.filter(family=given_up, town__isnull=False).exists()


# ---- Who is told ----------------------------------------------------------------------------------------------------


def test_no_day_ends_it_and_the_desk_is_told_a_month_before_and_until_somebody_acts():
    protection, staff = protected(), user()
    for day, is_due in (
        (first_day_to_renew(A_YEAR_ON) - timedelta(days=1), False),
        (first_day_to_renew(A_YEAR_ON), True),
        (A_YEAR_ON + timedelta(days=900), True),
    ):
        assert list(renewals_due(staff, at(day))) == ([protection] if is_due else [])
    assert is_protected(protection.family)
    ended(protection)
    assert not renewals_due(staff, at(A_YEAR_ON)).exists()


def test_a_proposed_end_waits_on_the_home_of_others_alone(client):
    protection, proposing, second = protected(), user(), user()
    proposal = proposed(protection, proposing)
    assert (list(ends_waiting(proposing)), list(ends_waiting(second))) == ([], [proposal])
    client.force_login(second)
    assert "2人目の確認を待つ、支援措置の終了" in client.get(reverse("admin:index")).text
    page = client.get(reverse("desk:second-person")).text
    assert "本人の申出" in page
    assert reverse("protection:state", args=[protection.family_id]) in page


# ---- Pages ----------------------------------------------------------------------------------------------------------


def test_before_its_last_month_the_page_says_from_when_it_is_renewed_and_takes_no_renewal(client):
    today, made, staff = timezone.localdate(), family(), user()
    protect_family(family=made, reason="支援措置 第5号", by=staff, at=timezone.now())
    client.force_login(staff)
    page = client.get(reverse("protection:state", args=[made.pk]))
    assert date_format(first_day_to_renew(last_day_of_measure(today))) in page.text
    assert 'value="renew"' not in page.text
    until = last_day_of_measure(first_day_of_renewal(last_day_of_measure(today), today))
    sent = {"do": "renew", "paper_on": today.isoformat(), "review_by": until.isoformat()}
    opened = {"opened": page.context["renew"].opened}
    answer = client.post(reverse("protection:change", args=[made.pk]), sent | opened)
    assert (answer.status_code, ProtectionPeriod.objects.count()) == (422, 1)
    assert "paper_on" in answer.context["renew"].errors


def test_renewed_proposed_and_ended_on_the_page_and_the_family_shows_what_happened(client):
    today = timezone.localdate()
    made, first, second = family(), user(), user()
    soon = today + timedelta(days=20)
    protect_family(family=made, reason="支援措置 第5号", by=first, at=timezone.now(), review_by=soon)
    state, change, end = (reverse(f"protection:{name}", args=[made.pk]) for name in ("state", "change", "end"))
    client.force_login(first)
    until = last_day_of_measure(first_day_of_renewal(soon, today))
    renewal = {"do": "renew", "paper_on": today.isoformat(), "review_by": until.isoformat()}
    opened = {"opened": client.get(state).context["renew"].opened}
    client.post(change, renewal | opened)
    assert Protection.objects.get().review_by == until
    twice = client.post(change, renewal | opened)  # as it was opened before
    assert (twice.status_code, ProtectionPeriod.objects.count()) == (422, 2)
    assert client.post(change, {"do": "propose_end", "reason": ""}).status_code == 422
    client.post(change, {"do": "propose_end", "reason": "本人から終了の申出"})
    proposal = ProtectionEnd.objects.get()
    assert "支援措置を終了する</button>" not in client.get(state).text
    refused = client.post(end, {"proposal": proposal.pk, "decision": "end"}, follow=True)
    assert "もう一人の職員" in refused.text
    assert is_protected(made)
    client.force_login(second)
    assert "支援措置を終了する</button>" in client.get(state).text
    client.post(end, {"proposal": proposal.pk, "decision": "end"})
    assert not is_protected(made)
    for page in (state, reverse("ward_family", args=[made.pk])):
        shown = client.get(page).text
        for said in ("支援措置の履歴", "本人から終了の申出", "支援措置 第5号"):
            assert said in shown
    assert "太子堂1-1" in client.get(reverse("ward_family", args=[made.pk])).text


def test_who_may_not_know_of_it_reads_no_history(client):
    made = protected().family
    for role in (Role.MOTHER, Role.OPERATOR, Role.AUDITOR):
        client.force_login(user(role))
        assert client.get(reverse("protection:state", args=[made.pk])).status_code in (403, 404)
        assert "支援措置 第5号" not in client.get(reverse("ward_family", args=[made.pk])).text


def test_only_entries_that_stand_are_looked_through():
    assert standing_families().filter(pk=protected().family_id).exists()


# ---- Addresses without a chome --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("chome", "block", "rest", "line", "printed"),
    [
        (2, 17, "3号", "太子堂2-17 3号", ["世田谷区太子堂2丁目17番3号"]),
        (None, 1, "2号", "太子堂1 2号", ["世田谷区太子堂1番2号"]),
        (None, None, "緑荘 101", "太子堂 緑荘 101", ["世田谷区太子堂", "緑荘 101"]),
        (2, None, "", "太子堂2", ["世田谷区太子堂2丁目"]),
    ],
)
def test_an_address_is_whole_with_and_without_a_chome(chome, block, rest, line, printed):
    address = Address(town(), chome, block, rest)
    assert address.in_words == line
    assert lines_of(address, "世田谷区") == printed


# ---- Protections from before ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("review_by", "renewed", "days"),
    [
        (None, [], [(A_DAY, A_YEAR_ON)]),
        (date(2023, 8, 1), [], [(A_DAY, date(2023, 8, 1))]),
        (date(2020, 1, 1), [], [(A_DAY, A_DAY)]),  # a day before it was set says nothing
        (date(2025, 5, 9), [date(2025, 5, 9)], [(A_DAY, A_YEAR_ON), (date(2024, 5, 10), date(2025, 5, 9))]),
        (
            date(2025, 6, 1),
            [date(2024, 3, 1), date(2025, 6, 1)],
            [(A_DAY, date(2024, 2, 29)), (date(2024, 3, 1), date(2024, 3, 1)), (date(2024, 3, 2), date(2025, 6, 1))],
        ),
        (date(2023, 12, 1), [date(2025, 5, 9)], [(A_DAY, date(2023, 12, 1))]),  # shortened since
    ],
)
def test_a_protection_from_before_is_given_its_periods_from_its_history(review_by, renewed, days):
    flag = Protection.objects.create(family=family(), set_at=NOW, set_by=user(), reason="前から", review_by=review_by)
    for number, day in enumerate(renewed):
        moment = at(A_DAY + timedelta(days=30 * (number + 1)))
        add_entry(TimelineEvent.PROTECTION_RENEWED, family=flag.family, by=user(), at=moment, on_day=day)
    import_module("enrollment.migrations.0010_periods_of_protections").give_periods(apps, None)
    assert periods_of(flag) == days
    flag.refresh_from_db()
    assert (flag.review_by, is_protected(flag.family)) == (days[-1][1], True)
