"""A table of the catalogue as a file: for Excel, for programs, for paper. Each one is written down."""

from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.access_log import tell_file
from accounts.permissions import signed_in
from facilities.fiscal_year import fiscal_year
from reports.catalogue.contents import by_slug
from reports.catalogue.entry import Numbered
from reports.files.figures import FiguresFile, families_counted, table_address
from reports.files.paper import as_pdf
from reports.files.text_files import as_cp932_csv, as_csv, as_json
from reports.files.workbook import as_xlsx

from .as_known import built
from .asked import asked_of, of_facility


class Kind(NamedTuple):
    """A kind of file: its words, its ending, its type, and what writes it."""

    words: object
    ending: str
    content_type: str
    write: Callable[[FiguresFile], bytes]


KINDS = {
    "xlsx": Kind(_("Excel"), "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", as_xlsx),
    "pdf": Kind(_("PDF to print"), "pdf", "application/pdf", as_pdf),
    "csv": Kind(_("CSV (UTF-8)"), "csv", "text/csv; charset=utf-8", as_csv),
    "cp932": Kind(_("CSV (Shift_JIS, CP932)"), "csv", "text/csv; charset=cp932", as_cp932_csv),
    "json": Kind(_("JSON"), "json", "application/json", as_json),
}
UNPROCESSABLE = 422


@require_safe
def table_file(request: HttpRequest, named: str, file_format: str) -> HttpResponse:
    """One table, of the fiscal years and the facility asked for, as a file of this kind; else why not, in words."""
    found, kind = by_slug().get(named), KINDS.get(file_format)
    if found is None or kind is None:
        raise Http404
    today = timezone.localdate()
    asked = asked_of(request, fiscal_year(today))
    if asked.problem:
        return refused(request, found, asked.problem)
    told = built(found, asked, today)
    if told.table is None:
        return refused(request, found, told.problem)
    shown, problem = of_facility(told.table, asked.facility)
    if problem:
        return refused(request, found, problem)
    file = FiguresFile(
        found,
        shown,
        tuple(asked.years),
        counted_to=told.until,
        made_at=timezone.now(),
        made_by=str(signed_in(request)),
        address=table_address(named, asked.query),
    )
    of_years = f"{asked.first}-{asked.last}" + (f"_{asked.known}" if asked.known else "")
    tell_file(request, f"{file.title} {of_years}", families_counted=families_counted(asked.years))
    return as_attachment(kind.write(file), f"{file.title.replace('　', '_')}_{of_years}", kind)


def refused(request: HttpRequest, found: Numbered, problem: str, *, kept: bool = False) -> HttpResponse:
    """Say in words why there is no file of the table, or why it is not kept; the way back has all that was asked."""
    back = f"{reverse('supervisor:table', args=[found.entry.slug])}?{request.GET.urlencode()}"
    context = {"table": found, "problem": problem, "back": back, "kept": kept}
    return render(request, "supervisor/tables/refused.html", context, status=UNPROCESSABLE)


def as_attachment(content: bytes, name: str, kind: Kind) -> HttpResponse:
    """Return the answer that a browser keeps as a file of this name."""
    return HttpResponse(
        content,
        content_type=kind.content_type,
        headers={"Content-Disposition": content_disposition_header(True, f"{name}.{kind.ending}") or "attachment"},
    )


def files_of(slug: str, query: dict[str, str]) -> list[tuple[object, str]]:
    """Return the words and the address of each kind of file of a table."""
    return [
        (kind.words, f"{reverse('supervisor:table-file', args=[slug, file_format])}?{urlencode(query)}")
        for file_format, kind in KINDS.items()
    ]
