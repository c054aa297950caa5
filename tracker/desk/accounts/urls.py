"""URLs of accounts: those of allauth, whose views are imported when they are asked for (core/lazy_urls.py).

Its own list would import them all. tests/desk/accounts/test_urls.py compares the two.
"""

from django.urls import path, re_path

from tracker.core.lazy_urls import lazy_view

_VIEWS = {
    "allauth.account.views": [
        ("login/", "account_login", "login"),
        ("logout/", "account_logout", "logout"),
        ("inactive/", "account_inactive", "account_inactive"),
        ("signup/", "account_signup", "signup"),
        ("reauthenticate/", "account_reauthenticate", "reauthenticate"),
        ("email/", "account_email", "email"),
        ("confirm-email/", "account_email_verification_sent", "email_verification_sent"),
        ("password/change/", "account_change_password", "password_change"),
        ("password/set/", "account_set_password", "password_set"),
        ("password/reset/", "account_reset_password", "password_reset"),
        ("login/code/confirm/", "account_confirm_login_code", "confirm_login_code"),
        (r"^confirm-email/(?P<key>[-:\w]+)/$", "account_confirm_email", "confirm_email"),
        ("password/reset/key/done/", "account_reset_password_from_key_done", "password_reset_from_key_done"),
        (
            r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
            "account_reset_password_from_key",
            "password_reset_from_key",
        ),
        ("password/reset/done/", "account_reset_password_done", "password_reset_done"),
    ],
    "allauth.mfa.base.views": [
        ("2fa/", "mfa_index", "index"),
        ("2fa/authenticate/", "mfa_authenticate", "authenticate"),
        ("2fa/reauthenticate/", "mfa_reauthenticate", "reauthenticate"),
    ],
    "allauth.mfa.totp.views": [
        ("2fa/totp/activate/", "mfa_activate_totp", "activate_totp"),
        ("2fa/totp/deactivate/", "mfa_deactivate_totp", "deactivate_totp"),
    ],
    "allauth.mfa.recovery_codes.views": [
        ("2fa/recovery-codes/", "mfa_view_recovery_codes", "view_recovery_codes"),
        ("2fa/recovery-codes/generate/", "mfa_generate_recovery_codes", "generate_recovery_codes"),
        ("2fa/recovery-codes/download/", "mfa_download_recovery_codes", "download_recovery_codes"),
    ],
    "allauth.mfa.webauthn.views": [
        ("2fa/webauthn/", "mfa_list_webauthn", "list_webauthn"),
        ("2fa/webauthn/add/", "mfa_add_webauthn", "add_webauthn"),
        ("2fa/webauthn/reauthenticate/", "mfa_reauthenticate_webauthn", "reauthenticate_webauthn"),
        ("2fa/webauthn/keys/<int:pk>/remove/", "mfa_remove_webauthn", "remove_webauthn"),
        ("2fa/webauthn/keys/<int:pk>/edit/", "mfa_edit_webauthn", "edit_webauthn"),
        ("2fa/webauthn/login/", "mfa_login_webauthn", "login_webauthn"),
    ],
    "allauth.usersessions.views": [("sessions/", "usersessions_list", "list_usersessions")],
}

urlpatterns = [
    (re_path if route.startswith("^") else path)(route, lazy_view(f"{module}.{view}"), name=name)
    for module, views in _VIEWS.items()
    for route, name, view in views
]
