"""Setting up in a browser: the first account by a code that was printed, then a list of tasks in any order."""

from dataclasses import dataclass
from typing import Any

from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model, login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import pluralize
from django.urls import reverse
from django.utils.text import get_text_list
from django.views.decorators.http import require_http_methods, require_POST

from tracker.core.mail import is_mail_set_up
from tracker.desk.accounts.account_adapter import has_second_factor
from tracker.desk.accounts.decorators import require_ability
from tracker.desk.accounts.permissions import Ability, may, public_name
from tracker.desk.setup import actions
from tracker.desk.setup.code import needs_setup
from tracker.desk.setup.forms import FirstAdminForm, FirstReviewForm, SiteForm
from tracker.desk.views.helpers import add_form_errors
from tracker.pledges.models import Review
from tracker.pledges.models.review import initial_facts
from tracker.sources.models import Source
from tracker.web.rate_limiting import consume, form_limit_response

MAX_ACCOUNTS_TRIED = 20
"""How often one client may try a code in an hour."""


@dataclass(frozen=True)
class Task:
    """One task of setting up, and whether it is done."""

    title: str
    hint: str
    url: str
    done: bool
    can_wait: bool = False


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """The first account where there is none; then the list of tasks, for admins alone."""
    if not needs_setup():
        if not may(request.user, Ability.MANAGE):
            return redirect("desk:queue")  # it asks who it is
        tasks = _tasks(request.user)
        to_do = [task for task in tasks if not task.done]
        following = next((task for task in to_do if not task.can_wait), next(iter(to_do), None))
        context = {"tasks": tasks, "done": len(tasks) - len(to_do), "following": following}
        return render(request, "setup/list.html", context)
    form = FirstAdminForm(request.POST or None, initial={"code": request.GET.get("code", "")[:40]})
    if request.method == "POST":
        if seconds := consume(request, "setup", each=MAX_ACCOUNTS_TRIED, all_=10 * MAX_ACCOUNTS_TRIED):
            return form_limit_response(request, seconds)
        if form.is_valid() and (user := _first_admin(form)):
            login(request, user, backend="allauth.account.auth_backends.AuthenticationBackend")
            reauthenticate_by_password(request)  # what was just typed is not asked for again
            messages.success(request, "Your account is made. Now set up a second factor.")
            return redirect("mfa_activate_totp")
    return render(request, "setup/account.html", {"form": form}, status=422 if form.errors else 200)


def _first_admin(form: FirstAdminForm) -> Any:
    facts = form.cleaned_data
    try:
        return actions.create_first_admin(
            name=facts["name"], email=facts["email"].lower(), password=facts["password1"], code=facts["code"]
        )
    except ValidationError as error:
        add_form_errors(form, error)
        return None


def _tasks(user: Any) -> list[Task]:
    review = Review.objects.first()
    return [
        Task("You", f"{public_name(user)}, {user.email}", reverse("desk:own_name"), done=True),
        Task(
            "Second factor", "An app or a passkey. Publishing cannot be undone, and a password alone is not enough.",
            reverse("mfa_index"), done=has_second_factor(user),
        ),
        Task("Name and email", "What the site is called, and whether it can send email.", reverse("setup:site"),
             done=settings.SITE_NAME != "The Pledge Record"),
        Task("First review", "Its title, its words, its recommendations, content note and help lines.",
             reverse("setup:review"), done=review is not None),
        Task("People", "Publishing needs a second person." if settings.FOUR_EYES else "You can publish alone.",
             reverse("desk:people"), done=get_user_model().objects.count() > 1, can_wait=True),
        Task("First source", "The document with the promises.", reverse("desk:add_source"),
             done=_has_answers(review), can_wait=True),
        *([Task("What else is the review’s own", "Colours, logo, language, words about it. Empty is not shown.",
                reverse("desk:review_settings", args=[review.slug]), done=_is_shaped(review), can_wait=True)]
          if review else []),
    ]  # fmt: skip


def _has_answers(review: Review | None) -> bool:
    """Whether a document is here beside the text of the review, which start_first_review stores under its title."""
    return Source.objects.exclude(title=review.title if review else "").exists()


def _is_shaped(review: Review) -> bool:
    """Whether somebody gave a review anything of its own beyond what its first form asks."""
    return any(getattr(review, name) for name in ("short_name", "publisher", "about", "methods", "accent", "logo"))


@require_ability(Ability.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def site(request: HttpRequest) -> HttpResponse:
    """The name of the site; and how emails leave."""
    form = SiteForm(request.POST or None, initial={"name": settings.SITE_NAME})
    if request.method == "POST" and form.is_valid():
        actions.name_site(form.cleaned_data["name"], by=request.user)
        messages.success(request, "Saved. Emails use the name after the program is restarted.")
        return redirect("setup:start")
    context = {"form": form, "mail_is_set_up": is_mail_set_up()}
    return render(request, "setup/site.html", context, status=422 if form.errors else 200)


@require_ability(Ability.MANAGE)
@require_POST
def test_email(request: HttpRequest) -> HttpResponse:
    """Send an email to the person signed in, and tell what the server said."""
    try:
        actions.send_test_email(by=request.user)
    except OSError as error:
        messages.error(request, f"The mail server refused: {error}")
    else:
        address = request.user.email  # type: ignore[union-attr]
        messages.success(request, f"The mail server accepted the email to {address}. Check that it arrives.")
    return redirect("setup:site")


@require_ability(Ability.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def first_review(request: HttpRequest) -> HttpResponse:
    """The first review: typed, shown with what of it was found in its text, then started."""
    if Review.objects.exists():
        return redirect("desk:reviews")
    form = FirstReviewForm(request.POST or None, request.FILES or None, initial=initial_facts())
    recommendations: list[actions.ReadRecommendation] | None = None
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        recommendations = actions.look_up(facts["recommendations"], facts["text"])
        if "start" in request.POST and not facts.get("recommendations_file"):
            try:
                started = actions.start_first_review(facts, by=request.user)
            except ValidationError as error:
                add_form_errors(form, error)
            else:
                messages.success(request, f"Started: {started.review}, {started.recommendations} recommendations.")
                if started.unplaced and facts["text"]:
                    numbers = get_text_list([str(number) for number in started.unplaced], "and")
                    which = f"Recommendation{pluralize(started.unplaced)} {numbers}"
                    messages.warning(request, f"{which}: not linked to the words of the text. Link them in the admin.")
                return redirect("setup:start")
        # What a file held is shown in the box, to be looked at before it is kept.
        data = request.POST.copy()
        data["recommendations"] = form.recommendations_typed
        form.data = data
    context = {
        "form": form,
        "recommendations": recommendations,
        "has_text": bool(form.is_bound and form.cleaned_data.get("text")),
    }
    return render(request, "setup/review.html", context, status=422 if form.errors else 200)
