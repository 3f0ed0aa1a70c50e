"""One function for all formats: what a file holds, or why it cannot be used."""

from collections.abc import Callable

from portal.core.errors import Invalid, TooLarge
from portal.extraction import sentences
from portal.extraction.docx import read_docx
from portal.extraction.draft import Draft, finished
from portal.extraction.limits import MAX_DOCUMENT
from portal.extraction.media import DOCX, HTML, MARKDOWN, PDF, PPTX, TEXT, document_type, sniff
from portal.extraction.page import read_page
from portal.extraction.pdf import read_pdf
from portal.extraction.plain import read_markdown, read_plain
from portal.extraction.port import Extracted
from portal.extraction.pptx import read_pptx

READERS: dict[str, Callable[[bytes], Draft]] = {
    TEXT: read_plain,
    MARKDOWN: read_markdown,
    HTML: read_page,
    DOCX: read_docx,
    PPTX: read_pptx,
    PDF: read_pdf,
}


def check_outside(source: bytes, filename: str) -> None:
    """What can be said of a file without looking into it: its ending and its size."""
    document_type(filename)
    if not source:
        raise Invalid(sentences.EMPTY)
    if len(source) > MAX_DOCUMENT:
        raise TooLarge(sentences.TOO_LARGE)


def read_document(source: bytes, *, filename: str) -> Extracted:
    """The document in ``source``; ``Invalid`` with one line, whatever it holds. Run under limits only."""
    check_outside(source, filename)
    try:
        media_type = sniff(source, filename)
        return finished(READERS[media_type](source), filename=filename, media_type=media_type)
    except Invalid as refusal:
        kind, sentence = type(refusal), str(refusal)
    except MemoryError:
        kind, sentence = TooLarge, sentences.TOO_MUCH
    except RecursionError:
        kind, sentence = Invalid, sentences.TOO_DEEP
    except Exception:
        # A reader may fail in any way, and its message may carry text of the document.
        kind, sentence = Invalid, sentences.DAMAGED
    # Raised outside the handlers, so that no chained error carries what the document says, or keeps it.
    raise kind(sentence)
