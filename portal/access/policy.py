"""Who may do what: the whole policy, on one page. What is not listed here is not allowed to anybody.

A permission lets a member try a kind of act; which items he may do it to is decided by his compartments alone
(``access.clearance``). So no row of this table lets anyone read an item: an administrator holds
``MANAGE_PEOPLE`` and an auditor ``READ_TRAIL``, and neither holds ``READ_ITEMS``.
"""

from collections.abc import Iterable
from enum import StrEnum


class Role(StrEnum):
    """What a member does in the portal."""

    MEMBER = "member"
    COORDINATOR = "coordinator"
    LIBRARIAN = "librarian"
    BJA_STAFF = "bja_staff"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"

    @property
    def label(self) -> str:
        """The role's name as pages show it."""
        return {"bja_staff": "BJA staff"}.get(self.value, self.value.capitalize())


class Permission(StrEnum):
    """A kind of act."""

    USE_PORTAL = "use_portal"
    READ_ITEMS = "read_items"
    IMPORT_ITEMS = "import_items"
    IMPORT_TO_ALL = "import_to_all"
    MANAGE_PEOPLE = "manage_people"
    READ_TRAIL = "read_trail"


# Also for a member who holds no role, since he serves on no task force yet: his own account, and a page that says so.
IN_ANY_CASE = frozenset({Permission.USE_PORTAL})
READER = IN_ANY_CASE | {Permission.READ_ITEMS}

POLICY: dict[Role, frozenset[Permission]] = {
    Role.MEMBER: READER,
    Role.COORDINATOR: READER | {Permission.IMPORT_ITEMS},
    Role.LIBRARIAN: READER | {Permission.IMPORT_ITEMS, Permission.IMPORT_TO_ALL},
    Role.BJA_STAFF: READER | {Permission.IMPORT_ITEMS, Permission.IMPORT_TO_ALL},
    Role.ADMINISTRATOR: IN_ANY_CASE | {Permission.MANAGE_PEOPLE},
    Role.AUDITOR: IN_ANY_CASE | {Permission.READ_TRAIL},
}


def permissions_of(roles: Iterable[str]) -> frozenset[Permission]:
    """What a member who holds ``roles`` may try; a role that the table does not know raises ``ValueError``."""
    return IN_ANY_CASE.union(*(POLICY[Role(role)] for role in roles))
