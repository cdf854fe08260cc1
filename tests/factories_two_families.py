"""Two families that must never see each other, each with the people who are bound to her."""

import io
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.apps import apps
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Model
from django.utils import timezone
from pypdf import PdfWriter

from accounts.messages.stop_links import stop_link
from accounts.models import AccountChange, ChangeKind, ShiftSignIn, User
from accounts.policy import POLICY
from accounts.roles import DISTRICT_ROLES, FACILITY_ROLES, Role
from accounts.url_permissions import ADMIN_MODELS
from billing.models import (
    CashCount,
    Charge,
    ChargeLine,
    Claim,
    Payment,
    PaymentKind,
    PaymentMethod,
    RefundProposal,
    Ride,
    RideDirection,
    TransportPolicy,
)
from billing.month_record import digest_of, month_record
from bookings.models import (
    Booking,
    BookingDay,
    BookingState,
    DayStatus,
    DrawEntry,
    DrawRound,
    FreedDays,
    HighNeed,
    Stay,
    StayStep,
    StepKind,
    WaitingEntry,
)
from bookings.places.calendar_feed import make_feed
from care.models import (
    Assessment,
    CoordinatorSession,
    Incident,
    IncidentCall,
    IncidentKind,
    Observation,
    SafetyChapter,
    SafetyManual,
    SessionSignUp,
    Severity,
    SleepCheck,
    StayPhoto,
)
from enrollment.models import (
    CallNote,
    DeletionRequest,
    DespairNote,
    EvidenceFile,
    EvidenceKind,
    FactCorrection,
    HardNews,
    Posting,
    PostingRun,
    WrittenWhere,
)
from facilities.models import FacilityPicture, ServiceKind
from referrals.models import (
    Concern,
    EventKind,
    Ground,
    PlaceRequest,
    RecipientKind,
    Referral,
    ReferralEvent,
    ReferralPaper,
    Wanted,
    WatchList,
    WatchRow,
)
from reports.models import FileOrder, PlanningKind, PlanningRun, PracticeNote
from sankecare.sealing import seal
from tests import builders
from tests.accounts.fixtures_sign_in import give_app, give_passkey
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
        world.passkeys[role.value] = _factors(person)
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
    booking, stay = _stay(registration, service, today, world.people[Role.OPERATOR])
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
    world.keep(payment, _ride(booking, today, world.people[Role.OPERATOR]), _claim(place))
    world.keep(_assessment(stay, world.people[Role.OPERATOR]), *_touched(stay, world.people[Role.OPERATOR]))
    world.keep_of(Role.CASEWORKER, *_referral(booking, RecipientKind.CASEWORKER, world.people[Role.OPERATOR]))
    world.keep(*_referral(booking, RecipientKind.HEALTH_NURSE, world.people[Role.OPERATOR]))
    world.keep(*_asked_and_watched(world, family, stay, today))
    world.keep(*_draw(registration, service, today, world.people[Role.MOTHER]))
    world.keep(*_session(place, family, today, world.people[Role.OPERATOR]))
    world.keep(DeletionRequest.objects.create(account=family.account, family=family, asked_at=stay.arrived_at))
    world.keep(DespairNote.objects.create(family=family, written=WrittenWhere.PAGE, written_at=stay.arrived_at))
    CallNote.objects.create(
        family=family, text="折り返し", made_at=stay.arrived_at, made_by=world.people[Role.WARD_STAFF]
    )
    told = HardNews(family=family, kind="lost", told_at=stay.arrived_at, told_by=world.people[Role.MOTHER])
    told.save()
    world.keep(told)
    world.keep(family, registration, sibling, place, service, service.pool, booking, stay, charge, line, lives_in)
    world.keep(*_incident(stay, place, world.people[Role.OPERATOR]))
    letter = builders.letter(registration, by=world.people[Role.WARD_STAFF])
    run = PostingRun.objects.create(printed_at=timezone.now(), printed_by=world.people[Role.WARD_STAFF])
    Posting.objects.create(letter=letter, run=run)
    world.keep(letter, run, _paper(family, world.people[Role.MOTHER]))
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


