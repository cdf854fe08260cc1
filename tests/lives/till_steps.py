"""What happens at the till besides: money given back, something taken off on purpose, rides that the ward bears."""

from functools import partial

from hypothesis import strategies as st

from billing.adjust import adjust_charge
from billing.models import AdjustmentKind, PaymentMethod, Ride, RideDirection
from billing.pay import refund_payment
from billing.rides import record_ride, take_back_ride

from . import told_uses
from .change_steps import classes
from .money_steps import MoneySteps
from .told_uses import USED
from .walk import later, step, which


class TillSteps(MoneySteps):
    """Steps of the till."""

    @step(
        2,
        lambda self: bool(self.charged()),
        pick=which,
        wait=later,
        yen=st.sampled_from((-500, -1000, -5000, -30000, 300)),
        which_day=st.sampled_from((None, None, 0, 1)),
    )
    def is_let_off(self, *, pick, wait, yen, which_day):
        """Goodwill: something is taken off on purpose, of a day; never raised by it, never below nothing."""
        rows = self.charged()
        life, use = rows[pick % len(rows)]
        self.goes_on(wait)
        days = sorted({*use.charged, *use.kept(USED), *(of_day for _made, of_day, _yen in use.adjusted)})
        day = None if which_day is None else days[which_day % len(days)]
        given = sum(amount for _made, _day, amount in use.given)
        against = {"below_zero"} if use.owed + yen < 0 else set()
        if given + yen > 0:
            against.add("goodwill_raises")
        if day is None and self.told.settled_alike(use.service, days) > 1:
            against.add("which_day")
        let_off = partial(
            adjust_charge,
            charge=self.charge(use),
            kind=AdjustmentKind.GOODWILL,
            amount=yen,
            reason="長い待ち時間のおわび",
            by=self.ward.staff,
            at=self.now,
            day=day,
        )
        if self.does(life, f"is let off {yen} of B{use.pk}, day {day}", against, let_off):
            use.given.append((self.today, day or days[0], yen))
            use.owed += yen
            self.compare()

    @step(4, lambda self: bool(self.charged()), pick=which, wait=later, of_class=classes)
    def its_class_was_another(self, *, pick, wait, of_class):
        """A paper says another class of days that were charged: the charge stays, what it should be is proposed."""
        rows = self.charged()
        life, use = rows[pick % len(rows)]
        self.goes_on(wait)
        self._changes_class(life, min(use.charged), of_class)

    @step(
        4,
        lambda self: any(use.paid for _life, use in self.charged()),
        pick=which,
        wait=later,
        part=st.sampled_from((100, 30, 110)),
    )
    def is_paid_back(self, *, pick, wait, part):
        """Money is given back, never more than was paid."""
        rows = [row for row in self.charged() if row[1].paid]
        life, use = rows[pick % len(rows)]
        self.goes_on(wait)
        yen = use.paid * part // 100
        against = {"no_amount"} if yen < 1 else {"more_than_paid"} if yen > use.paid else set()
        refund = partial(
            refund_payment,
            charge=self.charge(use),
            amount=yen,
            method=PaymentMethod.CASH,
            reason="区分の変更による",
            by=self.ward.staff,
            at=self.now,
        )
        if self.does(life, f"is paid back {yen} of {use.paid} for B{use.pk}", against, refund):
            use.paid -= yen
            self.compare()

    # ---- Rides ------------------------------------------------------------------------------------------------------

    @step(
        5,
        lambda self: bool(self.picked(0, "booked", "arrived", "departed", at_house=True)),
        pick=which,
        wait=later,
        direction=st.sampled_from((RideDirection.TO, RideDirection.FROM)),
        fare=st.sampled_from((1800, 4200, 0)),
    )
    def rides(self, *, pick, wait, direction, fare):
        """A ride of a stay is recorded: the ward bears it, by the class of the day of arriving or of leaving."""
        there = self.picked(pick, "arrived", "departed", at_house=True)
        life, use = there or self.picked(pick, "booked", at_house=True)
        self.goes_on(wait)
        moment = use.came if direction == RideDirection.TO else use.left or self.now
        against = {"fare_not_possible"} if fare < 1 else set()
        borne = None
        if use.came is None:
            against.add("not_in_house")
        else:
            borne = self.told.bears_a_ride(life, moment.date(), fare)
            if borne is None:
                against.add("ride_not_borne")
        if any(ride.direction == direction and ride.back is None for ride in use.rides):
            against.add("ride_recorded")
        record = partial(
            record_ride,
            booking=self.booking(use),
            direction=direction,
            fare=fare,
            by=self._operator(use),
            at=self.now,
        )
        if made := self.does(life, f"rides {direction} for {fare}, B{use.pk}", against, record):
            use.rides.append(told_uses.Ride(made.pk, direction, borne, self.today))
            self.compare()

    @step(3, lambda self: bool(self._ridden()), pick=which, wait=later)
    def takes_a_ride_back(self, *, pick, wait):
        """A ride recorded by mistake is taken back, with the reason: once."""
        rows = self._ridden()
        life, use, ride = rows[pick % len(rows)]
        self.goes_on(wait)
        against = {"already_taken_back"} if ride.back else set()
        back = partial(
            take_back_ride, ride=Ride.objects.get(pk=ride.pk), reason="別の家庭", by=self._operator(use), at=self.now
        )
        if self.does(life, f"takes the ride {ride.direction} of B{use.pk} back", against, back):
            ride.back = self.today
            self.compare()

    def _ridden(self):
        return [(life, use, ride) for life, use in self.told.uses() for ride in use.rides]
