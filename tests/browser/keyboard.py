"""A person with a keyboard and nothing else. Each stop has to show the focus, and the key has to move it on."""

import re

from playwright.sync_api import Page, expect

_STOP = """() => {
    const node = document.activeElement;
    const isSame = node === window.stoppedAt && node !== document.body;
    window.stoppedAt = node;
    if (!node || node === document.body) return {name: "", shown: true, same: false};
    const labels = node.labels ? [...node.labels].map((label) => label.textContent).join(" ") : "";
    const by = (node.getAttribute("aria-labelledby") || "").split(" ").map((id) => document.getElementById(id));
    const name = node.getAttribute("aria-label") || by.filter(Boolean).map((one) => one.textContent).join(" ")
        || labels || node.textContent || node.title || "";
    const style = getComputedStyle(node);
    const outline = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
    const box = node.getClientRects()[0] || node.getBoundingClientRect();  // a link may go over several lines
    const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    const over = inside && document.elementFromPoint(
        Math.min(Math.max(box.left + 3, 0), innerWidth - 1), Math.min(Math.max(box.top + 3, 0), innerHeight - 1));
    const label = node.labels && node.labels[0];
    const covered = over && !(node.contains(over) || over.contains(node) || label && label.contains(over));
    return {
        name: name.trim().replace(/\\s+/g, " "), shown: outline || style.boxShadow !== "none", same: isSame,
        covered: covered ? over.className || over.tagName : "",
    };
}"""
MAX_STOPS = 160
"""Presses of Tab to the end of the longest page of the desk."""


class Keys:
    """Tab until the control with a name has the focus, then press or type."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.problems: set[str] = set()
        page.emulate_media(reduced_motion="reduce")  # what is looked at is where scrolling ends

    def stop(self, key: str = "Tab") -> str:
        """Press a key that moves the focus on, and return the name of where it is then."""
        self.page.keyboard.press(key)
        stop = self.page.evaluate(_STOP)
        where = f"{re.sub(r'[0-9]+', 'N', self.page.url.split('?')[0].split('/', 3)[-1])}: “{stop['name'][:60]}”"
        if not stop["shown"]:
            self.problems.add(f"{where} has no visible focus")
        if stop["same"]:
            self.problems.add(f"{where} keeps the focus")
        if stop.get("covered"):
            self.problems.add(f"{where} has the focus behind {stop['covered']}")
        return str(stop["name"])

    def to(self, name: str, key: str = "Tab") -> None:
        """Go to the next control whose name begins so."""
        passed = []
        for _ in range(MAX_STOPS):
            passed.append(self.stop(key))
            if passed[-1].startswith(name):
                return
        raise AssertionError(f"{key} never came to “{name}” at {self.page.url}, but to {passed}")

    def press(self, name: str, key: str = "Enter") -> None:
        """Go to a control and press a key on it."""
        self.to(name)
        self.page.keyboard.press(key)

    def type(self, name: str, words: str) -> None:
        """Go to a box or a list and type; what a box has is replaced, as Tab selects it."""
        self.to(name)
        self.page.keyboard.type(words)

    def open(self, heading: str | re.Pattern[str]) -> None:
        """Wait for a page with this heading, and go to its content by the link that skips the navigation."""
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(heading)
        self.page.wait_for_load_state()
        if self.page.evaluate("document.activeElement === document.body"):
            assert self.stop() == "Skip to the main content"
            self.page.keyboard.press("Enter")
