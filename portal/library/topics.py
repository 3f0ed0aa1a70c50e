"""Topics of a document that names none: found by the words that practitioners use for each. Plain values only."""

import re

# A topic and the phrases that mark it; a phrase matches at the start of a word.
PHRASES: dict[str, tuple[str, ...]] = {
    "first response": ("first responder", "first response", "patrol officer"),
    "victim identification": ("identif", "indicator", "screening", "warning sign"),
    "investigation": ("investigat",),
    "federal referral": ("refer the case", "federal jurisdiction", "federal prosecut"),
    "joint interviews": ("joint interview", "forensic interview", "interview the victim"),
    "child victims": ("child", "minor", "juvenile", "under the age of 18"),
    "labor trafficking": (
        "labor trafficking",
        "forced labor",
        "peonage",
        "involuntary servitude",
        "debt bondage",
    ),
    "sex trafficking": ("sex trafficking", "commercial sex", "prostitution"),
    "victim services": (
        "victim services",
        "services to victims",
        "service provider",
        "assistance for victims",
    ),
    "foreign-national victims": ("foreign national", "alien", "noncitizen", "certification"),
    "immigration relief": ("t visa", "t nonimmigrant", "u visa", "continued presence", "nonimmigrant status"),
    "interpreters": ("interpret", "translat", "limited english"),
    "housing": ("housing", "shelter"),
    "asset forfeiture": ("forfeit", "seizure", "restitution"),
    "media": ("media", "press", "public awareness"),
    "information sharing": ("information sharing", "share information", "intelligence"),
    "confidentiality": ("confidential", "privacy", "disclosure"),
    "roles and responsibilities": ("roles and responsibilit", "responsible for"),
    "agreements": ("memorandum of understanding", "memorandum of agreement", "cooperative agreement"),
    "statutes": ("u.s.c.", "united states code", "public law"),
    "prosecution": ("prosecut", "indict", "convict", "sentenc"),
    "training": ("training", "curriculum", "course"),
    "task force management": ("task force",),
}

MOST = 4
TITLE_WEIGHT = 12
LEAST_WEIGHT = 3


def topics_of(title: str, text: str) -> tuple[str, ...]:
    """Up to four topics, the best marked first; a phrase in the title counts as twelve in the text."""
    weights = {topic: _weight(phrases, title.lower(), text.lower()) for topic, phrases in PHRASES.items()}
    marked = sorted((-weight, topic) for topic, weight in weights.items() if weight >= LEAST_WEIGHT)
    return tuple(topic for _, topic in marked[:MOST])


def _weight(phrases: tuple[str, ...], title: str, text: str) -> int:
    pattern = re.compile(r"\b(?:" + "|".join(map(re.escape, phrases)) + ")")
    return TITLE_WEIGHT * len(pattern.findall(title)) + len(pattern.findall(text))
