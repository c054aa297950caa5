"""The picture that a link to a pledge shows elsewhere: 1200 x 630 pixels, the size of the Open Graph protocol.

It names the theme, the status and the day until which the desk looked, and not the pledge: a link is seen by people
who did not choose to read about the subject.
"""

import io
from typing import Any

from django.conf import settings
from django.template.defaultfilters import date
from django.utils.translation import gettext

from tracker.pledges.choices import STATUS_ORDER, Status

SIZE = (1200, 630)
_PAPER, _INK, _SOFT, _LINE = "#fbf9f4", "#221d2b", "#4c4557", "#1c5658"
_FILLS = {
    Status.DELIVERED: "#0e4547",
    Status.PART: "#2f7c7d",
    Status.UNDER_WAY: "#79b0ae",
    Status.ANNOUNCED: "#cfe3e1",
}


def draw_share_image(pledge: Any) -> bytes:
    """Return the card of a pledge (PledgeQuerySet.with_record) as a PNG."""
    from PIL import Image, ImageDraw, ImageFont  # a worker that nobody asks for a card is spared it

    image = Image.new("RGB", SIZE, _PAPER)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, SIZE[0], 14), fill=_LINE)
    status = Status(pledge.status) if pledge.status else None
    draw.text((80, 80), _plain(settings.SITE_NAME), font=ImageFont.load_default(38), fill=_SOFT)
    about = gettext("A pledge: %(theme)s") % {"theme": str(pledge.theme).lower()}
    draw.text((80, 200), _plain(about), font=ImageFont.load_default(46), fill=_INK)
    word = str(status.label) if status else gettext("No status yet")
    draw.text((80, 290), _plain(word), font=ImageFont.load_default(92), fill=_INK)
    if pledge.looked_until:
        words = gettext("by evidence published up to %(day)s") % {"day": date(pledge.looked_until, "j F Y")}
        draw.text((80, 420), _plain(words), font=ImageFont.load_default(36), fill=_SOFT)
    left = 80
    for step in STATUS_ORDER[1:]:
        reached = status is not None and status.is_on_ladder and STATUS_ORDER.index(status) >= STATUS_ORDER.index(step)
        draw.rectangle((left, 520, left + 240, 552), fill=_FILLS[step] if reached else _PAPER, outline=_LINE, width=3)
        left += 260
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()


def _plain(text: str) -> str:
    """The text in the letters that the font of the card has."""
    return text.replace("’", "'").replace("–", "-").encode("latin-1", "replace").decode("latin-1")
