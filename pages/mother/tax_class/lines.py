"""What another tax class makes of the fees, as it is listed before it is entered."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing.desk.tax_class import FeesFollowed, Followed
from billing.differences import Difference
from bookings.models import Booking
from pages.mother.listed_report import Listed
from pages.public.availability_views import name_of
from sankecare.periods import days_in_words


def money_lines(done: FeesFollowed) -> Listed:
    """Return what becomes of each charge, as (heading, lines), without what does not change."""
    corrected = _("These fees are corrected along") if done.corrected else _("These fees would differ: they stay")
    groups: Listed = [
        (corrected, [_line(row) for row in done.charges]),
        (_("These fees cannot be computed yet"), [_without_amount(row) for row in done.not_priced]),
        (_("Coupons announced for these bookings are not taken any more"), [_coupons(row) for row in done.coupons]),
    ]
    return [(heading, lines) for heading, lines in groups if lines]


def _line(row: Followed) -> str:
    difference = row.difference
    line = _("%(what)s: %(before)s → %(after)s yen (%(change)s)") % {
        "what": _charge(difference),
        "before": f"{difference.owed:,}",
        "after": f"{row.after:,}",
        "change": f"{difference.amount:+,}",
    }
    said = [line, _what_follows(row.after - row.paid)]
    if difference.coupons_lost:
        lost = ngettext("%(number)d coupon falls away", "%(number)d coupons fall away", difference.coupons_lost)
        said.append(lost % {"number": difference.coupons_lost})
    return _(", ").join(said)


def _what_follows(left: int) -> str:
    if left < 0:
        return _("%(yen)s yen to be given back") % {"yen": f"{-left:,}"}
    return _("still to pay: %(amount)s yen") % {"amount": f"{left:,}"} if left else _("nothing left to pay")


def _charge(difference: Difference) -> str:
    charge = difference.charge
    days = days_in_words(list(difference.by_day)) if difference.by_day else ""
    return f"{charge.number} {name_of(charge.booking.service)} {days}".strip()


def _without_amount(difference: Difference) -> str:
    return f"{_charge(difference)}　{difference.why}"


def _coupons(booking: Booking) -> str:
    words = ngettext("%(number)d coupon", "%(number)d coupons", booking.coupons) % {"number": booking.coupons}
    return f"{booking.number} {name_of(booking.service)}　{words}"
