"""A picture (SVG) that somebody brings, made safe: what draws is kept, what runs or loads is left out."""

import re

from django.core.exceptions import ValidationError

MAX_LOGO_CHARS = 20_000
_SVG = "{http://www.w3.org/2000/svg}"
_ELEMENTS = set(
    "svg g path rect circle ellipse line polyline polygon title desc text tspan defs linearGradient radialGradient "
    "stop clipPath mask".split()
)
_ATTRIBUTES = set(
    "id viewBox width height x y x1 y1 x2 y2 cx cy r rx ry d points transform opacity fill fill-opacity fill-rule "
    "stroke stroke-width stroke-linecap stroke-linejoin stroke-miterlimit stroke-dasharray stroke-opacity offset "
    "stop-color stop-opacity gradientUnits gradientTransform fx fy spreadMethod clip-path clip-rule clipPathUnits "
    "mask maskUnits text-anchor font-family font-size font-weight letter-spacing preserveAspectRatio".split()
)
_HARMLESS = re.compile(
    r"(?:url\(#[\w-]+\)|(?:rgba?|hsla?|matrix|translate|scale|rotate|skew[XY])\([^()\\]*\)|[^()\\])*", re.IGNORECASE
)
"""A value without any function of CSS but colours, moves and references within the picture; an escape can hide one."""


def make_svg_safe(text: str) -> str:
    """Return an SVG with nothing in it but shapes, words and gradients: no script, style, link, or picture in it.

    Raises ValidationError for what is no SVG, declares entities, has no size of its own or is too long.
    """
    from lxml import etree  # only a change of a logo needs it

    if len(text) > MAX_LOGO_CHARS:
        raise ValidationError(f"The logo has more than {MAX_LOGO_CHARS:,} characters. Simplify the drawing.")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(text.strip().encode(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ValidationError("This is not an SVG picture. Choose a file that ends in .svg.") from error
    if root.tag != f"{_SVG}svg":
        raise ValidationError("This is not an SVG picture. Choose a file that ends in .svg.")
    if root.getroottree().docinfo.internalDTD is not None:
        raise ValidationError("The SVG has a document type declaration. Save it as a plain SVG.")
    _clean(root)
    if not root.get("viewBox") and not (root.get("width") and root.get("height")):
        raise ValidationError("The SVG has no size. Save it with a viewBox.")
    etree.cleanup_namespaces(root)
    return str(etree.tostring(root, encoding="unicode"))


def _clean(element: object) -> None:
    for name, value in list(element.attrib.items()):  # type: ignore[attr-defined]
        if name not in _ATTRIBUTES or not _HARMLESS.fullmatch(value):
            del element.attrib[name]  # type: ignore[attr-defined]
    for child in list(element):  # type: ignore[call-overload]
        if not isinstance(child.tag, str) or child.tag.removeprefix(_SVG) not in _ELEMENTS or _SVG not in child.tag:
            element.remove(child)  # type: ignore[attr-defined]
        else:
            _clean(child)
