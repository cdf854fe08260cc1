"""A planned family made whole: names, birth, home, tax class; unsaved rows, as live ones would be."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from django.conf import settings

from accounts.models import User
from enrollment.age import last_day_under
from enrollment.models import (
    Birth,
    Family,
    Infant,
    Registration,
    RegistrationState,
    Residence,
    Sibling,
    TaxClass,
    TaxClassPeriod,
)
from facilities.models import TownArea

from . import people
from .plan import PlannedFamily

TERM, WEEK_28 = 280, 196  # days of pregnancy
PRETERM, TWINS = 0.05, 0.02  # SEED: 134 of 6,216 births in 2022 were of two or more
APPLIES_IN_PREGNANCY = 0.4
SOONEST_USE = 9  # days after the birth
A_DAY = timedelta(days=1)
WORRIES = {
    "夜の授乳で眠れず、疲れがとれません。": ["tired", "sleep"],
    "母乳が足りているのか心配です。": ["feeding"],
    "上の子の世話もあり、休む時間がありません。": ["tired", "siblings"],
    "初めての育児で、泣きやまないときにどうしたらよいかわかりません。": ["crying", "care"],
    "夫の帰りが遅く、日中ひとりで不安になります。": ["mood"],
}
# What most write of health and help: nothing. Taken by the day of birth, so that nothing else of the history changes.
MOTHERS_HEALTH = (
    "",
    "",
    "鉄剤を飲んでいます。",
    "",
    "花粉症です。薬は飲んでいません。",
    "",
    "そばアレルギーがあります。",
)
INFANTS_HEALTH = ("", "", "", "黄疸で光線療法を受けました。", "")
HELPERS = ("実家は遠方です。", "夫が週末だけ手伝えます。", "")


@dataclass
class FamilyRows:
    """The rows of one family, in the order in which they are saved."""

    planned: PlannedFamily
    family: Family
    residence: Residence
    tax_classes: list[TaxClassPeriod]
    birth: Birth
    infants: list[Infant]
    registration: Registration
    entered_by: User
    sibling: Sibling | None = None
    coupons_left: int = 0
    visit_days: set[date] = field(default_factory=set)

    def tax_class_on(self, day: date) -> str:
        """The household's tax class on a day."""
        return next(row.tax_class for row in reversed(self.tax_classes) if row.period[0] <= day)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment in the ward's own time zone."""
    return datetime.combine(day, time(hour, minute), tzinfo=ZoneInfo(settings.TIME_ZONE))


def make_family(
    random: Random,
    planned: PlannedFamily,
    areas: dict[str, list[TownArea]],
    decided_by: User,
    today: date,
    *,
    first: date,
    last: date,
    taxed: bool = False,
) -> FamilyRows:
    """Make up a family whose infant is under age on every day from ``first`` to ``last``."""
    name, surname = people.mother(random)
    preterm = random.random() < PRETERM
    gestation = random.randint(231, 258) if preterm else random.randint(262, 288)
    counted_from = _counted_from(random, first, last, today)
    # A preterm infant's age is counted from the due date: some come when they are over four months old by birth.
    born = counted_from - timedelta(days=TERM - gestation) if preterm else counted_from
    applied, decided = _application_days(random, born, counted_from, gestation)
    family = Family(
        mother_name=name.written,
        mother_name_kana=name.kana,
        mother_birth_date=born - timedelta(days=random.randint(24 * 365, 43 * 365)),
        phone=f"0900000{random.randint(0, 9999):04d}",
        created_at=at(applied, random.randint(8, 22), random.randint(0, 59)),
        made_up=True,
    )
    birth = Birth(family=family, due_date=born + timedelta(days=TERM - gestation))
    twins = random.random() < TWINS
    infants = [
        Infant(
            birth=birth,
            name=child.written,
            name_kana=child.kana,
            birth_date=born,
            gestation_days=gestation,
        )
        for child in people.children(random, surname, 2 if twins else 1)
    ]
    worries = random.choice(list(WORRIES))
    registration = Registration(
        birth=birth,
        state=RegistrationState.ENDED if last < today - timedelta(days=365) else RegistrationState.APPROVED,
        applied_at=family.created_at,
        worry=True,
        worry_topics=WORRIES[worries],
        worries=worries,
        lacks_support=True,
        support=_by_day(HELPERS, born),
        mother_health=_by_day(MOTHERS_HEALTH, born),
        infant_health=_by_day(INFANTS_HEALTH, born),
        decided_at=at(decided, 14, random.randint(0, 59)),
        decided_by=decided_by,
    )
    return FamilyRows(
        planned=planned,
        family=family,
        residence=_residence(random, family, random.choice(areas[planned.district]), born),
        tax_classes=_tax_classes(random, family, born, last, taxed),
        birth=birth,
        infants=infants,
        registration=registration,
        entered_by=decided_by,
        sibling=_sibling(random, family, surname, first),
    )


