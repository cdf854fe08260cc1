"""抽選 in the admin: announced, previewed, called off; high need set with its reason; what counts, dated."""

from functools import partial
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminSplitDateTimeWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from accounts.actions import Action
from accounts.admin_site import EditedInAdmin, ModelAdmin, PeriodWidget
from accounts.permissions import may, signed_in, visible_or_404
from bookings.draws.announcing import announce_round, call_off, refuse_impossible_round, refuse_short_round
from bookings.draws.coming_rounds import proposed_round
from bookings.draws.draw_facts import need_of
from bookings.draws.drawing import preview
from bookings.draws.entering import set_high_need
from bookings.draws.entry_moments import moment_at, with_what_moments_ask
from bookings.draws.moment_words import STAFF_WORDS
from bookings.draws.priority import end_high_need
from bookings.draws.round_gaps import gaps_beside
from bookings.draws.round_places import services_of
from bookings.models import DrawEntry, DrawPolicy, DrawRound, HighNeed
from enrollment.family_search import FindsFamilies
from facilities.admin import shown_period
from facilities.models import PlacePool
from sankecare.errors import Refused
from sankecare.forms import line_sent, show_refusal
from sankecare.periods import InclusivePeriodField, days_in_words, last_day, period

from .entries import entries_page
from .narrowed import DrawnNear
from .number import number_page


class RoundForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """A new round; what is announced is tried by the operation, so that its refusal stands beside the field."""

    period = InclusivePeriodField(label=gettext_lazy("days that are drawn"), widget=PeriodWidget)
    opens_at = forms.SplitDateTimeField(label=gettext_lazy("opens"), widget=UnfoldAdminSplitDateTimeWidget)
    closes_at = forms.SplitDateTimeField(label=gettext_lazy("deadline"), widget=UnfoldAdminSplitDateTimeWidget)
    draw_at = forms.SplitDateTimeField(label=gettext_lazy("time of the draw"), widget=UnfoldAdminSplitDateTimeWidget)
    leaves_gap = forms.BooleanField(
        label=gettext_lazy("Days that this draw leaves out may stay closed"),
        required=False,
        widget=UnfoldBooleanSwitchWidget,
        help_text=gettext_lazy("Nobody can book them until a draw is announced for them or they are freed."),
    )

    class Meta:
        model = DrawRound
        fields = ("pool", "period", "opens_at", "closes_at", "draw_at", "leaves_gap")
        widgets: ClassVar = {"pool": UnfoldAdminSelectWidget}

    def _get_validation_exclusions(self) -> set[str]:
        # The constraint against overlaps asks for it.
        return super()._get_validation_exclusions() - {"called_off_at"}  # type: ignore[no-any-return, misc]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        period = values.get("period")
        if period is None or None in (period.lower, period.upper):
            self.add_error("period", _("Please enter the first and the last day."))
        if not self.errors:
            first, times = values["period"].lower, (values["opens_at"], values["closes_at"], values["draw_at"])
            now = timezone.now()
            try:
                refuse_impossible_round(values["pool"], first, last_day(values["period"]) or first, times, at=now)
                refuse_short_round(values["opens_at"], values["closes_at"], at=now)
            except Refused as refused:
                show_refusal(self, refused)
        if not self.errors and not values["leaves_gap"]:
            self._warn_of_gap(values["pool"], values["period"])
        return values

    def _warn_of_gap(self, pool: PlacePool, of: DateRange) -> None:
        """Name the days that no draw would have; they are announced so only by who says that they may stay closed."""
        left_out = gaps_beside(pool, of.lower, last_day(of) or of.lower, today=timezone.localdate())
        if left_out:
            words = _("No draw has %(days)s: these days stay closed. Include them, free them, or tick that they may.")
            self.add_error("leaves_gap", words % {"days": days_in_words(left_out)})


class NeedForm(EditedInAdmin):
    """Why a family has more weight; who set it is kept by the operation."""

    class Meta:
        model = DrawEntry
        fields = ("high_need_reason",)


