"""Making compartments."""

from typing import Any

import pytest

from portal.access.compartments import create_compartment
from portal.access.models import Compartment
from portal.audit.models import AuditEvent
from portal.core.db import db
from portal.core.errors import Invalid
from tests.world import World

STAFF = {"role": "bja_staff"}


def _create(world: World, name: str, rules: list[dict[str, Any]]) -> Any:
    return create_compartment(name, purpose="", rules=rules, keyring=world.app.extensions["keyring"])


def test_a_compartment_is_born_with_its_rules_its_key_and_a_line_in_the_trail(world: World) -> None:
    with world.app.app_context():
        made = _create(world, "Gulf coast cases", [STAFF, {"any_task_force": True}])
        db.session.commit()

        row = db.session.get_one(Compartment, made)
        assert [(rule.role, rule.any_task_force) for rule in row.rules if rule.role] == [("bja_staff", False)]
        assert len(row.rules) == 2
        assert world.app.extensions["keyring"].sealer(made, made)
        assert db.session.scalars(db.select(AuditEvent.act)).all()[-1] == "compartment.create"


@pytest.mark.parametrize("rules", [[], [{}], [{"any_task_force": False}], [STAFF, {"role": None}]])
def test_a_compartment_that_would_let_in_nobody_or_everybody_is_not_made(
    world: World, rules: list[dict[str, Any]]
) -> None:
    with world.app.app_context():
        with pytest.raises(Invalid, match="Say who is let in"):
            _create(world, "Gulf coast cases", rules)

        db.session.commit()
        assert db.session.query(Compartment).count() == len(world.groups)


@pytest.mark.parametrize("name", ["law group", "Law  Group", "\uff2c\uff21\uff37 group"])
def test_a_name_that_looks_like_anothers_is_taken(world: World, name: str) -> None:
    with world.app.app_context(), pytest.raises(Invalid) as refusal:
        _create(world, name, [STAFF])

    assert "name" in refusal.value.fields
