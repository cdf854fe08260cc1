"""What a letter says, word for word: taken down once, when it is issued. Japanese, and never an address."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils import timezone, translation

from enrollment.corrected_age import counted_from, is_corrected, last_born
from enrollment.eligibility import Rule
from enrollment.kana import folded_kana
from enrollment.models import (
    Birth,
    Infant,
    LetterForm,
    LetterKind,
    LetterPolicy,
    Registration,
    RegistrationState,
    TaxClass,
)
from enrollment.queries import infants_of, verdicts_on_application
from enrollment.reasons import rule_name
from enrollment.wareki import era_year, wareki
from facilities.fiscal_year import fiscal_year
from facilities.models import Service

from .font_coverage import missing_in
from .paid_and_used import limits_in_words, with_costs

# The look that letters are issued in: templates/letters/notice-4.typ. What was issued keeps its words and its look.
VERSION = 4
TITLES = {
    LetterKind.APPROVAL: "産後ケア事業利用登録決定通知書",
    LetterKind.REJECTION: "産後ケア事業利用登録不承認決定通知書",
    LetterKind.CHANGE: "産後ケア事業利用登録変更決定通知書",
    LetterKind.CANCELLATION: "産後ケア事業利用登録取消通知書",
    LetterKind.RETURN: "産後ケア事業利用登録申請の補正について（お願い）",
    LetterKind.REMINDER: "産後ケア事業利用料督促状",
}
OPENINGS = {
    LetterKind.APPROVAL: (
        "申請のありました産後ケア事業の利用について、次のとおり登録することを決定しましたので、通知します。"
    ),
    LetterKind.REJECTION: (
        "申請のありました産後ケア事業の利用について、次の理由により承認しないことを決定しましたので、通知します。"
    ),
    LetterKind.CHANGE: "産後ケア事業の利用登録について、次のとおり変更することを決定しましたので、通知します。",
    LetterKind.CANCELLATION: "産後ケア事業の利用登録について、次のとおり取り消しましたので、通知します。",
    LetterKind.RETURN: "申請のありました産後ケア事業の利用について、次の点をご確認のうえ、もう一度お送りください。",
    LetterKind.REMINDER: (
        "次の利用料のお支払いを、まだ確認できていません。期限までにお支払いください。行き違いでお支払いが済んで"
        "いるときは、ご容赦ください。お支払いが難しいときは、下の問い合わせ先にご相談ください。"
    ),
}
CLASSES = {
    TaxClass.TAXED: "課税",
    TaxClass.NON_TAXED: "非課税（均等割のみを含む）",
    TaxClass.WELFARE: "生活保護",
}
# Letters that name each service with its last day.
WITH_LAST_DAYS = (LetterKind.APPROVAL, LetterKind.CHANGE)
# Letters to a family that has no registration: the number is that of its application.
NOT_REGISTERED = (LetterKind.REJECTION, LetterKind.RETURN)
NO_DECISION = (LetterKind.RETURN, LetterKind.REMINDER)
UNFAVOURABLE = (LetterKind.REJECTION, LetterKind.CHANGE, LetterKind.CANCELLATION)
AFTER_APPROVAL = (
    "ご利用の日は、あらかじめ予約してください。料金は、利用する日の料金表と課税区分によって決まります。",
    "住所、課税区分、お子さんやお母さんの体調が変わったときは、すみやかにお知らせください。",
    "区外に転出したとき、お子さんが対象の月齢を過ぎたとき、お母さんやお子さんに医療が必要なときは、利用できません。",
)

BEFORE_BIRTH = (
    "サービスを利用できる最後の日は、出産予定日から数えた見込みです。"
    "出産の届出のあと、誕生日から数えた日を、あらためて通知します。"
)


def appeal(municipality: str) -> list[str]:
    """Return the text on appeal that an unfavourable decision must carry.

    Administrative Complaint Review Act art. 82 (with 18), Administrative Case Litigation Act art. 46 (with 14).
    """
    knows = "この決定があったことを知った日の翌日から起算して"
    complaint = (
        f"１　この決定に不服がある場合は、{knows}３か月以内に、{municipality}長に対して審査請求をすることができます"
        "（この決定があった日の翌日から起算して１年を経過したときは、することができなくなります。）。"
    )
    suit = (
        f"２　この決定の取消しを求める訴えは、{knows}６か月以内に、{municipality}を被告として"
        f"（訴訟において{municipality}を代表する者は{municipality}長となります。）提起することができます"
        "（この決定の日の翌日から起算して１年を経過したときは、提起することができなくなります。）。"
    )
    after_complaint = (
        "３　審査請求をした場合には、その審査請求に対する裁決があったことを知った日の翌日から起算して６か月以内に、"
        "取消しの訴えを提起することができます"
        "（裁決の日の翌日から起算して１年を経過したときは、提起することができなくなります。）。"
    )
    return [complaint, suit, after_complaint]


def number_of(policy: LetterPolicy, day: date, serial: int) -> str:
    """Write the document's number as the ward does: the fiscal year in the era, the sign, the number in the year."""
    year = era_year(date(fiscal_year(day), 12, 31))[1]
    return f"{year}{policy.number_sign}第{serial}号"


