"""Read how a government answered a recommendation, from the words before a pledge that is under it."""

import re

from tracker.pledges.choices import Response

MAX_CHARS_BEFORE = 3_000
"""Characters before a pledge in which the answer is looked for."""

_ANSWER = r"accept(?:s|ed)?\b"
_PATTERNS = {
    Response.REJECTED: re.compile(
        r"\b(?:does not|do not|did not|not|cannot) accept|\breject(?:s|ed)?\b", re.IGNORECASE
    ),
    Response.IN_PRINCIPLE: re.compile(rf"\b{_ANSWER}[^.\n]{{0,60}}\bin principle\b", re.IGNORECASE),
    Response.IN_PART: re.compile(
        rf"\b{_ANSWER}[^.\n]{{0,60}}\bin part\b|\b(?:partially|partly) {_ANSWER}",
        re.IGNORECASE,
    ),
    Response.ACCEPTED: re.compile(
        r"(?:^|\n)\W*(?:(?:government )?response\W+)?(?:fully )?accepted\b(?! in p)"
        r"|\b(?:we|government|department|ministers?) (?:fully )?accepts? (?:(?:this|the|that) )?recommendations?\b"
        r"(?![^.\n]{0,60}\bin (?:principle|part)\b)",
        re.IGNORECASE,
    ),
}


def read_response(recommendation: str, before: str) -> str:
    """Return the answer (Response) to a recommendation; empty where the words say none, or more than one.

    ``before`` are the words up to the end of the pledge. Read from the last place that names the recommendation on:
    an answer to another one counts for nothing. Where it is not named there, nothing is read.
    """
    at = before.rfind(recommendation) if recommendation else -1
    if at < 0:
        return ""
    words = before[at + len(recommendation) :]
    answers = [answer for answer, pattern in _PATTERNS.items() if pattern.search(words)]
    return str(answers[0]) if len(answers) == 1 else ""
