"""Other words for what people type: a short table, each line with its reason. It is read at query time only."""

from collections.abc import Sequence

from portal.index.analysis import words

LONGEST_KEY = 3

# What is typed, what else counts as it (at a lower weight), and why.
TABLE: tuple[tuple[tuple[str, ...], tuple[str, ...], str], ...] = (
    (
        ("MOU", "MOUs", "MOA"),
        ("memorandum of understanding", "memorandum of agreement", "memoranda of understanding"),
        "Documents write it out, and call the same paper either.",
    ),
    (
        ("memorandum of understanding",),
        ("memorandum of agreement", "MOU"),
        "The sample is called an agreement, many task forces say understanding.",
    ),
    (
        ("NGO", "NGOs", "nongovernmental organization"),
        ("victim-service provider", "nongovernmental organization", "service provider"),
        "Police speak of NGOs where the protocols name victim-service providers.",
    ),
    (
        ("TVPA", "TVPRA"),
        ("Trafficking Victims Protection Act", "Trafficking Victims Protection Reauthorization Act",
         "22 USC 7102", "22 USC 7105"),
        "The act and its renewals are cited by name, by letters, and by where they stand in the code.",
    ),
    (
        ("HIPAA",),
        ("health information", "medical records", "medical information", "confidentiality"),
        "Whoever asks for it asks what may be told of a victim's health.",
    ),
    (
        ("T visa", "T visas"),
        ("T nonimmigrant", "T-1 nonimmigrant", "T status", "immigration relief"),
        "The regulation's word for the same status, and the library's topic for it.",
    ),
    (
        ("U visa", "U visas"),
        ("U nonimmigrant", "U-1 nonimmigrant", "U status", "immigration relief"),
        "The regulation's word for the same status, and the library's topic for it.",
    ),
    (("labour",), ("labor",), "British spelling."),
    (("reporter", "reporters", "journalist", "journalists", "press"), ("media",), "The protocol says media."),
    (("media",), ("press", "journalist"), "Older documents say press."),
    (("translator", "translators"), ("interpreter",), "Often said of those who interpret speech."),
    (("GAO",), ("Government Accountability Office", "General Accounting Office"), "Its name, now and before 2004."),
    (("BJA",), ("Bureau of Justice Assistance",), "The bureau's full name."),
    (("OVC",), ("Office for Victims of Crime",), "The office's full name."),
    (("OJP",), ("Office of Justice Programs",), "The office's full name."),
    (("NIJ",), ("National Institute of Justice",), "The institute's full name."),
    (("DOJ",), ("Department of Justice",), "The department's full name."),
    (("DHS",), ("Department of Homeland Security",), "The department's full name."),
    (("HHS",), ("Department of Health and Human Services", "Health and Human Services"), "The department's full name."),
    (("FBI",), ("Federal Bureau of Investigation",), "The bureau's full name."),
    (("ICE",), ("Immigration and Customs Enforcement",), "The agency's full name."),
    (("HSI",), ("Homeland Security Investigations",), "The agency's full name."),
    (("USCIS",), ("Citizenship and Immigration Services",), "The agency's full name."),
    (("DOL",), ("Department of Labor",), "The department's full name."),
)  # fmt: skip


def _read() -> dict[tuple[str, ...], list[tuple[str, ...]]]:
    """The table by the folded words of what is typed, with the stems of the others."""
    return {
        tuple(word.text for word in words(typed)): [
            tuple(word.stem for word in words(other)) for other in others
        ]
        for typing, others, _ in TABLE
        for typed in typing
    }


_OTHERS = _read()


def others_of(typed: Sequence[str]) -> list[tuple[str, ...]]:
    """What else counts as the last of these folded words, alone or with the one or two before it; each as
    stems that stand together."""
    endings = (tuple(typed[-size:]) for size in range(1, min(LONGEST_KEY, len(typed)) + 1))
    return [stems for ending in endings for stems in _OTHERS.get(ending, ())]
