"""The one Chromium of a test process: Playwright's own loop allows no second one beside it."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A Chromium: the system's, else Playwright's own; without one the tests are skipped, in CI they fail."""
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-quic"]
            )
        except Exception as error:
            if os.environ.get("CI"):
                raise
            pytest.skip(f"no Chromium here ({type(error).__name__}); python3 manage.py test installs one")
        yield browser
        browser.close()
