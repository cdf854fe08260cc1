"""The API of places: public availability, bookings and stays for those who may see them."""

from collections.abc import Callable
from datetime import date
from functools import cache, partial
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access_log import shown_or_404_and_ask
from accounts.actions import Action
from accounts.api import ScopedQuerySet
from bookings.places.availability import availability_of
from bookings.places.cancel import cancel_booking
from bookings.places.change import extend_booking, give_back_days, shorten_booking
from bookings.places.move import move_booking
from bookings.places.participants import change_party
from bookings.places.queries import Mark, bookings_with_days
from bookings.places.refusals import days_out_of_order, db_errors_as_refusals, sibling_of_another, too_many_days_asked
from bookings.places.reserve import MOST_DAYS, reserve_days
from bookings.stays.stays import record_absence, record_arrival, record_missed_day
from bookings.unmet.counting import count_refusal
from enrollment.models import Registration, Sibling
from facilities.models import Service
from facilities.queries import ask_service, service_from, service_named
from sankecare.api.endpoints import KEY_HEADER, OnceForItsKey, PublicThrottle
from sankecare.api.strict_serializers import PUBLIC_ERRORS, Day, Int, Moment, StrictJSONParser, StrictSerializer, Text
from sankecare.errors import Refused

from .filters import BookingFilters, StayFilters
from .models import Booking, BookingDay, BookingState, DayStatus, Stay

S = TypeVar("S", bound=serializers.Serializer[Any])

MOST_DAYS_SHOWN = 92


class AvailabilityAsked(StrictSerializer):
    service = Text(max_length=80, help_text="such as ``ward-centre/short-stay``")

    def get_fields(self) -> dict[str, Any]:
        # "from" is a word of Python's own.
        return super().get_fields() | {"from": Day(), "to": Day(help_text="included")}


class AvailabilityDay(serializers.Serializer[Any]):
    day = Day()
    open = serializers.BooleanField(help_text="whether the facility has places on the day, past or to come")
    free = serializers.ChoiceField(
        choices=[mark.value for mark in Mark],
        help_text="what can be booked now: ○ places, △ few, × none, ☆ given by lot first, - closed, past, too near or"
        " too far ahead; never a count",
    )


