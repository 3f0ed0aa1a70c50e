"""Extraction: a file of any origin becomes a clean document, or is refused with one sentence."""

from portal.extraction.config import extractor, init_app
from portal.extraction.draft import without_title
from portal.extraction.inline import InlineExtractor
from portal.extraction.limits import Limits
from portal.extraction.local import read_local
from portal.extraction.media import ATTACHMENT_TYPES, DOCUMENT_TYPES, sniff, sniff_stream
from portal.extraction.port import Extracted, Extractor, InsecureExtractor
from portal.extraction.sandbox import SandboxExtractor
from portal.extraction.sidecar import SideCar, read_sidecar

__all__ = [
    "ATTACHMENT_TYPES",
    "DOCUMENT_TYPES",
    "Extracted",
    "Extractor",
    "InlineExtractor",
    "InsecureExtractor",
    "Limits",
    "SandboxExtractor",
    "SideCar",
    "extractor",
    "init_app",
    "read_local",
    "read_sidecar",
    "sniff",
    "sniff_stream",
    "without_title",
]
