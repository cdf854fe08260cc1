"""What lists of families, and of what is theirs, are narrowed by."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access_log import FAMILY_OF
from accounts.administration.filters import ByChoice
from facilities.models import District

from .models import Registration, RegistrationState, Residence


class LivesInDistrict(ByChoice):
    """By the district in which the family lives today."""

    title = _("district")
    parameter_name = "district"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(str(row.pk), row.name) for row in District.objects.all()]

    def narrowed(self, queryset: "QuerySet[Any]", chosen: str) -> "QuerySet[Any]":
        there = Residence.objects.filter(district=int(chosen), period__contains=timezone.localdate())
        way = FAMILY_OF[queryset.model._meta.label]
        return queryset.filter(**{f"{way}__in": there.order_by().values("family")})


class RegistrationStands(ByChoice):
    """Families by how a registration of theirs stands."""

    title = _("registration")
    parameter_name = "registration"
    offered = (
        (RegistrationState.APPLIED, RegistrationState.APPLIED.label),
        (RegistrationState.RETURNED, RegistrationState.RETURNED.label),
        (RegistrationState.APPROVED, RegistrationState.APPROVED.label),
        (RegistrationState.ENDED, RegistrationState.ENDED.label),
    )

    def narrowed(self, queryset: "QuerySet[Any]", chosen: str) -> "QuerySet[Any]":
        standing = Registration.objects.filter(state=chosen).order_by().values("birth__family")
        return queryset.filter(pk__in=standing)
