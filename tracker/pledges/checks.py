"""System checks of the record: is its name one that verifiers of signed notes take?"""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from tracker.pledges.witness.cosignatures import WitnessAddress
from tracker.pledges.witness.signed_notes import NoteError


@register(Tags.compatibility)
def check_record_origin(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse a name of the record that makes a key that no verifier of signed notes reads."""
    origin = settings.RECORD_ORIGIN
    if _is_name_of_key(origin):
        return []
    return [
        Error(
            f"RECORD_ORIGIN is “{origin}”: the name of a signed head has no plus sign and no blank, and is not empty.",
            hint="Use the address of the record, such as tracker.example.org/record.",
            id="tracker.E004",
        )
    ]


def _is_name_of_key(name: str) -> bool:
    return bool(name) and "+" not in name and name.isprintable() and not any(sign.isspace() for sign in name)


@register(Tags.compatibility)
def check_witness_settings(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse a name of this witness that makes an unreadable key, and witnesses that could not be asked."""
    messages: list[CheckMessage] = []
    if settings.WITNESS_NAME and not _is_name_of_key(settings.WITNESS_NAME):
        messages.append(
            Error(
                f"WITNESS_NAME is “{settings.WITNESS_NAME}”: the name of a witness has no plus sign and no blank.",
                hint="Use an address, such as tracker.example.org/witness.",
                id="tracker.E006",
            )
        )
    for text in settings.WITNESSES:
        try:
            WitnessAddress.read(text)
        except NoteError as error:
            hint = "Write each as https://witness.example.org/witness|name+id+key, as the witness publishes it."
            messages.append(Error(f"WITNESSES has “{text[:200]}”. {error}", hint=hint, id="tracker.E007"))
    return messages


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