@admin.register(DrawRound)
class DrawRoundAdmin(ModelAdmin):
    list_display = (
        "pool",
        shown_period,
        "opens_at",
        "closes_at",
        "draw_at",
        "drawn_at",
        "number_link",
        "result_link",
        "following",
    )
    list_select_related = ("pool__facility", "number")
    list_filter = (DrawnNear, "pool")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return RoundForm if obj is None else super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return RoundForm.Meta.fields
        fields = ("pool", "period", *TIMES, *PROMISED, *PEOPLE, "number_link", "result_link")
        return self._linked(request, fields)

    def get_list_display(self, request: HttpRequest) -> Any:
        return self._linked(request, super().get_list_display(request))

    def _linked(self, request: HttpRequest, names: Any) -> Any:
        """The page of the entries is for who announces draws; others read the published file."""
        if may(request.user, Action.DRAW_ANNOUNCE):
            return names
        return tuple("file_link" if name == "result_link" else name for name in names)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if obj is None else self.get_fields(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was announced stays as it was announced."""
        return obj is None and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A draw that was announced is called off, with the reason."""
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        cleaned = form.cleaned_data
        announced = announce_round(
            pool=cleaned["pool"],
            first_day=cleaned["period"].lower,
            last_day=last_day(cleaned["period"]) or cleaned["period"].lower,
            **{name: cleaned[name] for name in ("opens_at", "closes_at", "draw_at")},
            by=signed_in(request),
            at=timezone.now(),
        )
        obj.pk = announced.pk

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/entries/", wrap(partial(entries_page, self)), name="bookings_drawround_entries"),
            path("<int:pk>/preview/", wrap(partial(preview_page, self)), name="bookings_drawround_preview"),
            path("<int:pk>/number/", wrap(partial(number_page, self)), name="bookings_drawround_number"),
            path("<int:pk>/call-off/", wrap(partial(call_off_page, self)), name="bookings_drawround_call-off"),
            *super().get_urls(),
        ]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """``?pool=``: the round that comes next for its places, by their allocation policy and their last round."""
        number = request.GET.get("pool", "")
        pool = PlacePool.objects.filter(pk=number).first() if number.isdecimal() and len(number) < 10 else None
        if pool is None:
            return {}
        coming = proposed_round(pool, at=timezone.now())
        if coming is None:
            return {"pool": pool.pk}
        times = {"opens_at": coming.opens_at, "closes_at": coming.closes_at, "draw_at": coming.draw_at}
        return {"pool": pool.pk, "period": period(coming.first_day, coming.last_day), **times}

    @admin.display(description=gettext_lazy("next one"))
    def following(self, draw_round: DrawRound) -> SafeString:
        address = f"{reverse('admin:bookings_drawround_add')}?pool={draw_round.pool_id}"
        return format_html('<a href="{}" class="font-semibold underline">{}</a>', address, _("Announce the next one"))

    @admin.display(description=gettext_lazy("public number"))
    def number_link(self, draw_round: DrawRound) -> SafeString | str:
        number = getattr(draw_round, "number", None)
        if number is not None and number.confirmed_at:
            return str(number)
        if not draw_round.number_source or draw_round.closed_at is None:
            return "–"
        address = reverse("admin:bookings_drawround_number", args=[draw_round.pk])
        words = _("Confirm it") if number is not None else _("Enter it")
        return format_html('<a href="{}" class="font-semibold underline">{}</a>', address, words)

    @admin.display(description=gettext_lazy("result"))
    def file_link(self, draw_round: DrawRound) -> SafeString | str:
        if draw_round.called_off_at:
            return draw_round.called_off_reason
        address = reverse("public:draw-file", args=[draw_round.pk])
        return format_html('<a href="{}" class="font-semibold underline">{}</a>', address, _("As a file (JSON)"))

    @admin.display(description=gettext_lazy("result"))
    def result_link(self, draw_round: DrawRound) -> SafeString | str:
        address = reverse("admin:bookings_drawround_entries", args=[draw_round.pk])
        words = _("Entries and result") if draw_round.drawn_at else _("Entries")
        link = format_html('<a href="{}" class="font-semibold underline">{}</a>', address, words)
        if draw_round.called_off_at:
            return format_html("{} {}", draw_round.called_off_reason, link)
        if draw_round.drawn_at:
            return link
        preview_address = reverse("admin:bookings_drawround_preview", args=[draw_round.pk])
        return format_html(
            '{} <a href="{}" class="font-semibold underline">{}</a>', link, preview_address, _("Preview")
        )


PROMISED = ("commitment", "number_source", "number_fallback")
PEOPLE = ("announced_by", "called_off_by")
TIMES = ("opens_at", "closes_at", "draw_at", "drawn_at")


