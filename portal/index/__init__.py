"""Full-text search: one sealed index for each compartment, behind the port ``SearchIndex``."""

from portal.index.config import init_app
from portal.index.engine import FileIndex, MemoryIndex, SealedIndex
from portal.index.extracts import extract
from portal.index.port import Hit, IndexDocument, IndexReader, SearchIndex, SearchQuery, SearchResults
from portal.index.queries import unheard

__all__ = [
    "FileIndex",
    "Hit",
    "IndexDocument",
    "IndexReader",
    "MemoryIndex",
    "SealedIndex",
    "SearchIndex",
    "SearchQuery",
    "SearchResults",
    "extract",
    "init_app",
    "unheard",
]
