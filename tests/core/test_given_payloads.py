"""The public collections of attacks on sanitisers: nothing that runs is left of any of them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from portal.core import text
from tests.core.test_text import unsafe_parts

NASTY = Path(__file__).parents[3] / "shared" / "data" / "nasty"
PAYLOADS = NASTY / "xss" / "payloads.jsonl"
WAYS = (text.clean_html, text.html_from_markdown, text.html_from_plain)

pytestmark = pytest.mark.skipif(
    not PAYLOADS.is_file(), reason="the attack collections (../shared/data/nasty) are not here"
)


def payloads() -> list[str]:
    return [json.loads(line)["payload"] for line in PAYLOADS.read_text("utf-8").split("\n") if line]


def test_nothing_that_runs_is_left_of_any_payload() -> None:
    found = payloads()

    left = [(payload, parts) for payload in found for way in WAYS if (parts := unsafe_parts(way(payload)))]

    assert len(found) > 1000
    assert left == []


def test_no_event_handler_survives_on_any_element() -> None:
    handlers = (NASTY / "xss" / "event-handlers.txt").read_text().split()

    for tag in sorted(text.TAGS):
        html = "".join(f"<{tag} {name}=alert(1) {name.upper()}='alert(1)'>x</{tag}>" for name in handlers)
        assert unsafe_parts(text.clean_html(html)) == []


@pytest.mark.parametrize("way", WAYS)
def test_nothing_that_runs_is_left_of_any_file(way: Callable[[str], str]) -> None:
    for file in sorted((NASTY / "xss" / "files").iterdir()):
        assert unsafe_parts(way(file.read_bytes().decode("utf-8", "replace"))) == [], file.name


def test_naughty_strings_are_kept_as_text_or_left_out_never_run() -> None:
    for string in json.loads((NASTY / "strings" / "blns.json").read_text("utf-8")):
        for way in WAYS:
            html = way(string)
            assert unsafe_parts(html) == []
            html.encode("utf-8")
