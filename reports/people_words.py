"""Who did something, in words: staff by their names, two of one name told apart, a mother as herself."""

from collections.abc import Iterable

from django.db.models import Count
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role


def told_apart(people: Iterable[User]) -> dict[int, str]:
    """Return each person's name by her id; where somebody else of the staff has the same, her sign-in name beside it.

    A mother is told as a mother. One query.
    """
    found = list({person.pk: person for person in people}.values())
    staff = [person for person in found if person.role != Role.MOTHER]
    namesakes = User.objects.exclude(role=Role.MOTHER).filter(
        last_name__in={person.last_name for person in staff}, first_name__in={person.first_name for person in staff}
    )
    several = namesakes.order_by().values("last_name", "first_name").annotate(people=Count("pk")).filter(people__gt=1)
    shared = {(row["last_name"], row["first_name"]) for row in several} if staff else set()
    return {person.pk: _in_words(person, shared) for person in found}


def _in_words(person: User, shared: set[tuple[str, str]]) -> str:
    if person.role == Role.MOTHER:
        return _("the mother herself")
    name = str(person)
    if person.get_full_name() and (person.last_name, person.first_name) in shared:
        return _("%(name)s (%(sign_in)s)") % {"name": name, "sign_in": person.username}
    return name
