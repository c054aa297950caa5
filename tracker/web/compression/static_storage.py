"""Where static files are collected: each compressed, and with brotli those that readers load."""

import re
from typing import Any

from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

_FOR_READERS = re.compile(r"/(?:public/|django_htmx/htmx-2\.min\.)")


class StaticFilesStorage(CompressedManifestStaticFilesStorage):
    """whitenoise's. With brotli, all files of the admin and the desk would take many seconds at each start."""

    def create_compressor(self, **kwargs: Any) -> Compressor:
        """Return what compresses one file after another."""
        return _StaticCompressor(**kwargs)


class _StaticCompressor(Compressor):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs, use_brotli=False)
        self._for_readers = Compressor(**kwargs)

    def compress(self, path: str) -> list[str]:
        """Write the compressed forms of a file; return their paths."""
        paths: list[str] = self._for_readers.compress(path) if _FOR_READERS.search(path) else super().compress(path)
        return paths
