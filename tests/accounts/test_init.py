"""What must be true before accounts start."""

from pathlib import Path

import pytest
from flask import Flask

from portal import accounts
from portal.core.errors import Misconfigured


@pytest.mark.parametrize("key", [None, "", "dev", "changeme", "k" * 31])
def test_pattern_17_a_missing_or_short_secret_key_stops_the_start(tmp_path: Path, key: str | None):
    app = Flask("weak", instance_path=str(tmp_path))
    app.config.update(SECRET_KEY=key, TESTING=True)

    with pytest.raises(Misconfigured, match="SECRET_KEY"):
        accounts.init_app(app)


def test_pattern_17_the_key_comes_from_the_keyring_and_is_no_default(app: Flask):
    assert len(app.secret_key or "") == 32
    assert len(set(app.secret_key or "")) > 10
