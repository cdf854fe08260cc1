"""Made-up referrals, through the live operations: a year that was worked on, and new ones in every inbox."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from bookings.models import Booking, BookingState
from bookings.places.queries import VISITS
from care.assessing.assessments import record_assessment
from care.models import Assessment
from facilities.models import District
from referrals.acknowledge import acknowledge_referral
from referrals.close import close_referral, reopen_referral
from referrals.contact import record_contact
from referrals.models import Concern, ContactWay, Ground, Met, Outcome, RecipientKind, Referral, Urgency
from referrals.raise_referral import raise_referral
from referrals.share import share_with_facility

from .families import at

RECENT = timedelta(days=21)
A_YEAR = timedelta(days=400)
A_DISTRICT = 4
A_DISTRICT_IN_A_YEAR = 15
SEEN = (
    (
        [Concern.EXHAUSTION],
        "夜間の授乳で眠れず、日中も横になれていないとのこと。手伝える家族がいません。",
        Urgency.NORMAL,
    ),
    ([Concern.MOOD, Concern.EXHAUSTION], "話しながら涙が出ることが数回ありました。", Urgency.SOON),
    ([Concern.GROWTH], "体重の増えがゆるやかです。授乳の様子を続けて見てください。", Urgency.SOON),
    ([Concern.BONDING], "抱くのがこわいと話していました。退所前は笑顔も見られました。", Urgency.NORMAL),
    ([Concern.MOOD, Concern.EPDS], "EPDSの得点が高く、眠れない日が続いているとのことです。", Urgency.TODAY),
)
# After how many hours it was received: mostly within the four working hours, now and then not.
RECEIVED_AFTER = (1, 2, 1, 3, 2, 26, 1, 2, 49)
ENDS = (
    (Outcome.SETTLED, "家庭訪問を行い、眠れるようになったことを確認した。"),
    (Outcome.SUPPORT, "地区担当の保健師が続けて訪問する。"),
    (Outcome.SERVICE, "家事支援と一時預かりにつないだ。"),
    (Outcome.MEDICAL, "精神科の受診につないだ。"),
    (Outcome.NOT_REACHED, "電話と手紙で連絡したが、つながらなかった。"),
    (Outcome.DECLINED, "今は支援を希望しないとのこと。相談先を伝えた。"),
)
SHARED = "ご連絡ありがとうございました。お会いでき、支援を始めています。"


@dataclass(frozen=True)
class Section:
    """The nurse of a district, and the operators who raise."""

    nurse: User
    operators: dict[int | None, User]


def make_demo_referrals(today: date) -> None:
    """Raise referrals in each district on stays that have ended; the newest wait to be received."""
    operators = {person.facility_id: person for person in User.objects.filter(role=Role.OPERATOR)}
    for place, district in enumerate(District.objects.order_by("position")):
        section = Section(User.objects.get(role=Role.HEALTH_NURSE, district=district), operators)
        for number, booking in enumerate(_spread(_stays(district, today, today - A_YEAR, today - RECENT))):
            _worked_on(booking, number + place, section, is_reopened=number == 1)
        newest_first = sorted(
            _stays(district, today, today - RECENT, today), key=lambda booking: booking.stay.arrived_at, reverse=True
        )
        for number, booking in enumerate(newest_first[:A_DISTRICT]):
            raised_at = _raised_at(booking, today, newest=number == 0)
            referral = _raised(booking, number, section, raised_at)
            if number:
                _in_hand(referral, number, section, raised_at, today)


def _worked_on(booking: Booking, number: int, section: Section, *, is_reopened: bool) -> None:
    """One of the past year: received, contacts, closed, and one of them taken up again."""
    nurse = section.nurse
    raised_at = booking.stay.arrived_at.replace(hour=9)
    referral = _raised(booking, number, section, raised_at)
    received_at = raised_at + timedelta(hours=RECEIVED_AFTER[number % len(RECEIVED_AFTER)])
    acknowledge_referral(referral=referral, by=nurse, at=received_at)
    tried = received_at + timedelta(hours=1)
    _contact(referral, ContactWay.NOT_REACHED, nurse, tried)
    _contact(referral, ContactWay.PHONE, nurse, tried + timedelta(days=1), words="体調と眠りの様子をうかがった。")
    visited_at = tried + timedelta(days=5 + number % 6)
    _contact(
        referral,
        ContactWay.HOME_VISIT,
        nurse,
        visited_at,
        words="家庭訪問。赤ちゃんの体重とお母さんの様子を確認した。",
    )
    if number % 2:
        share_with_facility(referral=referral, text=SHARED, by=nurse, at=visited_at)
    kind, outcome = ENDS[number % len(ENDS)]
    ended_at = visited_at + timedelta(days=1)
    close_referral(referral=referral, kind=kind, outcome=outcome, by=nurse, at=ended_at)
    if is_reopened:
        again = ended_at + timedelta(days=2)
        reopen_referral(referral=referral, reason="お母さんから電話があり、再び眠れないとのこと。", by=nurse, at=again)
        _contact(
            referral,
            ContactWay.OFFICE,
            nurse,
            again + timedelta(hours=1),
            words="来所。受診を勧め、予約を一緒に取った。",
        )
        kind, outcome = Outcome.MEDICAL, "受診につながり、通院が続いている。"
        close_referral(referral=referral, kind=kind, outcome=outcome, by=nurse, at=again + timedelta(days=1))


def _in_hand(referral: Referral, number: int, section: Section, raised_at: datetime, today: date) -> None:
    """One of the last weeks: received and in hand; of one the next contact is overdue, of one none is planned."""
    received_at = raised_at + timedelta(hours=RECEIVED_AFTER[number])
    acknowledge_referral(referral=referral, by=section.nurse, at=received_at)
    if number < A_DISTRICT - 1:
        planned = today + timedelta(days=3) if number == 1 else timezone.localdate(received_at) + timedelta(days=1)
        words = "電話で様子をうかがった。訪問を約束した。"
        _contact(
            referral,
            ContactWay.PHONE,
            section.nurse,
            received_at + timedelta(minutes=30),
            words=words,
            next_on=planned,
        )


def _contact(
    referral: Referral, way: ContactWay, nurse: User, moment: datetime, *, words: str = "", next_on: date | None = None
) -> None:
    record_contact(
        referral=referral,
        made_at=moment,
        way=way,
        met=None if way == ContactWay.NOT_REACHED else Met.MOTHER,
        text=words,
        next_contact_on=next_on,
        by=nurse,
        at=moment,
    )


def _raised(booking: Booking, number: int, section: Section, raised_at: datetime) -> Referral:
    concerns, words, urgency = SEEN[number % len(SEEN)]
    operator = section.operators[booking.service.facility_id]
    return raise_referral(
        booking=booking,
        recipient=RecipientKind.HEALTH_NURSE,
        concerns=concerns,
        what_was_seen=words,
        urgency=urgency,
        ground=Ground.CONSENT,
        cause=_scores(booking, operator, raised_at) if Concern.EPDS in concerns else None,
        by=operator,
        at=raised_at,
        announce=False,
    )


def _scores(booking: Booking, operator: User, raised_at: datetime) -> Assessment:
    return record_assessment(
        booking=booking, assessed_on=timezone.localdate(raised_at), total=13, item_10=0, by=operator, at=raised_at
    )


def _stays(district: District, today: date, first: date, end: date) -> list[Booking]:
    """The stays that ended from the first day to before ``end``, one a family, of families of the district."""
    ended = Booking.objects.filter(
        state=BookingState.DEPARTED,
        stay__departed_at__date__gte=first,
        stay__departed_at__date__lt=end,
        registration__birth__family__residences__district=district,
        registration__birth__family__residences__period__contains=today,
    ).exclude(service__kind__in=VISITS)
    found = ended.select_related("service__facility", "registration__birth__family", "stay")
    by_family = {booking.registration.birth.family_id: booking for booking in found.order_by("stay__departed_at")}
    return sorted(by_family.values(), key=lambda booking: booking.stay.arrived_at)


def _spread(stays: list[Booking]) -> Iterable[Booking]:
    """Some of them, spread over the whole time."""
    return stays[:: max(1, len(stays) // A_DISTRICT_IN_A_YEAR)][:A_DISTRICT_IN_A_YEAR]


def _raised_at(booking: Booking, today: date, *, newest: bool) -> datetime:
    """At the departure; the newest on the evening before, so that its time to be received runs from this morning."""
    return at(today - timedelta(days=1), 18) if newest else booking.stay.arrived_at.replace(hour=9)
