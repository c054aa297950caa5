"""Accounts in the admin and at the desk: seeds are encrypted, rights never rise, and everybody is told."""

import json

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.urls import reverse

from tests.desk.conftest import SECRET, code_now, signed_in
from tests.factories import person, superuser
from tracker.alerts.models import Subscription
from tracker.core.admin.mixins import ReadOnlyMixin
from tracker.core.encryption import decrypt
from tracker.core.validators import validate_email_domain
from tracker.desk.accounts.mfa_adapter import PURPOSE
from tracker.desk.accounts.permissions import DeskRole
from tracker.desk.actions import people
from tracker.desk.models import AddressChange, AuditLogEntry
from tracker.pledges.models import SearchSynonym

pytestmark = pytest.mark.django_db
User = get_user_model()


@pytest.fixture
def root(db):
    """A superuser."""
    return superuser("root")


def change_url(user):
    return reverse("admin:auth_user_change", args=[user.pk])


def form(user, **fields):
    values = {"name": user.get_full_name(), "email": user.email or f"{user.username}@example.org", "is_active": "on"}
    return values | {"groups": [group.pk for group in user.groups.all()]} | fields


# --- Seeds ---------------------------------------------------------------------------------------


def test_a_seed_is_not_in_the_database_and_its_codes_work(mary):
    codes = RecoveryCodes.activate(mary)
    stored = json.dumps([row.data for row in Authenticator.objects.all()])
    assert SECRET not in stored
    assert all(code not in stored for code in codes.generate_codes())
    factor = Authenticator.objects.get(user=mary, type="totp")
    assert decrypt(factor.data["secret"], purpose=PURPOSE) == SECRET
    assert TOTP(factor).validate_code(code_now())
    assert codes.validate_code(codes.generate_codes()[0])


def test_another_key_reads_what_the_earlier_one_wrote_until_it_is_renewed(mary, settings, capsys):
    old = settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key of this test", [old]
    call_command("renew_encryption")
    settings.SECRET_KEY_FALLBACKS = []
    assert TOTP(Authenticator.objects.get(user=mary)).validate_code(code_now())
    settings.SECRET_KEY = "a third one, and the second is lost"
    assert not TOTP(Authenticator.objects.get(user=mary)).validate_code(code_now()), "no code is right, and no 500"
    with pytest.raises(CommandError, match="1 second factors cannot be read"):
        call_command("renew_encryption")


def test_the_admin_shows_no_seed_and_adds_no_factor(root, mary):
    client = signed_in(root)
    factor = Authenticator.objects.get(user=mary)
    pages = [
        client.get(reverse("admin:mfa_authenticator_changelist")),
        client.get(reverse("admin:mfa_authenticator_change", args=[factor.pk])),
    ]
    for page in pages:
        assert page.status_code == 200
        assert SECRET not in page.content.decode()
        assert factor.data["secret"] not in page.content.decode()
    assert client.get(reverse("admin:mfa_authenticator_add")).status_code == 403
    assert client.post(reverse("admin:mfa_authenticator_change", args=[factor.pk]), {"data": "{}"}).status_code == 403
    assert client.get(reverse("admin:mfa_authenticator_changelist"), {"data__contains": "J"}).status_code == 400


def test_no_session_and_no_address_is_kept_or_made_in_the_admin():
    assert not {UserSession, EmailAddress} & set(admin.site._registry)


def test_a_factor_is_ended_with_an_email_a_line_in_the_log_and_the_open_sessions(
    edith, mary, mailoutbox, django_capture_on_commit_callbacks
):
    mary.email = "mary@example.org"
    mary.save()
    RecoveryCodes.activate(mary)
    session = signed_in(mary).session
    UserSession.objects.create(user=mary, ip="127.0.0.1", user_agent="", session_key=session.session_key)
    factor = Authenticator.objects.get(user=mary, type="totp")
    with django_capture_on_commit_callbacks(execute=True):
        signed_in(edith).post(reverse("admin:mfa_authenticator_delete", args=[factor.pk]), {"post": "yes"})
    assert not Authenticator.objects.filter(user=mary).exists(), "recovery codes go with the last factor"
    assert not session.exists(session.session_key)
    assert [mail.to for mail in mailoutbox] == [["mary@example.org"]]
    assert "second factor ended" in mailoutbox[0].body
    assert "Edith Clarke" in mailoutbox[0].body
    assert AuditLogEntry.objects.filter(user=edith, what="ended a second factor of", about="Mary Somerville").exists()


