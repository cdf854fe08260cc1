"""枠の変更 in the admin: places taken away, everybody whom it hits, and a decision for each, applied all together."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from accounts.access_log import note_shown
from accounts.actions import Action
from accounts.admin_site import DayWidget, ModelAdmin
from accounts.permissions import signed_in, visible
from bookings.models import Booking, DrawEntry, WaitingEntry
from bookings.places.capacity import Cut, CutKind, Decision, Fate, HitDay
from bookings.places.queries import bookings_with_days
from bookings.places.refusals import guarded_transaction
from facilities.calendar import days_between
from facilities.models import PlacePool, Service
from sankecare.errors import Refused
from sankecare.forms import DayField, show_refusal

from .whole_cut import Decisions, RoundDecision, WishDecision, apply_whole_cut
from .wishes_hit import HitEntry, HitWait, WholeHit, whole_hit

KINDS = (
    (CutKind.CLOSURE.value, gettext_lazy("Closed on these days")),
    (CutKind.OVERRIDE.value, gettext_lazy("Other slots on each of these days")),
    (CutKind.CAPACITY.value, gettext_lazy("Other slots from the first day on (0: suspended)")),
)
FATES = (
    ("", gettext_lazy("Choose")),
    (Fate.KEEP.value, gettext_lazy("Keeps the place")),
    (Fate.MOVE.value, gettext_lazy("Moves to other days")),
    (Fate.GIVE_UP_DAYS.value, gettext_lazy("Gives up the days concerned")),
    (Fate.CANCEL.value, gettext_lazy("Is cancelled")),
)
STAYS, ENDS = "stays", "ends"
GOES_ON, CALLED_OFF = "goes_on", "called_off"


class CutForm(forms.Form):
    """What is to change, and why."""

    pool = forms.ModelChoiceField(
        PlacePool.objects.select_related("facility"), label=gettext_lazy("place pool"), widget=UnfoldAdminSelectWidget
    )
    kind = forms.ChoiceField(label=gettext_lazy("What changes"), choices=KINDS, widget=UnfoldAdminSelectWidget)
    first_day = DayField(label=gettext_lazy("First day"), widget=DayWidget)
    last_day = DayField(
        label=gettext_lazy("Last day"),
        required=False,
        help_text=gettext_lazy("Empty: until further notice (other slots from the first day on)."),
        widget=DayWidget,
    )
    slots = forms.IntegerField(
        label=gettext_lazy("Slots a day"),
        min_value=0,
        max_value=200,
        initial=0,
        widget=UnfoldAdminIntegerFieldWidget,
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200, widget=UnfoldAdminTextInputWidget)

    @property
    def cut(self) -> Cut:
        """The change asked for; closed days have no slots whatever stands there."""
        cleaned = self.cleaned_data
        return Cut(**{**cleaned, "kind": CutKind(cleaned["kind"])})


class DecisionForm(forms.Form):
    """What becomes of one booking; the message is what the family reads."""

    fate = forms.ChoiceField(label=gettext_lazy("Decision"), choices=FATES, widget=UnfoldAdminSelectWidget)
    first_day = DayField(label=gettext_lazy("New first day"), required=False, widget=DayWidget)
    days = forms.IntegerField(
        label=gettext_lazy("Number of days"),
        required=False,
        min_value=1,
        max_value=31,
        widget=UnfoldAdminIntegerFieldWidget,
    )
    service = forms.ModelChoiceField(
        Service.objects.select_related("facility"),
        label=gettext_lazy("Other service"),
        required=False,
        empty_label=gettext_lazy("as now"),
        widget=UnfoldAdminSelectWidget,
    )
    message = forms.CharField(
        label=gettext_lazy("Message to the family"), required=False, max_length=400, widget=UnfoldAdminTextInputWidget
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("fate") == Fate.MOVE and not (values.get("first_day") and values.get("days")):
            self.add_error("first_day", _("Please enter the new first day and how many days."))
        return values

    @property
    def decision(self) -> Decision:
        cleaned = self.cleaned_data
        days: tuple[Any, ...] = ()
        if cleaned["fate"] == Fate.MOVE:
            first = cleaned["first_day"]
            days = tuple(days_between(first, first + timedelta(days=cleaned["days"] - 1)))
        return Decision(Fate(cleaned["fate"]), cleaned["message"], days, cleaned["service"])


class RoundForm(forms.Form):
    """Whether a draw to come is held with what is left, or called off with the reason that its families read."""

    fate = forms.ChoiceField(
        label=gettext_lazy("Decision"),
        choices=(
            ("", gettext_lazy("Choose")),
            (GOES_ON, gettext_lazy("Is held with the days left")),
            (CALLED_OFF, gettext_lazy("Is called off")),
        ),
        widget=UnfoldAdminSelectWidget,
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason, read by who entered"),
        required=False,
        max_length=200,
        widget=UnfoldAdminTextInputWidget,
    )

    @property
    def decision(self) -> RoundDecision:
        return RoundDecision(self.cleaned_data["fate"] == GOES_ON, self.cleaned_data["reason"])


STAYS_ONLY = ((STAYS, gettext_lazy("Keeps its turn, for the days left or if it opens again")),)


class WishForm(forms.Form):
    """What becomes of an entry or a wait for closed days; without a message of its own the one for all is read."""

    fate = forms.ChoiceField(
        label=gettext_lazy("Decision"),
        choices=(*STAYS_ONLY, (ENDS, gettext_lazy("Is taken out"))),
        widget=UnfoldAdminSelectWidget,
    )
    message = forms.CharField(
        label=gettext_lazy("Message to the family"), required=False, max_length=400, widget=UnfoldAdminTextInputWidget
    )

    def __init__(self, *given: Any, may_end: bool = True, **named: Any) -> None:
        super().__init__(*given, **named)
        if not may_end:
            field = self.fields["fate"]
            assert isinstance(field, forms.ChoiceField)
            field.choices = list(STAYS_ONLY)

    def decision_or(self, message: str) -> WishDecision:
        """Return the decision, with the message for all where it has none of its own."""
        return WishDecision(self.cleaned_data["fate"] == STAYS, self.cleaned_data["message"] or message)


class MessageForm(forms.Form):
    """What every family reads that entered or waits for closed days, where nothing else is written to it."""

    message = forms.CharField(
        label=gettext_lazy("Message to everybody who entered or waits"),
        required=False,
        max_length=400,
        widget=UnfoldAdminTextInputWidget,
    )


class HitForms:
    """Everybody whom a cut hits as the page shows them, each with the form of its decision, as it was sent or empty.

    ``unseen``: how many of them belong to a district of others.
    """

    def __init__(self, request: HttpRequest, hit: WholeHit) -> None:
        sent = request.POST if "apply" in request.POST else None
        self.hit = hit
        self.message = MessageForm(sent, prefix="all")
        self.rows: list[dict[str, Any]] = _rows(request, hit.days, sent)
        self.rounds: list[dict[str, Any]] = [
            {"hit": row, "form": RoundForm(sent, prefix=f"r{row.draw_round.pk}")} for row in hit.rounds
        ]
        entries, waits = _seen_entries(request, hit.entries), _seen_waits(request, hit.waits)
        self.entries: list[dict[str, Any]] = [
            {"hit": row, "form": WishForm(sent, prefix=f"e{row.entry.pk}", may_end=row.may_be_taken_out)}
            for row in entries
        ]
        self.waits: list[dict[str, Any]] = [
            {"hit": row, "form": WishForm(sent, prefix=f"w{row.waiting.pk}")} for row in waits
        ]
        bookings = len({pk for day in hit.days for pk in day.bookings})
        self.unseen = bookings + len(hit.entries) + len(hit.waits) - len(self.rows) - len(entries) - len(waits)

    @property
    def is_nobody(self) -> bool:
        return not (self.hit.days or self.hit.rounds or self.hit.entries or self.hit.waits)

    def is_decided(self) -> bool:
        """Check all forms, each once, so that every fault is shown."""
        forms_of = (row["form"] for rows in (self.rows, self.rounds, self.entries, self.waits) for row in rows)
        checked = [form.is_valid() for form in (self.message, *forms_of)]
        return all(checked)

    @property
    def decisions(self) -> Decisions:
        message = self.message.cleaned_data["message"]
        return Decisions(
            bookings={row["booking"].pk: row["form"].decision for row in self.rows},
            rounds={row["hit"].draw_round.pk: row["form"].decision for row in self.rounds},
            entries={row["hit"].entry.pk: row["form"].decision_or(message) for row in self.entries},
            waits={row["hit"].waiting.pk: row["form"].decision_or(message) for row in self.waits},
        )


def capacity_page(model_admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """Ask what changes; show whom it hits; apply it with a decision for each."""
    form = CutForm(request.POST or None)
    context: dict[str, Any] = {"form": form, "found": None}
    if form.is_valid():
        try:
            found = HitForms(request, whole_hit(form.cut))
            context |= {"found": found}
            if "apply" in request.POST and found.is_decided():
                decisions = found.decisions
                with guarded_transaction():
                    apply_whole_cut(cut=form.cut, decisions=decisions, by=signed_in(request), at=timezone.now())
                messages.success(
                    request, _("The change is in force. %(count)d families were told.") % _told(decisions)
                )
                return HttpResponseRedirect(reverse("admin:bookings_booking_capacity"))
        except Refused as refused:
            show_refusal(form, refused)
    context |= model_admin.admin_site.each_context(request) | {
        "title": _("Change places"),
        "opts": model_admin.opts,
    }
    return TemplateResponse(request, "bookings/admin/capacity.html", context, status=422 if form.errors else 200)


def _told(decisions: Decisions) -> dict[str, int]:
    moved = sum(decision.fate != Fate.KEEP for decision in decisions.bookings.values())
    return {"count": moved + len(decisions.entries) + len(decisions.waits)}


def _rows(request: HttpRequest, hit: list[HitDay], sent: Any) -> list[dict[str, Any]]:
    """Each booking that is hit, with the days concerned, whether it was won or waited for, and its form."""
    concerned: dict[int, list[Any]] = {}
    for row in hit:
        for pk in row.bookings:
            concerned.setdefault(pk, []).append(row.day)
    bookings: list[Booking] = list(
        visible(request.user, Action.BOOKING_VIEW, bookings_with_days())
        .filter(pk__in=concerned)
        .order_by("booked_at", "pk")
    )
    note_shown(request, bookings)
    won = set(DrawEntry.objects.filter(booking__in=concerned).values_list("booking", flat=True))
    return [
        {
            "booking": row,
            "won": row.pk in won,
            "days": concerned[row.pk],
            "form": DecisionForm(sent, prefix=f"b{row.pk}"),
        }
        for row in bookings
    ]


def _seen_entries(request: HttpRequest, hit: list[HitEntry]) -> list[HitEntry]:
    """Those of the entries that the person may see; that she looked at them is written down."""
    entries = DrawEntry.objects.filter(pk__in=[row.entry.pk for row in hit])
    seen = set(visible(request.user, Action.DRAW_ENTRIES, entries).values_list("pk", flat=True))
    shown = [row for row in hit if row.entry.pk in seen]
    note_shown(request, [row.entry for row in shown])
    return shown


def _seen_waits(request: HttpRequest, hit: list[HitWait]) -> list[HitWait]:
    waits = WaitingEntry.objects.filter(pk__in=[row.waiting.pk for row in hit])
    seen = set(visible(request.user, Action.DRAW_ENTRIES, waits).values_list("pk", flat=True))
    shown = [row for row in hit if row.waiting.pk in seen]
    note_shown(request, [row.waiting for row in shown])
    return shown
