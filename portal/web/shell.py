"""What the shell of a page shows of the person and the way round: values that ``create_app`` supplies."""

from dataclasses import dataclass

from flask import Flask


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the main navigation."""

    label: str
    endpoint: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """The signed-in member as the header shows him."""

    name: str
    role: str
    task_force: str = ""


def init_app(app: Flask) -> None:
    """Give every template the values of a page without a person, which context processors replace."""
    app.jinja_env.globals.update(navigation=(), person=None, may_search=True, MARKINGS=MARKINGS)


# How each marking is written, everywhere: short (tags, lists) and long (the banner of a page).
MARKINGS: dict[str, tuple[str, str]] = {
    "none": ("Not sensitive", "Not sensitive"),
    "sensitive": ("Sensitive", "Sensitive: share only with those who need it for their task force's work"),
    "les": ("LES", "Law enforcement sensitive (LES): not to be passed on outside law enforcement"),
}
