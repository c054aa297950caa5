"""The seeds of second factors are encrypted, and admins may end a second factor.

Fernet under a key that HKDF makes of SECRET_KEY, as tracker/core/encryption.py has it as of this migration.
"""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations

SECRETS = {"totp": "secret", "recovery_codes": "seed"}


def cipher():
    def key(secret):
        made = HKDF(SHA256(), length=32, salt=None, info=b"tracker second factors").derive(secret.encode())
        return Fernet(base64.urlsafe_b64encode(made))

    return MultiFernet([key(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def encrypt(apps, schema_editor):
    turned(apps, lambda text: cipher().encrypt(text.encode()).decode("ascii"))


def decrypt(apps, schema_editor):
    def plain(token):
        try:
            return cipher().decrypt(token.encode()).decode()
        except InvalidToken:
            return token  # encrypted under a key that is lost: of no use either way

    turned(apps, plain)


def turned(apps, turn):
    for factor in apps.get_model("mfa", "Authenticator").objects.filter(type__in=SECRETS).order_by("pk"):
        name = SECRETS[factor.type]
        if name in factor.data:
            factor.data[name] = turn(factor.data[name])
        if "migrated_codes" in factor.data:
            factor.data["migrated_codes"] = [turn(code) for code in factor.data["migrated_codes"]]
        factor.save(update_fields=["data"])


def allow(apps, schema_editor):
    from django.apps import apps as real

    create_permissions(real.get_app_config("mfa"), verbosity=0, apps=apps)
    wanted = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="mfa", codename__in=["view_authenticator", "delete_authenticator"]
    )
    apps.get_model("auth", "Group").objects.get(name="Admins").permissions.add(*wanted)


class Migration(migrations.Migration):
    dependencies = [("desk", "0008_claim_names"), ("mfa", "0003_authenticator_type_uniq")]

    operations = [
        migrations.RunPython(encrypt, decrypt),
        migrations.RunPython(allow, migrations.RunPython.noop),
    ]
