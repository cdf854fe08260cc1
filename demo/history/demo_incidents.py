"""Made-up near misses of the last years, one serious incident with its report, and a manual that waits to be read."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.roles import Role
from bookings.models import Stay
from bookings.places.queries import VISITS
from care.incidents import IncidentFacts, correct_incident, record_incident, report_incident
from care.models import IncidentKind, IncidentPolicy, ManualAcknowledgement, SafetyChapter, SafetyManual, Severity
from sankecare.periods import period
from sankecare.postgresql.in_force import rewriting

from .families import at

NEAR, INCIDENT = IncidentKind.NEAR_MISS, IncidentKind.INCIDENT
NO_HARM, SLIGHT, TREATED = Severity.NO_HARM, Severity.SLIGHT, Severity.TREATED
# Kind, chapter, severity, where, what happened, what was done at once, so that it does not happen again; of a stay.
HAPPENED = (
    (
        NEAR,
        2,
        NO_HARM,
        "沐浴室",
        "沐浴の湯が43度になっていることに、入れる前の確認で気づいた。",
        "湯を入れ替え、温度を測り直した。",
        "湯温計の確認を2人で声に出して行う。",
        True,
    ),
    (
        NEAR,
        2,
        NO_HARM,
        "居室",
        "ベビーベッドの柵が片側だけ下りたままになっていた。",
        "すぐに柵を上げ、赤ちゃんに異常がないことを確認した。",
        "巡回の確認項目に柵を加えた。",
        True,
    ),
    (
        NEAR,
        5,
        NO_HARM,
        "受付",
        "別の組の利用案内を渡しかけたが、氏名の確認で気づいた。",
        "その場で正しいものを渡した。",
        "渡す前に氏名と番号を読み合わせる。",
        True,
    ),
    (NEAR, 3, NO_HARM, "調乳室", "調乳した時刻を書いていない哺乳瓶が1本あった。", "廃棄し、作り直した。", "", False),
    (
        INCIDENT,
        2,
        SLIGHT,
        "廊下",
        "お母さんがスリッパですべり、膝をついた。",
        "助産師が確認し、冷やして様子を見た。腫れはない。",
        "すべりにくい室内履きに替えた。",
        True,
    ),
    (
        NEAR,
        4,
        NO_HARM,
        "非常口",
        "非常口の前に台車が置かれていた。",
        "すぐに移動した。",
        "置き場所を床に表示した。",
        False,
    ),
    (
        NEAR,
        6,
        NO_HARM,
        "スタッフ室",
        "夜勤の交代で、申し送りが1件もれていた。",
        "交代の30分後に気づき、口頭で伝えた。",
        "申し送りは画面を見ながら行う。",
        False,
    ),
    (
        INCIDENT,
        3,
        TREATED,
        "居室",
        "赤ちゃんが続けて吐き、受診した。",
        "小児科を受診し、経過を見るよう指示があった。",
        "吐いた後の処理の手順を確認した。",
        True,
    ),
)
YEARS_BACK = 2
A_STEP = timedelta(days=41)
SERIOUS_DAYS_AGO = 20


@transaction.atomic
def make_demo_incidents(today: date) -> None:
    """Write what the demo's midwives recorded; of the serious incident the second report is still to be made."""
    _manual(today)
    random = Random("sanke-care-incidents")
    chapters = {chapter.number: chapter for chapter in SafetyChapter.objects.filter(period__contains=today)}
    if not chapters:
        return
    for midwife in User.objects.filter(role=Role.OPERATOR).select_related("facility").order_by("pk"):
        stays = Stay.objects.filter(booking__service__facility=midwife.facility).exclude(
            booking__service__kind__in=VISITS
        )
        day = today - timedelta(days=random.randint(5, 15))
        while day > today - timedelta(days=365 * YEARS_BACK):
            _one(random.choice(HAPPENED), midwife, chapters, stays, day)
            day -= A_STEP * random.randint(1, 3)
    _serious(chapters[2], today)
    with rewriting():
        IncidentPolicy.objects.filter(period__contains=today).update(
            call_name="母子保健の担当（デモ）", call_phone="0300000119"
        )


def _one(
    told: tuple[IncidentKind, int, Severity, str, str, str, str, bool],
    midwife: User,
    chapters: dict[int, SafetyChapter],
    stays: QuerySet[Stay],
    day: date,
) -> None:
    kind, chapter, severity, place, what, done, prevention, of_a_stay = told
    assert midwife.facility is not None
    stay = _there_on(stays, day) if of_a_stay else None
    facts = IncidentFacts(
        kind=kind,
        chapter=chapters[chapter],
        happened_at=at(day, 15),
        place=place,
        what_happened=what,
        done_at_once=done,
        severity=severity,
        stay=stay,
    )
    recorded = record_incident(facility=midwife.facility, facts=facts, by=midwife, at=at(day, 17))
    if prevention:
        completed, later = replace(facts, prevention=prevention), at(day + timedelta(days=2), 10)
        correct_incident(incident=recorded, facts=completed, by=midwife, at=later)


def _serious(chapter: SafetyChapter, today: date) -> None:
    """Reported in time the day after; the second report comes due in about ten days."""
    manager = User.objects.filter(role=Role.FACILITY_MANAGER).select_related("facility").order_by("pk").first()
    if manager is None or manager.facility is None:
        return
    day = today - timedelta(days=SERIOUS_DAYS_AGO)
    stays = Stay.objects.filter(booking__service__facility=manager.facility).exclude(booking__service__kind__in=VISITS)
    facts = IncidentFacts(
        kind=INCIDENT,
        chapter=chapter,
        happened_at=at(day, 14),
        place="階段",
        what_happened="お母さんが階段で足を踏み外し、右手首を骨折した。赤ちゃんは居室にいた。",
        done_at_once="固定して救急車を呼び、付き添って受診した。治療に6週間の見込み。赤ちゃんは助産師が預かった。",
        severity=Severity.TREATED_30_DAYS,
        stay=_there_on(stays, day),
    )
    told = record_incident(facility=manager.facility, facts=facts, by=manager, at=at(day, 16))
    next_day = day + timedelta(days=1)
    report_incident(
        incident=told,
        number=1,
        reported_at=at(next_day, 9),
        text="所管課に電話で報告。発生の状況、受診の結果、ご家族への説明、赤ちゃんの様子を伝えた。",
        by=manager,
        at=at(next_day, 10),
    )


def _there_on(stays: QuerySet[Stay], day: date) -> Stay | None:
    """A stay in which the family was there in the afternoon of that day."""
    there = stays.filter(arrived_at__lte=at(day, 12)).filter(Q(departed_at__gte=at(day, 16)) | Q(departed_at=None))
    found = there.select_related("booking__service", "booking__registration__birth")
    return found.order_by("-arrived_at", "pk").first()


def _manual(today: date) -> None:
    """A version for all facilities; the midwife of the Ward Centre has read it, the others not yet."""
    day = today - timedelta(days=30)
    manual = SafetyManual.objects.create(version="デモ第1版", period=period(day, None), what_changed="初版（デモ用）")
    midwife = User.objects.filter(role=Role.OPERATOR, facility__slug="ward-centre").first()
    if midwife is not None:
        ManualAcknowledgement.objects.create(manual=manual, person=midwife, at=at(day + timedelta(days=3), 9))
