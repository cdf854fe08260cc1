"""What changes in a family: babies, homes, tax classes, facts put right; and what each takes away or brings back."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from hypothesis import strategies as st

from bookings.places.corrected_facts import correct_facts
from bookings.places.end_participation import leave_ward, move_within_ward
from bookings.places.rolling_over import report_rolling_over
from enrollment.confidential import Address
from enrollment.families.facts import facts_known
from enrollment.families.life_events import change_tax_class
from enrollment.models import Infant, TaxClass

from .figures import district_of
from .told import HELD, IN_FORCE, USED, Life, Taken, Use
from .told_rules import A_DAY, Baby, Home, beyond, lives_here, tax_class
from .walk import Walk, later, step, who
from .ward import DOORS

classes = st.sampled_from(("taxed", "non_taxed", "welfare"))
doors = st.integers(0, len(DOORS) - 1)
ago = st.sampled_from((0, 1, 9, 40))
OF_BABIES = {"infant_age", "rolling_over"}


class ChangeSteps(Walk):
    """Steps of a family whose registration is in force."""

    def _any(self, number: int, *states: str) -> Life | None:
        fitting = [life for life in self.told.lives if life.state in states and not life.joined]
        return fitting[number % len(fitting)] if fitting else None

    @staticmethod
    def _never(due: date | None, baby: Baby) -> bool:
        """No child is born before 20 weeks or after 44."""
        return due is not None and not 140 <= 280 - (due - baby.born).days <= 308

    @step(
        1,
        lambda self: any(life.state in IN_FORCE and life.family.babies for life in self.told.lives),
        number=who,
        wait=later,
        since=ago,
    )
    def rolls_over(self, *, number, wait, since):
        """A baby rolls over since a day: what only the corrected age allows is given back, in house from tomorrow."""
        life = self._any(number, *IN_FORCE)
        if life is None or not life.family.babies:
            return
        self.goes_on(wait)
        baby, day = life.family.babies[0], self.today - timedelta(days=since)
        infant = Infant.objects.filter(birth__registrations=life.pk).order_by("birth_date", "pk").first()
        against = set() if day >= baby.born else {"day_impossible"}
        report = partial(report_rolling_over, infant=infant, since=day, by=self.ward.staff, at=self.now)
        if self.does(life, f"rolls over since {day}", against, report):
            baby.rolls_since = day
            self._judged_again(life, {"rolling_over"}, "rolls_over")
            self.compare()

    @step(
        1,
        lambda self: any(life.state in IN_FORCE and life.family.babies for life in self.told.lives),
        number=who,
        wait=later,
        due=st.sampled_from((None, -14, 3, 20, 45)),
        long_stay=st.booleans(),
        born=st.sampled_from((0, 0, -3, 2)),
        rolls=st.sampled_from((True, True, False)),
    )
    def is_put_right(self, *, number, wait, due, long_stay, born, rolls):
        """Staff put right when a child was born or due, how long it stayed in hospital, whether it rolls over."""
        life = self._any(number, *IN_FORCE)
        if life is None or not life.family.babies:
            return
        self.goes_on(wait)
        family = life.family
        first = family.babies[0]
        new = replace(first, born=first.born + timedelta(days=born), long_stay=long_stay)
        if new.born > self.today or any(abs((new.born - row.born).days) > 2 for row in family.babies[1:]):
            return
        if not rolls or (new.rolls_since and new.rolls_since < new.born):
            new.rolls_since = None
        new_due = family.due if due is None else new.born + timedelta(days=due)
        if (new, new_due) == (first, family.due):
            return
        against = set()
        if any(self._never(new_due, baby) for baby in (new, *family.babies[1:])):
            against.add("application_impossible")
        registration = self.registration(life)
        known = facts_known(registration)
        pk = Infant.objects.filter(birth=registration.birth_id).order_by("birth_date", "pk").first().pk
        infants = dict(known.infants)
        infants[pk] = replace(
            infants[pk], birth_date=new.born, long_hospital_stay=new.long_stay, rolls_over_since=new.rolls_since
        )
        correct = partial(
            correct_facts,
            registration=registration,
            facts=replace(known, due_date=new_due, infants=infants),
            reason="母子健康手帳のとおり",
            evidence="母子健康手帳",
            by=self.ward.staff,
            at=self.now,
        )
        if self.does(life, f"is put right: born {new.born}, due {new_due}, long {long_stay}", against, correct):
            family.babies[0], family.due = new, new_due
            family.babies.sort(key=lambda baby: baby.born)
            self._judged_again(life, OF_BABIES, "corrected")
            self._come_back(life, {"corrected", "rolls_over"})
            self.compare()

    # ---- Homes and classes ------------------------------------------------------------------------------------------

    @step(
        2,
        lambda self: any(life.pk for life in self.told.lives),
        number=who,
        wait=later,
        ahead=st.sampled_from((0, 0, 5, 20, -7)),
        door=doors,
    )
    def moves(self, *, number, wait, ahead, door):
        """Another address in the ward, or back into it, from a day on."""
        life = self._any(number, *IN_FORCE)
        if life is None:
            return
        self.goes_on(wait)
        day = self.today + timedelta(days=ahead)
        if self._undoes_later_entries(life, day):
            return
        town, chome, block = DOORS[door]
        address = Address(self.ward.towns[town], chome, block, "", "")
        family = self.registration(life).birth.family
        against = set() if self._lives_at(life, door, day, only_asked=True) else {"nothing_changed"}
        move = partial(move_within_ward, family=family, address=address, from_day=day, by=self.ward.staff, at=self.now)
        if self.does(life, f"moves into house {door} from {day}", against, move):
            self._lives_at(life, door, day)
            self._come_back(life, {"moved_out"})
            self.compare()

    @staticmethod
    def _undoes_later_entries(life: Life, day: date) -> bool:
        """An address from before a move away that is known: what becomes of the latter is a case of its own."""
        return any(home.last is not None and day <= home.last for home in life.family.homes)

    @step(
        1,
        lambda self: any(life.pk for life in self.told.lives),
        number=who,
        wait=later,
        ahead=st.sampled_from((0, 3, 10, 30, -4)),
    )
    def leaves_the_ward(self, *, number, wait, ahead):
        """The last day in the ward; what is booked after is given back, what came back with a later day comes back."""
        life = self._any(number, *IN_FORCE)
        if life is None:
            return
        self.goes_on(wait)
        last = self.today + timedelta(days=ahead)
        if last < min(home.first for home in life.family.homes):
            return
        against, _after = self._against_ending(life, last)
        family = self.registration(life).birth.family
        leave = partial(leave_ward, family=family, last_day=last, by=self.ward.staff, at=self.now)
        if self.does(life, f"leaves the ward, last day {last}", against, leave):
            life.family.homes = [home for home in life.family.homes if home.first <= last]
            life.family.homes[-1].last = last
            self._give_back(life, last, "moved_out")
            self._come_back(life, {"moved_out"}, until=last)
            self.compare()

    @step(
        2,
        lambda self: any(life.pk for life in self.told.lives),
        number=who,
        wait=later,
        ahead=st.sampled_from((0, 10, -20, -60)),
        of_class=classes,
    )
    def changes_class(self, *, number, wait, ahead, of_class):
        """Another tax class from a day on, by its paper; charges stay, what they should be is proposed."""
        life = self._any(number, *IN_FORCE)
        if life is None:
            return
        self.goes_on(wait)
        day = self.today + timedelta(days=ahead)
        against = {"nothing_changed"} if tax_class(life.family, day) == of_class else set()
        change = partial(
            change_tax_class,
            family=self.registration(life).birth.family,
            tax_class=TaxClass(of_class),
            from_day=day,
            evidence="課税証明書",
            by=self.ward.staff,
            at=self.now,
        )
        if self.does(life, f"is {of_class} from {day}", against, change):
            life.entered_class = True
            self._class_from(life, of_class, day)
            self.compare()

    @staticmethod
    def _class_from(life: Life, of_class: str, day: date) -> None:
        life.family.classes = [row for row in life.family.classes if row[0] != day] + [(day, of_class)]

    def _lives_at(self, life: Life, door: int, day: date, *, only_asked: bool = False) -> bool:
        """The family lives there from the day on, up to a later move that is known; False where it did already."""
        homes = life.family.homes
        home = lives_here(life.family, day)
        follows = home is not None and any(home.last and one.first == home.last + A_DAY for one in homes)
        if home is not None and home.door == door and (home.last is None or follows):
            return False
        if only_asked:
            return True
        kept = [one for one in homes if one.first != day]
        for one in kept:
            if one.first < day <= (one.last or date.max):
                one.last = day - A_DAY
        coming = min((one.first for one in kept if one.first > day), default=None)
        kept.append(Home(day, coming - A_DAY if coming else None, district_of(*DOORS[door]), door))
        life.family.homes = sorted(kept, key=lambda one: one.first)
        return True

    # ---- What reports take away, and bring back ---------------------------------------------------------------------

    def _against_ending(self, life: Life, last: date) -> tuple[set[str], list[Use]]:
        """Used after the last day, or a day after it passed of which nobody said whether she came."""
        found, touched = set(), []
        for use in life.uses:
            after = [day for day in use.kept() if day > last]
            if use.state not in ("booked", "arrived") or not after:
                continue
            touched.append(use)
            if any(use.days[day] == USED for day in after):
                found.add("days_used_after")
            elif after[0] < self.today:
                found.add("day_passed")
        return found, touched

    def _give_back(self, life: Life, last: date, cause: str) -> None:
        for use in sorted(life.uses, key=lambda row: row.pk):
            after = [day for day in use.kept() if day > last]
            if use.state in ("booked", "arrived") and after:
                self._take_away(life, use, after, cause)

    def _judged_again(self, life: Life, rules: set[str], cause: str) -> None:
        """Days to come that one of these rules no longer allows; a family in house stays the day."""
        for use in sorted(life.uses, key=lambda row: row.pk):
            if use.state not in ("booked", "arrived"):
                continue
            first = self.today + A_DAY if use.state == "arrived" else self.today
            coming = [day for day in use.kept(HELD) if day >= first]
            gone = [day for day in coming if self.told.against(life, use.service, day) & rules]
            if gone:
                self._take_away(life, use, gone, cause)

    @staticmethod
    def _take_away(life: Life, use: Use, days: list[date], cause: str) -> None:
        for day in days:
            del use.days[day]
        if use.state == "arrived":
            life.parts(use, use.apart())
        whole = not use.days
        if whole:
            use.state = "cancelled"
        life.taken.append(Taken(use, days, whole, cause))

    def _come_back(self, life: Life, causes: Iterable[str], until: date = date.max) -> None:
        """What was taken for these causes comes back wholly, from today on, where it is free and may be used."""
        told = self.told
        for row in life.taken:
            days = [day for day in row.days if self.today <= day <= until]
            use = row.use
            if row.back or row.cause not in causes or not days:
                continue
            if use.state != "cancelled" if row.whole else use.state not in ("booked", "arrived"):
                continue
            siblings = days if use.with_child else []
            kept = sorted({*use.days, *days})
            hers = life.counted(told.figures.group(use.service), told.figures, without=use)
            against = told.against_any(life, use.service, days, siblings)
            against |= beyond(told.figures, use.service, hers, kept)
            against |= told.without_place(use.service, days, with_child=use.with_child)
            if set(days) & life.kept(without=use):
                against.add("day_taken")
            if against:
                continue
            row.back = True
            use.days |= dict.fromkeys(days, HELD)
            use.siblings |= set(siblings)
            if row.whole:
                use.state = "booked"
            elif use.state == "arrived":
                life.parts(use, use.apart())
