"""Every field of every model is a fact on the record, follows from facts, or reaches no reader: none is forgotten."""

import pytest
from django.apps import apps

from tracker.desk.sign_off.publication_paths import PUBLICATION_PATHS, PublicationPath
from tracker.pledges.choices import SubjectName
from tracker.pledges.facts.subjects import SUBJECT_TYPES, fact_columns

ON_THE_RECORD_OTHERWISE = {
    "RecordEntry": "an entry of format 1",
    "EntryText": "its words",
    "EntrySignature": "beside it",
    "Citation": "its evidence, and that of a statement",
    "Pledge": "the statement in an entry of format 1",
    "FactsEntry": "an entry of format 2",
    "StatusPeriod": "derived and compared (verify_standings)",
    "DailyCounts": "derived and compared (verify_standings)",
    "SearchDocument": "derived and compared (verify_search)",
    "SearchWord": "derived and compared (verify_search)",
    "SearchIndexState": "derived and compared (verify_search)",
    "RecordTile": "derived and compared (verify_tree)",
    "TableVersion": "counts changes; says nothing",
    "Cosignature": "signed by another",
    "Witness": "what servers of others answered",
    "FollowedLog": "logs of others",
    "LinkCheck": "what a server answered this week, on the page as that; it comes anew",
    "SourceFile": "bytes that the desk alone sees; the text that was read from them has its digest on the record",
}
"""Models of which a field can reach readers, and why their rows are no subjects of entries of facts."""


@pytest.mark.parametrize("name", SubjectName.values)
def test_each_field_is_a_fact_or_follows_from_facts_or_reaches_no_reader(name):
    described = SUBJECT_TYPES[name]
    options = described.model._meta
    fields = {field.name for field in [*options.concrete_fields, *options.many_to_many] if not field.primary_key}
    declared = [*described.facts.split(), *described.derived.split(), *described.unseen.split()]
    assert sorted(declared) == sorted(fields)
    for accessor, names in described.rows:
        belonging = options.get_field(accessor).related_model._meta
        owner = options.get_field(accessor).field.name
        own = {field.name for field in belonging.concrete_fields} - {owner, "id"}
        assert set(names.split()) == own
    assert len(fact_columns(name)) == len(described.facts.split()) + len(described.rows)


def test_each_model_that_reaches_readers_is_a_subject_or_named_here_with_its_reason():
    subjects = {described.model for described in SUBJECT_TYPES.values()}
    for described in SUBJECT_TYPES.values():
        subjects |= {described.model._meta.get_field(accessor).related_model for accessor, _ in described.rows}
    public = {
        apps.get_model(label)
        for label, paths in PUBLICATION_PATHS.items()
        if label.startswith(("sources.", "pledges.")) and set(paths) != {PublicationPath.NEVER}
    }
    left = {model.__name__ for model in public - subjects}
    assert left == set(ON_THE_RECORD_OTHERWISE)


@pytest.mark.parametrize("name", SubjectName.values)
def test_what_nobody_sees_is_what_the_paths_to_publication_say(name):
    described = SUBJECT_TYPES[name]
    never = PUBLICATION_PATHS[described.model._meta.label].get(PublicationPath.NEVER, "").split()
    assert sorted(described.unseen.split()) == sorted(never)
