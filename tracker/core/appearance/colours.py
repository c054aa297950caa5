"""An accent colour on our papers: how it contrasts (WCAG 2.2), and the nearest one that can be read."""

import colorsys
import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError

MIN_CONTRAST = 4.5
"""Of text on paper, WCAG 2.2, 1.4.3."""
TINT = 0.08
"""How much of the accent a tinted ground has."""


@dataclass(frozen=True)
class Look:
    """How a page is shown: the grounds behind text in the accent, as site.css has them."""

    name: str
    grounds: tuple[str, ...]
    toward: str
    """The end of the scale to which a colour is moved until it can be read."""


LIGHT = Look("light mode", ("#fbf9f4", "#ffffff", "#f3efe6"), "#000000")
DARK = Look("dark mode", ("#17141c", "#201b27", "#120f16"), "#ffffff")
PRINT = Look("print", ("#ffffff",), "#000000")


def validate_hex_colour(colour: str) -> None:
    """Raise ValidationError for anything but six hexadecimal digits after a #."""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
        raise ValidationError("Enter the colour as # and six digits or letters from a to f, such as #4a2545.")


def contrast(first: str, second: str) -> float:
    """Return the contrast of two colours, from 1 to 21."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def mix(first: str, second: str, share: float) -> str:
    """Return the colour that lies so far from one to the other: 0 is the first, 1 the second."""
    pairs = zip(_channels(first), _channels(second), strict=True)
    return "#" + "".join(f"{round(255 * (a + (b - a) * share)):02x}" for a, b in pairs)


def weakest_contrast(colour: str, look: Look) -> float:
    """Return the contrast with the ground of a look on which a colour is read worst, its own tint among them."""
    return min(contrast(colour, ground) for ground in (*look.grounds, mix(look.grounds[0], colour, TINT)))


def nearest_readable(colour: str, look: Look) -> str:
    """Return the colour itself, or the nearest of the same hue that can be read in a look."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*_channels(colour))
    end = 0.0 if look.toward == "#000000" else 1.0
    for step in range(101):
        moved = lightness + (end - lightness) * step / 100
        near = "#" + "".join(f"{round(255 * channel):02x}" for channel in colorsys.hls_to_rgb(hue, moved, saturation))
        if weakest_contrast(near, look) >= MIN_CONTRAST:
            return near
    return look.toward


def require_readable(colour: str, *looks: Look) -> None:
    """Raise ValidationError, with the nearest colour that works, for one that cannot be read in one of the looks."""
    for look in looks:
        ratio = weakest_contrast(colour, look)
        if ratio < MIN_CONTRAST:
            raise ValidationError(
                f"Too {'dark' if look is DARK else 'pale'} in {look.name}: {ratio:.1f} to 1, and 4.5 to 1 is needed. "
                f"Nearest that works: {nearest_readable(colour, look)}"
            )


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return red, green, blue


def _luminance(colour: str) -> float:
    linear = [
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in _channels(colour)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
