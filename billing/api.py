"""The API of money: a public quote, and charges for those who may see them."""

from datetime import date
from functools import partial
from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access_log import shown_or_404
from accounts.actions import Action
from accounts.api import ScopedQuerySet
from bookings.api import Bookings
from bookings.models import Booking
from enrollment.models import Registration, TaxClass
from facilities.models import Service
from facilities.queries import service_named
from sankecare.api.endpoints import KEY_HEADER, OnceForItsKey, PublicThrottle
from sankecare.api.strict_serializers import (
    PUBLIC_ERRORS,
    Choice,
    Day,
    Int,
    Moment,
    StrictJSONParser,
    StrictSerializer,
    Text,
)

from .adjust import MOST_YEN, adjust_charge
from .check_out import CheckedOut, check_out
from .filters import ChargeFilters
from .issue import issue_charge
from .models import Adjustment, AdjustmentKind, Charge, ChargeLine, Component
from .queries import charges_with_owed
from .quotes import quote_for, refuse_unusable_coupons

MOST_INFANTS = 6
MOST_COUPONS = 100


class QuoteAsked(StrictSerializer):
    service = Text(max_length=80, help_text="such as ``ward-centre/short-stay``")
    first_day = Day()
    last_day = Day(help_text="the day of leaving, included")
    tax_class = Choice(choices=TaxClass.choices)
    infants = Int(min_value=1, max_value=MOST_INFANTS, default=1)
    siblings = Int(min_value=0, max_value=1, default=0, help_text="one a family")
    coupons = Int(min_value=0, max_value=MOST_COUPONS, default=0)


class QuoteLine(serializers.Serializer[Any]):
    day = Day()
    component = serializers.ChoiceField(choices=Component.choices)
    quantity = serializers.IntegerField()
    unit_amount = serializers.IntegerField(help_text="yen; a coupon's is negative")
    amount = serializers.IntegerField(help_text="yen")


class QuoteAnswer(serializers.Serializer[Any]):
    total = serializers.IntegerField(help_text="yen")
    lines = QuoteLine(many=True)


class Quotes(APIView):
    """What a use would cost. Public, nothing is kept."""

    authentication_classes = ()
    throttle_classes = (PublicThrottle,)
    parser_classes = (StrictJSONParser,)

    @extend_schema(request=QuoteAsked, responses={200: QuoteAnswer, **PUBLIC_ERRORS})
    def post(self, request: Request) -> Response:
        """Price every day of a use; lines in the order of days: base, multiple, sibling, coupon."""
        asked = QuoteAsked(data=request.data)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        service = service_named(given.pop("service"))
        first_day, last_day, tax_class = given.pop("first_day"), given.pop("last_day"), given.pop("tax_class")
        return Response(QuoteAnswer(quote_for(service, first_day, last_day, tax_class, **given)).data)


class ChargeLineRow(serializers.ModelSerializer[ChargeLine]):
    class Meta:
        model = ChargeLine
        fields = ("day", "component", "quantity", "unit_amount", "amount")


class AdjustmentRow(serializers.ModelSerializer[Adjustment]):
    class Meta:
        model = Adjustment
        fields = ("kind", "amount", "day", "reason", "made_at")


class ChargeRow(serializers.ModelSerializer[Charge]):
    number = serializers.CharField(read_only=True)
    booking = serializers.CharField(source="booking.number", read_only=True)
    owed = serializers.IntegerField(read_only=True, help_text="total and adjustments together, yen")
    lines = ChargeLineRow(many=True, read_only=True)
    adjustments = AdjustmentRow(many=True, read_only=True)

    class Meta:
        model = Charge
        fields = ("id", "number", "booking", "issued_at", "total", "owed", "lines", "adjustments")


class IssueAsked(StrictSerializer):
    booking = Int(min_value=1, help_text="a booking whose family has left")


class AdjustmentAsked(StrictSerializer):
    kind = serializers.ChoiceField(
        choices=AdjustmentKind.choices,
        default=AdjustmentKind.GOODWILL.value,
        help_text="goodwill: less than the records give, on purpose; correction: what is owed becomes what they give",
    )
    amount = Int(min_value=-MOST_YEN, max_value=MOST_YEN, help_text="yen; negative lowers what is owed")
    reason = Text(max_length=400)
    day = serializers.DateField(
        required=False,
        help_text="the day of the stay that it is about; needed where its days lie in two fiscal years or contracts",
    )


