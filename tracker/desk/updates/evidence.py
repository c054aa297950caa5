"""The part of the page of an update in which its evidence is found, or brought in, and its words are taken.

It is sent with the form of the draft. What was typed is given back until it is taken.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from tracker.core.numbers import read_number
from tracker.desk.actions import drafts
from tracker.desk.actions.sources import store_pasted
from tracker.desk.audit_log import record_action
from tracker.desk.forms import AddSourceForm, SourceForm, WordsForm
from tracker.desk.models import Draft, DraftEvidence
from tracker.desk.passage_search import Match, WordSearch, match_at, sources_for
from tracker.desk.updates.words import NumberedParagraph, layout_of, look_for, numbered_paragraphs, take_words
from tracker.sources import intake
from tracker.sources.choices import IntakeState, SourceKind
from tracker.sources.duplicates import SimilarSource, find_similar
from tracker.sources.models import Intake, Passage, Source

_FIND, _SHOW, _GET, _REMOVE, _ENTER = "find", "show", "get", "remove:", "enter"
"""What the buttons of this part do: each saves the draft and gives the page back. ``enter`` is a key in a box."""
_MAX_FOUND, _LAST_USED, _MAX_PARAGRAPHS, _MAX_PASSAGES = 8, 5, 60, 20
_NEW = "new"
"""The prefix of the fields of a source that is not stored yet."""
_WORDS = ("words", "start", "role", "note")
_CHOSEN = ("words", "spans", "passage", "paragraph")
_COMING = (IntakeState.WAITING, IntakeState.WORKING, IntakeState.READY)


class _NotTakenError(Exception):
    """Something is wrong, and a form of the part says what: ends the transaction of ``take``."""


@dataclass
class EvidencePart:
    """What was chosen and typed in this part.

    ``coming`` is a document that the worker reads, or has read; ``unread`` is one that it could not read.
    """

    draft: Draft
    by: Any
    data: QueryDict
    files: MultiValueDict[str, Any] | None = None
    source: Source | None = field(init=False)
    coming: Intake | None = field(init=False)
    unread: Intake | None = field(init=False)
    new_form: SourceForm = field(init=False)
    words_form: WordsForm = field(init=False)
    is_settled: bool = False
    """Whether the source that was typed is stored: its boxes have nothing more to say."""
    search: WordSearch = field(default_factory=WordSearch)
    similar: list[SimilarSource] = field(default_factory=list)
    problem: str = ""

    def __post_init__(self) -> None:
        slug, key = self._typed("source")[:80], read_number(self._typed("coming"))
        self.source = Source.objects.filter(slug=slug).first() if slug else None
        self.coming = Intake.objects.filter(pk=key, state__in=_COMING).first() if key else None
        self.unread = Intake.objects.filter(pk=key, state=IntakeState.FAILED).first() if key else None
        typed = {name: self.data[name] for name in _WORDS if name in self.data}
        self.words_form = WordsForm(initial={"role": "progress"} | typed)
        self.new_form = self._unsent_source()

    # --- What the page shows ------------------------------------------------------------------

    @property
    def search_words(self) -> str:
        """The address, or the words of a title, that somebody looks for."""
        return self._typed("find")[:1000]

    @property
    def is_given(self) -> bool:
        """Whether there is anything to take: words, or the text of a source that is not stored yet."""
        return self.has_new_text or any(self._typed(name) for name in _CHOSEN)

    @property
    def has_file(self) -> bool:
        """Whether a file was chosen. A page cannot give it back: it has to be kept at once."""
        return bool(self.files and self.files.get(f"{_NEW}-file"))

    @property
    def has_loose_facts(self) -> bool:
        """Whether facts of a new source were typed, and there is no text of it to store them with."""
        if self.is_settled:
            return False
        usual: dict[str, Any] = {"kind": SourceKind.OFFICIAL_PUBLICATION, "url": self.search_words}
        if self.coming is not None:
            usual = proposed_facts(self.coming)
        typed = {name: self._typed(f"{_NEW}-{name}") for name in SourceForm.Meta.fields}
        shown = SourceForm(initial=usual)
        return any(value and not _is_same(shown, name, value) for name, value in typed.items())

    @property
    def has_loose_note(self) -> bool:
        """Whether a note was typed, and there are no words that it is about."""
        return bool(self._typed("note")) and not self.is_given

    @property
    def is_loose(self) -> bool:
        """Whether something was typed that belongs to no evidence yet: the page gives it back and says so."""
        return self.has_loose_facts or self.has_loose_note

    @property
    def is_opened(self) -> bool:
        """Whether the boxes of a new source are shown at once: something is in them, or nothing else was found."""
        typed = self.unread is not None or self.has_loose_facts or self.has_new_text
        return typed or bool(self.new_form.errors) or (bool(self.search_words) and not self.offered)

    @property
    def forms(self) -> list[Any]:
        """The forms of this part, for the summary of what is wrong."""
        return [self.new_form, self.words_form]

    @property
    def is_wrong(self) -> bool:
        """Whether a form of this part says what is wrong."""
        return bool(self.problem or self.new_form.errors or self.words_form.errors)

    @property
    def query(self) -> str:
        """What leads back to the same search, source and document, as a query; empty for none."""
        chosen = {"find": self.search_words, "source": self.source.slug if self.source else ""}
        chosen["coming"] = str(self.coming.pk) if self.coming and not self.is_settled else ""
        return urlencode({name: value for name, value in chosen.items() if value})

    @property
    def has_new_text(self) -> bool:
        """Whether the text of a new source was pasted."""
        return bool(self._typed(f"{_NEW}-text"))

    @property
    def can_fetch(self) -> bool:
        """Whether this site reads what is at an address."""
        return bool(settings.FETCH_ADDRESSES)

    @property
    def is_ready(self) -> bool:
        """Whether the worker has read the document that was brought in."""
        return self.coming is not None and self.coming.state == IntakeState.READY

    @cached_property
    def offered(self) -> list[Source]:
        """The sources that have the words that are looked for; without any, those that were used last."""
        return list(sources_for(self.search_words)[:_MAX_FOUND]) if self.search_words else last_used_sources()

    @property
    def passages(self) -> list[Passage]:
        """The passages of the source that there are already, the first of them."""
        return list(self.source.passages.all()[:_MAX_PASSAGES]) if self.source else []

    @cached_property
    def paragraphs(self) -> list[NumberedParagraph]:
        """The first paragraphs of the text that words are taken from, without furniture."""
        if self.source is not None:
            rows = numbered_paragraphs(self.source.text, layout_of(self.source))
        elif self.coming is not None and self.is_ready:
            rows = numbered_paragraphs(self.coming.text, self.coming.layout)
        else:
            rows = []
        return [row for row in rows if not row.is_furniture][:_MAX_PARAGRAPHS]

    @property
    def ticked_passages(self) -> list[str]:
        """The numbers of the passages that were ticked, as they were sent."""
        return self.data.getlist("passage")

    @property
    def ticked_paragraphs(self) -> list[str]:
        """The places where the paragraphs start that were ticked."""
        return self.data.getlist("paragraph")

    @property
    def new_fields(self) -> list[Any]:
        """The fields of a new source, in the order in which they are known: where it is, what it is, what it says."""
        first = ["url", "file", "text", "title", "publisher", "kind", "published_on", "licence"]
        names = [*first, *(name for name in self.new_form.fields if name not in [*first, "fetch"])]
        return [self.new_form[name] for name in names if name in self.new_form.fields]

    # --- What its buttons do ------------------------------------------------------------------

    def apply(self, do: str) -> tuple["EvidencePart", bool]:
        """Do what was sent, and return the part as it is then, and whether to go on: else the page is given back.

        Nothing that was typed is left behind: what belongs to no evidence yet is given back. Raises ValidationError
        where a passage cannot be removed.
        """
        if self.step(do) or (self.is_given and not self.take()):
            return self, False
        rest = self.rest() if self.is_given else self
        if rest.is_loose:
            rest.say_what_is_loose()
        return rest, not rest.is_loose

    def step(self, do: str) -> bool:
        """Do what a button of this part says, and return whether it was one: then the page is given back.

        Raises ValidationError where a passage cannot be removed.
        """
        if do == _GET or (self.has_file and not self.has_new_text):
            self._bring()
        if do.startswith(_REMOVE):
            tie = self.draft.evidence.filter(pk=read_number(do.removeprefix(_REMOVE)) or 0).first()
            if tie is not None:
                drafts.remove_evidence(tie, by=self.by)
        return self.is_step(do)

    def is_step(self, do: str) -> bool:
        """Whether a button is one of this part. A key in a box looks for what is typed in the box of sources.

        A file is brought in by whatever button it was sent with.
        """
        looks = do == _ENTER and not self.is_given and (bool(self.search_words) or self.is_loose)
        brings = self.has_file and not self.has_new_text
        return looks or brings or do in (_FIND, _SHOW, _GET) or do.startswith(_REMOVE)

    def _bring(self) -> None:
        """Have a file, or what is at the address, read by the worker. What is wrong is told in ``new_form``."""
        data = self.data.copy()
        if not self._typed(f"{_NEW}-url") and "://" in self.search_words:
            data[f"{_NEW}-url"] = self.search_words
        form = AddSourceForm(data, self.files, prefix=_NEW, brings=True)
        self.new_form = form
        if not form.is_valid():
            return
        try:
            self.coming = intake.bring(form.cleaned_data.get("file"), form.cleaned_data["url"], by=self.by,
                                       facts=form.facts())  # fmt: skip
        except ValidationError as error:
            _add_errors(form, error, otherwise="url")
            return
        record_action(self.by, "brought in a document", self.coming)
        self.source = None
        self.new_form = self._unsent_source()

    def say_what_is_loose(self) -> None:
        """Say, next to what was typed, what it needs to become evidence."""
        self.words_form = WordsForm({name: self.data.get(name, "") for name in _WORDS}, needs_words=False)
        if self.has_loose_facts and self.coming is not None:
            self.words_form.add_error("words", "Choose words of this document. It is then stored as a source.")
        elif self.has_loose_facts:
            self.new_form = AddSourceForm(self.data, self.files, prefix=_NEW)
            self.new_form.is_valid()
        if self.has_loose_note:
            self.words_form.add_error("note", "Choose the words that this note is about, or empty this box.")

    def rest(self) -> "EvidencePart":
        """Return the part once its words are taken: with what was typed of a source and is not stored."""
        data = self.data.copy()
        for name in ("start", "note", *_CHOSEN):
            data.pop(name, None)
        rest = EvidencePart(self.draft, self.by, data, self.files)
        rest.is_settled = self.is_settled
        return rest

    def take(self) -> bool:
        """Make evidence of what was chosen, with its source if that is new; return whether it was.

        All of it or nothing: where anything is wrong, the forms say what, and nothing is stored.
        """
        try:
            with transaction.atomic():
                source = self._stored_source()
                self._take_from(source)
        except _NotTakenError:
            return False
        self.is_settled = source != self.source
        return True

    def _stored_source(self) -> Source:
        """Return the source that words are taken from. Raises _NotTakenError."""
        if self.coming is not None and self.source is None:
            return self._store_coming(self.coming)
        if self.has_new_text:
            return self._store_pasted()
        if self.source is None:
            self.problem = "Choose a source, or add one."
            raise _NotTakenError
        return self.source

    def _store_pasted(self) -> Source:
        form = AddSourceForm(self.data, self.files, prefix=_NEW)
        self.new_form = form
        if not form.is_valid():
            raise _NotTakenError
        text = form.cleaned_data["text"]
        self.similar = [] if self._typed("anyway") else find_similar(text)
        if self.similar:
            raise _NotTakenError
        try:
            return store_pasted(form.save(commit=False), text, by=self.by)
        except ValidationError as error:
            _add_errors(form, error, otherwise="title")
            raise _NotTakenError from error

    def _store_coming(self, coming: Intake) -> Source:
        form = SourceForm(self.data, prefix=_NEW)
        self.new_form = form
        if not self.is_ready or not form.is_valid():
            raise _NotTakenError
        try:
            source = intake.store(coming, facts=form.cleaned_data, slug=form.instance.slug, by=self.by)
        except ValidationError as error:
            _add_errors(form, error, otherwise="title")
            raise _NotTakenError from error
        record_action(self.by, "brought in a source", source)
        return source

    def _take_from(self, source: Source) -> None:
        """Make evidence of the passages and paragraphs that were ticked, and of the words. Raises _NotTakenError."""
        chosen: list[list[Match] | Passage] = [*self._ticked_passages(source), *self._ticked_paragraphs(source)]
        form = WordsForm({name: self.data.get(name, "") for name in _WORDS}, needs_words=not chosen)
        self.words_form = form
        if not form.is_valid():
            raise _NotTakenError
        if form.cleaned_data["words"].strip():
            self.search, taken = look_for(source, form, None, self._typed("spans"))
            if not taken or not form.is_valid():
                raise _NotTakenError
            chosen.append(taken)
        try:
            for choice in chosen:
                take_words(self.draft, source, choice, form, by=self.by)
        except ValidationError as error:
            form.add_error("words", error.messages)
            raise _NotTakenError from error

    def _ticked_passages(self, source: Source) -> list[Passage]:
        keys = [read_number(key) or 0 for key in self.data.getlist("passage")]
        return list(source.passages.filter(pk__in=keys))

    def _ticked_paragraphs(self, source: Source) -> list[list[Match]]:
        starts = {read_number(start) for start in self.data.getlist("paragraph")}
        rows = [row for row in numbered_paragraphs(source.text) if row.start in starts] if starts else []
        return [
            [match_at(source.text, row.start + len(row.text) - len(row.text.lstrip()), row.text.strip())]
            for row in rows
        ]

    def _typed(self, name: str) -> str:
        return str(self.data.get(name, "")).replace("\x00", "").strip()

    def _unsent_source(self) -> SourceForm:
        """Return the form of a new source as nobody sent it yet: with what was typed, and what a document says."""
        names = [*SourceForm.Meta.fields, "text"]
        typed: dict[str, Any] = {name: self.data[f"{_NEW}-{name}"] for name in names if self._typed(f"{_NEW}-{name}")}
        if self.coming is not None:
            return SourceForm(prefix=_NEW, initial=proposed_facts(self.coming) | typed)
        if self.search_words.startswith(("http://", "https://")):
            typed.setdefault("url", self.search_words)
        known = {name: value for name, value in self.unread.facts.items() if value} if self.unread is not None else {}
        return AddSourceForm(prefix=_NEW, initial={"kind": SourceKind.OFFICIAL_PUBLICATION} | known | typed)


def last_used_sources() -> list[Source]:
    """Return the sources that drafts cited last, and after them those that came in last."""
    ties = DraftEvidence.objects.order_by("-pk").values_list("passage__source", flat=True)[:60]
    keys = list(dict.fromkeys(ties))[:_LAST_USED]
    newest = Source.objects.order_by("-pk").values_list("pk", flat=True)[:_LAST_USED]
    keys = list(dict.fromkeys([*keys, *newest]))[:_LAST_USED]
    rows = Source.objects.defer("text").in_bulk(keys)
    return [rows[key] for key in keys]


def proposed_facts(coming: Intake) -> dict[str, str]:
    """Return what a document says of itself, under what the person who brought it in typed.

    The licence is for a person alone to choose.
    """
    proposed = {name: value for name, (value, _) in coming.proposals.items() if name != "licence"}
    if coming.url:
        proposed.setdefault("url", coming.url)
    typed = {name: value for name, value in coming.facts.items() if value}
    initial = {"kind": SourceKind.OFFICIAL_PUBLICATION, **proposed, **typed}
    initial["title"] = str(initial.get("title", ""))[:300]
    initial["publisher"] = str(initial.get("publisher", ""))[:200]
    return initial


def _is_same(form: SourceForm, name: str, value: str) -> bool:
    """Whether a value that was sent is the one with which its box was shown."""
    return not form.fields[name].has_changed(form.get_initial_for_field(form.fields[name], name), value)


def _add_errors(form: SourceForm, error: ValidationError, *, otherwise: str) -> None:
    """Put each message of a verb next to its field; what is of no field next to that of ``otherwise``."""
    problems = error.message_dict if hasattr(error, "error_dict") else {otherwise: error.messages}
    for name, messages in problems.items():
        form.add_error(name if name in form.fields else otherwise, messages)
