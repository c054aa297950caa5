"""A theme and bodies that a draft of a pledge names and the tracker does not have yet.

They are typed into the draft, shown with it at sign-off, and added with the pledge: the person who signs off the
pledge is the second person who agrees to them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class NewNames:
    """Names as they were typed, without blanks around them; empty where nothing new is named."""

    theme: str = ""
    promised_by: str = ""
    bodies: tuple[str, ...] = ()

    def rows(self) -> list[tuple[str, str]]:
        """Return what a second person is shown, and agrees to."""
        rows = [("New theme", self.theme), ("New body that promised", self.promised_by)]
        return [row for row in [*rows, ("New bodies that have to act", "; ".join(self.bodies))] if row[1]]


def read_new_names(facts: Mapping[str, Sequence[str]]) -> NewNames:
    """Read the names in what was typed: bodies with semicolons between them, each of them once."""

    def typed(name: str) -> str:
        return " ".join("".join(facts.get(name, [])[-1:]).split())

    bodies = (name.strip() for name in typed("new_bodies").split(";"))
    return NewNames(typed("new_theme"), typed("new_promised_by"), tuple(dict.fromkeys(filter(None, bodies))))
