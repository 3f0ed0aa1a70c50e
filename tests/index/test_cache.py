"""The bounded cache."""

from portal.index.cache import ByteCache


def test_what_was_used_longest_ago_goes_first() -> None:
    cache = ByteCache(100)
    for name in "abc":
        cache.get(name, lambda name=name: (name, 30))
    cache.get("a", lambda: ("again", 30))

    cache.get("d", lambda: ("d", 30))

    assert [cache.peek(name) for name in "abcd"] == ["a", None, "c", "d"]
    assert cache.held_bytes == 90


def test_something_too_large_is_given_and_pushes_the_rest_out() -> None:
    cache = ByteCache(100)
    cache.get("a", lambda: ("a", 30))

    assert cache.get("large", lambda: ("large", 500)) == "large"
    assert cache.peek("a") is None


def test_what_is_forgotten_is_loaded_anew() -> None:
    cache = ByteCache(100)
    cache.get("a", lambda: (1, 30))

    cache.forget("a")
    cache.forget("never there")

    assert cache.held_bytes == 0
    assert cache.get("a", lambda: (2, 30)) == 2


def test_two_loads_of_one_key_are_counted_once() -> None:
    cache = ByteCache(100)

    cache.get("a", lambda: (cache.get("a", lambda: ("inner", 30)), 30))

    assert cache.held_bytes == 30
