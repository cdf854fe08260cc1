"""The bookings, days, stays and charges of a made-up family; unsaved rows, priced by the live fee rules."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from django.utils import timezone

from accounts.models import User
from billing import fees
from billing.charge import Used, build_charge
from billing.models import Charge, ChargeLine, HandedCoupon, Payment, PaymentKind, PaymentMethod
from bookings.models import Booking, BookingDay, BookingState, DayStatus, Stay
from bookings.places.queries import VISITS
from care.models import ConsultationTopic, VisitRecord, VisitTopic
from enrollment.models import Sibling
from facilities.models import Service, ServiceKind

from .families import FamilyRows, at
from .plan import Use
from .visit_records import VisitMaker

SIBLING_ROOMS, MOST_SIBLING_DAYS = 2, 4
ARRIVES, LEAVES = 10, 16
COUPONS = 5
PAID_BY = (*[PaymentMethod.CASH] * 5, *[PaymentMethod.CARD] * 3, PaymentMethod.CODE)
PAYS_LATER, LATE_AT_MOST = 25, 45
A_DAY = timedelta(days=1)


@dataclass
class Prices:
    """The tariffs of each service, and the ward's coupons."""

    tariffs: dict[str, list[fees.TariffRow]]
    coupon_terms: list[fees.CouponTerms]
    lists: dict[str, fees.PriceList] = field(init=False)

    def __post_init__(self) -> None:
        self.lists = {slug: fees.PriceList(rows, self.coupon_terms) for slug, rows in self.tariffs.items()}


@dataclass
class StayRows:
    """What is saved after the families: each list in one statement or a few."""

    bookings: list[Booking] = field(default_factory=list)
    days: list[BookingDay] = field(default_factory=list)
    stays: list[Stay] = field(default_factory=list)
    charges: list[Charge] = field(default_factory=list)
    lines: list[ChargeLine] = field(default_factory=list)
    coupons: list[HandedCoupon] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    visits: list[VisitRecord] = field(default_factory=list)
    topics: list[VisitTopic] = field(default_factory=list)


