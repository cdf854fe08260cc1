"""What a guest needs to know of a facility: hours, way, rooms, what to bring, telephone, cancelling; in her language.

What nobody has published is not made up: ``unknown`` names it, and whom to ring stands beside it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from django.utils.translation import gettext as _

from bookings.places.day_policies import policies_on
from bookings.places.deadlines import given_back_until
from care.keeping import hours_without_keeping
from care.models import HoursWithoutKeeping
from enrollment.addresses import town_on
from enrollment.confidential import is_protected
from enrollment.models import Family
from facilities.models import (
    Facility,
    FacilityAddress,
    FacilityOption,
    FacilityPicture,
    GuestNote,
    GuestTopic,
    Service,
    ServiceKind,
    ServiceTermsRow,
    Town,
)
from facilities.queries import guest_notes, minutes_from, pictures_of
from sankecare.mails import Desk, desk

PHONE = re.compile(r"0\d{1,3}-\d{2,4}-\d{3,4}")
# What every guest asks; a facility that has said nothing of it is to be rung.
ASKED_BY_ALL = (GuestTopic.MEALS, GuestTopic.PARKING)
WAY = (GuestTopic.TRAIN, GuestTopic.BUS, GuestTopic.PARKING)
LISTED_APART = (GuestTopic.BRING, GuestTopic.CANCELLING)


@dataclass(frozen=True)
class WhoToRing:
    """Whom she rings: the facility, or the ward's desk where the facility has no number. ``number``: to be dialled."""

    name: str
    words: str
    number: str


@dataclass(frozen=True)
class GuestInfo:
    """What a guest of one service reads, or of a whole facility where ``kind`` is empty.

    ``notes``: by topic, in words, in order. ``unknown``: topics of which nothing is published.
    """

    facility: Facility
    kind: str
    place: FacilityAddress | None
    ring: WhoToRing
    arrives: time | None = None
    leaves: time | None = None
    minutes: int | None = None
    notes: Sequence[tuple[str, Sequence[GuestNote]]] = ()
    bring: Sequence[GuestNote] = ()
    pictures: Sequence[FacilityPicture] = ()
    options: Sequence[FacilityOption] = ()
    not_kept: Sequence[HoursWithoutKeeping] = ()
    unknown: Sequence[str] = ()
    cancelling: Sequence[str] = ()
    hides_place: bool = False

    @property
    def hours_are_estimate(self) -> bool:
        """Whether nobody has published when guests come and leave: a note of it says that somebody has."""
        return all(row.topic != GuestTopic.ARRIVAL for _words, rows in self.notes for row in rows)

    @property
    def is_at_home(self) -> bool:
        """Whether nobody goes to the house: a visit, or a consultation online."""
        return self.kind in (ServiceKind.OUTREACH, ServiceKind.ONLINE_CONSULTATION)


def guest_info(service: Service, day: date, *, town: Town | None = None, hides_place: bool = False) -> GuestInfo:
    """Return what a guest of the service on the day reads. A fixed number of queries.

    ``town``: where she lives, in the open; the minutes from there are told. ``hides_place``: of a family under
    protection nothing is said of where it is and how one gets there: somebody else may hold her telephone.
    """
    facility = service.facility
    terms = ServiceTermsRow.objects.filter(service=service, period__contains=day).first()
    policy = policies_on(service, [day])[day]
    at_home = service.kind in (ServiceKind.OUTREACH, ServiceKind.ONLINE_CONSULTATION)
    noted = [row for row in guest_notes([facility], day).get(facility.pk, []) if row.kind in ("", service.kind)]
    hidden = WAY if hides_place else ()
    said = [row for row in noted if row.topic not in hidden and (row.kind == service.kind or not at_home)]
    return GuestInfo(
        facility,
        service.kind,
        None if at_home or hides_place else _address(facility, day),
        who_to_ring(facility, desk()),
        arrives=terms.starts_at if terms and not at_home else None,
        leaves=terms.ends_at if terms and not at_home else None,
        minutes=minutes_from(town, day).get(facility.pk) if town and not at_home and not hides_place else None,
        options=[] if at_home else list(FacilityOption.objects.filter(facility=facility, period__contains=day)),
        not_kept=[] if at_home else hours_without_keeping([facility], day).get(facility.pk, []),
        pictures=[] if at_home or hides_place else pictures_of([facility], day).get(facility.pk, []),
        cancelling=[sentence for sentence in (given_back_until(policy), _cost_of_cancelling()) if sentence],
        hides_place=hides_place,
        **_noted(said, asks=not at_home, hidden=hidden),
    )


def guest_of(family: Family, service: Service, day: date) -> GuestInfo:
    """Return what a family reads as a guest of the service, with the way from where it lives. Two queries more."""
    return guest_info(service, day, town=town_on(family, day), hides_place=is_protected(family))


def guest_infos(facilities: Iterable[Facility], day: date, *, town: Town | None = None) -> dict[int, GuestInfo]:
    """Return what guests of each facility read, whatever the service, by its id. A fixed number of queries.

    ``facilities``: as ``facilities_on``.
    """
    shown = list(facilities)
    notes, minutes = guest_notes(shown, day), minutes_from(town, day) if town else {}
    not_kept, known, pictures = hours_without_keeping(shown, day), desk(), pictures_of(shown, day)
    options: dict[int, list[FacilityOption]] = {}
    for row in FacilityOption.objects.filter(facility__in=shown, period__contains=day):
        options.setdefault(row.facility_id, []).append(row)
    return {
        row.pk: GuestInfo(
            row,
            "",
            next(iter(row.current_addresses), None),  # type: ignore[attr-defined]  # prefetched
            who_to_ring(row, known),
            minutes=minutes.get(row.pk),
            options=options.get(row.pk, []),
            not_kept=not_kept.get(row.pk, []),
            pictures=pictures.get(row.pk, []),
            cancelling=[_cost_of_cancelling()],
            **_noted(notes.get(row.pk, []), asks=True),
        )
        for row in shown
    }


def who_to_ring(facility: Facility, known: Desk) -> WhoToRing:
    """Return whom to ring about the facility: itself, else the ward's desk by the policy of its letters."""
    if facility.phone:
        return WhoToRing(facility.name_to_read, facility.phone, facility.phone)
    found = PHONE.search(known.contact)
    return WhoToRing(known.office or _("the ward"), known.contact, found.group().replace("-", "") if found else "")


def _cost_of_cancelling() -> str:
    return _("Days that you give back cost nothing.")


def _address(facility: Facility, day: date) -> FacilityAddress | None:
    return FacilityAddress.objects.filter(facility=facility, period__contains=day).first()


def _noted(rows: Sequence[GuestNote], *, asks: bool, hidden: Sequence[GuestTopic] = ()) -> dict[str, Any]:
    """Put the notes in the order of their topics; say of what nothing is known."""
    by_topic: dict[str, list[GuestNote]] = {}
    for row in rows:
        by_topic.setdefault(row.topic, []).append(row)
    topics = [topic for topic in GuestTopic if topic not in LISTED_APART]
    return {
        "notes": [(topic.label, by_topic[topic]) for topic in topics if topic in by_topic],
        "bring": by_topic.get(GuestTopic.BRING, []),
        "unknown": [topic.label for topic in ASKED_BY_ALL if asks and topic not in by_topic and topic not in hidden],
    }
