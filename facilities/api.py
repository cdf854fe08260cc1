"""The API of where care is offered: public."""

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from sankecare.api.endpoints import PublicThrottle
from sankecare.api.strict_serializers import PUBLIC_ERRORS

from .models import Facility, Service
from .queries import facilities_on


class ServiceAnswer(serializers.ModelSerializer[Service]):
    age_limit_months = serializers.SerializerMethodField(help_text="for infants under so many months")
    takes_siblings = serializers.SerializerMethodField()

    class Meta:
        model = Service
        fields = ("slug", "kind", "age_limit_months", "takes_siblings", "description")

    @extend_schema_field(OpenApiTypes.INT)
    def get_age_limit_months(self, service: Service) -> int | None:
        return next((terms.age_limit_months for terms in service.current_terms), None)  # type: ignore[attr-defined]

    @extend_schema_field(OpenApiTypes.BOOL)
    def get_takes_siblings(self, service: Service) -> bool:
        return any(terms.takes_siblings for terms in service.current_terms)  # type: ignore[attr-defined]


class FacilityAnswer(serializers.ModelSerializer[Facility]):
    address = serializers.SerializerMethodField(help_text="the one in force today")
    services = ServiceAnswer(source="current_services", many=True)

    class Meta:
        model = Facility
        fields = ("slug", "name", "name_en", "operator", "opened_on", "phone", "address", "extras", "services")

    @extend_schema_field(OpenApiTypes.STR)
    def get_address(self, facility: Facility) -> str:
        return next((row.address for row in facility.current_addresses), "")  # type: ignore[attr-defined]


class Facilities(APIView):
    """The facilities of the programme and their services, as of today. Public."""

    authentication_classes = ()
    throttle_classes = (PublicThrottle,)

    @extend_schema(responses={200: FacilityAnswer(many=True), 429: PUBLIC_ERRORS[429]})
    def get(self, request: Request) -> Response:
        """List facilities with the address and the services in force today."""
        return Response(FacilityAnswer(facilities_on(timezone.localdate()), many=True).data)
