"""System checks of the record: is its name one that verifiers of signed notes take?"""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register


@register(Tags.compatibility)
def check_record_origin(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse a name of the record that makes a key that no verifier of signed notes reads."""
    origin = settings.RECORD_ORIGIN
    if origin and "+" not in origin and origin.isprintable() and not any(sign.isspace() for sign in origin):
        return []
    return [
        Error(
            f"RECORD_ORIGIN is “{origin}”: the name of a signed head has no plus sign and no blank, and is not empty.",
            hint="Use the address of the record, such as tracker.example.org/record.",
            id="tracker.E004",
        )
    ]


@register(Tags.security, deploy=True)
def check_record_origin_is_chosen(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Warn where the record has the name that every new installation has."""
    if settings.RECORD_ORIGIN.split("/")[0] not in ("localhost", "127.0.0.1"):
        return []
    return [
        Warning(
            f"RECORD_ORIGIN is “{settings.RECORD_ORIGIN}”: heads that others keep do not say whose they are.",
            hint="Choose the name once, before the first head is kept, such as tracker.example.org/record.",
            id="tracker.W005",
        )
    ]
