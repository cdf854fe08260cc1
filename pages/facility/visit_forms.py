"""What a midwife writes of a visit or consultation: times, topics to tick, advice that the mother reads.

What is looked at of mother and infants is the same as on a day in the house (``CareForm``).
"""

from datetime import date, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bookings.models import BookingDay
from care.models import VisitRecord
from care.visit_queries import topics_on
from care.visits import VisitFacts

from .care_forms import CareForm

SAID = ("began", "ended", "topics", "talked_about", "advice", "next_step")


class VisitForm(CareForm):
    """One appointment with its observations; filled with what is recorded, or with the time agreed."""

    began = forms.TimeField(label=_("Began at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    ended = forms.TimeField(label=_("Ended at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    topics = forms.TypedMultipleChoiceField(
        label=_("What it was about"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    talked_about = forms.CharField(
        label=_("What was talked about"),
        help_text=_("Only your facility reads it."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    advice = forms.CharField(
        label=_("Advice for the mother"),
        help_text=_("She reads it on her page."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    next_step = forms.CharField(
        label=_("Next step"),
        help_text=_("For example: another consultation in two weeks. Only your facility reads it."),
        max_length=200,
        required=False,
    )

    def __init__(self, data: Any = None, *, day: date, booked: BookingDay | None, **kwargs: Any) -> None:
        record = getattr(booked, "visit_record", None)
        super().__init__(data, initial=as_written(record, booked.starts_at if booked else None), **kwargs)
        observed = [name for name in self.fields if name not in SAID]
        self.order_fields([*SAID[:2], *observed, *SAID[2:]])
        topics = self.fields["topics"]
        assert isinstance(topics, forms.TypedMultipleChoiceField)
        topics.choices = [(topic.pk, str(topic)) for topic in topics_on(day)]

    @property
    def values(self) -> dict[str, Any]:
        return super().values | {"facts": VisitFacts(**{name: self.cleaned_data[name] for name in SAID})}


def as_written(record: VisitRecord | None, agreed: time | None) -> dict[str, Any]:
    """What a visit's record holds, by the names of the form's fields; before, the time agreed."""
    if record is None:
        return {"began": agreed}
    return {
        "began": timezone.localtime(record.began_at).time(),
        "ended": timezone.localtime(record.ended_at).time(),
        "topics": [row.topic_id for row in record.topics.all()],
        "talked_about": record.talked_about,
        "advice": record.advice,
        "next_step": record.next_step,
    }
