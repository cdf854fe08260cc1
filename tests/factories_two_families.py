"""Two families that must never see each other, each with the people who are bound to her."""

import io
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db.models import Model
from django.utils import timezone
from pypdf import PdfWriter

from accounts.messages.stop_links import stop_link
from accounts.models import AccountChange, ChangeKind, User
from accounts.policy import POLICY
from accounts.roles import DISTRICT_ROLES, FACILITY_ROLES, Role
from accounts.url_permissions import ADMIN_MODELS
from billing.models import (
    CashCount,
    Charge,
    ChargeLine,
    Payment,
    PaymentKind,
    PaymentMethod,
    RefundProposal,
)
from bookings.models import (
    HighNeed,
    Stay,
)
from bookings.places.calendar_feed import make_feed
from enrollment.models import (
    CallNote,
    DeletionRequest,
    DespairNote,
    FactCorrection,
    HardNews,
    Posting,
    PostingRun,
    WrittenWhere,
)
from facilities.models import FacilityPicture, ServiceKind
from referrals.models import (
    Concern,
    PlaceRequest,
    RecipientKind,
    Wanted,
    WatchList,
    WatchRow,
)
from reports.models import FileOrder, PlanningKind, PlanningRun, PracticeNote
from sankecare.sealing import seal
from tests import builders
from tests.factories_of_a_family import (
    assessment_of,
    claim_of,
    draw_of,
    factors_of,
    incident_of,
    paper_of,
    referral_of,
    ride_of,
    session_at,
    stay_of,
    touched_in,
)
from tests.subjects_of_actions import SUBJECTS
from wards.models import SettingsDraft

# Of whoever asks: nobody but she has them.
OF_ONES_OWN_SIGN_IN = {"mfa_edit_webauthn", "mfa_remove_webauthn"}


def _blank_paper() -> bytes:
    """A PDF of one empty page."""
    writer, kept = PdfWriter(), io.BytesIO()
    writer.add_blank_page(width=100, height=100)
    writer.write(kept)
    return kept.getvalue()


BLANK_PAPER = _blank_paper()
# What everybody may open is of these, and the page of letters printed together.
OBJECT_OF_PAGE = {
    "public:facility-picture": "facilities.FacilityPicture",
    "public:draw-file": "bookings.DrawRound",
    "public:draw-verify": "bookings.DrawRound",
    "admin:enrollment_letter_print": "enrollment.PostingRun",
    "desk:settings-draft": "wards.SettingsDraft",
    "desk:settings-draft-change": "wards.SettingsDraft",
}


@dataclass
class World:
    """One family with everything that hangs on her, and one person of each role who may see her."""

    people: dict[str, User] = field(default_factory=dict)
    objects: dict[str, Model] = field(default_factory=dict)
    # What a role has of her own kind: a caseworker her referral, who writes notes her own.
    of_role: dict[str, dict[str, Model]] = field(default_factory=dict)
    passkeys: dict[str, Authenticator] = field(default_factory=dict)
    secret: str = ""
    # Whom the mother invited to book for her: a family's sign-in, bound to this one by her invitation alone.
    helper: User | None = None

    def keep(self, *things: Model) -> None:
        for thing in things:
            self.objects[thing._meta.label] = thing

    def keep_of(self, role: str, *things: Model) -> None:
        self.of_role.setdefault(role, {}).update({thing._meta.label: thing for thing in things})

    def subject(self, action: str | None, who: str = "") -> Any:
        """The object of this world that an action is done on, or None where it has none; some roles have their own."""
        label = SUBJECTS.get(action or "", "")
        return self.of_role.get(who, {}).get(label) or self.objects.get(label)

    def parameters(self, page: str, names: tuple[str, ...], action: str | None, who: str) -> dict[str, Any]:
        """What a URL's parameters are for this world's objects; a passkey is that of her who asks."""
        if page in OF_ONES_OWN_SIGN_IN and names:
            return {"pk": self.passkeys[who].pk if who in self.passkeys else 1}
        if page in ("public:calendar", "public:stop"):
            signed = stop_link(self.people[Role.MOTHER], "mail").rstrip("/").rpartition("/")[2]
            return {"secret": self.secret} if page == "public:calendar" else {"signed": signed}
        if page in OBJECT_OF_PAGE:
            return {"pk": self.objects[OBJECT_OF_PAGE[page]].pk}
        known: dict[str, Any] = {
            "app_label": "enrollment",
            "slug": "ward",
            "report": "districts",
            "named": "facility-year",
            "opener": "use",
            "table": "billing_tariff",
            "file_format": "csv",
            "lang": "ja",
            "step": "mother",
            "month": "2023-05",
            "content_type_id": 1,
            "year": 2026,
        }
        if page == "operator:hours-of":
            known["day"] = timezone.localdate().isoformat()
        if "assessment" in names:
            known["assessment"] = self.objects["care.Assessment"].pk
        if "recorded" in names:
            known["recorded"] = self.objects["bookings.StayStep"].pk
        if "check" in names:
            known["check"] = self.objects["care.SleepCheck"].pk
        if "touch" in names:
            known["touch"] = self.objects["care.Observation"].touch
        if "draw" in names:
            known["draw"] = self.objects["bookings.DrawRound"].pk
        subject = self._admin_object(page) or self.subject(action, who)
        return {name: known.get(name, subject.pk if subject is not None else 1) for name in names}

    def _admin_object(self, page: str) -> Model | None:
        model = page.removeprefix("admin:").rpartition("_")[0].replace("auth_user_password", "accounts_user")
        if not page.startswith("admin:") or model not in ADMIN_MODELS:
            return None
        kind = apps.get_model(*model.split("_", 1))
        return self.objects.get(kind._meta.label) or kind._default_manager.first()


