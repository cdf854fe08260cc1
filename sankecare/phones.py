"""Telephone numbers as people read them aloud: 090-0000-2854, 03-5432-1111. Pure."""

import re

# Mobile and internet numbers; two-digit areas (Tokyo, Osaka); free and shared-cost numbers; three-digit areas around
# Tokyo. Of another area nobody can tell from the digits where it ends: such a number stays as it is.
_GROUPS = (
    re.compile(r"(0800)(\d{3})(\d{4})"),
    re.compile(r"(0[5-9]0)(\d{4})(\d{4})"),
    re.compile(r"(0[36])(\d{4})(\d{4})"),
    re.compile(r"(0120|0570)(\d{3})(\d{3})"),
    re.compile(r"(04[2-8])(\d{3})(\d{4})"),
)


def grouped_phone(number: str) -> str:
    """Return a number of digits with hyphens; one that already has other signs, or that is short, as it is."""
    for groups in _GROUPS:
        if found := groups.fullmatch(number):
            return "-".join(found.groups())
    return number
