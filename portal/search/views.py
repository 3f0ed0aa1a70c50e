"""The page of results of a search, or the whole library by date where no words are given."""

from dataclasses import replace

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from portal.access.guard import current_clearance, requires
from portal.access.policy import Permission
from portal.content import find
from portal.index import unheard
from portal.search.forms import SearchForm, search_form
from portal.web.paging import LAST_PAGE, Paging

bp = Blueprint("search", __name__, template_folder="templates")

PAGE_SIZE = 10
FACETS = (("kind", "Kind"), ("topic", "Topic"), ("task_force", "Task force"), ("year", "Year"))
Found = tuple[SearchForm, find.SearchPage, Paging]


@bp.get("/search")
@requires(Permission.READ_ITEMS)
def results() -> ResponseReturnValue:
    """One page of results with facets, those of the suggestion where the words find nothing, or advice."""
    typed = search_form(request.args)
    form, page, paging = _found(typed)
    if not page.total and page.did_you_mean:
        form, page, paging = _instead(typed, page.did_you_mean) or (form, page, paging)
    return render_template(
        "search/results.html",
        typed=typed,
        form=form,
        page=page,
        paging=paging,
        facets=_facets(page),
        reasons=_reasons(form, page),
    )


def _found(form: SearchForm) -> Found:
    """What the form finds on the page that the address names; on the last one where it names one past it."""
    number = _number(request.args.get("page", "1"))
    page = _page(form, number)
    last = Paging(page.total, size=PAGE_SIZE).pages
    if number > last:
        number, page = last, _page(form, last)
    return form, page, Paging(page.total, number, PAGE_SIZE)


def _page(form: SearchForm, number: int) -> find.SearchPage:
    return find.search(current_clearance(), form.query(offset=(number - 1) * PAGE_SIZE, limit=PAGE_SIZE))


def _number(raw: str) -> int:
    """The page's number; the first for what is no number."""
    digits = raw.lstrip("0") if raw.isascii() and raw.isdigit() else ""
    return min(int(digits[:9] or "1"), LAST_PAGE)


def _instead(typed: SearchForm, suggestion: str) -> Found | None:
    """What the suggestion finds under the same filters, if it does."""
    found = _found(replace(typed, text=suggestion))
    return found if found[1].total else None


def _reasons(form: SearchForm, page: find.SearchPage) -> tuple[str, ...]:
    """Why parts of the words ask for nothing. Common words are named only where nothing else was asked."""
    return tuple(each for each in unheard(form.text) if each != "common" or not page.total)


def _facets(page: find.SearchPage) -> list[tuple[str, str, tuple[tuple[str, int], ...]]]:
    """Name, heading and values with counts, of the facets that have any; years newest first."""
    named = [(name, heading, page.facets[name]) for name, heading in FACETS if page.facets.get(name)]
    return [
        (name, heading, tuple(sorted(values, reverse=True)) if name == "year" else values)
        for name, heading, values in named
    ]