def two_worlds() -> tuple[World, World]:
    """Return the own world and the other one: another family, facility and district."""
    return (
        _world("ward-centre", "区立産後ケアセンター", "太子堂", "setagaya", ServiceKind.SHORT_STAY),
        _world("mamas-room", "ママズルーム", "北沢", "kitazawa", ServiceKind.DAY_CARE),
    )


def _world(facility: str, facility_name: str, town: str, district: str, kind: ServiceKind) -> World:
    world = World()
    place = builders.facility(facility, facility_name)
    shown = {"text": "お部屋", "text_en": "Room", "content": b"picture", "width": 8, "height": 6}
    world.keep(FacilityPicture.objects.create(facility=place, period=(builders.LONG_AGO, None), **shown))
    for role in Role:
        bound: dict[str, Any] = {}
        if role in FACILITY_ROLES:
            bound["facility"] = place
        if role in DISTRICT_ROLES or role == Role.WARD_STAFF:
            bound["district"] = builders.district(district)
        world.people[role.value] = person = builders.user(role, **bound)
        world.passkeys[role.value] = factors_of(person)
    # Of a mother who asks for nothing here: she that asks makes her own address anew.
    world.secret = make_feed(account=builders.user(Role.MOTHER), at=timezone.now())
    lives_in = builders.town(town, district)
    family = builders.family(lives_in=lives_in, account=world.people[Role.MOTHER], district_slug=district)
    world.helper = builders.user(Role.MOTHER, email=f"helper-{district}@example.jp")
    world.keep(builders.helper(family, world.helper))
    today = timezone.localdate()
    registration = builders.registration(family, born=today - timedelta(days=40))
    sibling = builders.sibling(family)
    service = builders.service(kind, builders.pool(3, place, slug=f"{facility}-rooms"))
    booking, stay = stay_of(registration, service, today, world.people[Role.OPERATOR])
    charge = Charge.objects.create(
        booking=booking, issued_at=stay.arrived_at, total=4500, snapshot={}, issued_by=world.people[Role.OPERATOR]
    )
    line = ChargeLine.objects.create(
        charge=charge, day=today, component="base", quantity=1, unit_amount=4500, amount=4500
    )
    payment = Payment.objects.create(
        charge=charge,
        kind=PaymentKind.PAYMENT,
        method=PaymentMethod.CASH,
        amount=1000,
        received_at=stay.arrived_at,
        received_by=world.people[Role.OPERATOR],
    )
    world.keep(*_at_the_desk(charge, place, today, world))
    world.keep(payment, ride_of(booking, today, world.people[Role.OPERATOR]), claim_of(place))
    world.keep(assessment_of(stay, world.people[Role.OPERATOR]), *touched_in(stay, world.people[Role.OPERATOR]))
    world.keep_of(Role.CASEWORKER, *referral_of(booking, RecipientKind.CASEWORKER, world.people[Role.OPERATOR]))
    world.keep(*referral_of(booking, RecipientKind.HEALTH_NURSE, world.people[Role.OPERATOR]))
    world.keep(*_asked_and_watched(world, family, stay, today))
    world.keep(*draw_of(registration, service, today, world.people[Role.MOTHER]))
    world.keep(*session_at(place, family, today, world.people[Role.OPERATOR]))
    world.keep(DeletionRequest.objects.create(account=family.account, family=family, asked_at=stay.arrived_at))
    world.keep(DespairNote.objects.create(family=family, written=WrittenWhere.PAGE, written_at=stay.arrived_at))
    CallNote.objects.create(
        family=family, text="折り返し", made_at=stay.arrived_at, made_by=world.people[Role.WARD_STAFF]
    )
    told = HardNews(family=family, kind="lost", told_at=stay.arrived_at, told_by=world.people[Role.MOTHER])
    told.save()
    world.keep(told)
    world.keep(family, registration, sibling, place, service, service.pool, booking, stay, charge, line, lives_in)
    world.keep(*incident_of(stay, place, world.people[Role.OPERATOR]))
    letter = builders.letter(registration, by=world.people[Role.WARD_STAFF])
    run = PostingRun.objects.create(printed_at=timezone.now(), printed_by=world.people[Role.WARD_STAFF])
    Posting.objects.create(letter=letter, run=run)
    world.keep(letter, run, paper_of(family, world.people[Role.MOTHER]))
    FactCorrection.objects.create(
        family=family,
        registration=registration,
        reason="誤入力",
        evidence="母子健康手帳",
        changes=seal(b"{}"),
        corrected_at=stay.arrived_at,
        corrected_by=world.people[Role.WARD_STAFF],
    )
    world.keep(_proposal(world), _draft_of_settings(world))
    world.keep(builders.district(district), world.people[Role.WARD_STAFF], family.births.get(), booking.days.get())
    return world


