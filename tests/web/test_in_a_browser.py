"""The shell in a real browser: its own policy stops nothing, axe finds nothing, files go one by one."""

from collections.abc import Iterator
from threading import Thread

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from tests.web.small_app import build_app

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket, pytest.mark.slow]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where the small application is served."""
    server = make_server("127.0.0.1", 0, build_app(hsts=False), threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page that fails the test where the console says anything."""
    said: list[str] = []
    opened = chromium.new_page(viewport={"width": 390, "height": 800})
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    yield opened
    opened.close()
    assert [text for text in said if "status of 4" not in text] == []


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("path", ["/form", "/list?page=3", "/upload", "/no-such-page"])
def test_axe_finds_nothing_and_no_page_is_wider_than_the_screen(page, address, path, width):
    page.set_viewport_size({"width": width, "height": 800})

    page.goto(address + path)

    assert Axe().run(page).violations_count == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_refused_form_puts_the_reader_at_what_is_wrong(page, address):
    page.goto(f"{address}/form")

    page.get_by_role("button", name="Import").click()

    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Enter a title."


def test_the_keyboard_reaches_the_content_and_the_search_box(page, address):
    page.goto(f"{address}/list")

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("/")

    assert page.evaluate("document.activeElement.id") == "search-everywhere"


def test_each_file_is_sent_by_itself_and_its_outcome_is_shown(page, address):
    page.goto(f"{address}/upload")
    files = [
        {"name": "good.txt", "mimeType": "text/plain", "buffer": b"words"},
        {"name": "bad.txt", "mimeType": "text/plain", "buffer": b"words"},
        {"name": "good.json", "mimeType": "application/json", "buffer": b"{}"},
        {"name": "alone.json", "mimeType": "application/json", "buffer": b"{}"},
        {"name": "large.txt", "mimeType": "text/plain", "buffer": b"x" * 1_200_000},
    ]

    page.locator("#files").set_input_files(files)
    page.get_by_role("button", name="Import").click()
    page.get_by_text("Done: 1 imported, 3 refused.").wait_for()

    lines = page.locator(".portal-uploads li").all_inner_texts()
    assert "Imported with 1 side-car." in lines[0]
    assert "Refused. It holds no text." in lines[1]
    assert "Refused. The file is over 1.0 MB." in lines[2]
    assert "Refused. It describes a document of the same name" in lines[3]
    assert page.get_by_role("link", name="Open good.txt").get_attribute("href") == "/list"
    assert Axe().run(page).violations_count == 0


def test_whoever_was_signed_out_meanwhile_is_told_so(page, address):
    page.goto(f"{address}/upload")
    late = {"name": "late.txt", "mimeType": "text/plain", "buffer": b"words"}

    page.locator("#files").set_input_files(late)
    page.get_by_role("button", name="Import").click()

    page.get_by_text("Refused. You are signed out. Sign in and send the file again.").wait_for()


def test_moments_are_shown_in_the_readers_own_time_and_days_as_they_are(chromium, address):
    page = chromium.new_page(timezone_id="America/Chicago")
    page.goto(f"{address}/list")

    moment, day = page.locator("time[datetime*=T]"), page.locator("time:not([datetime*=T])").first

    assert moment.inner_text() == "Nov 24, 2026, 07:05 CST"
    assert moment.get_attribute("title") == "Nov 24, 2026, 13:05 UTC"
    assert day.inner_text() == "Sep 1, 2026"
    page.close()


def test_a_file_can_be_dropped(page, address):
    page.goto(f"{address}/upload")
    transfer = page.evaluate_handle(
        "() => { const t = new DataTransfer(); t.items.add(new File(['words'], 'dropped.txt')); return t; }"
    )

    page.dispatch_event(".portal-drop", "drop", {"dataTransfer": transfer})

    page.get_by_text("Done: 1 imported.").wait_for()
    assert page.get_by_role("link", name="Open dropped.txt").is_visible()


def test_without_scripts_the_form_sends_all_files_at_once(chromium, address):
    page = chromium.new_page(java_script_enabled=False)
    page.goto(f"{address}/upload")
    files = [{"name": f"{name}.txt", "mimeType": "text/plain", "buffer": b"words"} for name in ("one", "two")]

    page.locator("#files").set_input_files(files)
    page.get_by_role("button", name="Import").click()

    assert page.locator("body").inner_text() == "one.txt, two.txt"
    page.close()
