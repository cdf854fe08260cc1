"""What the page around every page needs: where one may go, who one is."""

from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from time import monotonic, time

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.crypto import salted_hmac
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.permissions import may_open
from pages.guide.sections import section_of

from .administration.menu import HOME, MASTER_DATA, MENU, Entry, stands_there
from .mails import desk
from .person_key import key_of_person
from .version import VERSION

# In the order in which they are shown: (URL name, words, shown to those signed in as well). Those who open the
# administration have many more pages: theirs stand by task in sankecare/administration/menu.py.
ITEMS: tuple[tuple[str, Promise, bool], ...] = (
    ("family:home", _("My page"), True),
    ("operator:day", _("Today"), True),
    ("operator:due", _("What is due"), True),
    ("operator:referrals", _("Follow-up requests"), True),
    ("operator:incidents", _("Near misses and incidents"), True),
    ("operator:manuals", _("Safety manual"), True),
    ("operator:cash", _("Cash sheet"), True),
    ("operator:claims", _("Monthly claims"), True),
    ("nurse:inbox", _("Follow-up requests"), True),
    ("nurse:watch", _("Families to look after"), True),
    ("nurse:despair", _("Words of despair"), True),
    ("nurse:hard-news", _("Mothers to call"), True),
    ("nurse:places", _("Requests for places"), True),
    ("meeting:notes", _("Good practice"), True),
    ("people:list", _("Accounts"), True),
    ("public:check", _("Can I use it?"), False),
    ("public:fees", _("Fees"), False),
    ("public:facilities", _("Facilities"), True),
    ("public:availability", _("Availability"), True),
    ("accounts:login", _("Sign in"), False),
)

TABLE_PAGES = ("_changelist", "_change", "_add", "_delete", "_history")


@dataclass(frozen=True)
class Item:
    """A link of the navigation."""

    url: str
    label: Promise
    current: bool


@dataclass(frozen=True)
class Group:
    """A task of the staff's menu, with the pages that the person may open; without words: one page alone."""

    label: Promise | str
    items: list[Item]

    @property
    def current(self) -> bool:
        return any(item.current for item in self.items)


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
        return [] if self._by_task else list(self._items())

    @cached_property
    def groups(self) -> list[Group]:
        """The same by task, for those who open the administration: its home, each task, the master data."""
        if not self._by_task:
            return []
        tasks = [Group(task.label, self._entries(task.entries)) for task in MENU]
        ends = (Group("", self._entries([HOME])), Group("", self._entries([MASTER_DATA])))
        found = [group for group in (ends[0], *tasks, ends[1]) if group.items]
        return found if any(group.current for group in found) else [*found[:-1], self._with_current_table(found[-1])]

    @cached_property
    def search_url(self) -> str | None:
        """Where one looks for anybody and anything, from every page; at a facility for its own families."""
        return self._open("desk:search") or self._open("operator:search")

    @cached_property
    def search_field(self) -> str:
        """What the field of the search is called there."""
        return "words" if self._open("desk:search") else "asked"

    @cached_property
    def guide_url(self) -> str | None:
        """Where the guide of her role says what this page is for; its beginning where it says nothing of it."""
        if not self.is_staff or (start := self._open("guide:own")) is None:
            return None
        said = section_of(self._view_name, self._request.user.role)  # type: ignore[union-attr]
        return f"{reverse('guide:of', args=[said.guide])}#{said.anchor}" if said else start

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

    @cached_property
    def _by_task(self) -> bool:
        return self._signed_in and may_open(self._request.user, HOME.view)

    def _entries(self, entries: Iterable[Entry]) -> list[Item]:
        here = self._view_name
        # A row of a table belongs to its list.
        table = here.rpartition("_")[0] if here.startswith("admin:") and here.endswith(TABLE_PAGES) else ""
        return [
            Item(url, entry.label, current=entry.is_at(here) or entry.view == f"{table}_changelist")
            for entry in entries
            if (url := self._open(entry.view)) and stands_there(entry)
        ]

    def _with_current_table(self, group: Group) -> Group:
        """Any other table of the administration is one of the master data."""
        if not self._view_name.startswith("admin:") or not self._view_name.endswith(TABLE_PAGES):
            return group
        return replace(group, items=[replace(item, current=True) for item in group.items])

    @cached_property
    def _view_name(self) -> str:
        match = self._request.resolver_match
        return match.view_name if match else ""

    def _open(self, view_name: str) -> str | None:
        return _url(view_name) if self._signed_in and may_open(self._request.user, view_name) else None

    def _items(self) -> Iterator[Item]:
        if not hasattr(self._request, "user"):
            return
        for view_name, label, also_signed_in in ITEMS:
            url = _url(view_name)
            if url and (also_signed_in or not self._signed_in) and may_open(self._request.user, view_name):
                yield Item(url, label, current=self._view_name == view_name)


def navigation(request: HttpRequest) -> dict[str, Navigation]:
    """Context processor: ``navigation`` for base.html."""
    return {"navigation": Navigation(request)}


def _url(view_name: str) -> str | None:
    try:
        return reverse(view_name)
    except NoReverseMatch:  # the page needs an argument or is not part of this installation
        return None
