"""The settings as the environment gives them; what is unsafe or unclear stops the start with one sentence."""

from pathlib import Path

import pytest

from config import from_environment
from portal.core.errors import Misconfigured


def test_without_any_setting_it_is_production_with_everything_safe() -> None:
    settings = from_environment({})

    assert settings["PORTAL_ENV"] == "production"
    assert settings["TRUSTED_HOSTS"] == []
    assert settings["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert settings["SESSION_COOKIE_SECURE"] and settings["SESSION_COOKIE_HTTPONLY"] and settings["HSTS"]
    assert settings["SQLALCHEMY_DATABASE_URI"].endswith("/instance/portal.db")
    assert settings["TRUSTED_PROXIES"] is None
    assert "SECRET_KEY" not in settings


def test_the_demonstration_answers_loopback_names_only_whatever_is_set() -> None:
    settings = from_environment({"PORTAL_ENV": "demo", "PORTAL_HOSTS": "portal.example.gov"})

    assert settings["TRUSTED_HOSTS"] == ["127.0.0.1", "localhost", "[::1]"]
    assert not settings["SESSION_COOKIE_SECURE"]


def test_paths_are_absolute_and_below_the_instance_unless_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)

    settings = from_environment({"PORTAL_INSTANCE": "here", "PORTAL_KEY_FILE": "keys/own.key"})

    assert settings["INSTANCE"] == tmp_path / "here"
    assert settings["KEY_FILE"] == tmp_path / "keys" / "own.key"
    assert settings["AUDIT_KEY_FILE"] == tmp_path / "here" / "keys" / "audit.key"
    assert settings["BLOB_FOLDER"].parent == settings["INDEX_FOLDER"].parent == tmp_path / "here"


@pytest.mark.parametrize("prefix", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_is_spoken_to_through_one_driver(prefix: str) -> None:
    url = from_environment({"DATABASE_URL": f"{prefix}://u:p@db.example/portal"})["SQLALCHEMY_DATABASE_URI"]

    assert url == "postgresql+psycopg://u:p@db.example/portal"


def test_hosts_and_proxies_are_read_as_written() -> None:
    settings = from_environment(
        {"PORTAL_HOSTS": " a.example.gov , b.example.gov,", "PORTAL_TRUSTED_PROXIES": "2"}
    )

    assert settings["TRUSTED_HOSTS"] == ["a.example.gov", "b.example.gov"]
    assert settings["TRUSTED_PROXIES"] == 2


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORTAL_ENV", "test"),
        ("PORTAL_ENV", ""),
        ("PORTAL_ENV", "Production"),
        ("PORTAL_TRUSTED_PROXIES", "one"),
        ("PORTAL_TRUSTED_PROXIES", "-1"),
        ("PORTAL_TRUSTED_PROXIES", "1e9"),
        ("PORTAL_TRUSTED_PROXIES", ""),
        ("DATABASE_URL", "mysql://u:secret@db/portal"),
        ("DATABASE_URL", ""),
        ("DATABASE_URL", "sqlite://"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_and_its_value_is_not(name: str, value: str) -> None:
    with pytest.raises(Misconfigured, match=f"^{name} must") as caught:
        from_environment({name: value})

    assert "secret" not in str(caught.value)
