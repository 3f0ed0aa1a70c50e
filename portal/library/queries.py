"""What a shelf needs to know of its compartment."""

from uuid import UUID

from portal.access.clearance import task_force_of
from portal.accounts.models import TaskForce
from portal.core.db import db


def task_force_behind(compartment_id: UUID) -> tuple[UUID | None, str]:
    """What is shared within one task force belongs to it: the task force's id and name, or None and nothing."""
    force_id = task_force_of(compartment_id)
    if force_id is None:
        return None, ""
    return force_id, db.session.get_one(TaskForce, force_id).name
