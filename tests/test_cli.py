"""``flask compartments add``: a group with its rules and its key, or one sentence."""

import pytest
from click.testing import Result

from portal.access.clearance import compartments
from portal.access.models import Compartment
from portal.content import service as content
from portal.core.db import db
from tests.world import World


def add(world: World, *options: str) -> Result:
    return world.app.test_cli_runner().invoke(args=["compartments", "add", *options])


def test_a_new_compartment_has_its_rules_and_takes_documents_at_once(world: World) -> None:
    said = add(
        world, "Worksites", "--purpose", "Plans.", "--task-force", "Houston task force", "--role", "librarian"
    )

    assert said.exit_code == 0 and "Compartment added: Worksites" in said.output
    with world.app.app_context():
        row = db.session.scalars(db.select(Compartment).where(Compartment.name == "Worksites")).one()
        conditions = {(rule.role, rule.task_force_id) for rule in row.rules}
        world.groups["new"] = row.id
        assert conditions == {("librarian", None), (None, world.task_forces["Houston task force"])}
        assert [group.name for group in compartments(world.operator(["new"]))] == ["Worksites"]
        assert content.save(world.operator(["new"]), world.draft("new", "First")).outcome == "imported"


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["Nobody"], "Say who is let in"),
        (["X", "--task-force", "No such force"], "There is no task force of that name"),
        (["X", "--role", "king"], "king"),
        (["X", "--agency-kind", "army"], "army"),
        (["", "--any-task-force"], ""),
        (["all group", "--any-task-force"], ""),
        (["ALL  group", "--any-task-force"], ""),
    ],
)
def test_what_cannot_be_added_is_told_and_nothing_is_kept(options: list[str], why: str, world: World) -> None:
    said = add(world, *options)

    assert said.exit_code != 0 and why in said.output
    assert said.exception is None or isinstance(said.exception, SystemExit)
    with world.app.app_context():
        assert len(db.session.scalars(db.select(Compartment)).all()) == 4
