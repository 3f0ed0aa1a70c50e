"""What a page says, for tests of administrators' and auditors' pages."""

from tests.page_client import Browser, parsed


def rows(browser: Browser, address: str) -> list[list[str]]:
    """The cells of each line of the page's table."""
    page = browser.get(address)
    assert page.status_code == 200, address
    lines = parsed(page.get_data(as_text=True)).findall(".//tbody/tr")
    return [[" ".join("".join(cell.itertext()).split()) for cell in line] for line in lines]


def words(browser: Browser, address: str) -> str:
    """All the words of the page, in one line."""
    return " ".join("".join(parsed(browser.get(address).get_data(as_text=True)).itertext()).split())
