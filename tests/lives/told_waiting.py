"""What is told of who waits: in the order of joining, for all days of a stretch; what comes free is held for a day."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from .figures import Figures
from .told_rules import beyond, too_early, waits_for_its_draw
from .told_uses import HELD, Life, Use, Wait

MOST_WAITS = 5


class Waiting:
    """Of the whole ward."""

    figures: Figures
    lives: list[Life]

    def waits(self) -> Iterator[tuple[Life, Wait]]:
        """Who waits and is not offered anything, in the order of joining."""
        open_ones = ((life, wait) for life in self.lives for wait in life.waits if wait.is_open and wait.use is None)
        return iter(sorted(open_ones, key=lambda row: (row[1].joined, row[1].pk)))

    def offers(self) -> list[tuple[Life, Use]]:
        return [(life, use) for life in self.lives for use in life.uses if use.state == "offered"]

    def may_not(
        self, life: Life, service: str, days: list[date], *, with_child: bool, without: Use | None = None
    ) -> set[str]:
        """Why she may not use these days, whatever places there are, and whenever she asks."""
        found = set() if life.state == "approved" else {"not_approved"}
        found |= self.against_any(life, service, days, life.along(days) if with_child else ())  # type: ignore[attr-defined]
        hers = life.counted(self.figures.group(service), self.figures, without=without)
        found |= beyond(self.figures, service, hers, days)
        return found | ({"day_taken"} if set(days) & life.kept(without=without) else set())

    def against_waiting(
        self, life: Life, service: str, days: list[date], now: datetime, *, with_child: bool
    ) -> set[str]:
        """Every reason why she cannot wait for these days."""
        found = self.may_not(life, service, days, with_child=with_child)
        if days[0] <= now.date():
            found.add("day_passed" if days[0] < now.date() else "too_late_to_wait")
        if any(too_early(self.figures, service, day, now.date()) for day in days):
            found.add("not_open_yet")
        if any(waits_for_its_draw(self.figures, service, day) for day in days):
            found.add("draw_first")
        house = self.without_place(service, days, with_child=with_child)  # type: ignore[attr-defined]
        if not house or "day_closed" in house:
            found.add("day_closed" if house else "place_free")
        live = [wait for wait in life.waits if wait.is_open and wait.registration == life.pk]
        again = any((wait.service, wait.days) == (service, days) for wait in live)
        return found | ({"waits_for_enough"} if len(live) >= MOST_WAITS and not again else set())

    def passes(self, now: datetime) -> None:
        """What the clock does: who did not answer has it no more, who may not come is offered nothing, the next is."""
        for life, use in self.offers():
            if use.given_on is not None and use.given_on <= now:
                self.goes_on_from(life, use, "declined")
            elif use.until < now:
                self.goes_on_from(life, use, "lapsed")
        for life, use in self.offers():
            coming = [day for day in use.kept() if day >= now.date()]
            if coming and self.may_not(life, use.service, coming, with_child=use.with_child, without=use):
                use.days, use.state = {}, "cancelled"
                for wait in life.waits:
                    wait.use = None if wait.use is use else wait.use
        for life, wait in self.waits():
            closed = "day_closed" in self.without_place(wait.service, wait.days, with_child=False)  # type: ignore[attr-defined]
            in_force = wait.registration == life.pk
            wait.away = closed or not in_force
            wait.away |= bool(self.may_not(life, wait.service, wait.days, with_child=wait.with_child))
            if wait.days[0] <= now.date():
                wait.ended = "passed"
        for life, wait in list(self.waits()):
            self._is_offered(life, wait, now)

    def is_declined(self, use: Use, now: datetime) -> None:
        """A no can be taken back for some minutes; then the place goes on."""
        policy = self.figures.on(now.date(), "draw_policies")
        pause = timedelta(minutes=int(policy["undo_minutes"])) if policy else timedelta()
        use.given_on = use.given_on or min(now + pause, use.until)

    @staticmethod
    def goes_on_from(life: Life, use: Use, how: str) -> None:
        """An offer that is declined, or not answered, is over; so is the waiting behind it."""
        use.days, use.state = {}, "cancelled"
        for wait in life.waits:
            if wait.use is use and wait.is_open:
                wait.ended = how

    def _is_offered(self, life: Life, wait: Wait, now: datetime) -> None:
        """All of her days are held where each is free now, and three hours are left to answer."""
        policy = self.figures.on(now.date(), "draw_policies")
        begins = datetime.combine(wait.days[0], time(), tzinfo=now.tzinfo)
        if wait.away or policy is None or begins < now + timedelta(hours=int(policy["least_answer_hours"])):
            return
        if wait.infants > max(len(life.family.babies), 1):
            return
        against = self.may_not(life, wait.service, wait.days, with_child=wait.with_child)
        if against | self.without_place(wait.service, wait.days, with_child=wait.with_child):  # type: ignore[attr-defined]
            return
        siblings = set(life.along(wait.days)) if wait.with_child else set()
        use = Use(0, wait.service, dict.fromkeys(wait.days, HELD), wait.infants, siblings, wait.with_child, "offered")
        use.until = min(now + timedelta(hours=int(policy["offer_hours"])), begins)
        wait.use = use
        life.uses.append(use)
