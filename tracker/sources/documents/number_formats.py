"""Figures as Excel shows them: ECMA-376, part 1, 18.8.30 and 18.8.31, as far as tables of progress use it."""

import contextlib
import datetime as dt
import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 14: "dd/mm/yyyy",
    15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss",
    22: "dd/mm/yyyy hh:mm", 37: "#,##0;-#,##0", 38: "#,##0;-#,##0", 39: "#,##0.00;-#,##0.00",
    40: "#,##0.00;-#,##0.00", 45: "mm:ss", 46: "h:mm:ss", 47: "mm:ss", 49: "@",
}  # fmt: skip
_TOKEN = re.compile(
    r"\"(?P<quoted>[^\"]*)\"|\\(?P<escaped>.)|\[\$(?P<currency>[^\]-]*)[^\]]*\]|\[(?P<condition>[^\]]*)\]|_(?P<gap>.)|"
    r"\*(?P<fill>.)|(?P<date>AM/PM|A/P|y+|m+|d+|h+|s+)|(?P<number>[#0?][#0?,.]*(?:E[+-]0+)?)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_MONTHS = ("January February March April May June July August September October November December").split()
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()


def shown_number(value: str, code: str, *, from_1904: bool = False) -> str:
    """Return a figure as it is shown in a format code; as it is where the code is not understood."""
    try:
        number = Decimal(value)
    except InvalidOperation:
        return value
    if not number.is_finite() or number.adjusted() > 30:
        return value
    sections = _sections(code)
    section = sections[0]
    if number < 0 and len(sections) > 1:
        section, number = sections[1], -number
    elif number == 0 and len(sections) > 2:
        section = sections[2]
    tokens = list(_TOKEN.finditer(section))
    if not section or re.fullmatch(r"(?i)general|@", section.strip()):
        return _general(number)
    if any(token["date"] for token in tokens):
        return _date(number, tokens, from_1904) or value
    return _figure(number, tokens)


def exact_day(value: str, code: str, *, from_1904: bool = False) -> str:
    """Return the day, as 2025-06-05, of a figure whose format shows day, month and year; nothing for any other."""
    tokens = list(_TOKEN.finditer(_sections(code)[0]))
    shown = {token["date"][0].lower() for token in tokens if token["date"]}
    if not {"d", "m", "y"} <= shown:
        return ""
    with contextlib.suppress(InvalidOperation):
        number = Decimal(value)
        if number.is_finite() and 1 <= number < 2_958_466:
            return _moment(number, from_1904).date().isoformat()
    return ""


def _sections(code: str) -> list[str]:
    sections, quoted = [""], False
    for sign in code:
        quoted ^= sign == '"'
        if sign == ";" and not quoted:
            sections.append("")
        else:
            sections[-1] += sign
    return sections


def _general(number: Decimal) -> str:
    rounded = round(number, max(0, 10 - max(0, number.adjusted())))
    text = f"{rounded:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _figure(number: Decimal, tokens: list[re.Match[str]]) -> str:
    percent = sum((token["other"] == "%") for token in tokens)
    pattern = next((token["number"] for token in tokens if token["number"]), "")
    if not pattern:
        return "".join(_literal(token) for token in tokens)
    scaled = number * 100**percent
    scaled = scaled / Decimal(1000) ** (len(pattern) - len(pattern.rstrip(",")))
    whole, _, decimals = pattern.rstrip(",").partition(".")
    if "E" in pattern.upper():
        figure = f"{scaled:.{len(re.match('[0#?]*', decimals)[0])}E}"  # type: ignore[index]
    else:
        places = len(decimals)
        rounded = abs(scaled).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
        figure = f"{rounded:,.{places}f}" if "," in whole else f"{rounded:.{places}f}"
        optional = len(decimals) - len(decimals.rstrip("#?"))
        for _ in range(optional):
            if figure.endswith("0"):
                figure = figure[:-1]
        figure = figure.rstrip(".")
        if whole.count("0") > len(figure.partition(".")[0]):
            figure = figure.zfill(whole.count("0") + len(figure) - len(figure.partition(".")[0]))
    sign = "-" if scaled < 0 else ""
    placed, pieces = False, []
    for token in tokens:
        if token["number"]:
            pieces.append("" if placed else figure)
            placed = True
        else:
            pieces.append(_literal(token))
    return (sign + "".join(pieces)).strip()


def _literal(token: re.Match[str]) -> str:
    for name in ("quoted", "escaped", "currency", "other"):
        if token[name] is not None:
            return str(token[name])
    return " " if token["gap"] else ""


def _date(number: Decimal, tokens: list[re.Match[str]], from_1904: bool) -> str:
    """Return a day or a time; nothing for a number that is none."""
    if not 0 <= number < 2_958_466:
        return ""
    moment = _moment(number, from_1904)
    parts = [token["date"].lower() for token in tokens if token["date"]]
    half = any(part in ("am/pm", "a/p") for part in parts)
    pieces, before = [], ""
    for at, token in enumerate(tokens):
        if not (part := (token["date"] or "").lower()):
            pieces.append(_literal(token))
            continue
        after = next((token["date"].lower() for token in tokens[at + 1 :] if token["date"]), "")
        minutes = part[0] == "m" and len(part) < 3 and (before[:1] == "h" or after[:1] == "s")
        pieces.append(_part(moment, part, half=half, minutes=minutes))
        before = part
    return "".join(pieces).strip()


def _moment(number: Decimal, from_1904: bool) -> dt.datetime:
    start = dt.datetime(1904, 1, 1) if from_1904 else dt.datetime(1899, 12, 30 if number >= 60 else 31)
    return start + dt.timedelta(seconds=round(float(number) * 86_400))


def _part(moment: dt.datetime, part: str, *, half: bool, minutes: bool) -> str:
    month, day, hour = _MONTHS[moment.month - 1], _DAYS[moment.weekday()], moment.hour
    if half:
        hour = hour % 12 or 12
    if minutes:
        return f"{moment.minute:0{len(part)}}"
    return {
        "yy": f"{moment.year % 100:02}", "y": f"{moment.year % 100:02}", "m": str(moment.month),
        "mm": f"{moment.month:02}", "mmm": month[:3], "mmmm": month, "mmmmm": month[0], "d": str(moment.day),
        "dd": f"{moment.day:02}", "ddd": day[:3], "dddd": day, "h": str(hour), "hh": f"{hour:02}",
        "s": str(moment.second), "ss": f"{moment.second:02}", "am/pm": "AM" if moment.hour < 12 else "PM",
        "a/p": "A" if moment.hour < 12 else "P",
    }.get(part, str(moment.year))  # fmt: skip
