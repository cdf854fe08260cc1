"""What staff fill in: a decision, an exception, two entries joined."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from enrollment.applications.queue import level_words, unclear_words
from enrollment.bulk_approvable import Unclear
from enrollment.eligibility import Rule
from enrollment.families.joined_births import SameChild
from enrollment.families.joined_facts import FactOfBoth
from enrollment.families.joined_residences import LeavingOfBoth
from enrollment.models import Channel, Family, ReasonFor, StandardReason
from enrollment.reasons import rule_name
from enrollment.urgency import Level
from facilities.models import District
from sankecare.forms import YEAR, Bounds, DayField

DECISIONS = (
    ("approve", _("Approve")),
    ("return", _("Return for correction")),
    ("reject", _("Do not approve")),
)


class DecisionForm(forms.Form):
    """What staff decide, and why; a reason is needed for anything but an approval, a word on what is open for one.

    ``rules``: of a rejection, each with its sentence. ``standard``: reasons to choose instead of typing them.
    """

    decision = forms.ChoiceField(label=_("Decision"), choices=DECISIONS, widget=UnfoldAdminRadioSelectWidget)
    rules = forms.MultipleChoiceField(
        label=_("Rules that are not met"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("A rejection names one at least; the letter says each with its text."),
    )
    standard = forms.MultipleChoiceField(
        label=_("Standard reasons"), required=False, widget=forms.CheckboxSelectMultiple
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=2000,
        widget=UnfoldAdminTextareaWidget({"rows": 3}),
        help_text=_("The family reads it. Needed unless you approve."),
    )

    def __init__(
        self,
        *args: Any,
        open_points: Sequence[Unclear] = (),
        unmet: Mapping[str, str] | None = None,
        standard: Sequence[StandardReason] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.open_points, self.by_code = open_points, {row.code: row for row in standard}
        rules, chosen = self.fields["rules"], self.fields["standard"]
        assert isinstance(rules, forms.MultipleChoiceField)
        assert isinstance(chosen, forms.MultipleChoiceField)
        rules.choices = [(rule, f"{rule_name(Rule(rule))}：{sentence}") for rule, sentence in _rules(unmet or {})]
        chosen.choices = [(row.code, row.text) for row in standard]
        for name in ("rules", "standard"):
            if not self.fields[name].choices:  # type: ignore[attr-defined]
                del self.fields[name]
        points = {f"word_{point}": _field_of(point) for point in open_points}
        self.fields = points | self.fields

    @property
    def points(self) -> list[forms.BoundField]:
        """The open points, in the order in which they are asked."""
        return [self[f"word_{point}"] for point in self.open_points]

    @property
    def standard_reasons(self) -> list[tuple[str, str, list[Any]]]:
        """The standard reasons by the decision that each is for: (its code, its words, the options)."""
        if "standard" not in self.fields:
            return []
        options = list(self["standard"])
        found = []
        for used_for, words in ReasonFor.choices:
            of_it = [row for row in options if self.by_code[row.data["value"]].used_for == used_for]
            found += [(str(used_for), str(words), of_it)] if of_it else []
        return found

    def clean(self) -> dict[str, Any]:
        """The standard reasons stand before what was typed; each must be for the decision that was chosen."""
        values = super().clean() or self.cleaned_data
        rows = [self.by_code[code] for code in values.get("standard", [])]
        if any(row.used_for != values.get("decision") for row in rows):
            self.add_error("standard", now_("This reason is for another decision."))
        values["reason"] = "\n".join(filter(None, [*(row.text for row in rows), values.get("reason", "").strip()]))
        rules = {row.rule for row in rows if row.rule} | set(values.get("rules", []))
        values["rules"] = sorted(rules)
        return values

    @property
    def more(self) -> dict[str, Any]:
        """What the chosen decision takes beside its reason, by the names of the operation's arguments."""
        if self.cleaned_data["decision"] == "approve":
            return {"seen": {point.value: self.cleaned_data.get(f"word_{point}", "") for point in self.open_points}}
        return {"rules": self.cleaned_data["rules"]} if self.cleaned_data["decision"] == "reject" else {}


def _rules(unmet: Mapping[str, str]) -> list[tuple[str, str]]:
    """Those that are rules: that no service is offered is none that can be named."""
    return [(rule, sentence) for rule, sentence in unmet.items() if rule in set(Rule)]


def _field_of(point: Unclear) -> forms.CharField:
    """A point to look at: what is written there says that it was, and what was found."""
    return forms.CharField(
        label=now_("%(point)s: what you found") % {"point": unclear_words(point)},
        required=False,
        max_length=200,
        widget=UnfoldAdminTextInputWidget({"list": "found", "autocomplete": "off"}),
    )


class ReturnDraftForm(forms.Form):
    """Why what was drafted goes back to who drafted it."""

    word = forms.CharField(label=_("Why you return it"), max_length=300, widget=UnfoldAdminTextareaWidget({"rows": 2}))


class TakeBackForm(forms.Form):
    """Why a decision is taken back; the record keeps it."""

    why = forms.CharField(label=_("Why it is taken back"), max_length=200, widget=UnfoldAdminTextInputWidget())