class Availability(APIView):
    """Which days of a service have room. Public."""

    authentication_classes = ()
    throttle_classes = (PublicThrottle,)

    @extend_schema(
        parameters=[AvailabilityAsked],
        responses={
            200: AvailabilityDay(many=True),
            **{status: PUBLIC_ERRORS[status] for status in (400, 422, 429)},
        },
    )
    def get(self, request: Request) -> Response:
        """Return each day from the first to the last with its mark; 92 days at most."""
        asked = AvailabilityAsked(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        first, last = asked.validated_data["from"], asked.validated_data["to"]
        if last < first:
            raise days_out_of_order("to")
        if (last - first).days >= MOST_DAYS_SHOWN:
            raise too_many_days_asked("to", MOST_DAYS_SHOWN)
        service = service_named(asked.validated_data["service"])
        days = availability_of([service], first, last, at=timezone.now()).days[service.pk]
        return Response([{"day": row.day, "open": row.places.slots > 0, "free": row.mark} for row in days])


# Field by field: a model's are worked out anew for every answer, which costs a booking a twentieth of its time.
class BookingDayRow(serializers.Serializer[BookingDay]):
    day = Day()
    status = serializers.ChoiceField(DayStatus.choices)
    with_sibling = serializers.BooleanField()


class BookingRow(serializers.Serializer[Booking]):
    id = serializers.IntegerField()
    number = serializers.CharField()
    registration = serializers.IntegerField(source="registration_id")
    service = serializers.CharField(source="service.slug")
    state = serializers.ChoiceField(BookingState.choices)
    infant_count = serializers.IntegerField()
    coupons = serializers.IntegerField()
    booked_at = serializers.DateTimeField()
    days = BookingDayRow(many=True, source="days_as_written")
    part_of = serializers.IntegerField(
        source="part_of_id",
        allow_null=True,
        help_text="the booking of which these are the days that lay apart: a stay is one unbroken run of days",
    )


class BookingAsked(StrictSerializer):
    registration = Int(min_value=1)
    service = Text(max_length=80)
    days = serializers.ListField(child=Day(), min_length=1, max_length=MOST_DAYS)
    infant_count = Int(min_value=1, max_value=6, allow_null=True, default=None)
    sibling = Int(min_value=1, allow_null=True, default=None)
    coupons = Int(min_value=0, max_value=MOST_DAYS, default=0)


class ReasonAsked(StrictSerializer):
    reason = Text(max_length=200, default="", allow_blank=True)


class ArrivalAsked(StrictSerializer):
    happened_at = Moment(
        required=False,
        allow_null=True,
        default=None,
        help_text="when the family arrived; now unless said, never later",
    )


class AbsenceAsked(ReasonAsked):
    happened_at = Moment(
        required=False, allow_null=True, default=None, help_text="when it was clear; now unless said, never later"
    )


class DayAsked(StrictSerializer):
    day = Day()


class DaysAsked(StrictSerializer):
    days = serializers.ListField(child=Day(), min_length=1, max_length=MOST_DAYS)


class LastDayAsked(StrictSerializer):
    last_day = Day()


class MoveAsked(StrictSerializer):
    days = serializers.ListField(child=Day(), min_length=1, max_length=MOST_DAYS)


class PartyAsked(StrictSerializer):
    infant_count = Int(min_value=1, max_value=6)
    sibling = Int(min_value=1, allow_null=True, default=None)
    coupons = Int(min_value=0, max_value=MOST_DAYS, default=0)


@extend_schema_view(
    list=extend_schema(summary="List bookings, the newest first"),
    retrieve=extend_schema(summary="Read a booking"),
)
class Bookings(OnceForItsKey, ScopedQuerySet, viewsets.ReadOnlyModelViewSet[Booking]):
    """Bookings: the family's own, the facility's, or all; made and changed by the family or the ward."""

    queryset = bookings_with_days()
    serializer_class = BookingRow
    filterset_class = BookingFilters
    parser_classes = (StrictJSONParser,)

    def refuse_coupons(self, registration: Registration, service: Service, days: list[date], coupons: int) -> None:
        """Refuse coupons that could not be used. What the fee rules say of them is known further up (billing.api)."""

    def get_queryset(self) -> QuerySet[Booking]:
        """What is to be changed is read again under its lock: here it only has to be the person's own."""
        if self.request.method == "POST":
            self.queryset = Booking.objects.all()
        return super().get_queryset()

    @extend_schema(request=BookingAsked, responses={201: BookingRow}, parameters=[KEY_HEADER])
    def create(self, request: Request) -> Response:
        """Book days; all of them or none."""
        asked = _valid(BookingAsked, request)
        own = Registration.objects.select_related("birth")
        named = ask_service(asked["service"])
        registration, (rows,) = shown_or_404_and_ask(
            request, Action.BOOKING_RESERVE, own, named, pk=asked["registration"]
        )
        sibling = own_sibling(registration, asked["sibling"])
        service = service_from(rows)
        found = {"registration": registration, "service": service, "sibling": sibling}
        try:
            return self._answer(request, asked, partial(self._reserve, **asked | found), status=201)
        except Refused as refused:
            count_refusal(registration.birth.family_id, service, refused, timezone.now())
            raise

    def _reserve(self, **asked: Any) -> Booking:
        self.refuse_coupons(asked["registration"], asked["service"], asked["days"], asked["coupons"])
        return reserve_days(**asked)

    @extend_schema(request=ReasonAsked, responses=BookingRow, parameters=[KEY_HEADER])
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str | None = None) -> Response:
        """Give the places back."""
        return self._change(request, ReasonAsked, cancel_booking)

    @extend_schema(request=LastDayAsked, responses=BookingRow, parameters=[KEY_HEADER])
    @action(detail=True, methods=["post"])
    def shorten(self, request: Request, pk: str | None = None) -> Response:
        """End the booking earlier."""
        return self._change(request, LastDayAsked, shorten_booking)

    @extend_schema(request=LastDayAsked, responses=BookingRow, parameters=[KEY_HEADER])
    @action(detail=True, methods=["post"])
    def extend(self, request: Request, pk: str | None = None) -> Response:
        """End the booking later, where there is room."""
        return self._change(request, LastDayAsked, extend_booking)

    @extend_schema(request=MoveAsked, responses=BookingRow, parameters=[KEY_HEADER])
    @action(detail=True, methods=["post"])
    def move(self, request: Request, pk: str | None = None) -> Response:
        """Give the booking these days instead of its own; all of them or none."""
        return self._change(request, MoveAsked, move_booking)

    @extend_schema(request=PartyAsked, responses=BookingRow, parameters=[KEY_HEADER])
    @action(detail=True, methods=["post"])
    def party(self, request: Request, pk: str | None = None) -> Response:
        """Say anew who takes part, and how many coupons will be handed over."""
        return self._change(request, PartyAsked, self._change_party)

    def _change_party(self, *, booking: Booking, sibling: int | None, coupons: int, **asked: Any) -> Booking:
        held = [row.day for row in booking.days.all() if row.status == DayStatus.HELD]
        if held:
            self.refuse_coupons(booking.registration, booking.service, held, coupons)
        child = own_sibling(booking.registration, sibling)
        return change_party(booking=booking, sibling=child, coupons=coupons, **asked)

    @extend_schema(request=DaysAsked, responses=BookingRow, parameters=[KEY_HEADER])
    @action(detail=True, methods=["post"], url_path="give-back")
    def give_back(self, request: Request, pk: str | None = None) -> Response:
        """Give back some of the days to come, wherever they lie."""
        return self._change(request, DaysAsked, give_back_days)

    @extend_schema(request=ArrivalAsked, responses=BookingRow, parameters=[KEY_HEADER])
    @action(detail=True, methods=["post"])
    def arrival(self, request: Request, pk: str | None = None) -> Response:
        """Record that the family has arrived; days that lie apart of the stay are a booking of their own from now."""
        return self._change(request, ArrivalAsked, record_arrival)

    @extend_schema(request=AbsenceAsked, responses=BookingRow, parameters=[KEY_HEADER])
    @action(detail=True, methods=["post"])
    def absence(self, request: Request, pk: str | None = None) -> Response:
        """Record that the family did not come on the days of the first unbroken run."""
        return self._change(request, AbsenceAsked, record_absence)

    @extend_schema(request=DayAsked, responses=BookingRow, parameters=[KEY_HEADER])
    @action(detail=True, methods=["post"], url_path="missed-day")
    def missed_day(self, request: Request, pk: str | None = None) -> Response:
        """Record that a family in house was not there on one day of its stay: it is not charged."""
        return self._change(request, DayAsked, record_missed_day)

    def _change(self, request: Request, shape: type[StrictSerializer], operation: Callable[..., Any]) -> Response:
        booking: Booking = self.get_object()
        asked = _valid(shape, request)
        the_same = {"booking": booking.pk, "does": self.action, **asked}
        return self._answer(request, the_same, partial(operation, booking=booking, **asked))

    def _answer(
        self, request: Request, asked: dict[str, Any], operation: Callable[..., Booking | Stay], *, status: int = 200
    ) -> Response:
        with db_errors_as_refusals():
            return self.answer_once(request, asked, operation, _shown, status=status)


