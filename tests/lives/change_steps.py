"""What changes in a family: babies, homes, tax classes, facts put right; and what each takes away or brings back."""

from collections.abc import Callable, Iterable
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
from .told_rules import A_DAY, Baby, Home, beyond, in_ward, lives_here, tax_class
from .told_uses import HELD, IN_FORCE, LIVE, USED, Life, Taken, Use
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
        infant = Infant.objects.get(birth__registrations=life.pk, name=baby.name)
        against = set() if day >= baby.born else {"day_impossible"}
        if baby.rolls_since is not None and baby.rolls_since < day:
            against.add("known_already")
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
        if new.born > self.today:
            return
        if not rolls or (new.rolls_since and new.rolls_since < new.born):
            new.rolls_since = None
        new_due = family.due if due is None else new.born + timedelta(days=due)
        if (new, new_due) == (first, family.due):
            return
        against = set()
        babies = (new, *family.babies[1:])
        apart = max(baby.born for baby in babies) - min(baby.born for baby in babies)
        if any(self._never(new_due, baby) for baby in babies) or apart.days > 2:
            against.add("application_impossible")
        registration = self.registration(life)
        known = facts_known(registration)
        pk = Infant.objects.get(birth=registration.birth_id, name=first.name).pk
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
        still_leaves=st.sampled_from((True, False, None)),
    )
    def moves(self, *, number, wait, ahead, door, still_leaves):
        """Another address in the ward, or back into it, from a day on. A known move out is asked about."""
        life = self._any(number, *IN_FORCE)
        if life is None:
            return
        self.goes_on(wait)
        day = self.today + timedelta(days=ahead)
        town, chome, block = DOORS[door]
        address = Address(self.ward.towns[town], chome, block, "", "")
        family = self.registration(life).birth.family
        leaves = next((last for first, last in in_ward(life.family) if first <= day <= last < date.max), None)
        against = set()
        if leaves is not None and still_leaves is None:
            against.add("say_whether_leaving")
        stays = leaves is None or still_leaves is not False
        home = lives_here(life.family, day)
        if home is not None and home.door == door and stays:
            against.add("nothing_changed")
        move = partial(
            move_within_ward,
            family=family,
            address=address,
            from_day=day,
            by=self.ward.staff,
            at=self.now,
            still_leaves=still_leaves,
        )
        if self.does(life, f"moves into house {door} from {day}, still leaves: {still_leaves}", against, move):
            self._lives_at(life, door, day, until=leaves if stays else None)
            self._come_back(life, {"moved_out"})
            self.compare()

    @step(
        1,
        lambda self: any(life.pk for life in self.told.lives),
        number=who,
        wait=later,
        ahead=st.sampled_from((3, 0, 10, 30, -4)),
        takes_back=st.booleans(),
    )
    def leaves_the_ward(self, *, number, wait, ahead, takes_back):
        """The last day in the ward; what is booked on days elsewhere is given back, a day of coming back stays."""
        life = self._any(number, *IN_FORCE)
        if life is None:
            return
        self.goes_on(wait)
        last = self.today + timedelta(days=ahead)
        begun = [run for run in in_ward(life.family) if run[0] <= last]
        coming = min((first for first, _last in in_ward(life.family) if first > last), default=date.max)
        if not begun:
            return
        later_homes = [one for one in life.family.homes if last < one.first <= begun[-1][1]]
        homes = [replace(one) for one in life.family.homes if one.first <= last or one.first >= coming]
        max((one for one in homes if one.first <= last), key=lambda one: one.first).last = last
        told = replace(life.family, homes=homes)

        def elsewhere(day: date) -> bool:
            return lives_here(told, day) is None and life.family.excepted.get("residency", date.min) < day

        against = {"later_entry"} if later_homes and not takes_back else self._against_ending(life, elsewhere)
        leave = partial(
            leave_ward,
            family=self.registration(life).birth.family,
            last_day=last,
            by=self.ward.staff,
            at=self.now,
            takes_back_moves=takes_back,
        )
        if self.does(life, f"leaves the ward, last day {last}", against, leave):
            life.family.homes = homes
            self._give_back(life, elsewhere, "moved_out")
            self._come_back(life, {"moved_out"}, only=lambda day: lives_here(told, day) is not None)
            self.compare()

    @step(
        2,
        lambda self: any(life.pk for life in self.told.lives),
        number=who,
        wait=later,
        ahead=st.sampled_from((0, 10, -20, -60)),
        of_class=classes,
        of_use=st.booleans(),
    )
    def changes_class(self, *, number, wait, ahead, of_class, of_use):
        """Another tax class from a day on, by its paper; charges stay, what they should be is proposed.

        ``of_use``: from the first day that was used, or one before.
        """
        life = self._any(number, *IN_FORCE)
        if life is None:
            return
        self.goes_on(wait)
        used = [day for use in life.uses for day in use.kept(USED)]
        day = min(used) if used and of_use else self.today + timedelta(days=ahead)
        self._changes_class(life, day, of_class)

    def _changes_class(self, life: Life, day: date, of_class: str) -> None:
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

    @staticmethod
    def _lives_at(life: Life, door: int, day: date, *, until: date | None = None) -> None:
        """The family lives there from the day on, up to a later address that is known, or the last day told."""
        kept = [one for one in life.family.homes if one.first != day]
        for one in kept:
            if one.first < day <= (one.last or date.max):
                one.last = day - A_DAY
        coming = min((one.first for one in kept if one.first > day), default=None)
        ends = [last for last in (until, coming and coming - A_DAY) if last is not None]
        kept.append(Home(day, min(ends, default=None), district_of(*DOORS[door]), door))
        life.family.homes = sorted(kept, key=lambda one: one.first)

    # ---- What reports take away, and bring back ---------------------------------------------------------------------

    def _against_ending(self, life: Life, gone: Callable[[date], bool]) -> set[str]:
        """Used on a day that is gone, or a day of it passed of which nobody said whether she came."""
        found = set()
        for use in life.uses:
            after = [day for day in use.kept() if gone(day)]
            if use.state not in LIVE or not after:
                continue
            if any(use.days[day] == USED for day in after):
                found.add("days_used_after")
            elif after[0] < self.today:
                found.add("day_passed")
        return found

    def _give_back(self, life: Life, gone: Callable[[date], bool], cause: str) -> None:
        for use in sorted(life.uses, key=lambda row: row.pk):
            after = [day for day in use.kept() if gone(day)]
            if use.state in LIVE and after:
                self._take_away(life, use, after, cause)

    def _judged_again(self, life: Life, rules: set[str], cause: str) -> None:
        """Days to come that one of these rules no longer allows; a family in house stays the day."""
        for use in sorted(life.uses, key=lambda row: row.pk):
            if use.state not in LIVE:
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
        whole, was_offered = not use.days, use.state == "offered"
        if whole:
            use.state = "cancelled"
            for wait in life.waits:
                wait.use = None if wait.use is use and wait.is_open else wait.use
        if not was_offered:
            life.taken.append(Taken(use, days, whole, cause))

    def _come_back(self, life: Life, causes: Iterable[str], only: Callable[[date], bool] = bool) -> None:
        """What was taken for these causes comes back wholly, from today on, where it is free and may be used."""
        told = self.told
        for row in life.taken:
            days = [day for day in row.days if self.today <= day and only(day)]
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
