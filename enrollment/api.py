"""The API of who may use it: the public self-check, and registrations for those who may see them."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import ScopedQuerySet
from enrollment.applications.application_data import MOST_INFANTS
from enrollment.plausible import GESTATION_DAYS
from facilities.queries import service_named
from sankecare.api.endpoints import PublicThrottle
from sankecare.api.strict_serializers import PUBLIC_ERRORS, Bool, Day, Int, StrictJSONParser, StrictSerializer, Text

from . import eligibility
from .corrected_age import InfantFacts
from .filters import RegistrationFilters
from .models import Infant, Registration
from .queries import judged
from .reasons import reason


class InfantAsked(StrictSerializer):
    birth_date = Day()
    due_date = Day(allow_null=True, default=None)
    gestation_days = Int(
        min_value=GESTATION_DAYS.start,
        max_value=GESTATION_DAYS.stop - 1,
        allow_null=True,
        default=None,
        help_text="length of the pregnancy at birth; 37 weeks 0 days = 259",
    )
    long_hospital_stay = Bool(default=False)
    rolls_over = Bool(default=False)


class EligibilityAsked(StrictSerializer):
    service = Text(max_length=80, help_text="such as ``ward-centre/short-stay``")
    first_day = Day()
    last_day = Day(help_text="the day of leaving, included")
    mother_in_ward = Bool()
    infant_in_ward = Bool()
    infants = InfantAsked(many=True, max_length=MOST_INFANTS)  # type: ignore[call-arg]  # of the list
    worry = Bool()
    lacks_support = Bool()
    needs_medical_care = Bool()
    sibling_birth_date = Day(allow_null=True, default=None)


class RuleAnswer(serializers.Serializer[Any]):
    rule = serializers.ChoiceField(choices=[(rule.value, rule.value) for rule in eligibility.Rule])
    met = serializers.BooleanField()
    reason = serializers.CharField(source="*", help_text="in the language of Accept-Language")

    def to_representation(self, instance: eligibility.RuleResult) -> dict[str, Any]:
        return {"rule": instance.rule.value, "met": instance.met, "reason": reason(instance)}


class EligibilityAnswer(serializers.Serializer[Any]):
    eligible = serializers.BooleanField()
    usable_until = Day(allow_null=True, help_text="the last day by age alone")
    rules = RuleAnswer(many=True)


class Eligibility(APIView):
    """Whether a family may use a service on some days, every rule with its reason. Public, nothing is kept."""

    authentication_classes = ()
    throttle_classes = (PublicThrottle,)
    parser_classes = (StrictJSONParser,)

    @extend_schema(request=EligibilityAsked, responses={200: EligibilityAnswer, **PUBLIC_ERRORS})
    def post(self, request: Request) -> Response:
        """Judge every rule for every day from the first to the last."""
        asked = EligibilityAsked(data=request.data)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        service = service_named(given.pop("service"))
        infants = [InfantFacts(**infant) for infant in given.pop("infants")]
        return Response(EligibilityAnswer(judged(service, eligibility.Application(infants=infants, **given))).data)


class InfantRow(serializers.ModelSerializer[Infant]):
    class Meta:
        model = Infant
        fields = ("birth_date", "gestation_days", "long_hospital_stay", "rolls_over_since")


class RegistrationRow(serializers.ModelSerializer[Registration]):
    number = serializers.CharField(read_only=True)
    due_date = serializers.DateField(source="birth.due_date", read_only=True, allow_null=True)
    infants = InfantRow(source="birth.infants", many=True, read_only=True)

    class Meta:
        model = Registration
        fields = ("id", "number", "state", "applied_at", "decided_at", "decision_reason", "due_date", "infants")


@extend_schema_view(
    list=extend_schema(summary="List registrations, the first to apply first"),
    retrieve=extend_schema(summary="Read a registration"),
)
class Registrations(ScopedQuerySet, viewsets.ReadOnlyModelViewSet[Registration]):
    """Registrations: the family's own, those of the district, or all."""

    queryset = Registration.objects.select_related("birth").prefetch_related("birth__infants")
    serializer_class = RegistrationRow
    filterset_class = RegistrationFilters