def test_the_operator_ends_the_factors_of_the_last_admin(mary):
    call_command("end_factors", "mary.somerville")
    assert not Authenticator.objects.exists()
    with pytest.raises(CommandError):
        call_command("end_factors", "nobody")


# --- Rights --------------------------------------------------------------------------------------


def test_an_admin_changes_nothing_of_a_superuser(edith, root):
    client = signed_in(edith)
    factor = Authenticator.objects.get(user=root)
    assert client.post(change_url(root), form(root, email="evil@example.org")).status_code == 403
    for page in ("admin:mfa_authenticator_delete",):
        assert client.post(reverse(page, args=[factor.pk]), {"post": "yes"}).status_code == 403
    client.post(reverse("desk:change_role", args=[root.pk]), {"role": ""})
    root.refresh_from_db()
    assert (root.is_active, root.email) == (True, "")
    assert Authenticator.objects.filter(user=root).exists()


@pytest.mark.parametrize("whose", ["edith", "ada", "root"])
@pytest.mark.parametrize("by", ["edith", "root"])
def test_nobody_sets_a_password(whose, by, request):
    user, actor = request.getfixturevalue(whose), request.getfixturevalue(by)
    passwords = {"password1": "a long and quiet sentence", "password2": "a long and quiet sentence"}
    page = signed_in(actor).post(f"/admin/auth/user/{user.pk}/password/", passwords)
    assert page.status_code == 403
    user.refresh_from_db()
    assert not user.check_password("a long and quiet sentence")


def test_rights_never_rise(edith, ada, root):
    for user in (edith, ada):
        user.email = f"{user.username}@example.org"  # a changed one would end the access
        user.save()
    rights = {"is_staff": "on", "is_superuser": "on", "groups": [group.pk for group in Group.objects.all()]}
    rights["user_permissions"] = list(Permission.objects.values_list("pk", flat=True)[:5])
    for user in (edith, ada):
        signed_in(edith).post(change_url(user), form(user, **rights))
    signed_in(root).post(change_url(root), form(root, name="Mary Root", is_active=""))
    for user in (edith, ada, root):
        user.refresh_from_db()
    assert not edith.is_superuser
    assert [group.name for group in edith.groups.all()] == [DeskRole.ADMIN]
    assert (ada.is_staff, ada.is_superuser, [group.name for group in ada.groups.all()]) == (
        False, False, [DeskRole.EDITOR],
    )  # fmt: skip
    assert not User.objects.filter(user_permissions__isnull=False).exists()
    assert root.is_active, "nobody takes their own access away"
    assert signed_in(edith).get(reverse("admin:auth_user_add")).status_code == 403
    assert signed_in(edith).get(reverse("admin:auth_group_add")).status_code == 403


def test_a_role_is_given_by_who_has_what_it_allows(edith, ada, monkeypatch):
    monkeypatch.setitem(people.ABILITIES, DeskRole.ADMIN, frozenset({people.Ability.SEE, people.Ability.MANAGE}))
    signed_in(edith).post(reverse("desk:change_role", args=[ada.pk]), {"role": DeskRole.PUBLISHER})
    assert [group.name for group in ada.groups.all()] == [DeskRole.EDITOR]


# --- Everybody is told ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "label"),
    [
        ({"name": "Ada King"}, "name"),
        ({"email": "new@example.org"}, "email address"),
        ({"is_active": ""}, "access"),
        ({"is_staff": "on"}, "works in the admin"),
        ({"is_superuser": "on"}, "superuser"),
        ({"groups": []}, "role"),
    ],
)
def test_each_change_by_another_is_told_by_email_and_logged(
    root, ada, mailoutbox, django_capture_on_commit_callbacks, fields, label
):
    ada.email = "ada@example.org"
    ada.save()
    with django_capture_on_commit_callbacks(execute=True):
        assert signed_in(root).post(change_url(ada), form(ada, **fields)).status_code == 302
    told = {address for mail in mailoutbox for address in mail.to}
    assert told == {"ada@example.org", *([fields["email"]] if "email" in fields else [])}
    assert f"{label}: " in mailoutbox[0].body
    entry = AuditLogEntry.objects.get(user=root, what="changed the account of")
    assert [row[0] for row in entry.changes] == [label, *(["access", "role"] if "email" in fields else [])]
    assert "example.org" not in json.dumps(entry.changes), "no address is kept for good"


