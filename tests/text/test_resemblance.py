"""The same document in another format is known again; another document is not. No database."""

from tracker.text.resemblance import MIN_RESEMBLANCE, fingerprint, resemblance

WORDS = [
    f"Sentence {number} says that harbour {number * 7} will get {number * 3} new berths." for number in range(120)
]
PAGE = "\n\n".join(WORDS)


def test_the_same_words_have_the_same_digest_whatever_is_between():
    pdf = PAGE.replace("berths.", "ber-\nths.").replace(" will", "\u00a0will").replace("harbour", "har\u00adbour")
    assert fingerprint(pdf).words_sha256 == fingerprint(PAGE.upper()).words_sha256 == fingerprint(PAGE).words_sha256
    assert fingerprint(PAGE + " Not.").words_sha256 != fingerprint(PAGE).words_sha256


def test_a_menu_and_heads_of_pages_leave_it_nearly_the_same():
    menu = "Home Search Contact us Cookies Accept all\n\n"
    paged = menu + "\n\n".join(
        f"{words}\n\nSurvey of Ports\n\n{at}" if at % 30 == 0 else words for at, words in enumerate(WORDS)
    )
    share = resemblance(fingerprint(PAGE).sketch, fingerprint(paged).sketch)
    assert MIN_RESEMBLANCE < share < 1
    assert share > 0.85


def test_another_document_and_a_text_of_a_few_words_are_not_like_it():
    other = PAGE.replace("harbour", "council").replace("berths", "places").replace("says", "holds")
    assert resemblance(fingerprint(PAGE).sketch, fingerprint(other).sketch) < MIN_RESEMBLANCE
    few = fingerprint("We will do it in May.")
    assert resemblance(few.sketch, few.sketch) == 0
    assert fingerprint("— … —").words_sha256 == ""
