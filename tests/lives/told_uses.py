"""What is told of one family: its registration, its uses of the service, and what became of each day."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from .figures import Figures
from .told_rules import Family, runs, school

HELD, USED = "held", "used"
UNDECIDED, IN_FORCE = ("applied", "returned"), ("applied", "returned", "approved")
# What takes places: booked, held until she answers, in house.
LIVE = ("offered", "booked", "arrived")


@dataclass
class Ride:
    """A ride that the ward bears: the yen that it bears, the days on which it was recorded and taken back."""

    pk: int
    direction: str
    borne: int
    recorded: date
    back: date | None = None


@dataclass
class Use:
    """A booking and what became of it. ``days``: each kept day, held or used; ``siblings``: with the older child.

    ``missed``: days on which she did not come. ``goes``: days that are free once a step can no longer be taken back.
    ``charged``: yen of each day as issued; ``adjusted``: when, of which day, yen; ``given``: the same of goodwill.
    ``open``: days whose month was accepted without their fee. ``until``: when a place that is held for her goes on,
    where she has not answered; ``given_on``: the same after a no, which she can take back until then. ``steps``: what
    was recorded at the house and not taken back, in order, each with the booking as it was before, and its days that
    were ``touched``. ``parted``: days that are another booking's now.
    """

    pk: int
    service: str
    days: dict[date, str]
    babies: int = 1
    siblings: set[date] = field(default_factory=set)
    with_child: bool = False
    state: str = "booked"
    missed: set[date] = field(default_factory=set)
    goes: set[date] = field(default_factory=set)
    charged: dict[date, int] | None = None
    owed: int = 0
    coupons: int = 0
    numbers: set[int] = field(default_factory=set)
    adjusted: list[tuple[date, date, int]] = field(default_factory=list)
    issued: date | None = None
    parted: set[date] = field(default_factory=set)
    touched: set[date] = field(default_factory=set)
    given: list[tuple[date, date, int]] = field(default_factory=list)
    open: set[date] = field(default_factory=set)
    paid: int = 0
    rides: list[Ride] = field(default_factory=list)
    until: datetime | None = None
    given_on: datetime | None = None
    came: datetime | None = None
    left: datetime | None = None
    steps: "list[tuple[str, Use]]" = field(default_factory=list)
    before: "Use | None" = None

    def kept(self, status: str = "") -> list[date]:
        return sorted(day for day, kept in self.days.items() if not status or kept == status)

    def apart(self) -> list[date]:
        """What lies apart of the run of a stay that has begun; a day missed belongs to the run."""
        for run in runs({*self.days, *self.missed}):
            if any(day in self.days for day in run):
                return [day for day in self.kept() if day > run[-1]]
        return []


@dataclass
class Taken:
    """Days that a report took away: they come back where it proves wrong."""

    use: Use
    days: list[date]
    whole: bool
    cause: str
    back: bool = False


@dataclass
class Wait:
    """Who waits for all days of a stretch, since ``joined``. ``use``: what is held for her; ``ended``: how it ended.

    ``registration``: the product's number of that on which she waits. ``away``: may not use the days as things stand.
    """

    pk: int
    registration: int
    service: str
    days: list[date]
    infants: int
    with_child: bool
    joined: datetime
    use: Use | None = None
    ended: str = ""
    away: bool = False

    @property
    def is_open(self) -> bool:
        return not self.ended


@dataclass
class Life:
    """A family, its registration and its uses. ``pk``: the product's number of the registration, of all of them
    ``registrations``. ``double``: the second entry of the same family, not yet joined into it.
    """

    family: Family
    pk: int = 0
    state: str = ""
    stated_class: str = "taxed"
    until: date | None = None
    uses: list[Use] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    waits: list[Wait] = field(default_factory=list)
    registrations: set[int] = field(default_factory=set)
    double: "Life | None" = None
    has_sign_in: bool = False
    joined: bool = False
    was_joined: bool = False
    entered_class: bool = False

    @property
    def is_double(self) -> bool:
        return not self.has_sign_in

    @property
    def name(self) -> str:
        return self.family.name

    def along(self, days: Iterable[date]) -> list[date]:
        """The days on which the older child comes along: until its school starts."""
        assert self.family.child is not None
        return [day for day in days if day < school(self.family.child.born)] or list(days)

    def parts(self, use: Use, days: Iterable[date]) -> None:
        """What lies apart is a booking of its own; its number is learned from the product (``pk`` 0 until then)."""
        own = sorted(set(days))
        if own:
            part = Use(0, use.service, dict.fromkeys(own, HELD), use.babies, use.siblings & set(own), use.with_child)
            self.uses.append(part)
            use.parted |= set(own)
            use.days = {day: kept for day, kept in use.days.items() if day not in own}

    def kept(self, without: Use | None = None) -> set[date]:
        """Every day that counts, of whatever service."""
        return {day for use in self.uses if use is not without for day in use.days}

    def counted(self, group: str, figures: Figures, without: Use | None = None) -> set[date]:
        """The days that are counted together with a service's."""
        uses = (use for use in self.uses if use is not without and figures.group(use.service) == group)
        return {day for use in uses for day in use.days}

    def has_used(self, facility: str, figures: Figures) -> bool:
        return any(use.kept(USED) for use in self.uses if figures.facility(use.service) == facility)

    def coupons_used(self) -> int:
        return sum(use.coupons for use in self.uses)