@extend_schema_view(
    list=extend_schema(summary="List charges, the newest first"),
    retrieve=extend_schema(summary="Read a charge"),
)
class Charges(OnceForItsKey, ScopedQuerySet, viewsets.ReadOnlyModelViewSet[Charge]):
    """Charges as issued, with their lines and adjustments: the family's own, the facility's own, or all."""

    queryset = (
        charges_with_owed(Charge.objects.all()).select_related("booking").prefetch_related("lines", "adjustments")
    )
    serializer_class = ChargeRow
    filterset_class = ChargeFilters
    parser_classes = (StrictJSONParser,)

    @extend_schema(request=IssueAsked, responses={201: ChargeRow}, parameters=[KEY_HEADER])
    def create(self, request: Request) -> Response:
        """Issue the charge of a stay that could not be priced when the family left."""
        asked = IssueAsked(data=request.data)
        asked.is_valid(raise_exception=True)
        booking = shown_or_404(request, Action.CHARGE_ISSUE, Booking.objects.all(), pk=asked.validated_data["booking"])
        return self.answer_once(
            request, {"issue": booking.pk}, partial(issue_charge, booking=booking), _shown, status=201
        )

    @extend_schema(request=AdjustmentAsked, responses={201: ChargeRow}, parameters=[KEY_HEADER])
    @action(detail=True, methods=["post"])
    def adjustments(self, request: Request, pk: str | None = None) -> Response:
        """Correct what is owed by a signed row; the charge itself is never edited."""
        charge: Charge = self.get_object()
        asked = AdjustmentAsked(data=request.data)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data | {"kind": AdjustmentKind(asked.validated_data["kind"])}
        operation = partial(adjust_charge, charge=charge, **given)
        the_same = {"adjust": charge.pk, **asked.validated_data}
        return self.answer_once(request, the_same, operation, lambda made: _shown(made.charge), status=201)


@extend_schema_view(
    list=extend_schema(summary="List bookings, the newest first"),
    retrieve=extend_schema(summary="Read a booking"),
)
class PricedBookings(Bookings):
    """Bookings: the family's own, the facility's, or all; made and changed by the family or the ward."""

    def refuse_coupons(self, registration: Registration, service: Service, days: list[date], coupons: int) -> None:
        """Refuse coupons as the fee rules do, before they are announced; without any nothing is read."""
        if coupons:
            refuse_unusable_coupons(registration.birth.family, service, days, coupons)


class DepartureAsked(StrictSerializer):
    happened_at = Moment(
        required=False, allow_null=True, default=None, help_text="when the family left; now unless said, never later"
    )
    note = Text(max_length=2000, default="", allow_blank=True)
    coupons = serializers.ListField(
        child=Int(min_value=1, max_value=MOST_COUPONS),
        max_length=MOST_COUPONS,
        default=list,
        help_text="the numbers of those handed over; what was announced takes nothing off by itself",
    )


class DepartureAnswer(serializers.Serializer[Any]):
    charge = ChargeRow(allow_null=True, help_text="null where it cannot be priced yet")
    no_charge = serializers.CharField(help_text="why there is no charge yet, or empty")


class Departure(OnceForItsKey, APIView):
    """The family leaves: departure and charge in one transaction."""

    parser_classes = (StrictJSONParser,)

    @extend_schema(request=DepartureAsked, responses={200: DepartureAnswer}, parameters=[KEY_HEADER])
    def post(self, request: Request, pk: int) -> Response:
        """Record the departure and issue the charge of the days used."""
        booking = shown_or_404(request, Action.STAY_RECORD, Booking.objects.all(), pk=pk)
        asked = DepartureAsked(data=request.data)
        asked.is_valid(raise_exception=True)
        operation = partial(check_out, booking=booking, **asked.validated_data)
        return self.answer_once(request, {"departure": booking.pk, **asked.validated_data}, operation, _left)


def _left(done: CheckedOut) -> dict[str, Any]:
    return {"charge": _shown(done.charge) if done.charge else None, "no_charge": done.no_charge}


def _shown(charge: Charge) -> dict[str, Any]:
    return dict(ChargeRow(charges_with_owed(Charge.objects.select_related("booking")).get(pk=charge.pk)).data)