def snapshot_of(
    *,
    kind: LetterKind,
    registration: Registration,
    policy: LetterPolicy,
    serial: int,
    at: datetime,
    changes: list[tuple[str, str]] | None = None,
) -> dict[str, Any]:
    """Take down everything that the letter prints. ``changes``: what changed, each with its new value."""
    day = timezone.localdate(at)
    family = registration.birth.family
    usable = _usable(registration, day) if kind in WITH_LAST_DAYS and is_approved(registration) else []
    services = _named(usable)
    form = LetterForm.objects.filter(kind=kind, period__contains=day).first()
    return {
        "version": VERSION,
        "title": TITLES[kind],
        "number": number_of(policy, day, serial),
        "date": wareki(day),
        "recipient": {
            "name": family.mother_name,
            "kana": reading(family.mother_name, family.mother_name_kana),
        },
        "signed_by": policy.signed_by,
        "signer_name": policy.signer_name,
        "seal": policy.seal,
        "window": {"left": policy.window_left_mm, "top": policy.window_top_mm},
        "form_number": form.form_number if form else "",
        "legal_basis": form.legal_basis if form else "",
        "opening": OPENINGS[kind],
        # Heads of columns: a table without them is read aloud as loose words.
        "heads": {"facts": ["項目", "内容"], "services": ["サービス", "最後の日", "利用料"]},
        "facts": [
            *_facts(kind, registration),
            *_decision(kind, registration, day),
            *(changes or []),
            *(rests_on(registration, day) if services else []),
            *(_tax_class(registration, day) if kind == LetterKind.APPROVAL and services else []),
        ],
        "limits": limits_in_words(registration.birth, day) if services else [],
        "reasons": _reasons(kind, registration),
        "services": services,
        "costs": with_costs(registration.birth, [service for service, _last in usable], day),
        "notes": _notes(kind, registration),
        "appeal": appeal(policy.municipality) if kind in UNFAVOURABLE else [],
        "office": [policy.office, *filter(None, [policy.sender_address, policy.contact])],
    }


def _facts(kind: LetterKind, registration: Registration) -> list[tuple[str, str]]:
    if kind == LetterKind.REMINDER:
        return [("登録番号", registration.number)]
    applied = wareki(registration.applied_on)
    name = "受付番号" if kind in NOT_REGISTERED else "登録番号"
    return [(name, registration.number), ("申請日", applied), *_children(registration.birth)]


def _children(birth: Birth) -> list[tuple[str, str]]:
    infants = list(birth.infants.all())
    if not infants:
        return [("出産予定日", wareki(birth.due_date))] if birth.due_date else []
    return [("お子さん", f"{_child(infant)}　{wareki(infant.birth_date)}生".strip("　")) for infant in infants]


def _child(infant: Infant) -> str:
    kana = reading(infant.name, infant.name_kana)
    return f"{infant.name}（{kana}）" if infant.name and kana else infant.name


def characters_missing(registration: Registration) -> list[str]:
    """Return the characters of the family's names that a letter would show as an empty box."""
    birth = registration.birth
    return missing_in([birth.family.mother_name, *(infant.name for infant in birth.infants.all())])


def reading(name: str, kana: str) -> str:
    """Return the furigana that a name needs: none where it is written in kana itself."""
    return "" if folded_kana(name) == kana else kana