def test_a_role_changed_at_the_desk_is_told_too(edith, ada, mailoutbox, django_capture_on_commit_callbacks):
    ada.email = "ada@example.org"
    ada.save()
    with django_capture_on_commit_callbacks(execute=True):
        signed_in(edith).post(reverse("desk:change_role", args=[ada.pk]), {"role": ""})
    assert "access: yes → no" in mailoutbox[0].body


# --- Another's address -------------------------------------------------------------------------


@pytest.mark.parametrize("role", [DeskRole.EDITOR, DeskRole.PUBLISHER, DeskRole.ADMIN])
def test_who_changes_anothers_address_is_not_a_second_person_with_it(edith, mary, role):
    """An editor's account is enough: words are written in the one name, and signed off in the other."""
    people.change_role(mary, role=role, by=superuser("root"))
    open_session = signed_in(mary)
    assert open_session.get("/desk/").status_code == 200
    client, theirs = signed_in(edith), "edith.too@example.org"
    assert client.post(change_url(mary), form(mary, email=theirs)).status_code == 302
    mary.refresh_from_db()
    assert (mary.email, mary.is_active, mary.groups.count()) == (theirs, False, 0)
    assert open_session.get("/desk/").status_code == 302, "what was open is signed out"
    client.post(reverse("desk:change_role", args=[mary.pk]), {"role": role})
    client.post(change_url(mary), form(mary, is_active="on", groups=[group.pk for group in Group.objects.all()]))
    mary.refresh_from_db()
    assert (mary.is_active, mary.groups.count()) == (False, 0)
    assert "Another admin must give its access back" in client.get("/desk/people/").content.decode()
    another = person("Joan Clarke", DeskRole.ADMIN)
    assert "Edith Clarke changed the email address" in signed_in(another).get("/desk/people/").content.decode()
    signed_in(another).post(reverse("desk:change_role", args=[mary.pk]), {"role": role})
    mary.refresh_from_db()
    assert (mary.is_active, mary.groups.get().name) == (True, role)
    [change] = AddressChange.objects.all()
    assert (change.user, change.by, change.confirmed_by) == (mary, edith, another)
    client.post(reverse("desk:change_role", args=[mary.pk]), {"role": DeskRole.EDITOR})
    assert mary.groups.get().name == DeskRole.EDITOR, "once it is confirmed, it is an account like others"


def test_a_superuser_who_changes_the_address_of_another_does_not_become_them(root):
    other = superuser("other")
    signed_in(root).post(change_url(other), form(other, name="Other Root", email="x@example.org", is_superuser="on"))
    signed_in(root).post(change_url(other), form(other, is_active="on", is_superuser="on"))
    signed_in(root).post(reverse("desk:change_role", args=[other.pk]), {"role": DeskRole.ADMIN})
    other.refresh_from_db()
    assert (other.email, other.is_active) == ("x@example.org", False)


def test_ones_own_address_and_a_desk_of_one_end_nothing(edith, mary, settings):
    signed_in(edith).post(change_url(edith), form(edith, email="new@example.org"))
    settings.FOUR_EYES = False
    signed_in(edith).post(change_url(mary), form(mary, email="mary.new@example.org"))
    for user, email in ((edith, "new@example.org"), (mary, "mary.new@example.org")):
        user.refresh_from_db()
        assert (user.email, user.is_active) == (email, True)
    assert not AddressChange.objects.exists()


