"""Desk users, and what they did: for admins."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tracker.core.mail import is_mail_set_up
from tracker.desk.accounts.decorators import require_ability
from tracker.desk.accounts.names import give_name, names_of
from tracker.desk.accounts.permissions import Ability, DeskRole
from tracker.desk.actions import people
from tracker.desk.forms import InviteForm, NameForm, RoleForm
from tracker.desk.idempotency import idempotent
from tracker.desk.models import AddressChange
from tracker.desk.views.helpers import add_form_errors


@require_ability(Ability.MANAGE)
@require_safe
def people_list(request: HttpRequest) -> HttpResponse:
    """Who has access, with which role; and the form to invite somebody."""
    return _page(request, InviteForm())


@require_ability(Ability.MANAGE)
@require_POST
@reauthentication_required  # type: ignore[untyped-decorator]
@idempotent
def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody by email."""
    form = InviteForm(request.POST)
    if form.is_valid():
        try:
            user, link = people.invite(
                name=form.cleaned_data["name"],
                email=form.cleaned_data["email"].lower(),
                role=DeskRole(form.cleaned_data["role"]),
                by=request.user,
                site=f"{request.scheme}://{request.get_host()}",
            )
        except ValidationError as error:
            add_form_errors(form, error)
        else:
            return _invited(request, user, link)
    return _page(request, form, status=422)


@require_ability(Ability.MANAGE)
@require_POST
@reauthentication_required  # type: ignore[untyped-decorator]
@idempotent
def renew_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """Send somebody who never signed in a new link."""
    user = get_object_or_404(get_user_model(), pk=pk)
    try:
        link = people.renew_invitation(user, by=request.user, site=f"{request.scheme}://{request.get_host()}")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("desk:people")
    return _invited(request, user, link)


@require_ability(Ability.MANAGE)
@require_http_methods(["POST"])
@reauthentication_required  # type: ignore[untyped-decorator]
@idempotent
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change somebody's role, or end their access."""
    user = get_object_or_404(get_user_model(), pk=pk)
    form = RoleForm(request.POST)
    try:
        if not form.is_valid():
            raise ValidationError("That role does not exist.")
        role = form.cleaned_data["role"]
        people.change_role(user, role=DeskRole(role) if role else None, by=request.user)
        messages.success(request, "Changed.")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("desk:people")


@require_ability(Ability.SEE)
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required  # type: ignore[untyped-decorator]
@idempotent
def own_name(request: HttpRequest) -> HttpResponse:
    """Show and set the name under which the record knows the person signed in."""
    user: Any = request.user
    form = NameForm(request.POST if request.method == "POST" else None, initial={"name": user.get_full_name()})
    if request.method == "POST" and form.is_valid():
        try:
            changed = give_name(user, name=form.cleaned_data["name"], by=user)
        except ValidationError as error:
            add_form_errors(form, error)
        else:
            messages.success(request, "Your name was changed." if changed else "That is already your name.")
            return redirect("desk:own_name")
    context = {"form": form, "names": names_of(user)}
    return render(request, "desk/own_name.html", context, status=422 if form.errors else 200)


@require_ability(Ability.MANAGE)
@require_safe
def activity(request: HttpRequest) -> HttpResponse:
    """The latest actions at the desk, of one person with ``?who=``. Admins only."""
    rows = people.recent_activity(who=request.GET.get("who", "").replace("\x00", "")[:150])
    return render(request, "desk/activity.html", {"page": Paginator(rows, 100).get_page(request.GET.get("page"))})


def _invited(request: HttpRequest, user: Any, link: str) -> HttpResponse:
    """Say that the invitation was sent; where no mail server is set up, show the link to be passed on."""
    if is_mail_set_up():
        messages.success(request, "Invitation sent, with a link to choose a password.")
        return redirect("desk:people")
    return _page(request, InviteForm(), link=link, invited=user)


def _page(request: HttpRequest, form: InviteForm, status: int = 200, **more: Any) -> HttpResponse:
    unconfirmed = AddressChange.objects.filter(confirmed_by__isnull=True).select_related("by")
    users = (
        get_user_model()
        .objects.order_by("first_name", "username")
        .prefetch_related(
            "groups", "authenticator_set", Prefetch("address_changes", unconfirmed, to_attr="unconfirmed")
        )
    )
    context = {"users": users, "form": form, "roles": DeskRole, "mail": is_mail_set_up(), **more}
    return render(request, "desk/people.html", context, status=status)
