"""The extractor as the configuration wants it."""

from collections.abc import Mapping
from typing import Any

from flask import Flask

from portal.core.errors import Misconfigured
from portal.extraction.inline import InlineExtractor
from portal.extraction.port import Extractor
from portal.extraction.sandbox import SandboxExtractor


def init_app(app: Flask) -> None:
    """Give ``app`` its extractor, as ``app.extensions["extractor"]``."""
    app.extensions["extractor"] = extractor(app.config)


def extractor(config: Mapping[str, Any]) -> Extractor:
    """The extractor that ``EXTRACTOR`` names: ``sandbox``, or ``inline``, which tests may use."""
    kind = config.get("EXTRACTOR", "sandbox")
    if kind == "sandbox":
        return SandboxExtractor()
    if kind == "inline" and config.get("PORTAL_ENV") == "test":
        return InlineExtractor()
    raise Misconfigured(
        'EXTRACTOR must be "sandbox" ("inline" is for tests only). Correct it and start again.'
    )
