"""残額 in words: how a charge stands, as an official says it."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def balance_in_words(*, owed: int, paid: int, days: int) -> str:
    """Say how a charge of ``owed`` yen stands, of which ``paid`` were paid, ``days`` after it was issued."""
    left = owed - paid
    if left < 0:
        return _("To be given back: %(yen)s yen") % {"yen": f"{-left:,}"}
    if left == 0:
        return _("Paid") if paid else _("Nothing to pay")
    age = ngettext("%(days)d day", "%(days)d days", days) % {"days": days}
    if paid:
        return _("%(left)s of %(owed)s yen unpaid (%(since)s)") % {
            "left": f"{left:,}",
            "owed": f"{owed:,}",
            "since": age,
        }
    return _("Unpaid: %(yen)s yen (%(since)s)") % {"yen": f"{left:,}", "since": age}
