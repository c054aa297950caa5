"""What the signs of symbol fonts mean: their files keep a place in the font, not a letter."""

UNKNOWN_SIGN = "\u25af"
"""Replaces a sign whose meaning is not known."""

_SYMBOL = (
    " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼",
    "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…|—↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊⟨®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪▯⟩∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭",
)
_FONTS: dict[str, dict[int, str]] = {
    "symbol": dict(enumerate(_SYMBOL[0], start=0x20)) | dict(enumerate(_SYMBOL[1], start=0xA0)),
    "wingdings": {
        0x22: "✂", 0x28: "☎", 0x2A: "✉", 0x36: "⌛", 0x41: "✌", 0x43: "👍", 0x44: "👎", 0x45: "☜", 0x46: "☞",
        0x4A: "☺", 0x4C: "☹", 0x6C: "●", 0x6D: "❍", 0x6E: "■", 0x6F: "□", 0x71: "❑", 0x72: "❒", 0x73: "⬧",
        0x74: "⧫", 0x75: "◆", 0x76: "❖", 0x77: "⬥", 0x78: "☒", 0x9E: "·", 0x9F: "•", 0xA0: " ", 0xA1: "○",
        0xA4: "◉", 0xA7: "▪", 0xA8: "◻", 0xAB: "★", 0xB2: "⟡", 0xD8: "➢", 0xDC: "➲", 0xDF: "←", 0xE0: "→",
        0xE1: "↑", 0xE2: "↓", 0xE7: "◀", 0xE8: "➔", 0xE9: "▲", 0xEA: "▼", 0xEF: "⇦", 0xF0: "⇨", 0xF1: "⇧",
        0xF2: "⇩", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
        **{0x80 + n: sign for n, sign in enumerate("⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿")},
    },
    "wingdings 2": {
        0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0x95: "•", 0x96: "•", 0x97: "●",
        0x98: "●", 0x99: "●", 0xA2: "▪", 0xA3: "□", 0xAE: "◆",
    },
    "wingdings 3": {
        0x22: "↑", 0x66: "←", 0x67: "→", 0x68: "↑", 0x69: "↓", 0x70: "▲", 0x71: "▼", 0x74: "◀", 0x75: "▶", 0x7D: "▶",
    },
    "webdings": {0x3C: "💾", 0x61: "✓", 0x63: "□", 0x67: "■", 0x6E: "●", 0x72: "✗", 0x3D: "▯"},
}  # fmt: skip


def is_symbol_font(font: str) -> bool:
    """Whether the letters of a font are signs."""
    return font.lower() in _FONTS


def meaning(font: str, code: int) -> str:
    """Return the sign that is at a place of a symbol font, or UNKNOWN_SIGN."""
    if 0xF000 <= code <= 0xF0FF:
        code -= 0xF000
    return _FONTS.get(font.lower(), {}).get(code, UNKNOWN_SIGN)
