"""The real thing for browser tests: one installation and one Chromium for each process that runs tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.installation import Installation
from tests.browser.visitors import Visitors


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder drives a browser and talks to loopback."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            for name in ("browser", "enable_socket", "slow"):
                item.add_marker(name)


@pytest.fixture(scope="session")
def portal(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A served demonstration, with two more people: Nora serves nowhere yet, and Ivan locks himself out."""
    installation = Installation(tmp_path_factory.mktemp("portal"))
    try:
        installation.start()
        installation.add_member("Nora Quist", agency="Sonoran Survivor Services")
        installation.add_member("Ivan Petrov", agency="Phoenix Police Department")
        installation.wait_until_it_answers()
        yield installation
    finally:
        installation.stop()
    assert "Traceback" not in installation.log("web") + installation.log("worker")


@pytest.fixture(scope="session")
def everyone(chromium: Browser, portal: Installation) -> Visitors:
    """All who visit the installation, with the sign-ins that tests share."""
    return Visitors(chromium, portal)


@pytest.fixture
def visit(everyone: Visitors) -> Iterator[Visitors]:
    """Opens pages; the test fails where a console says anything, as it does when our own policy stops something."""
    yield everyone
    said = list(everyone.said)
    everyone.close()
    assert said == []