class StayRow(serializers.ModelSerializer[Stay]):
    class Meta:
        model = Stay
        fields = (
            "id",
            "booking",
            "arrived_at",
            "arrival_recorded_at",
            "departed_at",
            "departure_recorded_at",
        )


@extend_schema_view(
    list=extend_schema(summary="List stays, the latest arrival first"),
    retrieve=extend_schema(summary="Read a stay"),
)
class Stays(ScopedQuerySet, viewsets.ReadOnlyModelViewSet[Stay]):
    """Stays: arrival and departure. What a midwife noted stays on the facility's screens."""

    queryset = Stay.objects.order_by("-arrived_at", "-pk")
    serializer_class = StayRow
    filterset_class = StayFilters


def own_sibling(registration: Registration, pk: int | None) -> Sibling | None:
    """Return the family's own sibling of this id. Errors: NotPossible ``sibling_of_another``, an unknown one too."""
    if pk is None:
        return None
    found = Sibling.objects.filter(pk=pk, family=registration.birth.family_id).first()
    if found is None:
        raise sibling_of_another()
    return found


def _shown(done: Booking | Stay) -> dict[str, Any]:
    shown: dict[str, Any] = _ready(BookingRow).to_representation(done.booking if isinstance(done, Stay) else done)
    return shown


def _valid(shape: type[StrictSerializer], request: Request) -> dict[str, Any]:
    return _ready(shape).run_validation(request.data)  # type: ignore[no-any-return]


@cache
def _ready(shape: type[S]) -> S:
    """Return a serializer whose fields are made once: they keep nothing of what they read or write."""
    return shape()
