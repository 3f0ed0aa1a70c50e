"""The results of a search, or the whole library by date where no words are given."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from portal.access.guard import current_clearance, requires
from portal.access.policy import Permission
from portal.content import find
from portal.search.forms import search_form
from portal.web.paging import Paging, page_of

bp = Blueprint("search", __name__, template_folder="templates")

PAGE_SIZE = 10


@bp.get("/search")
@requires(Permission.READ_ITEMS)
def results() -> ResponseReturnValue:
    """One page of results with facets, or advice where nothing was found."""
    form = search_form(request.args)
    number = page_of(request.args)
    page = find.search(current_clearance(), form.query(offset=(number - 1) * PAGE_SIZE, limit=PAGE_SIZE))
    paging = Paging(page.total, number, PAGE_SIZE)
    return render_template("search/results.html", form=form, page=page, paging=paging, facets=_facets(page))


FACETS = (("kind", "Kind"), ("topic", "Topic"), ("task_force", "Task force"), ("year", "Year"))


def _facets(page: find.SearchPage) -> list[tuple[str, str, tuple[tuple[str, int], ...]]]:
    """Name, heading and values with counts, of the facets that have any."""
    return [(name, heading, page.facets[name]) for name, heading in FACETS if page.facets.get(name)]