class ExceptionForm(forms.Form):
    """An exception on one rule, to a last day; never on medical treatment."""

    rule = forms.ChoiceField(
        label=_("Rule"),
        choices=lambda: [(rule.value, rule_name(rule)) for rule in Rule if rule != Rule.MEDICAL_CARE],
        widget=UnfoldAdminSelectWidget,
    )
    last_day = DayField(
        label=_("Last day of the exception"),
        bounds=Bounds(back=timedelta(0), ahead=2 * YEAR),
        help_text=_("The last day of use that it allows. A longer one can be proposed later."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=UnfoldAdminTextareaWidget({"rows": 3}))


class QueueFilter(forms.Form):
    """What of the queue is shown; nothing chosen shows all. No names: what is asked stands in the address."""

    level = forms.ChoiceField(label=_("Urgency"), required=False, widget=UnfoldAdminSelectWidget)
    channel = forms.ChoiceField(
        label=_("came in"), required=False, choices=[("", _("All")), *Channel.choices], widget=UnfoldAdminSelectWidget
    )
    district = forms.ModelChoiceField(
        District.objects.all(),
        label=_("district"),
        required=False,
        empty_label=_("All"),
        widget=UnfoldAdminSelectWidget,
    )
    found = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[
            ("", _("All")),
            ("plain", _("Plain ones")),
            ("overdue", _("Waiting longer than families are told")),
            ("open", _("A person must look")),
            ("duplicates", _("Perhaps entered twice")),
            ("unmet", _("Conditions not met")),
        ],
        widget=UnfoldAdminSelectWidget,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        level = self.fields["level"]
        assert isinstance(level, forms.ChoiceField)
        level.choices = [("", _("All")), *((str(row.value), level_words(row)) for row in Level)]


class EntryField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable at run time
    def label_from_instance(self, obj: Any) -> str:
        return str(_("No. %(number)d: %(name)s")) % {"number": obj.pk, "name": obj.mother_name}


ONE_OR_TWO = (("one", _("One and the same child")), ("two", _("Two children")))


def question_about(child: SameChild) -> str:
    """Return the name of the field that asks whether two children are one, whichever entry is kept."""
    first, second = sorted((child.kept.pk, child.given_up.pk))
    return f"same_{child.key[0]}_{first}_{second}"


def fact_question(fact: FactOfBoth | LeavingOfBoth) -> str:
    """Return the name of the field that asks which of two facts is right, whichever entry is kept."""
    return "fact_" + "_".join(map(str, fact.key))


class MergeForm(forms.Form):
    """Which of two entries is kept, and why they are one family.

    Of ``unsure`` children whether they are one; of ``contradictions`` which of two facts is right.
    """

    kept = EntryField(
        Family.objects.none(), label=_("Entry to keep"), empty_label=None, widget=UnfoldAdminRadioSelectWidget
    )
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=UnfoldAdminTextareaWidget({"rows": 3}))

    def __init__(
        self,
        *args: Any,
        one: Family,
        other: Family,
        unsure: Sequence[SameChild] = (),
        contradictions: Sequence[FactOfBoth | LeavingOfBoth] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.unsure, self.contradictions = unsure, contradictions
        for child in unsure:
            self.fields[question_about(child)] = forms.ChoiceField(
                label=_in_words(child), choices=ONE_OR_TWO, widget=UnfoldAdminRadioSelectWidget
            )
        for fact in contradictions:
            rows = (fact.kept.pk, fact.given_up.pk)
            words = [
                now_("%(value)s (entry No. %(number)d)") % {"value": value, "number": entry}
                for value, entry in zip(fact.values_in_words, fact.entries, strict=True)
            ]
            choices = zip(rows, words, strict=True)
            self.fields[fact_question(fact)] = forms.TypedChoiceField(
                label=_which_is_right(fact), choices=sorted(choices), coerce=int, widget=UnfoldAdminRadioSelectWidget
            )
        kept = self.fields["kept"]
        assert isinstance(kept, EntryField)
        kept.queryset = Family.objects.filter(pk__in=[one.pk, other.pk]).order_by("created_at", "pk")
        self.initial.setdefault("kept", one)

    @property
    def answers(self) -> dict[tuple[str, int, int], bool]:
        """What staff said of the children, as ``merge_families`` takes it."""
        return {child.key: self.cleaned_data[question_about(child)] == "one" for child in self.unsure}

    @property
    def chosen(self) -> dict[tuple[str, int, int, str], int]:
        """What staff said of the facts, as ``merge_families`` takes it."""
        return {fact.key: self.cleaned_data[fact_question(fact)] for fact in self.contradictions}


def _which_is_right(fact: FactOfBoth | LeavingOfBoth) -> str:
    return str(_("%(whose)s, %(fact)s: which is right?")) % {"whose": fact.whose, "fact": fact.in_words}


def _in_words(child: SameChild) -> str:
    both = " / ".join(f"{row.name or '–'} {date_format(row.birth_date)}" for row in (child.kept, child.given_up))
    return str(_("One child, or two? %(both)s")) % {"both": both}
