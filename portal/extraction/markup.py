"""XML of office files: no document type, no entities, bounded depth and number of elements."""

from io import BytesIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from portal.core.errors import Invalid
from portal.extraction import sentences
from portal.extraction.limits import MAX_XML_DEPTH, MAX_XML_ELEMENTS


def read_xml(source: bytes) -> Element:
    """The root element of ``source``."""
    return _parse(source, keep=True)


def check_xml(source: bytes) -> None:
    """Raise ``Invalid`` unless ``source`` could be read; keeps nothing of it in memory."""
    _parse(source, keep=False)


def local(element: Element) -> str:
    """The name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


def _parse(source: bytes, *, keep: bool) -> Element:
    try:
        return _walk(source, keep)
    except DefusedXmlException:
        raise Invalid(sentences.UNSAFE_XML) from None
    except (ParseError, ValueError, LookupError):
        raise Invalid(sentences.DAMAGED) from None


def _walk(source: bytes, keep: bool) -> Element:
    depth = count = 0
    events = iterparse(BytesIO(source), events=("start", "end"), forbid_dtd=True)
    for event, element in events:
        if event == "end":
            depth -= 1
            if not keep:
                element.clear()
            continue
        depth += 1
        count += 1
        if depth > MAX_XML_DEPTH or count > MAX_XML_ELEMENTS:
            raise Invalid(sentences.TOO_DEEP if depth > MAX_XML_DEPTH else sentences.TOO_MUCH_TEXT)
    root: Element = events.root
    return root
