"""What a family has, one row of each kind: the rows of ``factories_two_families``."""

from datetime import date, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Model
from django.utils import timezone

from accounts.models import ShiftSignIn, User
from accounts.roles import Role
from billing.models import (
    Claim,
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
    Stay,
    StayStep,
    StepKind,
    WaitingEntry,
)
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
    EvidenceFile,
    EvidenceKind,
)
from referrals.models import (
    Concern,
    EventKind,
    Ground,
    RecipientKind,
    Referral,
    ReferralEvent,
    ReferralPaper,
)
from sankecare.sealing import seal
from tests import builders
from tests.accounts.fixtures_sign_in import give_app, give_passkey


def assessment_of(stay: Stay, operator: User) -> Assessment:
    """Scores that propose a referral."""
    return Assessment.objects.create(
        stay=stay,
        assessed_on=timezone.localdate(stay.arrived_at),
        total=12,
        item_10=0,
        recorded_at=stay.arrived_at,
        recorded_by=operator,
    )


def touched_in(stay: Stay, operator: User) -> tuple[Model, ...]:
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


def referral_of(booking: Booking, recipient: RecipientKind, operator: User) -> tuple[Model, Model]:
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


def stay_of(registration: Any, service: Any, today: Any, operator: User) -> tuple[Booking, Stay]:
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


def incident_of(stay: Stay, place: Any, operator: User) -> tuple[Incident, SafetyManual, IncidentCall]:
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


def ride_of(booking: Booking, today: Any, operator: User) -> Ride:
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


def claim_of(place: Any) -> Claim:
    record = month_record(place, date(2023, 5, 1))
    snapshot = {"record": record, "open": [], "remark": "", "submitted_on": "2023-06-01", "to": ""}
    return Claim.objects.create(facility=place, month=date(2023, 5, 1), snapshot=snapshot, digest=digest_of(record))


def session_at(place: Any, family: Any, today: Any, operator: User) -> tuple[CoordinatorSession, SessionSignUp]:
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


def paper_of(family: Any, mother: User) -> EvidenceFile:
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


def factors_of(person: User) -> Authenticator:
    """What she may sign in with: a passkey; staff have an app and recovery codes besides."""
    if person.role != Role.MOTHER:
        give_app(person)
        RecoveryCodes.activate(person)
    return give_passkey(person)


def draw_of(registration: Any, service: Any, today: Any, mother: User) -> tuple[DrawRound, DrawEntry, WaitingEntry]:
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
