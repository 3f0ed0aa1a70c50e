"""A page number is a page, or a clear answer; never an error of ours."""

import pytest

from portal.core.errors import NotFound
from portal.web.paging import LAST_PAGE, Paging, page_of


@pytest.mark.parametrize("raw", ["", "-1", "0", "x", "1.5", "\u0661", "+2", " 2", "000", "1e3", "0x10"])
def test_what_is_no_page_number_is_the_first_page(raw):
    assert page_of({"page": raw}) == 1


def test_without_a_page_number_the_first_page_is_shown():
    assert page_of({}) == 1
    assert page_of({"page": "7"}) == 7
    assert page_of({"page": "0007"}) == 7


@pytest.mark.parametrize("raw", [str(LAST_PAGE + 1), "1" + "0" * 30, "9" * 4000, str(2**63)])
def test_a_page_past_the_limit_does_not_exist(raw):
    with pytest.raises(NotFound):
        page_of({"page": raw})


def test_a_page_after_the_last_does_not_exist():
    assert Paging(total=41, page=3, size=20).last == 41
    with pytest.raises(NotFound):
        Paging(total=41, page=4, size=20)


def test_an_empty_list_has_one_empty_page():
    paging = Paging(total=0)

    assert (paging.pages, paging.first, paging.last) == (1, 0, 0)
    assert list(paging.links()) == [1]


@pytest.mark.parametrize(
    ("page", "pages", "links"),
    [
        (1, 1, [1]),
        (1, 3, [1, 2, 3]),
        (1, 9, [1, 2, None, 9]),
        (4, 9, [1, 2, 3, 4, 5, None, 9]),
        (5, 9, [1, None, 4, 5, 6, None, 9]),
        (9, 9, [1, None, 8, 9]),
    ],
)
def test_links_name_the_ends_and_the_neighbours_and_no_gap_hides_a_single_page(page, pages, links):
    assert list(Paging(total=pages * 10, page=page, size=10).links()) == links


@pytest.mark.parametrize("page", ["-1", "0", "x"])
def test_a_list_shows_its_first_page_for_garbage(client, page):
    answer = client.get(f"/list?page={page}")

    assert answer.status_code == 200
    assert "1 to 10 of 240" in answer.text


def test_a_list_answers_404_past_its_end(client):
    assert client.get("/list?page=25").status_code == 404
    assert client.get("/list?page=1" + "0" * 30).status_code == 404
