"""職員のメニュー: one menu by task, the same beside the administration and on every other page of the ward's staff."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Entry:
    """A page by its URL's name, and what it is called. ``also``: beginnings of other names that belong to it."""

    view: str
    label: Promise
    also: tuple[str, ...] = ()

    def is_at(self, name: str) -> bool:
        """Whether the page of this name is the entry's own, or belongs to it."""
        return name == self.view or name.startswith(self.also)


@dataclass(frozen=True)
class Task:
    """What one has to do: its pages, in the order in which they are used."""

    label: Promise
    entries: tuple[Entry, ...]


# Pages that stand in the menu only while something is so, by their URL's name; filled in by the apps above.
only_while: dict[str, Callable[[], bool]] = {}


def stands_there(entry: Entry) -> bool:
    """Tell whether a page is in the menu now."""
    asked = only_while.get(entry.view)
    return asked is None or asked()


HOME = Entry("admin:index", _("Home"))
MASTER_DATA = Entry("desk:settings", _("Master data"))
MENU = (
    Task(
        _("Applications and letters"),
        (
            Entry("admin:enrollment_registration_queue", _("Applications that wait")),
            Entry("admin:enrollment_registration_drafted", _("Drafted decisions")),
            Entry("entry:new", _("Type in an application")),
            Entry("admin:enrollment_registration_changelist", _("All registrations")),
            Entry("admin:enrollment_letter_to-send", _("Letters to send")),
            Entry("admin:enrollment_letter_changelist", _("Letters")),
        ),
    ),
    Task(
        _("Families and requests"),
        (
            Entry("admin:enrollment_family_changelist", _("All families")),
            Entry("nurse:hard-news", _("Mothers to call")),
            Entry("nurse:despair", _("Words of despair")),
            Entry("desk:calls", _("Calls to come back to")),
            Entry("deletion:list", _("Requests for deletion")),
        ),
    ),
    Task(
        _("Bookings and draws"),
        (
            Entry("admin:bookings_booking_changelist", _("Bookings")),
            Entry("desk:draws", _("Draws"), ("desk:draw", "admin:bookings_drawround_")),
            Entry("desk:lines", _("In line and waiting"), ("admin:bookings_waitingentry_",)),
            Entry("admin:referrals_placerequest_waiting", _("Requests for places")),
            Entry("admin:bookings_booking_capacity", _("Change places")),
            Entry("public:availability", _("Availability")),
            Entry("public:facilities", _("Facilities")),
        ),
    ),
    Task(
        _("Fees and claims"),
        (
            Entry("claims:list", _("Monthly claims")),
            Entry("admin:billing_charge_changelist", _("Charges")),
            Entry("money:unpaid", _("Unpaid fees")),
            Entry("money:refunds", _("Refunds due")),
            Entry("money:payments", _("Payments of a month")),
            Entry("money:cash", _("Cash sheets")),
            Entry("admin:billing_charge_differences", _("Charges to look at again")),
        ),
    ),
    Task(
        _("Safety and follow-up"),
        (
            Entry("supervisor:incidents", _("Near misses and incidents")),
            Entry("supervisor:referrals", _("Follow-up requests")),
        ),
    ),
    Task(
        _("Figures and meeting"),
        (
            Entry("supervisor:front", _("Figures at a glance")),
            Entry("supervisor:tables", _("Tables of figures"), ("supervisor:table", "supervisor:figure")),
            Entry("supervisor:occupancy", _("Occupancy")),
            Entry("supervisor:files", _("My files")),
            Entry("supervisor:consultations", _("Consultations")),
            Entry("supervisor:planning", _("Planning")),
            Entry("meeting:pack", _("Joint meeting")),
            Entry("meeting:notes", _("Good practice")),
        ),
    ),
    Task(
        _("Audit"),
        (
            Entry("audit:home", _("Who changed and who looked")),
            Entry("audit:unexplained", _("Looks without a reason nearby")),
            Entry("audit:behind-protection", _("Looks behind a protection")),
            Entry("audit:files", _("Files taken")),
            Entry("audit:rights", _("Rights given and taken")),
            Entry("audit:sign-ins", _("Failed sign-ins")),
            Entry("audit:settings", _("Changes of master data")),
            Entry("audit:draws", _("Draws recomputed")),
            Entry("admin:accounts_user_changelist", _("Accounts")),
        ),
    ),
)
