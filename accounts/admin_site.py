"""The ward's admin: who may come in, and the one base of every ModelAdmin."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.auth.views import redirect_to_login
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.fields import DateRangeField
from django.contrib.postgres.forms import RangeWidget
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import DateField, Model, QuerySet
from django.db.models.constants import LOOKUP_SEP
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.admin import ModelAdmin as UnfoldModelAdmin
from unfold.admin import TabularInline as UnfoldTabularInline
from unfold.sites import UnfoldAdminSite
from unfold.widgets import INPUT_CLASSES, UnfoldAdminDateWidget

from sankecare.database_refusals import sentence_for
from sankecare.edits.forms import ChangedMeanwhile, EditMixin, Standing
from sankecare.forms import DayField, DayInput, show_refusal
from sankecare.periods import InclusivePeriodField
from sankecare.postgresql.rights import kept_from

from .access_log import note_shown
from .actions import Action
from .administration.deletion import deletable, how_to_end
from .administration.in_force import close_what_has_begun, refusal_in_words
from .administration.search import SealedChangeList, searched
from .administration.words import InWords
from .permissions import may, visible
from .url_permissions import ADMIN_MODELS


class WardAdminSite(UnfoldAdminSite):  # type: ignore[misc]  # unfold ships no types
    """The admin behind our own sign-in page and permission file."""

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Callable[..., Any]:
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def closed_to_others(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            """Signed in without the right: not there. Django would send her to sign in, and on again for ever."""
            if request.user.is_authenticated and not self.has_permission(request):
                raise Http404
            return inner(request, *args, **kwargs)

        return closed_to_others

    def has_permission(self, request: HttpRequest) -> bool:
        return may(request.user, Action.ADMIN_OPEN)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if request.user.is_authenticated:
            return redirect("accounts:landing")
        return redirect_to_login(request.GET.get("next", request.get_full_path()))


class _ByPermissionFile:
    """Rights of an admin page from ADMIN_MODELS; the list and each object narrowed by the same scope."""

    model: type[Model]

    def _action(self, changing: bool) -> Action | None:
        return ADMIN_MODELS.get(self.model._meta.label_lower.replace(".", "_"), (None, None))[int(changing)]

    def _may(self, request: HttpRequest, changing: bool, obj: Model | None) -> bool:
        action = self._action(changing)
        if action is None or not may(request.user, action):
            return False
        if obj is None or obj.pk is None:
            return True
        return visible(request.user, action, type(obj)._default_manager.filter(pk=obj.pk)).exists()

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._may(request, False, None)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._may(request, False, obj)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._may(request, True, None)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._may(request, True, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._may(request, True, obj)


class EditedInAdmin(EditMixin, forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """A form on a row: what somebody else has changed since it was opened is neither overwritten nor passed over."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        close_what_has_begun(self)

    def _post_clean(self) -> None:
        if self.instance.pk is not None and not self.errors:
            try:
                self.settle(self._standing())
            except ChangedMeanwhile as changed:
                show_refusal(self, changed)
        super()._post_clean()  # type: ignore[misc]

    def _standing(self) -> Standing:
        """The row as it was read for this request, under its lock; who changed it last, where somebody did."""
        values = {name: self.get_initial_for_field(field, name) for name, field in self.fields.items()}
        if not self.differs(values):
            return Standing(values)
        kind = ContentType.objects.get_for_model(self.instance)
        entries = LogEntry.objects.filter(content_type=kind, object_id=str(self.instance.pk)).select_related("user")
        last = entries.first()
        return Standing(values, last.user, last.action_time) if last else Standing(values)


class TriedInTheDatabase(EditedInAdmin):
    """A form that asks the database first: its guards' refusals become errors of the form, nothing typed is lost."""

    def _post_clean(self) -> None:
        # Constraints are left to the database, which is asked anyway: Django would say the name of the rule.
        self.instance.validate_constraints = lambda exclude=None: None
        try:
            super()._post_clean()
        finally:
            del self.instance.validate_constraints
        if self.errors or self._waits_for_its_parent():
            return
        was_new, key = self.instance._state.adding, self.instance.pk
        try:
            with transaction.atomic():
                self.instance.save()
                with connection.cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                transaction.set_rollback(True)
        except IntegrityError as refusal:
            self.add_error(None, refusal_in_words(self.instance, refusal))
        finally:
            self.instance._state.adding = was_new
            self.instance.pk = key

    def _waits_for_its_parent(self) -> bool:
        """A row of an inline whose parent is new cannot be tried before the parent is saved."""
        row = self.instance
        parents = (field for field in row._meta.concrete_fields if field.many_to_one and field.is_cached(row))
        return any((parent := getattr(row, field.name)) is not None and parent.pk is None for field in parents)


class DayWidget(DayInput):
    """A day from the browser's own calendar, in the look of the administration; for pages without its scripts."""

    def __init__(self) -> None:
        super().__init__(attrs={"class": " ".join(INPUT_CLASSES)})


class PeriodWidget(RangeWidget):
    """Two days, each with its name, to be seen and heard."""

    def __init__(self) -> None:
        super().__init__(UnfoldAdminDateWidget())

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        for day, words in zip(context["widget"]["subwidgets"], (_("First day"), _("Last day")), strict=True):
            day["attrs"] |= {"aria-label": words, "placeholder": words}
        return context


