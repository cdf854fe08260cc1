"""May this person do this: the object check and the list alike, for views, admin and API.

An object outside a person's scope does not exist for her: 404. Who may do what stands in accounts.policy.
"""

from typing import TYPE_CHECKING, Any, TypeVar

from django.apps import apps
from django.db.models import Model, Q, QuerySet
from django.db.models.lookups import Exact, In
from django.http import Http404
from django.utils import timezone

from sankecare.db import Compiled, run_batch

from .actions import Action
from .policy import POLICY, Scope
from .responsible_district import district_in_charge, districts_deputised, last_district_of
from .roles import Role
from .url_permissions import action_of_page

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.http import HttpRequest
    from rest_framework.request import Request

    from sankecare.db import Question, Rows

    from .models import User

    Person = User | AnonymousUser

M = TypeVar("M", bound=Model)


def signed_in(request: "HttpRequest | Request") -> "User":
    """Return who is signed in, on a page that the permission file opens to roles only."""
    user = request.user
    assert user.is_authenticated, "a page for roles was reached by nobody"
    return user


def scope_of(person: "Person", action: Action) -> Scope | None:
    """Return on whose objects the person may do the action, or None where she may not at all."""
    role = getattr(person, "role", None)
    if not person.is_authenticated or not person.is_active or not role:
        return None
    return POLICY[action].get(Role(role))


def may(person: "Person", action: Action) -> bool:
    """Tell whether the person may do the action on any object at all."""
    return action == Action.ANYONE or scope_of(person, action) is not None


def may_open(person: "Person", view_name: str) -> bool:
    """Tell whether a link to the page may be shown."""
    action = action_of_page(view_name)
    return action is not None and may(person, action)


def visible(person: "Person", action: Action, objects: "QuerySet[M]") -> "QuerySet[M]":
    """Narrow a list to the objects that the person may do the action on."""
    scope = scope_of(person, action)
    if scope is None:
        return objects.none()
    return objects.filter(_condition(person, scope))


def visible_or_404(person: "Person", action: Action, objects: "QuerySet[M]", **lookup: Any) -> M:
    """Return the one object, or raise Http404: what is outside the scope does not exist for her."""
    found = visible(person, action, objects).filter(**lookup).first()
    if found is None:
        raise Http404
    return found


def visible_or_404_and_ask(
    person: "Person", action: Action, objects: "QuerySet[M]", *beside: "Question", **lookup: Any
) -> "tuple[M, list[Rows]]":
    """Do the same for an object without annotations, and ask the questions along. One query."""
    compiled = Compiled(visible(person, action, objects).filter(**lookup)[:1])
    rows, *answers = run_batch(compiled.question, *beside)
    for found in compiled.read(rows):
        return found, answers
    raise Http404


def may_on(person: "Person", action: Action, obj: Model) -> bool:
    """Tell whether the person may do the action on this object."""
    return visible(person, action, type(obj)._default_manager.filter(pk=obj.pk)).exists()


def _condition(person: Any, scope: Scope) -> Q:
    bound = _bound_to(person, scope)
    return bound | Q(**{f"{scope.or_without}__isnull": True}) if bound and scope.or_without else bound


def _helped(person: Any, scope: Scope) -> Q:
    """Families of which the mother has made the person a helper with such a right, and not taken it back."""
    helpers = apps.get_model("enrollment", "FamilyHelper").objects
    helped = helpers.filter(account=person.pk, ended_at__isnull=True, right__in=scope.helper)
    return Q(**{f"{scope.path.removesuffix('account')}pk__in": helped.values("family")})


def _bound_to(person: Any, scope: Scope) -> Q:
    if scope.kind == "all" or (scope.kind == "staff" and person.district_id is None):
        return Q()
    if scope.kind == "family":
        own = Q(**{scope.path: person.pk})
        return own | _helped(person, scope) if scope.helper else own
    if scope.kind == "facility":
        return Q(**{scope.path: person.facility_id})
    prefix = f"{scope.path}__" if scope.path else ""
    today = timezone.localdate()
    if scope.kind == "last_district":
        return Q(Exact(last_district_of(scope.path, today), person.district_id))
    if scope.kind == "addressed":
        district = district_in_charge(today, prefix)
        with_her = Q(Exact(district, person.district_id))
        deputised = Q(In(district, districts_deputised(person.role, person.district_id, today)))
        handed = Q(deputised, **{f"{prefix}in_charge": person.pk})
        return (with_her | handed) & Q(**{f"{prefix}recipient": person.role})
    # Residences of a family never overlap (constraint), so one row at most joins and nothing is listed twice.
    return Q(
        **{
            f"{prefix}residences__district": person.district_id,
            f"{prefix}residences__period__contains": today,
        }
    )
