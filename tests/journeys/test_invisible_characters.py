"""I7: characters that nobody sees, or that turn the direction of text, are refused or taken out on the way in."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.desk.conftest import signed_in
from tests.factories import SourceFactory, draft, person
from tracker.desk.accounts.permissions import DeskRole
from tracker.pledges.models import Body, Conflict, Review, Theme
from tracker.sources import intake
from tracker.sources.models import Intake, Source

pytestmark = [pytest.mark.django_db, pytest.mark.once]
UNSEEN = [
    *range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0x200B, 0x2010), *range(0x2060, 0x2065), 0xFEFF, 0x00AD,
    0xE0001, 0xE0041, 0xE0FFF, 0x0001, 0x0007, 0x001B, 0x007F, 0x0085, 0x009F, 0xFFFE, 0xFFFF, 0xFDD0,
    0x1FFFF,
]  # fmt: skip
"""Of tag and control characters, some."""


@pytest.mark.parametrize("code", UNSEEN, ids=hex)
@pytest.mark.slow
def test_every_place_where_words_come_in(code):
    unseen = chr(code)
    words = f"Some{unseen}words"
    editor, admin = person("Ada", DeskRole.EDITOR), person("Edith", DeskRole.ADMIN)
    client = signed_in(editor)
    page = client.get("/", {"q": words}).content.decode()
    assert unseen not in page
    assert f"U+{code:04X}" in page
    for path in ("/desk/pledges/", "/desk/sources/"):
        assert unseen not in client.get(path, {"q": words}).content.decode()
    good = {"title": "A title", "publisher": "Office", "kind": "press", "licence": "ogl-3.0", "text": "Words here."}
    for name in ("title", "publisher", "note"):
        answer = client.post("/desk/sources/add/", good | {name: words})
        assert answer.status_code == 422
        assert f"U+{code:04X}" in answer.content.decode()
    made = draft(editor)
    answer = client.post(made.get_absolute_url(), {"headline": words, "version": "1"})
    assert answer.status_code in (409, 422)
    upload = SimpleUploadedFile("a.txt", b"Words.", "text/plain")
    upload._name = f"a{unseen}b.txt"
    client.post("/desk/sources/add/", {"file": upload})
    assert unseen not in Intake.objects.get().name
    assert not Source.objects.filter(title__contains=unseen).exists()
    people = signed_in(admin)
    people.post("/desk/people/invite/", {"name": words, "email": "new@example.org", "role": "Editors"})
    assert not type(editor).objects.filter(first_name__contains=unseen).exists()


@pytest.mark.parametrize("code", [0x202E, 0x200B, 0xFEFF], ids=hex)
def test_models_refuse_them_in_what_readers_see(code):
    words = f"Some{chr(code)}words"
    for row in (
        Review(slug="a", title=words, author="A", government="G", published_on="2025-06-16"),
        Body(slug="a", name=words),
        SourceFactory.build(title=words),
        Theme(slug="a", name=words),
        Conflict(question=words),
    ):
        with pytest.raises(ValidationError) as caught:
            row.full_clean()
        assert any("U+" in message for messages in caught.value.message_dict.values() for message in messages), row


def test_a_file_name_keeps_what_can_be_seen():
    made = intake.upload_file(b"Words.", name="Ré\u202eponse.txt\x00", by=None)
    assert made.name == "Réponse.txt"
