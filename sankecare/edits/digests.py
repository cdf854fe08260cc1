"""Two people edit one thing: what each changed since it was opened is told apart from what she left. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Merged:
    """What became of an edit, by the names of its fields.

    ``left``: not touched; what stands now stays. ``conflicts``: changed by her and meanwhile by somebody else to
    something different. ``meanwhile``: every field that stands differently now than when it was opened, and than
    what she sent.
    """

    left: frozenset[str]
    conflicts: frozenset[str]
    meanwhile: frozenset[str]


def merge(*, opened: Mapping[str, str], typed: Mapping[str, str], now: Mapping[str, str]) -> Merged:
    """Compare, field by field, what stood there when it was opened, what was sent, and what stands there now.

    Values are compared as text. A field that was not carried along when it was opened counts as opened now.
    """
    left, conflicts, meanwhile = set(), set(), set()
    for name, stands in now.items():
        before, sent = opened.get(name, stands), typed[name]
        if sent == before:
            left.add(name)
        elif before not in (stands, sent) and stands != sent:
            conflicts.add(name)
        if stands not in (before, sent):
            meanwhile.add(name)
    return Merged(frozenset(left), frozenset(conflicts), frozenset(meanwhile))
