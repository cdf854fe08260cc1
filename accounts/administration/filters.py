"""Lists of the administration narrowed by a few choices in words, each with its own condition."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise


class ByChoice(admin.SimpleListFilter):
    """The base: ``offered`` are the choices, ``narrowed`` the rows of the one that was chosen."""

    offered: ClassVar[Sequence[tuple[str, str | Promise]]] = ()

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(self.offered)

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        """An address with another choice shows all, as Django does."""
        chosen = self.value()
        known = {str(value) for value, _words in self.lookup_choices}
        return self.narrowed(queryset, chosen) if chosen in known else queryset

    def narrowed(self, queryset: "QuerySet[Any]", chosen: str) -> "QuerySet[Any]":
        """Return the rows of the choice."""
        raise NotImplementedError
