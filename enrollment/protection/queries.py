"""What happened with a family's protection: its periods, its ends, and who looked behind it. Reads only."""

from dataclasses import dataclass

from enrollment.models import BreakGlass, EndOutcome, Family, Protection, ProtectionEnd, ProtectionPeriod


@dataclass(frozen=True)
class ProtectionHistory:
    """Each newest first. ``looks``: what was asked for, opened or not."""

    periods: list[ProtectionPeriod]
    ends: list[ProtectionEnd]
    looks: list[BreakGlass]


def history_of(family: Family) -> ProtectionHistory:
    """Return all that is kept of the family's protection, in force or ended. Three queries."""
    of_family = {"protection__family": family}
    periods = ProtectionPeriod.objects.filter(**of_family).select_related("entered_by").order_by("-period")
    ends = ProtectionEnd.objects.filter(**of_family).select_related("proposed_by", "decided_by")
    looks = BreakGlass.objects.filter(**of_family).select_related("asked_by", "opened_by")
    return ProtectionHistory(list(periods), list(ends), list(looks))


def end_waiting(protection: Protection) -> ProtectionEnd | None:
    """Return the end that was proposed and that nobody has decided."""
    return protection.ends.filter(outcome=EndOutcome.WAITING).select_related("proposed_by").first()
