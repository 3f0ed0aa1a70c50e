"""How much of anything a document may hold, and why; every bound of the package stands here."""

from dataclasses import asdict, dataclass

MEGABYTE = 1024 * 1024

# The longest real reports of the field (600 pages with pictures) stay under 30 MB.
MAX_DOCUMENT = 50 * MEGABYTE
# A side-car is a page of facts; anything longer is not one.
MAX_SIDECAR = 256 * 1024

# A Word file has some 20 parts, a slide deck a few hundred; each entry costs memory before it is checked.
MAX_ENTRIES = 5_000
# 5,000 entries of 200 bytes: read whole before the entries can be counted.
MAX_DIRECTORY = MEGABYTE
# Deflate cannot pass 1,032 to 1; the most repetitive real document measured stays under 100 to 1.
MAX_RATIO = 200
# A part below this is affordable however well it packs: forms with hundreds of like cells pack very well.
RATIO_MATTERS_FROM = 8 * MEGABYTE
# What all entries claim to unpack to, pictures included, though only the XML is ever unpacked.
MAX_UNPACKED = 512 * MEGABYTE
# A 1,000-page manuscript is about 20 MB of XML.
MAX_PART = 64 * MEGABYTE
MAX_PARTS_TOTAL = 128 * MEGABYTE

# Word nests 4 levels for each table in a table, and real documents stay under 60; parsers recurse on depth.
MAX_XML_DEPTH = 200
# An element costs about 1 kB and 40 us while it is read, so more would pass the bounds on memory and time anyway.
MAX_XML_ELEMENTS = 500_000

# The sanitiser slows down with the square of the depth, and browsers flatten beyond 512.
MAX_HTML_DEPTH = 100
# The longest statutes and tables on one web page stay under 50,000 elements.
MAX_HTML_ELEMENTS = 200_000
# A thousand pages of text are 3 MB; the body is sealed and shown as one piece.
MAX_HTML = 12 * MEGABYTE
MAX_TITLE = 200
MAX_PAGES = 2_000
MAX_SLIDES = 2_000

# Title, HTML and text of the largest document, escaped as JSON, with room to spare.
MAX_REPLY = 96 * MEGABYTE
# Fresh memory now and then, and the child's own small use of time stays far under its limit.
MAX_USES = 200
# Each child may take its full memory.
MAX_CHILDREN = 2


@dataclass(frozen=True, slots=True)
class Limits:
    """What a child process may use for one document."""

    memory: int = 768 * MEGABYTE
    cpu_seconds: int = 20
    wall_seconds: float = 30.0
    # How much longer the asker waits: the child's own clock should strike first, for it can say why.
    grace: float = 2.0
    open_files: int = 32

    def as_dict(self) -> dict[str, float]:
        """Plain values, for the child's command line."""
        return asdict(self)
