"""The frame of every page: valid, titled, labelled, without anything inline."""

import re
from collections import Counter
from html.parser import HTMLParser

import html5lib
import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from portal.core.errors import Invalid
from tests.web.small_app import SampleForm, build_app

PAGES = ["/form", "/list", "/list?page=3", "/raise/invalid", "/no-such-page", "/raise/bug"]


class Elements(HTMLParser):
    """Every start tag with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def all(self, *tags):
        return [attributes for tag, attributes in self.found if tag in tags]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("signed_in", [True, False])
def test_every_page_is_valid_titled_and_in_english(path, signed_in):
    page = build_app(signed_in=signed_in).test_client().get(path).text

    html5lib.HTMLParser(strict=True).parse(page)
    assert re.search(r"<title>[^|<]+ \| Task Force Portal</title>", page)
    assert '<html lang="en">' in page
    assert page.count("<h1") == 1
    assert page.count("<main") == 1


@pytest.mark.parametrize("path", PAGES)
def test_no_page_has_a_style_or_script_of_its_own_or_an_id_twice(client, path):
    elements = Elements(client.get(path).text)

    assert not elements.all("style")
    assert all("src" in attributes for attributes in elements.all("script"))
    for _tag, attributes in elements.found:
        assert not [name for name in attributes if name == "style" or name.startswith("on")]
    ids = Counter(attributes["id"] for _tag, attributes in elements.found if "id" in attributes)
    assert [name for name, count in ids.items() if count > 1] == []


@pytest.mark.parametrize("path", ["/form", "/list", "/no-such-page"])
def test_every_signed_in_page_has_the_search_box_the_person_and_the_way_out(client, path):
    page = client.get(path).text

    assert '<form class="portal-search" role="search" action="/search" method="get"' in page
    assert "Dana Whitfield" in page
    assert "Houston task force" in page
    assert '<form action="/sign-out" method="post">' in page
    assert "No victim identities, no case details." in page


def test_a_signed_out_page_offers_nothing_to_search_or_leave(app: Flask):
    page = build_app(signed_in=False).test_client().get("/no-such-page").text

    assert 'role="search"' not in page
    assert "Sign out" not in page


def test_the_navigation_marks_where_the_reader_is(client):
    page = client.get("/list").text

    assert page.count('class="portal-nav__link"') == 3
    assert 'href="/list" aria-current="page">Library' in page


def test_a_page_says_its_marking_in_words(client):
    page = client.get("/list").text

    assert "Law enforcement sensitive (LES): not to be passed on outside law enforcement" in page
    assert "Shared with: Law enforcement only" in page


def test_links_to_further_pages_keep_the_query(client):
    page = client.get("/list?page=2").text

    assert 'href="/list?page=3&amp;q=safe"' in page
    assert 'aria-label="Page 2" aria-current="page"' in page


def test_a_refused_form_says_what_is_wrong_on_top_and_beside_the_field(client, token):
    answer = client.post(
        "/form", data={"csrf_token": token, "title": "", "kind": "protocol", "marking": "none"}
    )

    assert answer.status_code == 400
    assert '<a class="usa-link" href="#title">Enter a title.</a>' in answer.text
    title = next(a for a in Elements(answer.text).all("input") if a.get("name") == "title")
    assert title["aria-invalid"] == "true"
    assert title["aria-describedby"] == "title-hint title-error"
    html5lib.HTMLParser(strict=True).parse(answer.text)


def test_every_control_has_a_label_and_every_description_exists(client):
    elements = Elements(client.get("/form").text)

    labels = {attributes["for"] for attributes in elements.all("label")}
    ids = {attributes.get("id") for _tag, attributes in elements.found}
    for attributes in elements.all("input", "select", "textarea"):
        assert attributes.get("type") == "hidden" or attributes["id"] in labels
        assert set((attributes.get("aria-describedby") or "").split()) <= ids


def test_what_the_domain_refuses_is_shown_like_the_form_s_own_errors(app: Flask):
    with app.test_request_context("/form", method="POST"):
        form = SampleForm(MultiDict({"title": "A"}))

        form.refuse(
            Invalid("Some answers cannot be used.", {"title": "Choose another.", "other": "Not here."})
        )
        form.refuse(Invalid("The library is closed."))

        expected = [("", "Not here."), ("", "The library is closed."), ("title", "Choose another.")]
        assert form.problems == expected
