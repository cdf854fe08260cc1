"""抽選 in the admin: rounds with their entries and public numbers, and days that are freed without a draw."""

from . import freed_days, rounds

__all__ = ["freed_days", "rounds"]
