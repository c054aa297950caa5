"""Downloads made once for each version of the data and kept on the disk: the package, whole tables, the record.

A file is written beside its place and moved there when it is whole; while one process writes it, others wait a little;
what older versions left is removed. Where the disk cannot be written a download is made while it is sent, as before.
"""

import io
import logging
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings

from tracker.core.files.file_lock import FileLock, LockTimeoutError
from tracker.pledges.derived.data_versions import entity_tag
from tracker.web.rate_limiting import rest, wait_without_slot

logger = logging.getLogger(__name__)

WAIT_SECONDS = 2.0
"""For how long a reader waits for another who has the same file made."""
_PIECE_BYTES = 1 << 16


class ExportInProgressError(Exception):
    """Another process is writing the file, and takes longer than a reader waits."""


def export_file(name: str, write: Callable[[BinaryIO], None], *, timeout: float | None = None) -> Path:
    """Return the file of a download for the data as they are, made by ``write`` where it is not there yet.

    ``name`` is that of the download, such as updates.csv; for another who makes it, it waits ``timeout`` seconds, or
    WAIT_SECONDS. Raises ExportInProgressError; OSError where the disk cannot be written.
    """
    stem, _, suffix = name.rpartition(".")
    folder: Path = settings.DATA_DIR / "exports"
    path = folder / f"{stem}-{entity_tag(name).strip(chr(34))}.{suffix}"
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / f".{name}.lock")
    try:
        _wait_for(lock, timeout=WAIT_SECONDS if timeout is None else timeout)
    except LockTimeoutError as error:
        raise ExportInProgressError(name) from error
    try:
        if not path.exists():
            _write(path, write)
            _remove_others(folder, f"{stem}-*.{suffix}", path)
    finally:
        lock.release()
    return path


def _wait_for(lock: FileLock, *, timeout: float) -> None:
    """Raises LockTimeoutError. Who makes the file rests meanwhile, and goes on only while nobody waits in its slot."""
    try:
        lock.acquire(timeout=0)
    except LockTimeoutError:
        if not wait_without_slot(lambda: lock.acquire(timeout=timeout)):
            raise


def export_file_or_none(name: str, pieces: Callable[[], Iterable[bytes]]) -> Path | None:
    """Return the same for a download that is made in pieces; None where the disk cannot be written."""

    def write(file: BinaryIO) -> None:
        for piece in pieces():
            file.write(piece)

    try:
        return export_file(name, write)
    except OSError as error:
        logger.warning("%s is not kept: %s", name, error)
        return None


class FilePieces:
    """A file from byte ``start`` on, in pieces. It is opened at once, because it may be replaced meanwhile."""

    def __init__(self, path: Path, start: int = 0) -> None:
        self._file = path.open("rb")
        self._file.seek(start)

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        piece = self._file.read(_PIECE_BYTES) if not self._file.closed else b""
        if not piece:
            self.close()
            raise StopIteration
        return piece

    def close(self) -> None:
        """Close the file: the server does, whether it was read to its end or not."""
        self._file.close()

    def __del__(self) -> None:
        self.close()


class _RestingFile(io.FileIO):
    """A file whose writer lets other readers have a turn between pieces."""

    def write(self, data: Any, /) -> int:
        rest()
        return super().write(data)


def _write(path: Path, write: Callable[[BinaryIO], None]) -> None:
    part = path.with_suffix(".part")
    try:
        with io.BufferedWriter(_RestingFile(part, "wb"), _PIECE_BYTES) as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _remove_others(folder: Path, pattern: str, path: Path) -> None:
    for old in folder.glob(pattern):
        if old != path:
            old.unlink(missing_ok=True)
