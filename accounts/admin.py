"""People who sign in: role and place are all that their rights come from."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from .actions import Action
from .admin_site import ModelAdmin
from .models import User
from .permissions import may, visible
from .second_factor import forget_second_factor

admin.site.unregister([Group, EmailAddress, Authenticator])


RIGHTS = ("role", "facility", "district", "is_active")


@admin.register(User)
class UserAdmin(ModelAdmin, DjangoUserAdmin):  # type: ignore[misc, type-arg]  # unfold ships no types
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "last_name", "first_name", "role", "facility", "district", "is_active")
    list_select_related = ("facility", "district")
    list_filter = ("role", "facility", "district", "is_active")
    search_fields = ("username", "last_name", "first_name")
    ordering = ("username",)
    filter_horizontal = ()
    actions = ("take_back_second_factor",)
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": ("last_name", "first_name", "email")}),
        (_("Role"), {"fields": RIGHTS}),
    )
    add_fieldsets = ((None, {"fields": ("username", "password1", "password2", "role", "facility", "district")}),)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """What her rights come from is another person's to change, never her own."""
        return RIGHTS if obj is not None and obj.pk == request.user.pk else ()

    @admin.action(description=_("Take back the second factor (device and recovery codes lost)"))
    def take_back_second_factor(self, request: HttpRequest, people: QuerySet[User]) -> None:
        """For others, never for oneself: who holds only a password must not get rid of what guards it."""
        if not may(request.user, Action.USER_CHANGE):
            messages.error(request, gettext("You may not do this."))
            return
        others = visible(request.user, Action.USER_CHANGE, people).exclude(username=request.user.get_username())
        for person in others:
            with transaction.atomic(durable=True):
                forget_second_factor(person=person)
            self.log_change(request, person, "second_factor_taken_back")
        messages.success(
            request,
            gettext("Taken back for %(count)d. They are signed out and set it up anew when they next sign in.")
            % {"count": len(others)},
        )
