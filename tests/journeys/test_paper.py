"""A paper comes in by post: typed in, scanned and entered without leaving the page; touches are counted."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from enrollment.models import Channel, ConsentText, EvidenceFile, Family, Registration, RegistrationState
from enrollment.wareki import wareki
from tests import builders
from tests.enrollment.test_papers import photograph

from .steps import is_fit_for_everybody, sign_in

pytestmark = pytest.mark.django_db(transaction=True)

OFFICE = {"width": 1366, "height": 768}
# What is touched between the home and the family's page for a paper of twins without a doubt: the link on the home,
# three answers, the class, each consent, the form's scans, and the button. All else is typed.
MOST_TOUCHES = 10


@pytest.fixture
def touch() -> Callable[[Locator], None]:
    """Click, and count it."""

    def click(thing: Locator) -> None:
        thing.click()
        click.count += 1  # type: ignore[attr-defined]

    click.count = 0  # type: ignore[attr-defined]
    return click


@pytest.fixture
def desk(live_server: Any, page: Page) -> Page:
    """The home of ward staff on a screen of an office."""
    builders.service()
    words = {"text_ja": "区が住民登録を確かめることに同意します。", "text_en": "The ward looks at the register."}
    ConsentText.objects.create(code="register", version="1", period=(builders.LONG_AGO, None), **words)
    made = builders.town()
    made.postcode = "1540004"
    made.save()
    page.set_viewport_size(OFFICE)
    sign_in(page, live_server.url, builders.user(last_name="大西", first_name="亮"))
    page.goto(f"{live_server.url}{reverse('admin:index')}")
    return page


def test_twins_on_paper_are_entered_from_the_home_in_ten_touches(desk: Page, touch: Any) -> None:
    born = timezone.localdate() - timedelta(days=30)
    touch(desk.locator("main, #content, body").get_by_role("link", name="申請を入力する").first)
    assert desk.locator(".entry-columns > div").nth(1).bounding_box()["x"] > 600  # type: ignore[index]  # two columns
    is_fit_for_everybody(desk)
    typed = {
        "mother_name": "渡邉 さくら",
        "mother_name_kana": "ワタナベ サクラ",
        "mother_birth_date": "8/10/3",
        "phone": "03-9876-5432",
        "postcode": "154-0004",
        "chome": "2",
        "block": "17",
        "infant_0_birth_date": born.strftime("%Y%m%d"),
        "infant_1_birth_date": wareki(born),
        "worries": "夜が　こわいです。",
    }
    for name, words in typed.items():
        desk.fill(f"[name={name}]", words)
        desk.press(f"[name={name}]", "Tab")
    expect(desk.locator("[data-understood=mother_birth_date]")).to_contain_text("1996年10月3日")
    expect(desk.locator("[name=town]")).to_have_value("太子堂")
    expect(desk.locator("[data-district]")).to_have_text("世田谷総合支所")
    desk.set_input_files(
        "[name=scan_form]",
        [{"name": f"{n}.jpg", "mimeType": "image/jpeg", "buffer": photograph()} for n in (1, 2)],
    )
    # The class is forgotten at first: it is said beside the field, and the papers stay chosen.
    for name, answer in (("worry", "yes"), ("lacks_support", "yes"), ("needs_medical_care", "no")):
        touch(desk.locator(f"label:has([name={name}][value={answer}])"))
    for box in desk.locator("#part-consent ~ .field [type=checkbox]").all():
        touch(box)
    touch(desk.get_by_role("button", name="登録する"))
    expect(desk.locator("#id_tax_class_field .field-error")).to_be_visible()
    assert Registration.objects.count() == 0
    is_fit_for_everybody(desk)
    touch(desk.locator("label:has([name=tax_class][value=taxed])"))
    touch(desk.get_by_role("button", name="登録する"))
    expect(desk.locator("main")).to_contain_text("の申請を登録しました")
    made = Registration.objects.select_related("birth__family").get()
    expect(desk).to_have_url(desk.url.split("/ward/")[0] + reverse("ward_family", args=[made.birth.family_id]))
    assert (made.channel, made.worries, made.received_on) == (
        Channel.PAPER,
        "夜が　こわいです。",
        timezone.localdate(),
    )
    assert (made.birth.infants.count(), EvidenceFile.objects.filter(family=made.birth.family).count()) == (2, 2)
    assert touch.count <= MOST_TOUCHES, touch.count
    is_fit_for_everybody(desk)


def test_a_second_birth_is_entered_for_the_family_that_is_shown_while_one_types(desk: Page) -> None:
    born = timezone.localdate() - timedelta(days=800)
    known = builders.registration(born=born, state=RegistrationState.ENDED).birth.family
    Family.objects.filter(pk=known.pk).update(phone="09012345678")
    desk.get_by_role("link", name="申請を入力する").first.click()
    desk.fill("[name=phone]", "090-1234-5678")
    desk.press("[name=phone]", "Tab")
    shown = desk.locator("[data-known]")
    expect(shown).to_contain_text("髙﨑 𠮷子")
    is_fit_for_everybody(desk)
    assert "090" not in desk.url
    with desk.expect_popup() as beside:
        shown.get_by_role("link", name="家庭のページ").click()
    family_page = beside.value
    family_page.get_by_role("link", name="この家庭の申請を入力する").click()
    expect(family_page.locator("[name=mother_name]")).to_have_value("髙﨑 𠮷子")
    expect(family_page.locator("[name=phone]")).to_have_value("09012345678")
    is_fit_for_everybody(family_page)
