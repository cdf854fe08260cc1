"""The API of figures: the contents, and each table with what its page and its files say of it."""

from datetime import date
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from facilities.fiscal_year import fiscal_year
from reports.asked_years import NotThoseYears, years_asked
from reports.catalogue.contents import by_slug, contents
from reports.catalogue.entry import Numbered
from reports.files.figures import FiguresFile, table_address
from reports.files.text_files import told
from reports.known.asked import counted, of_facility, why_not
from reports.queries import fiscal_years_with_use
from sankecare.api.strict_serializers import Day, ErrorAnswer
from sankecare.errors import NotPossible

ASKED = ("from", "to", "facility", "known")
# What is no year at all is malformed; a year that cannot be shown is understood.
MALFORMED = {"not_a_year", "in_reverse"}


class TableListed(serializers.Serializer[Any]):
    table = serializers.CharField(help_text="its name in addresses and for ``manage.py report``")
    number = serializers.CharField(help_text="as print has it: the second table of chapter 3 is 3-2")
    chapter = serializers.CharField()
    title = serializers.CharField()
    what = serializers.CharField(help_text="what the figures mean")
    rule = serializers.CharField(help_text="how they are counted and rounded")
    source = serializers.CharField(help_text="from which records")  # type: ignore[assignment]
    address = serializers.CharField(help_text="its page, to cite")
    figures = serializers.CharField(help_text="its figures for programs")


class ColumnTold(serializers.Serializer[Any]):
    key = serializers.CharField()
    name = serializers.CharField()


class TableTold(serializers.Serializer[Any]):
    table = serializers.CharField()
    number = serializers.CharField()
    chapter = serializers.CharField()
    title = serializers.CharField()
    fiscal_years = serializers.ListField(child=serializers.IntegerField())
    counted_to = serializers.DateField(help_text="the last day that is counted; of ``known`` that day")
    as_of = serializers.DateTimeField(help_text="when it was counted")
    address = serializers.CharField(help_text="its page with the same years, facility and day")
    what = serializers.CharField()
    rule = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    keys = serializers.ListField(child=serializers.CharField(), help_text="of a row, in order")
    columns = ColumnTold(many=True, help_text="the keys that people see, with their names")
    names = serializers.DictField(
        child=serializers.DictField(child=serializers.CharField()), help_text="by key, the names of codes in rows"
    )
    rows = serializers.ListField(
        child=serializers.DictField(),
        help_text="a figure that is hidden is ``x``, one that is not known null; beside some rows ``change`` on the"
        " year before and what was ``published``",
    )
    notes = serializers.ListField(child=serializers.CharField())
    sha256_of_rows = serializers.CharField(help_text="of ``rows`` as JSON: keys sorted, no spaces, UTF-8")


class Tables(APIView):
    """The contents of the figures."""

    @extend_schema(summary="List the tables of figures", responses=TableListed(many=True))
    def get(self, request: Request) -> Response:
        """List all tables in the order of their numbers. No figure is counted."""
        _refuse_unknown(request.query_params, ())
        return Response([_listed(table) for table in contents()])


class TableShown(APIView):
    """One table of the contents."""

    @extend_schema(
        summary="Read a table of figures",
        parameters=[
            OpenApiParameter("from", OpenApiTypes.INT, description="first fiscal year, by its first calendar year"),
            OpenApiParameter("to", OpenApiTypes.INT, description="last fiscal year; five where none is named"),
            OpenApiParameter("facility", description="the rows of one facility alone, by its slug"),
            OpenApiParameter("known", OpenApiTypes.DATE, description="as it was known at the end of that day"),
        ],
        responses={
            200: TableTold,
            400: OpenApiResponse(ErrorAnswer, "malformed, or a field not known; ``fields`` names it"),
            422: OpenApiResponse(
                ErrorAnswer,
                "understood, but there is no such figure: ``to_come``, ``no_records``, ``too_many_years``,"
                " ``no_such_facility``, ``not_by_facility``, ``before_records``, ``before_history``, ``no_history``",
            ),
        },
    )
    def get(self, request: Request, named: str) -> Response:
        """Count one table, of the fiscal years asked for, with the masking, words and digest of its files."""
        found = by_slug().get(named)
        if found is None:
            raise exceptions.NotFound(_("No table has this name. The contents list the tables that there are."))
        asked = request.query_params
        _refuse_unknown(asked, ASKED)
        now = timezone.now()
        today, known = timezone.localdate(now), _known(asked)
        years = _years(asked, fiscal_year(today))
        done = counted(found, years, known=known, today=today)
        table = of_facility(done.table, asked.get("facility", ""))
        query = {"from": str(years[0]), "to": str(years[-1]), **_besides(asked)}
        address = table_address(named, query)
        return Response(
            told(FiguresFile(found, table, tuple(years), done.until, now, made_by=str(request.user), address=address))
        )


def _listed(numbered: Numbered) -> dict[str, str]:
    entry = numbered.entry
    return {
        "table": entry.slug,
        "number": numbered.number,
        "chapter": str(numbered.chapter.title),
        "title": str(entry.title),
        "what": str(entry.what),
        "rule": str(entry.rule),
        "source": str(entry.source),
        "address": table_address(entry.slug),
        "figures": reverse("api:report-table", args=[entry.slug]),
    }


def _refuse_unknown(asked: QueryDict, known: tuple[str, ...]) -> None:
    """Refuse a misspelt field, and one that is empty or given twice: it must not change what is counted."""
    wrong = {name[:80]: [_("There is no such field.")] for name in asked if name not in known}
    for name, values in asked.lists():
        if name in known and (len(values) != 1 or not values[0]):
            wrong[name] = [_("This is none of the values allowed.")]
    if wrong:
        raise exceptions.ValidationError(wrong)


def _years(asked: QueryDict, this_year: int) -> list[int]:
    try:
        return years_asked(
            asked.get("from", ""), asked.get("to", ""), with_records=fiscal_years_with_use(), this_year=this_year
        )
    except NotThoseYears as unclear:
        words = why_not(unclear)
        if unclear.code in MALFORMED:
            raise exceptions.ValidationError({unclear.field: [words]}) from unclear
        code = "too_many_years" if unclear.code == "too_many" else unclear.code
        raise NotPossible(code, words, {unclear.field: words}) from unclear


def _known(asked: QueryDict) -> date | None:
    if "known" not in asked:
        return None
    try:
        return Day().to_internal_value(asked["known"])
    except serializers.ValidationError as wrong:
        raise exceptions.ValidationError({"known": wrong.detail}) from wrong


def _besides(asked: QueryDict) -> dict[str, str]:
    return {name: str(asked[name]) for name in ("facility", "known") if name in asked}
