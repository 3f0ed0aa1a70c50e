"""Addresses: one spelling for each, and no twin."""

import pytest

from portal.accounts import emails
from portal.core.errors import Invalid


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Dana.Whitfield@Agency.gov", "dana.whitfield@agency.gov"),
        ("  a@b.gov ", "a@b.gov"),
        ("o'neil+portal@sub.agency.gov", "o'neil+portal@sub.agency.gov"),
        ("a@xn--bcher-kva.example", "a@xn--bcher-kva.example"),
    ],
)
def test_an_address_is_stored_in_lower_case(typed: str, stored: str):
    assert emails.checked(typed) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "a",
        "a@b",
        "@b.gov",
        "a@",
        "a@@b.gov",
        "a b@c.gov",
        ".a@b.gov",
        "a..b@c.gov",
        "a.@b.gov",
        "a@-b.gov",
        "a@b-.gov",
        "a@b..gov",
        "a@b.gov.",
        "a@b.gov, e@evil.example",
        "a@b.gov\nBcc: e@evil.example",
        "a@b.gov\x00",
        "\ta@b.gov",
        "m\u0131ke@agency.gov",
        "\u212aim@agency.gov",
        "a@\u0430gency.gov",
        "\uff41@agency.gov",
        "a" * 250 + "@b.gov",
    ],
)
def test_what_is_not_a_plain_ascii_address_is_refused(typed: str):
    with pytest.raises(Invalid) as refusal:
        emails.checked(typed)

    assert "email" in refusal.value.fields
    assert emails.canonical(typed) is None
