"""What the page around every page needs: where one may go, who one is."""

from base64 import b64encode
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from time import monotonic, time

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.crypto import salted_hmac
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.permissions import may_open

from .mails import desk
from .person_key import key_of_person
from .version import VERSION

# In the order in which they are shown: (URL name, words, shown to those signed in as well).
ITEMS: tuple[tuple[str, Promise, bool], ...] = (
    ("family:home", _("My page"), True),
    ("operator:day", _("Today"), True),
    ("operator:referrals", _("Follow-up requests"), True),
    ("operator:incidents", _("Near misses and incidents"), True),
    ("operator:manuals", _("Safety manual"), True),
    ("operator:claims", _("Monthly claims"), True),
    ("nurse:inbox", _("Follow-up requests"), True),
    ("nurse:watch", _("Families to look after"), True),
    ("nurse:despair", _("Words of despair"), True),
    ("nurse:hard-news", _("Mothers to call"), True),
    ("nurse:places", _("Requests for places"), True),
    ("supervisor:occupancy", _("Occupancy"), True),
    ("supervisor:referrals", _("Follow-up requests"), True),
    ("supervisor:incidents", _("Near misses and incidents"), True),
    ("meeting:pack", _("Joint meeting"), True),
    ("meeting:notes", _("Good practice"), True),
    ("audit:home", _("Audit"), True),
    ("people:list", _("Accounts"), True),
    ("admin:enrollment_registration_queue", _("Applications that wait"), True),
    ("admin:enrollment_letter_to-send", _("Letters to send"), True),
    ("deletion:list", _("Requests for deletion"), True),
    ("admin:referrals_placerequest_waiting", _("Requests for places"), True),
    ("admin:bookings_booking_capacity", _("Change places"), True),
    ("claims:list", _("Monthly claims"), True),
    ("admin:billing_charge_differences", _("Charges to look at again"), True),
    ("admin:index", _("Administration"), True),
    ("public:check", _("Can I use it?"), False),
    ("public:fees", _("Fees"), False),
    ("public:facilities", _("Facilities"), True),
    ("public:availability", _("Availability"), True),
    ("accounts:login", _("Sign in"), False),
)


@dataclass(frozen=True)
class Item:
    """A link of the navigation."""

    url: str
    label: Promise
    current: bool


class WardName:
    """The ward's name, which stands on every page: asked for once in ``SECONDS``, not for each page."""

    SECONDS = 60.0

    def __init__(self) -> None:
        self.known: dict[str | None, tuple[float, str]] = {}

    def __call__(self) -> str:
        """Return it in the active language; "" while nobody has entered it."""
        language = get_language()
        until, name = self.known.get(language, (0.0, ""))
        if monotonic() >= until:
            name = desk().municipality
            self.keep(name, language)
        return name

    def keep(self, name: str, language: str | None, seconds: float = SECONDS) -> None:
        """Keep it for some seconds, without asking."""
        self.known[language] = (monotonic() + seconds, name)


ward_name = WardName()


class Navigation:
    """Where the person may go from here. Worked out only where a template asks."""

    version = VERSION

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def items(self) -> list[Item]:
        """The links that lead somewhere and that accounts/policy.py lets her open."""
        return list(self._items())

    @cached_property
    def work(self) -> list[Item]:
        """The same for the side of the administration: its own pages first; no public ones, nor itself."""
        named = [name for name, _label, _always in ITEMS if not name.startswith("public:") and name != "admin:index"]
        own = [name for name in named if name.startswith("admin:")]
        return [item for names in (own, set(named) - {*own}) for item in self._items(names)]

    @cached_property
    def ward(self) -> str:
        """Whose programme it is, as it stands on letters."""
        return ward_name()

    @cached_property
    def home_url(self) -> str:
        return _url("public:home") or "/"

    @cached_property
    def logout_url(self) -> str | None:
        return _url("accounts:logout") if self._signed_in else None

    @cached_property
    def looks_url(self) -> str | None:
        """The round of the sleeping babies, for who works where they sleep."""
        return self._open("operator:looks")

    @cached_property
    def looks_due_url(self) -> str | None:
        """What says from when on a look is late, asked by every page of a facility."""
        return self._open("operator:looks-due")

    @cached_property
    def shift_url(self) -> str | None:
        """Where another person takes a shared tablet."""
        return self._open("accounts:shift")

    @cached_property
    def person_name(self) -> str:
        person = getattr(self._request, "user", None)
        if not person or not person.is_authenticated:
            return ""
        return person.get_full_name() or (person.email if person.role == "mother" else "") or person.get_username()

    @cached_property
    def is_staff(self) -> bool:
        """Whether somebody of the staff reads: their pages have a sheet of their own (static/css/staff.src.css)."""
        return bool(self._signed_in and self._request.user.role != "mother")  # type: ignore[union-attr]

    @cached_property
    def is_family(self) -> bool:
        """Whether a mother reads, or somebody who has not signed in: they have all languages."""
        return not self._signed_in or getattr(self._request.user, "role", "") == "mother"

    @cached_property
    def person_key(self) -> str:
        """Whose page it is, for what the browser keeps of it: the same for a person, and nothing to read in it."""
        person = self._request.user.pk if self._signed_in else None
        return key_of_person(person) if person is not None else ""

    @cached_property
    def house_key(self) -> str:
        """With what a tablet of a facility seals the touches that wait on it; empty for everybody else.

        Only a page that somebody of the house has signed in to holds it: what waits is read by nobody without.
        """
        house = getattr(self._request.user, "facility_id", None) if self._signed_in else None
        return (
            b64encode(salted_hmac("sankecare.queue", str(house), algorithm="sha256").digest()).decode()
            if house
            else ""
        )

    @cached_property
    def now(self) -> int:
        """The server's clock in milliseconds since 1970: a tablet's own may be wrong."""
        return int(time() * 1000)

    @cached_property
    def _signed_in(self) -> bool:
        # A request refused before AuthenticationMiddleware (a broken host name) has no user.
        return hasattr(self._request, "user") and self._request.user.is_authenticated

    def _open(self, view_name: str) -> str | None:
        return _url(view_name) if self._signed_in and may_open(self._request.user, view_name) else None

    def _items(self, names: Collection[str] | None = None) -> Iterator[Item]:
        if not hasattr(self._request, "user"):
            return
        match = self._request.resolver_match
        for view_name, label, also_signed_in in ITEMS:
            url = _url(view_name) if names is None or view_name in names else None
            if url and (also_signed_in or not self._signed_in) and may_open(self._request.user, view_name):
                yield Item(url, label, current=match is not None and match.view_name == view_name)


def navigation(request: HttpRequest) -> dict[str, Navigation]:
    """Context processor: ``navigation`` for base.html."""
    return {"navigation": Navigation(request)}


def _url(view_name: str) -> str | None:
    try:
        return reverse(view_name)
    except NoReverseMatch:  # the page needs an argument or is not part of this installation
        return None
