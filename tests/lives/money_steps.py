"""What happens to money: it is paid, months are handed in and accepted, charges are put right, policies change."""

from datetime import date, timedelta
from functools import partial

from django.db.models import Q
from hypothesis import strategies as st

from billing.claims import accept_claim, submit_claim
from billing.differences import apply_adjustments, propose_adjustments
from billing.issue import issue_charge
from billing.models import Charge, Claim, PaymentMethod
from billing.month_record import digest_of, last_of_month, month_record
from billing.pay import receive_payment

from .stay_steps import StaySteps
from .told_rules import tax_class
from .told_uses import HELD, USED
from .walk import later, step, which


def decided(self: StaySteps) -> bool:
    return any(life.state == "approved" for life in self.told.lives)


aheads = st.sampled_from((0, 3, 20))


class MoneySteps(StaySteps):
    """Steps of charges, months and policies."""

    @step(
        4,
        lambda self: bool(self.charged()),
        pick=which,
        wait=later,
        part=st.sampled_from((100, 100, 50, 130)),
    )
    def pays(self, *, pick, wait, part):
        """A family pays what is owed, or a part of it; never more."""
        rows = self.charged()
        life, use = rows[pick % len(rows)]
        self.goes_on(wait)
        left = use.owed - use.paid
        amount = max(left, 0) * part // 100
        against = {"no_amount"} if amount < 1 else {"more_than_owed"} if amount > left else set()
        receive = partial(
            receive_payment,
            charge=Charge.objects.get(booking=use.pk),
            amount=amount,
            method=PaymentMethod.CASH,
            by=self.ward.staff,
            at=self.now,
        )
        if self.does(life, f"pays {amount} of {left} for B{use.pk}", against, receive):
            use.paid += amount
            self.compare()

    @step(
        4,
        lambda self: any(use.kept(USED) for _life, use in self.told.uses()),
        pick=which,
        wait=st.sampled_from((0, 10, 31)),
        back=st.integers(0, 1),
    )
    def a_month_is_accepted(self, *, pick, wait, back):
        """A house hands a month in, the ward accepts it: from then on nothing of it changes."""
        used = sorted(
            {
                (self.told.figures.facility(use.service), day.replace(day=1))
                for _life, use in self.told.uses()
                for day in use.kept(USED)
            }
        )
        facility, month = used[pick % len(used)]
        self.goes_on(wait)
        against = set() if self.today > last_of_month(month) else {"month_not_over"}
        if (facility, month) in self.told.accepted:
            against.add("month_accepted")
        if any(self._is_open(life, use, month) for life, use in self.told.uses() if self._of(use, facility)):
            against.add("still_open")
        house = self.ward.facilities[facility]
        words = f"accepts {facility}'s {month:%Y-%m}"
        if self.does(None, words, against, partial(self._accept, house, month)):
            self.told.settles(facility, month)
            self.comparison.the_months()
            self.compare()

    def _accept(self, house, month: date) -> Claim:
        record = month_record(house, month)
        operator = self.ward.operators[house.slug]
        claim = submit_claim(
            facility=house, month=month, seen=digest_of(record), remark="なし", by=operator, at=self.now
        )
        return accept_claim(claim=claim, seen=claim.digest, by=self.ward.staff, at=self.now)

    def _of(self, use, facility: str) -> bool:
        return self.told.figures.facility(use.service) == facility

    def _is_open(self, life, use, month: date) -> bool:
        """In house still, not said whether it came, or left without its charge though the amount is known.

        The last stops also where it was carried over from a month before.
        """
        days = [day for day in use.days if day.replace(day=1) == month]
        if use.state == "arrived":
            return bool(days)
        if use.state == "booked":
            return any(use.days[day] == HELD and day < self.today for day in days)
        if use.state != "departed" or use.charged is not None:
            return False
        left = any(use.days[day] == USED for day in days) or any(day < month for day in use.open)
        return left and self.told.prices(life, use) is not None

    @step(10, lambda self: bool(self.without_charge()), pick=which, wait=later)
    def is_charged_late(self, *, pick, wait):
        """The charge of a stay that could not be priced when the family left; of an accepted month, too."""
        rows = self.without_charge()
        rows = [row for row in rows if self.told.prices(*row) is not None] or rows
        life, use = rows[pick % len(rows)]
        self.goes_on(wait)
        now = self.told.prices(life, use)
        against = {"tariff_not_published"} if now is None else self.told.locked(use, set(use.days) - use.open)
        issue = partial(issue_charge, booking=self.booking(use), by=self.ward.staff, at=self.now)
        if self.does(life, f"is charged late for B{use.pk}", against, issue):
            use.charged, use.owed, use.issued = now, sum(now.values()), self.today
            self.compare()

    def charged(self):
        """Uses that were charged something, the newest first."""
        return sorted((row for row in self.told.uses() if row[1].charged), key=lambda row: -row[1].pk)

    def without_charge(self):
        """Uses that have ended, with no charge."""
        return [row for row in self.told.uses() if row[1].state == "departed" and row[1].charged is None]

    def to_put_right(self):
        """What each charge is to be raised by, or lowered, so that it is what its days cost now, less the goodwill."""
        expected = {}
        for life, use in self.told.uses():
            now = self.told.prices(life, use) if use.charged is not None else None
            given = sum(yen for _made, _day, yen in use.given)
            if now is not None and max(sum(now.values()) + given, 0) != use.owed:
                expected[use.pk] = max(sum(now.values()) + given, 0) - use.owed
        return expected

    @step(1, lambda self: any(use.charged for _life, use in self.told.uses()), wait=later)
    def nothing_is_to_be_put_right(self, *, wait):
        """What is proposed is what the days cost now, and nothing where they cost what is owed."""
        self.goes_on(wait)
        self._is_proposed()
        self.is_done = True

    @step(20, lambda self: bool(self.to_put_right()), wait=later)
    def charges_are_put_right(self, *, wait):
        """Staff confirm what is proposed: what is owed becomes what the days cost now."""
        self.goes_on(wait)
        expected, proposed = self.to_put_right(), self._is_proposed()
        confirmed = {charge.pk: amount for charge, amount in proposed.items() if amount}
        put = partial(
            apply_adjustments, confirmed=confirmed, reason="課税区分の変更による", by=self.ward.staff, at=self.now
        )
        if self.does(None, f"puts {len(expected)} charges right", (), put):
            for life, use in self.told.uses():
                if use.pk in expected:
                    self.told.put_right(use, self.told.prices(life, use), self.today)
            self.compare()

    def _is_proposed(self):
        proposed = {row.charge: row.amount for row in propose_adjustments(Charge.objects.filter(~Q(pk=0)))}
        found = {charge.booking_id: amount for charge, amount in proposed.items() if amount}
        self.comparison.same("proposed", found, self.to_put_right())
        return proposed

    # ---- Policies ---------------------------------------------------------------------------------------------------

    @step(
        1,
        decided,
        wait=later,
        ahead=st.sampled_from((-20, -60, -5, 0, 10)),
        service=st.sampled_from((5, 4, 2, 0, 1)),
        of_class=st.sampled_from(("non_taxed", "taxed", "non_taxed", "taxed")),
        yen=st.sampled_from((0, 700, 5100)),
    )
    def an_amount_changes(self, *, wait, ahead, service, of_class, yen):
        """Another amount of mother and baby from a day on, or the first one; also entered late."""
        slug = sorted(self.ward.services)[service]
        self.goes_on(wait)
        day = self.today + timedelta(days=ahead)
        self._amount_from(slug, of_class, day, yen)

    @step(5, lambda self: bool(self.not_priced()), pick=which, wait=later, yen=st.sampled_from((900, 0)))
    def a_missing_amount_is_entered(self, *, pick, wait, yen):
        """The amount that a use waits for, from its first day on."""
        rows = self.not_priced()
        life, use = rows[pick % len(rows)]
        self.goes_on(wait)
        day = min(use.kept(USED))
        self._amount_from(use.service, tax_class(life.family, day), day, yen)

    def not_priced(self):
        """Uses that have ended and could not be priced for want of an amount."""
        rows = [(life, use) for life, use in self.without_charge() if use.kept(USED)]
        return [
            (life, use)
            for life, use in rows
            if self.told.prices(life, use) is None and tax_class(life.family, min(use.kept(USED)))
        ]

    def _amount_from(self, slug, of_class, day, yen):
        change = partial(self.ward.set_amount, slug, "base", of_class, day, yen)
        if self.does(None, f"sets {slug} to {yen} for {of_class} from {day}", (), change):
            self.told.figures.change(day, "tariffs", (slug, "base", of_class), amount=str(yen))
            self.compare()

    @step(1, decided, wait=later, ahead=st.sampled_from((0, 3, 20)), days=st.sampled_from((5, 7, 9)))
    def the_days_of_a_birth_change(self, *, wait, ahead, days):
        """From a day on a birth has other days: each day of use goes by its own limit."""
        self.goes_on(wait)
        day = self.today + timedelta(days=ahead)
        if self.does(
            None, f"gives {days} days a birth from {day}", (), partial(self.ward.set_days_of_a_birth, day, days)
        ):
            values = {"days_per_birth": str(days), "consecutive_days": str(days)}
            self.told.figures.change(day, "usage_limits", ("stays",), **values)
            self.compare()

    @step(
        1,
        decided,
        wait=later,
        ahead=st.sampled_from((0, 3, 20)),
        hours=st.sampled_from((0, 17, 65, 168)),
        service=st.integers(0, 5),
    )
    def the_notice_changes(self, *, wait, ahead, hours, service):
        """From a day on days are asked for earlier or later: each by the notice of its own day."""
        self.goes_on(wait)
        day, slug = self.today + timedelta(days=ahead), sorted(self.ward.services)[service]
        if self.does(
            None, f"asks {slug} {hours} hours before from {day}", (), partial(self.ward.set_notice, slug, day, hours)
        ):
            self.told.figures.change(day, "allocation_policies", (slug,), notice_hours=str(hours))
            self.compare()

    @step(1, decided, wait=later, ahead=st.integers(0, 12), slots=st.integers(0, 2), pool=st.integers(0, 4))
    def a_day_is_cut(self, *, wait, ahead, slots, pool):
        """Staff set the places of one day; never below what is taken."""
        self.goes_on(wait)
        slug, day = sorted(self.ward.pools)[pool], self.today + timedelta(days=ahead)
        taken = self.told.taken(slug)[day]
        if slots < taken:
            return
        if self.does(None, f"sets {slug} to {slots} on {day}", (), partial(self.ward.set_slots, slug, day, slots)):
            self.told.figures.slots_set[slug, day] = slots
            self.compare()