def _proposal(world: World) -> AccountChange:
    """Waits for a second administrator of accounts."""
    return AccountChange.objects.create(
        kind=ChangeKind.REOPEN,
        person=world.people[Role.OPERATOR],
        reason="復職",
        proposed_by=world.people[Role.SUPERVISOR],
        proposed_at=timezone.now(),
    )


def _at_the_desk(charge: Charge, place: Any, today: date, world: World) -> tuple[Model, ...]:
    """A refund that waits for a second person, and the till as it was counted."""
    now = timezone.now()
    refund = RefundProposal.objects.create(
        charge=charge,
        amount=500,
        method=PaymentMethod.CASH,
        reason="配慮",
        proposed_at=now,
        proposed_by=world.people[Role.SUPERVISOR],
    )
    count = CashCount.objects.create(
        facility=place,
        day=today,
        pieces={"1000": 1},
        counted=1000,
        expected=1000,
        counted_at=now,
        counted_by=world.people[Role.OPERATOR],
    )
    return refund, count


def _draft_of_settings(world: World) -> SettingsDraft:
    """Fees that a colleague prepares."""
    staff, now = world.people[Role.WARD_STAFF], timezone.now()
    of_a_day = {"first_day": timezone.localdate(now) + timedelta(days=30), "changes": {}}
    return SettingsDraft.objects.create(
        table="billing_tariff", begun_by=staff, begun_at=now, changed_by=staff, changed_at=now, **of_a_day
    )


def _asked_and_watched(world: World, family: Any, stay: Stay, today: Any) -> tuple[Model, ...]:
    """What the district asked for, what staff agreed to, the week's list, and a note for the meeting."""
    district, arrived = family.residences.get().district, stay.arrived_at
    nurse, staff = world.people[Role.HEALTH_NURSE], world.people[Role.WARD_STAFF]
    need = HighNeed.objects.create(
        family=family,
        period=(today, today + timedelta(days=30)),
        reason="夜に眠れていない",
        asked_by=nurse,
        set_by=staff,
        set_at=arrived,
    )
    asked = PlaceRequest.objects.create(
        family=family,
        district=district,
        concerns=[Concern.EXHAUSTION],
        details="手伝う家族がいない",
        wanted=Wanted.NEXT,
        asked_at=arrived,
        asked_by=nurse,
        expires_on=today + timedelta(days=30),
    )
    monday = today - timedelta(days=today.weekday())
    watch_list = WatchList.objects.create(week=monday, district=district, made_at=arrived, limits={})
    reason = {"sign": "no_show", "days": [today.isoformat()]}
    row = WatchRow.objects.create(watch_list=watch_list, family=family, position=1, reasons=[reason])
    for role in POLICY["practice.write"]:
        note = PracticeNote.objects.create(
            fiscal_year=today.year,
            title="夜の授乳",
            text="助産師が代わり、母が眠れた。",
            written_by=world.people[role],
            written_at=arrived,
        )
        world.keep_of(role, note)
        world.keep(note)
    world.keep(
        PlanningRun.objects.create(
            kind=PlanningKind.FORECAST,
            title="来年の見通し",
            parameters={"from_month": today.replace(day=1).isoformat()},
            seed="5eed",
            asked_by=world.people[Role.SUPERVISOR],
            asked_at=arrived,
            keep_until=today + timedelta(days=366),
            steps=1,
        )
    )
    for role in POLICY["file.take"]:
        order = FileOrder.objects.create(
            kind="annual",
            first_year=today.year,
            last_year=today.year,
            asked_by=world.people[role],
            asked_at=arrived,
            state="ready",
            content=seal(BLANK_PAPER),
            size=len(BLANK_PAPER),
            digest="0" * 64,
            ready_at=arrived,
            ends_at=arrived + timedelta(days=14),
        )
        world.keep_of(role, order)
        world.keep(order)
    return need, asked, row
