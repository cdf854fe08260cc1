"""Builders named by the domain: the smallest real rows that a test needs, written straight to the tables.

Each takes what the test is about and makes up the rest. Dates default to a Wednesday in May 2023, when all
three facilities were open.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.models import User
from accounts.roles import DISTRICT_ROLES, FACILITY_ROLES, Role
from billing.models import Component, CouponPolicy, Tariff
from bookings.draws.draw import Choice
from bookings.draws.draw_history import add_link
from bookings.draws.proof import commitment
from bookings.draws.published_draw import promise_of
from bookings.models import Booking, DrawPolicy, DrawRound, DrawStage, LimitGroup, UsageLimits
from enrollment.letters.letters import issue_letter
from enrollment.models import (
    Birth,
    Family,
    FamilyHelper,
    HelperKind,
    HelperRight,
    Infant,
    Letter,
    LetterKind,
    LetterPolicy,
    Registration,
    RegistrationState,
    Residence,
    Sibling,
    TaxClassPeriod,
)
from facilities.models import (
    Capacity,
    District,
    Facility,
    PlacePool,
    Service,
    ServiceKind,
    ServiceTermsRow,
    Town,
    TownArea,
    WeeklyPattern,
)
from sankecare.sealing import seal_values

TOKYO = ZoneInfo("Asia/Tokyo")
A_DAY = date(2023, 5, 10)
LONG_AGO = date(2018, 4, 1)
EVERY_DAY = list(range(7))

PASSWORD = "とても長い合言葉"
_numbers = count(1)

AMOUNTS = {
    ServiceKind.SHORT_STAY: {"base": (4500, 1500, 0), "multiple": (500, 250, 0), "sibling": (1700, 900, 0)},
    ServiceKind.ONLINE_CONSULTATION: {"base": (0, 0, 0), "multiple": (0, 0, 0)},  # free, and entered as such
    ServiceKind.DAY_CARE: {"base": (3000, 1000, 0), "multiple": (250, 120, 0), "sibling": (1000, 600, 0)},
}


def at(day: date, hour: int = 10, minute: int = 0) -> datetime:
    """A moment in Tokyo."""
    return datetime.combine(day, time(hour, minute), tzinfo=TOKYO)


def district(slug: str = "setagaya") -> District:
    names = {
        "setagaya": "世田谷総合支所",
        "kitazawa": "北沢総合支所",
        "tamagawa": "玉川総合支所",
        "kinuta": "砧総合支所",
        "karasuyama": "烏山総合支所",
    }
    made, _ = District.objects.get_or_create(
        slug=slug,
        defaults={
            "name": names[slug],
            "name_en": slug.title(),
            "health_section": "健康づくり課",
            "caseworker_section": "子ども家庭支援課",
            "position": list(names).index(slug),
        },
    )
    return made


def town(name: str = "太子堂", district_slug: str = "setagaya") -> Town:
    made, new = Town.objects.get_or_create(name=name, defaults={"name_kana": "たいしどう"})
    if new:
        TownArea.objects.create(town=made, district=district(district_slug))
    return made


def facility(slug: str = "ward-centre", name: str = "区立産後ケアセンター") -> Facility:
    made, _ = Facility.objects.get_or_create(
        slug=slug,
        defaults={
            "name": name,
            "name_en": slug.replace("-", " ").title(),
            "operator": "運営者",
            "opened_on": LONG_AGO,
        },
    )
    return made


def pool(slots: int = 15, of: Facility | None = None, slug: str = "rooms") -> PlacePool:
    """A pool open every day at ``slots``."""
    made = PlacePool.objects.create(facility=of or facility(), slug=slug, name="居室")
    WeeklyPattern.objects.create(pool=made, period=(LONG_AGO, None), weekdays=EVERY_DAY)
    Capacity.objects.create(pool=made, period=(LONG_AGO, None), slots=slots)
    return made


def service(
    kind: ServiceKind = ServiceKind.SHORT_STAY,
    in_pool: PlacePool | None = None,
    slots: int = 15,
    **terms: Any,
) -> Service:
    """A service offered since 2018 with its terms (under 4 months, siblings taken) and its SEED tariffs."""
    place = in_pool or pool(slots)
    made = Service.objects.create(
        slug=f"{place.facility.slug}/{kind.value.replace('_', '-')}",
        facility=place.facility,
        pool=place,
        kind=kind,
        offered=DateRange(LONG_AGO, None),
    )
    ServiceTermsRow.objects.create(
        service=made,
        period=(LONG_AGO, None),
        **{"age_limit_months": 4, "takes_siblings": True, "max_sibling_days": 4, "sibling_rooms": 2} | terms,
    )
    for component, amounts in AMOUNTS.get(kind, {}).items():
        for tax_class, amount in zip(("taxed", "non_taxed", "welfare"), amounts, strict=True):
            Tariff.objects.create(
                service=made,
                component=Component(component),
                tax_class=tax_class,
                amount=amount,
                period=(LONG_AGO, None),
                source="SEED",
            )
    return made


def usage_limits(days_per_birth: int = 7, consecutive_days: int = 7) -> UsageLimits:
    return UsageLimits.objects.create(
        period=(LONG_AGO, None),
        group=LimitGroup.STAYS,
        days_per_birth=days_per_birth,
        consecutive_days=consecutive_days,
    )


def draw_policy() -> DrawPolicy:
    """What counts in a draw, and how long places are held: two days what was won, one day what came free."""
    return DrawPolicy.objects.create(
        period=(LONG_AGO, None),
        high_need_tickets=2,
        lost_before_tickets=1,
        most_lost_counted=3,
        window_tickets=1,
        window_days=30,
        answer_hours=48,
        offer_hours=24,
    )


def draw_round(of: Service, first: date, length: int = 7, **times: datetime) -> DrawRound:
    """A draw of the service's places from the first day on, entered from two weeks and drawn one week before."""
    week = timedelta(days=7)
    return promised_round(
        of.pool,
        DateRange(first, first + timedelta(days=length)),
        **{"opens_at": at(first - 2 * week), "closes_at": at(first - week), "draw_at": at(first - week, 11)} | times,
    )


