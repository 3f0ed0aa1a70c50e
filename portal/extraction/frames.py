"""How parent and child talk over two pipes: a token, lengths, then the bytes.

The answer must carry the token of its request, which no reader of an earlier document can have known: so none can
leave an answer behind that would pass for that of the next document.
"""

import contextlib
import json
import struct
from dataclasses import asdict
from typing import Any, BinaryIO

from portal.core.errors import Invalid, TooLarge
from portal.core.text import UNUSABLE, clean_html
from portal.extraction import sentences
from portal.extraction.draft import check_nesting, tidy_title
from portal.extraction.limits import MAX_DOCUMENT
from portal.extraction.port import Extracted

REQUEST = struct.Struct(">16sII")
REPLY = struct.Struct(">16sI")
# The child's word before each request: it is limited, has loaded all it needs, and the last reader is gone.
READY = b"ready"
# What the process that reads a document ends with when it has answered, and when the pipe ended before a request
# was whole; any other end is trouble.
ANSWERED, UNASKED = 7, 0
# What the first process of the child ends with when the one that read the document came to grief.
TOOK_TOO_LONG, TOOK_TOO_MUCH, BROKE = 3, 4, 5
LONGEST_SENTENCE = 300
MAX_NAME = 4096


def request(token: bytes, source: bytes, filename: str) -> list[bytes]:
    """What asks the child to read a document."""
    name = filename.encode("utf-8", "replace")
    return [REQUEST.pack(token, len(name), len(source)), name, source]


def received(stream: BinaryIO) -> tuple[bytes, bytes, str] | None:
    """Token, document and file name of the request that ``stream`` brings; None where it ends before or is none."""
    head = stream.read(REQUEST.size)
    if len(head) < REQUEST.size:
        return None
    token, name_length, length = REQUEST.unpack(head)
    if name_length > MAX_NAME or length > MAX_DOCUMENT:
        return None
    name, source = stream.read(name_length), stream.read(length)
    if len(name) < name_length or len(source) < length:
        return None
    return token, source, name.decode("utf-8", "replace")


def reply_of(document: Extracted) -> bytes:
    """The child's answer that carries a document."""
    return _packed({"document": asdict(document)})


def refusal_of(error: Invalid) -> bytes:
    """The child's answer that carries one sentence."""
    return _packed({"refused": str(error), "too_large": isinstance(error, TooLarge)})


def read_reply(reply: bytes, *, media_type: str) -> Extracted:
    """The document of an answer, or ``Invalid`` with its sentence; the child that wrote it is not trusted."""
    kind, sentence = Invalid, sentences.DAMAGED
    with contextlib.suppress(ValueError, KeyError, TypeError, RecursionError):
        answer = json.loads(reply)
        if "refused" not in answer:
            return _document(answer["document"], media_type)
        kind, sentence = _refusal(answer)
    # Raised out here, so that no chained error carries what the document says.
    raise kind(sentence)


def framed(token: bytes, answer: bytes) -> bytes:
    """The answer as it goes over the pipe."""
    return REPLY.pack(token, len(answer)) + answer


def _packed(answer: dict[str, Any]) -> bytes:
    return json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace")


def _refusal(answer: dict[str, Any]) -> tuple[type[Invalid], str]:
    sentence = answer["refused"]
    if not isinstance(sentence, str) or len(sentence) > LONGEST_SENTENCE or not sentence.isprintable():
        sentence = sentences.DAMAGED
    return TooLarge if answer.get("too_large") is True else Invalid, sentence


def _document(answer: dict[str, Any], media_type: str) -> Extracted:
    html, text, title = answer["html"], answer["text"], answer["title"]
    warnings, searchable = answer["warnings"], answer["searchable"]
    strings = [html, text, title, *warnings]
    if not all(isinstance(value, str) for value in strings) or not isinstance(searchable, bool):
        raise TypeError
    check_nesting(html)
    return Extracted(
        title=tidy_title(title) or "Document",
        html=clean_html(html),
        text=UNUSABLE.sub("", text),
        media_type=media_type,
        warnings=tuple(warning[:LONGEST_SENTENCE] for warning in warnings[:10]),
        searchable=searchable,
    )
