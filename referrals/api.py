"""The API of referrals: what a role may see of them, raising one, receiving one."""

from datetime import datetime
from functools import partial
from typing import Any, cast

from django.utils.translation import gettext as _
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema, extend_schema_view
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actions import Action
from accounts.api import ScopedQuerySet
from accounts.models import User
from accounts.permissions import may, visible_or_404
from bookings.models import Booking
from sankecare.api.endpoints import KEY_HEADER, OnceForItsKey
from sankecare.api.strict_serializers import Bool, Choice, Day, Int, Moment, StrictJSONParser, StrictSerializer, Text
from sankecare.errors import NotPossible

from .acknowledge import acknowledge_referral
from .close import close_referral
from .contact import record_contact
from .filters import ReferralFilters
from .models import (
    Concern,
    ContactWay,
    Ground,
    Met,
    Outcome,
    RecipientKind,
    Referral,
    ReferralContact,
    ReferralState,
    Urgency,
)
from .queries import referrals_shown, state_for_facility
from .raise_referral import CAUSES, Cause, cause_of, raise_referral


class ReferralRow(serializers.ModelSerializer[Referral]):
    """What everyone sees who may see the referral: that it is, of whom it was asked, that it is received and closed.

    Whether the section sent it on is its own matter: it stays received.
    """

    number = serializers.CharField(read_only=True)
    recipient = serializers.ChoiceField(source="asked_of", choices=RecipientKind.choices, read_only=True)
    state = serializers.SerializerMethodField()
    acknowledged_at = serializers.SerializerMethodField()

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
            "origin",
        )

    def get_state(self, referral: Referral) -> ReferralState:
        return state_for_facility(referral)

    def get_acknowledged_at(self, referral: Referral) -> datetime | None:
        return cast("datetime | None", getattr(referral, "first_received_at", None))


class ReferralInHand(serializers.ModelSerializer[Referral]):
    """The same with its content, for the section that works on it."""

    number = serializers.CharField(read_only=True)

    class Meta(ReferralRow.Meta):
        fields = (
            *ReferralRow.Meta.fields,
            "family",
            "concerns",
            "what_was_seen",
            "ground",
            "care_record",
            "assessment",
            "incident",
            "in_charge",
            "next_contact_on",
            "outcome_kind",
            "outcome",
        )


class ReferralAsked(StrictSerializer):
    booking = Int(min_value=1)
    recipient = Choice(choices=RecipientKind.choices)
    concerns = serializers.ListField(child=Choice(choices=Concern.choices), min_length=1, max_length=len(Concern))
    what_was_seen = Text(max_length=4000, default="", allow_blank=True)
    urgency = Choice(choices=Urgency.choices, default=Urgency.NORMAL)
    ground = Choice(choices=Ground.choices)
    care_record = Int(min_value=1, required=False)
    assessment = Int(min_value=1, required=False)
    incident = Int(min_value=1, required=False)


class ContactAsked(StrictSerializer):
    made_at = Moment()
    way = Choice(choices=ContactWay.choices)
    met = Choice(choices=Met.choices, required=False)
    text = Text(max_length=4000, default="", allow_blank=True)
    next_contact_on = Day(required=False)


class ClosingAsked(StrictSerializer):
    kind = Choice(choices=Outcome.choices)
    outcome = Text(max_length=4000)
    plan_called_off = Bool(default=False, help_text="a contact that is planned falls away; without it that is refused")


class NothingAsked(StrictSerializer):
    pass


SHOWN = PolymorphicProxySerializer(
    component_name="ReferralShown", serializers=[ReferralInHand, ReferralRow], resource_type_field_name=None
)


@extend_schema_view(
    list=extend_schema(summary="List referrals, the newest first", responses=SHOWN),
    retrieve=extend_schema(summary="Read a referral", responses=SHOWN),
)
class Referrals(OnceForItsKey, ScopedQuerySet, viewsets.ReadOnlyModelViewSet[Referral]):
    """Referrals: the facility's own, the district's, or all; the content for the district alone."""

    queryset = referrals_shown().order_by("-raised_at", "-pk")
    filterset_class = ReferralFilters
    parser_classes = (StrictJSONParser,)

    def get_serializer_class(self) -> type[ReferralRow] | type[ReferralInHand]:
        return ReferralInHand if may(self.request.user, Action.REFERRAL_WORK) else ReferralRow

    @extend_schema(request=ReferralAsked, responses={201: ReferralRow}, parameters=[KEY_HEADER])
    def create(self, request: Request) -> Response:
        """Raise a referral from a stay of the own facility."""
        asked = _valid(ReferralAsked, request)
        person = cast(User, request.user)
        booking = visible_or_404(person, Action.REFERRAL_RAISE, Booking.objects.all(), pk=asked["booking"])
        given = {name: asked[name] for name in ("recipient", "concerns", "what_was_seen", "urgency", "ground")}
        operation = partial(raise_referral, booking=booking, cause=_cause(asked, booking), **given)
        return self.answer_once(request, asked, operation, self._shown, status=201)

    @extend_schema(request=NothingAsked, responses=ReferralInHand, parameters=[KEY_HEADER])
    @action(detail=True, methods=["post"])
    def acknowledge(self, request: Request, pk: str | None = None) -> Response:
        """Receive it, by name."""
        referral = self.get_object()
        _valid(NothingAsked, request)
        the_same = {"referral": referral.pk, "does": "acknowledge"}
        return self.answer_once(request, the_same, partial(acknowledge_referral, referral=referral), self._shown)

    @extend_schema(request=ContactAsked, responses={201: ReferralInHand}, parameters=[KEY_HEADER])
    @action(detail=True, methods=["post"])
    def contacts(self, request: Request, pk: str | None = None) -> Response:
        """Record a contact with the family, and when the next one is planned."""
        referral = self.get_object()
        asked = _valid(ContactAsked, request)
        the_same = {"referral": referral.pk, "does": "contact", **asked}
        operation = partial(record_contact, referral=referral, **asked)
        return self.answer_once(request, the_same, operation, self._shown, status=201)

    @extend_schema(request=ClosingAsked, responses=ReferralInHand, parameters=[KEY_HEADER])
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str | None = None) -> Response:
        """End the follow-up with what came of it."""
        referral = self.get_object()
        asked = _valid(ClosingAsked, request)
        the_same = {"referral": referral.pk, "does": "close", **asked}
        return self.answer_once(request, the_same, partial(close_referral, referral=referral, **asked), self._shown)

    def written(self, done: Referral | ReferralContact) -> dict[str, int]:
        """The referral: what was done to it is looked for again by its number (referrals.reconcile)."""
        return {"referral": _referral_of(done)}

    def _shown(self, done: Referral | ReferralContact) -> dict[str, Any]:
        shown: Referral = referrals_shown().get(pk=_referral_of(done))
        return dict(self.get_serializer_class()(shown).data)


def _referral_of(done: Referral | ReferralContact) -> int:
    return done.referral_id if isinstance(done, ReferralContact) else done.pk


def _cause(asked: dict[str, Any], booking: Booking) -> Cause | None:
    """Return the record of the stay that gives cause. Errors: NotPossible ``cause_of_another``, ``two_causes``."""
    named = [origin for origin in CAUSES if origin in asked]
    if len(named) > 1:
        raise NotPossible("two_causes", _("Name one cause at most."))
    return cause_of(booking, named[0], asked[named[0]]) if named else None


def _valid(shape: type[StrictSerializer], request: Request) -> dict[str, Any]:
    asked = shape(data=request.data)
    asked.is_valid(raise_exception=True)
    return asked.validated_data  # type: ignore[no-any-return]
