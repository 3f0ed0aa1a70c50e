"""S7: passwords that were found in breaches are refused, though no rule would find them."""

import pytest

from portal.accounts import password_rules
from portal.core.errors import Invalid


@pytest.mark.parametrize("password", ["corvette", "midnight", "Corvette"])
def test_a_password_known_from_breaches_is_refused(password: str) -> None:
    with pytest.raises(Invalid) as refused:
        password_rules.check(password)

    assert "tried first" in refused.value.fields["password"]