class NamedInItsRow(TriedInTheDatabase):
    """A row's form in a table: the column's heading is each field's name for those who hear the page."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if not field.widget.is_hidden and field.label:
                field.widget.attrs.setdefault("aria-label", str(field.label))


_PERIODS: dict[type, dict[str, Any]] = {
    DateRangeField: {
        "form_class": InclusivePeriodField,
        "widget": PeriodWidget,
        "help_text": "",
    },
    DateField: {"form_class": DayField, "widget": UnfoldAdminDateWidget},
}


class ModelAdmin(_ByPermissionFile, InWords, UnfoldModelAdmin):  # type: ignore[misc]  # unfold ships no types
    """The base of every admin page of ours."""

    form = TriedInTheDatabase
    change_form_before_template = "admin/opened.html"
    list_per_page = 25
    show_full_result_count = False
    formfield_overrides: ClassVar[dict[type, dict[str, Any]]] = _PERIODS

    @admin.display(description=gettext_lazy("Number"), ordering="pk")
    def shown_number(self, row: Any) -> str:
        """The number that people name on the telephone, with its heading."""
        return str(row.number)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Several rows may be fine one by one and impossible together: the last word is said at the end."""
        try:
            with transaction.atomic():
                return super().changeform_view(request, *args, **kwargs)  # type: ignore[no-any-return]
        except IntegrityError as refusal:
            messages.error(request, _("Not saved. %(why)s") % {"why": sentence_for(refusal)})
            return HttpResponseRedirect(request.get_full_path())

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What something rests on is ended instead: the page says so, and how."""
        ending = {"how_to_end": how_to_end(self.model)} | (extra_context or {})
        try:
            with transaction.atomic():
                return super().delete_view(request, object_id, ending)  # type: ignore[no-any-return]
        except IntegrityError as refusal:
            return self._not_deleted(request, refusal, request.path.replace("/delete/", "/change/"))

    @staticmethod
    def _not_deleted(request: HttpRequest, refusal: IntegrityError, way: str) -> HttpResponse:
        messages.error(request, _("Not deleted. %(why)s") % {"why": sentence_for(refusal)})
        return HttpResponseRedirect(way)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, ...]:  # Django's own names
        """Look whether anything refers to them; never collect what does: it may be half the database."""
        return deletable(self.model, objs)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Write down whose families the page of the list shows."""
        if (way := searched(request)) is not None:
            return way
        if request.method != "POST":
            answer = super().changelist_view(request, extra_context)
        else:
            try:
                with transaction.atomic():  # several ticked are deleted together, or none
                    answer = super().changelist_view(request, extra_context)
            except IntegrityError as refusal:
                return self._not_deleted(request, refusal, request.get_full_path())
        listed = getattr(answer, "context_data", {}).get("cl")
        if listed is not None:
            note_shown(request, listed.result_list)
        return answer  # type: ignore[no-any-return]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[SealedChangeList]:
        """Whatever is searched for, the list's links do not name it."""
        return SealedChangeList

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Only by what the list offers: a column that no page shows must not be guessed letter by letter."""
        column = lookup.partition(LOOKUP_SEP)[0]
        try:
            self.model._meta.get_field(column)
        except FieldDoesNotExist:  # Django says that the filter makes no sense
            return super().lookup_allowed(lookup, value, request)  # type: ignore[no-any-return]
        offered = [self.date_hierarchy, *(self.get_list_filter(request) if request else self.list_filter)]
        columns = {name.partition(LOOKUP_SEP)[0] for name in offered if isinstance(name, str)}
        return column in columns and super().lookup_allowed(lookup, value, request)

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """A year that no calendar has is answered as Django answers any other filter that makes no sense."""
        try:
            return super().get_changelist_instance(request)
        except (OverflowError, ValueError) as no_such_day:
            raise IncorrectLookupParameters from no_such_day

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Model | None:
        """Write down whose family's page is opened: to change, to delete, or its history.

        What is about to be changed is locked first, so that it is compared with what stands. What nobody may change
        cannot be locked either.
        """
        if request.method == "POST" and connection.in_atomic_block and "UPDATE" not in kept_from(self.model):
            self.lock_for_change(object_id)
        found: Model | None = super().get_object(request, object_id, from_field)
        if found is not None:
            note_shown(request, [found])
        return found

    def lock_for_change(self, object_id: str) -> None:
        """Lock the row until the end of the transaction; one that is not there is not found afterwards."""
        try:
            key = self.model._meta.pk.to_python(object_id)
        except ValidationError:
            return
        rows = self.model._default_manager.select_for_update(no_key=True, of=("self",)).filter(pk=key)
        list(rows.values_list("pk"))

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        """Say how much somebody else has changed since the page was opened."""
        if changed := getattr(form, "meanwhile", 0):
            words = ngettext(
                "Meanwhile %(number)d other entry on this form was changed%(who)s. It stays as it is.",
                "Meanwhile %(number)d other entries on this form were changed%(who)s. They stay as they are.",
                changed,
            )
            messages.info(request, words % {"number": changed, "who": form.settled_with.who_and_when})
        return super().save_form(request, form, change)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        action = self._action(changing=False)
        objects = super().get_queryset(request)
        return visible(request.user, action, objects) if action else objects.none()


class TabularInline(_ByPermissionFile, InWords, UnfoldTabularInline):  # type: ignore[misc]  # unfold ships no types
    """The base of every inline of ours."""

    form = NamedInItsRow
    extra = 0
    formfield_overrides: ClassVar[dict[type, dict[str, Any]]] = _PERIODS