def test_each_change_of_what_a_search_takes_for_the_same_is_logged(edith):
    """It decides what readers find, so that a word could be led away from its pledges."""
    client, address = signed_in(edith), "/admin/pledges/searchsynonym/"
    client.post(f"{address}add/", {"words": "bridge, flyover"})
    key = SearchSynonym.objects.get().pk
    client.post(f"{address}{key}/change/", {"words": "bridge, overpass"})
    client.post(f"{address}{key}/change/", {"words": "bridge, overpass"})
    client.post(address, {"action": "delete_selected", "_selected_action": [key], "post": "yes"})
    assert SearchSynonym.objects.exists(), "one is deleted by itself, so that its words are logged"
    client.post(f"{address}{key}/delete/", {"post": "yes"})
    assert not SearchSynonym.objects.exists()
    rows = AuditLogEntry.objects.filter(what__endswith="search synonym").order_by("pk")
    assert [(row.user, row.changes) for row in rows] == [
        (edith, [["words", "", "bridge, flyover"]]),
        (edith, [["words", "bridge, flyover", "bridge, overpass"]]),
        (edith, [["words", "bridge, overpass", ""]]),
    ]


@pytest.mark.slow
def test_admins_read_all_that_the_admin_shows_but_who_follows_what(edith):
    """And write none of it: who did what, whose a name is, what waits."""
    client = signed_in(edith)
    for model, model_admin in admin.site._registry.items():
        meta = model._meta
        if meta.app_label not in ("sources", "pledges", "desk"):
            continue
        assert edith.has_perm(f"{meta.app_label}.view_{meta.model_name}"), meta.label
        if isinstance(model_admin, ReadOnlyMixin):
            page = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
            assert client.get(page).status_code == 200, page
            assert client.post(page.rstrip("/") + "/add/").status_code == 403, page
    assert not edith.has_perm("alerts.view_subscription")


# --- Addresses -----------------------------------------------------------------------------------


def test_no_address_of_a_follower_is_shown_and_only_who_knows_one_finds_it(root):
    row = Subscription.objects.create(email="reader@example.org", scope="all", frequency="weekly", key="k" * 43)
    client, page = signed_in(root), reverse("admin:alerts_subscription_changelist")
    shown = client.get(page).content.decode()
    shown += client.get(reverse("admin:alerts_subscription_change", args=[row.pk])).content.decode()
    assert "reader" not in shown
    assert row.key not in shown
    assert "r…@…" in shown
    assert "1 subscription" in client.get(page, {"q": "reader@example.org"}).content.decode()
    assert "0 subscriptions" in client.get(page, {"q": "reader"}).content.decode()
    for lookup in ("email__startswith", "email__contains", "key__startswith", "email"):
        assert client.get(page, {lookup: "r"}).status_code == 400, lookup


def test_a_subscription_that_is_ended_in_the_admin_leaves_a_line_without_its_address(root):
    row = Subscription.objects.create(email="reader@example.org", scope="all", frequency="weekly", key="k" * 43)
    page = reverse("admin:alerts_subscription_delete", args=[row.pk])
    assert signed_in(root).post(page, {"post": "yes"}).status_code == 302
    assert not Subscription.objects.exists()
    line = AuditLogEntry.objects.get(user=root, what="ended")
    assert line.about == "A subscription to all"
    assert "reader" not in str(vars(line))
    assert (
        "delete_selected" not in signed_in(root).get(reverse("admin:alerts_subscription_changelist")).content.decode()
    )


@pytest.mark.parametrize("address", ["a@[127.0.0.1]", "a@[IPv6:::1]", "a@localhost", "a@127.0.0.1", "a@host."])
def test_an_address_without_a_domain_is_refused_everywhere(client, edith, address, mailoutbox):
    with pytest.raises(ValidationError):
        validate_email_domain(address)
    for path in ("/follow/", "/accounts/password/reset/"):
        client.post(path, {"email": address, "frequency": "weekly"})
    signed_in(edith).post(reverse("desk:invite"), {"name": "New", "email": address, "role": DeskRole.EDITOR})
    assert not Subscription.objects.exists()
    assert not User.objects.filter(email__startswith="a@").exists()
    assert not mailoutbox


def test_sessions_that_ended_are_deleted_with_the_address_they_began_at(ada, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    open_session, ended = signed_in(ada).session, signed_in(ada).session
    for session in (open_session, ended):
        UserSession.objects.create(user=ada, ip="127.0.0.1", user_agent="", session_key=session.session_key)
    ended.set_expiry(-60)
    ended.save()
    call_command("delete_ended_sessions", "--nightly")
    assert [row.session_key for row in UserSession.objects.all()] == [open_session.session_key]
    assert not ended.exists(ended.session_key)
    assert open_session.exists(open_session.session_key)
