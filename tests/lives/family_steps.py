"""A registration: a mother applies, is approved, is excepted on a rule, reports the birth, gives it up."""

from datetime import date, timedelta
from functools import partial

from hypothesis import strategies as st

from bookings.places.end_participation import end_registration
from enrollment.applications.application_data import InfantStated, SiblingStated, StatedApplication
from enrollment.applications.apply import apply_for_registration, report_birth
from enrollment.decisions.decide import approve_application, grant_exception, propose_exception
from enrollment.models import TaxClass
from enrollment.queries import consents_asked

from .change_steps import ChangeSteps, classes, doors
from .told_rules import A_DAY, Baby, Child, in_ward, lives_here, school, tax_class
from .told_uses import IN_FORCE, Life
from .walk import later, step, who
from .ward import DOORS

WEEKS = st.sampled_from((None, None, 275, 259, 258, 240))
# What a mother states: days to the due date or since the birth, the due date after it, and who else there is.
FACTS = st.fixed_dictionaries(
    {
        "pregnant": st.sampled_from((False, False, True)),
        "days": st.sampled_from((3, 3, 9, 12, 20, 30, 84, 85, 100)),
        "due_after": st.sampled_from((None, 0, 12, 30, 60)),
        "weeks": WEEKS,
        "twins": st.sampled_from((False, False, True)),
        "long_stay": st.sampled_from((False, False, True)),
        "of_class": classes,
        "child": st.sampled_from((None, None, 700, 2150)),
        "support": st.sampled_from((True, True, True, True, True, False)),
    }
)


def in_force(self: ChangeSteps) -> bool:
    return any(life.state in IN_FORCE for life in self.told.lives)


