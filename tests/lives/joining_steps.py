"""A family that was entered twice: a second entry is made on paper, lives on by itself, and both are joined."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

from hypothesis import strategies as st

from enrollment.applications.apply import apply_for_registration
from enrollment.families.merge import merge_families, plan_of

from . import told_joining as told
from .change_steps import classes, doors
from .family_steps import WEEKS, FamilySteps
from .told_rules import Baby, Family
from .told_uses import IN_FORCE, Life
from .walk import later, step, who


class JoiningSteps(FamilySteps):
    """Steps of entries that are one family."""

    def _twice(self) -> list[tuple[Life, Life]]:
        """Each family that stands twice: the entry with the sign-in, and the other one."""
        return [(life, life.double) for life in self.told.lives if life.double is not None]

    @step(
        5,
        lambda self: any(self._once(life) for life in self.told.lives),
        number=who,
        wait=later,
        door=doors,
        of_class=classes,
        weeks=WEEKS,
        long_stay=st.booleans(),
        twin=st.sampled_from((None, None, None, True, False)),
        due=st.sampled_from((None, 0, 0, 6)),
        born=st.sampled_from((0, 0, 0, 1)),
        knows_child=st.booleans(),
    )
    def is_entered_twice(self, *, number, wait, door, of_class, weeks, long_stay, twin, due, born, knows_child):
        """Staff enter the same mother from a paper: of the same birth, with what she says this time."""
        fitting = [life for life in self.told.lives if self._once(life)]
        life = fitting[number % len(fitting)]
        self.goes_on(wait)
        known = life.family
        babies = [Baby(min(row.born + timedelta(days=born), self.today), None, name=row.name) for row in known.babies]
        if babies:
            babies[0] = replace(babies[0], weeks=weeks, long_stay=long_stay)
            if twin and len(babies) == 1:
                babies.append(Baby(babies[0].born, None, name="赤子1"))
            if twin is False:
                babies = babies[:1]
        base = known.due or babies[0].born
        said = None if due is None and babies else base + timedelta(days=due or 0)
        second = Life(Family(life.name, said, babies), stated_class=of_class)
        second.family.child = replace(known.child) if known.child and knows_child else None
        against = self._against_applying(second)
        apply = partial(
            apply_for_registration, application=self._stated(second, door), by=self.ward.staff, at=self.now
        )
        made = self.does(life, f"is entered twice ({self._facts(second)}, house {door})", against, apply)
        if made is None:
            return
        second.pk, second.state = made.pk, "applied"
        second.registrations.add(made.pk)
        self._lives_at(second, door, self.today)
        if second.family.child:
            second.family.child.pk = made.birth.family.siblings.get().pk
        self.told.lives.append(second)
        life.double = second
        self.compare()

    @staticmethod
    def _once(life: Life) -> bool:
        known = bool(life.family.babies or life.family.due)
        return life.state in IN_FORCE and not life.joined and not life.is_double and life.double is None and known

    @step(
        6,
        lambda self: bool(self._twice()),
        number=who,
        wait=later,
        keeps_first=st.booleans(),
        kept_is_right=st.booleans(),
    )
    def are_joined(self, *, number, wait, keeps_first, kept_is_right):
        """Both entries become one: what both say otherwise a person says, everything else is taken from who knows."""
        rows = self._twice()
        life, second = rows[number % len(rows)]
        self.goes_on(wait)
        kept, other = (life, second) if keeps_first else (second, life)
        against = self._against_joining(kept, other, kept_is_right=kept_is_right)
        entry, given_up = (self.registration(row).birth.family for row in (kept, other))
        answers, chosen = {}, {}
        if "both_approved" not in against:
            plan = plan_of(entry, given_up)
            answers = {child.key: True for child in plan.unsure}
            plan = plan_of(entry, given_up, answers)
            facts = sorted(fact.key[3] for fact in plan.contradictions)
            self.comparison.same("asked before joining", facts, told.asked(kept.family, other.family))
            self.comparison.same("children asked about", len(answers), told.unsure(kept.family, other.family))
            for fact in plan.contradictions:
                chosen[fact.key] = (fact.kept if kept_is_right else fact.given_up).pk
        join = partial(
            merge_families,
            kept=entry,
            given_up=given_up,
            reason="電話で確認",
            by=self.ward.staff,
            at=self.now,
            answers=answers,
            chosen=chosen,
        )
        which_stays = "the first" if keeps_first else "the second"
        right = which_stays if kept_is_right else "the other one"
        if self.does(life, f"are joined into {which_stays} entry, {right} is right", against, join):
            self._are_one(life, second, kept, other, kept_is_right=kept_is_right)
            self._judged_again(life, {"rolling_over"}, "rolls_over")
            self.compare()

    def _against_joining(self, kept: Life, other: Life, *, kept_is_right: bool) -> set[str]:
        against = {"both_approved"} if kept.state == other.state == "approved" else set()
        numbers = [{number for use in life.uses for number in use.numbers} for life in (kept, other)]
        if kept.kept() & other.kept() or numbers[0] & numbers[1]:
            against.add("cannot_be_joined")
        family = told.joined(kept, other, kept_is_right=kept_is_right)
        born = [baby.born for baby in family.babies]
        if any(self._never(family.due, baby) for baby in family.babies) or (born and (max(born) - min(born)).days > 2):
            against.add("facts_do_not_fit")
        return against

    def _are_one(self, life: Life, second: Life, kept: Life, other: Life, *, kept_is_right: bool) -> None:
        stands = told.standing(kept, other)
        family = told.joined(kept, other, kept_is_right=kept_is_right)
        waits = sorted([*life.waits, *second.waits], key=lambda wait: (wait.joined, wait.pk))
        for wait in waits:
            same = [row for row in waits if row.is_open and (row.service, row.days) == (wait.service, wait.days)]
            stays = next((row for row in same if row.use is not None), same[0] if same else None)
            for row in same:
                if row is not stays and row.use is None:
                    row.ended = "left"
        life.pk, life.state, life.stated_class = stands.pk, stands.state, stands.stated_class
        life.entered_class, life.family = stands.entered_class, family
        life.uses, life.taken, life.waits = [*life.uses, *second.uses], [*life.taken, *second.taken], waits
        life.registrations |= second.registrations
        life.double, life.was_joined = None, True
        second.uses, second.waits, second.taken, second.joined = [], [], [], True
        self.told.lives.remove(second)
