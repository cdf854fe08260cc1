"""The API of money: a public quote, and charges for those who may see them."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import ScopedQuerySet
from enrollment.models import TaxClass
from facilities.queries import service_named
from sankecare.api import PublicThrottle
from sankecare.strict import PUBLIC_ERRORS, Choice, Day, Int, StrictJSONParser, StrictSerializer, Text

from .models import Adjustment, Charge, ChargeLine, Component
from .queries import charges_with_owed
from .quotes import quote_for

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
        fields = ("amount", "reason", "made_at")


class ChargeRow(serializers.ModelSerializer[Charge]):
    number = serializers.CharField(read_only=True)
    booking = serializers.CharField(source="booking.number", read_only=True)
    owed = serializers.IntegerField(read_only=True, help_text="total and adjustments together, yen")
    lines = ChargeLineRow(many=True, read_only=True)
    adjustments = AdjustmentRow(many=True, read_only=True)

    class Meta:
        model = Charge
        fields = ("id", "number", "booking", "issued_at", "total", "owed", "lines", "adjustments")


class Charges(ScopedQuerySet, viewsets.ReadOnlyModelViewSet[Charge]):
    """Charges as issued, with their lines and adjustments: the family's own, the facility's own, or all."""

    queryset = (
        charges_with_owed(Charge.objects.all()).select_related("booking").prefetch_related("lines", "adjustments")
    )
    serializer_class = ChargeRow
