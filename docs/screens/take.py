"""Take the pictures of docs/screens and docs/dashboard.png: python docs/screens/take.py http://127.0.0.1:8000

Needs the tracker of `make run` at this address, with the Casey data set, and Chromium (CHROMIUM names another place).
"""

import io
import os
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

FOLDER = Path(__file__).parent
PLEDGE, SOURCE = "/pledges/nca-cold-cases/", "/sources/gov-response/"
SHOTS = [
    ("dashboard-1280-light", "/", 1280, "light"),
    ("dashboard-390-dark", "/", 390, "dark"),
    ("pledge-1280-dark", PLEDGE, 1280, "dark"),
    ("pledge-390-light", PLEDGE, 390, "light"),
    ("source-1280-light", SOURCE, 1280, "light"),
    ("pictures-1280-light", "/pictures/", 1280, "light"),
    ("pictures-390-dark", "/pictures/", 390, "dark"),
    ("changes-768-light", "/changes/", 768, "light"),
    ("dashboard-forced-colours", "/", 1280, "forced"),
    ("../dashboard", "/", 1280, "light"),
]
"""File, address, width in pixels, and light, dark or forced colours."""
SCALE = 0.75
"""Of the pictures in the folder; the one of the README is not made smaller."""


def take(browser: Browser, site: str, name: str, path: str, width: int, look: str) -> None:
    """Write one picture, with 256 colours."""
    large = name.startswith("..")
    height = 1000 if large else 1200 if look == "forced" else 1800
    page = browser.new_page(
        viewport={"width": width, "height": height},
        color_scheme="dark" if look == "dark" else "light",
        forced_colors="active" if look == "forced" else "none",
    )
    page.goto(site.rstrip("/") + path)
    image = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    page.close()
    if not large:
        image = image.resize((round(width * SCALE), round(height * SCALE)), Image.Resampling.LANCZOS)
    image.quantize(256).save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"]
        )
        for shot in SHOTS:
            take(chromium, sys.argv[1], *shot)
        chromium.close()