def _by_day(texts: tuple[str, ...], day: date) -> str:
    return texts[day.toordinal() % len(texts)]


def _counted_from(random: Random, first: date, last: date, today: date) -> date:
    """The day that the age is counted from: weeks before the first use and today, so that the last use is in time."""
    for weeks in range(6, 0, -1):
        day = min(first, today) - timedelta(days=random.randint(SOONEST_USE, 7 * weeks + SOONEST_USE))
        if last_day_under(day, 4) >= last:
            return day
    return min(first, today) - timedelta(days=SOONEST_USE)


def _application_days(random: Random, born: date, counted_from: date, gestation: int) -> tuple[date, date]:
    """The days of applying and of the decision: in pregnancy, from week 28 on (PUBLIC), or soon after the birth."""
    if random.random() < APPLIES_IN_PREGNANCY:
        applied = born - timedelta(days=random.randint(4, max(gestation - WEEK_28 - 1, 4)))
    else:
        applied = max(born, counted_from - timedelta(days=10)) + timedelta(days=random.randint(1, 3))
    return applied, applied + timedelta(days=random.randint(1, 3))


def _residence(random: Random, family: Family, area: TownArea, since: date) -> Residence:
    last_chome = area.chome_to or area.town.chome_count
    chome = random.randint(area.chome_from or 1, last_chome) if last_chome else None
    block_to = area.block_to or (area.block_from or 1) + 20
    return Residence(
        family=family,
        period=(since - timedelta(days=random.randint(200, 2000)), None),
        town=area.town,
        chome=chome,
        block=random.randint(area.block_from or 1, block_to),
        rest=f"{random.randint(1, 20)}号",
        district_id=area.district_id,
    )


def _tax_classes(random: Random, family: Family, born: date, last: date, taxed: bool) -> list[TaxClassPeriod]:
    """Mostly taxed; for a few the class changes on 1 June, with the year's assessment."""
    classes = (TaxClass.TAXED, TaxClass.NON_TAXED, TaxClass.WELFARE)
    tax_class = TaxClass.TAXED if taxed else random.choices(classes, (88, 9, 3))[0]
    since = born - timedelta(days=365)
    june = date(last.year, 6, 1)
    if not taxed and since < june <= last and random.random() < 0.1:
        other = TaxClass.NON_TAXED if tax_class == TaxClass.TAXED else TaxClass.TAXED
        return [
            TaxClassPeriod(family=family, period=(since, june), tax_class=tax_class),
            TaxClassPeriod(family=family, period=(june, None), tax_class=other, evidence="課税証明書"),
        ]
    return [TaxClassPeriod(family=family, period=(since, None), tax_class=tax_class)]


def _sibling(random: Random, family: Family, surname: people.Name, first: date) -> Sibling | None:
    if random.random() > 0.12:
        return None
    (child,) = people.children(random, surname)
    born = first - timedelta(days=random.randint(500, 1500))
    return Sibling(family=family, name=child.written, name_kana=child.kana, birth_date=born)
