"""A language that nobody speaks: every string that is ready for translation stands in ⟦…⟧, half as long again.

What stands outside is data, or was forgotten.
"""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.utils import translation

_ACCENTS = str.maketrans("aceinorsuyACEINORSUY", "áçéíñóřšúýÁÇÉÍÑÓŘŠÚÝ")
_KEPT = re.compile(r"(<[^>]*>|%\(\w+\)[sd]|%%|\{\w*\}|&\w+;)")


def pseudo(message: str) -> str:
    """Return a message in the language: placeholders and markup as they are."""
    if not message.strip():
        return message
    pieces = _KEPT.split(message)
    letters = sum(len(piece) for piece in pieces[::2])
    told = "".join(piece if index % 2 else piece.translate(_ACCENTS) for index, piece in enumerate(pieces))
    return f"⟦{told}{' ‥' * (letters // 4)}⟧"


def forget_kept_texts() -> None:
    """Empty what functions of the tracker keep by language, as this one has no code of its own."""
    for name, module in list(sys.modules.items()):
        if name.startswith("tracker."):
            for value in vars(module).values():
                if hasattr(value, "cache_clear"):
                    value.cache_clear()


@contextmanager
def spoken() -> Iterator[None]:
    """Let Django speak it."""
    real: Any = translation._trans  # type: ignore[attr-defined]
    names = {
        "gettext": lambda message: pseudo(str(message)),
        "pgettext": lambda context, message: pseudo(str(message)),
        "ngettext": lambda one, many, number: pseudo(one if number == 1 else many),
        "npgettext": lambda context, one, many, number: pseudo(one if number == 1 else many),
    }
    before = {name: getattr(real, name) for name in names}
    try:
        for name, speak in names.items():
            setattr(real, name, speak)
        forget_kept_texts()
        yield
    finally:
        for name, speak in before.items():
            setattr(real, name, speak)
        forget_kept_texts()
