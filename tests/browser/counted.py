"""A person with a mouse, whose clicks and fields are counted, and drawn where JOURNEY_PICTURES names a folder.

Each picture shows the page just before a step, with a frame around what the step is done to. At the end of the run the
pictures of a journey are one sheet in the folder (benchmarks/journeys.md has them).
"""

import io
import os
import re
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Locator, Page

from tests.browser.accessibility import axe_report

FOLDER = os.environ.get("JOURNEY_PICTURES", "")
PICTURE, COLUMNS, CAPTION = (320, 225), 4, 20
"""Width and height of a step on a sheet, steps beside each other, height of the words above a step; in pixels."""
MAX_CAPTION = 48
"""Characters above a step."""
FRAME = "#c2185b"
drawn: dict[str, list[Image.Image]] = {}
"""The pictures of each journey so far."""


class Counted:
    """Each click, tick, choice in a list, field that is typed in, and pair of keys counts as one step."""

    def __init__(self, page: Page, journey: str = "") -> None:
        self.page, self.journey, self.steps = page, journey, 0

    def click(self, name: str | re.Pattern[str], role: str = "button", **options) -> None:
        """Click what has this name."""
        self.click_on(self.page.get_by_role(role, name=name, **options).first)

    def click_on(self, locator: Locator) -> None:
        """Click something."""
        self._count(f"click “{locator.inner_text().strip()}”" if FOLDER else "", locator)
        locator.click()

    def choose(self, label: str, words: str) -> None:
        """Choose in the list with this label."""
        self.choose_in(self.page.get_by_label(label, exact=True).first, words)

    def choose_in(self, locator: Locator, words: str) -> None:
        """Choose in a list."""
        self._count(f"choose “{words}”", locator)
        locator.select_option(label=words)

    def fill(self, label: str, words: str) -> None:
        """Type in the field with this label."""
        self.fill_in(self.page.get_by_role("textbox", name=label).first, words)

    def fill_in(self, locator: Locator, words: str) -> None:
        """Type in a field."""
        self._count(f"type “{words}”", locator)
        locator.fill(words)

    def tick(self, locator: Locator) -> None:
        """Tick a box, or choose one of several."""
        self._count("tick", locator)
        locator.check()

    def press(self, keys: str) -> None:
        """Press keys together."""
        self._count(f"press {keys}", None)
        self.page.keyboard.press(keys)

    def _count(self, words: str, locator: Locator | None) -> None:
        self.steps += 1
        if FOLDER and self.journey:
            self._draw(words, locator)

    def _draw(self, words: str, locator: Locator | None) -> None:
        self.page.wait_for_load_state()
        box = None
        if locator is not None:
            locator.evaluate("(node) => node.scrollIntoView({block: 'center', behavior: 'instant'})")
            box = locator.bounding_box()
        image = Image.open(io.BytesIO(self.page.screenshot(caret="initial"))).convert("RGB")
        if box is not None:
            corners = [box["x"] - 6, box["y"] - 6, box["x"] + box["width"] + 6, box["y"] + box["height"] + 6]
            ImageDraw.Draw(image).rectangle(corners, outline=FRAME, width=6)
        steps = drawn.setdefault(self.journey, [])
        step = Image.new("RGB", (PICTURE[0], PICTURE[1] + CAPTION), "white")
        step.paste(image.resize(PICTURE, Image.Resampling.LANCZOS), (0, CAPTION))
        caption = f"{len(steps) + 1}  {words.splitlines()[0][:MAX_CAPTION]}"
        ImageDraw.Draw(step).text((4, 4), caption, fill="black", font=ImageFont.load_default(12))
        steps.append(step)


def sound(page: Page, width: int) -> None:
    """No finding of axe, and nothing wider than the window, at a width in pixels; then the window is as before."""
    before = page.viewport_size
    page.set_viewport_size({"width": width, "height": 900})
    assert axe_report(page) == ""
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
    page.set_viewport_size(before)


def draw_sheets() -> None:
    """Write one picture for each journey, its steps from left to right and from top to bottom."""
    for journey, steps in drawn.items():
        width, height = steps[0].size
        rows = -(-len(steps) // COLUMNS)
        sheet = Image.new("RGB", (width * min(COLUMNS, len(steps)), height * rows), "white")
        for place, step in enumerate(steps):
            sheet.paste(step, (place % COLUMNS * width, place // COLUMNS * height))
        Path(FOLDER).mkdir(parents=True, exist_ok=True)
        sheet.save(Path(FOLDER) / f"{journey}.webp", quality=34, method=6)
