"""Questions of practitioners: a document that answers each stands among the first three."""

import pytest

from tests.search.shelf import GIVEN, Shelf, given_library, starter_library

FIRST = 3

# Words, and the beginnings of the names of documents any of which answers them.
OF_SAMPLES = {
    "who leads the investigation": "investigative-lead",
    "labor trafficking": "labor-trafficking-worksites",
    "labour trafficking worksite": "labor-trafficking-worksites",
    "confidentiality": "information-sharing",
    "information sharing": "information-sharing",
    "T visa certification": "services-foreign-national-victims",
    "MOU": "memorandum-of-agreement",
    "memorandum of understanding": "memorandum-of-agreement",
    "agency:BJA media": "media",
    "reporter calls": "media",
    "press conference": "media",
    "child interview": "child-victims joint-interviews",
    "forensic interview of a minor": "child-victims joint-interviews",
    "joint interview": "joint-interviews",
    "interpreter": "interpreters",
    "interpreter Mandarin": "interpreters",
    "safe house": "housing",
    "shelter bed tonight": "housing",
    "notify NGO": "ngo-notification",
    "call first": "first-response ngo-notification",
    "roles of each agency": "roles-and-responsibilities",
    "asset forfeiture": "asset-forfeiture",
    "restitution": "asset-forfeiture 18-usc-1593-",
    "continued presence": "services-foreign-national-victims 28-cfr-1100-35-",
}
OF_SAMPLES_ALONE = {
    "T visa": "services-foreign-national-victims",
    "T-visa": "services-foreign-national-victims",
    "U visa": "services-foreign-national-victims",
    "TVPA": "first-response services-us-victims",
    "HIPAA": "information-sharing",
}
OF_THE_FIELD = {
    "22 USC 7105": "22-usc-7105-",
    "22 U.S.C. 7105": "22-usc-7105-",
    "22 U.S.C. \u00a7 7105": "22-usc-7105-",
    "22 U.S.C. \u00a77105": "22-usc-7105-",
    "22 U. S. C. sec. 7105": "22-usc-7105-",
    "7105": "22-usc-7105-",
    "18 USC 1591": "18-usc-1591-",
    "1591": "18-usc-1591-",
    "section 1592": "18-usc-1592-",
    "forced labor": "18-usc-1589-",
    "mandatory restitution": "18-usc-1593-",
    "28 CFR 1100.35": "28-cfr-1100-35-",
    "extreme hardship": "8-cfr-214-209-",
    "T visa": "services-foreign-national-victims 8-cfr-214-202-",
    "T-visa": "services-foreign-national-victims 8-cfr-214-202-",
    "U visa": "services-foreign-national-victims labor-trafficking-worksites",
    "agency:GAO recommendations": "22-recommendations-",
    "TVPA": "crs-r40190- 22-cfr-104-1- 2021-12-21-memorandum-on-the-delegation-",
}


@pytest.fixture(scope="session")
def samples() -> Shelf:
    """The starter library alone."""
    return Shelf(starter_library())


@pytest.fixture(scope="session")
def everything() -> Shelf:
    """The starter library among the documents of the field."""
    if not GIVEN.is_dir():
        pytest.skip("the documents of the field are not beside the project (../shared/data/library)")
    return Shelf([*starter_library(), *given_library()])


@pytest.mark.parametrize("text", OF_SAMPLES | OF_SAMPLES_ALONE)
def test_the_starter_library_answers(text: str, samples: Shelf) -> None:
    first = samples.found(text)[:FIRST]

    assert any(name.startswith(tuple((OF_SAMPLES | OF_SAMPLES_ALONE)[text].split())) for name in first), first


@pytest.mark.slow
@pytest.mark.parametrize("text", OF_SAMPLES | OF_THE_FIELD)
def test_among_the_documents_of_the_field_the_right_one_answers(text: str, everything: Shelf) -> None:
    first = everything.found(text)[:FIRST]

    assert any(name.startswith(tuple((OF_SAMPLES | OF_THE_FIELD)[text].split())) for name in first), first


@pytest.mark.parametrize("text", ["massage parlor", "translater", "quiet motel", "hipaa"])
def test_no_silly_word_is_offered(text: str, samples: Shelf) -> None:
    assert samples.offered(text) is None


@pytest.mark.parametrize(
    ("text", "better"), [("confidentialty", "confidentiality"), ("intrepreter", "interpreter")]
)
def test_a_slip_of_a_practitioner_is_put_right(text: str, better: str, samples: Shelf) -> None:
    assert samples.offered(text) == better
