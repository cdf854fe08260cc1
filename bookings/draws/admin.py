"""抽選 in the admin: announced, previewed, called off; high need set with its reason; what counts, dated."""

from functools import partial
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db import transaction
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
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminSplitDateTimeWidget, UnfoldAdminTextInputWidget

from accounts.actions import Action
from accounts.admin_site import EditedInAdmin, ModelAdmin, PeriodWidget
from accounts.permissions import signed_in, visible_or_404
from bookings.models import DrawEntry, DrawPolicy, DrawRound, HighNeed
from enrollment.family_search import FindsFamilies
from facilities.admin import shown_period
from facilities.models import Service
from sankecare.errors import Refused
from sankecare.forms import line_sent, show_refusal
from sankecare.periods import InclusivePeriodField, last_day, period

from .coming_rounds import proposed_round
from .draw_facts import need_of
from .priority import end_high_need
from .rounds import announce_round, call_off, preview, refuse_impossible_round, set_high_need


class RoundForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """A new round; what is announced is tried by the operation, so that its refusal stands beside the field."""

    period = InclusivePeriodField(label=gettext_lazy("days that are drawn"), widget=PeriodWidget)
    opens_at = forms.SplitDateTimeField(label=gettext_lazy("opens"), widget=UnfoldAdminSplitDateTimeWidget)
    closes_at = forms.SplitDateTimeField(label=gettext_lazy("deadline"), widget=UnfoldAdminSplitDateTimeWidget)
    draw_at = forms.SplitDateTimeField(label=gettext_lazy("time of the draw"), widget=UnfoldAdminSplitDateTimeWidget)

    class Meta:
        model = DrawRound
        fields = ("service", "period", "opens_at", "closes_at", "draw_at")
        widgets: ClassVar = {"service": UnfoldAdminSelectWidget}

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
            try:
                refuse_impossible_round(
                    values["service"], first, last_day(values["period"]) or first, times, at=timezone.now()
                )
            except Refused as refused:
                show_refusal(self, refused)
        return values


class NeedForm(EditedInAdmin):
    """Why a family has more weight; who set it is kept by the operation."""

    class Meta:
        model = DrawEntry
        fields = ("high_need_reason",)


@admin.register(DrawRound)
class DrawRoundAdmin(ModelAdmin):
    list_display = (
        "service",
        shown_period,
        "opens_at",
        "closes_at",
        "draw_at",
        "drawn_at",
        "result_link",
        "following",
    )
    list_select_related = ("service__facility",)
    list_filter = ("service",)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return RoundForm if obj is None else super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (
            RoundForm.Meta.fields
            if obj is None
            else ("service", "period", *TIMES, "commitment", *PEOPLE, "result_link")
        )

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
            service=cleaned["service"],
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
            path("<int:pk>/preview/", wrap(partial(preview_page, self)), name="bookings_drawround_preview"),
            path("<int:pk>/call-off/", wrap(partial(call_off_page, self)), name="bookings_drawround_call-off"),
            *super().get_urls(),
        ]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """``?service=``: the round that comes next for it, by its allocation policy and its last round."""
        number = request.GET.get("service", "")
        service = Service.objects.filter(pk=number).first() if number.isdecimal() and len(number) < 10 else None
        if service is None:
            return {}
        coming = proposed_round(service, at=timezone.now())
        if coming is None:
            return {"service": service.pk}
        times = {"opens_at": coming.opens_at, "closes_at": coming.closes_at, "draw_at": coming.draw_at}
        return {"service": service.pk, "period": period(coming.first_day, coming.last_day), **times}

    @admin.display(description=gettext_lazy("next one"))
    def following(self, draw_round: DrawRound) -> SafeString:
        address = f"{reverse('admin:bookings_drawround_add')}?service={draw_round.service_id}"
        return format_html('<a href="{}" class="font-semibold underline">{}</a>', address, _("Announce the next one"))

    @admin.display(description=gettext_lazy("result"))
    def result_link(self, draw_round: DrawRound) -> SafeString | str:
        if draw_round.called_off_at:
            return draw_round.called_off_reason
        if draw_round.drawn_at:
            address, words = reverse("public:draw-file", args=[draw_round.pk]), _("As a file (JSON)")
        else:
            address, words = reverse("admin:bookings_drawround_preview", args=[draw_round.pk]), _("Preview")
        return format_html('<a href="{}" class="font-semibold underline">{}</a>', address, words)


PEOPLE = ("announced_by", "called_off_by")
TIMES = ("opens_at", "closes_at", "draw_at", "drawn_at")


def preview_page(model_admin: ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """What a draw of the entries as they are would give, by a seed of chance. Nothing is changed."""
    shown = visible_or_404(
        request.user, Action.DRAW_ANNOUNCE, DrawRound.objects.select_related("service__facility"), pk=pk
    )
    try:
        awards = preview(shown) if shown.drawn_at is None else []
    except Refused as refused:  # nothing is laid down of what counts in a draw
        messages.error(request, refused.detail)
        return HttpResponseRedirect(reverse("admin:bookings_drawround_changelist"))
    context = model_admin.admin_site.each_context(request) | {
        "title": _("Preview of the draw"),
        "opts": model_admin.opts,
        "round": shown,
        "awards": awards,
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
        except Refused as refused:
            messages.error(request, refused.detail)
    return HttpResponseRedirect(reverse("admin:bookings_drawround_changelist"))


@admin.register(DrawEntry)
class DrawEntryAdmin(FindsFamilies, ModelAdmin):
    list_display = ("sign", "family", "round", "high_need", "tickets", "outcome", "away_why")
    list_select_related = (
        "round__service__facility",
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
        *("tickets", "outcome", "away_why", "away_since"),
    )
    readonly_fields: ClassVar = [
        *("sign", "family", "round", "high_need", "tickets", "outcome", "away_why", "away_since")
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        needs = HighNeed.objects.select_related("asked_by", "set_by")
        entries: QuerySet[Any] = super().get_queryset(request)
        return entries.prefetch_related(Prefetch("registration__birth__family__high_needs", needs))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Families enter themselves, or staff for them on their page."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("family"))
    def family(self, entry: DrawEntry) -> str:
        return entry.registration.birth.family.mother_name

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
