"""Topics of a document that names none: found by the words that practitioners use for each. Plain values only."""

import re

# A topic and the phrases that mark it; a phrase matches at the start of a word.
PHRASES: dict[str, tuple[str, ...]] = {
    "first response": ("first responder", "first response", "patrol officer", "roll-call", "roll call"),
    "victim identification": (
        "identify victim", "identifying victim", "identification of victim", "victim identification",
        "identify potential", "identifying potential", "identify human trafficking", "identify trafficking",
        "identify the victim", "victims identified", "identified victim", "indicator", "screening",
        "warning sign", "signs of human trafficking", "signs of trafficking", "recognize the signs",
        "recognizing human trafficking",
    ),
    "investigation": ("investigat",),
    "federal referral": ("refer the case", "federal jurisdiction"),
    "joint interviews": (
        "joint interview", "forensic interview", "interview the victim", "interviewing victim", "victim witness",
        "trust of your victim",
    ),
    "child victims": (
        "child victim", "children", "child sex", "child exploitation", "child trafficking", "minor victim",
        "minors", "juvenile", "under the age of 18", "child eligibility", "child and youth",
    ),
    "labor trafficking": (
        "labor trafficking", "forced labor", "peonage", "involuntary servitude", "debt bondage", "slavery",
        "slave",
    ),
    "sex trafficking": ("sex trafficking", "commercial sex", "prostitution", "sexual exploitation"),
    "victim services": (
        "victim services", "services to victim", "services for victim", "service provider",
        "assistance for victim", "assistance to victim", "assistance for trafficking victim", "victim advocate",
        "advocate", "victim assistance",
    ),
    "foreign-national victims": (
        "foreign national", "foreign-national", "alien", "noncitizen", "certification of victim",
        "certification letter", "eligibility letter",
    ),
    "immigration relief": (
        "t visa", "t nonimmigrant", "t-1", "u visa", "continued presence", "nonimmigrant status", "uscis",
    ),
    "interpreters": ("interpreter", "interpretation service", "translation", "limited english", "language access"),
    "housing": ("housing", "shelter", "safe house"),
    "asset forfeiture": ("forfeit", "asset seizure", "seizure of asset", "restitution"),
    "media": ("news media", "media inquir", "media relations", "press conference", "journalist"),
    "information sharing": ("information sharing", "share information", "sharing of information", "intelligence"),
    "confidentiality": ("confidential", "privacy", "restrictions on use and disclosure"),
    "roles and responsibilities": ("roles and responsibilit", "role and responsibilit"),
    "agreements": ("memorandum of understanding", "memoranda of understanding", "memorandum of agreement"),
    "statutes": (
        "u.s.c.", "united states code", "public law", "c.f.r.", "cfr §", "criminal statute", "reauthorization act",
    ),
    "prosecution": ("prosecut", "indict", "convict", "sentenc", "united states v."),
    "training": ("training", "curricul", "train appropriate", "train the trainer"),
    "task force management": ("task force",),
}  # fmt: skip
# What reads like a topic and is another thing; taken out before the phrases are counted.
MISLEADING = (
    "interagency task force", "task force to monitor", "interagency policy task force", "seizure, detention",
    "business intelligence", "artificial intelligence",
)  # fmt: skip

MOST = 4
TITLE_WEIGHT = 12
LEAST_WEIGHT = 2
# Long texts mention much in passing: one mention in so many words is asked for besides.
WORDS_A_MENTION = 500

PATTERNS = {
    topic: re.compile(r"\b(?:" + "|".join(map(re.escape, phrases)) + ")")
    for topic, phrases in PHRASES.items()
}
OTHER_THINGS = re.compile("|".join(map(re.escape, MISLEADING)))


def topics_of(title: str, text: str) -> tuple[str, ...]:
    """Up to four topics, the best marked first; a phrase in the title counts as twelve in the text."""
    title, text = (OTHER_THINGS.sub(" ", " ".join(words.lower().split())) for words in (title, text))
    least = LEAST_WEIGHT + text.count(" ") // WORDS_A_MENTION
    weights = {topic: _weight(pattern, title, text) for topic, pattern in PATTERNS.items()}
    marked = sorted((-weight, topic) for topic, weight in weights.items() if weight >= least)
    return tuple(topic for _, topic in marked[:MOST])


def _weight(pattern: re.Pattern[str], title: str, text: str) -> int:
    return TITLE_WEIGHT * len(pattern.findall(title)) + len(pattern.findall(text))
