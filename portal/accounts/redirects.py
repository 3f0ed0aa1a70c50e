"""Where a member may be sent after signing in: to a path of the portal itself, and nowhere else."""

import re
from urllib.parse import unquote

# What a browser sends as path and query: no backslash, space or control character, nothing beyond ASCII.
SENDABLE = re.compile(r"/[A-Za-z0-9\-._~!$&'()*+,;=:@%/]*(\?[A-Za-z0-9\-._~!$&'()*+,;=:@%/?\[\]]*)?")
CONTROL = re.compile("[\x00-\x1f\x7f]")
LIMIT = 2000
SIGN_IN_PATHS = frozenset({"/sign-in", "/sign-in/code", "/sign-out"})


def own_path(target: str | None) -> str | None:
    """``target`` where it is a path of this site, spelt plainly; None otherwise."""
    if not target or len(target) > LIMIT or not SENDABLE.fullmatch(target):
        return None
    # Not by urlsplit: it takes a host away where a browser sees one.
    path = target.partition("?")[0]
    return target if _is_plain(path) and path not in SIGN_IN_PATHS else None


def _is_plain(path: str) -> bool:
    """A path that reads the same however often somebody on the way decodes it, and names no host."""
    if unquote(unquote(path)) != unquote(path):
        return False
    decoded = unquote(path)
    if "\\" in decoded or "//" in decoded or CONTROL.search(decoded):
        return False
    return decoded.count("/") == path.count("/") and not {".", ".."} & set(decoded.split("/"))
