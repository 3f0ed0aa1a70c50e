"""Names of agencies, task forces and people: one line, in Latin letters, and none that looks like another."""

import unicodedata

from portal.core import text
from portal.core.errors import Invalid

LIMIT = 120


def checked(value: str, *, field: str = "name") -> str:
    """The name to store, runs of spaces made one; ``Invalid`` for one that cannot be told from another."""
    value = " ".join(text.line(value, field=field, limit=LIMIT).split())
    if not text.skeleton(value) or not all(_is_plain(c) for c in value):
        message = "Write the name in Latin letters, digits and ordinary punctuation."
        raise Invalid("This name cannot be used.", {field: message})
    return value


def _is_plain(character: str) -> bool:
    """Letters of other scripts look like Latin ones, and invisible characters like nothing."""
    if character == " " or character.isascii():
        return character.isprintable()
    category = unicodedata.category(character)
    if category.startswith("L"):
        # Modifier letters stand in names of places, such as the okina in those of Hawaii.
        return category == "Lm" or unicodedata.name(character, "").startswith("LATIN ")
    return category[0] in "MP"
