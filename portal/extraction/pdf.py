"""PDF files: the text layer of each page, its lines joined into paragraphs again."""

from typing import Any

import pypdfium2
from pypdfium2 import raw

from portal.core.errors import Invalid, TooLarge
from portal.extraction import sentences
from portal.extraction.draft import Draft
from portal.extraction.limits import MAX_HTML, MAX_PAGES
from portal.extraction.office import paragraphs_html
from portal.extraction.paragraphs import paragraphs_of

PASSWORD_ERRORS = {raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY}


def read_pdf(source: bytes) -> Draft:
    """The words of all pages; a file without any is a draft of pictures only."""
    document = _opened(source)
    try:
        pages = _texts(document)
        title = document.get_metadata_value("Title")
    finally:
        document.close()
    without = sum(not text.strip() for text in pages)
    if without == len(pages):
        return Draft("", title, (sentences.PICTURES_ONLY,), pictures=True)
    warnings = (sentences.SOME_PICTURES.format(count=without, total=len(pages)),) if without else ()
    html = "".join(paragraphs_html(paragraphs_of(text)) for text in pages)
    return Draft(html, title, warnings, pictures=bool(without))


def _opened(source: bytes) -> Any:
    try:
        document = pypdfium2.PdfDocument(source)
    except pypdfium2.PdfiumError as error:
        locked = getattr(error, "err_code", None) in PASSWORD_ERRORS
        raise Invalid(sentences.PDF_PASSWORD if locked else sentences.DAMAGED) from None
    if not len(document):
        raise Invalid(sentences.PDF_NO_PAGES)
    if len(document) > MAX_PAGES:
        raise TooLarge(sentences.TOO_MANY_PAGES)
    return document


def _texts(document: Any) -> list[str]:
    """The text of each page; one that cannot be read counts as empty, unless all are so."""
    texts, broken, length = [], 0, 0
    for number in range(len(document)):
        try:
            texts.append(_text(document, number))
        except pypdfium2.PdfiumError:
            broken += 1
            texts.append("")
        length += len(texts[-1])
        if length > MAX_HTML:
            raise TooLarge(sentences.TOO_MUCH_TEXT)
    if broken == len(texts):
        raise Invalid(sentences.DAMAGED)
    return texts


def _text(document: Any, number: int) -> str:
    page = document[number]
    try:
        layer = page.get_textpage()
        try:
            text: str = layer.get_text_range(errors="replace")
        finally:
            layer.close()
    finally:
        page.close()
    return text