def preview_page(model_admin: ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """What a draw of the entries as they are would give, by a seed of chance. Nothing is changed."""
    shown = visible_or_404(
        request.user, Action.DRAW_ANNOUNCE, DrawRound.objects.select_related("pool__facility"), pk=pk
    )
    try:
        awards = preview(shown) if shown.drawn_at is None else []
    except Refused as refused:  # nothing is laid down of what counts in a draw
        messages.error(request, refused.detail)
        return HttpResponseRedirect(reverse("admin:bookings_drawround_changelist"))
    services = services_of(shown)
    context = model_admin.admin_site.each_context(request) | {
        "title": _("Preview of the draw"),
        "opts": model_admin.opts,
        "round": shown,
        "rows": [(award, services.get(award.service)) for award in awards],
    }
    return TemplateResponse(request, "bookings/admin/preview.html", context)


def call_off_page(model_admin: ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Call a round off, with the reason that families read."""
    shown = visible_or_404(request.user, Action.DRAW_ANNOUNCE, DrawRound.objects.all(), pk=pk)
    if request.method == "POST":
        try:
            reason = line_sent(request.POST.get("reason", ""), most=200)
            with transaction.atomic(durable=True):
                call_off(draw_round=shown, reason=reason, by=signed_in(request), at=timezone.now())
            messages.warning(request, _("Its days stay closed until another draw is announced or you free them."))
        except Refused as refused:
            messages.error(request, refused.detail)
    return HttpResponseRedirect(reverse("admin:bookings_drawround_changelist"))


@admin.register(DrawEntry)
class DrawEntryAdmin(FindsFamilies, ModelAdmin):
    list_display = ("sign", "family", "round", "high_need", "tickets", "stands", "away_why")
    list_select_related = (
        "round__pool__facility",
        "registration__birth__family",
        "high_need_by",
        "need_counted__asked_by",
        "need_counted__set_by",
    )
    list_filter = ("round", "away_why")
    own_words: ClassVar[tuple[str, ...]] = ("sign",)
    moments: ClassVar[tuple[str, ...]] = ("entered_at",)
    form = NeedForm  # type: ignore[assignment]  # the operation writes, not the form
    fields = (
        *("sign", "family", "round", "high_need", "high_need_reason"),
        *("tickets", "stands", "away_why", "away_since"),
    )
    readonly_fields: ClassVar = [
        *("sign", "family", "round", "high_need", "tickets", "stands", "away_why", "away_since")
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        needs = HighNeed.objects.select_related("asked_by", "set_by")
        entries: QuerySet[Any] = with_what_moments_ask(super().get_queryset(request))
        return entries.prefetch_related(Prefetch("registration__birth__family__high_needs", needs))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Families enter themselves, or staff for them on their page."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("family"))
    def family(self, entry: DrawEntry) -> str:
        return entry.registration.birth.family.mother_name

    @admin.display(description=gettext_lazy("Where it stands"))
    def stands(self, entry: DrawEntry) -> str:
        return str(STAFF_WORDS[moment_at(entry, timezone.now())])

    @admin.display(description=gettext_lazy("high need"))
    def high_need(self, entry: DrawEntry) -> str:
        """Why the entry weighs more, and by whom: set on the entry, or asked for by the district."""
        reasons = []
        if entry.high_need_reason:
            reasons.append(f"{entry.high_need_reason}（{entry.high_need_by}）")
        if need := need_of(entry):
            people = {"asked": need.asked_by, "set": need.set_by}
            reasons.append(f"{need.reason}（{_('asked for by %(asked)s, set by %(set)s') % people}）")
        return " / ".join(reasons) or "–"

    def lock_for_change(self, object_id: str) -> None:
        """The round first, as whoever enters a draw."""
        if object_id.isascii() and object_id.isdigit() and len(object_id) < 19:
            list(DrawRound.objects.select_for_update(no_key=True).filter(wishes=int(object_id)).values_list("pk"))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        reason = form.cleaned_data["high_need_reason"]
        set_high_need(entry=obj, reason=reason, by=signed_in(request), at=timezone.now())

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """After the deadline nobody is weighed any more."""
        closed = obj is not None and timezone.now() >= obj.round.closes_at
        return not closed and super().has_change_permission(request, obj)


class NeedEndForm(EditedInAdmin):
    """Why a high need ends before its time; the operation writes it."""

    ended_reason = forms.CharField(
        label=gettext_lazy("why it was ended"), max_length=400, widget=UnfoldAdminTextInputWidget
    )

    class Meta:
        model = HighNeed
        fields = ("ended_reason",)


@admin.register(HighNeed)
class HighNeedAdmin(FindsFamilies, ModelAdmin):
    """What districts asked for and staff agreed to; set on the request's page, ended here."""

    list_display = ("family", shown_period, "reason", "asked_by", "set_by", "ended_at")
    list_select_related = ("family", "asked_by", "set_by")
    days: ClassVar[tuple[str, ...]] = ("period__contains",)
    form = NeedEndForm  # type: ignore[assignment]  # the operation writes, not the form
    fields = ("family", shown_period, "reason", "asked_by", "set_by", "set_at", "ended_reason", "ended_at", "ended_by")
    readonly_fields: ClassVar = [
        *("family", shown_period, "reason", "asked_by", "set_by", "set_at", "ended_at", "ended_by")
    ]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A district asks, staff agree (referrals)."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return (obj is None or obj.ended_at is None) and super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        reason = form.cleaned_data["ended_reason"]
        end_high_need(need=obj, reason=reason, by=signed_in(request), at=timezone.now())


@admin.register(DrawPolicy)
class DrawPolicyAdmin(ModelAdmin):
    list_display = (shown_period, "high_need_tickets", "lost_before_tickets", "window_tickets", "answer_hours")
