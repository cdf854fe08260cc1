"""質問票の点数: what a sheet on paper came to, who judged it, and what it proposes."""

from collections.abc import Mapping
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from bookings.models import Booking
from bookings.places.locking import lock_booking
from care.ended import refuse_ended
from care.models import Assessment, Questionnaire, QuestionnaireCode
from care.records import stay_of
from sankecare.errors import NotPossible
from sankecare.transactions import in_transaction

from .scales import EPDS, Scale, Why, scale_of, why_proposed


def scales_on(day: date) -> dict[str, Scale]:
    """Return the scales in force on the day, by the sheet's code; the EPDS always. One query."""
    rows = Questionnaire.objects.filter(period__contains=day)
    dated = {row.code: scale_of(row.items, row.item_most, row.proposes_from, row.proposing_items) for row in rows}
    return {QuestionnaireCode.EPDS.value: EPDS} | dated


@in_transaction
def record_assessment(
    *,
    booking: Booking,
    assessed_on: date,
    total: int,
    by: User,
    at: datetime,
    item_10: int = 0,
    questionnaire: str = QuestionnaireCode.EPDS,
    items: Mapping[int, int] | None = None,
    judged_by: str = "",
) -> Assessment:
    """Record the scores of a sheet; the database says what they propose, by the thresholds in force on their day.

    ``item_10``: of an EPDS. ``items``: of the other sheets, the items that stood out, number to score. ``judged_by``:
    who judged, where it is not who records.

    Errors: as ``refuse_ended``; Refused ``never_arrived``; NotPossible ``no_such_questionnaire``, ``no_such_scores``,
    ``day_ahead``, ``not_a_day_of_stay`` (before the arrival, or after the departure).
    """
    if assessed_on > timezone.localdate(at):
        sentence = _("This day has not come yet.")
        raise NotPossible("day_ahead", sentence, {"assessed_on": sentence})
    is_epds = questionnaire == QuestionnaireCode.EPDS
    scores = {10: item_10} if is_epds else dict(items or {})
    _refuse_impossible(questionnaire, assessed_on, total, scores, "item_10" if is_epds else "items")
    locked = lock_booking(booking)
    stay = stay_of(locked)
    last = timezone.localdate(stay.departed_at) if stay.departed_at else None
    if assessed_on < timezone.localdate(stay.arrived_at) or (last is not None and assessed_on > last):
        sentence = _("The family was not here on this day.")
        raise NotPossible("not_a_day_of_stay", sentence, {"assessed_on": sentence})
    refuse_ended(locked, at, is_new=True)
    made = Assessment.objects.create(
        stay=stay,
        questionnaire=questionnaire,
        assessed_on=assessed_on,
        total=total,
        item_10=item_10 if is_epds else 0,
        items={} if is_epds else {str(number): score for number, score in scores.items() if score},
        judged_by=judged_by.strip(),
        recorded_at=at,
        recorded_by=by,
    )
    made.refresh_from_db(fields=["proposes"])
    return made


def why_of(assessment: Assessment, scales: Mapping[str, Scale]) -> list[Why]:
    """Return which thresholds of today's scales an assessment reaches, to be said beside it."""
    is_epds = assessment.questionnaire == QuestionnaireCode.EPDS
    scores = {10: assessment.item_10} if is_epds else {int(one): score for one, score in assessment.items.items()}
    scale = scales.get(assessment.questionnaire)
    try:
        return why_proposed(scale, assessment.total, scores) if scale else []
    except ValueError:  # of a scale that was another one then
        return []


def _refuse_impossible(code: str, day: date, total: int, scores: Mapping[int, int], field: str) -> None:
    scale = scales_on(day).get(code)
    if scale is None:
        raise NotPossible("no_such_questionnaire", _("This questionnaire is not in use on this day."))
    try:
        why_proposed(scale, total, scores)
    except ValueError as error:
        if code == QuestionnaireCode.EPDS:
            sentence = _("Item 10 is 0 to 3, the total 0 to 30 and not below item 10.")
        else:
            sentence = _(
                "Items are 1 to %(items)d, each 0 to %(most)d; the total is %(total)d at most and not below them."
            )
            sentence %= {"items": scale.items, "most": scale.item_most, "total": scale.most}
        raise NotPossible("no_such_scores", sentence, {field: sentence}) from error