class StayMaker:
    """Makes the stays of families, remembering which rooms for siblings are taken."""

    def __init__(
        self,
        random: Random,
        services: dict[str, Service],
        prices: Prices,
        today: date,
        by: User | None = None,
        *,
        topics: Sequence[ConsultationTopic] = (),
    ) -> None:
        self.random = random
        self.services = services
        self.prices = prices
        self.today = today
        self.by = by
        self.rows = StayRows()
        self.siblings: Counter[date] = Counter()
        self.visit_maker = VisitMaker(random, list(topics))

    def add(self, family: FamilyRows, use: Use) -> Booking:
        """Add one booking in the state that its days have come to by today."""
        service = self.services[use.service]
        state = self._state(use.days)
        booking = self._booking(family, service, use.days, state)
        with_sibling = booking.sibling is not None
        if service.kind in VISITS:
            self._visit(booking, use, state)
            if state == BookingState.DEPARTED:
                self._charge(family, booking, use)
            return booking
        for day in use.days:
            # As live: the day of arrival is used at once, the others at the departure.
            used = state == BookingState.DEPARTED or (state == BookingState.ARRIVED and day == use.days[0])
            status = DayStatus.USED if used else DayStatus.HELD
            self.rows.days.append(BookingDay(booking=booking, day=day, status=status, with_sibling=with_sibling))
        if state in (BookingState.ARRIVED, BookingState.DEPARTED):
            self._stay(booking, use.days, state)
        if state == BookingState.DEPARTED:
            self._charge(family, booking, use)
        return booking

    def _visit(self, booking: Booking, use: Use, state: BookingState) -> None:
        """A visit is booked day by day; it is over once its day is."""
        (day,) = use.days
        kind = booking.service.kind
        agreed = self.visit_maker.time_of(use.service, kind, day)
        over = state == BookingState.DEPARTED
        booked = BookingDay(
            booking=booking, day=day, starts_at=agreed, status=DayStatus.USED if over else DayStatus.HELD
        )
        self.rows.days.append(booked)
        if not over:
            return
        began_at = at(day, agreed.hour, agreed.minute)
        ended_at = began_at + self.visit_maker.lasts(kind)
        self.rows.stays.append(
            Stay(
                booking=booking,
                arrived_at=began_at,
                arrival_recorded_at=ended_at,
                arrival_recorded_by=self.by,
                departed_at=ended_at,
                departure_recorded_at=ended_at,
                departure_recorded_by=self.by,
            )
        )
        record, topics = self.visit_maker.record(booked, began_at, ended_at, self.by)
        self.rows.visits.append(record)
        self.rows.topics += topics

    def add_given_up(self, family: FamilyRows, use: Use, state: BookingState, reason: str) -> None:
        """Add a booking that was cancelled or not come to: its days hold nothing."""
        booking = self._booking(family, self.services[use.service], use.days, state, alone=True)
        booking.ended_reason = reason
        self.rows.days += [BookingDay(booking=booking, day=day, status=DayStatus.RELEASED) for day in use.days]

    def _state(self, days: list[date]) -> BookingState:
        if days[-1] < self.today:
            return BookingState.DEPARTED
        if days[0] < self.today:
            return BookingState.ARRIVED
        # Who arrives today is for the operator to record.
        return BookingState.BOOKED

    def _booking(
        self, family: FamilyRows, service: Service, days: list[date], state: BookingState, alone: bool = False
    ) -> Booking:
        sibling = None if alone else self._sibling_coming(family, service, days)
        booking = Booking(
            registration=family.registration,
            service=service,
            state=state,
            infant_count=len(family.infants),
            sibling=sibling,
            booked_at=self._booked_at(family, days[0]),
        )
        self.rows.bookings.append(booking)
        return booking

    def _booked_at(self, family: FamilyRows, first: date) -> datetime:
        """A moment after the birth and the decision, before the first day and today."""
        latest = min(first, self.today) - A_DAY
        earliest = max(timezone.localdate(family.registration.decided_at), family.infants[0].birth_date + A_DAY)
        asked = first - timedelta(days=self.random.randint(3, 25))
        return at(max(min(asked, latest), earliest), self.random.randint(19, 22), self.random.randint(0, 59))

    def _sibling_coming(self, family: FamilyRows, service: Service, days: list[date]) -> Sibling | None:
        takes = service.facility.slug == "ward-centre" and service.kind in (
            ServiceKind.SHORT_STAY,
            ServiceKind.DAY_CARE,
        )
        if family.sibling is None or not takes or len(days) > MOST_SIBLING_DAYS:
            return None
        if any(self.siblings[day] >= SIBLING_ROOMS for day in days):
            return None
        self.siblings.update(days)
        return family.sibling

    def _stay(self, booking: Booking, days: list[date], state: BookingState) -> None:
        leaves = at(days[-1], LEAVES, self.random.randint(0, 50)) if state == BookingState.DEPARTED else None
        arrives = at(days[0], ARRIVES, self.random.randint(0, 50))
        self.rows.stays.append(
            Stay(
                booking=booking,
                arrived_at=arrives,
                arrival_recorded_at=arrives,
                arrival_recorded_by=self.by,
                departed_at=leaves,
                departure_recorded_at=leaves,
                departure_recorded_by=self.by if leaves else None,
            )
        )

    def _charge(self, family: FamilyRows, booking: Booking, use: Use) -> None:
        coupons = self._coupons(family, use)
        booking.coupons = coupons
        used = Used(
            service=use.service,
            tax_classes={day: family.tax_class_on(day) for day in use.days},
            infants=booking.infant_count,
            sibling_days=use.days if booking.sibling else (),
            coupons=coupons,
            coupons_before=COUPONS - family.coupons_left if coupons else 0,
        )
        self._hand_over(family, booking, coupons, use.days[-1])
        family.coupons_left -= coupons
        charge, lines = build_charge(
            booking=booking,
            used=used,
            tariffs=self.prices.tariffs[use.service],
            coupon_terms=self.prices.coupon_terms,
            by=self.by,
            at=at(use.days[-1], LEAVES, 55),
            prices=self.prices.lists[use.service],
        )
        self.rows.charges.append(charge)
        self.rows.lines += lines
        self._pay(charge, use.days[-1])

    def _hand_over(self, family: FamilyRows, booking: Booking, coupons: int, day: date) -> None:
        first = COUPONS - family.coupons_left + 1
        self.rows.coupons += [
            HandedCoupon(
                booking=booking, family=family.family, number=number, handed_at=at(day, LEAVES, 54), taken_by=self.by
            )
            for number in range(first, first + coupons)
        ]

    def _pay(self, charge: Charge, day: date) -> None:
        """Paid when leaving, in one way or another; of the last weeks a few are still to be paid."""
        number = len(self.rows.charges)
        if charge.total and not (number % PAYS_LATER == 0 and day > self.today - timedelta(days=LATE_AT_MOST)):
            self.rows.payments.append(
                Payment(
                    charge=charge,
                    kind=PaymentKind.PAYMENT,
                    method=PAID_BY[number % len(PAID_BY)],
                    amount=charge.total,
                    received_at=at(day, LEAVES, 58),
                    received_by=self.by,
                )
            )

    def _coupons(self, family: FamilyRows, use: Use) -> int:
        """Coupons handed over: only where the household is taxed on every day and they are in force."""
        terms = self.prices.coupon_terms
        kind = self.services[use.service].kind
        if not family.coupons_left or not terms or kind not in (ServiceKind.SHORT_STAY, ServiceKind.DAY_CARE):
            return 0
        if any(family.tax_class_on(day) != "taxed" or day < terms[0].first_day for day in use.days):
            return 0
        return min(family.coupons_left, len(use.days))
