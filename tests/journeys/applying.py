"""The application, step by step, as a mother of twins fills it in on her phone."""

from datetime import date, timedelta

from playwright.sync_api import Page, expect

from accounts.models import User

from .steps import is_fit_for_everybody

NAME = "髙﨑 𠮷子"


def fill_day(page: Page, name: str, day: date) -> None:
    for number, part in enumerate((day.year, day.month, day.day)):
        page.fill(f"[name={name}_{number}]", str(part))


def go_on(page: Page, step: str) -> None:
    """Find the page fit for everybody, press next and be there."""
    is_fit_for_everybody(page)
    page.get_by_role("button", name="次へ").click()
    page.wait_for_url(f"**/my/apply/{step}/*")


def about_herself(phone: Page, person: User) -> None:
    """The first step, with a slip that is said when she leaves its field."""
    expect(phone.get_by_label("メール")).to_have_value(person.email)
    phone.fill("[name=mother_name]", NAME)
    phone.fill("[name=mother_name_kana]", "takasaki")
    phone.fill("[name=phone]", "０９０ー１２３４ー５６７８")
    wrong = phone.locator("#id_mother_name_kana_error")
    expect(wrong).to_contain_text("ひらがなかカタカナで")
    expect(phone.locator("[name=mother_name_kana]")).to_have_attribute("aria-invalid", "true")
    is_fit_for_everybody(phone)
    phone.fill("[name=mother_name_kana]", "タカサキ ヨシコ")
    fill_day(phone, "mother_birth_date", date(1995, 4, 2))
    phone.locator("[name=phone]").focus()
    expect(wrong).to_have_count(0)
    expect(phone.get_by_text("保存しました")).to_be_visible()


def her_home(phone: Page) -> None:
    """Below it: a town that is not in the ward, then one by its kana, with its district."""
    phone.check("[name=mother_in_ward][value=yes]")
    phone.check("[name=infant_in_ward][value=yes]")
    phone.fill("[name=town]", "渋谷")
    phone.fill("[name=chome]", "2")
    expect(phone.locator("#id_town_error")).to_contain_text("区内の町名にありません")
    is_fit_for_everybody(phone)
    phone.fill("[name=town]", "きたざわ")
    phone.fill("[name=block]", "3")
    expect(phone.get_by_text("北沢総合支所の地域です。")).to_be_visible()


def her_twins(phone: Page, born: date) -> None:
    """The second: born five weeks early, one kept in hospital, one left it before it was born."""
    phone.select_option("[name=babies]", "2")
    fill_day(phone, "due_date", born + timedelta(days=35))
    phone.get_by_role("button", name="次へ").click()
    phone.locator("#baby-2").wait_for()
    fill_day(phone, "infant_0_birth_date", born)
    phone.fill("[name=infant_0_gestation_weeks]", "35")
    phone.fill("[name=infant_0_gestation_days]", "0")
    phone.check("[name=infant_0_long_hospital_stay]")
    fill_day(phone, "infant_1_birth_date", born)
    phone.fill("[name=infant_1_discharged_on]", (born - timedelta(days=1)).isoformat())
    phone.locator("[name=infant_1_name]").focus()
    expect(phone.locator("#id_infant_1_discharged_on_error")).to_contain_text("退院")
    phone.get_by_role("button", name="次へ").click()
    expect(phone.get_by_role("alert")).to_contain_text("2人目：退院した日")
    is_fit_for_everybody(phone)
    phone.fill("[name=infant_1_discharged_on]", (born + timedelta(days=6)).isoformat())


def how_she_is(phone: Page) -> None:
    """The third: body and mind, the household."""
    phone.check("[name=worry][value=yes]")
    phone.check("[name=worry_topics][value=sleep]")
    phone.check("[name=lacks_support][value=yes]")
    phone.check("[name=needs_medical_care][value=no]")
    phone.check("[name=tax_class][value=taxed]")


def agree_and_send(phone: Page) -> None:
    """The last: consent, which is asked for again where it is missing."""
    phone.get_by_role("button", name="申請を送る").click()
    expect(phone.get_by_role("alert")).to_contain_text("同意がないと")
    is_fit_for_everybody(phone)
    phone.get_by_label("総合支所の保健師に伝えることに同意します").check()
    phone.get_by_role("button", name="申請を送る").click()
