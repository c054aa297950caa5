"""Django admin for accounts, roles and second factors. Nobody gets more rights here, and nobody is not told."""

from typing import Any

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from tracker.core.admin.fields import ChooseByKeyMixin
from tracker.core.admin.mixins import ReadOnlyMixin
from tracker.core.validators import EmailAddressField
from tracker.desk.accounts.names import check_name, give_name
from tracker.desk.accounts.permissions import public_name
from tracker.desk.actions.people import (
    AccountState,
    change_email,
    check_rank,
    end_factor,
    has_unconfirmed_address,
    tell_of_changes,
)

User = get_user_model()

# Sessions can be taken over by their keys, and an address that is added here would let somebody choose a password.
for _model in (User, Group, Authenticator, EmailAddress, EmailConfirmation, UserSession):
    if admin.site.is_registered(_model):
        admin.site.unregister(_model)


class PersonForm(forms.ModelForm):
    """An account. The name is the one that the record shows; the password is nobody's but the person's."""

    name = forms.CharField(
        label="Public name",
        max_length=150,
        help_text="Published entries keep the name at the time. No other account can ever use this name.",
    )
    email = EmailAddressField(
        label="Email address",
        max_length=254,
        help_text="If you change someone else’s address, they lose access until another admin "
        "gives it back at the desk. The old address gets an email too.",
    )

    class Meta:
        model = User
        fields = ["email", "is_active", "is_staff", "is_superuser", "groups"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].initial = self.instance.get_full_name()

    def clean_name(self) -> str:
        """Return a name that nobody else has or had, nor one that looks like it."""
        try:
            return check_name(self.cleaned_data["name"], user=self.instance)
        except forms.ValidationError as error:
            raise forms.ValidationError(error.messages) from error

    def clean_email(self) -> str:
        """Return an address that no other account has."""
        email = str(self.cleaned_data["email"]).lower()
        if User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError("Another account already uses this email address.")
        return email


@admin.register(User)
class PersonAdmin(ChooseByKeyMixin, UserAdmin):
    """Accounts. People are invited at the desk; an account that the record or the log knows is ended, not deleted.

    Each change is in the activity log, and the person is told of it by email (people.py).
    """

    form = PersonForm
    list_display = ["username", "first_name", "last_name", "is_active", "is_staff", "last_login"]
    fieldsets = [
        (None, {"fields": ["username", "name", "email"]}),
        ("Access", {"fields": ["is_active", "groups", "is_staff", "is_superuser"]}),
        ("Dates", {"fields": ["last_login", "date_joined"]}),
    ]
    readonly_fields = ["username", "last_login", "date_joined"]
    filter_horizontal = ["groups"]

    @admin.display(description="public name")
    def name(self, user: Any) -> str:
        """Return the name, for who may look at the account and not change it."""
        return str(user.get_full_name())

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Roles are given at the desk; here by a superuser alone, and nobody changes what they may do themselves."""
        rights = ["groups", "is_staff", "is_superuser"]
        if obj is not None and obj.pk == request.user.pk:
            return [*self.readonly_fields, *rights, "is_active"]
        if obj is not None and has_unconfirmed_address(obj):  # its access is given back at the desk
            return [*self.readonly_fields, *rights, "is_active"]
        return self.readonly_fields if request.user.is_superuser else [*self.readonly_fields, *rights]

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """Refuse: a person chooses their password themselves, by the link that the desk sends."""
        raise PermissionDenied("You cannot set another person's password. Send them a link from the desk instead.")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save, the name and the address by their own ways."""
        stored = User.objects.select_for_update().get(pk=obj.pk)
        check_rank(stored, by=request.user)
        form.state_before = AccountState.of(stored)
        super().save_model(request, obj, form, change)
        if "name" in form.cleaned_data:
            give_name(obj, name=form.cleaned_data["name"], by=request.user)
        form.gets_another_address = obj.email != stored.email

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the roles, then the address, which may end them; log what changed and tell the person."""
        super().save_related(request, form, formsets, change)
        if form.gets_another_address:
            change_email(form.instance, email=form.instance.email, by=request.user)
        tell_of_changes(form.instance, form.state_before, by=request.user)


@admin.register(Group)
class RoleAdmin(ReadOnlyMixin, GroupAdmin):
    """Roles. What each may do is code (permissions.py), so that a test can hold it."""


@admin.register(Authenticator)
class FactorAdmin(admin.ModelAdmin):
    """Second factors: to end one that was lost. Nobody adds one here, or reads its seed."""

    list_display = ["user", "type", "created_at", "last_used_at"]
    list_filter = ["type"]
    list_select_related = ["user"]
    search_fields = ["user__username", "user__first_name", "user__last_name"]
    fields = ["user", "type", "created_at", "last_used_at"]
    readonly_fields = ["user", "type", "created_at", "last_used_at"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is not None and obj.user.is_superuser and not request.user.is_superuser:
            return False
        return super().has_delete_permission(request, obj)

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        """Allow the filters of the list alone: a seed could be guessed by asking for its first letters."""
        return lookup.partition("__")[0] == "type" and super().lookup_allowed(lookup, value, request)

    def get_actions(self, request: HttpRequest) -> Any:
        """Return none: each factor is ended by itself."""
        return {}

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Say whose factor it is, and what ends with it."""
        _, counts, needed, protected = super().get_deleted_objects(objs, request)
        described = [
            f"{factor.get_type_display()} of {public_name(factor.user)}. What they have open is signed out, and they "
            "are told by email. Meet the person, or know their voice, before you do this."
            for factor in objs
        ]
        return described, counts, needed, protected

    def delete_model(self, request: HttpRequest, obj: Authenticator) -> None:
        """End the factor, log it, and tell the person."""
        end_factor(obj, by=request.user)
