"""What is told of money: prices, what is owed, what a house's month is paid."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date

from .figures import STAYS, Figures
from .told_rules import coupon_off, fiscal_year, price, tax_class
from .told_uses import USED, Life, Use


class Money:
    """Of the whole ward."""

    figures: Figures
    accepted: dict[tuple[str, date], dict[str, int]]

    def uses(self) -> Iterator[tuple[Life, Use]]:
        raise NotImplementedError

    def prices(self, life: Life, use: Use) -> dict[date, int] | None:
        """The yen of each used day less its coupon; None where an amount is not known."""
        found, coupons = {}, use.coupons
        for day in use.kept(USED):
            of_class = tax_class(life.family, day)
            parts = price(self.figures, use.service, day, of_class, babies=use.babies, sibling=day in use.siblings)
            if parts is None:
                return None
            base, others = parts
            off = coupon_off(self.figures, day, of_class, base) if coupons else 0
            coupons -= off > 0
            found[day] = base - off + others
        return found

    def takes_coupons(self, life: Life, use: Use, days: Iterable[date]) -> int:
        """How many days take a coupon."""
        count = 0
        for day in days:
            of_class = tax_class(life.family, day)
            parts = price(self.figures, use.service, day, of_class, babies=use.babies, sibling=False)
            count += bool(parts and parts[0] and self.figures.on(day, "coupon_policies", of_class or ""))
        return count

    def month(self, facility: str, month: date) -> dict[str, int]:
        """A facility's month: family-days of stays, what the ward pays for every used day, the fees taken off.

        The fee of a day stands in the month of the day; what came after that month was accepted, and what is put
        right, in the month in which it came. Whether it is taken off is said by the contract of the day itself.
        """
        days = contract = 0
        for _life, use in self.uses():
            if self.figures.facility(use.service) != facility:
                continue
            for day in use.kept(USED):
                if day.replace(day=1) == month:
                    days += self.figures.kind(use.service) in STAYS
                    rate = self.figures.contract(use.service, day)
                    contract += rate[0] if rate else 0
        came = [row for row in self._fees(facility) if row[0].replace(day=1) == month]
        rides = sum(yen for day, yen in self._rides(facility) if day.replace(day=1) == month)
        return {"days": days, "contract": contract, "fees": sum(yen for _month, yen in came), "rides": rides}

    def _rides(self, facility: str) -> Iterator[tuple[date, int]]:
        """What the ward bears of each ride, on the day of recording; with a minus on the day of taking back."""
        for _life, use in self.uses():
            if self.figures.facility(use.service) == facility:
                for ride in use.rides:
                    yield ride.recorded, ride.borne
                    if ride.back is not None:
                        yield ride.back, -ride.borne

    def _fees(self, facility: str) -> Iterator[tuple[date, int]]:
        """Each fee that a contract takes off: the day by which it counts, and its yen."""
        for _life, use in self.uses():
            if self.figures.facility(use.service) != facility:
                continue
            came = [(use.issued if day in use.open else day, day, yen) for day, yen in (use.charged or {}).items()]
            came += [(made, day, yen) for made, day, yen in (*use.adjusted, *use.given)]
            for counts, day, yen in came:
                rate = self.figures.contract(use.service, day)
                if rate and rate[1] and counts is not None:
                    yield counts, yen

    def settles(self, facility: str, month: date) -> None:
        """A month is accepted: its figures stand, and what has no fee is carried over."""
        self.accepted[facility, month] = self.month(facility, month)
        for _life, use in self.uses():
            if self.figures.facility(use.service) == facility and use.charged is None:
                use.open |= {day for day in use.kept(USED) if day.replace(day=1) == month}

    def whole(self, facility: str) -> dict[str, int]:
        """All months of a facility together: each used day once, each yen owed once, by the contract of its day."""
        contract = fees = 0
        for _life, use in self.uses():
            if self.figures.facility(use.service) != facility:
                continue
            for day in use.kept(USED):
                rate = self.figures.contract(use.service, day)
                contract += rate[0] if rate else 0
            owed = Counter(use.charged or {})
            for _made, day, yen in (*use.adjusted, *use.given):
                owed[day] += yen
            for day, yen in owed.items():
                rate = self.figures.contract(use.service, day)
                fees += yen if rate and rate[1] else 0
        rides = sum(yen for _day, yen in self._rides(facility))
        return {"contract": contract, "fees": fees, "rides": rides}

    def bears_a_ride(self, life: Life, day: date, fare: int) -> int | None:
        """What the ward bears of a fare on a day: by the household's class of that day; None: it bears none."""
        row = self.figures.on(day, "transport_policies", tax_class(life.family, day) or "")
        if row is None:
            return None
        return min(fare, int(row["most_yen"])) if row["most_yen"] else fare

    def settled_alike(self, service: str, days: Iterable[date]) -> int:
        """In how many ways days are settled: by fiscal year, and by whether their contract takes the fees off."""
        rates = {day: self.figures.contract(service, day) for day in days}
        return len({(fiscal_year(day), rate and rate[1]) for day, rate in rates.items()})

    def put_right(self, use: Use, now: dict[date, int], today: date) -> None:
        """What is owed becomes what the days cost now, less what goodwill took off, and never less than nothing.

        By a row for what differs, each about its own day; what goodwill took off beyond the fee stands on the last.
        """
        before = Counter(use.charged or {})
        for _made, day, yen in use.adjusted:
            before[day] += yen
        owed = max(sum(now.values()) + sum(yen for _made, _day, yen in use.given), 0)
        if owed == use.owed:
            return
        rows = {day: now.get(day, 0) - before[day] for day in sorted({*before, *now})}
        rows = {day: yen for day, yen in rows.items() if yen} or {min({*before, *now}): 0}
        rows[max(rows)] += owed - use.owed - sum(rows.values())
        use.adjusted += [(today, day, yen) for day, yen in rows.items() if yen]
        use.owed = owed
