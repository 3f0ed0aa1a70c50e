"""Extractors for the tests of extraction; the sandbox is shared, as it is in the portal."""

import warnings
from collections.abc import Iterator

import pytest

from portal.extraction import Extractor, InlineExtractor, InsecureExtractor, SandboxExtractor


@pytest.fixture(scope="session")
def sandbox() -> Iterator[SandboxExtractor]:
    with SandboxExtractor() as made:
        yield made


def inline() -> InlineExtractor:
    """The extractor without a child, its warning heard by another test."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InsecureExtractor)
        return InlineExtractor()


@pytest.fixture(params=["sandbox", "inline"])
def extractor(request: pytest.FixtureRequest) -> Extractor:
    """Both implementations, one after the other."""
    return request.getfixturevalue("sandbox") if request.param == "sandbox" else inline()
