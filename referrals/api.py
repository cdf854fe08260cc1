"""The API of referrals: what a role may see of them, raising one, receiving one."""

from typing import Any, cast

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import ScopedQuerySet
from accounts.models import User
from accounts.permissions import may, visible_or_404
from bookings.models import Booking
from sankecare.idempotency import Answer, once
from sankecare.strict import Choice, Int, StrictJSONParser, StrictSerializer, Text

from .acknowledge import acknowledge_within_transaction
from .models import Concern, Ground, RecipientKind, Referral, Urgency
from .queries import referrals_shown
from .raise_referral import raise_within_transaction

KEY_HEADER = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, description="a retry with the same key is done once"
)


class ReferralRow(serializers.ModelSerializer[Referral]):
    """What everyone sees who may see the referral: that it is, and how it stands."""

    number = serializers.CharField(read_only=True)

    class Meta:
        model = Referral
        fields: tuple[str, ...] = (
            "id",
            "number",
            "booking",
            "recipient",
            "urgency",
            "state",
            "raised_at",
            "due_at",
            "acknowledged_at",
            "ended_at",
        )


class ReferralInHand(ReferralRow):
    """The same with its content, for the district that works on it."""

    class Meta(ReferralRow.Meta):
        fields = (*ReferralRow.Meta.fields, "family", "concerns", "what_was_seen", "ground", "outcome")


class ReferralAsked(StrictSerializer):
    booking = Int(min_value=1)
    recipient = Choice(choices=RecipientKind.choices)
    concerns = serializers.ListField(child=Choice(choices=Concern.choices), min_length=1, max_length=len(Concern))
    what_was_seen = Text(max_length=4000, default="", allow_blank=True)
    urgency = Choice(choices=Urgency.choices, default=Urgency.NORMAL)
    ground = Choice(choices=Ground.choices)


class NothingAsked(StrictSerializer):
    pass


class Referrals(ScopedQuerySet, viewsets.ReadOnlyModelViewSet[Referral]):
    """Referrals: the facility's own, the district's, or all; the content for the district alone."""

    queryset = Referral.objects.order_by("-raised_at", "-pk")
    parser_classes = (StrictJSONParser,)

    def get_serializer_class(self) -> type[ReferralRow]:
        return ReferralInHand if may(self.request.user, "referral.work") else ReferralRow

    @extend_schema(request=ReferralAsked, responses={201: ReferralRow}, parameters=[KEY_HEADER])
    def create(self, request: Request) -> Response:
        """Raise a referral from a stay of the own facility."""
        asked = _valid(ReferralAsked, request)
        person = cast(User, request.user)
        booking = visible_or_404(person, "referral.raise", Booking.objects.all(), pk=asked["booking"])

        def write() -> Referral:
            return raise_within_transaction(**(asked | {"booking": booking}), by=person, at=timezone.now())

        return self._once(request, asked, 201, write)

    @extend_schema(request=NothingAsked, responses=ReferralInHand, parameters=[KEY_HEADER])
    @action(detail=True, methods=["post"])
    def acknowledge(self, request: Request, pk: str | None = None) -> Response:
        """Receive it, by name."""
        referral, person = self.get_object(), cast(User, request.user)
        _valid(NothingAsked, request)

        def write() -> Referral:
            return acknowledge_within_transaction(referral=referral, by=person, at=timezone.now())

        return self._once(request, {"referral": referral.pk, "does": "acknowledge"}, 200, write)

    def _once(self, request: Request, asked: dict[str, Any], status: int, write: Any) -> Response:
        def answer() -> Answer:
            shown: QuerySet[Referral] = referrals_shown()
            return Answer(status, dict(self.get_serializer_class()(shown.get(pk=write().pk)).data))

        user = cast(User, request.user)
        done = once(user=user, key=request.headers.get("Idempotency-Key"), request=asked, write=answer)
        return Response(done.body, status=done.status)


def _valid(shape: type[StrictSerializer], request: Request) -> dict[str, Any]:
    asked = shape(data=request.data)
    asked.is_valid(raise_exception=True)
    return asked.validated_data  # type: ignore[no-any-return]
