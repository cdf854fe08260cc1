"""合同会議資料: the pack of a fiscal year on the screen, and to take along."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.actions import Action
from accounts.permissions import may
from facilities.fiscal_year import fiscal_year
from reports.formats import FORMATS
from reports.meeting import as_table, meeting_pack
from reports.meeting_file import as_meeting_pdf, columns_of, lines_of
from reports.queries import fiscal_years_with_use

from .occupancy_views import CONTENT_TYPES, FILE_FORMATS, chosen_year


@require_GET
def pack(request: HttpRequest) -> HttpResponse:
    """The pack of the year asked for, the running one unless told."""
    today = timezone.localdate()
    years = fiscal_years_with_use() or [fiscal_year(today)]
    year = chosen_year(request, years, fiscal_year(today))
    shown = meeting_pack(year, today=today)
    context = {
        "year": year,
        "years": reversed(years),
        "pack": shown,
        "tables": [(section, columns_of(section), lines_of(section)) for section in shown.sections],
        "file_formats": FILE_FORMATS,
        "may_review": may(request.user, Action.PRACTICE_REVIEW),
    }
    return render(request, "supervisor/meeting.html", context)


@require_GET
def pack_file(request: HttpRequest, year: int, file_format: str) -> HttpResponse:
    """The pack of one year as a file."""
    if file_format not in CONTENT_TYPES or not 2000 <= year <= 2999:
        raise Http404
    shown = meeting_pack(year, today=timezone.localdate())
    content = as_meeting_pdf(shown) if file_format == "pdf" else FORMATS[file_format](as_table(shown))
    return HttpResponse(
        content,
        content_type=CONTENT_TYPES[file_format],
        headers={"Content-Disposition": f'attachment; filename="meeting-{year}.{file_format}"'},
    )