def _assessment(stay: Stay, operator: User) -> Assessment:
    """Scores that propose a referral."""
    return Assessment.objects.create(
        stay=stay,
        assessed_on=timezone.localdate(stay.arrived_at),
        total=12,
        item_10=0,
        recorded_at=stay.arrived_at,
        recorded_by=operator,
    )


def _touched(stay: Stay, operator: User) -> tuple[Model, ...]:
    """The arrival as a step, a look, a record by the hour, a photograph and a sign-in on a tablet."""
    now = timezone.now()
    step = StayStep.objects.create(
        booking=stay.booking,
        kind=StepKind.ARRIVAL,
        held=[],
        happened_at=now,
        recorded_at=now,
        recorded_by=operator,
        undo_until=now + timedelta(minutes=10),
    )
    infant = stay.booking.registration.birth.infants.first()
    check = SleepCheck.objects.create(stay=stay, infant=infant, position="back", recorded_at=now, recorded_by=operator)
    photo = StayPhoto.objects.create(
        stay=stay,
        infant=infant,
        about="湿疹",
        consent="お母さん",
        size=4,
        digest="0" * 64,
        content=seal(b"jpeg"),
        recorded_at=now,
        recorded_by=operator,
    )
    signed_in = ShiftSignIn.objects.create(
        person=operator,
        device=f"device-{operator.pk}",
        ways="mfa password",
        stands_for=operator.get_session_auth_hash(),
        signed_in_at=now,
        ends_at=now + timedelta(hours=18),
    )
    noted = Observation.objects.create(
        stay=stay,
        infant=infant,
        kind="wet",
        happened_at=stay.arrived_at,
        touch=f"touch-{stay.pk}",
        recorded_at=max(now, stay.arrived_at),  # before nine in the morning the arrival lies ahead
        recorded_by=operator,
    )
    return step, check, photo, signed_in, noted


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


def _referral(booking: Booking, recipient: RecipientKind, operator: User) -> tuple[Model, Model]:
    family, arrived = booking.registration.birth.family, booking.stay.arrived_at
    referral = Referral.objects.create(
        family=family,
        booking=booking,
        district=family.residences.get().district,
        asked_of=recipient,
        recipient=recipient,
        concerns=[Concern.MOOD],
        what_was_seen="眠れない様子",
        ground=Ground.CONSENT,
        raised_at=arrived,
        raised_by=operator,
        due_at=arrived + timedelta(hours=4),
        red_at=arrived + timedelta(days=1),
    )
    ReferralEvent.objects.create(referral=referral, kind=EventKind.RAISED, by=operator, at=arrived)
    paper = ReferralPaper.objects.create(
        referral=referral,
        name="授乳記録.png",
        content_type="image/png",
        size=4,
        digest="0" * 64,
        content=seal(b"\x89PNG"),
    )
    return referral, paper


def _stay(registration: Any, service: Any, today: Any, operator: User) -> tuple[Booking, Stay]:
    booking = Booking.objects.create(
        registration=registration,
        service=service,
        state=BookingState.ARRIVED,
        booked_at=builders.at(today - timedelta(days=3)),
    )
    BookingDay.objects.create(booking=booking, day=today, status=DayStatus.USED)
    # At nine, or two hours ago: nothing of a world lies ahead, whatever the clock.
    came = max(builders.at(today, 0), min(builders.at(today, 9), timezone.now() - timedelta(hours=2)))
    arrived = Stay.objects.create(booking=booking, arrived_at=came, arrival_recorded_by=operator)
    return booking, arrived