def _decision(kind: LetterKind, registration: Registration, day: date) -> list[tuple[str, str]]:
    if kind in NO_DECISION:
        return []
    facts = [("決定日", wareki(day))]
    if kind in (LetterKind.CANCELLATION, LetterKind.CHANGE) and registration.usable_until:
        verdicts = verdicts_on_application(registration, day).values()
        last = max((verdict.last_day for verdict in verdicts if verdict.last_day), default=registration.usable_until)
        facts.append(("利用できる最後の日", wareki(last)))
    return facts


def _reasons(kind: LetterKind, registration: Registration) -> list[str]:
    given = registration.decision_reason.strip()
    reasons = [given] if given and kind not in (LetterKind.CHANGE, LetterKind.REMINDER) else []
    return [*reasons, *_rules_not_met(registration)] if kind == LetterKind.REJECTION else reasons


def _rules_not_met(registration: Registration) -> list[str]:
    """The rules that the person named, each with its text; else those not met for the nearest service."""
    verdict = registration.verdict or {}
    services = verdict.get("services", {}).values()
    if named := verdict.get("named"):
        said = {row["rule"]: row["reason"] for of in services for row in of["rules"] if not row["met"]}
        return [f"{_rule_in_japanese(rule)}：{said[rule]}" for rule in named if rule in said]
    unmet = [
        [rule["reason"] for rule in verdict["rules"] if not rule["met"] and not rule["excepted"]]
        for verdict in services
    ]
    return min(unmet, key=len, default=[])


def _rule_in_japanese(rule: str) -> str:
    with translation.override(settings.LANGUAGE_CODE):  # the ward's letter, whoever decides
        return rule_name(Rule(rule)) if rule in set(Rule) else rule


def is_approved(registration: Registration) -> bool:
    """Tell whether the registration is in force: only then it has last days to tell."""
    return registration.state == RegistrationState.APPROVED


def services_usable(registration: Registration, day: date) -> list[tuple[str, str]]:
    """Return the services that take the family, each with the last day on which it can be used, as of the day.

    Before birth that day rests on the due date. Four queries.
    """
    return _named(_usable(registration, day))


def _usable(registration: Registration, day: date) -> list[tuple[Service, date]]:
    verdicts = verdicts_on_application(registration, day)
    found = []
    for service in Service.objects.filter(slug__in=verdicts).select_related("facility"):
        verdict = verdicts[service.slug]
        last = verdict.last_day or verdict.usable_until
        if verdict.eligible and last:
            found.append((service, last))
    return found


def _named(usable: list[tuple[Service, date]]) -> list[tuple[str, str]]:
    with translation.override(settings.LANGUAGE_CODE):  # the ward's letter, whoever reports
        return [
            (f"{service.facility.name}　{service.get_kind_display()}", f"{wareki(last)}まで")
            for service, last in usable
        ]


def _tax_class(registration: Registration, day: date) -> list[tuple[str, str]]:
    row = registration.birth.family.tax_classes.filter(period__contains=day).first()
    if row is None:
        return [("課税区分", "確認中です（利用料は、確認のあとに決まります）")]
    return [("課税区分", CLASSES[TaxClass(row.tax_class)])]


def rests_on(registration: Registration, day: date) -> list[tuple[str, str]]:
    """Return what the last days in a letter are counted from: due date or birth, and why."""
    birth = registration.birth
    infants = infants_of(registration, day)
    if not infants:
        if birth.due_date is None:
            return []
        return [("最後の日のもと", f"出産予定日　{wareki(birth.due_date)}（生まれる前の見込みです）")]
    rolls_over = any(infant.rolls_over for infant in infants)
    if is_corrected(infants) and not rolls_over:
        return [
            (
                "最後の日のもと",
                f"出産予定日　{wareki(counted_from(infants))}（早く生まれた、または入院が長かったため）",
            )
        ]
    why = "（寝返りをするため）" if is_corrected(infants) else ""
    return [("最後の日のもと", f"お子さんの誕生日　{wareki(last_born(infants))}{why}")]


def _notes(kind: LetterKind, registration: Registration) -> list[str]:
    notes = list(AFTER_APPROVAL) if kind == LetterKind.APPROVAL else []
    unborn = kind in WITH_LAST_DAYS and is_approved(registration) and not registration.birth.infants.exists()
    return [*notes, BEFORE_BIRTH] if unborn else notes
