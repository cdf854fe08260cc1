"""A mail of the ward looks like the ward's: who writes, where to ask, until when; and it answers no machine."""

import ast
import re
from datetime import timedelta
from email import message_from_bytes, policy
from email.utils import parseaddr, parsedate_to_datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.core import mail
from django.utils import timezone

from accounts.email_codes import CodeSignIn
from enrollment.models import LetterPolicy
from sankecare.mails import send_mail
from tests import builders
from tests.look.test_words import APPS, ROOT

pytestmark = pytest.mark.django_db


@pytest.fixture
def ward():
    return LetterPolicy.objects.create(
        period=(builders.LONG_AGO, None),
        number_sign="産ケ",
        signed_by="世田谷区長",
        office="児童相談支援課",
        contact="03-1234-5678（平日 8時30分〜17時）",
        municipality="世田谷区",
        email="sango-care@city.example",
    )


def sent(number="offer-7", **given):
    send_mail(to="hana@example.jp", number=number, subject="枠が空きました", body="本文\n\nhttps://x/", **given)
    return message_from_bytes(mail.outbox[-1].message().as_bytes(), policy=policy.default)


def test_sender_and_subject_name_the_municipality_and_answers_go_to_the_desk(ward):
    said = sent()
    # Python before 3.13 reads the space after a folded head as part of it.
    assert said["Subject"].strip() == "【世田谷区 産後ケア】枠が空きました"
    assert parseaddr(str(said["From"])) == ("世田谷区 産後ケア", settings.DEFAULT_FROM_EMAIL)
    assert str(said["Reply-To"]) == "sango-care@city.example"
    assert (said["Auto-Submitted"], said["X-Auto-Response-Suppress"]) == ("auto-generated", "All")
    assert said["Content-Language"] == "ja"
    assert said["Message-ID"] == "<offer-7@localhost>"


def test_below_stand_office_and_telephone_and_that_nobody_asks_for_a_code(ward):
    below = sent().get_content().partition("-- ")[2]
    for words in ("世田谷区 産後ケア", "児童相談支援課", "電話：03-1234-5678（平日 8時30分〜17時）"):
        assert words in below
    assert "確認番号をおたずねすることはありません" in below
    assert settings.PUBLIC_BASE_URL in below


def test_a_mail_is_dated_by_the_wards_clock(ward):
    moment = parsedate_to_datetime(str(sent()["Date"]))
    assert moment.utcoffset() == timedelta(hours=9)
    assert abs(moment - timezone.now()) < timedelta(minutes=1)


def test_where_nobody_has_entered_a_desk_mails_go_out_all_the_same():
    said = sent()
    assert said["Subject"] == "【産後ケア】枠が空きました"
    assert str(said["Reply-To"]) == settings.DEFAULT_FROM_EMAIL
    assert "電話" not in said.get_content()


def test_the_desk_is_that_of_today(ward):
    LetterPolicy.objects.update(period=(builders.LONG_AGO, timezone.localdate()))
    assert "世田谷区" not in str(sent()["Subject"])


def test_the_code_comes_in_the_same_envelope(ward, rf):
    waiting = CodeSignIn.__new__(CodeSignIn)
    waiting.state = {"email": "hana@example.jp"}
    waiting.send()
    (code,) = mail.outbox
    assert code.subject == "【世田谷区 産後ケア】サインインの確認番号"
    assert code.reply_to == ["sango-care@city.example"]
    assert code.extra_headers["Auto-Submitted"] == "auto-generated"
    assert "03-1234-5678" in code.body


def test_a_name_of_an_office_breaks_no_header(ward):
    LetterPolicy.objects.update(municipality='世田谷区"\r\nBcc: a@example.jp'[:40].replace("\r\n", " "))
    assert sent()["Bcc"] is None


def test_every_subject_is_in_one_style_and_no_mail_goes_around_the_envelope():
    """The envelope says who writes; a subject says what it is about, and nothing else."""
    around, styles = [], []
    for path in sorted(path for app in APPS for path in (ROOT / app).rglob("*.py")):
        where = str(path.relative_to(ROOT))
        text = path.read_text()
        if re.search(r"import .*\bEmailMessage\b", text) and where not in {"sankecare/mails.py", "demo/mails.py"}:
            around.append(where)
        styles += [f"{where}: {words}" for words in _subjects(path) if re.match(r"Postpartum care|\[|【", words)]
    assert (around, styles) == ([], [])


def _subjects(path: Path) -> list[str]:
    tree = ast.parse(path.read_text())
    given = [
        key.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for key in node.keywords
        if key.arg == "subject"
    ]
    return [
        str(arg.value)
        for call in given
        if isinstance(call, ast.Call)
        for arg in call.args
        if isinstance(arg, ast.Constant)
    ]