def _incident(stay: Stay, place: Any, operator: User) -> tuple[Incident, SafetyManual, IncidentCall]:
    """A serious incident of the stay, told at once, both reports still to be made, and the facility's manual."""
    chapter, _new = SafetyChapter.objects.get_or_create(
        number=2, defaults={"name": "事故予防", "name_en": "Accidents", "period": (builders.LONG_AGO, None)}
    )
    day = timezone.localdate(stay.arrived_at)
    incident = Incident.objects.create(
        facility=place,
        stay=stay,
        infant=stay.booking.registration.birth.infants.get(),
        kind=IncidentKind.INCIDENT,
        chapter=chapter,
        happened_at=stay.arrived_at,
        place="居室",
        what_happened="落下",
        done_at_once="受診",
        severity=Severity.UNCONSCIOUS,
        first_due_on=day + timedelta(days=1),
        second_due_on=day + timedelta(days=30),
        recorded_at=stay.arrived_at + timedelta(minutes=1),
        recorded_by=operator,
    )
    manual = SafetyManual.objects.create(
        facility=place, version="第1版", period=(builders.LONG_AGO, None), what_changed="初版"
    )
    call = IncidentCall.objects.create(incident=incident, told_at=incident.recorded_at, told_by=operator)
    return incident, manual, call


def _ride(booking: Booking, today: Any, operator: User) -> Ride:
    """A ride that the ward bears: its policy is for this household's class too."""
    policy = TransportPolicy.objects.get_or_create(tax_class="taxed", period=(builders.LONG_AGO, None))[0]
    return Ride.objects.create(
        booking=booking,
        direction=RideDirection.TO,
        day=today,
        fare=1800,
        borne=1800,
        policy=policy,
        recorded_at=builders.at(today),
        recorded_by=operator,
    )


def _claim(place: Any) -> Claim:
    record = month_record(place, date(2023, 5, 1))
    snapshot = {"record": record, "open": [], "remark": "", "submitted_on": "2023-06-01", "to": ""}
    return Claim.objects.create(facility=place, month=date(2023, 5, 1), snapshot=snapshot, digest=digest_of(record))


def _session(place: Any, family: Any, today: Any, operator: User) -> tuple[CoordinatorSession, SessionSignUp]:
    planned = CoordinatorSession.objects.create(
        facility=place,
        starts_at=builders.at(today + timedelta(days=1), 14),
        minutes=30,
        planned_at=builders.at(today - timedelta(days=9)),
        planned_by=operator,
    )
    signed = SessionSignUp.objects.create(
        session=planned, family=family, signed_up_at=builders.at(today, 8), signed_up_by=operator
    )
    return planned, signed


def _paper(family: Any, mother: User) -> EvidenceFile:
    return EvidenceFile.objects.create(
        family=family,
        uploaded_by=mother,
        uploaded_at=timezone.now(),
        kind=EvidenceKind.values[0],
        name="証明書.png",
        content_type="image/png",
        size=4,
        digest="0" * 64,
        content=seal(b"\x89PNG"),
    )


def _factors(person: User) -> Authenticator:
    """What she may sign in with: a passkey; staff have an app and recovery codes besides."""
    if person.role != Role.MOTHER:
        give_app(person)
        RecoveryCodes.activate(person)
    return give_passkey(person)


def _draw(registration: Any, service: Any, today: Any, mother: User) -> tuple[DrawRound, DrawEntry, WaitingEntry]:
    day = today + timedelta(days=20)
    announced = builders.promised_round(
        service.pool,
        DateRange(day, day + timedelta(days=7)),
        opens_at=builders.at(today - timedelta(days=1)),
        closes_at=builders.at(today + timedelta(days=9)),
        draw_at=builders.at(today + timedelta(days=10)),
    )
    FreedDays.objects.get_or_create(
        pool=service.pool,
        period=(day - timedelta(days=20), day),
        defaults={"reason": "開始前の日", "freed_at": builders.at(today)},
    )
    entry = DrawEntry.objects.create(
        round=announced,
        registration=registration,
        sign="AB2345",
        choices=[{"service": service.slug, "days": [day.isoformat()]}],
        entered_at=builders.at(today),
        entered_by=mother,
    )
    waiting = WaitingEntry.objects.create(
        registration=registration,
        service=service,
        period=(day + timedelta(days=9), day + timedelta(days=10)),
        joined_at=builders.at(today),
        joined_by=mother,
    )
    return announced, entry, waiting
