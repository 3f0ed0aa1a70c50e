"""An extractor without a child process, for tests of other parts: not safe for files of strangers."""

import warnings

from portal.extraction.documents import read_document
from portal.extraction.port import Extracted, InsecureExtractor


class InlineExtractor:
    """Reads documents in this very process; production refuses it."""

    def __init__(self) -> None:
        warnings.warn(
            "Documents are read without a sandbox; for tests only.", InsecureExtractor, stacklevel=2
        )

    def extract(self, source: bytes, *, filename: str) -> Extracted:
        """The document in ``source``; ``Invalid`` with one line."""
        return read_document(source, filename=filename)
