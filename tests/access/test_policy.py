"""The policy's one table."""

import pytest

from portal.access.policy import POLICY, Permission, Role, permissions_of


def test_every_role_has_its_row() -> None:
    assert set(POLICY) == set(Role)


def test_every_permission_is_held_by_somebody() -> None:
    held = permissions_of(Role)

    assert held == set(Permission)


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR])
def test_a7_neither_administrator_nor_auditor_reads_items(role: Role) -> None:
    assert Permission.READ_ITEMS not in permissions_of([role])


@pytest.mark.parametrize("role", Role)
def test_nobody_writes_who_does_not_read(role: Role) -> None:
    held = permissions_of([role])

    assert Permission.READ_ITEMS in held or not held & {Permission.IMPORT_ITEMS, Permission.IMPORT_TO_ALL}
    assert Permission.IMPORT_ITEMS in held or Permission.IMPORT_TO_ALL not in held


@pytest.mark.parametrize("role", Role)
def test_only_the_administrator_manages_people_and_only_the_auditor_reads_the_trail(role: Role) -> None:
    held = permissions_of([role])

    assert (Permission.MANAGE_PEOPLE in held) == (role is Role.ADMINISTRATOR)
    assert (Permission.READ_TRAIL in held) == (role is Role.AUDITOR)


@pytest.mark.parametrize("role", ["", "Member", "superuser", "member "])
def test_an_unknown_role_raises_rather_than_being_passed_over(role: str) -> None:
    with pytest.raises(ValueError, match="not a valid Role"):
        permissions_of([Role.MEMBER, role])


def test_a_member_without_a_role_sees_his_account_and_two_roles_may_do_what_either_may() -> None:
    assert permissions_of([]) == {Permission.USE_PORTAL}
    assert permissions_of(["auditor", "member"]) == POLICY[Role.AUDITOR] | POLICY[Role.MEMBER]


def test_every_role_has_a_name_that_pages_can_show() -> None:
    labels = [role.label for role in Role]

    assert labels == ["Member", "Coordinator", "Librarian", "BJA staff", "Administrator", "Auditor"]


def test_without_any_role_a_member_sees_his_own_pages_and_nothing_else() -> None:
    assert permissions_of([]) == {Permission.USE_PORTAL}
