"""The domain's errors say which field is wrong."""

import pickle

from portal.core.errors import Invalid, PortalError, TooLarge


def test_an_invalid_answer_names_its_fields_and_keeps_them_from_later_changes() -> None:
    fields = {"title": "Fill this in."}

    error = Invalid("Some answers are missing.", fields)
    fields.clear()

    assert str(error) == "Some answers are missing."
    assert error.fields == {"title": "Fill this in."}
    assert Invalid("No field.").fields == {}


def test_what_is_too_large_is_invalid_and_all_are_the_portals_own() -> None:
    assert issubclass(TooLarge, Invalid) and issubclass(Invalid, PortalError)
    assert str(pickle.loads(pickle.dumps(TooLarge("Too long.")))) == "Too long."