def promised_round(pool: PlacePool, days: DateRange, **facts: Any) -> DrawRound:
    """A draw as it is announced, with its promise in the history; nothing asks whether it could be."""
    secret, key = "5e" * 32, "c4" * 32
    sealed = seal_values({"secret": secret, "key": key})
    made = DrawRound(pool=pool, period=days, commitment=commitment(secret), secret=sealed, **facts)
    services = list(pool.services.order_by("position", "pk").values_list("slug", flat=True))
    made.promise = promise_of(made, services, commitment(key))
    made.save()
    transaction.atomic(add_link)(
        draw_round=made, stage=DrawStage.ANNOUNCED, published=made.promise, at=made.opens_at - timedelta(days=1)
    )
    return made


def wished(announced: DrawRound, *stretches: Iterable[date]) -> list[Choice]:
    """Choices of the first service of the round's places."""
    slug = announced.pool.services.order_by("position", "pk").values_list("slug", flat=True)[0]
    return [Choice(slug, tuple(days)) for days in stretches]


def coupon_policy(first: date = date(2023, 10, 1)) -> CouponPolicy:
    return CouponPolicy.objects.create(period=(first, None), amount=2500, per_mother=5)


# A real hash is slow on purpose: one for everybody.
_hash = cache(make_password)


def user(role: Role = Role.WARD_STAFF, **fields: Any) -> User:
    """A person of a role; operators get the Ward Centre and nurses the district of Setagaya unless told."""
    number = next(_numbers)
    if role in FACILITY_ROLES:
        fields.setdefault("facility", facility())
    if role in DISTRICT_ROLES:
        fields.setdefault("district", district())
    fields.setdefault("date_joined", at(LONG_AGO))  # old enough to be a second person
    return User.objects.create(username=f"{role.value}-{number}", password=_hash(PASSWORD), role=role, **fields)


def helper(of: Family, account: User, right: HelperRight = HelperRight.BOOK) -> FamilyHelper:
    """Somebody whom the mother has invited, and who has accepted."""
    moment = at(LONG_AGO)
    return FamilyHelper.objects.create(
        family=of,
        kind=HelperKind.PARTNER,
        right=right,
        email=account.email,
        code="",
        tries_left=5,
        invited_at=moment,
        account=account,
        accepted_at=moment,
    )


def mother_of(booking: Booking) -> User:
    """The mother of a booking, with a sign-in of her own."""
    hers = booking.registration.birth.family
    if hers.account is None:
        hers.account = user(Role.MOTHER)
        hers.save()
    return hers.account


def family(
    mother_name: str = "髙﨑 𠮷子",
    lives_in: Town | None = None,
    tax_class: str = "taxed",
    account: User | None = None,
    district_slug: str = "setagaya",
) -> Family:
    """A family that has lived in its town, in one tax class, since 2018."""
    made = Family.objects.create(
        mother_name=mother_name, mother_name_kana="たかさき よしこ", created_at=at(LONG_AGO), account=account
    )
    Residence.objects.create(
        family=made,
        period=(LONG_AGO, None),
        town=lives_in or town(),
        chome=1,
        block=1,
        district=district(district_slug),
    )
    TaxClassPeriod.objects.create(family=made, period=(LONG_AGO, None), tax_class=tax_class)
    return made


def registration(
    of: Family | None = None,
    born: date | None = A_DAY - timedelta(days=30),
    infants: int = 1,
    state: RegistrationState = RegistrationState.APPROVED,
    **facts: Any,
) -> Registration:
    """A registration for one birth; approved unless told. ``born=None`` is a pregnancy."""
    birth = Birth.objects.create(family=of or family(), due_date=born)
    for _ in range(infants if born else 0):
        Infant.objects.create(birth=birth, birth_date=born, gestation_days=275, name="𠮷太郎")
    moment = at((born or A_DAY) + timedelta(days=10))
    decided = {}
    if state in (RegistrationState.APPROVED, RegistrationState.REJECTED):
        decided = {"decided_at": moment, "decided_by": user(), "decision_reason": "要件を満たすため"}
    return Registration.objects.create(
        birth=birth,
        state=state,
        **{"applied_at": moment, "worry": True, "lacks_support": True} | decided | facts,
    )


def sibling(of: Family, born: date = date(2020, 1, 15)) -> Sibling:
    return Sibling.objects.create(family=of, name="髙﨑 花", birth_date=born)


def letter_policy() -> LetterPolicy:
    """Who signs the ward's letters."""
    return LetterPolicy.objects.get_or_create(
        period=(LONG_AGO, None),
        defaults={
            "number_sign": "産ケ",
            "signed_by": "世田谷区長",
            "office": "世田谷区子ども・若者部児童相談支援課",
            "municipality": "世田谷区",
        },
    )[0]


def letter(registration: Registration, by: User) -> Letter:
    """The letter of approval, not opened yet."""
    letter_policy()
    moment = registration.decided_at or at(A_DAY)
    made = issue_letter(kind=LetterKind.APPROVAL, registration=registration, by=by, at=moment)
    assert made is not None
    return made