class FamilySteps(ChangeSteps):
    """Steps of applications and their decisions."""

    # ---- Registration -----------------------------------------------------------------------------------------------

    @step(
        10,
        lambda self: any(life.state in ("", "ended") for life in self.told.lives),
        number=who,
        wait=later,
        door=doors,
        facts=FACTS,
    )
    def applies(self, *, number, wait, door, facts):
        """A mother applies online: in pregnancy from its 28th week, or with a child that was born."""
        life = self._any(number, "", "ended")
        if life is None:
            return
        self.goes_on(wait)
        anew = life.state == "ended"
        if not anew:
            self._becomes(life, **facts)
        family = life.family
        against = self._against_applying(life)
        apply = partial(
            apply_for_registration,
            application=self._stated(life, door),
            family=self.registration(life).birth.family if anew else None,
            by=self.mother(life),
            at=self.now,
        )
        made = self.does(life, f"applies ({self._facts(life)}, {life.stated_class}, house {door})", against, apply)
        if made is None:
            if not anew:
                family.babies, family.due, family.child = [], None, None
            return
        life.pk, life.state, life.entered_class = made.pk, "applied", False
        life.registrations.add(made.pk)
        life.family.excepted = {}
        home = lives_here(family, self.today)
        if home is None or home.door != door:
            leaves = next((last for first, last in in_ward(family) if first <= self.today <= last < date.max), None)
            self._lives_at(life, door, self.today, until=leaves)
        if family.child:
            family.child.pk = made.birth.family.siblings.get().pk
        self.compare()

    def _against_applying(self, life: Life) -> set[str]:
        family, against = life.family, set()
        if not family.babies and family.due and self.today < family.due - timedelta(days=84):
            against.add("too_early")
        if family.child and school(family.child.born) <= self.today:
            against.add("application_impossible")
        if any(self._never(family.due, baby) for baby in family.babies):
            against.add("application_impossible")
        return against

    def _becomes(self, life: Life, *, pregnant, days, due_after, weeks, twins, long_stay, of_class, child, support):
        family = life.family
        if pregnant:
            family.due = self.today + timedelta(days=days)
        else:
            born = self.today - timedelta(days=days)
            family.babies = [Baby(born, weeks, long_stay, None, "赤子0")]
            family.babies += [Baby(born, weeks, name="赤子1")] if twins else []
            family.due = None if due_after is None else born + timedelta(days=due_after)
        family.lacks_support = support
        family.child = Child(self.today - timedelta(days=child)) if child else None
        life.stated_class = of_class

    def _stated(self, life: Life, door: int) -> StatedApplication:
        town, chome, block = DOORS[door]
        family = life.family
        return StatedApplication(
            mother_name=life.name,
            mother_name_kana="たかはし",
            town=self.ward.towns[town],
            chome=chome,
            block=block,
            tax_class=TaxClass(life.stated_class),
            due_date=family.due,
            infants=[
                InfantStated(
                    baby.born,
                    name=baby.name,
                    gestation_days=baby.weeks,
                    long_hospital_stay=baby.long_stay,
                    rolls_over_since=baby.rolls_since,
                )
                for baby in family.babies
            ],
            siblings=[SiblingStated("花", family.child.born)] if family.child else [],
            worry=family.worry,
            lacks_support=family.lacks_support,
            needs_medical_care=family.medical,
            consents=consents_asked(self.today),
            checked=True,
        )

    @staticmethod
    def _facts(life: Life) -> str:
        family = life.family
        babies = ", ".join(
            f"born {baby.born}"
            + (f" at {baby.weeks} days" if baby.weeks else "")
            + (" long" if baby.long_stay else "")
            for baby in family.babies
        )
        return f"{babies or 'pregnant'}, due {family.due}" + (f", child {family.child.born}" if family.child else "")

    @step(7, lambda self: any(life.state == "applied" for life in self.told.lives), number=who, wait=later)
    def is_approved(self, *, number, wait):
        life = self._any(number, "applied")
        if life is None:
            return
        self.goes_on(wait)
        against = set() if self.told.may_be_approved(life, self.today) else {"not_eligible"}
        approve = partial(approve_application, registration=self.registration(life), by=self.ward.staff, at=self.now)
        if self.does(life, "is approved", against, approve) is None:
            return
        life.state = "approved"
        current = tax_class(life.family, self.today)
        if current is None or (current != life.stated_class and not life.entered_class):
            self._class_from(life, life.stated_class, self.today)
        self.compare()

    @step(
        1,
        in_force,
        number=who,
        rule=st.sampled_from(("support", "residency", "infant_age")),
        days=st.sampled_from((200, 20, 60, -1, 740)),
        wait=later,
    )
    def is_excepted(self, *, number, rule, days, wait):
        """One proposes an exception with its reason and its last day, another one grants it."""
        life = self._any(number, *IN_FORCE)
        if life is None or (rule != "support" and life.family.excepted):
            return
        self.goes_on(wait)
        last = self.today + timedelta(days=days)

        def both() -> object:
            proposed = propose_exception(
                registration=self.registration(life),
                rule=rule,
                reason="事情による",
                last_day=last,
                by=self.ward.staff,
                at=self.now,
            )
            return grant_exception(exception=proposed, by=self.ward.second, at=self.now)

        against = set() if 0 <= days < 740 else {"day_impossible"}
        if life.family.excepted.get(rule, date.min) >= last:
            against.add("exception_already_proposed")
        if self.does(life, f"is excepted on {rule} until {last}", against, both):
            life.family.excepted[rule] = last
            self.compare()

    @step(1, lambda self: any(life.state == "approved" for life in self.told.lives), number=who, wait=later)
    def gives_up(self, *, number, wait):
        """The registration is ended today; what is booked after today is given back."""
        life = self._any(number, "approved")
        if life is None or number != 2:
            return
        self.goes_on(wait)
        after_today = _after(self.today)
        against = self._against_ending(life, after_today)
        end = partial(
            end_registration,
            registration=self.registration(life),
            reason="希望による",
            by=self.ward.staff,
            at=self.now,
        )
        if self.does(life, "gives up its registration", against, end):
            self._give_back(life, after_today, "ended")
            life.state = "ended"
            self.compare()

    # ---- Birth and babies -------------------------------------------------------------------------------------------

    @step(
        8,
        lambda self: any(life.state in IN_FORCE and not life.family.babies for life in self.told.lives),
        number=who,
        early=st.sampled_from((-10, 0, 0, 3, 22, 40)),
        reported=st.sampled_from((0, 1, 10)),
        twins=st.sampled_from((False, False, True)),
        weeks=WEEKS,
        long_stay=st.sampled_from((False, False, True)),
    )
    def is_born(self, *, number, early, reported, twins, weeks, long_stay):
        """So many days before the due date (or after it) the child is born, and reported some days later."""
        pregnant = [life for life in self.told.lives if life.state in IN_FORCE and not life.family.babies]
        life = pregnant[number % len(pregnant)]
        born = life.family.due - timedelta(days=early)
        self.goes_on(max((born - self.today).days + reported, 0))
        born = min(born, self.today)
        babies = [Baby(born, weeks, long_stay, None, "赤子0")]
        babies += [Baby(min(born + A_DAY, self.today), weeks, name="赤子1")] if twins else []
        stated = [
            InfantStated(row.born, name=row.name, gestation_days=row.weeks, long_hospital_stay=row.long_stay)
            for row in babies
        ]
        against = {"application_impossible"} if any(self._never(life.family.due, row) for row in babies) else set()
        report = partial(
            report_birth,
            registration=self.registration(life),
            infants=stated,
            by=self.mother(life),
            at=self.now,
            checked=True,
        )
        if self.does(life, f"is delivered of {len(babies)}: born {born}, {weeks} days", against, report):
            life.family.babies = babies
            self.compare()


def _after(today: date):
    return lambda day: day > today
