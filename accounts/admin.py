"""People who sign in, as the auditor reads them. They are changed on the administrators' own pages, by two."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth import admin as auth_admin  # noqa: F401 - registers what is taken back here
from django.contrib.auth.models import Group

from .admin_site import ModelAdmin
from .models import AccountPolicy, User

admin.site.unregister([Group, EmailAddress, Authenticator])


@admin.register(User)
class UserAdmin(ModelAdmin):
    list_display = ("username", "last_name", "first_name", "role", "facility", "district", "is_active")
    list_select_related = ("facility", "district")
    list_filter = ("role", "facility", "district", "is_active")
    search_fields = ("username", "last_name", "first_name", "email")
    ordering = ("username",)
    fields = (
        *("username", "last_name", "first_name", "email", "role", "facility", "district", "is_active"),
        *("date_joined", "last_login", "password_set_at"),
    )
    readonly_fields = ("password_set_at",)


@admin.register(AccountPolicy)
class AccountPolicyAdmin(ModelAdmin):
    list_display = ("__str__", "second_person_days", "proposal_days", "invitation_days", "source")
