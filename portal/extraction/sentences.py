"""What a person is told when a file is refused: what is wrong, what to do, and nothing of the inside."""

EMPTY = "This file is empty. Check that it was saved or copied completely and try again."
NO_WORDS = "This file holds no words. Check that it is the right file."
TOO_LARGE = "This file is larger than 50 MB. Remove large pictures or split it, and import the smaller files."
TOO_LONG = "This document takes too long to read. Split it into smaller files and import those."
TOO_MUCH = "This document needs too much memory to read. Split it into smaller files and import those."
TOO_MUCH_TEXT = (
    "This document holds more text than one document may. Split it into smaller files and import those."
)
TOO_MANY_PAGES = "This document has more than 2,000 pages. Split it into smaller files and import those."
TOO_DEEP = "This document is nested too deeply to read. Simplify its layout, save it and use the new file."
DAMAGED = (
    "This file is damaged or was cut short. "
    "Open it in the program it was made with, save it again and use the new file."
)
UNPACKS_TOO_FAR = (
    "This file unpacks to far more than a document holds, so it was not opened. "
    "Ask whoever sent it for a clean copy."
)
UNSAFE_PACKING = (
    "This file is packed in a way that is not safe to open. "
    "Open it in the program it was made with, save it under a new name and use that file."
)
UNSAFE_XML = (
    "This file holds instructions that a document does not need, so it was not opened. "
    "Ask whoever sent it for a clean copy."
)
PDF_PASSWORD = "This PDF is protected by a password. Remove the password and try again."  # noqa: S105
OFFICE_PASSWORD = "This file is protected by a password. Remove the password and try again."  # noqa: S105
OLD_OFFICE = "This file is in an old Office format. Open it, save it as .docx or .pptx and use the new file."
OLD_FORMAT = (
    "Files that end in {ending} cannot be imported. Open it, save it as {wanted} and use the new file."
)
NOT_A_DOCUMENT = "Files of this kind cannot be imported. Use .docx, .pptx, .pdf, .html, .md or .txt."
NOT_AN_ATTACHMENT = "Files of this kind cannot be attached. Use {endings}."
OTHER_CONTENT = (
    "The name ends in {ending}, but the content is of another kind. "
    "Save it again in the right format and use the new file."
)
NOT_TEXT = "This file is not plain text. Save it as UTF-8 text and try again."
PDF_NO_PAGES = "This PDF has no pages. Check that it is the right file."
NOT_A_FILE = "This is not an ordinary file. Copy the document itself into the folder and try again."
UNREADABLE = "This file cannot be read. Check that it exists and that you may open it."
NO_READER = "Documents cannot be read just now. Try again later, and tell the administrator if this goes on."
BUSY = "Other documents are being read just now. Try again in a minute."

PICTURES_ONLY = "This PDF holds pictures of pages, so its words cannot be searched."
SOME_PICTURES = "{count} of the {total} pages hold no text, so words in pictures there cannot be searched."
NO_TEXT_BUT_PICTURES = "This document holds only pictures, so its words cannot be searched."
PICTURES_LEFT_OUT = "Pictures were left out."
EMBEDDED_LEFT_OUT = "Files embedded in this document were left out."
GUESSED_ENCODING = "The text is not UTF-8; it was read as Western European text. Check accented letters."
CONTROLS_LEFT_OUT = "Control characters were left out."
