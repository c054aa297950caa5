"""Whole tables, the record and the package are made once for each version of the data, and kept as files."""

import pytest
from django.core.cache import cache

from tests.factories import stated, update
from tracker.core.files.file_lock import FileLock
from tracker.web import export_files

pytestmark = [pytest.mark.django_db, pytest.mark.once]
DOWNLOADS = [
    "/data/updates.csv", "/data/pledges.json", "/data/sources.ndjson", "/record/record.ndjson", "/data/package.zip",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    cache.clear()


def read(client, address, **headers):
    answer = client.get(address, headers=headers)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    answer.close()
    return answer, body


def files(tmp_path):
    return sorted(one.name for one in (tmp_path / "exports").iterdir() if not one.name.startswith("."))


@pytest.mark.parametrize("address", DOWNLOADS)
def test_the_second_reader_gets_the_file_that_was_made_for_the_first(client, tmp_path, address):
    update(stated())
    first, body = read(client, address)
    assert first.status_code == 200
    made = files(tmp_path)
    assert len(made) == 1
    path = tmp_path / "exports" / made[0]
    assert path.read_bytes() == body
    path.write_bytes(b"the file itself" * 10)
    assert read(client, address)[1] == b"the file itself" * 10


@pytest.mark.parametrize("address", DOWNLOADS)
def test_after_an_entry_it_is_made_anew_and_the_old_one_is_gone(client, tmp_path, address):
    about = stated()
    _, before = read(client, address)
    made = files(tmp_path)
    update(about)
    _, after = read(client, address)
    assert len(files(tmp_path)) == 1
    assert files(tmp_path) != made
    assert (before != after) or "sources" in address


def test_where_the_disk_cannot_be_written_it_is_made_while_it_is_sent(client, tmp_path):
    update(stated())
    _, before = read(client, "/data/updates.csv")
    for old in (tmp_path / "exports").iterdir():
        old.unlink()
    (tmp_path / "exports").rmdir()
    (tmp_path / "exports").write_text("a file where a folder has to be")
    answer, after = read(client, "/data/updates.csv")
    assert (answer.status_code, after) == (200, before)


def test_a_table_that_is_filtered_is_not_kept(client, tmp_path):
    update(stated())
    assert read(client, "/data/pledges.csv?status=delivered")[0].status_code == 200
    assert not (tmp_path / "exports").exists()


def test_a_download_that_broke_off_goes_on_from_the_file(client):
    update(stated())
    first, body = read(client, "/data/updates.csv")
    part, rest = read(client, "/data/updates.csv", **{"Range": "bytes=100-", "If-Range": first["ETag"]})
    assert (part.status_code, rest) == (206, body[100:])
    assert part["Content-Range"] == f"bytes 100-{len(body) - 1}/{len(body)}"
    assert int(part["Content-Length"]) == len(rest)


def test_who_comes_while_it_is_made_is_told_when_to_come_again(client, tmp_path, monkeypatch):
    monkeypatch.setattr(export_files, "WAIT_SECONDS", 0.05)
    stated()
    (tmp_path / "exports").mkdir()
    held = FileLock(tmp_path / "exports" / ".updates.csv.lock")
    held.acquire(timeout=1)
    answer, body = read(client, "/data/updates.csv")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert b"busy" in body
    held.release()
    assert read(client, "/data/updates.csv")[0].status_code == 200


def test_what_fails_in_the_middle_leaves_no_half_of_a_file(tmp_path):
    def write(file):
        file.write(b"half")
        raise ValueError("gone")

    with pytest.raises(ValueError, match="gone"):
        export_files.export_file("x.csv", write)
    assert files(tmp_path) == []
