"""合同会議資料: the pack of a fiscal year on the screen, and to take along."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access_log import tell_file
from accounts.actions import Action
from accounts.permissions import may, signed_in
from facilities.fiscal_year import fiscal_year
from reports.files.figures import families_counted
from reports.files.meeting import as_meeting_pdf, columns_of, lines_of
from reports.files.meeting import pack_file as file_of_pack
from reports.meeting import counted_until, meeting_pack
from reports.queries import fiscal_years_with_use
from sankecare.mails import link_to

from .occupancy_views import chosen_year
from .tables.file_views import KINDS, as_attachment


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
        "files": [
            (kind.words, reverse("meeting:file", args=[year, file_format])) for file_format, kind in KINDS.items()
        ],
        "may_review": may(request.user, Action.PRACTICE_REVIEW),
    }
    return render(request, "supervisor/meeting.html", context)


@require_GET
def pack_file(request: HttpRequest, year: int, file_format: str) -> HttpResponse:
    """The pack of one year as a file; it is written down what was taken."""
    kind = KINDS.get(file_format)
    if kind is None or not 2000 <= year <= 2999:
        raise Http404
    now = timezone.now()
    today = timezone.localdate(now)
    shown = meeting_pack(year, today=today)
    file = file_of_pack(
        shown,
        counted_to=counted_until(year, today),
        made_at=now,
        made_by=str(signed_in(request)),
        address=link_to(f"{reverse('meeting:pack')}?year={year}"),
    )
    tell_file(request, file.title, families_counted=families_counted([year]))
    content = as_meeting_pdf(shown, file) if file_format == "pdf" else kind.write(file)
    return as_attachment(content, file.title, kind)
